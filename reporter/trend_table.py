"""What a chart of visits by time draws, as a table for those who cannot see it: also the period before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reporter.charts import Chart


@dataclass(frozen=True)
class TrendTable:
    """``rows``: when, and under each of the ``heads`` what the chart says of it."""

    caption: str
    heads: Sequence[str]
    rows: Sequence[tuple[str, Sequence[str]]]


def trend_table(drawn: Chart | None, *, before_only: bool = False) -> TrendTable | None:
    """Of a chart of visits by time; ``None`` of others. ``before_only``: only where it draws a period before."""
    lines = drawn.spec["datasets"]["rows"] if drawn is not None else []
    if not lines or "then_text" not in lines[0]:
        return None
    has_before = any(one is not None for line in lines for one in line["then"])
    if before_only and not has_before:
        return None
    heads: list[str] = []
    columns: list[Sequence[str]] = []
    for line in lines:
        heads.append(line["label"])
        columns.append(line["text"])
        if has_before:
            heads.append(f"{line['label']}, before")
            columns.append(line["then_text"])
    rows = list(zip(lines[0]["slot"], zip(*columns, strict=True), strict=True))
    return TrendTable("Visits and those of the period before" if has_before else "Visits", heads, rows)
