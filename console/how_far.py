"""How far the work on a data set is, whichever processes do it: from the catalog."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from shared.catalog import Catalog
from shared.catalog.schema import contents, datasets, files, publications, readings, rounds
from shared.catalog.schema import outbox as outbox_table


@dataclass(frozen=True)
class State:
    """How far the work on one data set is."""

    listed: int = 0
    fetched: int = 0
    parsed: int = 0
    failed: int = 0
    lines: int = 0
    hits: int = 0
    stage: str = "fetching"
    busy: bool = True


def state_of(catalog: Catalog, dataset: str, started: datetime) -> State:
    """How far the work is that began at this moment."""
    with catalog.read() as connection:
        last = sa.select(rounds).where(rounds.c.dataset == dataset, rounds.c.started_at >= started)
        fetch = connection.execute(last.order_by(rounds.c.started_at.desc())).mappings().first()
        by_state = sa.select(files.c.state, sa.func.count()).where(files.c.dataset == dataset).group_by(files.c.state)
        states = {row[0]: row[1] for row in connection.execute(by_state)}
        sums = sa.select(sa.func.coalesce(sa.func.sum(contents.c.lines), 0), sa.func.sum(contents.c.hits))
        joined = sums.join(files, files.c.content == contents.c.id).where(files.c.dataset == dataset)
        lines, hits = connection.execute(joined).one()
        lines += read_so_far(connection, dataset)[0]
        unsent = connection.execute(sa.select(sa.func.count()).where(outbox_table.c.sent_at.is_(None))).scalar_one()
    fetching = fetch is not None and fetch["state"] == "open"
    waiting = states.get("fetched", 0)
    return State(
        listed=fetch["listed"] if fetch else 0,
        fetched=sum(states.values()),
        parsed=states.get("parsed", 0),
        failed=states.get("failed", 0),
        lines=int(lines),
        hits=int(hits or 0),
        stage=_stage(fetching=fetching or (fetch is None and not waiting), parsing=waiting > 0),
        busy=fetching or waiting > 0 or unsent > 0,
    )


def read_so_far(connection: sa.Connection, dataset: str) -> tuple[int, int]:
    """Of files that are being read: lines, and bytes as they were fetched."""
    sums = [sa.func.coalesce(sa.func.sum(column), 0) for column in (readings.c.lines, readings.c.size_bytes)]
    under_way = sa.and_(files.c.dataset == dataset, files.c.state == "fetched")
    lines, size_bytes = connection.execute(
        sa.select(*sums).join_from(readings, files, readings.c.file == files.c.id).where(under_way)
    ).one()
    return int(lines), int(size_bytes)


def _stage(*, fetching: bool, parsing: bool) -> str:
    return "fetching" if fetching else "parsing" if parsing else "analysing and publishing"


def is_published(catalog: Catalog, dataset: str) -> bool:
    """Whether the newest analysis lies in the target folder, in the periods and with the documents asked for."""
    with catalog.read() as connection:
        row = connection.execute(sa.select(datasets).where(datasets.c.id == dataset)).mappings().one()
        found = connection.execute(
            sa.select(publications.c.target).where(
                publications.c.dataset == dataset,
                publications.c.analysis == row["analysis"],
                publications.c.kinds == row["periods"],
                publications.c.documents == row["documents"],
            )
        )
        targets = set(found.scalars())
    if row["publish"] is None:
        return bool(targets)
    return row["publish"] in targets and (Path(row["publish"]) / dataset / "index.html").is_file()
