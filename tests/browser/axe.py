"""What axe finds wrong on a page."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],  # to name every element that is as it should be takes most of the time
}
SOME = {"include": [["html"]], "exclude": [["tbody tr:nth-child(n+11)"]]}
"""Rows of a table are made alike, and most of the time goes into those of long tables."""


def violations(page: Page, *, letter: bool = False, every_row: bool = False) -> list[str]:
    """``letter``: landmarks are those of the program that shows the e-mail. ``every_row``: else the first ten of a table."""
    rules = RULES | ({"runOnly": [one for one in RULES["runOnly"] if one != "best-practice"]} if letter else {})
    found = Axe().run(page, context=None if every_row else SOME, options=rules).response["violations"]
    return [f"{one['id']}: {node['html'][:200]} {node['failureSummary']}" for one in found for node in one["nodes"]]
