"""From a page of reports to a closer one: another report of the visitors of a row, or of fewer days; and back again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from analyzer.asked import PREVIOUS, YEAR, asked_period
from analyzer.live import BY_ID
from console.report_label import SIMPLE, criteria_in, join_criteria
from console.web.trail import Step, read_trail, write_trail
from console.web.view import link_below
from reporter import words
from reporter.model import Period
from reporter.world import names
from shared.errors import Rejected

REPORTS = {
    "entries": "The pages they began with",
    "pages": "All pages they saw",
    "paths": "The paths they took",
    "exits": "The pages they ended with",
    "sources": "The channels they came by",
    "referrers": "The sites that sent them",
    "search": "What they searched for",
    "countries": "The countries they are in",
    "technology": "The browsers they use",
    "trend": "The days they came on",
}
"""What can be asked of the visitors of a row, whatever the row is."""


@dataclass(frozen=True)
class Shown:
    """What a page shows: a report of a period, if it is one of a period; ``trail`` is the way that led to it."""

    dataset: str
    period: str = ""
    report: str = ""
    label: str = ""
    compare: str = ""
    trail: str = ""


def drill_of(shown: Shown) -> dict[str, Any]:
    """What the script of the bar needs to offer closer pages. ``kind`` is that of the period.

    ``codes`` are what a criterion asks for, by the name that a row has, where that is another.
    """
    here = Step(shown.period, shown.report, len(_criteria(shown)))
    steps = (*_steps(shown), here)
    return {
        "period": shown.period,
        "report": shown.report,
        "kind": "all" if shown.period == "all" else asked_period(shown.period).kind,
        "label": shown.label,
        "compare": _compare(shown, shown.period),
        "trail": write_trail(steps),
        "codes": {name: code for code, name in _named(shown.report).items()},
        "reports": [[id, told] for id, told in REPORTS.items() if id != shown.report],
    }


def _named(report: str) -> Mapping[str, str]:
    """What things are called that a report's rows are about, by their codes."""
    return {"countries": names(), "sources": words.CHANNELS}.get(report, {})


def crumbs_of(shown: Shown) -> list[dict[str, str]]:
    """The pages on the way, each with its words and its path below the data set's reports; the last is this one."""
    steps, criteria = _steps(shown), _criteria(shown)
    if not steps:
        return []
    here = Step(shown.period, shown.report, len(criteria))
    found = []
    for number, one in enumerate((*steps, here)):
        label = join_criteria(criteria[: one.criteria])
        query = {"label": label, "compare": _compare(shown, one.period), "trail": write_trail(steps[:number])}
        told = f"{BY_ID[one.report].title}, {_period_words(one.period)}"
        path = link_below(f"{one.period}/{one.report}.html", **query)
        found.append({"path": path, "words": told, "of": label_words(label) if label else ""})
    return found


def label_words(label: str) -> str:
    """A label that is one text, for people: ``referrer~google`` is *Referrer contains google*."""
    parts = criteria_in(label)
    if len(parts) > 1:
        return " and ".join(map(label_words, parts))
    found = SIMPLE.fullmatch(parts[0])
    if found is None:
        return label
    name = found["criterion"].replace("_", " ").capitalize()
    return f"{name} {'contains ' if found['way'] == '~' else ''}{found['value']}"


def _steps(shown: Shown) -> tuple[Step, ...]:
    return read_trail(shown.trail, len(_criteria(shown))) if shown.report else ()


def _criteria(shown: Shown) -> list[str]:
    return criteria_in(shown.label) if shown.label else []


def _compare(shown: Shown, period: str) -> str:
    """What holds for other days, too: not days that were named, nor what is before all days."""
    return shown.compare if shown.compare in (PREVIOUS, YEAR) and period != "all" else ""


def _period_words(id: str) -> str:
    try:
        asked = asked_period(id)
    except Rejected:
        return "all days"
    return words.period_name(Period(asked.id, asked.kind, asked.first, asked.last))
