"""Answers as pandas frames with typed columns."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import pyarrow as pa

from proprocessor_client.errors import ClientError

ABOUT = b"proprocessor"


def report_frame(data: bytes) -> pd.DataFrame:
    """Of a stream of Arrow IPC: ``label``, dimensions, measures.

    Counts are ``Int64``, amounts exact decimals, answers to a question ``boolean``, times UTC, dates ``datetime64``;
    what is undefined is missing. ``attrs`` tell period, time zone, currency, labels and what each column means,
    of robots also their course, of a funnel also its exits (``columns``, ``rows``).
    """
    try:
        table = pa.ipc.open_stream(data).read_all()
        about = json.loads((table.schema.metadata or {}).get(ABOUT, b"{}"))
    except (pa.ArrowException, ValueError) as error:
        raise ClientError.no_console("The server's report is no Arrow stream.") from error
    frame: pd.DataFrame = table.to_pandas(types_mapper=_type, date_as_object=False, ignore_metadata=True)
    frame.attrs.update(about)
    return frame


def list_frame(items: Sequence[Mapping[str, Any]], columns: Mapping[str, str]) -> pd.DataFrame:
    """Of a list, these columns: ``text``, ``count``, ``flag``, ``date`` or ``time`` (UTC)."""
    return pd.DataFrame({name: _column([one.get(name) for one in items], kind) for name, kind in columns.items()})


def _column(values: Sequence[Any], kind: str) -> pd.Series[Any]:
    match kind:
        case "time":
            return pd.to_datetime(pd.Series(values, dtype="str"), utc=True, format="ISO8601")
        case "date":
            return pd.to_datetime(pd.Series(values, dtype="str"), format="%Y-%m-%d")
        case "count":
            return pd.Series(values, dtype="Int64")
        case "flag":
            return pd.Series(values, dtype="boolean")
        case _:
            return pd.Series(values, dtype="str")


def _type(kind: pa.DataType) -> Any:
    """What a column becomes where pandas would make it floating or objects."""
    if pa.types.is_integer(kind):
        return pd.Int64Dtype()
    if pa.types.is_boolean(kind):
        return pd.BooleanDtype()
    if pa.types.is_decimal(kind):
        return pd.ArrowDtype(kind)
    return None
