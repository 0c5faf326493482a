"""From where to where."""

from __future__ import annotations

from typing import Any

import altair as alt

from reporter.charts.chart import ACCENT, LINE, PAPER, QUIET
from reporter.charts.forms.encodings import ROWS, in_page, tip

BOX, BOX_ROWS = (0.41, 0.59), 6
"""Where the middle box is, and how many rows high links of all visits would be at it."""
NARROW = 500
"""Below so many pixels, as on a telephone, a name of a few letters would be all there is room for beside its share."""


def paths() -> Any:
    """The page in the middle, what came before on the left, what comes next on the right; links by weight.

    A row has a page's links; where they are drawn is worked out here: rows of a side stand in the middle of the height,
    and their links end below each other at the box, as wide as their shares.
    """
    chosen = alt.Chart().transform_filter("datum.page === choice && datum.label === whose")
    links = (
        chosen.transform_flatten(["side", "other", "clicks", "share"])
        .transform_window(
            rank="row_number()", above="sum(share)", groupby=["side"], sort=[alt.SortField("clicks", "descending")]
        )
        .transform_joinaggregate(number="count()", whole="sum(share)", groupby=["side"])
        .transform_calculate(
            left="datum.side === 'previous'",
            y="7 - (datum.number - 1) / 2 + datum.rank - 1",
            end=f"7 + (datum.above - datum.share / 2 - datum.whole / 2) * {BOX_ROWS}",
            percent="format(100 * datum.share, '.1f') + ' %'",
        )
        .transform_calculate(
            text="format(datum.clicks, ',') + ' (' + datum.percent + ' of the views)'",
            way="datum.left ? 'From' : 'To'",
            outer="datum.left ? 0.31 : 0.69",
            near_outer="datum.left ? 0.335 : 0.665",
            near_inner=f"datum.left ? {BOX[0] - 0.025} : {BOX[1] + 0.025}",
            inner=f"datum.left ? {BOX[0]} : {BOX[1]}",
        )
    )
    tips = tip(("other", "Page"), ("way", "Direction"), ("label", "Visits of"), ("text", "Clicks"))
    return in_page(alt.layer(_bands(links, tips), *_box(chosen), *_names(links, tips), data=ROWS), height=440)


def _bands(links: Any, tips: list[Any]) -> Any:
    """Four points make a link curve: two at the name, as high as a row lets it be, two at the box."""
    outer = "indexof(datum.place, 'outer') >= 0"
    high = f"{BOX_ROWS} * datum.share"
    placed = links.transform_fold(["outer", "near_outer", "near_inner", "inner"], as_=["place", "x"])
    placed = placed.transform_calculate(
        middle=f"{outer} ? datum.y : datum.end", half=f"max(0.06, {outer} ? min({high}, 0.8) : {high}) / 2"
    ).transform_calculate(top="datum.middle - datum.half", bottom="datum.middle + datum.half")
    bands = placed.mark_area(color=ACCENT, opacity=0.4, interpolate="monotone")
    return bands.encode(x=_x("x"), y=_y("top"), y2="bottom:Q", detail=["side:N", "other:N"], tooltip=tips)


def _box(chosen: Any) -> list[Any]:
    """The page itself, and how often it was viewed."""
    box = chosen.transform_calculate(left=str(BOX[0]), right=str(BOX[1]), top="3.6", bottom="10.4")
    drawn = box.mark_rect(fill=PAPER, stroke=ACCENT, strokeWidth=2, cornerRadius=4).encode(
        x=_x("left"),
        x2="right:Q",
        y=_y("top"),
        y2="bottom:Q",
        tooltip=tip(("page", "Page"), ("label", "Visits of"), ("views", "Views")),
    )
    middle = chosen.transform_calculate(
        x="0.5", y="6.6", under="7.5", seen=f"datum.views + (width < {NARROW} ? '' : ' views')"
    )
    named = middle.mark_text(fontWeight=600, limit=alt.expr(f"width * {BOX[1] - BOX[0]} - 12"))
    seen = middle.mark_text(color=QUIET)
    return [
        drawn,
        named.encode(x=_x("x"), y=_y("y"), text="page:N"),
        seen.encode(x=_x("x"), y=_y("under"), text="seen:N"),
    ]


def _names(links: Any, tips: list[Any]) -> list[Any]:
    """The other pages and their shares: beside each other, or, where there is no room for that, below each other."""
    texts = []
    narrow = f"width < {NARROW}"
    for side, align, away in (("previous", "right", -1), ("next", "left", 1)):
        one = links.transform_filter(f"datum.side === '{side}'").mark_text(align=align, baseline="middle", dx=6 * away)
        named = one.copy()
        named.mark.dx = alt.expr(f"{narrow} ? {6 * away} : {62 * away}")
        named.mark.limit = alt.expr(f"width * 0.31 - ({narrow} ? 8 : 66)")
        named.mark.dy, one.mark.dy = (alt.expr(f"{narrow} ? {dy} : 0") for dy in (-6, 7))
        named.mark.fontSize = one.mark.fontSize = alt.expr(f"{narrow} ? 11 : 12")
        texts.append(one.encode(x=_x("outer"), y=_y("y"), text="percent:N", tooltip=tips))
        texts.append(named.encode(x=_x("outer"), y=_y("y"), text="other:N", tooltip=tips))
    return texts


def _x(field: str) -> Any:
    return alt.X(f"{field}:Q", axis=None, scale=alt.Scale(domain=[0, 1], nice=False))


def _y(field: str) -> Any:
    return alt.Y(f"{field}:Q", axis=None, scale=alt.Scale(domain=[-0.6, 14.6], reverse=True, nice=False))


def world() -> Any:
    """A map; what no outline is known of stands in the table."""
    legend = alt.Legend(
        title="Visits", orient="bottom", symbolFillColor=ACCENT, symbolStrokeWidth=0, symbolType="square"
    )
    looked_up = alt.LookupData(data=ROWS, key="key", fields=["visits", "text", "label"])
    outline = alt.Chart(alt.NamedData("world")).mark_geoshape(
        fill=LINE, fillOpacity=0.4, stroke=LINE, strokeWidth=0.6, aria=False
    )
    land = (
        alt.Chart(alt.NamedData("world"))
        .transform_calculate(key="choice + ' ' + datum.id", name="datum.properties.name")
        .transform_lookup(lookup="key", from_=looked_up)
        .transform_filter("isValid(datum.visits)")
        .mark_geoshape(fill=ACCENT, stroke=LINE, strokeWidth=0.6)
        .encode(
            opacity=alt.Opacity("visits:Q", scale=alt.Scale(type="sqrt", range=[0.12, 1], domainMin=0), legend=legend),
            tooltip=tip(("name", "Country"), ("label", "Visits of"), ("text", "Visits")),
        )
    )
    chart = alt.layer(outline, land).project(type="naturalEarth1")
    return in_page(chart, height=380)
