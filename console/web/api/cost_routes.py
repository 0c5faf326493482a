"""What campaigns cost, from files: listed, imported, forgotten."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from fastapi import Depends, Path, Query, Request
from pydantic import Field, PlainSerializer

from console.web.api.access import Configured
from console.web.api.contract import Limit, Offset, Page, Told, cut, problems, router
from console.web.costs_taken import forget_file, keep_file, read_file
from console.web.guard import Editable, Known, OursApi
from console.web.place import Here
from shared.costs import list_costs

routes = router("costs")
CSV = "text/csv"
BODY = {"requestBody": {"required": True, "content": {CSV: {"schema": {"type": "string"}}}}}


def _plain(cost: Decimal) -> str:
    """Without the zeros that the file, or a sum, has behind it."""
    text = f"{cost:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


Money = Annotated[Decimal, PlainSerializer(_plain, when_used="json")]
Name = Annotated[str, Path(max_length=200, description="Name of the file.")]


class CostFileTold(Told):
    """A file that was imported."""

    name: str
    layout: str = Field(description="own, google_ads or microsoft_ads")
    rows: int
    campaigns: int
    first_day: date
    last_day: date
    cost: Money = Field(description="Sum, in the data set's currency.")
    imported_at: datetime


class CostFilePage(Page):
    """Some of the files, the newest last."""

    items: list[CostFileTold]


class CostsTaken(Told):
    """What a file says, and whether it was kept."""

    name: str
    layout: str
    rows: int
    cost: Money
    campaigns: dict[str, Money] = Field(description="What each costs in it.")
    replaced: int | None = Field(description="Rows of the same name that it replaced; null for a dry run.")


async def body_of(request: Request) -> bytes:
    """The file that was sent."""
    return await request.body()


@routes.get("/datasets/{dataset}/costs")
def list_cost_files(place: Here, row: Configured, limit: Limit = 100, offset: Offset = 0) -> CostFilePage:
    """The files that were imported."""
    with place.catalog.read() as connection:
        found = list_costs(connection, row["id"])
    return CostFilePage.model_validate(cut(found, offset, limit))


@routes.put(
    "/datasets/{dataset}/costs/{name}", dependencies=[OursApi], openapi_extra=BODY, responses=problems(400, 413, 503)
)
def put_cost_file(
    place: Here,
    asker: Known,
    row: Editable,
    name: Name,
    data: Annotated[bytes, Depends(body_of)],
    dry_run: Annotated[bool, Query(description="Say what it tells, and keep nothing.")] = False,
) -> CostsTaken:
    """Keep a CSV file in place of one of its name: own columns, or an export of Google Ads or Microsoft Ads.

    Everything is analysed anew with it. Needs an editor, and of a token the scope `write`.
    """
    file = read_file(row, data, name)
    sums: dict[str, Any] = {}
    for one in file.rows:
        sums[one.campaign] = sums.get(one.campaign, Decimal(0)) + one.cost
    replaced = None if dry_run else keep_file(place, asker, row, file)
    return CostsTaken(
        name=file.name,
        layout=file.layout,
        rows=len(file.rows),
        cost=sum(sums.values(), Decimal(0)),
        campaigns=sums,
        replaced=replaced,
    )


@routes.delete(
    "/datasets/{dataset}/costs/{name}", status_code=204, dependencies=[OursApi], responses=problems(409, 503)
)
def remove_cost_file(place: Here, asker: Known, row: Editable, name: Name) -> None:
    """Forget it; what it hid of older ones counts again."""
    forget_file(place, asker, row, name)
