"""What each chart looks like: one function a form, by Altair. Loaded only where layouts are made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reporter.charts.forms.amounts import bars, bullets, campaigns, changes, funnel, matrix
from reporter.charts.forms.times import hours, robots, trend
from reporter.charts.forms.ways import paths, world


def definitions() -> Mapping[str, Any]:
    """Each chart by its name."""
    return {
        "trend-hour": trend("Hour", "d"),
        "trend-day": trend("Date", "%-d %b"),
        "trend-mean": trend("Date", "%b %Y"),
        "bars": bars(),
        "chosen-bars": bars(chosen=True),
        "lone-bars": bars(grouped=False),
        "bullets": bullets(),
        "robots-day": robots("day", "%-d %b", "hours(datum.value) ? '' : datum.label"),
        "robots-month": robots("month", "%b %Y", "date(datum.value) > 1 ? '' : datum.label"),
        "hours": hours(),
        "funnel": funnel(),
        "paths": paths(),
        "countries": world(),
        "campaigns": campaigns(),
        "changes": changes(),
        "labels": matrix(),
    }
