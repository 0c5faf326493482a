"""Hits, side tables and rejects in Parquet without what tells who it was: what ``forget`` and its tombstones ask for.

Lines stay counted: a hidden hit keeps its time, host, path, method, status and size, as one of who opted out does, and
``(forgotten)`` stands for its address. A reject whose text tells it keeps its number, time and reason.
"""

from __future__ import annotations

import os
import shutil
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from parser.engine import PERSONAL
from parser.kept_rejects import FILE as REJECTS
from parser.others import SCHEMAS
from shared.tombstones import FORGOTTEN, Forgotten

SIDE_TABLES = {"agents": "agent", "addresses": "address", "referrers": "referrer"}
LOOKED_AT = ("ts", "address", "agent", "cookie")
Mask = np.ndarray[tuple[int], np.dtype[np.bool_]]
Sender = tuple[str, str | None]


@dataclass(frozen=True, order=True)
class Sighting:
    """A hit with a cookie that was forgotten."""

    sender: Sender
    ts: datetime


@dataclass
class Found:
    """What is to be hidden in a folder: the rows of its parts, and files of rejects, by their names in it."""

    masks: dict[str, Mask] = field(default_factory=dict)
    times: list[datetime] = field(default_factory=list)
    rejects: list[str] = field(default_factory=list)

    @property
    def anything(self) -> bool:
        """Whether there is anything to do."""
        return bool(self.masks or self.rejects)


def sightings(folder: Path, parts: Sequence[str], forgotten: Forgotten) -> set[Sighting]:
    """When, and from which address and agent, a forgotten cookie was sent."""
    found: set[Sighting] = set()
    for _, table in _looked_at(folder, parts) if forgotten.cookies else ():
        chosen = table.filter(pa.array(_by_cookie(table, forgotten)))
        found |= {Sighting((row["address"], row["agent"]), row["ts"]) for row in chosen.to_pylist()}
    return found


def find(
    folder: Path, parts: Sequence[str], forgotten: Forgotten, elsewhere: frozenset[Sighting] = frozenset()
) -> Found:
    """What in a folder of hits is of who was forgotten. ``elsewhere`` are sightings in other files of the data set."""
    found = Found()
    seen = elsewhere | sightings(folder, parts, forgotten)
    before = _before_cookie(folder, parts, forgotten, seen) if seen else {}
    for part, table in _looked_at(folder, parts):
        mask = _by_address(table, forgotten) | _by_cookie(table, forgotten)
        mask[before.get(part, [])] = True
        if mask.any():
            found.masks[part] = mask
            found.times += table["ts"].filter(pa.array(mask)).to_pylist()
    found.rejects = [str(path.relative_to(folder)) for path in folder.rglob(REJECTS) if _tells(path, forgotten)]
    return found


def hide(folder: Path, parts: Sequence[str], found: Found, forgotten: Forgotten) -> None:
    """Hide it, file by file, each put in place of the old one."""
    for part, mask in found.masks.items():
        _hide_hits(folder / part, mask)
    if found.masks:
        clean_side_tables(folder, parts)
    for name in found.rejects:
        _hide_rejects(folder / name, forgotten)


def hide_parsed(folder: Path, parts: Sequence[str], forgotten: Forgotten | None) -> None:
    """Hide in a parse just made what was forgotten; where addresses are hashed or cut, those are marked already."""
    if forgotten is not None:
        found = find(folder, parts, forgotten)
        for part, table in _looked_at(folder, parts):
            if (marked := _is_in(table["address"], [FORGOTTEN])).any():
                found.masks[part] = found.masks.get(part, marked) | marked
        hide(folder, parts, found, forgotten)


def link_all(source: Path, target: Path) -> None:
    """A folder as it is, its files the same ones; where the disk cannot do that, copies."""
    shutil.copytree(source, target, copy_function=_link, dirs_exist_ok=True)


def holds_hidden(folder: Path, parts: Sequence[str]) -> bool:
    """Whether anything in a folder was hidden."""
    if any(_is_in(table["address"], [FORGOTTEN]).any() for _, table in _looked_at(folder, parts)):
        return True
    return any(FORGOTTEN in rows["raw"].to_pylist() for path in folder.rglob(REJECTS) for rows in _row_groups(path))


def _looked_at(folder: Path, parts: Sequence[str]) -> Iterator[tuple[str, pa.Table]]:
    """The columns that tell who it was, of each part; those that the log has not are empty."""
    for part in parts:
        with pq.ParquetFile(folder / part) as file:
            there = set(file.schema_arrow.names)
            table = file.read(columns=[name for name in LOOKED_AT if name in there])
        for name in LOOKED_AT:
            if name not in there:
                table = table.append_column(name, pa.nulls(table.num_rows, pa.string()))
        yield part, table


def _is_in(column: pa.ChunkedArray, values: Sequence[str]) -> Mask:
    found: Mask = pc.is_in(column, value_set=pa.array(values, column.type)).to_numpy().astype(np.bool_)
    return found


def _by_address(table: pa.Table, forgotten: Forgotten) -> Mask:
    distinct = pc.unique(table["address"]).to_pylist()
    return _is_in(table["address"], [one for one in distinct if one is not None and forgotten.has_address(one)])


def _by_cookie(table: pa.Table, forgotten: Forgotten) -> Mask:
    distinct = pc.unique(table["cookie"]).to_pylist() if forgotten.cookies else []
    return _is_in(table["cookie"], [one for one in distinct if one is not None and forgotten.has_cookie(one)])


def _before_cookie(
    folder: Path, parts: Sequence[str], forgotten: Forgotten, seen: frozenset[Sighting]
) -> dict[str, list[int]]:
    """Rows without cookie that belong to a forgotten one, since it follows within the gap (DOMAIN.md, visitor key)."""
    rows: dict[Sender, list[tuple[datetime, int, int, bool, bool]]] = defaultdict(list)
    for one in seen:
        # Behind all rows of its second: it says the same as the row itself, where that is in these parts.
        rows[one.sender].append((one.ts, len(parts), 0, True, True))
    addresses = sorted({sender[0] for sender in rows})
    for number, (_, table) in enumerate(_looked_at(folder, parts)):
        for place in np.flatnonzero(_is_in(table["address"], addresses)).tolist():
            ts, address, agent, cookie = (table[name][place].as_py() for name in LOOKED_AT)
            if (address, agent) in rows:
                named = bool(cookie) and forgotten.names_visitor(cookie)
                rows[address, agent].append((ts, number, place, named, named and forgotten.has_cookie(cookie)))
    found: dict[str, list[int]] = defaultdict(list)
    for of_sender in rows.values():
        following: datetime | None = None
        for ts, number, place, named, forgotten_one in sorted(of_sender, reverse=True):
            if named:
                following = ts if forgotten_one else None
            elif following is not None and following - ts <= forgotten.gap:
                found[parts[number]].append(place)
    return found


def _hide_hits(path: Path, mask: Mask) -> None:
    table = pq.read_table(path)
    chosen = pa.array(mask)
    for name in (*PERSONAL, "address"):
        if name in table.column_names:
            kind = table.schema.field(name).type
            new = pa.scalar(FORGOTTEN if name == "address" else None, kind)
            table = table.set_column(table.column_names.index(name), name, pc.if_else(chosen, new, table[name]))
    _put(path, table)


def clean_side_tables(folder: Path, parts: Sequence[str]) -> None:
    """What no hit has any more goes from the side tables too."""
    for kind, column in SIDE_TABLES.items():
        left: set[str | None] = set()
        for part in parts:
            with pq.ParquetFile(folder / part) as file:
                if column in file.schema_arrow.names:
                    left |= set(pc.unique(file.read(columns=[column])[column]).to_pylist())
        for path in sorted(folder.rglob(f"{kind}-*.parquet")):
            table = pq.read_table(path)
            keep = _is_in(table[column], sorted({one for one in left if one} - {FORGOTTEN}))
            if not keep.any():
                path.unlink()
            elif not keep.all():
                _put(path, table.filter(pa.array(keep)))


def _row_groups(path: Path) -> Iterator[pa.Table]:
    with pq.ParquetFile(path) as file:
        for at in range(file.num_row_groups):
            yield file.read_row_group(at)


def _tells(path: Path, forgotten: Forgotten) -> bool:
    return any(forgotten.has_text(text) for rows in _row_groups(path) for text in rows["raw"].to_pylist())


def _hide_rejects(path: Path, forgotten: Forgotten) -> None:
    schema, aside = SCHEMAS["rejects"], _aside(path)
    with pq.ParquetWriter(aside, schema, compression="zstd") as writer:
        for rows in _row_groups(path):
            texts = [FORGOTTEN if forgotten.has_text(one) else one for one in rows["raw"].to_pylist()]
            writer.write_table(rows.set_column(3, schema.field("raw"), pa.array(texts, pa.string())).cast(schema))
    aside.replace(path)


def _link(source: str, target: str) -> str:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
    return target


def _put(path: Path, table: pa.Table) -> None:
    """Never into the file itself: it may be one that another folder holds too."""
    pq.write_table(table, _aside(path), compression="zstd")
    _aside(path).replace(path)


def _aside(path: Path) -> Path:
    return path.with_name(f".{path.name}.hidden")
