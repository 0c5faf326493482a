"""Outlines and names of countries. Pages load them as a script that all share; here the same file is read."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any

WORLD = "world.js"


@cache
def outlines() -> list[dict[str, Any]]:
    """GeoJSON features with their codes (ISO 3166-1 alpha-2; some disputed areas have none) and names."""
    text = (files("reporter") / "static" / WORLD).read_text(encoding="utf-8")
    found: list[dict[str, Any]] = json.loads(text[text.index("[") : text.rindex("]") + 1])
    return found


@cache
def names() -> dict[str, str]:
    """The names of countries by code."""
    return {one["id"]: one["properties"]["name"] for one in outlines() if "id" in one}
