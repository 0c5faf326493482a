"""Pages for people: the look of LOOK.md, everything escaped."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from reporter import words
from reporter.assets import Assets
from reporter.chart import trend_chart
from reporter.editions import Edition
from reporter.model import Analysis, Column, Period, Report
from reporter.table import make_table

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

Reports = Mapping[str, Report]
"""Of one period, by id."""


@dataclass(frozen=True)
class Site:
    """What all pages of a data set share. ``layouts`` are the charts of each kind of period, without their data."""

    analysis: Analysis
    assets: Assets
    layouts: Mapping[str, dict[str, Any]]


def render_report(site: Site, edition: Edition, report: Report, reports: Reports, before: Report | None) -> str:
    """``<report>.html``; ``reports`` are all of the period, ``before`` is the same of the earlier one."""
    period = edition.period
    return _render(
        "report.html",
        **_common(site, edition, reports, report.id),
        report=report,
        table=make_table(site.analysis, report, SHOWN_ROWS),
        chart=_chart(site, period, report, before) if report.id == "trend" else None,
        compared=before is not None,
        news=words.news(report, before, period, "the period before", so_far=edition.so_far)
        if report.id == "overview"
        else None,
    )


def render_period(site: Site, edition: Edition, reports: Reports, before: Reports | None) -> str:
    """``index.html`` of a period; ``before`` are the reports of the earlier one that it is compared with."""
    period, overview, trend = edition.period, reports["overview"], reports["trend"]
    name = words.period_name(edition.earlier) if edition.earlier else ""
    tables = [
        (reports[one], make_table(site.analysis, reports[one], SHORT_ROWS, (measure,))) for one, measure in DIGEST
    ]
    return _render(
        "period.html",
        **_common(site, edition, reports, ""),
        news=words.news(overview, before["overview"] if before else None, period, name, so_far=edition.so_far),
        figures=_figures(overview, site.analysis.data["currency"]),
        chart=_chart(site, period, trend, before["trend"] if before else None),
        compared=before is not None,
        before_name=name,
        tables=tables,
    )


def render_dataset(analysis: Analysis, periods: Sequence[Period], assets: Assets) -> str:
    """``index.html`` of a data set: its periods, newest first."""
    kinds = [(kind, [one for one in periods if one.kind == kind]) for kind in ("all", "year", "month", "week", "day")]
    return _render(
        "dataset.html",
        analysis=analysis.data,
        kinds=[(kind, found) for kind, found in kinds if found],
        words=words,
        root="..",
        style=assets.style,
        script=assets.script,
        notes=analysis.data["notes"],
    )


def render_home(datasets: Sequence[Mapping[str, Any]], assets: Assets) -> str:
    """``index.html`` of everything published."""
    return _render("home.html", datasets=datasets, root=".", style=assets.style, script=assets.script)


def _figures(overview: Report, currency: str) -> list[tuple[Column, str]]:
    """What a period's first page begins with."""
    found = []
    for one in overview.measures:
        if one.id in KEY_FIGURES:
            value = overview.totals["all"][one.id] if one.total != "none" else _only(overview, one.id)
            found.append((one, words.shown(value, one.unit, currency)))
    return found


def _only(report: Report, measure: str) -> Any:
    """A measure of the overview, which has one row."""
    return report.rows[0].values["all"][measure] if report.rows else None


def _common(site: Site, edition: Edition, reports: Reports, current: str) -> dict[str, Any]:
    return {
        "analysis": site.analysis.data,
        "labels": site.analysis.labels,
        "period": edition.period,
        "newer": edition.neighbours.newer,
        "older": edition.neighbours.older,
        "around": edition.neighbours.around,
        "nav": _nav(tuple((one.group, one.id, one.title) for one in reports.values()), current),
        "current": current,
        "words": words,
        "root": "../..",
        "style": site.assets.style,
        "script": site.assets.script,
        "vega": site.assets.vega,
        "notes": site.analysis.notes(edition.period),
    }


def _nav(reports: tuple[tuple[str, str, str], ...], current: str) -> Markup:
    """The list of reports, on each page with that page marked."""
    link = f'<a href="{current}.html"'
    return Markup(_nav_of(reports).replace(f"{link}>", f'{link} aria-current="page">'))  # noqa: S704 - of a template


@cache
def _nav_of(reports: tuple[tuple[str, str, str], ...]) -> str:
    groups = [(group, [one for one in reports if one[0] == group]) for group in GROUPS]
    return _render("nav.html", groups=[(group, found) for group, found in groups if found])


def _chart(site: Site, period: Period, report: Report, before: Report | None) -> Markup:
    return _script_json(trend_chart(site.layouts[period.kind], report, before))


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
