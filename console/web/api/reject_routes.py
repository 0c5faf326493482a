"""Rejected lines of the current files: some of them as JSON with counts by reason, all as CSV."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from itertools import islice
from typing import Annotated, Any

from fastapi import Depends, Query, Request
from fastapi.responses import Response
from pydantic import Field

from console import datasets, rejects
from console.web.api.contract import MAX_LIMIT, MAX_NUMBER, Page, PlainText, Told, problems, router
from console.web.api.representation import TOTAL, accepted
from console.web.guard import WithLines
from console.web.place import Here
from console.web.reject_pages import CSV, as_csv

routes = router("data sets")
A_PAGE = 100
SHOWN_CHARACTERS = 2000
"""Of a line: it may be 1 MiB long, and a page has up to a thousand."""


class Format(StrEnum):
    """How rejects are written."""

    JSON = "json"
    CSV = "csv"


MEDIA_TYPES = {Format.JSON: "application/json", Format.CSV: CSV}


class RejectTold(Told):
    """A line that is no hit."""

    file: str
    line: int
    time: datetime | None = Field(description="The last one that was read before it; a reject has none of its own.")
    reason: str
    format: str
    parser: int = Field(description="Version of the parser that read it.")
    held: bool = Field(description="Whether its file is held, since too much of it could not be read.")
    raw: str = Field(description=f"The line; of a longer one the first {SHOWN_CHARACTERS:,} characters.")
    characters: int = Field(description="How many the whole line has; the CSV has all of them.")


class RejectReason(Told):
    """Why lines are no hits."""

    reason: str
    number: int
    meaning: str | None


class RejectPage(Page):
    """Some of the rejects, file by file in order of lines."""

    items: list[RejectTold]
    reasons: list[RejectReason] = Field(description="How many there are of each, the most frequent first.")


def format_of(
    request: Request,
    format: Annotated[Format | None, Query(description="Goes before the header `Accept`.")] = None,
) -> Format:
    """What is asked for; JSON where nothing is."""
    return format or Format(accepted(request, MEDIA_TYPES))


@routes.get(
    "/datasets/{dataset}/rejects",
    response_model=RejectPage,
    responses=problems(406, 409) | {200: {"content": {CSV: {"schema": {"type": "string"}}}}},
)
def list_rejects(
    place: Here,
    row: WithLines,
    chosen: Annotated[Format, Depends(format_of)],
    file: Annotated[PlainText | None, Query(description="Of one file only, by its path.")] = None,
    reason: Annotated[str | None, Query(max_length=100, description="Of one reason only.")] = None,
    limit: Annotated[
        int | None, Query(ge=1, le=MAX_LIMIT, description=f"At most so many; else {A_PAGE}, as CSV all.")
    ] = None,
    offset: Annotated[int, Query(ge=0, le=MAX_NUMBER, description="So many are passed over.")] = 0,
) -> RejectPage | Response:
    """Lines of the current files, those held included, that are no hits. Needs an editor."""
    datasets.find(place.catalog, row["id"], file)
    versions = rejects.versions(place.catalog, row["id"], file)
    counted = rejects.count_reasons(versions, rejects.known_reason(reason))
    rows = rejects.reject_rows(place.settings.data, versions, reason, start=offset)
    total = sum(counted.values())
    if chosen is Format.CSV:
        return as_csv(islice(rows, limit), {TOTAL: str(total)})
    limit = limit or A_PAGE
    items = [_told(one) for one in islice(rows, limit)]
    reasons = [RejectReason(**one) for one in rejects.reason_rows(counted)]
    return RejectPage(total=total, offset=offset, limit=limit, items=items, reasons=reasons)


def _told(row: dict[str, Any]) -> RejectTold:
    return RejectTold(**row | {"raw": row["raw"][:SHOWN_CHARACTERS], "characters": len(row["raw"])})
