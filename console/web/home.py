"""The first page: the data sets of who asks, each with its news and how fresh it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from console import datasets
from console.freshness import freshness
from console.web.asker import Asker
from console.web.guard import Known
from console.web.place import Here, Place
from console.web.view import page
from reporter.published import newest_publication
from shared.cron import next_run

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class DatasetCard:
    """A data set as lists show it; ``state`` says in words how fresh it is, ``wrong`` whether a person should look."""

    id: str
    name: str
    state: str
    wrong: bool
    overview: dict[str, Any]
    has_reports: bool


@router.get("/")
def home(request: Request, place: Here, asker: Known) -> Response:
    """All that one may read."""
    return page(request, "home.html", asker=asker, cards=cards(place, asker))


def cards(place: Place, asker: Asker) -> list[DatasetCard]:
    """The data sets of who asks."""
    now = place.now()
    rows = [row for row in datasets.overview(place.catalog) if asker.account.may_read(row["id"])]
    return [card_of(place, row, now) for row in rows]


def card_of(place: Place, row: dict[str, Any], now: datetime) -> DatasetCard:
    """One of them, of its line in :func:`console.datasets.overview`."""
    state, wrong = freshness(row, now)
    return DatasetCard(row["id"], row["name"], state, wrong, row, published_folder(place, row["id"]) is not None)


def published_folder(place: Place, dataset: str) -> Path | None:
    """Where the newest reports of a data set lie; ``None`` where none were published, or they are gone."""
    with place.catalog.read() as connection:
        row = newest_publication(connection, dataset)
    folder = Path(row["target"]) / dataset if row is not None else None
    return folder if folder is not None and folder.is_dir() else None


def next_runs(schedule: str | None, timezone: str, now: datetime, count: int = 3) -> list[datetime]:
    """When a data set is fetched next."""
    found: list[datetime] = []
    while schedule and len(found) < count:
        found.append(next_run(schedule, found[-1] if found else now, timezone))
    return found
