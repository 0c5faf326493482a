"""Pausing a stage or the fetches of a data set, and letting it go on. For administrators."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path

from console.pause_command import checked_kind
from console.web.api.contract import Told, router
from console.web.api.operation_routes import Paused
from console.web.guard import DATASET, Administrator, OursApi, note
from console.web.place import Here, Place
from console.web.problems import NotFound
from shared import pauses
from shared.pauses import Kind

routes = router("operations")
What = Annotated[Kind, Path(description="`stage`, or `dataset`: then it is not fetched by its timetable.")]
Name = Annotated[str, Path(description="Name of the stage (`fetcher`, `parser` ...), or id of the data set.")]


class Pauses(Told):
    """All there are, by kind and name."""

    items: list[Paused]


@routes.get("/pauses")
def list_pauses(place: Here, asker: Administrator) -> Pauses:
    """What is paused, by whom and since when."""
    del asker
    return Pauses(items=[Paused.model_validate(one) for one in pauses.every(place.catalog)])


@routes.put("/pauses/{kind}/{name}", dependencies=[OursApi])
def pause(place: Here, asker: Administrator, kind: What, name: Name) -> Paused:
    """Pause it. A stage's processes finish what they are at and take no further message. What is paused stays so."""
    _check(place, kind, name)
    if pauses.pause(place.catalog, kind, name, who=asker.account.name, now=place.now()):
        note(place, asker, f"{kind}.pause", name)
    found = (one for one in pauses.every(place.catalog) if (one.kind, one.name) == (kind, name))
    kept = next(found, None) or pauses.Pause(kind, name, place.now(), asker.account.name)
    return Paused.model_validate(kept)


@routes.delete("/pauses/{kind}/{name}", status_code=204, dependencies=[OursApi])
def resume(place: Here, asker: Administrator, kind: What, name: Name) -> None:
    """Let it go on; what waited for it is done now. What was not paused goes on as it did."""
    _check(place, kind, name)
    if pauses.resume(place.catalog, kind, name):
        note(place, asker, f"{kind}.resume", name)


def _check(place: Place, kind: Kind, name: str) -> None:
    """Refuse what is neither a stage nor a data set. Not every catalog takes every text."""
    if kind == pauses.DATASET and not DATASET.fullmatch(name):
        raise NotFound(f"There is no data set {name!r}.", reason="unknown_dataset")
    checked_kind(place.catalog, name, kind)
