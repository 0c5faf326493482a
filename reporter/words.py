"""Numbers, times and sentences as a person reads them (LOOK.md)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from reporter.figures import records_of
from reporter.model import Period, Report
from reporter.world import names

PURPOSES = {"ai_training": "AI training", "ai_assistant": "AI assistant", "seo": "SEO"}
"""Of robots, where they are no plain words."""
CHANNELS = {
    "ai": "AI",
    **{one: one.capitalize() for one in "paid email campaign search social referral direct".split()},
}
CHOSEN = {
    **{
        one: one.capitalize()
        for one in "browser device previous next page referrer campaign country robot error".split()
    },
    **{"os": "System", "entry": "Entry page", "term": "Search term"},
}
"""Names that are ours: of kinds of technology, directions and what changed."""
DEVICES = {"tv": "TV", **{one: one.capitalize() for one in "desktop mobile tablet console other".split()}}
"""Ours, too, among names that agents gave."""
UNDEFINED = "–"
MINUS = "−"
LEAST = "< 0.001"
"""A probability so small that more digits say no more."""
SYMBOLS = {"EUR": "€", "USD": "$", "GBP": "£"}
FEW = 20
"""Below this many, a percentage says less than the count."""
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
EMPTY = {
    "changes": "There are no days before this period to compare it with.",
    "funnel": "No funnel is set. The settings name its stages (docs/settings.md).",
    "search": "Nobody came by a search engine in this period.",
    "click_quality": "Nobody came on a campaign in this period.",
    "screens": "The data does not say which screens visitors have; a collector's logs do.",
    "custom": "The data has no custom variables; a collector's logs may have.",
    "exit_links": "Nobody left by a link that the data knows; a collector's logs have these clicks.",
    "downloads": "Nothing was downloaded in this period.",
    "errors": "Nothing went wrong in this period. A collector's logs tell of no errors; those of a web server do.",
    "robots": "No robot came in this period.",
    "robot_pages": "No robot came in this period.",
}
"""Why a report has no rows, and what would fill it."""
NOTHING = "Nothing of this kind in this period. It fills when visits of these days are delivered."
KINDS = {"day": "day", "week": "week", "month": "month", "year": "year", "all": "whole range", "range": "range"}


def shown(value: Any, unit: str, currency: str) -> str:
    """A value in the words of its unit."""
    if value is None:
        return UNDEFINED
    match unit:
        case "rate":
            return _signed(f"{value:z,.1%}").replace("%", " %")
        case "points":
            return points(value)
        case "seconds":
            return seconds(value)
        case "money":
            return money(value, currency)
        case "number":
            return _signed(f"{value:z,.2f}")
        case "probability":
            return LEAST if value < 0.001 else f"{value:.3f}"
        case "count":
            return _signed(f"{value:,}")
        case "flag":
            return "yes" if value else "no"
        case "timestamp":
            return f"{value:%Y-%m-%d %H:%M %Z}"
        case _:
            return value.isoformat() if isinstance(value, date) else str(value)


def named(value: Any, dimension: str) -> str:
    """What a row is about, or a part of that: a value of a dimension."""
    match dimension:
        case "hour":
            return f"{value:02d}:00"
        case "weekday":
            return WEEKDAYS[value - 1]
        case "country":
            return names().get(value, str(value))
        case _ if value is None or value == "":
            return UNDEFINED
        case "purpose":
            return PURPOSES.get(value, str(value))
        case "month":
            return f"{value:%B %Y}"
        case "channel":
            return CHANNELS.get(value, str(value))
        case "kind" | "direction" | "dimension":
            return CHOSEN.get(value, str(value))
        case "name":
            return DEVICES.get(value, str(value))
        case _ if hasattr(value, "isoformat"):
            return f"{value:%a} {value.day} {value:%b %Y}"
        case _:
            return str(value)


def _signed(text: str) -> str:
    """A number with a minus sign that is as wide as a plus sign."""
    return text.replace("-", MINUS)


def seconds(value: float) -> str:
    """``45 s``, ``2 min 05 s``, ``1 h 02 min``."""
    if value < 0:
        return f"{MINUS}{seconds(-value)}"
    whole = round(value)
    if whole < 60:
        return f"{value:.1f} s" if 0 < value < 10 else f"{whole} s"
    minutes, rest = divmod(whole, 60)
    return f"{minutes} min {rest:02d} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02d} min"


def points(value: float) -> str:
    """A difference of two shares, ``+1.2 pp``: percentage points, not percent of what it was."""
    return f"{_signed(f'{value * 100:+z,.1f}')} pp".replace("+0.0 ", "0.0 ")


def money(value: Decimal, currency: str) -> str:
    """``1,234.50 €``."""
    return f"{_signed(f'{value:z,.2f}')} {SYMBOLS.get(currency, currency)}"


def change(value: Any, before: Any, unit: str) -> str:
    """How a measure changed since the period before, as words and an arrow; of little, nothing is said."""
    if value is None or not before or unit not in ("count", "money") or min(value, before) < FEW:
        return ""
    share = float(value) / float(before) - 1
    if abs(share) < 0.0005:
        return "as before"
    return f"{'▲' if share > 0 else '▼'} {abs(share):.1%}".replace("%", " %")


@lru_cache(4096)
def period_name(period: Period) -> str:
    """``17 May 2015``, ``Week 20, 2015``, ``May 2015``, ``2015``, ``All days``."""
    match period.kind:
        case "day":
            return f"{period.first.day} {period.first:%B %Y}"
        case "week":
            year, week, _ = period.first.isocalendar()
            return f"Week {week}, {year}"
        case "month":
            return f"{period.first:%B %Y}"
        case "year":
            return f"{period.first:%Y}"
        case "range":
            return dates(period)
        case _:
            return "All days"


def dates(period: Period) -> str:
    """``17 May 2015`` or ``11 to 17 May 2015``."""
    first, last = period.first, period.last
    if first == last:
        return f"{first:%A}, {first.day} {first:%B %Y}"
    end = f"{last.day} {last:%B %Y}"
    if first.year != last.year:
        return f"{first.day} {first:%B %Y} to {end}"
    return f"{first.day} {first:%B} to {end}" if first.month != last.month else f"{first.day} to {end}"


def news(
    report: Report,
    before: Report | None,
    period: Period,
    before_name: str,
    *,
    so_far: bool = False,
    changes: Report | None = None,
) -> str:
    """One sentence that says what happened. ``so_far``: the period goes on and cannot be compared.

    ``changes`` is the report of that name: it tells which site most of a change comes from.
    """
    now = report.totals.get("all", {})
    visits = now.get("visits") or 0
    if visits == 0:
        return f"No visits in this {KINDS[period.kind]}. They appear when the collector delivers logs of these days."
    text = f"{visits:,} {_many(visits, 'visit')} by {now['visitors']:,} {_many(now['visitors'], 'visitor')}"
    if so_far:
        return f"{text} so far."
    earlier = (before.totals.get("all", {}).get("visits") or 0) if before is not None else 0
    if not earlier:
        return f"{text}."
    change, on = visits - earlier, "on" if period.kind == "day" else "in"
    if change == 0:
        return f"{text}, as many as {on} {before_name}."
    word = "more" if change > 0 else "fewer"
    if min(visits, earlier) < FEW:
        return f"{text}, {abs(change):,} {word} than {on} {before_name} ({earlier:,})."
    mostly = _mostly(changes, rising=change > 0) if changes is not None else ""
    share = f"{abs(change) / earlier:.0%}".replace("%", " %")
    return f"{text}, {share} {word} than {on} {before_name} ({earlier:,}){mostly}."


def _mostly(changes: Report, *, rising: bool) -> str:
    """The site that more than half of a change comes from, if there is one and the change is more than chance."""
    best, most = "", 0.5
    for one in records_of(changes, "all", only="held"):
        if one["dimension"] == "referrer" and one["share_before"] and one["share_after"]:
            whole = one["after"] / one["share_after"] - one["before"] / one["share_before"]
            moved = one["after"] - one["before"]
            if (whole > 0) == rising and whole and moved / whole > most:
                best, most = one["item"], moved / whole
    return f"; most of it from {best}" if best else ""


def _many(number: int, word: str) -> str:
    return word if number == 1 else f"{word}s"
