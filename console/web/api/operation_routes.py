"""What runs and what waits, and who did what. For administrators."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from fastapi import Query
from pydantic import Field

from console.web import audit
from console.web.api.contract import MAX_NUMBER, Limit, Told, router
from console.web.guard import Administrator
from console.web.operations import now_at
from console.web.place import Here

routes = router("operations")


class Paused(Told):
    """That a person has paused something."""

    kind: str = Field(description="stage or dataset")
    name: str
    since: datetime
    who: str


class Queue(Told):
    """A queue of a stage."""

    queue: str
    not_done: int = Field(description="Messages that were announced and are not done.")
    ready: int
    taken: int
    delayed: int
    dead: int
    oldest_age_s: float | None
    consumers: int = Field(description="Processes that take from it.")
    rate: float = Field(description="Done a minute, in the last five.")
    last_error: str | None = Field(description="The first line of the last dead letter.")
    paused: Paused | None = Field(description="By whom and since when, where a person has paused the stage.")


class Process(Told):
    """A process that has left a sign of life."""

    id: str
    stage: str
    host: str
    pid: int
    started_at: datetime
    seen_at: datetime
    doing: str | None
    alive: bool = Field(description="Whether the last sign of life is recent.")


class Operations(Told):
    """Everything at a glance."""

    queues: list[Queue]
    queue_error: str | None = Field(description="Why the queues cannot be asked.")
    processes: list[Process]
    dead: int = Field(description="Dead letters that wait.")
    mail: str = Field(description="What waits or failed of the e-mail, a sentence; empty where nothing does.")


class AuditEntry(Told):
    """One thing that was done."""

    seq: int
    at: datetime
    who: str
    address: str
    what: str = Field(description="A short stable code.")
    about: str | None = Field(description="A data set or account.")
    detail: Mapping[str, Any]


class AuditEntries(Told):
    """Some of what was done, the last first."""

    items: list[AuditEntry]
    before: int | None = Field(description="What to ask for `before` to go on; null at the end.")


@routes.get("/operations")
def get_operations(place: Here, asker: Administrator) -> Operations:
    """Queues and processes, with what is wrong."""
    del asker
    found = now_at(place)
    return Operations.model_validate(found | {"mail": found["mail"] or ""})


@routes.get("/audit")
def list_audit(
    place: Here,
    asker: Administrator,
    limit: Limit = 100,
    before: Annotated[int | None, Query(ge=0, le=MAX_NUMBER, description="Only what has a lesser `seq`.")] = None,
) -> AuditEntries:
    """Who did what, from where, the last first."""
    del asker
    found = audit.entries(place.catalog, before=before, limit=limit)
    items = [AuditEntry.model_validate(one) for one in found]
    return AuditEntries(items=items, before=found[-1].seq if len(found) == limit else None)
