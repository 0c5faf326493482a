"""Pages for people: the look of LOOK.md, everything escaped."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any
from urllib.parse import quote

from markupsafe import Markup

from reporter import words
from reporter.assets import Assets
from reporter.charts import Chart, Layouts, chart_of
from reporter.charts.chart import series_of
from reporter.course import course_of
from reporter.coverage import why_empty
from reporter.deliveries import Deliveries
from reporter.editions import Edition
from reporter.model import Analysis, Column, Period, Report
from reporter.news import news_of
from reporter.rest import SHOWN_ROWS
from reporter.table import Table, make_table
from reporter.turned import turn
from reporter.week import weeks_of
from shared.templating import Environment, environment_of

GROUPS = ("Visitors", "Arrivals", "Behaviour", "Change", "Health")
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

Reports = Mapping[str, Report]
"""Of one period, by id."""


@dataclass(frozen=True)
class Site:
    """What all pages of a data set share. ``layouts`` are the charts of each kind of period, without their data."""

    analysis: Analysis
    assets: Assets
    layouts: Layouts
    parts: dict[tuple[Any, ...], Markup] = field(default_factory=dict)

    def part(self, name: str, key: tuple[Any, ...], **values: Any) -> Markup:
        """A part of pages that is the same for this key: put together once."""
        if (name, key) not in self.parts:
            self.parts[name, key] = Markup(_render(f"{name}.html", **values))  # noqa: S704 - of a template
        return self.parts[name, key]


def render_report(
    site: Site,
    edition: Edition,
    report: Report,
    reports: Reports,
    before: Report | None,
    *,
    compared: Report | None = None,
) -> str:
    """``<report>.html``; ``reports`` are all of the period, ``before`` is the same of the earlier one.

    ``compared`` is what the table shows in place of the report: the report and that of other days side by side.
    """
    drawn = chart_of(report, site.analysis, edition.period, before, site.layouts)
    told = _news(edition, reports, report, before) if report.id == "overview" else news_of(report, site.analysis, drawn)
    said = compared or report
    table = make_table(site.analysis, said, SHOWN_ROWS) if said.dimensions else turn(site.analysis, said)
    return _render(
        "report.html",
        **_common(site, edition, reports, report.id),
        report=report,
        table=table,
        head=_head(site, table) if isinstance(table, Table) else None,
        weeks=list(weeks_of(said, table.labels)) if report.id == "hours" else [],
        terms=_terms(site, table.columns),
        chart=_shown(site, drawn, edition.earlier if report.id == "trend" else None, of_report=True),
        has_course=course_of(report) is not None,
        exits=_exits(site, report),
        news=told,
        empty="" if len(report.rows) else why_empty(report.id, edition.period, site.analysis.whole),
    )


def _exits(site: Site, report: Report) -> tuple[Table, Markup] | None:
    """The table of where visits go that do not go on; beyond its first rows, a file has them."""
    if report.exits is None:
        return None
    table = replace(make_table(site.analysis, report.exits, SHOWN_ROWS), rest="")
    return table, _head(site, table)


def render_period(site: Site, edition: Edition, reports: Reports, before: Reports | None) -> str:
    """``index.html`` of a period; ``before`` are the reports of the earlier one that it is compared with."""
    overview, trend = reports["overview"], reports["trend"]
    earlier = before["overview"] if before else None
    drawn = chart_of(trend, site.analysis, edition.period, before["trend"] if before else None, site.layouts)
    tables = [
        (reports[one], make_table(site.analysis, reports[one], SHORT_ROWS, (measure,))) for one, measure in DIGEST
    ]
    figures = _figures(overview, earlier if not edition.so_far else None, site.analysis.data["currency"])
    return _render(
        "period.html",
        **_common(site, edition, reports, ""),
        news=_news(edition, reports, overview, earlier),
        figures=figures,
        chart=_shown(site, drawn, edition.earlier),
        tables=[(report, table, _head(site, table, compact=True)) for report, table in tables],
        why_empty=lambda report: why_empty(report.id, edition.period, site.analysis.whole),
        terms=_terms(site, [*(one for one, _, _ in figures), *(one for _, table in tables for one in table.columns)]),
    )


def render_page(template: str, site: Site, edition: Edition, reports: Reports, current: str, **values: Any) -> str:
    """Another page of a period, in the frame of all; ``current`` is its name in the list of reports. Where labels are
    switched on and off is its own affair."""
    common = _common(site, edition, reports, current) | {"news": "", "chips": ""}
    return _render(template, **common, **values)


def script_json(data: Any) -> Markup:
    """JSON that may stand inside a script element."""
    return _script_text(json.dumps(data, ensure_ascii=False, separators=(",", ":")))


def render_dataset(site: Site, periods: Sequence[Period]) -> tuple[str, str]:
    """``index.html`` of a data set: how it developed, and its periods, newest first; and its one sentence of news."""
    analysis = site.analysis
    whole = analysis.whole
    reports = analysis.reports([whole], only=("overview", "trend"))[whole.id]
    kinds = [(kind, [one for one in periods if one.kind == kind]) for kind in ("all", "year", "month", "week", "day")]
    news = words.news(reports["overview"], None, whole, "")
    text = _render(
        "dataset.html",
        analysis=analysis.data,
        news=news,
        lacking=Deliveries(analysis).lacking(whole),
        chart=_shown(site, chart_of(reports["trend"], analysis, whole, None, site.layouts)),
        kinds=[(kind, found) for kind, found in kinds if found],
        words=words,
        root="..",
        assets=site.assets,
        notes=analysis.data["notes"],
    )
    return text, news


def render_home(datasets: Sequence[Mapping[str, Any]], assets: Assets) -> str:
    """``index.html`` of everything published."""
    return _render("home.html", datasets=datasets, root=".", assets=assets)


def _news(edition: Edition, reports: Reports, overview: Report, before: Report | None) -> str:
    name = words.period_name(edition.earlier) if edition.earlier else ""
    changes = reports.get("changes")
    return words.news(overview, before, edition.period, name, so_far=edition.so_far, changes=changes)


def _figures(overview: Report, before: Report | None, currency: str) -> list[tuple[Column, str, str]]:
    """What a period's first page begins with: a measure, its value, and the change since the period before."""
    found = []
    for one in overview.measures:
        if one.id in KEY_FIGURES:
            value = _only(overview, one.id)
            then = _only(before, one.id) if before is not None else None
            found.append((one, words.shown(value, one.unit, currency), words.change(value, then, one.unit)))
    return found


def _only(report: Report, measure: str) -> Any:
    """A measure of the overview, which has one row."""
    return report.rows[0].values["all"][measure] if report.rows else None


def _head(site: Site, table: Table, *, compact: bool = False) -> Markup:
    """The head of a table; a compact one has letters instead of names."""
    key = (table.report, tuple(one.id for one in table.columns), compact)
    return site.part("head", key, one=table, compact=compact)


def _terms(site: Site, columns: Iterable[Column]) -> Markup:
    """What columns mean, each once."""
    different = {one.id: one for one in columns}
    key = tuple((one.id, one.definition) for one in different.values())
    return site.part("terms", key, columns=list(different.values()))


def _chips(site: Site, report: str) -> Markup:
    """The labels that a page shows; ``shown`` is what its chart calls them."""
    names = {one.id: one.name for one in series_of(site.analysis, report)}
    labels = [one | {"shown": names[one["id"]]} for one in site.analysis.labels if one["id"] in names]
    return site.part("chips", (report,), labels=labels)


def _common(site: Site, edition: Edition, reports: Reports, current: str) -> dict[str, Any]:
    return {
        "analysis": site.analysis.data,
        "chips": _chips(site, current),
        "period": edition.period,
        "newer": edition.neighbours.newer,
        "older": edition.neighbours.older,
        "around": edition.neighbours.around,
        "nav": _nav(tuple(_listed(reports)), current),
        "current": current,
        "words": words,
        "root": "../..",
        "assets": site.assets,
        "lacking": edition.lacking,
        "documents": edition.documents,
        "documents_at": edition.documents_at,
        "notes": site.analysis.notes(edition.period),
    }


def _listed(reports: Reports) -> Iterator[tuple[str, str, str]]:
    """Group, id and title of every page of a period; the overlay shows what the paths say."""
    for one in reports.values():
        yield one.group, one.id, one.title
        if one.id == "paths":
            yield one.group, "overlay", "Link overlay"


def _nav(reports: tuple[tuple[str, str, str], ...], current: str) -> Markup:
    """The list of reports, on each page with that page marked."""
    link = f'<a href="{current}.html"'
    return Markup(_nav_of(reports).replace(f"{link}>", f'{link} aria-current="page">'))  # noqa: S704 - of a template


@cache
def _nav_of(reports: tuple[tuple[str, str, str], ...]) -> str:
    groups = [(group, [one for one in reports if one[0] == group]) for group in GROUPS]
    return _render("nav.html", groups=[(group, found) for group, found in groups if found])


def _shown(
    site: Site, drawn: Chart | None, earlier: Period | None = None, *, of_report: bool = False
) -> dict[str, Any] | None:
    """A chart as a page has it; ``earlier`` is the period that it is compared with.

    ``of_report``: the page has the report's table, too.
    """
    if drawn is None:
        return None
    repeated = of_report and drawn.table is not None and drawn.table.is_repeated
    return {
        "question": drawn.question,
        "note": f"Dashed: {words.period_name(earlier)}" if earlier is not None else "",
        "description": drawn.description,
        "spec": _script_text(site.layouts.text(drawn.spec)),
        "world": "assets" in drawn.spec["usermeta"],
        "table": None if repeated else drawn.table,
    }


def _script_text(text: str) -> Markup:
    """The same of a text."""
    return Markup(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))  # noqa: S704 - escaped


@cache
def _environment() -> Environment:
    environment = environment_of("reporter")
    environment.filters["urlpart"] = lambda text: quote(str(text), safe="")
    return environment


def _render(name: str, **values: Any) -> str:
    return _environment().get_template(name).render(**values)
