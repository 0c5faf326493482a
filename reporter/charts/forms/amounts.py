"""How much of what."""

from __future__ import annotations

from typing import Any

import altair as alt

from reporter.charts.chart import ACCENT, ALL, INK, LINE, QUIET
from reporter.charts.forms.encodings import ROWS, counted, in_page, of_label, side_by_side, things, tip
from reporter.charts.layouts import AXIS, NAMES


def bars(*, grouped: bool = True, chosen: bool = False) -> Any:
    """Sorted, from zero, labels below each other; each says its value, behind its letter."""
    chart = alt.Chart()
    base = (chart.transform_filter("datum.kind === choice") if chosen else chart).encode(
        y=things(), **({"yOffset": side_by_side()} if grouped else {})
    )
    tips = tip(("item", "What"), ("label", "Visits of"), ("text", AXIS))
    drawn = base.mark_bar(cornerRadiusEnd=1).encode(x=counted("value", AXIS), color=of_label(), tooltip=tips)
    texts = base.mark_text(align="left", dx=4, fontSize=11).encode(x=alt.X("value:Q"), text="end:N")
    height = alt.Step(16, **{"for": "offset"}) if grouped else alt.Step(26)
    return in_page(alt.layer(drawn, texts, data=ROWS), height=height)


def bullets() -> Any:
    """Bars, and a stroke where they were expected to end."""
    base = alt.Chart().encode(y=things(), yOffset=side_by_side())
    tips = tip(("item", "What"), ("label", "Visits of"), ("text", AXIS), ("expected_text", "Expected"))
    drawn = base.mark_bar(cornerRadiusEnd=1).encode(
        x=counted("value", AXIS, form=".0%", step=0.01), color=of_label(), tooltip=tips
    )
    # Of whoever has no short visits by what they are, none are expected.
    marks = (
        base.transform_filter("isValid(datum.expected) && datum.past > 0")
        .mark_tick(aria=False, thickness=3, color=INK, height=15)
        .encode(x="expected:Q", tooltip=tips)
    )
    texts = base.mark_text(align="left", dx=6, fontSize=11).encode(x="past:Q", text="end:N")
    return in_page(alt.layer(drawn, marks, texts, data=ROWS), height=alt.Step(16, **{"for": "offset"}))


def funnel() -> Any:
    """Each step as a bar: full as far as visits go on, light where they leave; below it light bars of where they go."""
    quiet = alt.condition("indexof(datum.label, '→') === 0", alt.value(QUIET), alt.value(INK))
    base = (
        alt.Chart().transform_filter("datum.funnel === choice").encode(y=things("stage", quiet), yOffset=side_by_side())
    )
    steps, ways = base.transform_filter("!datum.of"), base.transform_filter("isValid(datum.of)")
    of_step = tip(
        ("stage", "Step"), ("label", "Visits of"), ("text", "Visits"), ("gone_on", "Go on"), ("left", "Do not go on")
    )
    of_way = tip(("of", "From"), ("stage", "Where to"), ("label", "Visits of"), ("text", "Visits"))
    outline = {"stroke": of_label("Stroke"), "strokeWidth": _where("datum.visits > 0", 1)}
    # Where every visit goes on, there is no way: a group without anything in it would have no name to be read.
    light = [
        one.mark_bar(fillOpacity=0.2, cornerRadiusEnd=1, aria=one is steps).encode(
            x=counted("visits", "Visits"), color=of_label(), tooltip=tips, **outline
        )
        for one, tips in ((steps, of_step), (ways, of_way))
    ]
    onward = steps.mark_bar(cornerRadiusEnd=1).encode(
        x=alt.X("onward:Q", stack=None), color=of_label(), tooltip=of_step
    )
    texts = base.mark_text(align="left", dx=4, fontSize=11).encode(x=alt.X("visits:Q"), text="end:N")
    height = alt.Step(18, **{"for": "offset"})
    # Texts come first, since they are of all rows: things stand in the order in which a layer names them.
    return in_page(alt.layer(texts, light[0], onward, light[1], data=ROWS), height=height)


def _where(test: str, value: float) -> Any:
    """This value there, else none."""
    return alt.when(test).then(alt.value(value)).otherwise(alt.value(0))


def campaigns() -> Any:
    """Cost and revenue of each campaign below each other."""
    kinds = ["Cost", "Revenue"]
    base = (
        alt.Chart()
        .transform_filter("datum.label === choice")
        .encode(y=things(), yOffset=alt.YOffset("kind:N", sort=kinds, scale=alt.Scale(paddingInner=0.12)))
    )
    tips = tip(("item", "Campaign"), ("label", "Visits of"), ("kind", "What"), ("text", "Money"), ("roas", "ROAS"))
    drawn = base.mark_bar(cornerRadiusEnd=1).encode(
        x=counted("value", AXIS, step=0.01),
        color=alt.Color("kind:N", scale=alt.Scale(domain=kinds, range=[ALL, ACCENT]), legend=None),
        tooltip=tips,
    )
    texts = base.mark_text(align="left", dx=4, fontSize=11).encode(x=alt.X("value:Q"), text="end:N")
    return in_page(alt.layer(drawn, texts, data=ROWS), height=alt.Step(16, **{"for": "offset"}))


def changes() -> Any:
    """What fell to the left, what rose to the right."""
    base = alt.Chart().transform_filter("datum.label === choice").encode(y=things())
    tips = tip(
        ("item", "What"), ("kind", "Kind"), ("label", "Visits of"), ("text", "Change"), ("was", "Before"), ("is", "Now")
    )
    x = alt.X(
        "value:Q",
        axis=alt.Axis(
            title="Change, in percentage points",
            labelExpr="datum.value ? format(datum.value, '+~g') : '0'",
            tickCount=5,
            domain=False,
            ticks=False,
            titleAnchor="start",
        ),
        scale=alt.Scale(domainMin=alt.expr("-room"), domainMax=alt.expr("room"), nice=False),
    )
    drawn = base.mark_bar(color=ACCENT, cornerRadiusEnd=1).encode(x=x, tooltip=tips)
    rising = base.transform_filter("datum.value >= 0").mark_text(align="left", dx=4, fontSize=11)
    falling = base.transform_filter("datum.value < 0").mark_text(align="right", dx=-4, fontSize=11)
    texts = [one.encode(x=alt.X("value:Q"), text="end:N") for one in (rising, falling)]
    return in_page(alt.layer(drawn, *texts, data=ROWS), height=alt.Step(24))


def matrix() -> Any:
    """A cell for each pair, with its share."""
    axes = {"domain": False, "ticks": False, "labelColor": INK, "labelLimit": alt.expr("names")}
    base = alt.Chart().encode(
        x=alt.X("letter:N", sort=None, axis=alt.Axis(title="also carry", orient="top", labelAngle=0, **axes)),
        y=alt.Y("label:N", sort=NAMES, axis=alt.Axis(title="Of the visits of", **axes)),
    )
    tips = tip(("label", "Of the visits of"), ("other", "also carry"), ("text", "Visits"), ("percent", "Share"))
    cells = base.mark_rect(color=ACCENT, stroke=LINE).encode(
        opacity=alt.Opacity("share:Q", scale=alt.Scale(domain=[0, 1], range=[0, 0.4]), legend=None),
        tooltip=tips,
    )
    return in_page(
        alt.layer(cells, base.mark_text(fontSize=alt.expr("width < 400 ? 9 : 12")).encode(text="percent:N"), data=ROWS),
        height=alt.Step(36),
    )
