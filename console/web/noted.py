"""Notes on days, put into a page of reports: below its head, in its chart of visits, and for its table."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any

from fastapi import Request

from console import datasets
from console.web import day_notes
from console.web.annotation_pages import days_of, labels_of
from console.web.asker import Asker
from console.web.day_notes import Annotation
from console.web.live import SKIP
from console.web.noted_chart import marked
from console.web.place import Place
from console.web.view import part
from reporter.charts.chart import ACCENT, DARK, DARK_PAPER, PAPER
from reporter.colors import readable
from reporter.html_report import script_json

OPEN, MOST = 5, 200
"""So many are shown at once, and so many when one asks: the last ones."""
HEADS = ("</header>\n", "</h1>\n")
CHART = re.compile(r'(<script type="application/json" id="chart-definition">)(.*?)(</script>)', re.DOTALL)


@dataclass(frozen=True)
class Noted:
    """The notes of a page: ``html`` stands below its head, ``marks`` in its chart."""

    html: str = ""
    marks: tuple[dict[str, Any], ...] = ()

    @property
    def tag(self) -> str:
        """Another text when the page is another one."""
        return sha256(self.html.encode()).hexdigest() if self.html else ""

    def put_into(self, page: str) -> str:
        """The page with them."""
        start = page.find(SKIP)
        if not self.html or start < 0:
            return page
        for head in HEADS:
            at = page.find(head, start)
            if at >= 0:
                at += len(head)
                page = page[:at] + self.html + page[at:]
                break
        return CHART.sub(self._with_marks, page, count=1)

    def _with_marks(self, found: re.Match[str]) -> str:
        spec = json.loads(found[2])
        return f"{found[1]}{script_json(marked(spec, self.marks))}{found[3]}"


def noted(
    request: Request, place: Place, asker: Asker, dataset: str, first: date | None = None, last: date | None = None
) -> Noted:
    """The notes that have a day among these."""
    found = day_notes.lately(place.catalog, dataset, first, last)
    if not found:
        return Noted()
    labels = {one["id"]: one for one in labels_of(datasets.find(place.catalog, dataset))}
    notes = [_shown(number, one, labels) for number, one in enumerate(found[-MOST:], start=1)]
    data = [{"number": one["number"], "first": one["first"], "last": one["last"], "text": one["text"]} for one in notes]
    values = {"notes": notes, "open": len(notes) <= OPEN, "data": script_json(data), "dataset": dataset}
    values |= {"number": len(found), "is_guest": asker.share is not None}
    html = part(request, "notes.html", asker=asker, may_edit=_may_edit(asker), **values)
    return Noted(html, tuple(notes))


def lines_of(place: Place, dataset: str, first: date, last: date) -> list[str]:
    """The same as sentences, for documents."""
    return [f"{days_of(one)}: {one.text}" for one in day_notes.of_dataset(place.catalog, dataset, first, last)[-MOST:]]


def _may_edit(asker: Asker) -> bool:
    return asker.share is None and asker.account.may_edit


def _shown(number: int, one: Annotation, labels: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    label = labels.get(one.label or "")
    color = one.color or (label["color"] if label else None) or ACCENT
    return {
        "id": one.id,
        "number": number,
        "first": one.first.isoformat(),
        "last": one.last.isoformat(),
        "days": days_of(one),
        "text": one.text,
        "about": label["name"] if label else one.label,
        "made_by": one.made_by,
        "light": readable(color, PAPER),
        "dark": DARK.get(color) or readable(color, DARK_PAPER),
    }
