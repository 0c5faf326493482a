"""Targets of a data set for who looks after them: how far each is, brought in step, emptied, tried, with a password.

The command line, the API and the pages of the console do the same by these.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from console.outgoing import send
from console.stored_settings import Row, stored_settings
from reporter.published import newest_publication
from reporter.targets import registry
from reporter.targets.opener import access_of, open_target
from shared.catalog import Catalog
from shared.catalog.schema import datasets as dataset_rows
from shared.catalog.schema import targets as target_table
from shared.dataset_settings import Target
from shared.messages import TargetDue
from shared.secrets import open_box
from shared.settings import Settings
from shared.target_location import read_target_location

STATE_KEYS = ("synced_at", "published_at", "sent_files", "sent_bytes", "removed_files", "error", "failed_at")


def chosen_targets(row: Row, name: str | None) -> list[Target]:
    """The target of this name, or all; :class:`Rejected` where there is none."""
    settings = stored_settings(row)
    if name is None and settings.targets:
        return list(settings.targets)
    return [registry.find(settings, row["id"], name or "")]


def target_rows(catalog: Catalog, dataset: str | None = None) -> list[dict[str, Any]]:
    """Every target of a data set, or of all: in step with what is published, behind it, or failed and why."""
    found = []
    with catalog.read() as connection:
        query = sa.select(dataset_rows).order_by(dataset_rows.c.id)
        chosen = query if dataset is None else query.where(dataset_rows.c.id == dataset)
        for row in connection.execute(chosen).mappings().all():
            states = registry.states(connection, row["id"])
            published = newest_publication(connection, row["id"])
            for one in stored_settings(dict(row)).targets:
                found.append(_row(row["id"], one, states.get(one.name), published))
    return found


def have_brought(
    settings: Settings, catalog: Catalog, dataset: str, chosen: Sequence[Target], *, everything: bool, now: datetime
) -> None:
    """Have targets brought in step by a reporter, once one runs; ``everything``: each file again."""
    from reporter.targets.bring import published_or_refused  # which loads what writes pages

    published_or_refused(catalog, dataset)
    facts = [TargetDue(dataset, one.name, "a person asked", everything) for one in chosen]
    with catalog.write() as connection:
        registry.announce(connection, facts, now)
    send(settings, catalog)


def clear_target(settings: Settings, catalog: Catalog, dataset: str, target: Target, *, wait: bool = True) -> int:
    """Remove all that was brought there; gives how many files.

    Without ``wait``, :class:`Transient` while something is brought there.
    """
    from reporter.targets.bring import Bringer, published_or_refused

    done = Bringer(settings, catalog, dataset, target).clear(published_or_refused(catalog, dataset), wait=wait)
    mine = (target_table.c.dataset == dataset) & (target_table.c.name == target.name)
    with catalog.write() as connection:
        connection.execute(sa.update(target_table).where(mine).values(published_at=None, synced_at=None, error=None))
    return done.removed_files


def keep_password(settings: Settings, catalog: Catalog, dataset: str, target: Target, password: str | None) -> None:
    """Keep a password, sealed, for the server of today's location alone; ``None`` forgets it."""
    sealed = open_box(settings).seal(password) if password else None
    with catalog.write() as connection:
        registry.keep_password(connection, dataset, target, sealed)


def look_at(settings: Settings, catalog: Catalog, dataset: str, target: Target) -> int:
    """Connect, and count what lies in its folder. Nothing is written there."""
    with catalog.read() as connection:
        sealed = registry.sealed_password(connection, dataset, target)
    opened = open_target(read_target_location(target.location), access_of(target, sealed, settings))
    try:
        return len(opened.names(dataset))
    finally:
        opened.close()


def _row(dataset: str, target: Target, state: Any, published: Any) -> dict[str, Any]:
    told: dict[str, Any] = {"dataset": dataset, "target": target.name, "location": target.location}
    told |= {key: state[key] if state is not None else None for key in STATE_KEYS}
    told["has_password"] = state is not None and bool(state["sealed_password"])
    if registry.is_in_step(target, state, published):
        return told | {"state": "in step"}
    return told | {"state": "failed" if told["error"] else "behind" if published else "nothing published"}
