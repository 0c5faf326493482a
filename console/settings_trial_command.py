"""``proprocessor settings count`` and ``values``: what settings would mean, before anybody stores them."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from console import datasets
from console.arguments import Dataset
from console.costs import imported
from console.live_report import AskedDays, analysis_folder
from console.options import AsJson, Data, catalog_of, day_of
from console.output import print_json, print_table, say
from console.settings_count import count_all, days_counted
from console.settings_rows import faults_of_stages
from console.settings_values import SOURCES, values_of
from shared.dataset_settings import load_dataset_settings

COUNT_COLUMNS = {"part": "Table", "id": "Which", "what": "Visits that", "visits": "Visits", "share": "Share"}
First = Annotated[str | None, typer.Option("--from", help="First day; without both, the last whole month is counted.")]
Last = Annotated[str | None, typer.Option("--to", help="Last day, included.")]


def count(
    dataset: Dataset,
    file: Annotated[Path, typer.Argument(help="Settings, or labels, campaigns, funnels, exclusions alone, as TOML.")],
    first: First = None,
    last: Last = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """How many visits the labels, campaigns, funnels and exclusions of a file mean. Nothing is stored."""
    settings, catalog = catalog_of(data)
    folder = analysis_folder(catalog, settings, datasets.find(catalog, dataset))
    wanted = load_dataset_settings(file, also=faults_of_stages(file.parent, imported(catalog, dataset)))
    days = _days(folder, first, last)
    every, items = count_all(folder, settings, days, wanted)
    if as_json:
        print_json(_of_days(days) | {"visits": every, "items": [asdict(one) for one in items]})
        return
    rows = [
        {"part": item.part, "id": item.id, "what": what, "visits": number, "share": _share(number, every)}
        for item in items
        for one in item.counts
        for what, number in ((one.what, one.visits), (f"{one.what}, and every stage before", one.with_earlier))
        if number is not None
    ]
    print_table(rows, COUNT_COLUMNS, empty=f"{file} has no labels, campaigns, funnels or exclusions.")
    say(f"Of {every:,} visits, {days.asked.first} to {days.asked.last}.")


def values(
    dataset: Dataset,
    key: Annotated[str, typer.Argument(help=f"A key of the settings: {', '.join(SOURCES)}.")],
    text: Annotated[str, typer.Option("--text", help="Those that hold it, whatever the case.")] = "",
    first: First = None,
    last: Last = None,
    limit: Annotated[int, typer.Option("--limit", min=1, help="So many at most.")] = 50,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Values that the data has of what a key of the settings names, the most frequent first."""
    if key not in SOURCES:
        raise typer.BadParameter(f"of {key!r} no values are known; there are {', '.join(SOURCES)}.")
    settings, catalog = catalog_of(data)
    folder = analysis_folder(catalog, settings, datasets.find(catalog, dataset))
    days = _days(folder, first, last)
    rows = [
        {"value": value, "number": number}
        for value, number in values_of(settings, folder, days, key, text, limit=limit)
    ]
    if as_json:
        print_json(_of_days(days) | {"unit": SOURCES[key].unit, "items": rows})
        return
    print_table(
        rows, {"value": "Value", "number": SOURCES[key].unit.capitalize()}, empty="There are none on these days."
    )


def _days(folder: Path, first: str | None, last: str | None) -> AskedDays:
    return days_counted(folder, day_of("--from", first), day_of("--to", last))


def _of_days(days: AskedDays) -> dict[str, str]:
    return {"first": days.asked.first.isoformat(), "last": days.asked.last.isoformat()}


def _share(number: int, every: int) -> str:
    from reporter.words import shown  # with what reports are made of, which other commands need not

    return shown(number / every if every else None, "rate", "")
