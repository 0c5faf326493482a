"""What the parser found out about addresses and agents: its side tables, beside the hits of each file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from analyzer.engine import quote
from analyzer.inputs import Source
from analyzer.load import MAGIC


def side_table(sources: Iterable[Source], kind: str, columns: Sequence[str]) -> str:
    """A query of the files ``<kind>-*.parquet``: texts, ``NULL`` where a file does not have a column.

    The files tell of the same value again and again.
    """
    folders = dict.fromkeys(source.folder for source in sources if not source.duplicate)
    paths = [str(path) for folder in folders for path in sorted(folder.glob(f"**/{kind}-*.parquet"))]
    nothing = f"SELECT {', '.join(f'CAST(NULL AS VARCHAR) AS {name}' for name in columns)} WHERE false"
    if not paths:
        return nothing
    listed = ", ".join(quote(MAGIC.sub(r"[\g<0>]", path)) for path in paths)
    told = f"SELECT * FROM read_parquet([{listed}], union_by_name = true)"
    return f"SELECT {', '.join(columns)} FROM ({nothing} UNION ALL BY NAME {told})"
