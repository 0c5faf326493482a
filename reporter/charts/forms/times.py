"""When."""

from __future__ import annotations

from typing import Any

import altair as alt

from reporter.charts.chart import ACCENT, ALL, INK, LINE, QUIET
from reporter.charts.forms.encodings import COUNT, ROWS, in_page, of_label, tip
from reporter.charts.layouts import AXIS
from reporter.charts.shapes import SCALES
from reporter.words import WEEKDAYS

DAY_MS = 86_400_000
LENGTHS_MS = {"day": DAY_MS, "month": 30.44 * DAY_MS}


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
        # Where counts are so small that ticks stand between whole numbers, too, each would be said twice.
        labelExpr="datum.value % 1 ? '' : datum.label",
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
    before = lines.mark_line(strokeDash=[4, 4], strokeWidth=1.5, opacity=0.8).encode(y="then:Q")
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


def robots(step: str, form: str, label: str) -> Any:
    """A line of bars for each robot, with its name on the left, all its hits and the most of a bar on the right.

    A bar stands around the beginning of its day or month, where the axis has its label.
    """
    shared = f"choice === '{SCALES[1]}'"
    base = alt.Chart().transform_calculate(floor="datum.line + 0.94")
    bars = base.transform_flatten(["at", "part", "value", "text"]).transform_calculate(
        begin=f"toDate(datum.at) - {0.43 * LENGTHS_MS[step]:.0f}",
        end=f"toDate(datum.at) + {0.43 * LENGTHS_MS[step]:.0f}",
        roof=f"datum.floor - 0.82 * max(datum.value / ({shared} ? datum.top : datum.most), datum.value ? 0.03 : 0)",
        ceiling="datum.line",
    )
    half = f"{LENGTHS_MS[step] / 2:.0f}"
    x = alt.X(
        "begin:T",
        scale=alt.Scale(domainMin=alt.expr(f"toDate(begin) - {half}"), domainMax=alt.expr(f"toDate(end) + {half}")),
        axis=alt.Axis(
            title=None, labelExpr=label, format=form, labelOverlap=True, tickCount=7,
            grid=False, domain=False, ticks=False,
        ),
    )  # fmt: skip
    y = {"axis": None, "scale": alt.Scale(domainMin=0, domainMax=alt.expr("lines"), reverse=True, nice=False)}
    together = alt.when("datum.together").then(alt.value(ALL)).otherwise(alt.value(ACCENT))
    tips = tip(("item", "Robot"), ("purpose", "Purpose"), ("part", "When"), ("text", "Hits"))
    drawn = bars.mark_bar(aria=False).encode(x=x, x2="end:T", y=alt.Y("floor:Q", **y), y2="roof:Q", color=together)
    # Low bars are hard to point at: so is whatever is above them.
    pointed = bars.mark_bar(fill="transparent").encode(
        x=x, x2="end:T", y=alt.Y("floor:Q", **y), y2="ceiling:Q", tooltip=tips
    )
    ground = base.mark_rule(color=LINE).encode(y=alt.Y("floor:Q", **y))
    axis = alt.Axis(
        title=AXIS, titleAngle=0, titleAlign="left", titleAnchor="end", titleX=0, titleY=-6, domain=False, ticks=False,
        labelPadding=8, labelColor=INK, labelLimit=alt.expr("names"),
    )  # fmt: skip
    named = base.encode(
        x=alt.value("width"), y=alt.Y("item:N", sort=None, axis=axis, scale=alt.Scale(type="band", padding=0))
    )
    totals = named.mark_text(align="left", dx=8, dy=-3, fontWeight=600).encode(text="end:N")
    peaks = named.mark_text(align="left", dx=8, dy=11, fontSize=11, color=QUIET).encode(text="peak:N")
    both = alt.layer(alt.layer(ground, drawn, pointed), alt.layer(totals, peaks), data=ROWS)
    return in_page(both.resolve_scale(y="independent"), height=400)
