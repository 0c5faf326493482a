"""One sentence that says what a report shows. The overview's, which compares, is in :mod:`reporter.words`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from reporter import words
from reporter.charts import Chart
from reporter.charts.shapes import BARS
from reporter.figures import records_of
from reporter.model import Analysis, Report

Bar = Mapping[str, Any]
LEADS = {
    "sources": "The channel that brings most visits is {}",
    "referrers": "Most visits from other sites come from {}",
    "search": "Most visits from search engines come from {}",
    "pages": "The page viewed most is {}",
    "entries": "Most visits begin on {}",
    "exits": "Most visits end on {}",
    "downloads": "The file downloaded most is {}",
    "exit_links": "The link followed most leads to {}",
    "custom": "The most frequent value is {}",
    "technology": "Most visits come with {}",
    "screens": "The most frequent screen is {}",
    "errors": "Asked for in vain most often: {}",
    "robot_pages": "Robots ask most for {}",
    "audit": "Most lines are {}",
}
NOBODY = "(direct)"
"""How the report of referrers calls visits that no other site led to."""


def news_of(report: Report, analysis: Analysis, chart: Chart | None) -> str:
    """Empty where there is nothing to say."""
    if chart is None:
        # Where nobody's country is known there is no map, and that is what there is to say.
        return _countries(report, analysis, []) if report.id == "countries" and len(report.rows) else ""
    rows = chart.spec["datasets"]["rows"]
    if report.id in LEADS:
        return _top(report, rows)
    tell = TELLERS.get(report.id)
    return tell(report, analysis, rows) if tell is not None else ""


def _top(report: Report, bars: list[Bar]) -> str:
    """The first bar, and its part of the whole."""
    bar = next((one for one in bars if one["item"] != NOBODY), None)
    if bar is None:
        return ""
    shape = BARS[report.id]
    item = bar["item"].rstrip("\u200b")
    lead = LEADS[report.id].format(item.lower() if report.id == "audit" else item)
    total = report.totals.get("all", {}).get(shape.measure)
    return f"{lead}: {_part(bar['value'], total, shape.axis.lower())}."


def _part(value: int, total: int | None, unit: str) -> str:
    """``120 of 400 visits (30.0 %)``; without a total ``120 visits``."""
    if not total:
        return f"{value:,} {unit}"
    return f"{value:,} of {total:,} {unit} ({words.shown(value / total, 'rate', '')})"


def _trend(report: Report, analysis: Analysis, rows: list[Bar]) -> str:
    del report, analysis
    row = rows[0]
    most = max(row["value"])
    if not most:
        return ""
    at, least = row["value"].index(most), row["value"].index(min(row["value"]))
    text = f"{row['slot'][at]} had most visits: {row['text'][at]}"
    return f"{text}; {row['slot'][least]} had fewest: {row['text'][least]}."


def _hours(report: Report, analysis: Analysis, rows: list[Bar]) -> str:
    del analysis
    row = rows[0]
    most = max(row["visits"])
    at = row["visits"].index(most)
    when = f"{row['weekday'][at]}, {row['hour'][at]:02d}:00 to {(row['hour'][at] + 1) % 24:02d}:00"
    return f"Most visits begin on {when}: {_part(most, report.totals['all'].get('visits'), 'visits')}."


def _countries(report: Report, analysis: Analysis, rows: list[Bar]) -> str:
    del rows
    records = [
        one for one in records_of(report, analysis.labels[0]["id"]) if not str(one["country"] or "(").startswith("(")
    ]
    if not records:
        return "The country of no visitor is known."
    top = max(records, key=lambda one: one["visits"])
    name = words.named(top["country"], "country")
    return f"Most visits come from {name}: {_part(top['visits'], report.totals['all'].get('visits'), 'visits')}."


def _funnel(report: Report, analysis: Analysis, rows: list[Bar]) -> str:
    del report
    of_first = [
        one for one in rows if one["funnel"] == rows[0]["funnel"] and one["label"] == analysis.labels[0]["name"]
    ]
    steps = [one for one in of_first if "of" not in one]
    first, last = steps[0], steps[-1]
    text = f"{first['visits']:,} visits saw {first['stage']}, {last['visits']:,} saw {last['stage']}"
    most = max(steps, key=lambda one: one["visits"] - one["onward"])
    left = most["visits"] - most["onward"]
    return f"{text}; most stop at {most['stage']}: {left:,} of {most['visits']:,} do not go on." if left else f"{text}."


def _paths(report: Report, analysis: Analysis, rows: list[Bar]) -> str:
    del report, analysis
    page = rows[0]
    onward = [
        (name, share)
        for side, name, share in zip(page["side"], page["other"], page["share"], strict=True)
        if side == "next" and not name.startswith("(")
    ]
    if not onward:
        return ""
    name, share = onward[0]
    return f"From {page['page']} most go on to {name}: {words.shown(share, 'rate', '')} of its {page['views']} views."


def _campaigns(report: Report, analysis: Analysis, rows: list[Bar]) -> str:
    del rows
    records = [one for one in records_of(report, analysis.labels[0]["id"]) if one["roas"] is not None]
    if not records:
        return "What the campaigns of this period cost is not known; the settings or a file of costs can tell."
    best = max(records, key=lambda one: one["roas"])
    currency = analysis.data["currency"]
    revenue, cost = (words.shown(best[one], "money", currency) for one in ("revenue", "cost"))
    return f"{best['campaign']} brings in most for its cost: {revenue} for {cost}."


def _quality(report: Report, analysis: Analysis, rows: list[Bar]) -> str:
    del rows
    records = [one for one in records_of(report, analysis.labels[0]["id"]) if one["clicks"]]
    suspects = [str(one["campaign"]) for one in records if one["suspect"]]
    if suspects:
        return f"{len(suspects)} of {len(records)} campaigns look wrong: {', '.join(suspects)}."
    return f"None of {len(records)} campaigns looks wrong." if len(records) > 1 else "The campaign does not look wrong."


def _changes(report: Report, analysis: Analysis, rows: list[Bar]) -> str:
    del rows
    held = [one["change"] for one in records_of(report, analysis.labels[0]["id"], only="held") if one["change"]]
    rose = sum(1 for one in held if one > 0)
    return f"More than chance: {rose:,} rose, {len(held) - rose:,} fell."


def _labels(report: Report, analysis: Analysis, rows: list[Bar]) -> str:
    del report
    everybody = analysis.labels[0]["name"]
    pairs = [one for one in rows if one["label"] not in (everybody, one["other"])]
    if not pairs:
        return ""
    top = max(pairs, key=lambda one: one["share"])
    return f"Most alike: {top['percent']} of the visits of {top['label']} are also of {top['other']}."


def _robots(report: Report, analysis: Analysis, rows: list[Bar]) -> str:
    del analysis
    most = next(one for one in rows if not one.get("together"))
    return f"{most['item']} came most: {_part(most['hits'], report.totals['all'].get('hits'), 'hits')}."


TELLERS: dict[str, Callable[[Report, Analysis, list[Bar]], str]] = {
    "trend": _trend,
    "hours": _hours,
    "countries": _countries,
    "funnel": _funnel,
    "paths": _paths,
    "campaigns": _campaigns,
    "click_quality": _quality,
    "changes": _changes,
    "labels": _labels,
    "robots": _robots,
}
