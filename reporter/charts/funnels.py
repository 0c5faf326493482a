"""The chart of funnels: who saw each step, who went on, and where the others went."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from reporter import words
from reporter.charts.chart import Chart, Series
from reporter.charts.request import Choice, Request, chart
from reporter.charts.shapes import QUESTIONS
from reporter.figures import records_of
from reporter.report import Report

MOST_STEPS = 60
MOST_WAYS, FEWER_WAYS, FEW_LABELS = 3, 2, 2
"""Of so many pages that visits go to, bars are drawn; of fewer where more labels are side by side."""
TO, APART = "→ ", "\u200b"
"""Before the name of a page, and behind it: below each step it is another."""
Key = tuple[Any, ...]
Left = Mapping[Key, Mapping[str, dict[str, Any]]]
"""By step and page, the record of the visits that went there."""


def draw_funnel(asked: Request) -> Chart | None:
    """Each step, and below it, where most of those went that did not go on."""
    names = asked.report.names.get("funnel", {})
    most = MOST_WAYS if len(asked.series) <= FEW_LABELS else FEWER_WAYS
    everybody = _left(asked.report.exits, asked.series[0].id)
    found: list[dict[str, Any]] = []
    for series in asked.series:
        left = _left(asked.report.exits, series.id)
        for number, record in enumerate(records_of(asked.report, series.id)[:MOST_STEPS]):
            key = (record["funnel"], record["stage"], record["group"])
            step = _step(record, str(names.get(record["funnel"], record["funnel"])), series)
            found.append(step)
            pages = list(everybody.get(key, {}))
            for name, visits in _ways(pages, left.get(key, {}), most):
                found.append(_way(step, name + APART * number, visits, series))
    if not found:
        return None
    funnels = list(dict.fromkeys(one["funnel"] for one in found))
    first = [one for one in found if one["funnel"] == funnels[0] and one["label"] == asked.series[0].name]
    told = "; ".join(_told(one) for one in first)
    room = max(one["visits"] for one in found) * 1.35 or 1.0
    text = f"Steps of the funnel {funnels[0]}: {told}."
    return chart(asked, "funnel", QUESTIONS["funnel"], text, found, Choice("Funnel", funnels), room=room)


def _left(exits: Report | None, label: str) -> Left:
    """Those with most visits first."""
    found: dict[Key, dict[str, dict[str, Any]]] = {}
    for one in records_of(exits, label) if exits is not None else ():
        found.setdefault((one["funnel"], one["stage"], one["group"]), {})[one["other"]] = one
    return found


def _step(record: Mapping[str, Any], funnel: str, series: Series) -> dict[str, Any]:
    stage, group = str(record["stage"]), str(record["group"])
    visits, onward = record["visits"] or 0, record["progressed"]
    left = None if onward is None else visits - onward
    rate = words.shown(record["progression"], "rate", "")
    return {
        "funnel": funnel,
        "stage": stage if stage == group else f"{stage}: {group}",
        "label": series.name,
        "visits": visits,
        "onward": visits if onward is None else onward,
        "text": f"{visits:,}",
        "gone_on": words.UNDEFINED if onward is None else f"{onward:,} ({rate})",
        "left": words.UNDEFINED if left is None else f"{left:,}",
        "end": _end(series.letter, visits, onward),
    }


def _ways(pages: Sequence[str], left: Mapping[str, dict[str, Any]], most: int) -> Iterator[tuple[str, int]]:
    """Where visits of a label went, of the pages that most of all went to; one more is not put away as others."""
    shown = pages if len(pages) <= most + 1 else pages[:most]
    counted = {page: left[page]["visits"] if page in left else 0 for page in shown}
    yield from counted.items()
    if others := len(pages) - len(shown):
        yield f"{others:,} other pages", sum(one["visits"] for one in left.values()) - sum(counted.values())


def _way(step: Mapping[str, Any], name: str, visits: int, series: Series) -> dict[str, Any]:
    share = words.shown(visits / step["visits"] if step["visits"] else None, "rate", "")
    return {
        "funnel": step["funnel"],
        "stage": f"{TO}{name}",
        "label": series.name,
        "visits": visits,
        "onward": 0,
        "text": f"{visits:,} ({share})",
        "of": step["stage"],
        "end": f"{series.letter} {visits:,}".strip() if visits else "",
    }


def _told(row: Mapping[str, Any]) -> str:
    """A step or a way in words."""
    if "of" in row:
        return f"{row['stage'].removeprefix(TO).rstrip(APART)} {row['text']}"
    return f"{row['stage']} {row['text']}" + (f", {row['gone_on']} go on" if row["left"] != words.UNDEFINED else "")


def _end(letter: str, visits: int, onward: int | None) -> str:
    if not visits:
        return ""
    return f"{letter} {visits:,}".strip() + (f", {onward:,} go on" if onward is not None else "")
