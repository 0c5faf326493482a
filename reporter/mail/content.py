"""What an e-mail of reports says, before it is HTML or text: from the report model, in its words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from typing import Any

from reporter import words
from reporter.charts.chart import shown_labels
from reporter.coverage import why_empty
from reporter.deliveries import Deliveries
from reporter.mail.grid import MANY, Grid, Labels, make_grids
from reporter.mail.timetable import before as period_before
from reporter.mail.timetable import year_before
from reporter.model import Analysis, Period, Report
from shared.dataset_settings import Mail
from shared.mail_address import CONTROL
from shared.texts import number_of

DEFAULT_SUBJECT = "{name}: {period}"
SHOWN_WIDTH = 600
"""Of charts, in pixels, as the template has it."""
FOR_NEWS = ("overview", "changes")


@dataclass(frozen=True)
class Image:
    """A chart: PNG, and in words what it shows. ``name`` is its content id before the ``@``."""

    name: str
    data: bytes
    description: str

    @property
    def height(self) -> int:
        """In pixels, where it is :data:`SHOWN_WIDTH` wide: Outlook leaves that much room; PNG begins with its size."""
        width, height = (int.from_bytes(self.data[at : at + 4], "big") for at in (16, 20))
        return round(SHOWN_WIDTH * height / width)


@dataclass(frozen=True)
class Drawn:
    """A report's chart, and the sentence that pages say above it; empty, where there is nothing to say."""

    image: Image
    news: str


Draw = Callable[[Analysis, Period, Report, Report | None], Drawn | None]
"""Draws a report's chart; ``None``: it has none."""


@dataclass(frozen=True)
class Room:
    """How many rows a table has: a long one, and one that people read as a whole."""

    rows: int
    whole: int = MANY


@dataclass(frozen=True)
class Further:
    """What stands below a report's own tables, with a question of its own: where visits leave a funnel."""

    question: str
    grids: tuple[Grid, ...]


@dataclass(frozen=True)
class Section:
    """One report: what it asks, chart and tables; ``empty`` says why there is nothing to show."""

    id: str
    title: str
    question: str
    link: str | None
    news: str
    image: Image | None
    grids: tuple[Grid, ...]
    empty: str
    exits: Further | None = None


@dataclass(frozen=True)
class Content:
    """An e-mail's words. ``lacks`` are sentences that say what data is missing; empty: none is.

    ``begins`` says so of data that begins within the period: nothing will fill the days before. ``further`` reports
    were asked for and are only named; ``rows``: so many of a long table are shown.
    """

    subject: str
    name: str
    period: str
    dates: str
    news: str
    introduction: tuple[str, ...]
    lacks: tuple[str, ...]
    compared: str
    labels: tuple[Mapping[str, Any], ...]
    sections: tuple[Section, ...]
    notes: tuple[str, ...]
    link: str | None
    begins: str = ""
    further: tuple[Section, ...] = ()
    rows: int = 0

    @property
    def images(self) -> list[Image]:
        """The charts, in order."""
        return [one.image for one in self.sections if one.image is not None]

    @property
    def no_room(self) -> str:
        """What is said before the names of reports that are not shown; empty, where all are."""
        return f"This e-mail has no room for {number_of(len(self.further), 'more report')}" if self.further else ""


def make_content(
    analysis: Analysis,
    mail: Mail,
    period: Period,
    *,
    lacks: Sequence[str] = (),
    link: str | None = None,
    draw: Draw = lambda *_: None,
    room: Room | None = None,  # by default all that is asked for
) -> Content:
    """The words of an event's e-mail of a period; ``link`` leads to the period's page, where one is published."""
    reports = reports_of(analysis, period, mail.reports)
    earlier = compared_period(analysis, mail, period) if not lacks else None
    before = reports_of(analysis, earlier, mail.reports) if earlier is not None else {}
    labels, room = with_labels(analysis, mail.labels), room or Room(mail.rows)
    sections = tuple(
        _section(labels, period, reports[one], before.get(one), room, link, draw)
        for one in mail.reports
        if one in reports
    )
    return Content(
        subject=subject_of(mail.subject or DEFAULT_SUBJECT, analysis.data["name"], period, partial=bool(lacks)),
        name=analysis.data["name"],
        period=words.period_name(period),
        dates=words.dates(period),
        news=_news(reports, before, period, earlier, mail, so_far=bool(lacks) or period.last > analysis.whole.last),
        introduction=paragraphs(mail.introduction),
        lacks=tuple(lacks),
        compared=_comparison(mail, earlier, partial=bool(lacks)),
        labels=tuple(labels.labels) if len(labels.labels) > 1 else (),
        sections=sections,
        notes=tuple(analysis.notes(period) if reports.get("overview") is not None else analysis.data["notes"]),
        link=link,
        begins=Deliveries(analysis).beginning(period),
        rows=room.rows,
    )


def subject_of(template: str, name: str, period: Period, *, partial: bool) -> str:
    """One line, whatever a data set is called."""
    text = template.replace("{name}", name).replace("{period}", words.period_name(period))
    return " ".join(CONTROL.sub(" ", text).split()) + (" (partial)" if partial else "")


def paragraphs(text: str) -> tuple[str, ...]:
    """Those of plain text, apart by empty lines."""
    blocks = text.replace("\r\n", "\n").replace("\r", "\n").split("\n\n")
    return tuple(block.strip() for block in blocks if block.strip())


def reports_of(analysis: Analysis, period: Period, wanted: Sequence[str]) -> dict[str, Report]:
    """The reports of a period, and those that its news needs; none, where the analysis has no line of these days."""
    if all(one.id != period.id for one in analysis.periods()):
        return {}
    return analysis.reports([period], only={*wanted, *FOR_NEWS})[period.id]


def compared_period(analysis: Analysis, mail: Mail, period: Period) -> Period | None:
    """The period before, or the same a year before, as is wanted, if all of its days are there."""
    if mail.compare == "none":
        return None
    earlier = period_before(period) if mail.compare == "previous" else year_before(period)
    known = any(one.id == earlier.id for one in analysis.periods())
    return earlier if known and earlier.first >= analysis.whole.first else None


def _comparison(mail: Mail, earlier: Period | None, *, partial: bool) -> str:
    if mail.compare == "none":
        return ""
    if partial:
        return "Nothing is compared, since data is missing."
    which = f"the {mail.period} before" if mail.compare == "previous" else f"the same {mail.period} a year before"
    if earlier is None:
        return f"Nothing is compared: of {which}, not all days are there."
    where = "Below each number, and dashed in the chart of visits" if "trend" in mail.reports else "Below each number"
    days = words.dates(earlier)
    return f"{where}: {which}, {days if earlier.kind == 'day' else f'{words.period_name(earlier)} ({days})'}."


def _news(
    reports: Mapping[str, Report],
    before: Mapping[str, Report],
    period: Period,
    earlier: Period | None,
    mail: Mail,
    *,
    so_far: bool,
) -> str:
    overview = reports.get("overview")
    if overview is None:
        return _nothing(period)
    name = words.period_name(earlier) if earlier is not None else ""
    changes = reports.get("changes") if mail.compare == "previous" else None
    return words.news(overview, before.get("overview"), period, name, so_far=so_far, changes=changes)


def _nothing(period: Period) -> str:
    return f"No visits in this {words.KINDS[period.kind]}. They appear when the collector delivers logs of these days."


def with_labels(analysis: Analysis, chosen: Sequence[str]) -> Analysis:
    """The analysis as if it had these labels only, beside all visitors: charts and files, too, show no others."""
    if not chosen:
        return analysis
    found = copy(analysis)
    found.labels = [one for one in analysis.labels if one["id"] in ("all", *chosen)]
    return found


def _section(
    analysis: Analysis,
    period: Period,
    report: Report,
    before: Report | None,
    room: Room,
    link: str | None,
    draw: Draw,
) -> Section:
    labels = shown_labels(analysis.labels, report.id)
    grids = make_grids(report, before, labels, analysis.data["currency"], room.rows, room.whole)
    drawn = draw(analysis, period, report, before) if grids else None
    return Section(
        id=report.id,
        title=report.title,
        question=report.question,
        link=f"{link}{report.id}.html" if link else None,
        news=drawn.news if drawn is not None and report.id != "overview" else "",
        image=drawn.image if drawn is not None else None,
        grids=tuple(grids),
        empty="" if grids else why_empty(report.id, period, analysis.whole),
        exits=_exits(report, before, labels, analysis.data["currency"], room),
    )


def _exits(report: Report, before: Report | None, labels: Labels, currency: str, room: Room) -> Further | None:
    """Where visits go that do not go on in a funnel; before, they may have gone on everywhere."""
    if report.exits is None:
        return None
    then = None if before is None else before.exits or replace(report.exits, rows=())
    return Further(report.exits.question, tuple(make_grids(report.exits, then, labels, currency, room.rows)))
