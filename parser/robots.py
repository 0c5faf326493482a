"""Known crawlers by agent (list: crawler-user-agents, MIT); what does not name itself is a robot too (DOMAIN.md 3)."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from json import loads

GENERIC = (
    r"\b(?:bot|crawler|spider|scraper)s?\b|[a-z0-9](?:bot|crawler|spider)(?:[/ ;)_-]|$)|\bfeed(?:fetcher|parser|burner)"
)
"""Names nobody has listed yet. A phone is called CUBOT, so a bare ending needs more than that word before it."""
NOT_ROBOTS = re.compile(r"\bcubot\b", re.IGNORECASE)
CHUNK = 50


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    """The list in pieces: one expression of all would be compiled into something far slower to try."""
    entries = loads((files("crawleruseragents") / "crawler-user-agents.json").read_text(encoding="utf-8"))
    listed = [entry["pattern"] for entry in entries]
    pieces = ["|".join(f"(?:{one})" for one in listed[at : at + CHUNK]) for at in range(0, len(listed), CHUNK)]
    return (re.compile(GENERIC, re.IGNORECASE), *(re.compile(piece) for piece in pieces))


def is_robot(agent: str | None) -> bool:
    """Whether an agent is empty or a known crawler."""
    if not agent or not agent.strip():
        return True
    if NOT_ROBOTS.search(agent):
        agent = NOT_ROBOTS.sub("", agent)
    return any(pattern.search(agent) for pattern in _patterns())
