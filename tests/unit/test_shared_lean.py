"""What processes of ours do without."""

from __future__ import annotations

import subprocess
import sys

WITHOUT = """
from shared.lean import leave_out_pandas
leave_out_pandas()
import sys
import duckdb
import pyarrow as pa
table = pa.table({"a": pa.array([1, None]), "b": ["x", "y"]})
database = duckdb.connect()
database.register("given", table)
assert database.execute("FROM given").fetchall() == [(1, "x"), (None, "y")]
assert table.column("a").combine_chunks().fill_null(-1).to_pylist() == [1, -1]
assert "pandas" not in sys.modules
try:
    import pandas
except ModuleNotFoundError:
    print("left out")
"""


def test_what_asks_for_pandas_is_told_that_there_is_none() -> None:
    found = subprocess.run([sys.executable, "-c", WITHOUT], capture_output=True, text=True, check=True)
    assert found.stdout == "left out\n"
