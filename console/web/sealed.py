"""What we give a browser to bring back, which it can neither read nor change: in a cookie or a field of a form."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from console.web.place import Place
from shared.errors import Misconfigured
from shared.secrets import open_box


def seal(place: Place, purpose: str, lasts: timedelta, values: dict[str, Any]) -> str:
    """As a text. ``purpose`` keeps it from passing for another one."""
    until = (place.now() + lasts).isoformat()
    return open_box(place.settings).seal(json.dumps({"purpose": purpose, "until": until, "values": values}))


def unseal(place: Place, purpose: str, text: str) -> dict[str, Any] | None:
    """What was given; ``None`` where we gave no such text for this purpose, or too long ago."""
    if not text:
        return None
    try:
        found = json.loads(open_box(place.settings).open(text))
    except (Misconfigured, ValueError):  # made up, or of another key
        return None
    if not isinstance(found, dict) or found.get("purpose") != purpose:
        return None
    values = found.get("values")
    if not isinstance(values, dict) or datetime.fromisoformat(found["until"]) <= place.now():
        return None
    return values
