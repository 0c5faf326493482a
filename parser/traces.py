"""What is left of parses and raw files that nobody may keep: removed, unless another data set needs it."""

from __future__ import annotations

import sqlalchemy as sa

from parser.content import Content, Task, stamped
from parser.hiding import holds_hidden
from shared.catalog import Catalog
from shared.catalog.schema import analyses, contents, files, parts
from shared.store import Store
from shared.tombstones import stamp_of, stones_of
from shared.work import Work


def raw_tells(work: Work, task: Task, content: Content) -> bool:
    """Whether the raw file of a parse tells of somebody who was forgotten, and no other data set may have it."""
    if task.chosen.forgotten is None or not holds_hidden(work.tools.data / content["folder"], content["parts"]):
        return False
    with work.tools.catalog.read() as connection:
        return task.file["sha256"] not in needed_elsewhere(connection, task.file["dataset"])


def needed_elsewhere(connection: sa.Connection, dataset: str) -> dict[str, str]:
    """Digests of raw files that other data sets have too, who have not forgotten the same: with one of their ids."""
    own = stones_of(connection, dataset)
    same = files.alias("same")
    query = sa.select(files.c.sha256, files.c.dataset).distinct().where(files.c.dataset != dataset)
    shared = query.where(files.c.sha256.in_(sa.select(same.c.sha256).where(same.c.dataset == dataset)))
    rows = connection.execute(shared.order_by(files.c.dataset.desc())).all()
    obeying = {name for name in {row.dataset for row in rows} if own <= stones_of(connection, name)}
    return {row.sha256: row.dataset for row in rows if row.dataset not in obeying}


def remove_raw(catalog: Catalog, store: Store, dataset: str, sha256s: set[str]) -> tuple[int, list[str]]:
    """Delete raw files that tell of who was forgotten; gives how many, and the data sets for which others stay."""
    with catalog.write() as connection:
        kept = needed_elsewhere(connection, dataset)
        deleted = 0
        for sha256 in sorted(sha256s - kept.keys()):
            deleted += store.path(sha256).exists()
            store.path(sha256).unlink(missing_ok=True)
    return deleted, sorted({kept[sha256] for sha256 in sha256s & kept.keys()})


def remove_analyses(catalog: Catalog, store: Store, dataset: str) -> None:
    """Remove analyses that the catalog does not know. Who has made one and is to record it now makes it again."""
    with catalog.read() as connection:
        known = connection.execute(sa.select(analyses.c.folder).where(analyses.c.dataset == dataset))
        folders = {store.root / folder for folder in known.scalars()}
    for folder in sorted((store.root / "analyses" / dataset).glob("*")):
        if folder not in folders:
            store.drop_folder(str(folder.relative_to(store.root)))


def remove_unused(catalog: Catalog, store: Store, dataset: str, sha256: str | None = None, *, but: str = "") -> None:
    """Remove parses of a data set's files (or of one) that no file counts: they may hold what was forgotten since.

    Whoever makes one of them at this moment finds it gone when it is to be recorded (:func:`parser.content.keep`), and
    makes it again, as it is to be now.
    """
    with catalog.write() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(sa.text("LOCK TABLE contents IN EXCLUSIVE MODE"))
        else:
            # Rows hold the first bytes of files: they are to be overwritten, not only forgotten.
            connection.execute(sa.text("PRAGMA secure_delete = ON"))
        of_dataset = sa.select(files.c.sha256).where(files.c.dataset == dataset)
        chosen = {sha256} if sha256 else set(connection.execute(of_dataset).scalars())
        chosen -= needed_elsewhere(connection, dataset).keys()
        stamp = stamp_of(stones_of(connection, dataset))
        under_way = set(connection.execute(sa.select(parts.c.content).distinct()).scalars())
        outdated = {one for one in under_way if one.split("-")[0] in chosen and stamped(one, stamp) != one}
        connection.execute(sa.delete(parts).where(parts.c.content.in_(outdated)))
        used = _used(connection) | (under_way - outdated) | {but}
        for one in sorted(chosen):
            rows = connection.execute(sa.select(contents.c.id).where(contents.c.sha256 == one)).scalars().all()
            connection.execute(sa.delete(contents).where(contents.c.id.in_(set(rows) - used)))
            for folder in sorted((store.root / "hits" / one[:2]).glob(f"{one}-*")):
                if folder.name not in used:
                    store.drop_folder(str(folder.relative_to(store.root)))


def _used(connection: sa.Connection) -> set[str]:
    rows = connection.execute(sa.select(files.c.content, files.c.held)).all()
    return {one for row in rows for one in row if one is not None}
