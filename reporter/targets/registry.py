"""The targets of a data set, as its settings name them, and how far each is, as the catalog keeps it."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from reporter.published import newest_publication
from reporter.targets.opener import same_server
from reporter.targets.transferred import Transferred
from shared import outbox
from shared.catalog.engine import upsert
from shared.catalog.schema import datasets, targets
from shared.dataset_settings import DatasetSettings, Target, read_stored_settings
from shared.errors import Rejected
from shared.messages import TargetDue, first

Row = Mapping[str, Any]


def settings_of(connection: sa.Connection, dataset: str) -> DatasetSettings | None:
    """The stored settings of a data set, or ``None``; :class:`Misconfigured` where nobody can read them."""
    stored = connection.execute(sa.select(datasets.c.settings).where(datasets.c.id == dataset)).first()
    return None if stored is None else read_stored_settings(stored.settings, name=dataset)


def find(settings: DatasetSettings, dataset: str, name: str) -> Target:
    """A target by its name; :class:`Rejected` lists those there are."""
    for target in settings.targets:
        if target.name == name:
            return target
    known = ", ".join(one.name for one in settings.targets)
    raise Rejected(
        f"The data set {dataset} has no target {name!r}.",
        remedy=f"There are: {known}." if known else "Its settings name none: see docs/targets.md.",
        reason="unknown_target",
    )


def due(dataset: str, settings: DatasetSettings, occasion: str) -> list[TargetDue]:
    """What is to be said for every target of a data set to be brought in step."""
    return [TargetDue(dataset, one.name, occasion) for one in settings.targets]


def announce(connection: sa.Connection, facts: Iterable[TargetDue], now: datetime) -> None:
    """Say it, where no other message leads to it."""
    outbox.put(connection, [first(fact, origin=f"{fact.occasion} {uuid.uuid4()}") for fact in facts], now)


def states(connection: sa.Connection, dataset: str) -> dict[str, Row]:
    """What is kept of each target, by its name."""
    rows = connection.execute(sa.select(targets).where(targets.c.dataset == dataset)).mappings()
    return {row["name"]: dict(row) for row in rows}


def keep_password(connection: sa.Connection, dataset: str, target: Target, sealed: str | None) -> None:
    """Keep the sealed password of a target, for the server of today's location alone; ``None`` forgets it."""
    values = {"sealed_password": sealed, "sealed_for": target.location if sealed else None}
    upsert(connection, targets, ("dataset", "name"), dataset=dataset, name=target.name, **values)


def sealed_password(connection: sa.Connection, dataset: str, target: Target) -> str | None:
    """The one that is kept, if it was given for this server."""
    state = states(connection, dataset).get(target.name)
    if state is None or not state["sealed_password"] or not same_server(state["sealed_for"], target.location):
        return None
    return str(state["sealed_password"])


def is_in_step(target: Target, state: Row | None, published: Row | None) -> bool:
    """Whether what was published last is known to lie at the target."""
    if state is None or published is None or state["error"] is not None:
        return False
    return bool(state["location"] == target.location and state["published_at"] == published["published_at"])


def behind(connection: sa.Connection, dataset: str, occasion: str) -> list[TargetDue]:
    """What is to be said for those targets that are not in step."""
    settings, published = settings_of(connection, dataset), newest_publication(connection, dataset)
    if settings is None or published is None:
        return []
    known = states(connection, dataset)
    late = [one.name for one in settings.targets if not is_in_step(one, known.get(one.name), published)]
    return [fact for fact in due(dataset, settings, occasion) if fact.target in late]


def keep_success(
    connection: sa.Connection, dataset: str, target: Target, published: Row, transferred: Transferred, now: datetime
) -> None:
    """Write down that a target is in step with a publication."""
    upsert(
        connection,
        targets,
        ("dataset", "name"),
        dataset=dataset,
        name=target.name,
        location=target.location,
        published_at=published["published_at"],
        synced_at=now,
        sent_files=transferred.sent_files,
        sent_bytes=transferred.sent_bytes,
        removed_files=transferred.removed_files,
        error=None,
        failed_at=None,
    )


def keep_failure(connection: sa.Connection, dataset: str, target: Target, error: str, now: datetime) -> None:
    """Write down why a target is not."""
    key = ("dataset", "name")
    upsert(connection, targets, key, dataset=dataset, name=target.name, error=error, failed_at=now)


def root_of(published: Row) -> Path:
    """The folder that was published into."""
    return Path(published["target"])
