"""Data sets: what is known of each, its files and fetches, and fetching it now."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import sqlalchemy as sa
from fastapi import Path, Query
from pydantic import Field

from console import datasets
from console.freshness import freshness
from console.outgoing import make_due
from console.trace import trace_file
from console.web.api.access import Operable, Reader
from console.web.api.contract import MAX_NUMBER, Limit, Offset, Page, Told, cut, problems, router
from console.web.guard import Known, OursApi, Readable, note
from console.web.place import Here, Place
from shared.catalog.schema import rounds

routes = router("data sets")


class Dataset(Told):
    """A data set, and how fresh it is."""

    id: str
    name: str
    location: str = Field(description="Where it is fetched from, without credentials.")
    schedule: str | None = Field(description="When it is fetched, a cron expression.")
    periods: list[str] = Field(description="Kinds of period that are published.")
    documents: list[str] = Field(description="Those of them that also have documents.")
    state: str = Field(description="How fresh it is, a sentence.")
    wrong: bool = Field(description="Whether a person should look at it.")
    next_due: datetime | None
    files: int
    files_waiting: int
    files_failed: int
    last_fetch: datetime | None
    last_fetch_state: str | None
    last_fetch_error: str | None
    visits: int | None = Field(description="Of all days, as analysed last.")
    page_views: int | None
    analysed_at: datetime | None
    published_at: datetime | None


class DatasetPage(Page):
    """Some of the data sets."""

    items: list[Dataset]


class File(Told):
    """A file as it was fetched and read."""

    id: int = Field(description="Number of this version of it.")
    path: str
    server: str
    size_bytes: int
    state: str = Field(description="fetched (waits to be read), parsed, failed, held ...")
    sha256: str
    fetched_at: datetime
    format: str | None
    lines: int | None
    directives: int | None
    hits: int | None
    rejects: int | None
    parser: int | None = Field(description="Version of the parser that read it.")
    named_format: str | None = Field(description="The format that a person named for this path.")
    error: str | None


class FilePage(Page):
    """Some of the files."""

    items: list[File]


class Fetch(Told):
    """One fetch."""

    id: str
    state: str
    started_at: datetime
    finished_at: datetime | None
    listed: int
    fetched: int
    waiting: int
    skipped: int
    size_bytes: int
    error: str | None


class FetchPage(Page):
    """Some of the fetches, the last first."""

    items: list[Fetch]


class Passed(Told):
    """A message about a file."""

    id: str
    type: str
    trace: str
    created_at: datetime
    sent_at: datetime | None
    done: dict[str, datetime] = Field(description="Queues that are done with it, since when.")


class Trace(Told):
    """The way of a file."""

    path: str
    state: str
    traces: list[str] = Field(description="The last first; a file that was read again has several.")
    fetched_at: datetime
    parsed_at: datetime | None
    analysed_at: datetime | None = Field(description="Of the newest analysis that has it.")
    published_at: datetime | None
    messages: list[Passed]


class Due(Told):
    """It will be done."""

    dataset: str
    due: bool = Field(description="True: a running fetcher takes it now.")


@routes.get("/datasets")
def list_datasets(place: Here, asker: Reader, limit: Limit = 100, offset: Offset = 0) -> DatasetPage:
    """The data sets that one may read."""
    rows = [row for row in datasets.overview(place.catalog) if asker.account.may_read(row["id"])]
    found = cut(rows, offset, limit)
    return DatasetPage(**found | {"items": [told(place, row) for row in found["items"]]})


@routes.get("/datasets/{dataset}")
def get_dataset(place: Here, row: Readable) -> Dataset:
    """One of them."""
    return told(place, datasets.overview_of(place.catalog, row))


@routes.get("/datasets/{dataset}/files")
def list_files(
    place: Here,
    row: Readable,
    limit: Limit = 100,
    offset: Offset = 0,
    state: Annotated[str | None, Query(max_length=20, description="Only those in this state.")] = None,
) -> FilePage:
    """Its files with lines, hits and rejects, by path."""
    if state is None:
        number = datasets.overview_of(place.catalog, row)["files"]
        files = datasets.file_rows(place.catalog, row["id"], start=offset, limit=limit)
        return FilePage.model_validate({"total": number, "offset": offset, "limit": limit, "items": files})
    found = [one for one in datasets.file_rows(place.catalog, row["id"]) if one["state"] == state]
    return FilePage.model_validate(cut(found, offset, limit))


@routes.get("/datasets/{dataset}/files/{file}/trace")
def trace(
    place: Here, row: Readable, file: Annotated[int, Path(ge=0, le=MAX_NUMBER, description="Number of the version.")]
) -> Trace:
    """Where a file is on its way from fetch to report, and the ids by which logs of all processes tell of it."""
    found = trace_file(place.catalog, row["id"], file)
    passed = [Passed.model_validate(one) for one in found.messages]
    return Trace(
        path=found.file["path"],
        state=found.file["state"],
        traces=list(found.traces),
        fetched_at=found.file["fetched_at"],
        parsed_at=found.content["parsed_at"] if found.content else None,
        analysed_at=found.analysed_at,
        published_at=found.published_at,
        messages=passed,
    )


@routes.get("/datasets/{dataset}/fetches")
def list_fetches(place: Here, row: Readable, limit: Limit = 100, offset: Offset = 0) -> FetchPage:
    """What was fetched when, the last first."""
    columns = [rounds.c[name] for name in Fetch.model_fields]
    query = sa.select(*columns).where(rounds.c.dataset == row["id"]).order_by(rounds.c.started_at.desc(), rounds.c.id)
    with place.catalog.read() as connection:
        found: list[Any] = [dict(one) for one in connection.execute(query).mappings()]
    return FetchPage.model_validate(cut(found, offset, limit))


@routes.post("/datasets/{dataset}/fetch", status_code=202, dependencies=[OursApi], responses=problems(503))
def fetch_dataset(place: Here, asker: Known, row: Operable) -> Due:
    """Fetch it now. Needs an editor, and of a token the scope `operate`."""
    make_due(place.settings, place.catalog, row["id"], place.now())
    note(place, asker, "dataset.fetch", row["id"])
    return Due(dataset=row["id"], due=True)


def told(place: Place, row: dict[str, Any]) -> Dataset:
    state, wrong = freshness(row, place.now())
    return Dataset(**row, state=state, wrong=wrong)
