"""``proprocessor log``: who did what, from where, in a browser, by the API or on the command line."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from console.options import AsJson, Data, catalog_of
from console.output import print_json, print_table
from console.web import audit

COLUMNS = {
    "seq": "Number",
    "at": "When (UTC)",
    "who": "Who",
    "address": "From",
    "what": "What",
    "about": "About",
    "more": "More",
}
SHOWN = 160
"""So many letters of what a log has beyond that stand in the table."""


def log(
    about: Annotated[str | None, typer.Option("--about", help="Of this data set or account only.")] = None,
    what: Annotated[str | None, typer.Option("--what", help="Of this kind only, as settings.change.")] = None,
    before: Annotated[int | None, typer.Option("--before", help="Those before this number.")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=100_000, help="So many at most.")] = 50,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Who did what and signed in, the last first; kept for two years."""
    _, catalog = catalog_of(data)
    found = audit.entries(catalog, about=about, what=what, before=before, limit=limit)
    if as_json:
        print_json([asdict(one) for one in found])
        return
    rows = [asdict(one) | {"more": one.more[:SHOWN] or None} for one in found]
    print_table(rows, COLUMNS, empty="Nothing was done yet.")
