"""What a chart is, and the colours it is drawn in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reporter.colors import readable
from reporter.exits import EXITS
from reporter.model import Analysis

INK, QUIET, LINE, PAPER, ACCENT, ALL = "#1c2024", "#5b626b", "#dfe2e6", "#ffffff", "#0067a8", "#6b7280"
DARK_PAPER = "#14171a"
DARK = {INK: "#e6e8ea", QUIET: "#a3abb5", LINE: "#333a41", PAPER: DARK_PAPER, ACCENT: "#6db7ee", ALL: "#9aa3ad"}
"""What each colour becomes on a dark page; those of labels are worked out."""
ALL_ONLY = ("audit", "robots", "robot_pages")
"""Reports that tell of lines, not of visits, and know all visitors only."""


@dataclass(frozen=True)
class ChartTable:
    """The numbers of a chart as a table, for those who cannot see it.

    The first of the ``heads``, and of each of the ``rows``, is what a row is about. ``totals`` are below them, if there
    are any. ``is_repeated``: the table of the chart's own report says the same.
    """

    caption: str
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    totals: Sequence[str] = ()
    is_repeated: bool = False


@dataclass(frozen=True)
class Chart:
    """A chart with its data.

    ``question`` is its title, ``description`` says in words what it shows, ``spec`` is a whole Vega-Lite definition, as
    wide as its container. ``spec["usermeta"]["dark"]`` has for each colour the one on a dark page, ``["assets"]`` the
    data sets that are not in it: ``world``. ``table`` has the numbers of one that says more than a report's table, or
    that stands where there is none.
    """

    question: str
    description: str
    spec: dict[str, Any]
    table: ChartTable | None = None


@dataclass(frozen=True)
class Series:
    """A label as charts show it. ``name`` begins with its letter and is different for each."""

    id: str
    name: str
    letter: str
    color: str
    dark: str


def series_of(analysis: Analysis, report: str) -> tuple[Series, ...]:
    """The labels that a report shows, all visitors first."""
    names: list[str] = []
    found = []
    for one in shown_labels(analysis.labels, report):
        name = f"{one['letter']} {one['name']}".strip()
        names.append(name)
        name = name if names.count(name) == 1 else f"{name} ({one['id']})"
        color = one["color"] or ALL
        dark = DARK[ALL] if not one["color"] else readable(color, DARK_PAPER)
        found.append(Series(one["id"], name, one["letter"], readable(color, PAPER), dark))
    return tuple(found)


def shown_labels(labels: Sequence[Mapping[str, Any]], report: str) -> list[Mapping[str, Any]]:
    """Those that the settings show in a report; what stands beside it shows the same."""
    report = report.removesuffix(EXITS)
    return list(labels[:1]) if report in ALL_ONLY else [one for one in labels if report not in one["hide_in"]]
