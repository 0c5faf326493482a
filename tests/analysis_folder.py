"""Analysis folders as the analyzer leaves them, small, made up, and of any days: for tests of the reporter."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from analyzer.periods import all_periods, periods_of
from analyzer.reports import REPORTS

LABELS = (
    {"id": "all", "name": "All visitors", "color": None, "hide_in": []},
    {"id": "paid", "name": 'Paid, "dear" & <b>', "color": "#0072B2", "hide_in": ["pages"]},
    {"id": "few", "name": "Few", "color": "#E69F00", "hide_in": []},
)
TYPES = {
    "count": pa.int64(),
    "rate": pa.float64(),
    "points": pa.float64(),
    "seconds": pa.float64(),
    "number": pa.float64(),
    "probability": pa.float64(),
    "money": pa.decimal128(38, 2),
    "flag": pa.bool_(),
    "timestamp": pa.timestamp("us"),
}
KEY_TYPES = {"date": pa.date32(), "hour": pa.int16(), "weekday": pa.int16(), "status": pa.int16()}
COUNTRIES = ("DE", "US")
TEXTS = ("/", "/a,b", '/"quoted"', "=1+1", "https://a.test/?x=<b>&y", "line\nbreak", "ä\u2028€", None, "-", "%s {0}")

FEW = ("overview", "pages", "robots")
"""Reports with rows where what stands in documents is told elsewhere (test_documents_pdf.py): these are made soon."""

Days = Mapping[date, int]
"""Each day, and what it is that day: another number, other rows."""


def days_from(first: date, number: int, seed: int = 0) -> dict[date, int]:
    """So many days in a row."""
    return {first + timedelta(days=at): seed for at in range(number)}


_WRITTEN: dict[str, dict[str, bytes]] = {}
"""What was written last, by what it was to be: many tests want the same."""
MOST_WRITTEN = 16


def write_analysis(
    folder: Path,
    days: Days,
    *,
    rows: int = 3,
    made: bool = True,
    tables: Mapping[str, str] | None = None,
    filled: Collection[str] | None = None,
    **more: Any,
) -> Path:
    """Write an analysis of some days: ``rows`` a report and label, in the ``tables`` folders of their kinds of period.

    Only ``filled`` reports have rows, by default all. ``more`` stands in ``analysis.json`` instead of what else would.
    """
    told = [sorted((f"{day}", of) for day, of in days.items()), rows, made, tables, filled and sorted(filled), more]
    key = json.dumps(told, sort_keys=True, default=str)
    folder.mkdir(parents=True)
    known = _WRITTEN.pop(key, None)
    if known is None:
        _write_all(folder, days, rows, made, tables, filled, more)
        known = {str(one.relative_to(folder)): one.read_bytes() for one in folder.rglob("*") if one.is_file()}
    else:
        for name, data in known.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(data)
    _WRITTEN[key] = known
    while len(_WRITTEN) > MOST_WRITTEN:
        del _WRITTEN[next(iter(_WRITTEN))]
    return folder


def _write_all(
    folder: Path,
    days: Days,
    rows: int,
    made: bool,
    tables: Mapping[str, str] | None,
    filled: Collection[str] | None,
    more: Mapping[str, Any],
) -> None:
    periods = all_periods(days)
    seeds: dict[str, str] = {one.id: "" for one in periods}
    spans = [(day, period) for day in sorted(days) for period in periods_of(day, periods[-1])]
    for day, period in spans:
        seeds[period.id] += f"{day} {days[day]};"
    described = []
    for one in periods:
        told: dict[str, Any] = {"id": one.id, "kind": one.kind}
        told |= {"first": one.first.isoformat(), "last": one.last.isoformat()}
        if made:
            told["made"] = hashlib.sha256(seeds[one.id].encode()).hexdigest()
        if tables is not None:
            told["tables"] = tables[one.kind]
        described.append(told)
    for place in sorted({one.get("tables", "") for one in described}):
        (folder / place).mkdir(parents=True, exist_ok=True)
        here = [one for one in described if one.get("tables", "") == place]
        for report in REPORTS:
            if filled is None or report.id in filled:
                _write(folder / place, report.to_json(), here, seeds, rows)
        if filled is None:
            _write_course(folder / place, here, days)
    data: dict[str, Any] = {
        "schema": "proprocessor/analysis/1",
        "dataset": "shop",
        "name": "Fruit shop",
        "timezone": "UTC",
        "currency": "EUR",
        "labels": LABELS,
        "periods": described,
        "reports": [report.to_json() for report in REPORTS],
        "sources": [_source(day) for day in sorted(days)],
        "period_sources": _period_sources(sorted(days), spans),
        "settings_digest": "s",
        "software": "proprocessor 0",
        "own_hosts": {"hosts": [], "origin": "none"},
        "notes": ["A note."],
    }
    (folder / "analysis.json").write_text(json.dumps(data | dict(more)))


def change_description(folder: Path, **changes: Any) -> None:
    """Let ``analysis.json`` say something else."""
    path = folder / "analysis.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def _source(day: date) -> dict[str, Any]:
    told = {"file": f"{day}.log", "server": "", "sha256": "0", "lines": 9, "directives": 0, "hits": 9, "rejects": 0}
    return told | {"duplicate": False, "duplicates_of": {}, "format": "combined"}


def _period_sources(days: Sequence[date], spans: Sequence[tuple[date, Any]]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for day, period in spans:
        found.setdefault(period.id, []).append(days.index(day))
    return found


def _write(
    folder: Path, report: dict[str, Any], periods: Sequence[dict[str, Any]], seeds: Mapping[str, str], rows: int
) -> None:
    """One file; without rows, none."""
    dimensions = [one["id"] for one in report["dimensions"]]
    keys = ["date", "hour"] if report["id"] == "trend" else dimensions
    types = {"period": pa.string(), "label": pa.string()}
    types |= {one: KEY_TYPES.get(one, pa.string()) for one in keys}
    types |= {one["id"]: TYPES[one["unit"]] for one in report["measures"]}
    found: dict[str, list[Any]] = {name: [] for name in types}
    for period in periods:
        chance = random.Random(f"{report['id']} {seeds[period['id']]}")
        for label in LABELS:
            for at in _things(chance, report["id"], label["id"], rows) if dimensions else [0]:
                values = {"period": period["id"], "label": label["id"]}
                values |= {one: _key(one, at, period, number=place) for place, one in enumerate(keys)}
                values |= {one["id"]: _value(chance, one["unit"], label["id"]) for one in report["measures"]}
                for name, value in values.items():
                    found[name].append(value)
    if found["period"]:
        table = pa.table({name: pa.array(values, types[name]) for name, values in found.items()})
        pq.write_table(table, folder / f"{report['id']}.parquet", row_group_size=40)


def _write_course(folder: Path, periods: Sequence[dict[str, Any]], days: Days) -> None:
    """How robots came on these days, but of a period of one day."""
    rows = [
        {
            "period": one["id"],
            "label": "all",
            "part": f"{day}",
            "robot": robot,
            "purpose": purpose,
            "hits": days[day] + at,
        }
        for one in periods
        if one["kind"] != "day"
        for at, (robot, purpose) in enumerate((("Googlebot", "search"), ("=1+1", "<b>"), (None, None)), start=1)
        for day in sorted(days)
        if date.fromisoformat(one["first"]) <= day <= date.fromisoformat(one["last"])
    ]
    if rows:
        pq.write_table(pa.Table.from_pylist(rows), folder / "robots_course.parquet", row_group_size=40)


def _things(chance: random.Random, report: str, label: str, rows: int) -> list[int]:
    """A label has some of the things that all visitors have, in an order of its own."""
    if report == "screens":
        return []
    return list(range(rows)) if label == "all" else chance.sample(range(rows), chance.randint(0, rows))


def _key(name: str, at: int, period: dict[str, Any], *, number: int) -> Any:
    if name == "date":
        return date.fromisoformat(period["first"]) + timedelta(days=at)
    if name in ("hour", "weekday"):
        return at % 7 + 1
    if name == "country" and at < len(COUNTRIES):
        return COUNTRIES[at]
    if name == "direction":
        return ("previous", "next")[at % 2]
    if name == "status":
        return 404 + at
    return TEXTS[(at + number) % len(TEXTS)] if at < len(TEXTS) else f"/page/{at}"


def _value(chance: random.Random, unit: str, label: str) -> Any:
    number = chance.randint(0, 2000)
    match unit:
        case "count":
            return number
        case "money":
            return None if number < 200 else Decimal(number).scaleb(-2)
        case "flag":
            return number % 2 == 0
        case "timestamp":
            return datetime(2026, 3, 1, tzinfo=UTC).replace(tzinfo=None) + timedelta(seconds=number)
        case _:
            return None if number < 200 else number / 7
