"""What a document is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from typing import Any

from reporter import words
from reporter.charts.chart import ALL_ONLY
from reporter.coverage import why_empty
from reporter.manifest import head
from reporter.model import Analysis, Period, Report


@dataclass(frozen=True)
class Document:
    """The reports of a period, in their order; ``before`` are those of ``earlier``, which it is compared with.

    ``so_far``: the period goes on; ``lacking`` says which days and logs are missing;
    ``published``: all other files of the period lie beside it; ``whole``: of which of them only some rows are told, or
    in another order, all rows as they are, of which charts and what is said of them still tell; ``most_rows`` of a
    report are printed, or all.
    """

    analysis: Analysis
    period: Period
    reports: Mapping[str, Report]
    before: Mapping[str, Report] | None = None
    earlier: Period | None = None
    so_far: bool = False
    lacking: str = ""
    published: bool = True
    whole: Mapping[str, Report] = field(default_factory=dict)
    most_rows: int | None = None

    @property
    def name(self) -> str:
        """That of the data set."""
        name: str = self.analysis.data["name"]
        return name

    @property
    def currency(self) -> str:
        """That of all money."""
        currency: str = self.analysis.data["currency"]
        return currency

    @property
    def title(self) -> str:
        """``Fruit shop, May 2015``."""
        return f"{self.name}, {words.period_name(self.period)}"

    @property
    def made_at(self) -> datetime:
        """A time that is the same whenever it is made: the end of the period's last day."""
        return datetime.combine(self.period.last, time(23, 59, 59), UTC)

    def drawn(self, report: Report) -> Report:
        """What the chart of a report shows."""
        return self.whole.get(report.id, report)

    def why_empty(self, report: Report) -> str:
        """Why it has no rows."""
        if len(self.drawn(report).rows):
            return f"No row fits. {len(self.drawn(report).rows):,} in all"
        return why_empty(report.id, self.period, self.analysis.whole)

    def news(self) -> str | None:
        """What happened, in a sentence; without an overview nobody knows."""
        if "overview" not in self.reports:
            return None
        earlier = words.period_name(self.earlier) if self.earlier else ""
        before = self.before.get("overview") if self.before else None
        changes = self.reports.get("changes")
        return words.news(self.reports["overview"], before, self.period, earlier, so_far=self.so_far, changes=changes)

    def notes(self) -> list[str]:
        """What a reader must know of these numbers."""
        return [*([self.lacking] if self.lacking else []), *self.analysis.notes(self.period)]

    def labels(self, report: Report) -> list[dict[str, Any]]:
        """Those that a report has, hidden ones among them: as in JSON and CSV, nothing is left out."""
        return self.analysis.labels[:1] if report.id in ALL_ONLY else self.analysis.labels

    def head(self) -> dict[str, Any]:
        """What its manifest says: own hosts, settings, software, notes, and the files it is made from."""
        return head(self.analysis, self.period, self.lacking)
