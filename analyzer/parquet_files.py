"""Queries of Parquet files that others wrote, by the names of their columns."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from analyzer.engine import quote

MAGIC = re.compile(r"[*?\[]")
"""What DuckDB would take for a pattern of several names."""


def parquet(*paths: Path | str, options: str = "") -> str:
    """These files as a table; their names are taken as they are."""
    listed = ", ".join(quote(MAGIC.sub(r"[\g<0>]", str(path))) for path in paths)
    return f"read_parquet([{listed}]{options})"


def read_files(paths: Iterable[Path | str], columns: Mapping[str, str]) -> str:
    """A query of these columns (name to SQL type); NULL where a file does not have one; of no files, no rows.

    ``filename``, if asked for, is the path.
    """
    files = tuple(paths)
    nothing = f"SELECT {', '.join(f'CAST(NULL AS {kind}) AS {name}' for name, kind in columns.items())} WHERE false"
    if not files:
        return nothing
    table = parquet(*files, options=f", union_by_name = true, filename = {'filename' in columns}")
    return f"SELECT {', '.join(columns)} FROM ({nothing} UNION ALL BY NAME FROM {table})"
