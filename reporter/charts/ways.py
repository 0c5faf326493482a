"""Charts of ways: through funnels, and from page to page."""

from __future__ import annotations

import numpy as np

from reporter import words
from reporter.charts.chart import Chart
from reporter.charts.request import Choice, Request, chart
from reporter.charts.shapes import QUESTIONS
from reporter.figures import records_of
from reporter.rows import Value

MOST_PAGES = 40
"""Of so many pages, those viewed most, the ways are in the page; of all, they are in its table."""
MOST_STEPS = 60
BOXES, THRESHOLD = 15, 0.01
"""A side, and the share that a link must have (DOMAIN.md section 6)."""


def draw_funnel(asked: Request) -> Chart | None:
    """Each step: who saw it, who went on, who left."""
    found = []
    for series in asked.series:
        for record in records_of(asked.report, series.id)[:MOST_STEPS]:
            stage, group = str(record["stage"]), str(record["group"])
            visits, onward = record["visits"] or 0, record["progressed"]
            left = None if onward is None else visits - onward
            rate = words.shown(record["progression"], "rate", "")
            gone = words.UNDEFINED if onward is None else f"{onward:,} ({rate})"
            found.append(
                {
                    "funnel": record["funnel"],
                    "stage": stage if stage == group else f"{stage}: {group}",
                    "label": series.name,
                    "visits": visits,
                    "onward": visits if onward is None else onward,
                    "text": f"{visits:,}",
                    "gone_on": gone,
                    "left": words.UNDEFINED if left is None else f"{left:,}",
                    "end": _end(series.letter, visits, left),
                }
            )
    if not found:
        return None
    funnels = list(dict.fromkeys(one["funnel"] for one in found))
    first = [one for one in found if one["funnel"] == funnels[0] and one["label"] == asked.series[0].name]
    told = "; ".join(f"{one['stage']} {one['text']}, {one['gone_on']} go on" for one in first)
    room = max(one["visits"] for one in found) * 1.35 or 1.0
    text = f"Steps of the funnel {funnels[0]}: {told}."
    return chart(asked, "funnel", QUESTIONS["funnel"], text, found, Choice("Funnel", funnels), room=room)


def draw_paths(asked: Request) -> Chart | None:
    """The ways to and from the page with most views; a reader may choose another. A row is a page."""
    rows, everybody = asked.report.columns, asked.series[0].id
    places = rows.places(everybody)
    of_record = np.searchsorted(rows.starts, places, side="right") - 1
    page, way, other = (key.at(of_record) for key in rows.keys)
    clicks, share = (
        one.distinct.numbers()[one.codes[places]] for one in (rows.measures["clicks"], rows.measures["share"])
    )
    begins = np.flatnonzero(np.diff(page.codes, prepend=-2))  # rows of a page stand together
    if not len(begins):
        return None
    # A link's share is its clicks by the page's views.
    views = np.rint(np.divide(clicks, share, out=np.zeros_like(clicks), where=share > 0))
    most = np.maximum.reduceat(views, begins)
    ends = np.append(begins[1:], len(page.codes))
    found = []
    for at in np.argsort(-most, kind="stable")[:MOST_PAGES].tolist():
        within = slice(begins[at], ends[at])
        sides, shares = np.array(way.at(within).values()), share[within]
        strong = np.concatenate(
            [np.flatnonzero((sides == side) & (shares >= THRESHOLD))[:BOXES] for side in ("previous", "next")]
        )
        found.append(
            {
                "page": _text(page.value(begins[at])),
                "views": f"{int(most[at]):,}",
                "side": sides[strong].tolist(),
                "other": [_text(one) for one in other.at(within).at(strong).values()],
                "clicks": clicks[within][strong].astype(int).tolist(),
                "share": shares[strong].round(4).tolist(),
            }
        )
    first = found[0]
    links = zip(first["side"], first["other"], first["share"], strict=True)
    told = ", ".join(f"{side} {name} {words.shown(one, 'rate', '')}" for side, name, one in links)
    choice = Choice("Page", list(dict.fromkeys(one["page"] for one in found)))
    text = f"Ways to and from {first['page']}: {told}."
    return chart(asked, "paths", QUESTIONS["paths"], text, found, choice)


def _end(letter: str, visits: int, left: int | None) -> str:
    if not visits:
        return ""
    return f"{letter} {visits:,}".strip() + (f", {left:,} leave" if left else "")


def _text(value: Value) -> str:
    return words.UNDEFINED if value in (None, "") else str(value)
