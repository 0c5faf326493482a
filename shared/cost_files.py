"""Files that tell what campaigns cost: ``date,campaign,cost[,clicks,impressions]``, exports of Google Ads and others.

A file is recognised by its headings, wherever they stand: exports begin with lines about the report, and end with
totals. It is UTF-8, UTF-16 or Latin-1, its columns parted by comma, tab or semicolon.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from shared.cost_cells import (
    EITHER,
    MONTH_FIRST,
    NO_VALUE,
    currency_of,
    date_order,
    decimal_mark,
    is_date,
    is_open,
    read_amount,
    read_count,
    read_date,
)
from shared.cost_headings import LAYOUTS, Layout, missing_day, plain_heading
from shared.errors import Rejected

MOST_BYTES = 64 << 20
MOST_ROWS = 1_000_000
LONGEST_NAME = 200
LOOKED_AT = 40
"""Lines among which the headings must be."""
SHOWN_FAULTS = 20
DELIMITERS = (",", "\t", ";")
BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
TOTALS = ("total", "overall total", "gesamt", "insgesamt", "summe", "totaal", "totale", "©", "(c)")
RESERVED = "(none)"


@dataclass(frozen=True, slots=True)
class CostRow:
    """What a campaign cost on a day; a file has one such row a day and campaign."""

    day: date
    campaign: str
    cost: Decimal
    clicks: int | None = None
    impressions: int | None = None


@dataclass(frozen=True, slots=True)
class CostFile:
    """A file by the name under which it is kept; ``layout`` says what it was recognised as."""

    name: str
    layout: str
    rows: tuple[CostRow, ...]


@dataclass(frozen=True, slots=True)
class _Line:
    """The cells that matter, and where they stand."""

    number: int
    date: str
    campaign: str
    cost: str
    clicks: str
    impressions: str
    currency: str


def read_cost_file(path: Path, currency: str, name: str | None = None) -> CostFile:
    """Read a file, ``name`` being what it is kept as; :class:`Rejected` names file, line and remedy."""
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise _refused(str(path), f"cannot be read: {error.strerror}.") from error
    return read_costs(data, name or path.name, currency)


def read_costs(data: bytes, name: str, currency: str) -> CostFile:
    """Read the bytes of a file; amounts are in ``currency``."""
    if len(data) > MOST_BYTES:
        raise _refused(name, f"is bigger than {MOST_BYTES >> 20} MiB.", "Split it by date.")
    if not 0 < len(name) <= LONGEST_NAME or not name.isprintable():
        raise _refused(
            name[:LONGEST_NAME], f"has a name that is empty, too long or odd: {name[:40]!r}.", "Give --name."
        )
    text = _decode(data, name)
    delimiter, at, layout = _find_headings(text, name)
    try:
        lines = list(_lines(text, delimiter, at, layout))
    except csv.Error as error:
        raise _refused(name, f"is not readable as a table: {error}.", "A quotation mark may be open.") from error
    if len(lines) > MOST_ROWS:
        raise _refused(name, f"has more than {MOST_ROWS:,} rows.", "Split it by date.")
    if not lines:
        raise _refused(name, f"has the headings of {layout.title}, and no row below them.")
    return CostFile(name, layout.title, _rows(lines, delimiter, layout, name, currency))


def _decode(data: bytes, name: str) -> str:
    for mark, encoding in BOMS:
        if data.startswith(mark):
            try:
                return data[len(mark) :].decode(encoding)
            except UnicodeDecodeError as error:
                raise _refused(name, f"begins as {encoding.upper()} and goes on otherwise: {error}.") from error
    if b"\0" in data:
        raise _refused(name, "is no text: it has zero bytes.", "Export it as CSV, not as a spreadsheet.")
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _records(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Each record with the number of its first line; cells without the space around them."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    before = 0
    for record in reader:
        yield before + 1, [cell.strip() for cell in record]
        before = reader.line_num


def _find_headings(text: str, name: str) -> tuple[str, int, Layout]:
    """Delimiter, line and layout of the first line that is a heading."""
    near = ""
    for delimiter in DELIMITERS:
        try:
            for number, record in _records(text, delimiter):
                if number > LOOKED_AT:
                    break
                headings = [plain_heading(one) for one in record]
                for layout in LAYOUTS:
                    if layout.fits(headings):
                        return delimiter, number, layout
                if not near and missing_day(headings):
                    near = f"line {number} has campaigns and costs, but no day."
        except csv.Error:
            continue
    if near:
        raise _refused(
            name, near, "Export the report by day: segment it by Day (Google Ads), unit of time Day (Microsoft Ads)."
        )
    raise _refused(
        name,
        f"has no headings that are known among its first {LOOKED_AT} lines.",
        "Expected date,campaign,cost[,clicks,impressions], or an export of Google Ads or Microsoft Ads by day.",
    )


def _lines(text: str, delimiter: str, at: int, layout: Layout) -> Iterator[_Line]:
    """The rows below the headings that are no totals and no blanks."""
    columns: dict[str, int | None] = {}
    for number, record in _records(text, delimiter):
        if number == at:
            columns = layout.columns([plain_heading(one) for one in record])
        if number <= at or not any(record):
            continue
        cells = {name: record[n] if n is not None and n < len(record) else "" for name, n in columns.items()}
        line = _Line(number, **cells)
        if not (layout.export and _is_total(line, record)):
            yield line


def _is_total(line: _Line, record: list[str]) -> bool:
    """A campaign may be called so as well, but then the row has a day."""
    if is_date(line.date):
        return False
    if line.date in NO_VALUE and line.campaign in NO_VALUE:
        return True
    return any(one.casefold().startswith(TOTALS) for one in (record[0], line.date, line.campaign))


def _rows(lines: list[_Line], delimiter: str, layout: Layout, name: str, currency: str) -> tuple[CostRow, ...]:
    order, mark = _styles(lines, delimiter, layout, name)
    found: dict[tuple[date, str], CostRow] = {}
    faults: list[str] = []
    for line in lines:
        try:
            row = _row(line, order, mark, currency)
        except ValueError as error:
            faults.append(f"line {line.number}: {error}.")
            continue
        key = (row.day, row.campaign)
        found[key] = _sum(found[key], row) if key in found else row
    if faults:
        more = [f"and {len(faults) - SHOWN_FAULTS:,} more."] if len(faults) > SHOWN_FAULTS else []
        listed = "".join(f"\n  - {one}" for one in (*faults[:SHOWN_FAULTS], *more))
        number = "1 line" if len(faults) == 1 else f"{len(faults):,} lines"
        raise _refused(
            name,
            f"has {number} that cannot be used, so nothing of it is taken:{listed}\n",
            "Mend them, and import it again.",
        )
    return tuple(found[key] for key in sorted(found))


def _styles(lines: list[_Line], delimiter: str, layout: Layout, name: str) -> tuple[str, str]:
    """Order of dates and decimal mark, by all rows together."""
    try:
        order = date_order(line.date for line in lines)
        usual = "," if layout.comma or delimiter == ";" else "."
        mark = decimal_mark((line.cost for line in lines), usual)
    except ValueError as error:
        raise _refused(
            name, f"contradicts itself: {error}.", "Write dates as 2024-05-17 and amounts as 12.50."
        ) from error
    if order == EITHER:
        if not layout.month_first:
            line = next(line for line in lines if is_open(line.date))
            what = f"line {line.number}: {line.date!r} may have the day or the month first, and no other date tells."
            raise _refused(name, what, "Write dates as 2024-05-17.")
        order = MONTH_FIRST
    return order, mark


def _row(line: _Line, order: str, mark: str, currency: str) -> CostRow:
    """One row; :class:`ValueError` says what is wrong with it."""
    day = read_date(line.date, order)
    if not line.campaign or len(line.campaign) > LONGEST_NAME or not line.campaign.isprintable():
        raise ValueError(f"the campaign {line.campaign[:40]!r} is empty, too long or has odd characters")
    if line.campaign == RESERVED:
        raise ValueError(f"{RESERVED} is the row of visits without a campaign, and can cost nothing")
    named = line.currency if line.currency not in NO_VALUE else currency_of(line.cost)
    if named and named.upper() != currency:
        raise ValueError(f"the cost is in {named[:10]}, the data set in {currency}")
    cost = read_amount(line.cost, mark)
    return CostRow(day, line.campaign, cost, read_count(line.clicks), read_count(line.impressions))


def _sum(one: CostRow, other: CostRow) -> CostRow:
    """Exports may be split by more than the day, by device for example."""
    clicks, impressions = (
        None if a is None and b is None else (a or 0) + (b or 0)
        for a, b in ((one.clicks, other.clicks), (one.impressions, other.impressions))
    )
    return CostRow(one.day, one.campaign, one.cost + other.cost, clicks, impressions)


def _refused(name: str, what: str, remedy: str = "") -> Rejected:
    return Rejected(f"The file of costs {name} {what}", remedy=remedy, reason="costs_unreadable")
