"""Copies of a site's own pages for the link overlay: listed, a round of fetching asked for, removed."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import Query
from pydantic import Field

from console.overlay_copies import ask_for_round, copy_rows, remove_copies
from console.web.api.access import Managed, Operable
from console.web.api.contract import MAX_LIMIT, Limit, Offset, Page, PlainText, Told, cut, problems, router
from console.web.api.dataset_routes import Due
from console.web.guard import Administrator, Known, OursApi, Readable, note
from console.web.place import Here
from reporter.overlay.archive import Archive
from reporter.overlay.schedule import waits_since

routes = router("data sets")


class CopyTold(Told):
    """A page that was tried."""

    page: str = Field(description="As reports name it.")
    url: str
    state: str = Field(description="copied, old (the last try failed, the copy before is kept) or failed")
    fetched_at: datetime | None = Field(description="When the copy was made that is kept.")
    tried_at: datetime
    missing: int | None = Field(description="Images, styles and fonts that are not here.")
    error: str | None = Field(description="Why the last try failed.")


class CopyPage(Page):
    """Some of the pages, by name."""

    items: list[CopyTold]
    waits_since: datetime | None = Field(description="Since when a round is due that no reporter has taken yet.")


class RemovedCopies(Told):
    """How many are gone."""

    number: int


@routes.get("/datasets/{dataset}/overlay")
def list_overlay(place: Here, row: Readable, limit: Limit = 100, offset: Offset = 0) -> CopyPage:
    """Every page that was ever tried."""
    found = copy_rows(Archive(place.catalog, place.settings.data, row["id"]))
    waits = waits_since(place.catalog, row["id"], place.now())
    return CopyPage.model_validate(cut(found, offset, limit) | {"waits_since": waits})


@routes.post("/datasets/{dataset}/overlay/fetch", status_code=202, dependencies=[OursApi], responses=problems(409))
def fetch_overlay(
    place: Here,
    asker: Administrator,
    row: Managed,
    page: Annotated[
        list[PlainText],
        Query(max_length=MAX_LIMIT, description="As reports name it, or its address. Else the most viewed."),
    ] = [],  # noqa: B006 - FastAPI copies it
) -> Due:
    """Have pages fetched; a running reporter does it within a minute. For administrators."""
    names = ask_for_round(place.settings, place.catalog, row["id"], place.now(), page)
    note(place, asker, "overlay.fetch", row["id"], pages=names[:100])
    return Due(dataset=row["id"], due=True)


@routes.delete("/datasets/{dataset}/overlay", dependencies=[OursApi], responses=problems(409, 503))
def remove_overlay(
    place: Here,
    asker: Known,
    row: Operable,
    page: Annotated[
        list[PlainText], Query(max_length=MAX_LIMIT, description="As reports name it; may be repeated. Else all.")
    ] = [],  # noqa: B006 - FastAPI copies it
) -> RemovedCopies:
    """Remove copies, here and from what is published. Needs an editor, and of a token the scope `operate`."""
    number = remove_copies(place.settings, place.catalog, row["id"], page)
    note(place, asker, "overlay.remove", row["id"], pages=page[:100], number=number)
    return RemovedCopies(number=number)
