"""The tables that say which days reports are of."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pyarrow as pa

from analyzer.dimensions import FLAG, NUMBER, TEXT
from analyzer.engine import Engine
from analyzer.periods import Period, Span

DAY = pa.date32()


def put_periods(
    engine: Engine,
    periods: Sequence[Period],
    *,
    span: Sequence[Span],
    line_span: Sequence[Span],
    calendar: Sequence[Span],
    compared: Sequence[tuple[date, Period, bool]],
) -> None:
    """Make ``periods`` and the days in them: ``span``, with lines; ``line_span``, also undated ones; ``calendar``, all.

    ``compared_days`` are those of a period and, marked as earlier, those that it is compared with.
    """
    engine.make(
        "periods",
        {"period": TEXT, "period_order": NUMBER},
        {"period": [period.id for period in periods], "period_order": range(len(periods))},
    )
    for table, spans in (("span", span), ("line_span", line_span), ("calendar", calendar)):
        engine.make(
            table,
            {"day": DAY, "period": TEXT, "kind": TEXT},
            {
                "day": [day for day, _ in spans],
                "period": [period.id for _, period in spans],
                "kind": [period.kind for _, period in spans],
            },
        )
    engine.make(
        "compared_days",
        {"day": DAY, "period": TEXT, "earlier": FLAG},
        {
            "day": [day for day, _, _ in compared],
            "period": [period.id for _, period, _ in compared],
            "earlier": [earlier for _, _, earlier in compared],
        },
    )
