"""The chart of ways from page to page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from reporter import words
from reporter.charts.chart import Chart
from reporter.charts.request import Choice, Request, chart
from reporter.charts.shapes import QUESTIONS
from reporter.rows import Numbers, Value

MOST_PAGES, FEWEST_PAGES, MOST_DRAWINGS = 40, 12, 80
"""Of so many pages, those viewed most, the ways are in the page, of fewer where labels are many; its table has all."""
BOXES, THRESHOLD = 15, 0.01
"""A side, and the share that a link must have (DOMAIN.md section 6)."""


def draw_paths(asked: Request) -> Chart | None:
    """The ways to and from the page with most views; a reader may choose another, and whose: a row each."""
    labels = [one.name for one in asked.series]
    ways = _Ways(asked)
    pages = ways.viewed_most(min(MOST_PAGES, max(FEWEST_PAGES, MOST_DRAWINGS // len(labels))))
    if not pages:
        return None
    names = [_text(one) for one in ways.page.distinct.values[pages].tolist()]
    heads = ({"page": name, "label": label} for name in names for label in labels)
    found = [head | drawing for head, drawing in zip(heads, ways.drawn(pages), strict=True)]
    first = found[0]
    links = zip(first["side"], first["other"], first["share"], strict=True)
    told = ", ".join(f"{side} {name} {words.shown(one, 'rate', '')}" for side, name, one in links)
    choice = Choice("Page", list(dict.fromkeys(names)))
    text = f"Ways to and from {first['page']}: {told}."
    return chart(asked, "paths", QUESTIONS["paths"], text, found, choice, Choice("Visits of", labels))


class _Ways:
    """Those of all labels' visits, label by label. Rows of a page stand together, and it has one number everywhere."""

    def __init__(self, asked: Request) -> None:
        rows = asked.report.columns
        by_label = [rows.places(one.id) for one in asked.series]
        places = np.concatenate(by_label)
        of_record = np.searchsorted(rows.starts, places, side="right") - 1
        self.page, self._way, self._other = (key.at(of_record) for key in rows.keys)
        self._label = np.repeat(np.arange(len(by_label)), [len(one) for one in by_label])
        self._labels = len(by_label)
        self._clicks, self._share = (
            one.distinct.numbers()[one.codes[places]] for one in (rows.measures["clicks"], rows.measures["share"])
        )
        # A page is the last of one label and may be the first of the next.
        page = self.page.codes + self._label * (len(self.page.distinct.values) + 1)
        self._begins = np.flatnonzero(np.diff(page, prepend=-2))
        # A link's share is its clicks by the page's views.
        views = np.divide(self._clicks, self._share, out=np.zeros_like(self._clicks), where=self._share > 0)
        self._views = np.maximum.reduceat(np.rint(views), self._begins) if len(places) else views

    def viewed_most(self, number: int) -> list[int]:
        """The numbers of the pages that those of the first label viewed most."""
        of_first = self._begins[: np.searchsorted(self._begins, np.count_nonzero(self._label == 0))]
        order = np.argsort(-self._views[: len(of_first)], kind="stable")[:number]
        found: list[int] = self.page.codes[of_first[order]].tolist()
        return found

    def drawn(self, pages: Sequence[int]) -> Iterator[dict[str, Any]]:
        """The strongest links of each side of these pages, page by page, each by label; none where these visits did
        not see it."""
        place = np.full(len(self.page.distinct.values), -1)
        place[pages] = np.arange(len(pages))
        drawing = place[self.page.codes] * self._labels + self._label
        strong = np.flatnonzero((place[self.page.codes] >= 0) & (self._share >= THRESHOLD))
        is_next = (self._way.distinct.values == "next")[self._way.codes[strong]]
        side = drawing[strong] * 2 + is_next
        order = np.argsort(side, kind="stable")
        strong, side = strong[order], side[order]
        begins = np.flatnonzero(np.diff(side, prepend=-9))
        rank = np.arange(len(strong)) - np.repeat(begins, np.diff(begins, append=len(strong)))
        strong, side = strong[rank < BOXES], side[rank < BOXES]
        others = self._other.distinct.memo("way", _text)
        names = [others[code] for code in self._other.codes[strong].tolist()]
        clicks, shares = self._clicks[strong].astype(int).tolist(), self._share[strong].round(4).tolist()
        ends = np.searchsorted(side, np.arange(len(pages) * self._labels * 2), "right").tolist()
        begin = 0
        for middle, end, viewed in zip(ends[::2], ends[1::2], self._viewed(drawing, len(pages)), strict=True):
            yield {
                "views": f"{viewed:,}",
                "side": ["previous"] * (middle - begin) + ["next"] * (end - middle),
                "other": names[begin:end],
                "clicks": clicks[begin:end],
                "share": shares[begin:end],
            }
            begin = end

    def _viewed(self, drawing: Numbers, pages: int) -> list[int]:
        """How often each of the pages was viewed by the visits of each label."""
        found = np.zeros(pages * self._labels, dtype=int)
        of_pages = drawing[self._begins]
        known = of_pages >= 0
        found[of_pages[known]] = self._views[known]
        return found.tolist()


def _text(value: Value) -> str:
    return words.UNDEFINED if value in (None, "") else str(value)
