"""An e-mail that Gmail shows whole: where its tables are too long, each shows fewer rows and *Others* says the rest.

Gmail cuts off what lies beyond some 100,000 bytes, and with it the link by which to get no more.
"""

from __future__ import annotations

from collections.abc import Callable

from reporter.mail.content import Content, Draw, Drawn
from reporter.mail.html import Addressee, render_html
from reporter.mail.html_subset import MAX_BYTES
from reporter.model import Analysis, Period, Report
from shared.dataset_settings import Mail

ROOM = 3_000
"""For an address and a link to unsubscribe that are longer than those tried, and what a server adds."""
FEWEST = 3
"""Rows that are left of each table, however long it all is then."""


USUAL = Addressee("somebody@a-domain.example", "event", f"https://a-domain.example/unsubscribe?token={'x' * 200}")
"""An address, and a link to unsubscribe, of usual length."""


def html_bytes(content: Content, addressee: Addressee = USUAL) -> int:
    """How long its HTML is."""
    return len(render_html(content, addressee).encode("utf-8", "replace"))


def fitting(mail: Mail, make: Callable[[Mail], Content]) -> Content:
    """What ``make`` makes of an event, with as many of its rows as Gmail shows."""
    content = make(mail)
    rows = mail.rows
    while rows > FEWEST and html_bytes(content) > MAX_BYTES - ROOM:
        rows = max(FEWEST, rows * 2 // 3)
        content = make(mail.model_copy(update={"rows": rows}))
    return content


def once(draw: Draw) -> Draw:
    """The same charts, each drawn once: they do not depend on how many rows are shown."""
    drawn: dict[str, Drawn | None] = {}

    def again(analysis: Analysis, period: Period, report: Report, before: Report | None) -> Drawn | None:
        if report.id not in drawn:
            drawn[report.id] = draw(analysis, period, report, before)
        return drawn[report.id]

    return again
