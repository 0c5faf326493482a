"""What a drawing is made from, and how it becomes a chart."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from reporter.charts.chart import Chart, Series, series_of
from reporter.charts.layouts import Layouts
from reporter.model import Analysis, Period, Report

NAMES = 220
"""Pixels that the names of bars may take; pages and images say another number where they are narrow."""


@dataclass(frozen=True)
class Request:
    """A report of a period; ``before`` is the same of the earlier one that it is compared with."""

    report: Report
    analysis: Analysis
    period: Period
    before: Report | None
    layouts: Layouts

    @cached_property
    def series(self) -> tuple[Series, ...]:
        """The labels to be shown, all visitors first."""
        return series_of(self.analysis, self.report.id)

    @property
    def currency(self) -> str:
        """That of the data set."""
        currency: str = self.analysis.data["currency"]
        return currency


def beginning(day: date) -> str:
    """The place of a day in time: its beginning, wherever its reader is, where the axis has its label."""
    return f"{day.isoformat()}T00:00:00"


@dataclass(frozen=True)
class Choice:
    """What a reader may choose from; the first is what is drawn."""

    title: str
    values: Sequence[str]

    def as_param(self, name: str) -> dict[str, Any]:
        """Of a Vega-Lite definition, which filters by it."""
        chosen: dict[str, Any] = {"name": name, "value": self.values[0]}
        if len(self.values) > 1:
            chosen["bind"] = {"input": "select", "options": list(self.values), "name": self.title}
        return chosen


def chart(
    asked: Request,
    layout: str,
    question: str,
    description: str,
    rows: Sequence[dict[str, Any]],
    choice: Choice | None = None,
    whose: Choice | None = None,
    *,
    axis: str = "",
    **ends: float | str | Mapping[str, float],
) -> Chart:
    """A chart of these rows. ``axis`` is what its axis says, ``ends`` where it ends, for each choice if need be.

    ``whose`` is a second choice, of a label.
    """
    spec = asked.layouts.of(layout, asked.series, axis)
    params: list[dict[str, Any]] = [{"name": "names", "value": NAMES}]
    for name, one in (("choice", choice), ("whose", whose)):
        if one is not None:
            params.append(one.as_param(name))
    for name, end in ends.items():
        by_choice = {"expr": f"{json.dumps(dict(end))}[choice]"} if isinstance(end, Mapping) else {"value": end}
        params.append({"name": name, **by_choice})
    return Chart(question, description, {**spec, "params": params, "datasets": {"rows": list(rows)}})
