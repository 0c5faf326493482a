"""Dead letters: listed, explained, replayed, discarded. For administrators."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import Query
from pydantic import Field

from console.failures_command import letter_row
from console.outgoing import send
from console.web.api.contract import Limit, Offset, Page, Told, cut, problems, router
from console.web.asker import Asker
from console.web.guard import Administrator, OursApi, note
from console.web.operations import chosen_letters
from console.web.place import Here, Place
from console.web.problems import HttpProblem, NotFound
from shared import failures
from shared.errors import Rejected
from shared.failures import DeadLetter

routes = router("dead letters")


class Letter(Told):
    """A message that could not be handled."""

    id: str
    queue: str
    type: str
    dataset: str | None
    subject: str | None = Field(description="What it was about: a file's path, a location.")
    reason: str
    error: str
    exit_code: int
    attempts: int
    state: str = Field(description="waiting, replayed or discarded")
    died_at: datetime
    settled_at: datetime | None
    message: Any = Field(description="The message itself; as text where it is no JSON.")


class LetterPage(Page):
    """Some of the dead letters, oldest first."""

    items: list[Letter]


class Chosen(Told):
    """Which dead letters: these, or all that wait for a reason."""

    ids: list[Annotated[str, Field(max_length=100)]] = Field(default=[], max_length=1000)
    reason: str = Field(default="", max_length=100)


class Settled(Told):
    """How many were replayed or discarded."""

    number: int


@routes.get("/failures")
def list_failures(
    place: Here,
    asker: Administrator,
    limit: Limit = 100,
    offset: Offset = 0,
    settled: Annotated[bool, Query(description="Also those replayed or discarded.")] = False,
    reason: Annotated[str | None, Query(max_length=100, description="Only those of this reason.")] = None,
) -> LetterPage:
    """Dead letters, oldest first."""
    del asker
    found = failures.letters(place.catalog, state=None if settled else "waiting")
    page = cut([one for one in found if reason in (None, one.reason)], offset, limit)
    return LetterPage(**page | {"items": [_told(one) for one in page["items"]]})


@routes.get("/failures/{failure}")
def get_failure(place: Here, asker: Administrator, failure: str) -> Letter:
    """One of them, by its id or the beginning of it."""
    del asker
    if not failure.isalnum() or not failure.isascii():
        raise NotFound(f"No dead letter has the id {failure!r}.", reason="unknown_failure")
    return _told(failures.one(place.catalog, failure))


@routes.post("/failures/replay", dependencies=[OursApi], responses=problems(400, 409, 503))
def replay_failures(place: Here, asker: Administrator, chosen: Chosen) -> Settled:
    """Send dead letters on their way again."""
    letters = _letters(place, chosen)
    number = failures.replay(place.catalog, letters, place.now())
    _note(place, asker, "failures.replay", chosen, letters, number)
    send(place.settings, place.catalog)
    return Settled(number=number)


@routes.post("/failures/discard", dependencies=[OursApi], responses=problems(400, 409))
def discard_failures(place: Here, asker: Administrator, chosen: Chosen) -> Settled:
    """Mark dead letters as seen and not wanted."""
    letters = _letters(place, chosen)
    number = failures.discard(place.catalog, letters, place.now())
    _note(place, asker, "failures.discard", chosen, letters, number)
    return Settled(number=number)


def _letters(place: Place, chosen: Chosen) -> list[DeadLetter]:
    """It is no fault of who asks that another was quicker."""
    try:
        return chosen_letters(place, chosen.ids, chosen.reason)
    except Rejected as error:
        raise HttpProblem(409, error.message, remedy="List them again.", reason=error.reason) from error


def _note(place: Place, asker: Asker, what: str, chosen: Chosen, letters: list[DeadLetter], number: int) -> None:
    note(place, asker, what, reason=chosen.reason or None, number=number, ids=[one.id for one in letters][:100])


def _told(letter: DeadLetter) -> Letter:
    return Letter.model_validate(letter_row(letter))
