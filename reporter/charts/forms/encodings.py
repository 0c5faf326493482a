"""What several charts have in common."""

from __future__ import annotations

from typing import Any

import altair as alt

from reporter.charts.chart import INK
from reporter.charts.layouts import COLORS, NAMES

ROWS = alt.NamedData("rows")
COUNT = ",.0f"


def of_label(channel: str = "Color") -> Any:
    """The colour of a label."""
    return getattr(alt, channel)("label:N", scale=alt.Scale(domain=NAMES, range=COLORS), legend=None)


def side_by_side() -> Any:
    """Labels below each other within a thing."""
    return alt.YOffset("label:N", sort=NAMES, scale=alt.Scale(paddingInner=0.12))


def things(field: str = "item", color: Any = INK) -> Any:
    """What bars are of, in the order of the data; long names are cut, whole where one points at them."""
    limit = alt.expr("names")
    axis = alt.Axis(title=None, domain=False, ticks=False, labelPadding=8, labelColor=color, labelLimit=limit)
    return alt.Y(f"{field}:N", sort=None, axis=axis, scale=alt.Scale(paddingInner=0.14, paddingOuter=0.07))


def counted(field: str, title: str, form: str = COUNT, step: float = 1) -> Any:
    """A measure along the horizontal axis, from zero, with room for text behind the longest bar."""
    scale = alt.Scale(zero=True, nice=False, domainMax=alt.expr("room"))
    axis = alt.Axis(
        title=title, format=form, tickCount=4, tickMinStep=step, domain=False, ticks=False, titleAnchor="start"
    )
    return alt.X(f"{field}:Q", axis=axis, scale=scale, stack=None)


def tip(*fields: tuple[str, str]) -> list[Any]:
    return [alt.Tooltip(f"{name}:N", title=title) for name, title in fields]


def in_page(chart: Any, **size: Any) -> Any:
    return chart.properties(width="container", autosize=alt.AutoSizeParams(type="fit-x", contains="padding"), **size)
