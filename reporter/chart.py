"""The trend chart: one definition (Vega-Lite through Altair), drawn in the browser.

Altair takes longer to load than many a period to render, so it is loaded only where layouts must be made.
"""

from __future__ import annotations

import json
from typing import Any

from reporter.assets import kept
from reporter.editions import RENDERER
from reporter.model import Report
from reporter.neighbours import KINDS

NOW, BEFORE = "#0072B2", "#8a8f98"
MEASURES = (("visits", "Visits"), ("page_views", "Page views"))
GREY = "#6b7280"


def layouts() -> dict[str, dict[str, Any]]:
    """For each kind of period the chart without its data."""
    found: dict[str, dict[str, Any]]
    try:
        found = json.loads(kept(f"charts-{RENDERER}.json", _make))
    except ValueError:  # somebody wrote something else there
        found = json.loads(_make())
    return found


def _make() -> bytes:
    return json.dumps({kind: _layout(kind) for kind in KINDS}).encode()


def _layout(kind: str) -> dict[str, Any]:
    """Hours and dates are told apart; everything else is the same."""
    import altair as alt

    slot = "hour:Q" if kind == "day" else "date:T"
    scale = alt.Scale(domain=[0, 23]) if kind == "day" else alt.Undefined
    form = "%-d %b" if kind in ("week", "month") else "%b %Y" if kind == "year" else "%-d %b %Y"
    axis = alt.Axis(
        title="Hour" if kind == "day" else None,
        format="d" if kind == "day" else form,
        labelOverlap=True,
        grid=False,
        tickCount=7,
    )
    base = alt.Chart().encode(
        x=alt.X(slot, axis=axis, scale=scale),
        y=alt.Y("visits:Q", axis=alt.Axis(title="Visits", tickMinStep=1, tickCount=5), scale=alt.Scale(zero=True)),
    )
    tips = [
        alt.Tooltip(
            slot, title="Hour" if kind == "day" else "Date", **({} if kind == "day" else {"format": "%A, %-d %B %Y"})
        ),
        *(alt.Tooltip(f"{name}:Q", title=title, format=",d") for name, title in MEASURES),
    ]
    now = base.transform_filter("datum.series === 'now'")
    before = base.transform_filter("datum.series === 'before'").mark_line(
        strokeDash=[4, 4], strokeWidth=1.5, color=BEFORE, opacity=0.8
    )
    line = now.mark_line(strokeWidth=2, color=NOW)
    points = now.mark_point(filled=True, size=40, color=NOW, opacity=1).encode(tooltip=tips)
    chart = alt.layer(before, line, points, data=alt.NamedData("rows")).properties(width="container", height=240)
    chart = chart.configure_view(stroke=None).configure(font="system-ui, sans-serif", background="transparent")
    chart = chart.configure_axis(
        labelColor=GREY, titleColor=GREY, gridColor="#8884", domainColor="#8888", tickColor="#8888", labelFontSize=12
    )
    layout: dict[str, Any] = chart.to_dict(context={"pre_transform": False}, validate=False)
    return layout


def trend_chart(layout: dict[str, Any], report: Report, before: Report | None) -> dict[str, Any]:
    """The definition with its data; the earlier period is laid over this one, slot by slot."""
    rows = [_row(row.key[0], row.values["all"], "now") for row in report.rows]
    if before is not None:
        slots = [row.key[0] for row in report.rows]
        for slot, row in zip(slots, before.rows, strict=False):
            rows.append(_row(slot, row.values["all"], "before"))
    return {**layout, "datasets": {"rows": rows}}


def _row(slot: Any, values: Any, series: str) -> dict[str, Any]:
    name = "hour" if isinstance(slot, int) else "date"
    # Noon keeps the day the same in every reader's time zone.
    text = slot if isinstance(slot, int) else f"{slot.isoformat()}T12:00:00"
    return {name: text, "series": series, **{measure: values[measure] for measure, _ in MEASURES}}
