"""The chart of ways from page to page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from reporter import words
from reporter.charts.chart import Chart
from reporter.charts.request import Choice, Request, chart
from reporter.charts.shapes import QUESTIONS
from reporter.rows import Value

MOST_PAGES, FEWEST_PAGES, MOST_DRAWINGS = 40, 12, 80
"""Of so many pages, those viewed most, the ways are in the page, of fewer where labels are many; its table has all."""
BOXES, THRESHOLD = 15, 0.01
"""A side, and the share that a link must have (DOMAIN.md section 6)."""


def draw_paths(asked: Request) -> Chart | None:
    """The ways to and from the page with most views; a reader may choose another, and whose: a row each."""
    ways = {series.name: _Ways(asked, series.id) for series in asked.series}
    everybody = ways[asked.series[0].name]
    pages = everybody.viewed_most(min(MOST_PAGES, max(FEWEST_PAGES, MOST_DRAWINGS // len(ways))))
    drawn = {label: of_label.drawn(pages) for label, of_label in ways.items()}
    names = [_text(one) for one in everybody.page.distinct.values[pages].tolist()]
    found = [
        {"page": name, "label": label, **of_label[at]}
        for at, name in enumerate(names)
        for label, of_label in drawn.items()
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
        begins = np.flatnonzero(np.diff(self.page.codes, prepend=-2))
        # A link's share is its clicks by the page's views.
        views = np.divide(self._clicks, self._share, out=np.zeros_like(self._clicks), where=self._share > 0)
        self._views = np.maximum.reduceat(np.rint(views), begins) if len(begins) else views
        self._codes = self.page.codes[begins]

    def viewed_most(self, number: int) -> list[int]:
        """The numbers of the pages."""
        found: list[int] = self._codes[np.argsort(-self._views, kind="stable")[:number]].tolist()
        return found

    def drawn(self, pages: Sequence[int]) -> list[dict[str, Any]]:
        """The strongest links of each side of these pages; none where these visits did not see it."""
        strong = np.flatnonzero(np.isin(self.page.codes, pages) & (self._share >= THRESHOLD))
        is_next = (self._way.distinct.values == "next")[self._way.codes]
        side = self.page.codes * 2 + is_next
        strong = strong[np.argsort(side[strong], kind="stable")]
        begins = np.flatnonzero(np.diff(side[strong], prepend=-9))
        rank = np.arange(len(strong)) - np.repeat(begins, np.diff(np.append(begins, len(strong))))
        strong = strong[rank < BOXES]
        columns: dict[str, list[Any]] = {
            "side": np.where(is_next[strong], "next", "previous").tolist(),
            "other": [_text(one) for one in self._other.at(strong).values()],
            "clicks": self._clicks[strong].astype(int).tolist(),
            "share": self._share[strong].round(4).tolist(),
        }
        here = self.page.codes[strong]
        from_, to = (np.searchsorted(here, pages, which).tolist() for which in ("left", "right"))
        views = dict(zip(self._codes.tolist(), self._views.astype(int).tolist(), strict=True))
        return [
            {"views": f"{views.get(page, 0):,}", **{name: one[begin:end] for name, one in columns.items()}}
            for page, begin, end in zip(pages, from_, to, strict=True)
        ]


def _text(value: Value) -> str:
    return words.UNDEFINED if value in (None, "") else str(value)
