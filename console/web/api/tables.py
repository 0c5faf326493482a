"""A report's JSON as typed columns: Arrow, and from it Parquet. Long as the CSV: a row for each label."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from io import StringIO
from itertools import islice
from typing import IO, Any

import pyarrow as pa
import pyarrow.parquet as pq

from reporter.csv_report import cell

VERSION = 5
"""Another number where the same report becomes other bytes."""
MONEY = pa.decimal128(38, 2)
TYPES = {
    "count": pa.int64(),
    "rate": pa.float64(),
    "points": pa.float64(),
    "seconds": pa.float64(),
    "money": MONEY,
    "number": pa.float64(),
    "probability": pa.float64(),
    "timestamp": pa.timestamp("us", tz="UTC"),
    "flag": pa.bool_(),
}
DIMENSIONS = {"date": pa.date32(), "hour": pa.int16(), "weekday": pa.int16(), "status": pa.int16()}
"""All others are text."""
QUOTIENTS = frozenset(("cost_per_visit", "average_order"))
"""Amounts that were divided."""
COMPARED = re.compile(r"_(?:before|difference)$")
PIECE = 50_000
"""So many rows are columns at once; more would take as much memory again as the report."""
ABOUT = (
    "schema",
    "dataset",
    "report",
    "period",
    "compared_with",
    "lacking",
    "timezone",
    "currency",
    "labels",
    "names",
    "columns",
    "course",
    "exits",
)
"""What stands in the metadata, under ``proprocessor``, as JSON."""


def read_report(text: str | bytes) -> dict[str, Any]:
    """A report's JSON, every number exact."""
    plain = text.decode(errors="replace") if isinstance(text, bytes) else text
    found: dict[str, Any] = json.loads(plain, parse_float=Decimal)
    return found


def table_of(report: Mapping[str, Any]) -> pa.Table:
    """Columns ``label``, dimensions, measures; rows label by label, in published order."""
    return pa.Table.from_batches(batches_of(report), schema_of(report))


def schema_of(report: Mapping[str, Any]) -> pa.Schema:
    """Its columns, and in the metadata what the JSON says beyond rows."""
    fields = [pa.field("label", pa.string()), *(pa.field(one["id"], type_of(one)) for one in report["columns"])]
    about = {key: report[key] for key in ABOUT if key in report}
    return pa.schema(fields, {"proprocessor": json.dumps(about, ensure_ascii=False)})


def batches_of(report: Mapping[str, Any]) -> Iterator[pa.RecordBatch]:
    """The rows, some at once."""
    schema = schema_of(report)
    columns = [(one["id"], 1 if one["kind"] == "dimension" else 2, type_of(one)) for one in report["columns"]]
    records = (
        (label["id"], row, row[label["id"]])
        for label in report["labels"]
        for row in report["rows"]
        if label["id"] in row
    )
    while part := list(islice(records, PIECE)):
        arrays = [pa.array([label for label, _, _ in part], pa.string())]
        arrays += [pa.array([_value(record[at][id], kind) for record in part], kind) for id, at, kind in columns]
        yield pa.RecordBatch.from_arrays(arrays, schema=schema)


def type_of(column: Mapping[str, Any]) -> pa.DataType:
    """The type of a column, the same for every report, period and answer. Amounts are exact, quotients of them not."""
    if column["kind"] == "dimension":
        return DIMENSIONS.get(column["id"], pa.string())
    if column["unit"] == "money" and COMPARED.sub("", column["id"]) in QUOTIENTS:
        return pa.float64()
    return TYPES[column["unit"]]


def write_arrow(report: Mapping[str, Any], file: IO[bytes]) -> None:
    """A stream of Arrow IPC."""
    with pa.ipc.new_stream(file, schema_of(report)) as writer:
        for one in batches_of(report):
            writer.write_batch(one)


def write_parquet(report: Mapping[str, Any], file: IO[bytes]) -> None:
    """A Parquet file."""
    with pq.ParquetWriter(file, schema_of(report), compression="zstd") as writer:
        for one in batches_of(report):
            writer.write_batch(one)


def as_csv(table: pa.Table) -> bytes:
    """As a published CSV."""
    sink = StringIO()
    lines = csv.writer(sink, lineterminator="\n")
    lines.writerow(table.column_names)
    lines.writerows([cell(value) for value in row.values()] for row in table.to_pylist())
    return sink.getvalue().encode()


def _value(value: Any, kind: pa.DataType) -> Any:
    if value is None:
        return None
    if pa.types.is_floating(kind):
        return float(value)
    if pa.types.is_decimal(kind):
        return Decimal(value)
    if pa.types.is_date(kind):
        return date.fromisoformat(value)
    if pa.types.is_timestamp(kind):
        return datetime.fromisoformat(value)
    return value
