"""The bar above a page of reports: back to the console, and what else can be asked of this report."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import Request

from console import datasets
from console.report_label import join_criteria
from console.web.annotation_pages import DAY, EMPTY, form_values
from console.web.asker import Asker
from console.web.drill import Shown, crumbs_of, drill_of, label_words
from console.web.place import place_of
from console.web.remembered import Remembered
from console.web.view import link_below, part

CRITERIA = {
    "referrer": "come from a referrer that contains",
    "search_term": "searched for",
    "search_engine": "come from the search engine",
    "channel": "come by the channel",
    "campaign": "come by the campaign",
    "saw_page": "saw a page that contains",
    "entry_page": "began with a page that contains",
    "exit_page": "ended with a page that contains",
    "country": "come from the country (DE, AT …)",
    "browser": "use the browser",
    "os": "use the system",
    "device": "use the device",
    "page_views": "saw so many pages (3.. or 2..5)",
    "visitor": "are new, or returning",
}
"""Criteria of a label that is made on the spot, as the end of “visitors who …”."""
EXACT = ("channel", "campaign", "country", "browser", "os", "device", "page_views", "visitor")
FILES = {".xlsx": "Spreadsheet (XLSX)", ".pdf": "Printed (PDF)", ".csv": "CSV", ".json": "JSON"}
"""As what a report can be taken along."""
BY_ROW = {
    "referrers": ("referrer", 0, "~"),
    "search": ("search_term", 1, "="),
    "sources": ("channel", 0, "="),
    "campaigns": ("campaign", 0, "="),
    "pages": ("saw_page", 0, "="),
    "entries": ("entry_page", 0, "="),
    "exits": ("exit_page", 0, "="),
    "countries": ("country", 0, "="),
    "exit_links": ("exit_link", 0, "="),
}
"""Report to the criterion that its rows are of, the column with the value, and how it is compared."""


_form_values: Remembered[tuple[str, str], dict[str, Any]] = Remembered()
"""The labels that there are, by catalog and data set: every page has the form."""


def bar(request: Request, asker: Asker, shown: Shown) -> str:
    """As HTML, to stand at the beginning of the page's body."""
    criterion, column, way = BY_ROW.get(shown.report, ("", 0, ""))
    values: dict[str, Any] = {
        "shown": shown,
        "label_words": label_words(shown.label),
        "path": _path(shown),
        "criteria": CRITERIA,
        "by_row": {"criterion": criterion, "column": column, "way": way},
        "may_edit": asker.account.may_edit,
        "drill": drill_of(shown) if shown.report else {},
        "files": FILES,
        "crumbs": crumbs_of(shown),
        **_note_values(request, asker, shown),
    }
    return part(request, "bar.html", asker=asker, **values)


def _note_values(request: Request, asker: Asker, shown: Shown) -> dict[str, Any]:
    """What a form for a note on these days needs, for who may make one."""
    if not asker.account.may_edit or asker.share is not None or not shown.report:
        return {}
    day = shown.period if DAY.fullmatch(shown.period) else ""
    catalog = place_of(request).catalog
    key = str(catalog.engine.url), shown.dataset
    values = _form_values.get(key, lambda: form_values(datasets.find(catalog, shown.dataset)))
    return {"note": {**EMPTY, "first": day}, **values}


def _path(shown: Shown) -> str:
    """The page below the data set's reports, as a saved view keeps it."""
    return link_below(
        f"{shown.period}/{shown.report}.html", label=shown.label, compare=shown.compare, trail=shown.trail
    )


def label_of(form: Mapping[str, str]) -> str:
    """A label as one word: as it was given, or of a criterion and a value."""
    if form.get("label"):
        return form["label"]
    criterion, value = form.get("criterion", ""), form.get("value", "").strip()
    if not criterion or not value:
        return ""
    return join_criteria([f"{criterion}{'=' if criterion in EXACT else '~'}{value}"])
