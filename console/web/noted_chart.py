"""Notes as marks of a chart of visits by day. Pure: a Vega-Lite definition in, another out."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from reporter.charts.chart import INK

Spec = dict[str, Any]
TEXT = 300
"""Longer ones are cut where one points at a mark: below the page's head they stand whole."""
CALCULATE = [
    {"calculate": "toDate(datum.at)", "as": "day"},
    {"calculate": "toDate(datum.until)", "as": "end"},
]


def marked(spec: Spec, notes: Sequence[Mapping[str, Any]]) -> Spec:
    """The chart with the notes that lie on its days; as it is where it shows no days."""
    ats = _slots(spec)
    rows = _rows(ats, notes) if ats else []
    if not rows:
        return spec
    colors = {one["light"]: one["dark"] for one in notes}
    names = {light: f"c{number}" for number, light in enumerate(colors)}
    for one in rows:
        one["color"] = names[one["color"]]
    points = [_together(list(found)) for _, found in groupby(rows, key=lambda one: one["at"])]
    usermeta = spec.get("usermeta", {})
    return {
        **spec,
        "layer": [*_behind(list(names.values()), list(colors)), *spec["layer"], *_before(names, list(colors))],
        "datasets": {**spec["datasets"], "notes": rows, "note-points": points},
        "usermeta": {**usermeta, "dark": {**colors, **usermeta.get("dark", {})}},
    }


def _slots(spec: Spec) -> list[str]:
    """Where the points of a line stand, as ``2015-05-17T00:00:00``; none of a chart of hours or of something else."""
    rows = spec.get("datasets", {}).get("rows") or [{}]
    ats = rows[0].get("at") if isinstance(rows[0], dict) else None
    is_days = isinstance(ats, list) and bool(ats) and all(isinstance(one, str) for one in ats)
    return list(ats) if is_days and "layer" in spec and ats is not None else []


def _rows(ats: Sequence[str], notes: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Each note at the point that its days are part of: a point may be a week or a month."""
    days = [one[:10] for one in ats]
    found = []
    for one in notes:
        last = bisect_right(days, one["last"]) - 1
        if last < 0:
            continue
        first = max(0, bisect_right(days, one["first"]) - 1)
        found.append({"at": ats[first], "until": ats[last], "number": str(one["number"]), "color": one["light"]}
                     | {"when": one["days"], "note": _short(one["text"])})  # fmt: skip
    return sorted(found, key=lambda one: (one["at"], int(one["number"])))


def _together(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Those that stand on one point, as one mark."""
    if len(rows) == 1:
        return rows[0]
    text = " · ".join(f"{one['number']}: {one['note']}" for one in rows)
    numbers = [one["number"] for one in rows]
    shown = ", ".join(numbers) if len(numbers) <= 3 else f"{numbers[0]}–{numbers[-1]}"
    return {**rows[0], "number": shown, "when": rows[0]["when"], "note": _short(text)}


def _short(text: str) -> str:
    return text if len(text) <= TEXT else f"{text[: TEXT - 1]}…"


def _behind(names: list[str], colors: list[str]) -> list[Spec]:
    """A stretch of days as a band, the first of them as a line."""
    x = {"field": "day", "type": "temporal"}
    band: Spec = {
        "data": {"name": "notes"},
        "transform": [*CALCULATE, {"filter": "datum.at !== datum.until"}],
        "mark": {"type": "rect", "opacity": 0.14},
        "encoding": {"x": x, "x2": {"field": "end"}, "fill": _scale(names, colors)},
    }
    line: Spec = {
        "data": {"name": "note-points"},
        "transform": CALCULATE,
        "mark": {"type": "rule", "strokeDash": [2, 3], "strokeWidth": 1.5},
        "encoding": {"x": x, "stroke": _scale(names, colors)},
    }
    return [band, line]


def _before(names: Mapping[str, str], colors: list[str]) -> list[Spec]:
    """What one points at: a mark at the top, with the number that the note has below the page's head."""
    tips = [
        {"field": "number", "type": "nominal", "title": "Note"},
        {"field": "when", "type": "nominal", "title": "On"},
        {"field": "note", "type": "nominal", "title": "What"},
    ]
    x, y = {"field": "day", "type": "temporal"}, {"value": 8}
    point: Spec = {
        "data": {"name": "note-points"},
        "transform": CALCULATE,
        "mark": {"type": "point", "shape": "triangle-down", "size": 110, "filled": True, "opacity": 1},
        "encoding": {"x": x, "y": y, "fill": _scale(list(names.values()), colors), "tooltip": tips},
    }
    number: Spec = {
        "data": {"name": "note-points"},
        "transform": CALCULATE,
        "mark": {"type": "text", "align": "left", "dx": 8, "fontSize": 11, "fontWeight": 600, "color": INK},
        "encoding": {"x": x, "y": y, "text": {"field": "number", "type": "nominal"}},
    }
    return [point, number]


def _scale(names: list[str], colors: list[str]) -> Spec:
    return {"field": "color", "type": "nominal", "scale": {"domain": names, "range": colors}, "legend": None}
