"""What every operation of the API shares: errors, pages of lists, bounds of what is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Query
from fastapi.routing import APIRoute
from pydantic import BaseModel, ConfigDict, Field

from console.web.guard import DATASET
from console.web.problems import PROBLEM

PREFIX = "/api/v1"
MAX_LIMIT = 1000
MAX_NUMBER = 2**62
"""Beyond it, catalogs know no numbers."""
MEANINGS = {
    400: "The body cannot be read.",
    401: "Nobody is signed in, or the token is void.",
    403: "The account, or the scopes of the token, do not go so far.",
    404: "There is no such thing, or it is not the asker's to know.",
    406: "None of the formats that are accepted can be given.",
    409: "The present state forbids it.",
    412: "It was changed meanwhile.",
    413: "The request is too long.",
    422: "What was sent is not well-formed, or refused; `faults` lists why.",
    503: "A server behind does not answer, or too much is asked at once: try again after `Retry-After` seconds.",
}
USUAL = (401, 403, 404, 422)
SLUG = f"^{DATASET.pattern}$"
"""For ids of data sets and events that a query or path names."""
T = TypeVar("T")


class Told(BaseModel):
    """A part of an answer; nothing stands in it that is not described."""

    model_config = ConfigDict(extra="forbid", from_attributes=True)


class Problem(Told):
    """An error in words (RFC 9457)."""

    type: str = Field(description="Always `about:blank`: `reason` tells errors apart.")
    title: str = Field(description="What is wrong, a sentence.")
    status: int = Field(description="The HTTP status.")
    reason: str = Field(description="A short stable code; all of them stand in the table of exit codes and reasons.")
    detail: str = Field(default="", description="What to do about it, a sentence.")
    faults: list[str] = Field(default=[], description="Every fault, where there are several.")


class Page(Told):
    """A part of a list."""

    total: int = Field(description="How many there are in all.")
    offset: int = Field(description="How many come before these.")
    limit: int = Field(description="At most so many are told at once.")


Limit = Annotated[int, Query(ge=1, le=MAX_LIMIT, description="At most so many.")]
Offset = Annotated[int, Query(ge=0, le=MAX_NUMBER, description="So many are passed over.")]


PlainText = Annotated[str, Field(max_length=2000, pattern=r"^[^\x00]*$")]
"""A name as the catalog takes it."""


def cut(items: Sequence[T], offset: int, limit: int) -> dict[str, Any]:
    """The values of a :class:`Page`."""
    return {"total": len(items), "offset": offset, "limit": limit, "items": list(items[offset : offset + limit])}


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """What a description says of errors with these statuses."""
    schema = {"$ref": f"#/components/schemas/{Problem.__name__}"}
    return {one: {"description": MEANINGS[one], "content": {PROBLEM: {"schema": schema}}} for one in statuses}


def router(tag: str) -> APIRouter:
    """For the operations of one subject."""
    return APIRouter(prefix=PREFIX, tags=[tag], responses=problems(*USUAL), generate_unique_id_function=_name)


def _name(route: APIRoute) -> str:
    return route.name
