"""A report in the terminal: what changed, and in which unit."""

from __future__ import annotations

from typing import Any

import pytest

from console.report_answer import _parts
from console.report_words import lines
from reporter.model import Column, Report, Row
from tests.unit.test_report_writers import DAY


def compared(unit: str, **values: Any) -> str:
    """The one cell of a report that was compared."""
    measure = Column("rate", "Rate", "", unit)
    found = {"rate": values["now"], "rate_before": values["then"]}
    found |= {"rate_difference": values["now"] - values["then"], "rate_change": values["now"] / values["then"] - 1}
    report = Report("overview", "", "", "", (), (measure,), (Row((), {"all": found}),), {})
    ((cell,),) = lines(report, {"rate"}, [{"id": "all", "name": "All"}], "EUR", compared=True)[1]
    return cell


def test_a_share_changes_by_points_and_a_number_by_percent() -> None:
    assert compared("rate", now=0.048, then=0.06) == "4.8 % from 6.0 %, −1.2 pp"
    assert compared("count", now=90, then=120) == "90 from 120, −25.0 %"
    assert compared("count", now=150, then=120) == "150 from 120, +25.0 %"


@pytest.mark.parametrize(
    ("unit", "units"),
    [
        ("rate", {"before": "rate", "difference": "points", "change": "rate"}),
        ("points", {"before": "points", "difference": "points", "change": "rate"}),
        ("probability", {"before": "probability", "difference": "number", "change": "rate"}),
        ("money", {"before": "money", "difference": "money", "change": "rate"}),
        ("flag", {"before": "flag"}),
    ],
)
def test_what_is_left_of_two_shares_is_points(unit: str, units: dict[str, str]) -> None:
    found = {one.id.removeprefix("x_"): one.unit for one in _parts(Column("x", "X", "", unit), DAY)}
    assert found == units
