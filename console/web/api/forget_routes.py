"""A visitor forgotten, for administrators."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Query
from pydantic import Field

from console.forgetting import left_over, wanted_of
from console.stored_settings import stored_settings
from console.web.api.access import Managed
from console.web.api.contract import PlainText, Told, problems, router
from console.web.forget_pages import forget_visitor
from console.web.guard import Administrator, OursApi
from console.web.place import Here
from console.web.turns import a_turn
from parser.forget import preview

routes = router("data sets")


class Visitor(Told):
    """Who is meant: one of these."""

    visitor: PlainText | None = Field(default=None, description="Value of the persistent or session cookie.")
    address: PlainText | None = Field(default=None, description="All that came from it is removed.")


class Receipt(Told):
    """What was removed, or would be; nothing of who it was."""

    id: str | None = Field(description="Of the receipt; null where nothing was removed.")
    dataset: str
    kind: str = Field(description="visitor or address")
    hits: int
    files: list[str] = Field(description="Those with hits or rejects of the visitor.")
    files_with_rejects: int
    days: list[str]
    periods: list[str] = Field(description="Ids of published periods that are made anew.")
    files_not_parsed: int = Field(description="Their raw files stay until they are.")
    raw_files_deleted: int
    also_kept_by: list[str] = Field(description="Other data sets that have some of the same raw files.")
    analysis_follows: bool = Field(description="Whether running stages make the reports anew.")
    notes: list[str] = Field(description="What is not removed, or not yet: sentences.")
    dry_run: bool


@routes.post("/datasets/{dataset}/forget", dependencies=[OursApi], responses=problems(400, 503))
def forget_a_visitor(
    place: Here,
    asker: Administrator,
    row: Managed,
    who: Visitor,
    dry_run: Annotated[bool, Query(description="Say what would be removed, and remove nothing.")] = False,
) -> Receipt:
    """Remove a visitor, now and from whatever is fetched later. It cannot be undone."""
    wanted = wanted_of(who.visitor, who.address)
    if dry_run:
        with a_turn():
            found = preview(place.catalog, place.settings, row["id"], wanted, place.now())
        found |= {"id": None, "raw_files_deleted": 0, "also_kept_by": []}
    else:
        found = forget_visitor(place, asker, row, wanted)
    notes = left_over(found, stored_settings(row))
    told: dict[str, Any] = {name: value for name, value in found.items() if name in Receipt.model_fields}
    return Receipt(**told, notes=notes, dry_run=dry_run)
