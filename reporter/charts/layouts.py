"""Charts without their data, made with Altair.

Altair takes longer to load than many a period to render, so it is loaded only where layouts must be made. What a layout
leaves open: the data ``rows``, ``NAMES`` and ``COLORS`` where it tells labels apart, and what is on an ``AXIS``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from reporter.assets import kept
from reporter.charts.chart import DARK, INK, LINE, QUIET, Series
from reporter.editions import RENDERER

NAMES, COLORS, AXIS = ["@names"], ["@colors"], "@axis"
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif"


class Layouts(Mapping[str, dict[str, Any]]):
    """Layouts by name; filled in for labels once for all pages of an analysis."""

    def __init__(self, known: Mapping[str, dict[str, Any]]) -> None:
        self._known = known
        self._filled: dict[tuple[str, tuple[Series, ...], str], dict[str, Any]] = {}
        self._texts: dict[int, str] = {}

    def __getitem__(self, name: str) -> dict[str, Any]:
        return self._known[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)

    def __getstate__(self) -> dict[str, Any]:
        """For another process."""
        return {"_known": self._known, "_filled": {}, "_texts": {}}

    def of(self, name: str, series: tuple[Series, ...], axis: str) -> dict[str, Any]:
        """A layout with names and colours of labels, and this on its axis."""
        key = (name, series, axis)
        if key not in self._filled:
            given: dict[str, Any] = {NAMES[0]: [one.name for one in series], COLORS[0]: [one.color for one in series]}
            given |= {AXIS: axis}
            dark = {**DARK, **{one.color: one.dark for one in series}}
            assets = {"assets": ["world"]} if name == "countries" else {}
            self._filled[key] = {**_filled(self[name], given), "usermeta": {"dark": dark, **assets}}
            self._texts |= {id(part): _json(part) for part in self._filled[key].values()}
        return self._filled[key]

    def text(self, spec: Mapping[str, Any]) -> str:
        """A definition as JSON; what it has of a layout was turned into text with that."""
        return "{%s}" % ",".join(  # noqa: UP031 - braces are what it is about
            f"{_json(name)}:{self._texts.get(id(part)) or _json(part)}" for name, part in spec.items()
        )


def _json(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def layouts() -> Layouts:
    """All of them."""
    try:
        found = Layouts(json.loads(kept(f"charts-{RENDERER}.json", _make)))
    except (ValueError, TypeError, AttributeError):  # somebody wrote something else there
        found = Layouts(json.loads(_make()))
    return found


def _make() -> bytes:
    from reporter.charts.forms import definitions

    return json.dumps({name: _themed(chart) for name, chart in definitions().items()}).encode()


def _themed(chart: Any) -> dict[str, Any]:
    """Quiet, and the same everywhere; what is not shown to be dark is seen on dark pages as it is."""
    chart = chart.configure(font=FONT, background="transparent", padding=4)
    chart = chart.configure_view(stroke=None).configure_text(color=INK, fontSize=12)
    chart = chart.configure_axis(
        labelColor=QUIET,
        titleColor=QUIET,
        gridColor=LINE,
        domainColor=LINE,
        tickColor=LINE,
        labelFontSize=12,
        titleFontSize=12,
        titleFontWeight="normal",
    )
    chart = chart.configure_legend(
        labelColor=QUIET, titleColor=QUIET, titleFontWeight="normal", labelFontSize=12, titleFontSize=12
    )
    layout: dict[str, Any] = chart.to_dict(context={"pre_transform": False}, validate=False)
    return layout


def _filled(part: Any, given: Mapping[str, Any]) -> Any:
    match part:
        case dict():
            return {key: _filled(one, given) for key, one in part.items()}
        case [str() as name] if name in given:
            return given[name]
        case list():
            return [_filled(one, given) for one in part]
        case str():
            return given.get(part, part)
        case _:
            return part
