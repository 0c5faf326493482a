"""``proprocessor settings``: a data set's settings as a file, every key explained, ready-made labels."""

from __future__ import annotations

import sys
from dataclasses import asdict
from datetime import UTC, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any

import typer

from console import datasets
from console.arguments import Dataset
from console.costs import imported
from console.costs_command import keep_named_cost_files
from console.options import AsJson, Data, catalog_of
from console.output import print_json, print_table, say
from console.settings_apply import Asked, apply_settings
from console.settings_change import read_settings, settings_header
from console.settings_history import before_of, history
from console.settings_rows import cost_files, faults_of_stages
from console.settings_tasks import add_labels, find_task, task_labels
from console.settings_trial_command import count, values
from console.stored_settings import stored_plain, stored_settings
from shared.dataset_settings import (
    KEYS,
    Key,
    load_dataset_settings,
    settings_to_toml,
)
from shared.dataset_settings.keys import default_text
from shared.dataset_settings.writing import as_json as settings_as_json
from shared.errors import EXIT_DONE, Misconfigured, Rejected
from shared.label_tasks import TASKS
from shared.texts import number_of
from shared.toml_text import toml_text

app = typer.Typer(
    help="Settings of a data set: show, export, check, import, count, explain, history, undo; ready-made labels.",
    rich_markup_mode=None,
    no_args_is_help=True,
)
KEY_COLUMNS = {"path": "Key", "default": "Default", "unit": "Unit", "effect": "Effect", "meaning": "Meaning"}
HISTORY_COLUMNS = {"number": "Number", "at": "When (UTC)", "who": "Who", "changed": "Changed", "why": "Why"}
TASK_COLUMNS = {"id": "Task", "title": "Labels", "question": "Question", "needs": "Needs"}
SHOWN_OF_CHANGE = ("why", "effect", "changes")
File = Annotated[Path, typer.Argument(help="Settings of a data set, a TOML file.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would change, and store nothing.")]
Now = Annotated[
    bool, typer.Option("--now", help="Run all stages in this process until the reports are published, and wait.")
]


@app.command("show")
def show(
    dataset: Dataset,
    everything: Annotated[bool, typer.Option("--all", help="Every key, defaults too, with its meaning.")] = False,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """The settings of a data set as TOML: what differs from the defaults."""
    _, catalog = catalog_of(data)
    row = datasets.find(catalog, dataset)
    settings = stored_settings(row)
    if as_json:
        print_json(settings_as_json(settings, everything=everything))
    else:
        sys.stdout.write(settings_to_toml(settings, everything=everything, header=settings_header(row)))


@app.command("export")
def export(
    dataset: Dataset,
    file: Annotated[Path | None, typer.Argument(help="File to write; without, standard output.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Every key, defaults too, with its meaning.")] = False,
    data: Data = None,
) -> None:
    """Write the settings of a data set as a TOML file that `settings import` reads back without loss.

    Stored settings that can no longer be read are written as they are, below their faults.
    """
    _, catalog = catalog_of(data)
    row = datasets.find(catalog, dataset)
    try:
        _write(settings_to_toml(stored_settings(row), everything=everything, header=settings_header(row)), file)
    except Misconfigured as error:
        faults = "".join(f"# {line}\n" for line in str(error).splitlines())
        _write(f"{faults}\n{toml_text(stored_plain(row))}", file)
        raise
    if file is not None:
        say(f"The settings of {dataset} are in {file}.")


@app.command("check")
def check(file: File) -> None:
    """Check a settings file: every fault at once, each with its line and key; exit code 78 if there is any."""
    settings = load_dataset_settings(file, also=faults_of_stages(file.parent))
    lists = ("label", "campaign", "funnel", "target")
    say(f"{file} has no fault: {', '.join(number_of(len(getattr(settings, f'{one}s')), one) for one in lists)}.")


@app.command("import")
def import_file(
    dataset: Dataset,
    file: File,
    dry_run: DryRun = False,
    now: Now = False,
    data: Data = None,
    as_json: AsJson = False,
) -> int:
    """Take the settings of a file, whole: say what changes and what that needs, store it, and set that going."""
    settings, catalog = catalog_of(data)
    datasets.find(catalog, dataset)
    known = imported(catalog, dataset)
    wanted = load_dataset_settings(file, also=faults_of_stages(file.parent, known))
    if not dry_run:
        keep_named_cost_files(catalog, dataset, cost_files(wanted, file.parent, known), datetime.now(UTC))
    return apply_settings(settings, catalog, dataset, wanted, Asked(dry_run, now, as_json, data))


@app.command("explain")
def explain(
    key: Annotated[str | None, typer.Argument(help="A key or a table, such as visits.gap_minutes or labels.")] = None,
    as_json: AsJson = False,
) -> None:
    """Every key: default, unit, effect (analysis, import: raw files are read again, none on numbers), meaning."""
    chosen = _chosen_keys(key)
    rows = [asdict(one) | {"default": default_text(one)} for one in chosen]
    if as_json:
        print_json(rows)
        return
    print_table(rows, KEY_COLUMNS, empty="")
    if key is not None:
        for example in dict.fromkeys(one.example for one in chosen if one.path == key and one.example):
            say(f"For example: {example}")


@app.command("tasks")
def tasks(
    dataset: Dataset,
    name: Annotated[str | None, typer.Argument(help="Task to add; without, all are listed.")] = None,
    page: Annotated[
        list[str] | None, typer.Option("--page", help="Page of the goal, or /thanks* for all such; may be repeated.")
    ] = None,
    engine: Annotated[
        list[str] | None, typer.Option("--engine", help="Search engine, in place of the three most used ones.")
    ] = None,
    dry_run: DryRun = False,
    now: Now = False,
    data: Data = None,
    as_json: AsJson = False,
) -> int:
    """Add ready-made labels to a data set; without a name, list what there is."""
    settings, catalog = catalog_of(data)
    row = datasets.find(catalog, dataset)
    if name is None:
        rows = [{key: getattr(task, key) for key in TASK_COLUMNS} for task in TASKS]
        print_json(rows) if as_json else print_table(rows, TASK_COLUMNS, empty="")
        return EXIT_DONE
    analysis = settings.data / "analyses" / dataset / row["analysis"] if row["analysis"] else None
    labels = task_labels(find_task(name), page or (), engine or (), analysis)
    wanted = add_labels(stored_settings(row), labels)
    return apply_settings(settings, catalog, dataset, wanted, Asked(dry_run, now, as_json, data))


app.command("count")(count)
app.command("values")(values)


@app.command("history")
def show_history(
    dataset: Dataset,
    limit: Annotated[int, typer.Option("--limit", min=1, max=1000, help="So many at most.")] = 50,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Who changed the settings of a data set, when and what, the last first; `undo` takes a change back."""
    _, catalog = catalog_of(data)
    rows: list[dict[str, Any]] = [
        {"number": one.seq, "at": one.at, "who": one.who, **{key: one.detail.get(key) for key in SHOWN_OF_CHANGE}}
        for one in history(catalog, dataset, limit)
    ]
    if as_json:
        print_json(rows)
        return
    short = [row | {"changed": ", ".join(one["path"] for one in row["changes"] or ())} for row in rows]
    print_table(short, HISTORY_COLUMNS, empty="Nothing was changed yet.")


@app.command("undo")
def undo(
    dataset: Dataset,
    number: Annotated[int, typer.Argument(help="Of the change, as `history` has it.")],
    dry_run: DryRun = False,
    now: Now = False,
    data: Data = None,
    as_json: AsJson = False,
) -> int:
    """Put the settings back, whole, as they were before a change; that is a change, too, and can be undone."""
    settings, catalog = catalog_of(data)
    wanted = read_settings(catalog, dataset, before_of(catalog, dataset, number))
    return apply_settings(settings, catalog, dataset, wanted, Asked(dry_run, now, as_json, data, f"undo of {number}"))


def _write(text: str, file: Path | None) -> None:
    if file is None:
        sys.stdout.write(text)
        return
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise Rejected(f"{file} cannot be written: {error.strerror}.", reason="not_writable") from error


def _chosen_keys(key: str | None) -> list[Key]:
    chosen = [one for one in KEYS.values() if key is None or one.path == key or one.path.startswith(f"{key}.")]
    if not chosen:
        tables = dict.fromkeys(path.partition(".")[0] for path in KEYS)
        close = get_close_matches(str(key), [*KEYS, *tables], n=3, cutoff=0.6) or list(tables)
        raise typer.BadParameter(f"there is no setting {key}; there are {', '.join(close)}.")
    return chosen
