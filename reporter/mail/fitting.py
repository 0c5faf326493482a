"""An e-mail that Gmail shows whole: where it is too long, tables show fewer rows, and *Others* says the rest.

Where that is not enough, reports are only named. Gmail cuts off what lies beyond some 100,000 bytes, and with it the
link by which to get no more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from reporter.mail.content import Content, Draw, Drawn, Room, Section
from reporter.mail.html import Addressee, render_html
from reporter.mail.html_subset import MAX_BYTES
from reporter.model import Analysis, Period, Report

ROOM = 3_000
"""For an address and a link to unsubscribe that are longer than those tried, and what a server adds."""
FEWEST = 3
"""Rows that are left of each table, however long it all is then."""
WEEK = 7
"""Days, and other rows that people read as a whole, that are left."""


USUAL = Addressee("somebody@a-domain.example", "event", f"https://a-domain.example/unsubscribe?token={'x' * 200}")
"""An address, and a link to unsubscribe, of usual length."""


def html_bytes(content: Content, addressee: Addressee = USUAL) -> int:
    """How long its HTML is."""
    return len(render_html(content, addressee).encode("utf-8", "replace"))


def fitting(rows: int, make: Callable[[Room], Content]) -> Content:
    """What ``make`` makes of an event, with as much as Gmail shows; ``rows`` of a long table are asked for."""
    for room in _rooms(rows):
        content = make(room)
        if _fits(html_bytes(content)):
            return content
    return _named_only(content)


def _rooms(rows: int) -> Iterator[Room]:
    """From all that is asked for to the fewest rows."""
    yield Room(rows)
    fewest = min(rows, FEWEST)
    tried = [one for one in (rows * 2**at // 3**at for at in range(1, 9)) if one > fewest]
    for one in (*tried, fewest):
        yield Room(one, max(WEEK, 2 * one))


def _named_only(content: Content) -> Content:
    """The reports for which there is room, in their order; the others are named."""
    nothing = replace(content, sections=(), further=content.sections)
    least = used = html_bytes(nothing)
    shown: list[Section] = []
    further: list[Section] = []
    for one in content.sections:
        size = html_bytes(replace(nothing, sections=(one,))) - least
        fits = _fits(used + size)
        used += size if fits else 0
        (shown if fits else further).append(one)
    return replace(content, sections=tuple(shown), further=tuple(further))


def _fits(size: int) -> bool:
    return size <= MAX_BYTES - ROOM


def once(draw: Draw) -> Draw:
    """The same charts, each drawn once: they do not depend on how many rows are shown."""
    drawn: dict[str, Drawn | None] = {}

    def again(analysis: Analysis, period: Period, report: Report, before: Report | None) -> Drawn | None:
        if report.id not in drawn:
            drawn[report.id] = draw(analysis, period, report, before)
        return drawn[report.id]

    return again
