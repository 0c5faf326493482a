"""Many expressions tried at once, the first in order that matches: the one door to ua-parser and its engine.

The engine (Rust's ``regex`` behind a literal prefilter) tries two thousand expressions on an agent in some
microseconds, always in linear time. Its dialect has no look-around and no back-references.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from operator import attrgetter

from ua_parser.loaders import load_lazy_builtins
from ua_parser_rs import OSExtractor, UserAgentExtractor

OTHER = "Other"
"""What uap-core calls a family it does not know."""
COLUMNS = attrgetter("regex", "family", "major", "minor", "patch", "patch_minor")


class Patterns:
    """Expressions, each with a label; the order decides."""

    def __init__(self, rows: Iterable[tuple[str, str]]) -> None:
        """``rows``: expression and label."""
        kept = list(rows)
        self._labels = [label for _, label in kept]
        # The engine gives back texts: the whole match as the family, the row's number as the major version.
        self._engine = UserAgentExtractor(
            (f"({expression})", "$1", str(row), None, None, None) for row, (expression, _) in enumerate(kept)
        )

    def first(self, text: str) -> tuple[str, str] | None:
        """Label and matched text of the first expression that matches; ``text`` is encodable."""
        found = self._engine.extract(text)
        return None if found is None else (self._labels[int(found.major or 0)], found.family)


def browser_of(agent: str) -> tuple[str, str | None]:
    """Browser family, as uap-core names it, and version (``17.4.1``)."""
    found = _browsers().extract(agent)
    return (OTHER, None) if found is None else (found.family, _version(found.major, found.minor, found.patch))


def os_of(agent: str) -> tuple[str, str | None]:
    """Operating system family, as uap-core names it, and version."""
    found = _systems().extract(agent)
    return (OTHER, None) if found is None else (found.family, _version(found.major, found.minor, found.patch))


def _version(*parts: str | None) -> str | None:
    """What stands before the first gap."""
    kept: list[str] = []
    for part in parts:
        if not part:
            break
        kept.append(part)
    return ".".join(kept) or None


@cache
def _browsers() -> UserAgentExtractor:
    return UserAgentExtractor(map(COLUMNS, load_lazy_builtins()[0]))


@cache
def _systems() -> OSExtractor:
    return OSExtractor(map(COLUMNS, load_lazy_builtins()[1]))
