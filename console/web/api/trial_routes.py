"""What settings would mean that are not stored: visits counted, values of the data set to choose from."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated

from fastapi import Depends, Query
from pydantic import Field

from console.live_report import analysis_folder
from console.settings_change import read_settings
from console.settings_count import count_all, days_counted
from console.settings_values import SOURCES, values_of
from console.web.api.access import Configured
from console.web.api.contract import Told, problems, router
from console.web.api.live_routes import Day
from console.web.api.settings_routes import BODY, text_of
from console.web.guard import OursApi
from console.web.place import Here
from console.web.turns import a_turn

routes = router("settings")
First = Annotated[Day, Query(alias="from", description="First day; without both, the last whole month is counted.")]
Last = Annotated[Day, Query(alias="to", description="Last day, included.")]
Key = StrEnum("Key", {one: one for one in SOURCES})  # type: ignore[misc]
"""Keys of which values are known."""


class Counted(Told):
    """A number of visits."""

    what: str = Field(description="What is true of them, in words; of a funnel, the stage that they saw.")
    visits: int
    with_earlier: int | None = Field(
        default=None, description="Of a stage, those of them that saw every stage before it, too, in whatever order."
    )


class Item(Told):
    """A label, campaign or funnel, or the exclusions."""

    part: str = Field(description="labels, campaigns, funnels or exclude")
    id: str = Field(description="What tells it apart; of exclusions, `exclude`.")
    counts: list[Counted]


class Count(Told):
    """What settings mean on some days."""

    first: date
    last: date
    visits: int = Field(description="All visits of the days.")
    items: list[Item]


class Value(Told):
    """A value that the data has, and how often."""

    value: str
    number: int


class Values(Told):
    """The most frequent first; before the others, those that begin with the text."""

    first: date
    last: date
    unit: str = Field(description="What the numbers are of: page views or visits.")
    items: list[Value]


@routes.post(
    "/datasets/{dataset}/settings/count",
    dependencies=[OursApi],
    openapi_extra=BODY,
    responses=problems(400, 409, 413, 503),
)
def count_settings(
    place: Here,
    row: Configured,
    text: Annotated[str, Depends(text_of)],
    first: First = None,
    last: Last = None,
) -> Count:
    """How many visits the labels, campaigns, funnels and exclusions of a TOML text mean. Nothing is stored.

    They are counted in the newest analysis, as the editors of a browser count while somebody writes.
    """
    wanted = read_settings(place.catalog, row["id"], text)
    folder = analysis_folder(place.catalog, place.settings, row)
    with a_turn():
        days = days_counted(folder, first, last)
        every, items = count_all(folder, place.settings, days, wanted)
    told = [Item.model_validate(one) for one in items]
    return Count(first=days.asked.first, last=days.asked.last, visits=every, items=told)


@routes.get("/datasets/{dataset}/settings/values", responses=problems(409, 503))
def list_values(
    place: Here,
    row: Configured,
    of: Annotated[Key, Query(description="A key of the settings.")],
    text: Annotated[str, Query(max_length=200, description="What the values hold.")] = "",
    first: First = None,
    last: Last = None,
    limit: Annotated[int, Query(ge=1, le=1000, description="At most so many.")] = 100,
) -> Values:
    """Values that the data has of what a key of the settings names: pages, engines, terms, countries."""
    folder = analysis_folder(place.catalog, place.settings, row)
    days = days_counted(folder, first, last)
    found = values_of(place.settings, folder, days, of, text, limit=limit, turn=a_turn)
    items = [Value(value=value, number=number) for value, number in found]
    return Values(first=days.asked.first, last=days.asked.last, unit=SOURCES[of].unit, items=items)
