"""Forget a visitor of a data set: hits, side tables, rejects and raw files, and a tombstone for whatever comes later.

What is to replace a content is made aside, under a name of its own. One transaction then writes the tombstones and lets
the files count what replaces theirs; before it nothing has changed, and after it nothing that was forgotten counts any
more. What is left is removed behind it. Killed before the end, it does the rest when the same is forgotten again.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from parser.content import announce_hits, folder_of, lock_dataset, stamped
from parser.hiding import Found, Sighting, find, hide, holds_hidden, link_all, sightings
from parser.privacy import hashed
from parser.traces import remove_analyses, remove_raw, remove_unused
from shared.catalog import Catalog
from shared.catalog.engine import upsert
from shared.catalog.schema import analyses, contents, datasets, files, tombstones
from shared.dataset_settings import DatasetSettings, read_stored_settings
from shared.errors import Rejected, Transient
from shared.settings import Settings
from shared.site import Site
from shared.store import Store
from shared.tombstones import (
    Forgotten,
    Kind,
    Tombstone,
    address_stone,
    cookie_stone,
    forgotten_by,
    key_of,
    made_with,
    stones_of,
)

ATTEMPTS = 20
"""Each time files are parsed meanwhile, what is to be replaced is looked for again."""


@dataclass(frozen=True)
class Wanted:
    """Who is to be forgotten."""

    kind: Kind
    value: str


@dataclass
class _Plan:
    """What replaces which content, made from one state of the data set's files."""

    state: frozenset[tuple[int, str | None, str | None]]
    stones: frozenset[Tombstone]
    hidden: dict[str, dict[str, Any]] = field(default_factory=dict)
    hits: int = 0
    rejects: int = 0
    days: set[date] = field(default_factory=set)


@dataclass(frozen=True)
class _Place:
    catalog: Catalog
    store: Store
    settings: Settings
    dataset: str
    chosen: DatasetSettings
    site: Site
    keep_alive: Callable[[], None]


def forget(
    catalog: Catalog,
    settings: Settings,
    dataset: str,
    wanted: Wanted,
    now: datetime,
    keep_alive: Callable[[], None] = lambda: None,
) -> dict[str, Any]:
    """Forget, and give the receipt. The analysis and the reports follow from the message this leaves in the outbox."""
    place = _place(catalog, settings, dataset, keep_alive)
    new = _stones(place, wanted)
    for _ in range(ATTEMPTS):
        plan = _prepare(place, wanted, new)
        receipt = _receipt(place, wanted, plan, now)
        if _swap(place, plan, new, receipt, now):
            return _remove_rest(place, new, receipt)
    raise Transient(f"{dataset}: files are parsed again and again meanwhile.", remedy="Try again when that is done.")


def preview(catalog: Catalog, settings: Settings, dataset: str, wanted: Wanted, now: datetime) -> dict[str, Any]:
    """The receipt of what would be removed now, without an id; nothing is."""
    place = _place(catalog, settings, dataset, lambda: None)
    plan = _prepare(place, wanted, _stones(place, wanted), dry_run=True)
    return _receipt(place, wanted, plan, now) | {"id": None}


def _place(catalog: Catalog, settings: Settings, dataset: str, keep_alive: Callable[[], None]) -> _Place:
    with catalog.read() as connection:
        row = connection.execute(sa.select(datasets).where(datasets.c.id == dataset)).mappings().one()
    chosen, site = read_stored_settings(row["settings"], name=row["id"]), Site.from_json(row["site"] or {})
    return _Place(catalog, Store(settings.data), settings, dataset, chosen, site, keep_alive)


def _stones(place: _Place, wanted: Wanted) -> frozenset[Tombstone]:
    key = key_of(place.settings)
    if wanted.kind == "address":
        return frozenset({address_stone(key, wanted.value)})
    names = {name for one in place.site.subdomains for name in (one.persistent_cookie, one.session_cookie) if name}
    if not names:
        raise Rejected(
            f"The config of {place.dataset} names no cookie, so that visitors have no key.",
            remedy="Forget an address instead: --address.",
            reason="no_cookies",
        )
    return frozenset(cookie_stone(key, name, wanted.value) for name in names)


def _prepare(place: _Place, wanted: Wanted, new: frozenset[Tombstone], *, dry_run: bool = False) -> _Plan:
    """Find who is meant in all contents, and make what replaces them."""
    with place.catalog.read() as connection:
        state, rows = _state(connection, place.dataset)
        there = forgotten_by(connection, place.dataset, place.settings)
    stones = new | (there.stones if there else frozenset())
    gap = timedelta(minutes=place.chosen.visits.gap_minutes)
    codes = _codes(place, wanted.value) if wanted.kind == "address" else frozenset()
    forgotten = Forgotten(key_of(place.settings), stones, gap, codes)
    plan = _Plan(state, stones)
    seen: set[Sighting] = set()
    for row in rows:
        seen |= sightings(place.store.root / row["folder"], row["parts"], forgotten)
    for row in rows:
        place.keep_alive()
        found = find(place.store.root / row["folder"], row["parts"], forgotten, frozenset(seen))
        if found.anything:
            name = stamped(row["id"], forgotten.stamp)
            if not dry_run:
                _replace(place, row, name, found, forgotten)
            _count(place, plan, row, name, found)
    return plan


def _replace(place: _Place, row: dict[str, Any], name: str, found: Found, forgotten: Forgotten) -> None:
    """Make what replaces a content, under its own name."""
    source = place.store.root / row["folder"]
    _drop_leftover(place, name)
    with place.store.folder_once(folder_of(name)) as aside:
        link_all(source, aside)
        hide(aside, row["parts"], found, forgotten)


def _count(place: _Place, plan: _Plan, row: dict[str, Any], name: str, found: Found) -> None:
    """Put a content that is replaced down in the plan."""
    head = row["head"] if len(row["head"]) == hashlib.sha256().digest_size else hashlib.sha256(row["head"]).digest()
    plan.hidden[row["id"]] = row | {"id": name, "folder": folder_of(name), "head": head}
    zone = ZoneInfo(place.chosen.dataset.timezone)
    plan.hits += len(found.times)
    plan.rejects += len(found.rejects)
    plan.days |= {ts.replace(tzinfo=ZoneInfo("UTC")).astimezone(zone).date() for ts in found.times}


def _swap(place: _Place, plan: _Plan, new: frozenset[Tombstone], receipt: dict[str, Any], now: datetime) -> bool:
    """Let the files count what replaces theirs, all at once; false where the files are others meanwhile."""
    with place.catalog.write() as connection:
        lock_dataset(connection, place.dataset)
        state, _ = _state(connection, place.dataset)
        if state != plan.state or stones_of(connection, place.dataset) | new != plan.stones:
            return False
        for stone in new:
            _write_stone(connection, place, stone, receipt, now)
        for old, row in plan.hidden.items():
            upsert(connection, contents, ("id",), **row)
            for column in ("content", "held"):
                counted = sa.update(files).where(files.c.dataset == place.dataset, files.c[column] == old)
                connection.execute(counted.values({column: row["id"]}))
        if plan.hidden:
            connection.execute(sa.delete(analyses).where(analyses.c.dataset == place.dataset))
        if not _is_analysed(connection, place.dataset):
            receipt["analysis_follows"] = announce_hits(connection, place.dataset, f"forget {receipt['id']}", now)
    return True


def _is_analysed(connection: sa.Connection, dataset: str) -> bool:
    """False too where this was killed before the new analysis was made."""
    same = sa.and_(analyses.c.dataset == datasets.c.id, analyses.c.digest == datasets.c.analysis)
    query = sa.select(datasets.c.id).where(datasets.c.id == dataset, sa.exists().where(same))
    return connection.execute(query).first() is not None


def _remove_rest(place: _Place, new: frozenset[Tombstone], receipt: dict[str, Any]) -> dict[str, Any]:
    """What nobody counts any more; the receipt then says what became of the raw files."""
    with place.catalog.read() as connection:
        _, rows = _state(connection, place.dataset)
    remove_unused(place.catalog, place.store, place.dataset)
    telling = {one["sha256"] for one in rows if holds_hidden(place.store.root / one["folder"], one["parts"])}
    deleted, kept_for = remove_raw(place.catalog, place.store, place.dataset, telling)
    remove_analyses(place.catalog, place.store, place.dataset)
    final = receipt | {"raw_files_deleted": deleted, "also_kept_by": kept_for}
    with place.catalog.write() as connection:
        for stone in new:
            chosen = _row_of(place.dataset, stone)
            receipts = list(connection.execute(sa.select(tombstones.c.receipts).where(chosen)).scalar_one())
            changed = [final if one["id"] == final["id"] else one for one in receipts]
            connection.execute(sa.update(tombstones).where(chosen).values(receipts=changed))
    if place.catalog.engine.dialect.name == "sqlite":
        # What was overwritten goes from the file beside the catalog, too, unless somebody is just reading it.
        with place.catalog.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    return final


def _receipt(place: _Place, wanted: Wanted, plan: _Plan, now: datetime) -> dict[str, Any]:
    """What is removed, and nothing of who it was."""
    with place.catalog.read() as connection:
        query = sa.select(files.c.path, files.c.content, files.c.held, files.c.state)
        rows = connection.execute(query.where(files.c.dataset == place.dataset).order_by(files.c.path)).all()
    periods = {name for day in plan.days for name in _periods(day)}
    return {
        "id": str(uuid.uuid4()),
        "dataset": place.dataset,
        "kind": wanted.kind,
        "time": now.isoformat(),
        "hits": plan.hits,
        "files_with_rejects": plan.rejects,
        "files": sorted({one.path for one in rows if {one.content, one.held} & plan.hidden.keys()}),
        "days": sorted(day.isoformat() for day in plan.days),
        "periods": sorted(periods),
        "analysis_follows": False,
        "files_not_parsed": sum(one.content is None and one.held is None for one in rows),
    }


def _periods(day: date) -> Iterable[str]:
    year, week, _ = day.isocalendar()
    return (day.isoformat(), f"{year:04d}-W{week:02d}", f"{day:%Y-%m}", f"{day.year:04d}", "all")


def _state(
    connection: sa.Connection, dataset: str
) -> tuple[frozenset[tuple[int, str | None, str | None]], list[dict[str, Any]]]:
    """Which contents the files of a data set have, and the rows of those contents."""
    query = sa.select(files.c.id, files.c.content, files.c.held).where(files.c.dataset == dataset)
    parsed = query.where(sa.or_(files.c.content.is_not(None), files.c.held.is_not(None)))
    state = frozenset((row.id, row.content, row.held) for row in connection.execute(parsed))
    used = sa.or_(contents.c.id == files.c.content, contents.c.id == files.c.held)
    joined = sa.select(contents).where(sa.exists().where(used, files.c.dataset == dataset))
    return state, [dict(row) for row in connection.execute(joined.order_by(contents.c.id)).mappings()]


def _write_stone(
    connection: sa.Connection, place: _Place, stone: Tombstone, receipt: dict[str, Any], now: datetime
) -> None:
    chosen = _row_of(place.dataset, stone)
    row = connection.execute(sa.select(tombstones.c.receipts, tombstones.c.created_at).where(chosen)).first()
    upsert(
        connection,
        tombstones,
        ("dataset", "kind", "cookie", "digest"),
        dataset=place.dataset,
        kind=stone.kind,
        cookie=stone.cookie,
        digest=stone.digest,
        made_with=made_with(key_of(place.settings)),
        created_at=row.created_at if row else now,
        receipts=[*(row.receipts if row else ()), receipt],
    )


def _row_of(dataset: str, stone: Tombstone) -> sa.ColumnElement[bool]:
    same = ((tombstones.c[name] == getattr(stone, name)) for name in ("kind", "cookie", "digest"))
    return sa.and_(tombstones.c.dataset == dataset, *same)


def _codes(place: _Place, address: str) -> frozenset[str]:
    """What the address is called on those days whose salt is not forgotten yet."""
    salts: Sequence[Path] = sorted((place.store.root / "salts").glob("*.salt"))
    return frozenset(hashed(address, path.read_bytes()) for path in salts)


def _drop_leftover(place: _Place, name: str) -> None:
    """A folder that was made by one who was killed before it counted: others may have been found since."""
    with place.catalog.read() as connection:
        known = connection.execute(sa.select(contents.c.id).where(contents.c.id == name)).first()
    if known is None:
        place.store.drop_folder(folder_of(name))
