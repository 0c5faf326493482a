"""What the parser found out about agents, addresses and referrers: its side tables, beside the hits of each file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import pyarrow as pa

from analyzer.engine import Engine
from analyzer.inputs import Source
from analyzer.parquet_files import read_files

FLAGS = frozenset({"robot"})


def side_table(sources: Iterable[Source], kind: str, columns: Sequence[str]) -> str:
    """A query of the files ``<kind>-*.parquet``; ``NULL`` where a file does not have a column.

    The files tell of the same value again and again.
    """
    types = {name: "BOOLEAN" if name in FLAGS else "VARCHAR" for name in columns}
    return read_files([path for _, path in _files(sources, kind)], types)


def side_table_by_folder(
    engine: Engine, numbers: Mapping[Path, int], sources: Iterable[Source], kind: str, columns: Sequence[str]
) -> str:
    """The same with ``folder``, the number of the folder of parsed files that says so (:func:`folder_numbers`)."""
    files = _files(sources, kind)
    table = f"{kind}_files"
    schema = {"filename": pa.string(), "folder": pa.int64()}
    engine.make(
        table, schema, {"filename": [str(path) for _, path in files], "folder": [numbers[one] for one, _ in files]}
    )
    types = dict.fromkeys((*columns, "filename"), "VARCHAR")
    listed = ", ".join(columns)
    return (
        f"SELECT {listed}, folder FROM ({read_files([path for _, path in files], types)}) JOIN {table} USING (filename)"
    )


def folder_numbers(sources: Iterable[Source]) -> dict[Path, int]:
    """A number for each folder of parsed files; several files of the same content share one."""
    return {folder: number for number, folder in enumerate(dict.fromkeys(one.folder for one in sources))}


def _files(sources: Iterable[Source], kind: str) -> list[tuple[Path, Path]]:
    folders = dict.fromkeys(source.folder for source in sources if not source.duplicate)
    return [(folder, path) for folder in folders for path in sorted(folder.glob(f"**/{kind}-*.parquet"))]
