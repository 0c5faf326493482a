"""Pages for people: the look of LOOK.md, everything escaped."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from reporter import words
from reporter.chart import trend_chart
from reporter.model import Analysis, Column, Period, Report, Value

ALL_ONLY = ("audit", "robots", "robot_pages")
WHOLE = ("trend", "hours", "funnel", "labels")
"""Shown to the last row: they are read as a whole."""
GROUPS = ("Visitors", "Arrivals", "Behaviour", "Change", "Health")
SHOWN_ROWS = 100
SHORT_ROWS = 10
DIGEST = (("pages", "views"), ("entries", "visits"), ("referrers", "visits"))
"""The short tables of a period's first page: report and its measure."""
KEY_FIGURES = (
    "visits",
    "visitors",
    "page_views",
    "pages_per_visit",
    "seconds_per_visit",
    "short_visit_rate",
    "orders",
    "revenue",
)


@dataclass(frozen=True)
class Cell:
    """What names a row."""

    text: str
    link: str | None = None


@dataclass(frozen=True)
class Table:
    """A table ready to be shown."""

    caption: str
    dimensions: tuple[Column, ...]
    measures: tuple[Column, ...]
    labels: tuple[dict[str, Any], ...]
    rows: list[tuple[list[Cell], Markup]]
    others: Markup | None
    others_count: int
    totals: Markup


@dataclass(frozen=True)
class Site:
    """What all pages of a data set share: assets and the periods there are, newest first."""

    analysis: Analysis
    periods: Sequence[Period]
    style: str
    script: str
    vega: str


def render_report(site: Site, period: Period, report: Report, reports: dict[str, Report], before: Report | None) -> str:
    """``<report>.html``."""
    chart = trend_chart(report, before, period) if report.id == "trend" else None
    return _render(
        "report.html",
        **_common(site, period, reports, report.id),
        report=report,
        table=make_table(site.analysis, report, SHOWN_ROWS),
        chart=_script_json(chart) if chart else None,
        compared=before is not None,
        news=words.news(report, before, period, "the period before", so_far=period.last > _last_day(site))
        if report.id == "overview"
        else None,
    )


def render_period(
    site: Site, period: Period, reports: dict[str, Report], earlier: tuple[Period, dict[str, Report]] | None
) -> str:
    """``index.html`` of a period."""
    before = earlier[1] if earlier else None
    name = words.period_name(earlier[0]) if earlier else ""
    overview = reports["overview"]
    currency = site.analysis.data["currency"]
    figures = [
        (
            one,
            words.shown(
                overview.totals["all"][one.id] if one.total != "none" else _only(overview, one.id), one.unit, currency
            ),
        )
        for one in overview.measures
        if one.id in KEY_FIGURES
    ]
    tables = [
        (reports[one], make_table(site.analysis, reports[one], SHORT_ROWS, (measure,))) for one, measure in DIGEST
    ]
    return _render(
        "period.html",
        **_common(site, period, reports, ""),
        news=words.news(
            overview, before["overview"] if before else None, period, name, so_far=period.last > _last_day(site)
        ),
        figures=figures,
        chart=_script_json(trend_chart(reports["trend"], before["trend"] if before else None, period)),
        compared=before is not None,
        before_name=name,
        tables=tables,
    )


def render_dataset(site: Site) -> str:
    """``index.html`` of a data set: its periods."""
    kinds = [
        (kind, [one for one in site.periods if one.kind == kind]) for kind in ("all", "year", "month", "week", "day")
    ]
    return _render(
        "dataset.html",
        analysis=site.analysis.data,
        kinds=[(kind, found) for kind, found in kinds if found],
        words=words,
        root="..",
        style=site.style,
        script=site.script,
        notes=words.notes(site.analysis),
    )


def render_home(datasets: Sequence[dict[str, Any]], style: str, script: str) -> str:
    """``index.html`` of everything published."""
    return _render("home.html", datasets=datasets, root=".", style=style, script=script)


def make_table(analysis: Analysis, report: Report, limit: int, measures: tuple[str, ...] = ()) -> Table:
    """The first rows, one *Others* row for the rest, and totals."""
    chosen = tuple(one for one in report.measures if not measures or one.id in measures)
    labels = _labels_of(analysis, report)
    currency = analysis.data["currency"]
    head, rest = (report.rows, ()) if report.id in WHOLE else (report.rows[:limit], report.rows[limit:])
    largest = {
        (label["id"], one.id): max((row.values.get(label["id"], {}).get(one.id) or 0 for row in head), default=0)
        for label in labels
        for one in chosen[:1]
    }

    def cells(values: Mapping[str, Value], label: str, *, bars: bool) -> str:
        # There are hundreds of thousands: a template would take longer for them than all else takes together.
        return "".join(
            _measure_cell(
                words.shown(values.get(one.id), one.unit, currency),
                float(values.get(one.id) or 0) / float(top)
                if bars and report.dimensions and (top := largest.get((label, one.id)))
                else None,
            )
            for one in chosen
        )

    def all_cells(by_label: Mapping[str, Mapping[str, Value]], *, bars: bool) -> Markup:
        joined = "".join(cells(by_label.get(label["id"], {}), label["id"], bars=bars) for label in labels)
        return Markup(joined)  # noqa: S704 - each cell is escaped

    rows = [
        (
            [_dimension_cell(value, column, row.key) for value, column in zip(row.key, report.dimensions, strict=True)],
            all_cells(row.values, bars=True),
        )
        for row in head
    ]
    others = all_cells({label["id"]: _others(rest, chosen, label["id"]) for label in labels}, bars=False)
    totals = all_cells(report.totals, bars=False)
    return Table(report.question, report.dimensions, chosen, labels, rows, others if rest else None, len(rest), totals)


def _labels_of(analysis: Analysis, report: Report) -> tuple[dict[str, Any], ...]:
    """Those that the settings show in this report; some tell of lines, not of visits, and know all visitors only."""
    if report.id in ALL_ONLY:
        return tuple(analysis.labels[:1])
    return tuple(label for label in analysis.labels if report.id not in label["hide_in"])


def _measure_cell(text: str, share: float | None) -> str:
    bar = "" if share is None else f'<span class="bar" style="--share: {share:.4f}"></span>'
    return f'<td class="number">{bar}<span>{escape(text)}</span></td>\n'


def _others(rows: Sequence[Any], measures: tuple[Column, ...], label: str) -> dict[str, Any]:
    """Sums of what can be summed row by row; a visit may have seen several of these pages, so only true sums."""
    return {
        one.id: sum(row.values[label][one.id] for row in rows if label in row.values)
        for one in measures
        if one.unit in ("count", "money")
    }


def _last_day(site: Site) -> date:
    """The last day with lines."""
    return max(date.fromisoformat(one["last"]) for one in site.analysis.data["periods"] if one["kind"] == "all")


def _only(report: Report, measure: str) -> Any:
    """A measure of the overview, which has one row."""
    return report.rows[0].values["all"][measure] if report.rows else None


def _dimension_cell(value: Any, column: Column, key: tuple[Any, ...]) -> Cell:
    if column.id == "hour":
        return Cell(f"{value:02d}:00")
    if column.id == "weekday":
        return Cell(words.WEEKDAYS[value - 1])
    if column.id == "url":
        text = "" if value is None else str(value)
        safe = text.startswith(("http://", "https://"))
        return Cell(text or (words.UNDEFINED if key else ""), link=text if safe else None)
    if hasattr(value, "isoformat"):
        return Cell(f"{value:%a} {value.day} {value:%b %Y}")
    return Cell("" if value is None else str(value))


def _common(site: Site, period: Period, reports: dict[str, Report], current: str) -> dict[str, Any]:
    same = [one for one in site.periods if one.kind == period.kind]
    at = next((number for number, one in enumerate(same) if one.id == period.id), 0)
    groups = [(group, [one for one in reports.values() if one.group == group]) for group in GROUPS]
    return {
        "analysis": site.analysis.data,
        "labels": site.analysis.labels,
        "period": period,
        "newer": same[at - 1] if at > 0 else None,
        "older": same[at + 1] if at + 1 < len(same) else None,
        "around": _around(site.periods, period),
        "groups": [(group, found) for group, found in groups if found],
        "current": current,
        "words": words,
        "root": "../..",
        "style": site.style,
        "script": site.script,
        "vega": site.vega,
        "notes": words.notes(site.analysis),
    }


def _around(periods: Sequence[Period], period: Period) -> list[tuple[str, Period]]:
    """For each kind the period to go to from here: the one that holds this day, or its newest part."""
    found = []
    for kind in ("day", "week", "month", "year", "all"):
        same = [one for one in periods if one.kind == kind]
        holding = [one for one in same if one.first <= period.last and one.last >= period.first]
        if chosen := (holding or same)[:1]:
            found.append((kind, period if kind == period.kind else chosen[0]))
    return found


def _script_json(data: Any) -> Markup:
    """JSON that may stand inside a script element."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))  # noqa: S704 - escaped


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("reporter", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["urlpart"] = lambda text: quote(str(text), safe="")
    return environment


def _render(name: str, **values: Any) -> str:
    return _environment().get_template(name).render(**values)
