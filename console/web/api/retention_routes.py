"""What a data set keeps no longer, as its settings say: told to editors, removed now by administrators."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from pydantic import Field

from console.expiry import remove_old
from console.stored_settings import Row, stored_settings
from console.web.api.access import Configured, Managed
from console.web.api.contract import Told, problems, router
from console.web.guard import Administrator, OursApi
from console.web.place import Here, Place
from console.web.retention_pages import remove_for
from shared.retention import cutoffs

routes = router("data sets")


class Old(Told):
    """What is, or would be, removed."""

    dataset: str
    dry_run: bool = Field(description="Whether nothing was removed.")
    raw_from: datetime | None = Field(description="Raw files that were fetched before are deleted; null: none are.")
    hits_from: date | None = Field(description="The first day whose hits are kept; null: all are.")
    reports_from: date | None = Field(description="Published periods that end before are removed; null: none are.")
    raw_files: int = Field(description="How many.")
    files: list[str] = Field(description="Files whose hits are removed, or some of them.")
    periods: list[str] = Field(description="Ids of published periods.")


@routes.get("/datasets/{dataset}/retention")
def get_retention(place: Here, row: Configured) -> Old:
    """What would be removed now. Needs an editor."""
    found = remove_old(place.settings, place.catalog, row["id"], place.now(), dry_run=True).found
    return _told(place, row, found, dry_run=True)


@routes.post("/datasets/{dataset}/retention", dependencies=[OursApi], responses=problems(503))
def apply_retention(place: Here, asker: Administrator, row: Managed) -> Old:
    """Remove it now; else it is done once a day. It cannot be undone."""
    return _told(place, row, remove_for(place, asker, row).found, dry_run=False)


def _told(place: Place, row: Row, found: dict[str, Any], *, dry_run: bool) -> Old:
    limits = cutoffs(stored_settings(row), place.now())
    days = {"raw_from": limits.raw_from, "hits_from": limits.hits_from, "reports_from": limits.reports_from}
    return Old(**found | days, dataset=row["id"], dry_run=dry_run)
