"""Raw files and hits that are kept no longer (settings, ``[retention]``).

Of a content that holds days which are kept no longer, another one is made without them, and counts from then on; what
was published of those days does not change (:mod:`reporter.retention`).
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import sqlalchemy as sa

from parser.content import announce_hits, folder_of, lock_dataset, since
from parser.hiding import clean_side_tables, link_all
from parser.others import SCHEMAS
from parser.traces import remove_analyses, remove_unused
from shared.catalog import Catalog
from shared.catalog.engine import upsert
from shared.catalog.schema import analyses, contents, datasets, files
from shared.dataset_settings import DatasetSettings, read_stored_settings
from shared.errors import Misconfigured
from shared.retention import cutoffs, of_each
from shared.store import Store
from shared.work import Tools


@dataclass
class Expired:
    """What was removed of a data set, or would be."""

    raw_files: int = 0
    files: list[str] = field(default_factory=list)
    """Those whose hits are removed, or some of them."""
    hits_from: date | None = None
    analysis_follows: bool = False


def expire_all(tools: Tools) -> None:
    """Every data set, as its settings say."""

    def look_after(dataset: str) -> None:
        found = expire(tools.catalog, tools.store, dataset, tools.clock.now())
        if found.raw_files or found.files:
            tools.log.info("retention.done", dataset=dataset, raw_files=found.raw_files, files=len(found.files))

    of_each(tools, look_after)


def expire(
    catalog: Catalog,
    store: Store,
    dataset: str,
    now: datetime,
    *,
    dry_run: bool = False,
    keep_alive: Callable[[], None] = lambda: None,
) -> Expired:
    """Remove what a data set keeps no longer. Several may do this at once, and be killed at any moment."""
    with catalog.read() as connection:
        row = connection.execute(sa.select(datasets).where(datasets.c.id == dataset)).mappings().first()
        if row is None:
            return Expired()
        settings = read_stored_settings(row["settings"], name=row["id"])
        raw = _raw_due(connection, dataset, now) if settings.retention.raw_days is not None else set()
    found = Expired(raw_files=sum(store.path(one).exists() for one in raw))
    if not dry_run:
        for sha256 in raw:
            store.path(sha256).unlink(missing_ok=True)
    day = cutoffs(settings, now).hits_from
    if day is not None:
        _expire_hits(_Place(catalog, store, dataset, settings, day, keep_alive), found, now, dry_run=dry_run)
    return found


def _raw_due(connection: sa.Connection, dataset: str, now: datetime) -> set[str]:
    """Raw files that are parsed and old enough, for every data set that has them."""
    rows = connection.execute(sa.select(datasets.c.id, datasets.c.settings)).all()
    limits = {row.id: _raw_limit(row.id, row.settings, now) for row in rows}
    own = sa.select(files.c.sha256).where(files.c.dataset == dataset)
    query = sa.select(files.c.sha256, files.c.dataset, files.c.state, files.c.fetched_at)
    due: dict[str, bool] = {}
    for row in connection.execute(query.where(files.c.sha256.in_(own))):
        limit = limits.get(row.dataset)
        old = row.state == "parsed" and limit is not None and row.fetched_at < limit
        due[row.sha256] = due.get(row.sha256, True) and old
    return {sha256 for sha256, is_due in due.items() if is_due}


def _raw_limit(dataset: str, settings: object, now: datetime) -> datetime | None:
    """Where nobody can read how long a data set keeps its raw files, it keeps them."""
    try:
        return cutoffs(read_stored_settings(settings, name=dataset), now).raw_from
    except Misconfigured:
        return None


@dataclass(frozen=True)
class _Place:
    catalog: Catalog
    store: Store
    dataset: str
    settings: DatasetSettings
    day: date
    keep_alive: Callable[[], None]

    @property
    def start(self) -> datetime:
        """When the first day that is kept begins."""
        return datetime.combine(self.day, time(), ZoneInfo(self.settings.dataset.timezone)).astimezone(UTC)


def _expire_hits(place: _Place, found: Expired, now: datetime, *, dry_run: bool) -> None:
    with place.catalog.read() as connection:
        rows = _due(connection, place)
        query = sa.select(files.c.path).where(files.c.dataset == place.dataset)
        ids = [row["id"] for row in rows]
        of_rows = query.where(sa.or_(files.c.content.in_(ids), files.c.held.in_(ids)))
        found.files = sorted(set(connection.execute(of_rows).scalars()))
    found.hits_from = place.day
    if dry_run or not rows:
        return
    replaced: dict[str, dict[str, Any] | None] = {}
    for row in rows:
        place.keep_alive()
        replaced[row["id"]] = _without_old(place, row) if row["last_ts"] >= place.start else None
    with place.catalog.write() as connection:
        lock_dataset(connection, place.dataset)
        for old, new in replaced.items():
            if new is not None:
                upsert(connection, contents, ("id",), **new)
            for column in ("content", "held"):
                counted = sa.update(files).where(files.c.dataset == place.dataset, files.c[column] == old)
                connection.execute(counted.values({column: new["id"] if new else None}))
        # What is published of days before must be frozen from this moment on.
        own = sa.update(datasets).where(datasets.c.id == place.dataset)
        later = sa.or_(datasets.c.hits_from.is_(None), datasets.c.hits_from < place.day)
        connection.execute(own.where(later).values(hits_from=place.day))
        # They tell of visitors of those days, too.
        connection.execute(sa.delete(analyses).where(analyses.c.dataset == place.dataset))
        found.analysis_follows = announce_hits(connection, place.dataset, f"retention {uuid.uuid4()}", now)
    remove_unused(place.catalog, place.store, place.dataset)
    remove_analyses(place.catalog, place.store, place.dataset)


def _due(connection: sa.Connection, place: _Place) -> list[dict[str, Any]]:
    """The contents that hold hits of days that are kept no longer."""
    used = sa.or_(contents.c.id == files.c.content, contents.c.id == files.c.held)
    query = sa.select(contents).where(sa.exists().where(used, files.c.dataset == place.dataset))
    old = contents.c.first_ts < place.start
    return [dict(row) for row in connection.execute(query.where(old).order_by(contents.c.id)).mappings()]


def _without_old(place: _Place, row: dict[str, Any]) -> dict[str, Any]:
    """Make the same content without what lies before, and give its row."""
    name, source = since(row["id"], place.day), place.store.root / row["folder"]
    limit = pa.scalar(place.start.replace(tzinfo=None), pa.timestamp("us"))
    with place.store.folder_once(folder_of(name)) as aside:
        link_all(source, aside)
        for path in [aside / part for part in row["parts"]] + _others(aside):
            _cut(path, limit)
        clean_side_tables(aside, [part for part in row["parts"] if (aside / part).exists()])
    return row | _counts(place.store.root / folder_of(name), row["parts"]) | {"id": name, "folder": folder_of(name)}


def _others(folder: Path) -> list[Path]:
    return [path for kind in SCHEMAS for path in folder.rglob(f"{kind}.parquet")]


def _cut(path: Path, limit: pa.Scalar) -> None:
    """Leave out rows before a time; a part without any left goes. What has no time stays."""
    table = pq.read_table(path)
    keep = pc.fill_null(pc.greater_equal(table["ts"], limit), True)
    if pc.all(keep).as_py() is not False:
        return
    left = table.filter(keep)
    if left.num_rows or path.stem in SCHEMAS:
        aside = path.with_name(f".{path.name}.cut")
        pq.write_table(left, aside, compression="zstd")
        aside.replace(path)
    else:
        path.unlink()


def _counts(folder: Path, parts: list[str]) -> dict[str, Any]:
    """What the row of a content says, of what is left."""
    left = [part for part in parts if (folder / part).exists()]
    times = [pq.read_table(folder / part, columns=["ts"])["ts"] for part in left]
    rejects = pq.read_table(folder / "rejects.parquet", columns=["reason"])["reason"].to_pylist()
    directives = pq.read_metadata(folder / "directives.parquet").num_rows
    hits = sum(len(one) for one in times)
    return {
        "parts": left,
        "hits": hits,
        "rejects": len(rejects),
        "directives": directives,
        "lines": hits + len(rejects) + directives,
        "reject_reasons": dict(sorted(Counter(rejects).items())),
        "first_ts": min(pc.min(one).as_py() for one in times).replace(tzinfo=UTC),
        "last_ts": max(pc.max(one).as_py() for one in times).replace(tzinfo=UTC),
    }
