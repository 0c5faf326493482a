"""What the parser found out about agents, addresses and referrers: its side tables, beside the hits of each file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import pyarrow as pa

from analyzer.engine import Engine
from analyzer.inputs import Source
from analyzer.parquet_files import read_files
from analyzer.window import Window

FLAGS = frozenset({"robot"})


def side_table(sources: Iterable[Source], kind: str, columns: Sequence[str]) -> str:
    """A query of the files ``<kind>-*.parquet``; ``NULL`` where a file does not have a column.

    The files tell of the same value again and again.
    """
    types = {name: "BOOLEAN" if name in FLAGS else "VARCHAR" for name in columns}
    return read_files([path for _, path in _files(sources, kind)], types)


def side_table_by_folder(
    engine: Engine, sources: Iterable[Source], window: Window, kind: str, columns: Sequence[str]
) -> str:
    """The same of those that are read, with ``folder``, the number of the folder of parsed files that says so."""
    every = list(sources)
    numbers = folder_numbers(every)
    files = _files((one for one in every if window.reads(one.first_ts, one.last_ts)), kind)
    named = [(str(path), numbers[folder]) for folder, path in files]
    engine.make_rows(f"{kind}_files", {"filename": pa.string(), "folder": pa.int64()}, named)
    told = read_files([path for _, path in files], dict.fromkeys((*columns, "filename"), "VARCHAR"))
    return f"SELECT {', '.join(columns)}, folder FROM ({told}) JOIN {kind}_files USING (filename)"


def folder_numbers(sources: Iterable[Source]) -> dict[Path, int]:
    """A number for each folder of parsed files, whatever the order of files; those of the same content share one."""
    return {folder: number for number, folder in enumerate(sorted({one.folder for one in sources}))}


def _files(sources: Iterable[Source], kind: str) -> list[tuple[Path, Path]]:
    folders = dict.fromkeys(source.folder for source in sources if not source.duplicate)
    return [(folder, path) for folder in folders for path in sorted(folder.glob(f"**/{kind}-*.parquet"))]
