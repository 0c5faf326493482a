"""Any report of any days, from the newest analysis of a data set: for the command and for the API."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from shared.catalog import Catalog
from shared.catalog.schema import analyses
from shared.errors import ProprocessorError, Rejected, Transient
from shared.settings import Settings

if TYPE_CHECKING:
    from analyzer.live import Answer
    from analyzer.periods import Period
    from reporter.model import Analysis, Report
    from shared.dataset_settings import Label


@dataclass(frozen=True)
class AskedDays:
    """The days of a question and, if wished, those to compare them with."""

    asked: Period
    other: Period | None = None


def analysis_folder(catalog: Catalog, settings: Settings, row: Mapping[str, Any]) -> Path:
    """Where the newest analysis of a data set is, of its ``row``; an error (``not_analysed``) where there is none."""
    with catalog.read() as connection:
        same = (analyses.c.dataset == row["id"]) & (analyses.c.digest == row["analysis"])
        folder = connection.execute(sa.select(analyses.c.folder).where(same)).scalar()
    if folder is None:
        raise ProprocessorError(
            f"The data set {row['id']} has not been analysed yet.",
            remedy="`proprocessor run` fetches and analyses it; `proprocessor status` tells how far it is.",
            reason="not_analysed",
        )
    return settings.data / str(folder)


def all_days_of(folder: Path) -> Period:
    """All days of an analysis."""
    from analyzer.live import whole_in

    with while_it_lasts():
        return whole_in(folder)


@contextmanager
def while_it_lasts() -> Iterator[None]:
    """Read an analysis; :class:`Transient` (``analysis_replaced``) where a newer one took its place meanwhile."""
    try:
        yield
    except FileNotFoundError as error:
        raise Transient(
            "A newer analysis has taken the place of this one.", remedy="Ask again.", reason="analysis_replaced"
        ) from error


def asked_days(
    folder: Path, first: date | None, last: date | None, period: str | None, compare: str | None
) -> AskedDays:
    """What days are meant; those not given are the first and last of the analysis.

    :class:`shared.errors.Rejected` where there is no such period, or nothing to compare with.
    """
    from analyzer.asked import asked_period, asked_range, compared_with

    whole = all_days_of(folder)
    if first or last:
        asked = asked_range(first or whole.first, last or whole.last)
    else:
        asked = asked_period(period or "all", whole)
    return AskedDays(asked, compared_with(asked, compare, whole) if compare else None)


def ask(
    folder: Path, settings: Settings, days: AskedDays, label: Label | None, report_id: str
) -> tuple[Answer | None, Answer]:
    """The answer of the other days, and that of the days asked for."""
    from analyzer.live import Question, answer

    questions = [Question(report_id, one, label) for one in (days.other, days.asked) if one is not None]
    limits = {"memory_limit_mb": settings.memory_limit_mb, "threads": settings.threads}
    found = [answer(folder, one, **limits) for one in questions]
    return (found[0] if days.other else None), found[-1]


REMEDIES = {
    ".course.csv": "Ask for robots on several days on which some came; of a single day the report says all.",
    ".exits.csv": "Ask for the funnel, on days on which a visit did not go on.",
}
"""What to ask instead, by how the name of a file ends."""


@dataclass(frozen=True)
class LiveReport:
    """An answer as the reporter's writers take it. ``every`` is the number of rows before they were cut.

    ``lacking`` says which days and logs are missing, and what is therefore not compared; ``so_far``: more may come;
    ``before`` is the same report of the days that it is compared with, to be drawn behind it: none, where that would
    show what is not compared; ``whole`` is the report where only some of its rows are taken, or in another order.
    """

    analysis: Analysis
    report: Report
    days: AskedDays
    every: int
    lacking: str
    so_far: bool
    before: Report | None = None
    whole: Report | None = None

    def as_json(self) -> str:
        """As it would be published."""
        from console.report_answer import period_of
        from reporter.json_report import render_json

        more = {"compared_with": self._compared_with(self.days.other)} if self.days.other is not None else None
        return render_json(self.analysis, period_of(self.days.asked), self.report, self.lacking, more)

    def _compared_with(self, other: Period) -> dict[str, Any]:
        """``days_there``: of how many of its days there is data."""
        from console.report_answer import period_of
        from reporter.coverage import days_there

        return asdict(other) | {"days": other.days, "days_there": days_there(period_of(other), self.analysis.whole)}

    def as_csv(self) -> str:
        """The same, a row for each label."""
        from reporter.csv_report import render_csv

        return render_csv(self.analysis, self.report)

    def beside_as_csv(self, ending: str) -> str:
        """What stands beside the report, by how the file's name ends; :class:`Rejected` where nothing does."""
        from reporter.beside import reports_beside
        from reporter.csv_report import render_csv

        found = dict(reports_beside(self.report)).get(ending)
        if found is None:
            raise Rejected(
                f"{self.report.title} of these days has no such file: it would say nothing more.",
                remedy=REMEDIES[ending],
                reason="no_such_page",
            )
        return render_csv(self.analysis, found)


def live_report(
    folder: Path, found: tuple[Answer | None, Answer], days: AskedDays, limit: int | None = None
) -> LiveReport:
    """Of the answers of :func:`ask`; ``limit`` cuts rows, totals are of all."""
    from console.report_answer import (
        analysis_of,
        compared_report,
        drawn_before,
        lacking_in,
        period_of,
        report_of,
        uncompared_in,
    )

    before, after = found
    analysis = analysis_of(folder, after)
    whole, (lacking, goes_on) = analysis.whole, lacking_in(analysis, period_of(days.asked))
    if before is None:
        shown = report_of(after, analysis.zone)
    else:
        shown = compared_report(before, after, analysis.zone, whole)
        lacking = " ".join(filter(None, (lacking, uncompared_in(before, after, whole))))
    every = len(shown.rows)
    if limit is not None:
        shown = replace(shown, rows=shown.rows[:limit])
    behind = drawn_before(before, after, analysis.zone, whole) if before is not None else None
    return LiveReport(analysis, shown, days, every, lacking, goes_on, behind)
