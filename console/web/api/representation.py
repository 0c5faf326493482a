"""How a report is given: its format, its ETag, and a part of its rows."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import IO, Annotated, Any

from fastapi import Depends, Query, Request
from fastapi.responses import Response

from console.report_documents import MEDIA_TYPES as DOCUMENT_TYPES
from console.web.api import tables
from console.web.api.contract import MAX_LIMIT, MAX_NUMBER
from console.web.api.streaming import streamed
from console.web.negotiation import is_known
from console.web.problems import HttpProblem
from console.web.seen import ALL_ROWS, MAX_TEXT, Seen
from reporter.documents import Kind
from reporter.json_report import encode


class Format(StrEnum):
    """How a report is written."""

    JSON = "json"
    CSV = "csv"
    PARQUET = "parquet"
    ARROW = "arrow"


class LiveFormat(StrEnum):
    """How a live answer is written: also as a document for people."""

    JSON = "json"
    CSV = "csv"
    PARQUET = "parquet"
    ARROW = "arrow"
    XLSX = "xlsx"
    PDF = "pdf"


MEDIA_TYPES = {
    Format.JSON: "application/json",
    Format.CSV: "text/csv",
    Format.PARQUET: "application/vnd.apache.parquet",
    Format.ARROW: "application/vnd.apache.arrow.stream",
}

DOCUMENTS: dict[LiveFormat, Kind] = {LiveFormat.XLSX: "xlsx", LiveFormat.PDF: "pdf"}
LIVE_TYPES: dict[LiveFormat, str] = {LiveFormat(one.value): type for one, type in MEDIA_TYPES.items()} | {
    one: DOCUMENT_TYPES[kind] for one, kind in DOCUMENTS.items()
}
TOTAL = "X-Total-Count"
"""Of a part, in every format: how many rows there are that have the text asked for, if any."""


@dataclass(frozen=True)
class Part:
    """Some of the rows: what they are about counts, not their labels. First they are filtered and sorted."""

    offset: int
    limit: int | None
    seen: Seen = ALL_ROWS

    def of(self, rows: Sequence[Any]) -> list[Any]:
        """Them."""
        return list(rows[self.offset : None if self.limit is None else self.offset + self.limit])


WHOLE = Part(0, None)


def format_of(
    request: Request,
    format: Annotated[Format | None, Query(description="Goes before the header `Accept`.")] = None,
) -> Format:
    """What is asked for, by the query or by what the asker accepts; JSON where both are silent."""
    if format is not None:
        return format
    return Format(accepted(request, MEDIA_TYPES))


def live_format_of(
    request: Request,
    format: Annotated[LiveFormat | None, Query(description="Goes before the header `Accept`.")] = None,
) -> LiveFormat:
    """The same of a live answer."""
    if format is not None:
        return format
    return LiveFormat(accepted(request, LIVE_TYPES))


def accepted(request: Request, media_types: Mapping[Any, str]) -> str:
    """Of these formats the one that the asker likes best."""
    given = ", ".join(request.headers.getlist("accept")) or "*/*"
    wanted = sorted(_ranges(given), key=lambda one: -one[1])
    for name, quality in wanted:
        for kind, media_type in media_types.items():
            if quality > 0 and name in (media_type, f"{media_type.partition('/')[0]}/*", "*/*"):
                return str(kind)
    listed = ", ".join(media_types.values())
    raise HttpProblem(
        406, f"It cannot be given as {given}.", remedy=f"Accept one of {listed}.", reason="not_acceptable"
    )


def part_of(
    limit: Annotated[int | None, Query(ge=1, le=MAX_LIMIT, description="At most so many rows; else all.")] = None,
    offset: Annotated[int, Query(ge=0, le=MAX_NUMBER, description="So many rows are passed over.")] = 0,
    rows: Annotated[
        str, Query(max_length=MAX_TEXT, description="Only rows with this text in what they are about, in any case.")
    ] = "",
    sort: Annotated[
        str,
        Query(
            max_length=MAX_TEXT,
            description="Column to sort by: `page`, or a measure of a label as `all.visits`; `-all.visits`: the "
            "largest first. Else rows have the report's own order.",
        ),
    ] = "",
) -> Part | None:
    """Some of the rows; ``None``: all of them as they are."""
    part = Part(offset, limit, Seen(rows.strip(), sort))
    return None if part == WHOLE else part


Chosen = Annotated[Format, Depends(format_of)]
ChosenLive = Annotated[LiveFormat, Depends(live_format_of)]
Parted = Annotated[Part | None, Depends(part_of)]


@dataclass(frozen=True)
class Source:
    """Where a report comes from. ``made_from`` is another text when the report may be; the others make it."""

    made_from: str
    json: Callable[[], bytes]
    csv: Callable[[], bytes]


def represent(request: Request, source: Source, chosen: Format, part: Part | None) -> Response:
    """The answer; 304 without a body where the asker has it already."""
    varied = f"{chosen}/{part}/{tables.VERSION}" if part or chosen in (Format.PARQUET, Format.ARROW) else chosen
    headers = {"ETag": tag_of(source.made_from, varied), "Cache-Control": "private, no-cache", "Vary": "Accept, Cookie"}
    if is_known(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    if part is None and chosen in (Format.JSON, Format.CSV):
        body = source.json() if chosen is Format.JSON else source.csv()
    else:
        report = tables.read_report(source.json())
        if part is not None:
            report = _cut(report, part)
            headers[TOTAL] = str(report["total"])
        if chosen in _FILES:
            return streamed(partial(_FILES[chosen], report), headers, MEDIA_TYPES[chosen])
        body = _WRITERS[chosen](report)
    return Response(body, headers=headers, media_type=MEDIA_TYPES[chosen])


def represent_document(
    request: Request, made_from: str, chosen: LiveFormat, make: Callable[[], tuple[bytes, dict[str, str]]]
) -> Response:
    """The answer as a document; ``make`` gives it with its headers."""
    headers = {"ETag": tag_of(made_from, chosen), "Cache-Control": "private, no-cache", "Vary": "Accept, Cookie"}
    if is_known(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    body, more = make()
    return Response(body, headers=headers | more, media_type=LIVE_TYPES[chosen])


_WRITERS: dict[Format, Callable[[dict[str, Any]], bytes]] = {
    Format.JSON: lambda report: f"{encode(report)}\n".encode(),
    Format.CSV: lambda report: tables.as_csv(tables.table_of(report)),
}
_FILES: dict[Format, Callable[[dict[str, Any], IO[bytes]], None]] = {
    Format.PARQUET: tables.write_parquet,
    Format.ARROW: tables.write_arrow,
}


def _cut(report: dict[str, Any], part: Part) -> dict[str, Any]:
    """The same report with some of its rows, and how many it was taken from."""
    rows = part.seen.of_json(report)
    return report | {"rows": part.of(rows), "total": len(rows), "offset": part.offset, "limit": part.limit}


def tag_of(*parts: str) -> str:
    """A weak one: what goes over the wire may be compressed."""
    return f'W/"{hashlib.sha256(repr(parts).encode()).hexdigest()}"'


def _ranges(accept: str) -> list[tuple[str, float]]:
    found = []
    for one in accept.split(","):
        name, *parameters = (word.strip().lower() for word in one.split(";"))
        given = dict(word.partition("=")[::2] for word in parameters)
        try:
            found.append((name, float(given.get("q", "1"))))
        except ValueError:
            continue
    return found
