"""The chart of ways from page to page."""

from __future__ import annotations

from typing import Any

import numpy as np

from reporter import words
from reporter.charts.chart import Chart
from reporter.charts.request import Choice, Request, chart
from reporter.charts.shapes import QUESTIONS
from reporter.rows import Value

MOST_PAGES, FEWEST_PAGES, MOST_DRAWINGS = 40, 12, 120
"""Of so many pages, those viewed most, the ways are in the page, of fewer where labels are many; its table has all."""
BOXES, THRESHOLD = 15, 0.01
"""A side, and the share that a link must have (DOMAIN.md section 6)."""


def draw_paths(asked: Request) -> Chart | None:
    """The ways to and from the page with most views; a reader may choose another, and whose: a row each."""
    ways = {series.name: _Ways(asked, series.id) for series in asked.series}
    everybody = ways[asked.series[0].name]
    most = min(MOST_PAGES, max(FEWEST_PAGES, MOST_DRAWINGS // len(ways)))
    found = [
        {"page": _text(everybody.page.distinct.values[code]), "label": label, **of_label.drawn(code)}
        for code in everybody.viewed_most(most)
        for label, of_label in ways.items()
    ]
    if not found:
        return None
    first = found[0]
    links = zip(first["side"], first["other"], first["share"], strict=True)
    told = ", ".join(f"{side} {name} {words.shown(one, 'rate', '')}" for side, name, one in links)
    choice = Choice("Page", list(dict.fromkeys(one["page"] for one in found)))
    text = f"Ways to and from {first['page']}: {told}."
    return chart(asked, "paths", QUESTIONS["paths"], text, found, choice, Choice("Visits of", list(ways)))


class _Ways:
    """Those of a label's visits. Rows of a page stand together; a page has the same number under every label."""

    def __init__(self, asked: Request, label: str) -> None:
        rows = asked.report.columns
        places = rows.places(label)
        of_record = np.searchsorted(rows.starts, places, side="right") - 1
        self.page, self._way, self._other = (key.at(of_record) for key in rows.keys)
        self._clicks, self._share = (
            one.distinct.numbers()[one.codes[places]] for one in (rows.measures["clicks"], rows.measures["share"])
        )
        self._begins = np.flatnonzero(np.diff(self.page.codes, prepend=-2))
        self._ends = np.append(self._begins[1:], len(self.page.codes))
        # A link's share is its clicks by the page's views.
        views = np.divide(self._clicks, self._share, out=np.zeros_like(self._clicks), where=self._share > 0)
        self._views = np.maximum.reduceat(np.rint(views), self._begins) if len(self._begins) else views
        self._codes = self.page.codes[self._begins]

    def viewed_most(self, number: int) -> list[int]:
        """The numbers of the pages."""
        found: list[int] = self._codes[np.argsort(-self._views, kind="stable")[:number]].tolist()
        return found

    def drawn(self, code: int) -> dict[str, Any]:
        """The strongest links of each side of a page; none where these visits did not see it."""
        at = np.flatnonzero(self._codes == code)
        if not len(at):
            return {"views": "0", "side": [], "other": [], "clicks": [], "share": []}
        within = slice(self._begins[at[0]], self._ends[at[0]])
        sides, shares = np.array(self._way.at(within).values()), self._share[within]
        strong = np.concatenate(
            [np.flatnonzero((sides == side) & (shares >= THRESHOLD))[:BOXES] for side in ("previous", "next")]
        )
        return {
            "views": f"{int(self._views[at[0]]):,}",
            "side": sides[strong].tolist(),
            "other": [_text(one) for one in self._other.at(within).at(strong).values()],
            "clicks": self._clicks[within][strong].astype(int).tolist(),
            "share": shares[strong].round(4).tolist(),
        }


def _text(value: Value) -> str:
    return words.UNDEFINED if value in (None, "") else str(value)
