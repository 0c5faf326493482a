"""What is known of a visit's sender: country, language, browser, system, device, screen, custom variables."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from tests.oracle.texts import parameters_of

if TYPE_CHECKING:
    from tests.oracle.numbers import Oracle


def describe(oracle: Oracle) -> None:
    """Gives each visit its traits; ``None`` is unknown."""
    for visit in oracle.visits:
        entry = visit["views"][0]
        agent = oracle.rules["agents"][entry["agent"]]
        visit["country"] = oracle.rules["addresses"][entry["address"]]["country"]
        for name in ("browser", "browser_version", "os", "os_version", "device"):
            visit[name] = agent[name]
        visit["screen"] = first_of(event["screen"] or None for event in visit["events"])
        visit["language"] = first_of(language_of(event["language"]) for event in visit["events"])
        visit["custom"] = {pair for event in visit["events"] for pair in parameters_of(event["custom"])}


def first_of(values: Iterable[str | None]) -> str | None:
    return next((value for value in values if value is not None), None)


def language_of(header: str | None) -> str | None:
    """The first tag of an ``Accept-Language``, in lower case; ``None`` when it is none."""
    tag = (header or "").split(",")[0].split(";")[0].strip().lower()
    parts = tag.split("-")
    if not (parts[0].isascii() and parts[0].isalpha()):
        return None
    return tag if all(part.isascii() and part.isalnum() and len(part) <= 8 for part in parts) else None
