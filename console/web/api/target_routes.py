"""Targets that published reports are mirrored to: how far each is, brought in step, emptied, tried, with a password."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import Path
from pydantic import Field

from console.stored_settings import Row
from console.targets import chosen_targets, clear_target, have_brought, keep_password, look_at, target_rows
from console.web.api.access import Configured, Operable
from console.web.api.contract import Told, problems, router
from console.web.guard import Administrator, OursApi, note
from console.web.place import Here
from console.web.problems import HttpProblem
from shared.dataset_settings import Slug, Target
from shared.errors import Transient

routes = router("targets")
Name = Annotated[str, Path(max_length=100, description="Name of the target in the settings.")]


class TargetTold(Told):
    """A target, and how far it is."""

    dataset: str
    target: str
    location: str
    state: str = Field(description="in step, behind, failed or nothing published")
    synced_at: datetime | None = Field(description="When it was in step last.")
    published_at: datetime | None = Field(description="The publication that lies there.")
    sent_files: int | None = Field(description="Of the last transfer.")
    sent_bytes: int | None
    removed_files: int | None
    error: str | None = Field(description="Why it is not in step.")
    failed_at: datetime | None
    has_password: bool = Field(description="Whether one is kept, sealed; nobody is shown it.")


class Targets(Told):
    """All of a data set, in the order of its settings."""

    items: list[TargetTold]


class Bring(Told):
    """Which targets, and how."""

    targets: list[Slug] = Field(default=[], max_length=100, description="Names; without any, all of the data set.")
    everything: bool = Field(
        default=False, description="Every file again, whatever is known of the target, in place of what is there."
    )


class Brought(Told):
    """They will be brought in step."""

    dataset: str
    due: list[str] = Field(description="Names of the targets that a running reporter takes now.")


class Cleared(Told):
    """What was removed from a target."""

    removed_files: int


class Password(Told):
    """Of a target."""

    password: str = Field(min_length=1, max_length=1000, repr=False)


class Looked(Told):
    """A target that answers."""

    things: int = Field(description="So many files and folders lie in its folder of the data set.")


@routes.get("/datasets/{dataset}/targets")
def list_targets(place: Here, row: Configured) -> Targets:
    """Where its reports are mirrored to, and how far each target is. For editors."""
    return Targets(items=[TargetTold.model_validate(one) for one in target_rows(place.catalog, row["id"])])


@routes.post(
    "/datasets/{dataset}/targets/sync", status_code=202, dependencies=[OursApi], responses=problems(400, 409, 503)
)
def sync_targets(place: Here, asker: Administrator, row: Operable, bring: Bring) -> Brought:
    """Have targets brought in step by a running reporter, now. For administrators."""
    chosen = [_chosen(row, name) for name in dict.fromkeys(bring.targets)] or chosen_targets(row, None)
    have_brought(place.settings, place.catalog, row["id"], chosen, everything=bring.everything, now=place.now())
    names = [one.name for one in chosen]
    note(place, asker, "target.sync", row["id"], targets=names, everything=bring.everything)
    return Brought(dataset=row["id"], due=names)


@routes.post("/datasets/{dataset}/targets/{target}/clear", dependencies=[OursApi], responses=problems(409, 503))
def clear(place: Here, asker: Administrator, row: Operable, target: Name) -> Cleared:
    """Remove all that was brought there of the data set; take the target out of the settings afterwards.

    It may take minutes, and is refused (503) while something is brought there. For administrators.
    """
    one = _chosen(row, target)
    removed = clear_target(place.settings, place.catalog, row["id"], one, wait=False)
    note(place, asker, "target.clear", row["id"], target=one.name, location=one.location, removed=removed)
    return Cleared(removed_files=removed)


@routes.post("/datasets/{dataset}/targets/{target}/test", dependencies=[OursApi], responses=problems(409))
def test_target(place: Here, asker: Administrator, row: Operable, target: Name) -> Looked:
    """Connect, and look at its folder; nothing is written there. For administrators."""
    one = _chosen(row, target)
    note(place, asker, "target.test", row["id"], target=one.name)
    try:
        return Looked(things=look_at(place.settings, place.catalog, row["id"], one))
    except Transient as error:  # that was to be found out, and is no trouble of ours
        raise HttpProblem(422, error.message, remedy=error.remedy, reason=error.reason) from error


@routes.put(
    "/datasets/{dataset}/targets/{target}/password", status_code=204, dependencies=[OursApi], responses=problems(400)
)
def keep_target_password(place: Here, asker: Administrator, row: Operable, target: Name, given: Password) -> None:
    """Keep its password, sealed; another server is never shown it. `password_env` in the settings wins."""
    one = _chosen(row, target)
    keep_password(place.settings, place.catalog, row["id"], one, given.password)
    note(place, asker, "target.password", row["id"], target=one.name, kept=True)


@routes.delete("/datasets/{dataset}/targets/{target}/password", status_code=204, dependencies=[OursApi])
def forget_target_password(place: Here, asker: Administrator, row: Operable, target: Name) -> None:
    """Forget it. For administrators."""
    one = _chosen(row, target)
    keep_password(place.settings, place.catalog, row["id"], one, None)
    note(place, asker, "target.password", row["id"], target=one.name, kept=False)


def _chosen(row: Row, name: str) -> Target:
    (one,) = chosen_targets(row, name)
    return one
