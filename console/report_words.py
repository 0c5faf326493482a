"""A report as lines of words, for a terminal."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from reporter.items import key_named
from reporter.model import Column, Report
from reporter.words import MINUS, points
from reporter.words import shown as in_words


def lines(
    report: Report, shown: Collection[str], labels: Sequence[Mapping[str, Any]], currency: str, *, compared: bool
) -> tuple[list[str], list[list[str]]]:
    """Headings, and the cells of each row and label for the measures to be shown; one label alone is not named."""
    measures = [one for one in report.measures if one.id in shown]
    headings = [one.title for one in report.dimensions]
    headings += [*(["Label"] if len(labels) > 1 else []), *(one.title for one in measures)]
    dimensions = [one.id for one in report.dimensions]
    found = []
    for row in report.rows:
        key = [_visible(one) for one in key_named(row.key, dimensions, report.names)]
        for label in labels:
            if (values := row.values.get(label["id"])) is None:
                continue
            name = [_visible(label["name"])] if len(labels) > 1 else []
            found.append([*key, *name, *(_cell(one, values, currency, compared=compared) for one in measures)])
    return headings, found


def _cell(column: Column, values: Mapping[str, Any], currency: str, *, compared: bool) -> str:
    """``1,234``; compared, ``1,234 from 1,100, +12.2 %``; of a rate, ``4.8 % from 4.6 %, +0.2 pp``."""
    text = in_words(values[column.id], column.unit, currency)
    if not compared:
        return text
    text += f" from {in_words(values[f'{column.id}_before'], column.unit, currency)}"
    if column.unit == "rate":
        difference = values.get(f"{column.id}_difference")
        return text if difference is None else f"{text}, {points(difference)}"
    change = values.get(f"{column.id}_change")
    return text if change is None else f"{text}, {100 * change:+.1f} %".replace("-", MINUS)


def _visible(text: str) -> str:
    """No control characters: the text comes from strangers and goes to a terminal."""
    return text if text.isprintable() else text.encode("unicode_escape").decode()
