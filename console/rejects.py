"""The rejected lines of a data set: which files they are of, how many there are of each reason, and the lines."""

from __future__ import annotations

import csv
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

import sqlalchemy as sa

from parser.kept_rejects import read_rejects
from parser.rejects import REASONS
from shared.catalog import Catalog
from shared.catalog.schema import contents, files, growths
from shared.errors import Rejected
from shared.spreadsheet import safe

COLUMNS = ("file", "line", "time", "reason", "format", "parser", "held", "raw")
"""Of a row; ``time`` is the last one read before the line, since a reject has none of its own."""


@dataclass(frozen=True)
class Version:
    """One version of a file, as it was last parsed. ``file`` is its id: later versions have greater ones."""

    file: int
    path: str
    server: str
    plain_sha256: str
    folder: str
    format: str
    parser: int
    held: bool
    reasons: Mapping[str, int]


def versions(catalog: Catalog, dataset: str, path: str | None = None) -> list[Version]:
    """The current files of a data set, those held included, by path; or those of one path."""
    columns = (files.c.id, files.c.path, files.c.server, files.c.content, contents)
    parsed = contents.c.id == sa.func.coalesce(files.c.content, files.c.held)
    query = sa.select(*columns).join(contents, parsed).where(files.c.dataset == dataset)
    with catalog.read() as connection:
        every = [_version(row) for row in connection.execute(query.order_by(files.c.path, files.c.id))]
        grown: dict[str, set[str]] = defaultdict(set)
        for row in connection.execute(sa.select(growths)):
            grown[row.smaller].add(row.larger)
    return [one for one in current(every, grown) if path in (None, one.path)]


def current(every: Iterable[Version], grown: Mapping[str, Iterable[str]]) -> list[Version]:
    """The newest version of each path, and older ones whose lines stand in no other file of their server.

    So a log that grew is listed once, and one that began anew under its old name loses nothing (DOMAIN.md, Law 2).
    """
    newest: dict[str, Version] = {}
    for one in sorted(every, key=lambda one: one.file):
        newest[one.path] = one
    seen = {(one.server, one.plain_sha256) for one in newest.values()}
    there = {(one.server, one.plain_sha256) for one in every}
    chosen = list(newest.values())
    for one in every:
        larger = {(one.server, digest) for digest in grown.get(one.plain_sha256, ())}
        if (one.server, one.plain_sha256) not in seen and not larger & there:
            seen.add((one.server, one.plain_sha256))
            chosen.append(one)
    return sorted(chosen, key=lambda one: (one.path, one.file))


def count_reasons(chosen: Iterable[Version], reason: str | None = None) -> dict[str, int]:
    """How many rejects there are of each reason, or of one; the most frequent first."""
    found: Counter[str] = Counter()
    for one in chosen:
        found.update(one.reasons)
    return {name: number for name, number in found.most_common() if reason in (None, name)}


def reason_rows(counted: Mapping[str, int]) -> list[dict[str, Any]]:
    """The same with what each reason means."""
    return [{"reason": one, "number": number, "meaning": REASONS.get(one)} for one, number in counted.items()]


def known_reason(reason: str | None) -> str | None:
    """The reason; :class:`Rejected` where there is none of this name."""
    if reason is not None and reason not in REASONS:
        raise Rejected(
            f"No line is rejected for the reason {reason!r}.",
            remedy=f"There are {', '.join(REASONS)}.",
            reason="unknown_reason",
        )
    return reason


def reject_rows(
    data: Path, chosen: Iterable[Version], reason: str | None = None, *, start: int = 0
) -> Iterator[dict[str, Any]]:
    """Every reject, or those of one reason, file by file in order of lines; the first ``start`` are passed over."""
    for one in chosen:
        number = sum(count_reasons([one], reason).values())
        if number <= start:
            start -= number
            continue
        try:
            for line, ts, why, raw in read_rejects(data / one.folder):
                if reason not in (None, why):
                    continue
                if start:
                    start -= 1
                    continue
                known = {"format": one.format, "parser": one.parser, "held": one.held}
                yield {"file": one.path, "line": line, "time": ts, "reason": why, **known, "raw": raw}
        except FileNotFoundError as error:
            raise Rejected(
                f"The parse of {one.path} is no longer in {data / one.folder}.",
                remedy="`proprocessor reparse` makes it again.",
                reason="parse_missing",
            ) from error


def write_csv(file: TextIO, rows: Iterable[dict[str, Any]]) -> int:
    """Write rows as CSV; gives how many. Text is quoted; what a spreadsheet would run has an apostrophe before it."""
    writer = csv.writer(file, lineterminator="\n", quoting=csv.QUOTE_NONNUMERIC)
    writer.writerow(COLUMNS)
    number = 0
    for row in rows:
        writer.writerow([_cell(row[name]) for name in COLUMNS])
        number += 1
    return number


def write_jsonl(file: TextIO, rows: Iterable[dict[str, Any]]) -> int:
    """Write rows as one JSON object a line; gives how many."""
    number = 0
    for row in rows:
        time = row["time"].isoformat() if row["time"] else None
        file.write(json.dumps(row | {"time": time}, ensure_ascii=False) + "\n")
        number += 1
    return number


WRITERS = {".csv": write_csv, ".jsonl": write_jsonl}
"""By the ending of the file."""


def _version(row: Any) -> Version:
    held = row.content is None
    known = (row.plain_sha256, row.folder, row.format, row.parser_version)
    return Version(row[0], row.path, row.server, *known, held=held, reasons=row.reject_reasons)


def _cell(value: Any) -> str | int:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case int():
            return value
        case str():
            return safe(value)
        case _:
            return str(value.isoformat())
