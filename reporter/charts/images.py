"""Charts as images, for mail and documents: the light colours, the first choice, no request to any host."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import vl_convert

from reporter.charts.chart import PAPER, Chart
from reporter.world import outlines

FONT = "Helvetica, Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif"
"""Fonts that are there without a page: what no system has is drawn with the one that comes with the program."""
NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
NAMES_SHARE, WORLD_HEIGHT = 0.34, 0.52
"""Of the width."""


def svg(chart: Chart, width: int) -> str:
    """So many pixels wide."""
    text: str = vl_convert.vegalite_to_svg(_drawn(chart, width), allowed_base_urls=[])
    return text


def png(chart: Chart, width: int, scale: float = 2) -> bytes:
    """So many pixels wide, each drawn as ``scale`` pixels; on white."""
    data: bytes = vl_convert.vegalite_to_png(_drawn(chart, width, PAPER), scale=scale, allowed_base_urls=[])
    return data


def _drawn(chart: Chart, width: int, paper: str | None = None) -> dict[str, Any]:
    spec = {key: value for key, value in chart.spec.items() if key != "usermeta"}
    spec["width"] = width
    spec["autosize"] = {"type": "fit-x", "contains": "padding"}
    spec["config"] = {**spec["config"], "font": FONT, **({"background": paper} if paper else {})}
    spec["params"] = [
        one | {"value": round(width * NAMES_SHARE)} if one["name"] == "names" else one for one in spec.get("params", ())
    ]
    if "world" in chart.spec["usermeta"].get("assets", ()):
        spec["datasets"] = {**spec["datasets"], "world": outlines()}
        spec["height"] = min(spec["height"], round(width * WORLD_HEIGHT))
    drawn: dict[str, Any] = drawable(spec)
    return drawn


def drawable(value: Any) -> Any:
    """A definition without what XML does not know: on such a character vl-convert ends the whole process."""
    match value:
        case str():
            return NO_XML.sub("\ufffd", value)
        case Mapping():
            return {drawable(key): drawable(one) for key, one in value.items()}
        case list() | tuple():
            return [drawable(one) for one in value]
        case _:
            return value
