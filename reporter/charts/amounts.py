"""Bars: how much of what, labels side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from reporter import words
from reporter.charts.chart import Chart, Series
from reporter.charts.request import Choice, Request, chart
from reporter.charts.shapes import BARS, BULLETS, QUESTIONS, Bars
from reporter.figures import groups_by, key_of, largest, records_of, sums
from reporter.model import Report
from reporter.rows import Coded, Value

MOST_BARS, MOST_THINGS, FEWEST_THINGS = 60, 15, 6
ROOM = 1.22
"""So much longer than the longest bar is the axis: the values stand behind the bars."""
KINDS = {"browser": "Browsers", "os": "Systems", "device": "Devices"}


def draw_bars(asked: Request) -> Chart | None:
    """The things with most, of all visitors."""
    shape = BARS[asked.report.id]
    chosen: dict[str, list[dict[str, Any]]] = {}
    for kind, places in _kinds(asked.report, shape).items():
        chosen[kind] = _things(asked, shape, kind, places)
    found = [one for things in chosen.values() for one in things]
    if not found:
        return None
    choice = Choice("Show", [kind for kind, things in chosen.items() if things]) if shape.kind else None
    rooms = {kind: _room(things) for kind, things in chosen.items() if things}
    first = next(things for things in chosen.values() if things)
    told = [f"{one['item']} {one['text']}" for one in first if one["label"] == asked.series[0].name]
    return chart(
        asked,
        "chosen-bars" if choice else "bars",
        shape.question,
        f"Bars of {shape.axis.lower()}: {', '.join(told)}.",
        found,
        choice,
        axis=shape.axis,
        room=rooms if choice else _room(found),
    )


def draw_labels(asked: Request) -> Chart | None:
    """Visits of each label, if there are any beside all visitors."""
    shape = BARS["overview"]
    if len(asked.series) < 2:
        return None
    values = {one.id: asked.report.totals.get(one.id, {}).get(shape.measure) or 0 for one in asked.series}
    found = [_bar(asked, one.name, one, values[one.id], "count") for one in asked.series]
    told = ", ".join(f"{one['item']} {one['text']}" for one in found)
    text = f"Bars of visits: {told}."
    return chart(asked, "lone-bars", shape.question, text, found, axis=shape.axis, room=_room(found))


def draw_audit(asked: Request) -> Chart | None:
    """Where lines went, each of them once."""
    shape = BARS["audit"]
    everybody = asked.series[0]
    totals = asked.report.totals.get(everybody.id, {})
    parts = [one for one in asked.report.measures if one.id not in ("lines", "hits")]
    bars = [_bar(asked, one.title, everybody, totals.get(one.id) or 0, "count") for one in parts]
    found = sorted((one for one in bars if one["value"]), key=lambda one: -one["value"])
    if not found:
        return None
    told = ", ".join(f"{one['item']} {one['text']}" for one in found)
    text = f"Bars of lines: {told}."
    return chart(asked, "lone-bars", shape.question, text, found, axis=shape.axis, room=_room(found))


def draw_bullets(asked: Request) -> Chart | None:
    """Rates of the campaigns with most clicks, beside what was expected of them."""
    found = []
    for series in asked.series:
        for record in records_of(asked.report, series.id):
            if record["clicks"] and record["short_visit_rate"] is not None:
                found.append(_bullet(asked, series, record))
    order = {one["item"]: -one["clicks"] for one in reversed(found)}
    order |= {one["item"]: -one["clicks"] for one in found if one["label"] == asked.series[0].name}
    items = sorted(order, key=lambda item: order[item])[: _number(asked.series)]
    found = sorted((one for one in found if one["item"] in items), key=lambda one: items.index(one["item"]))
    if not found:
        return None
    told = ", ".join(f"{one['item']} {one['text']}, expected {one['expected_text']}" for one in found)
    room = max(max(one["value"], one["expected"] or 0) for one in found) * ROOM or 1
    text = f"{BULLETS}: {told}."
    return chart(asked, "bullets", QUESTIONS["click_quality"], text, found, axis=BULLETS, room=room)


def _bullet(asked: Request, series: Series, record: dict[str, Any]) -> dict[str, Any]:
    value, expected = record["short_visit_rate"], record["expected_short_rate"]
    bar = _bar(asked, str(record["campaign"]), series, value, "rate")
    text = words.shown(expected, "rate", asked.currency)
    past = max(value, expected or 0)
    return {**bar, "expected": expected, "expected_text": text, "past": past, "clicks": record["clicks"]}


def _kinds(report: Report, shape: Bars) -> dict[str, Coded | None]:
    """What there is to choose from, in the words of the choice."""
    if not shape.kind:
        return {"": None}
    key = key_of(report, shape.kind)
    return {KINDS.get(one, one): key for one in list(dict.fromkeys(key.values()))[: len(KINDS)]}


def _things(asked: Request, shape: Bars, kind: str, kinds: Coded | None) -> list[dict[str, Any]]:
    """The bars of the things with most; of one kind, where there are several."""
    rows = asked.report.columns
    keys = [key_of(asked.report, one) for one in shape.by]
    groups = groups_by(rows, [*keys, kinds] if kinds is not None else keys)
    by_label = {one.id: sums(rows, groups, one.id, shape.measure) for one in asked.series}
    weights = by_label[asked.series[0].id]
    if kinds is not None:
        named = {code: KINDS.get(one, one) for code, one in enumerate(kinds.distinct.values)}
        weights = weights * [named.get(code) == kind for code in kinds.codes[groups.first].tolist()]
    found = []
    texts: list[str] = []
    for group in largest(weights, _number(asked.series)):
        text = shape.joined.join(
            words.named(key.value(groups.first[group]), one) for one, key in zip(shape.by, keys, strict=True)
        )
        text += "\u200b" * texts.count(text)  # what is called the same is not the same
        texts.append(text)
        for series in asked.series:
            value = by_label[series.id][group]
            found.append({**_bar(asked, text, series, round(value), "count"), **({"kind": kind} if kind else {})})
    return found


def _bar(asked: Request, item: str, series: Series, value: Value, unit: str) -> dict[str, Any]:
    text = words.shown(value, unit, asked.currency)
    return {
        "item": item,
        "label": series.name,
        "value": value,
        "text": text,
        "end": f"{series.letter} {text}".strip() if value else "",
    }


def _number(series: Sequence[Series]) -> int:
    return max(FEWEST_THINGS, min(MOST_THINGS, MOST_BARS // len(series)))


def _room(found: Sequence[dict[str, Any]]) -> float:
    return max(one["value"] for one in found) * ROOM or 1.0
