"""The tables that say which days, or units of days, reports are of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pyarrow as pa

from analyzer.dimensions import FLAG, NUMBER, TEXT
from analyzer.engine import Engine
from analyzer.periods import Period, Span

DAY = pa.date32()
UNIT = pa.int32()


def put_periods(
    engine: Engine,
    periods: Sequence[Period],
    *,
    units: Iterable[tuple[int, Period]],
    calendar: Iterable[Span],
    compared: Iterable[tuple[int, Period, bool]],
) -> None:
    """Make ``periods``, the units each is a sum of (``unit_periods``), and all its days (``calendar``).

    ``compared_units`` are those of a period and, marked as earlier, those that it is compared with.
    """
    named = [(period.id, number, period.kind) for number, period in enumerate(periods)]
    engine.make_rows("periods", {"period": TEXT, "period_order": NUMBER, "kind": TEXT}, named)
    engine.make_rows("unit_periods", {"unit": UNIT, "period": TEXT}, [(unit, period.id) for unit, period in units])
    days = [(day, period.id, period.kind) for day, period in calendar]
    engine.make_rows("calendar", {"day": DAY, "period": TEXT, "kind": TEXT}, days)
    apart = [(unit, period.id, earlier) for unit, period, earlier in compared]
    engine.make_rows("compared_units", {"unit": UNIT, "period": TEXT, "earlier": FLAG}, apart)
