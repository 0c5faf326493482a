"""What each report must say, by hand (``week/*.csv``), and how it is shown; nothing of this knows the reporter.

A cell of the files is a count, an amount, a quotient such as ``2/9``, a time in UTC, ``yes``, ``no``, or ``-``: unknown.
Rows of ``TOTAL`` are those below the table.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from pathlib import Path
from zoneinfo import ZoneInfo

HERE = Path(__file__).parent
TOTAL = "TOTAL"
ZONE = ZoneInfo("Europe/Berlin")
LABELS = {"all": "All visitors", "google": "From Google", "cart": "Saw the cart"}
LETTERS = {"all": "", "google": "A", "cart": "B"}
RATES = "short_visit_rate conversion_rate exit_rate share share_of_engine roi progression share_before share_after repeat_rate expected_short_rate".split()
MONEY = "revenue cost cost_per_visit average_order profit".split()
SECONDS = "seconds_per_visit seconds_on_page".split()
NUMBERS = "pages_per_visit roas z".split()
TIMES = "first_seen last_seen".split()
FLAGS = "suspect held".split()
UNITS = {
    **dict.fromkeys(RATES, "rate"),
    **dict.fromkeys(MONEY, "money"),
    **dict.fromkeys(SECONDS, "seconds"),
    **dict.fromkeys(NUMBERS, "number"),
    **dict.fromkeys(TIMES, "time"),
    **dict.fromkeys(FLAGS, "flag"),
    "change": "points",
    "p": "probability",
}
"""Of measures; any other is a count."""
NAMES = {
    "funnel": {"buy": "Buying"},
    "country": {"AT": "Austria", "JP": "Japan"},
    "weekday": dict(zip("1234567", "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split(), strict=True)),
    "other": LABELS,
    "channel": {one: one.capitalize() for one in "campaign search direct email referral".split()},
    "kind": {"browser": "Browser", "os": "System", "device": "Device"},
    "name": {"desktop": "Desktop", "mobile": "Mobile"},
    "direction": {"previous": "Previous", "next": "Next"},
    "dimension": {
        "page": "Page", "entry": "Entry page", "referrer": "Referrer", "term": "Search term", "campaign": "Campaign",
        "country": "Country", "robot": "Robot", "error": "Error",
    },
    "purpose": {"ai_training": "AI training"},
}  # fmt: skip
"""What a value of a dimension is called."""

Key = tuple[str, ...]
Told = dict[str, dict[Key, dict[str, str]]]
"""By label and what names the row: measure and text."""


@dataclass(frozen=True)
class Golden:
    """A report: its rows by label and key, as the file has them."""

    report: str
    dimensions: tuple[str, ...]
    measures: tuple[str, ...]
    rows: Told

    @property
    def keys(self) -> list[Key]:
        """Of all rows of any label, the totals' last."""
        return list(dict.fromkeys(key for rows in self.rows.values() for key in rows if not is_total(key)))

    @property
    def total(self) -> Key:
        return (TOTAL, *[""] * (len(self.dimensions) - 1))

    @property
    def has_total(self) -> bool:
        """Whether anything of it has a total."""
        return any(self.total in rows for rows in self.rows.values())

    def cell(self, label: str, key: Key, measure: str) -> str:
        return self.rows[label].get(key, {}).get(measure, "-")

    def key_shown(self, key: Key) -> Key:
        """As a person reads it."""
        if is_total(key):
            return key
        told = ("dimension", "country") if self.report == "changes" and key[0] == "country" else self.dimensions
        told = (*told[:-1], "page") if self.report == "funnel_exits" else told
        return tuple(named(text, one) for text, one in zip(key, told, strict=True))


def golden(report: str, folder: str = "week") -> Golden:
    """Read by hand what was written by hand."""
    with (HERE / folder / f"{report}.csv").open(newline="") as file:
        lines = list(csv.DictReader(file))
    columns = list(lines[0])[1:]
    at = next(number for number, one in enumerate(columns) if one in MEASURES[report])
    dimensions, measures = tuple(columns[:at]), tuple(columns[at:])
    rows: Told = {}
    for line in lines:
        key = tuple(line[one] for one in dimensions)
        assert key not in rows.setdefault(line["label"], {}), f"{report}.csv has two rows of {line['label']} {key}"
        rows[line["label"]][key] = {one: line[one] for one in measures}
    return Golden(report, dimensions, measures, rows)


MEASURES = {
    "overview": ["visits"], "trend": ["visits"], "hours": ["visits"], "pages": ["views"], "entries": ["visits"],
    "exits": ["visits"], "paths": ["clicks"], "sources": ["visits"], "referrers": ["visits"], "search": ["visits"],
    "campaigns": ["clicks"], "funnel": ["visits"], "changes": ["before"], "labels": ["visits"], "countries": ["visits"],
    "technology": ["visits"], "screens": ["visits"], "custom": ["visits"], "downloads": ["downloads"],
    "exit_links": ["clicks"], "errors": ["hits"], "robots": ["hits"], "robot_pages": ["hits"], "click_quality": ["clicks"],
    "audit": ["lines"],
}  # fmt: skip
"""The first measure of each report of DOMAIN.md, section 6."""
REPORTS = tuple(MEASURES)
EXIT_KEYS = ("funnel", "stage", "group", "other")
"""What names a row of where visits leave a funnel; the last is a page."""


def exits() -> list[dict[str, str]]:
    """Where visits go that do not go on in the funnel, by label."""
    with (HERE / "week" / "funnel.exits.txt").open(newline="") as file:
        return list(csv.DictReader(file))


def left() -> Golden:
    """The same as a report."""
    rows: Told = {label: {} for label in LABELS}
    for one in exits():
        key = tuple(one[name] for name in EXIT_KEYS)
        rows[one["label"]][key] = {"visits": one["visits"], "share": one["share"]}
    return Golden("funnel_exits", EXIT_KEYS, ("visits", "share"), rows)


def course() -> list[tuple[str, ...]]:
    """How often which robot came on which day: date, robot, purpose, hits."""
    with (HERE / "week" / "robots.course.txt").open(newline="") as file:
        return [tuple(row) for row in csv.reader(file)][1:]


def is_total(key: Key) -> bool:
    return key[:1] == (TOTAL,)


def unit_of(measure: str) -> str:
    return UNITS.get(measure, "count")


def exact(cell: str) -> Fraction | None:
    """The number that a cell tells."""
    return None if cell == "-" else Fraction(cell)


def shown(cell: str, measure: str) -> str:
    """A cell as LOOK.md wants it to be read."""
    if cell == "-":
        return "–"
    match unit_of(measure):
        case "rate":
            return f"{decimal(Fraction(cell) * 100, 1)} %"
        case "points":
            text = decimal(Fraction(cell) * 100, 1)
            return f"{text if text.startswith('−') or text == '0.0' else f'+{text}'} pp"
        case "probability":
            return decimal(Fraction(cell), 3) if Fraction(cell) >= Fraction(1, 1000) else "< 0.001"
        case "money":
            return f"{decimal(Fraction(cell), 2)} €"
        case "number":
            return decimal(Fraction(cell), 2)
        case "seconds":
            return duration(Fraction(cell))
        case "time":
            return f"{local(cell):%Y-%m-%d %H:%M} CET"
        case "flag":
            return cell
        case _:
            return decimal(Fraction(cell), 0)


def local(cell: str) -> datetime:
    return datetime.fromisoformat(f"{cell}+00:00").astimezone(ZONE)


def decimal(value: Fraction, places: int) -> str:
    """``1,234.50``, ``−0.58``: rounded, thousands apart."""
    whole, rest = divmod(round(abs(value) * 10**places), 10**places)
    digits, groups = str(whole), []
    while digits:
        digits, groups = digits[:-3], [digits[-3:], *groups]
    sign = "−" if value < 0 and (whole or rest) else ""
    return sign + ",".join(groups) + (f".{rest:0{places}}" if places else "")


def duration(value: Fraction) -> str:
    """``30 s``, ``2 min 05 s``."""
    minutes, seconds = divmod(round(value), 60)
    return f"{minutes} min {seconds:02} s" if minutes else f"{seconds} s"


def named(text: str, dimension: str) -> str:
    """A value of a dimension as it is read."""
    if dimension == "date":
        day = date.fromisoformat(text)
        return f"{day:%a} {day.day} {day:%b} {day.year}"
    if dimension == "hour":
        return f"{text:>02}:00"
    return NAMES.get(dimension, {}).get(text, text) or "–"
