"""When."""

from __future__ import annotations

from typing import Any

import altair as alt

from reporter.charts.chart import ACCENT, INK, LINE
from reporter.charts.forms.encodings import COUNT, ROWS, in_page, of_label, things, tip
from reporter.charts.layouts import AXIS
from reporter.words import WEEKDAYS


def trend(slot: str, form: str) -> Any:
    """Lines; the period before lies under them, dashed and lighter."""
    hourly = slot == "Hour"
    x = alt.X(
        "at:Q" if hourly else "day:T",
        axis=alt.Axis(title="Hour" if hourly else None, format=form, labelOverlap=True, grid=False, tickCount=7),
        scale=alt.Scale(domain=[0, 23]) if hourly else alt.Undefined,
    )
    axis = alt.Axis(
        title=AXIS,
        format=COUNT,
        tickMinStep=1,
        tickCount=5,
        domain=False,
        ticks=False,
        titleAnchor="end",
        titleAngle=0,
        titleAlign="left",
        titleY=-12,
        titleX=0,
    )
    y = alt.Y("value:Q", axis=axis, scale=alt.Scale(zero=True))
    base = alt.Chart().encode(x=x, color=of_label())
    lines = base.transform_flatten(["at", "slot", "value", "text", "then", "then_text"])
    lines = lines if hourly else lines.transform_calculate(day="toDate(datum.at)")
    before = lines.mark_line(strokeDash=[4, 4], strokeWidth=1.5, opacity=0.55).encode(y="then:Q")
    tips = tip(("label", "Visits of"), ("slot", slot), ("text", AXIS), ("then_text", "Before"))
    points = lines.mark_point(
        filled=True, size=12 if form == "%b %Y" else 30, opacity=1, strokeWidth=10, stroke="transparent"
    ).encode(y=y, tooltip=tips)
    last = base.transform_calculate(**({"at": "datum.end_at"} if hourly else {"day": "toDate(datum.end_at)"}))
    ends = last.mark_text(align="left", dx=8, fontWeight=600).encode(y="end_value:Q", text="end:N")
    return in_page(alt.layer(before, lines.mark_line(strokeWidth=2).encode(y=y), points, ends, data=ROWS), height=260)


def hours() -> Any:
    """A cell for each hour of each weekday: the fuller the more."""
    axis = alt.Axis(title="Hour", labelAngle=0, domain=False, ticks=False, labelOverlap=True)
    days = alt.Axis(title=None, domain=False, ticks=False, labelColor=INK)
    legend = alt.Legend(
        title="Visits", orient="bottom", symbolFillColor=ACCENT, symbolStrokeWidth=0, symbolType="square"
    )
    chart = (
        alt.Chart(ROWS)
        .transform_filter("datum.label === choice")
        .transform_flatten(["weekday", "hour", "visits"])
        .transform_calculate(text="format(datum.visits, ',')", slot="format(datum.hour, '02') + ':00'")
        .mark_rect(color=ACCENT, stroke=LINE, strokeWidth=0.5)
        .encode(
            x=alt.X("hour:O", axis=axis),
            y=alt.Y("weekday:O", sort=list(WEEKDAYS), axis=days),
            opacity=alt.Opacity("visits:Q", scale=alt.Scale(range=[0, 1], zero=True), legend=legend),
            tooltip=tip(("label", "Visits of"), ("weekday", "Weekday"), ("slot", "Hour"), ("text", "Visits")),
        )
    )
    return in_page(chart, height=alt.Step(28))


def ranges(pattern: str) -> Any:
    """From the first time to the last, and how often."""
    base = alt.Chart().encode(y=things())
    tips = tip(
        ("item", "Robot"), ("purpose", "Purpose"), ("first", "First seen"), ("last", "Last seen"), ("text", "Hits")
    )
    axis = alt.Axis(
        title="Seen, UTC", format=pattern, labelOverlap=True, tickCount=5, domain=False, titleAnchor="start"
    )
    x = alt.X("first_seen:T", scale=alt.Scale(type="utc", domainMax=alt.expr("until")), axis=axis)
    spans = base.mark_rule(color=ACCENT, strokeCap="round").encode(
        x=x,
        x2="last_seen:T",
        strokeWidth=alt.StrokeWidth("hits:Q", scale=alt.Scale(type="sqrt", range=[2, 14], zero=True), legend=None),
        tooltip=tips,
    )
    ends = base.mark_point(filled=True, color=ACCENT, size=40, opacity=1)
    first, last = ends.encode(x=x, tooltip=tips), ends.encode(x=alt.X("last_seen:T"), tooltip=tips)
    texts = base.mark_text(align="left", dx=8, fontSize=11).encode(x=alt.X("last_seen:T"), text="end:N")
    return in_page(alt.layer(spans, first, last, texts, data=ROWS), height=alt.Step(26))
