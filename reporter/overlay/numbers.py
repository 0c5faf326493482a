"""What a period says of links: clicks from page to page as the report *paths* has them, and of links that leave.

Pure. A period tells of its most viewed pages, as many as fit: what else there is, the reports have.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from reporter.model import Analysis, Report
from reporter.overlay.names import exit_name
from reporter.rows import Coded, Numbers, Rows
from reporter.words import FEW

MOST_LINKS = 3000
MOST_OTHERS = 500
DECIMALS = 6
"""Of a share: more than anybody can see of a bar."""


def numbers_of(analysis: Analysis, reports: Mapping[str, Report]) -> dict[str, Any]:
    """``labels``; ``pages``, each with its views and what follows it; ``exits`` and ``files`` by name.

    ``few``: below so many page views a count says more than a percentage.

    Numbers are lists, one a label in the order of ``labels``. ``whole``: no page of the period is left out.
    """
    paths = reports["paths"]
    labels = [one for one in analysis.labels if "paths" not in one["hide_in"]]
    ids = [one["id"] for one in labels]
    views = _views(reports["pages"], ids)
    pages, whole = _pages(paths.columns, ids, views)
    return {
        "labels": [{name: one[name] for name in ("id", "name", "letter", "color", "ink")} for one in labels],
        "few": FEW,
        "definition": next(one.definition for one in paths.measures if one.id == "share"),
        "pages": pages,
        "whole": whole,
        "exits": _others(reports.get("exit_links"), "clicks", ids, exit_name),
        "files": _others(reports.get("downloads"), "downloads", ids, str),
    }


def _views(report: Report, labels: Sequence[str]) -> dict[str, list[int]]:
    """Of each page; the most viewed first, then by name."""
    rows = report.columns
    names = rows.keys[0].values()
    by_label = [_by_row(rows, one, "views", 0).tolist() for one in labels]
    found = {name: list(values) for name, *values in zip(names, *by_label, strict=True)}
    return dict(sorted(found.items(), key=lambda one: (-one[1][0], one[0])))


def _pages(rows: Rows, labels: Sequence[str], views: Mapping[str, list[int]]) -> tuple[list[Any], bool]:
    """``[page, views, [[other, clicks, shares], …]]`` of as many pages as fit."""
    page, direction, other = rows.keys
    places = np.flatnonzero(_is(direction, "next") & ~_is(other, "(exit)"))
    order = places[np.argsort(page.codes[places], kind="stable")]
    codes = page.codes[order]
    begins = np.flatnonzero(np.diff(codes, prepend=-2))
    bounds = {
        page.distinct.values[codes[begin]]: order[begin:end]
        for begin, end in zip(begins, np.append(begins[1:], len(order))[: len(begins)], strict=True)
    }
    clicks = [_by_row(rows, one, "clicks", 0) for one in labels]
    shares = [_by_row(rows, one, "share", 0.0) for one in labels]
    found: list[Any] = []
    taken = 0
    for name, viewed in views.items():
        here = bounds.get(name, order[:0])
        taken += 1 + len(here)
        if taken > MOST_LINKS and found:
            return found, False
        others = [
            [
                other.value(place),
                [int(column[place]) for column in clicks],
                [round(float(column[place]), DECIMALS) for column in shares],
            ]
            for place in here
        ]
        found.append([name, viewed, others])
    return found, True


def _others(report: Report | None, measure: str, labels: Sequence[str], name: Any) -> dict[str, list[int]]:
    """The most clicked, by name; those of the same name together."""
    if report is None:
        return {}
    rows = report.columns
    columns = [_by_row(rows, one, measure, 0).tolist() for one in labels]
    found: dict[str, list[int]] = {}
    for key, *values in zip(rows.keys[0].values(), *columns, strict=True):
        if key is not None:
            before = found.get(named := name(key), [0] * len(labels))
            found[named] = [one + more for one, more in zip(before, values, strict=True)]
    most = sorted(found.items(), key=lambda one: (-one[1][0], one[0]))[:MOST_OTHERS]
    return dict(most)


def _by_row(rows: Rows, label: str, measure: str, nothing: float) -> Numbers:
    """A label's measure in every row; ``nothing`` where a row has none."""
    found = np.full(len(rows), nothing, dtype=object)
    places = rows.places(label)
    column = rows.measures[measure]
    values = column.distinct.values[column.codes[places]]
    found[np.searchsorted(rows.starts, places, side="right") - 1] = [nothing if one is None else one for one in values]
    return found


def _is(column: Coded, value: str) -> Any:
    """Of each cell."""
    found = np.zeros(len(column.codes), dtype=bool)
    found[column.places(value)] = True
    return found
