"""What the parser found out about agents, addresses and referrers: its side tables, beside the hits of each file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from analyzer.inputs import Source
from analyzer.parquet_files import read_files

FLAGS = frozenset({"robot"})


def side_table(sources: Iterable[Source], kind: str, columns: Sequence[str]) -> str:
    """A query of the files ``<kind>-*.parquet``; ``NULL`` where a file does not have a column.

    The files tell of the same value again and again.
    """
    folders = dict.fromkeys(source.folder for source in sources if not source.duplicate)
    paths = [path for folder in folders for path in sorted(folder.glob(f"**/{kind}-*.parquet"))]
    return read_files(paths, {name: "BOOLEAN" if name in FLAGS else "VARCHAR" for name in columns})
