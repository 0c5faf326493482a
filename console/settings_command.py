"""``proprocessor settings``: a data set's settings as a file, every key explained, ready-made labels."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import nullcontext, redirect_stdout
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated

import typer

from console import datasets
from console.arguments import Dataset
from console.costs_command import keep_named_cost_files
from console.local import run_once
from console.options import AsJson, Data, catalog_of
from console.outgoing import send
from console.output import complain, err, print_json, print_table, say
from console.progress import shown_progress
from console.reparse_command import reparse
from console.run_command import report
from console.settings_change import settings_change, settings_header, store_change
from console.settings_rows import cost_files, faults_of_stages
from console.settings_tasks import add_labels, find_task, task_labels
from console.stored_settings import stored_plain, stored_settings
from shared.catalog import Catalog
from shared.costs import list_costs
from shared.dataset_settings import (
    KEYS,
    Change,
    DatasetSettings,
    Effect,
    Key,
    load_dataset_settings,
    settings_to_toml,
)
from shared.dataset_settings.keys import default_text
from shared.dataset_settings.writing import as_json as settings_as_json
from shared.errors import EXIT_DONE, Misconfigured, Rejected
from shared.label_tasks import TASKS
from shared.logging import configure
from shared.process import stop_on_signals
from shared.settings import Settings
from shared.toml_text import toml_text

app = typer.Typer(
    help="Settings of a data set as a file: show, export, check, import, explain; ready-made labels.",
    rich_markup_mode=None,
    no_args_is_help=True,
)
KEY_COLUMNS = {"path": "Key", "default": "Default", "unit": "Unit", "effect": "Effect", "meaning": "Meaning"}
CHANGE_COLUMNS = {"path": "Setting", "before": "Before", "after": "After", "effect": "Effect"}
TASK_COLUMNS = {"id": "Task", "title": "Labels", "question": "Question", "needs": "Needs"}
FOLLOWS: dict[Effect, str] = {
    "import": "Raw files are read again, and everything is analysed anew.",
    "analysis": "Everything is analysed anew from what is parsed; no raw file is read again.",
    "none": "No number changes.",
}
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
    lists = ("labels", "campaigns", "funnels", "targets")
    say(f"{file} has no fault: {', '.join(f'{len(getattr(settings, one))} {one}' for one in lists)}.")


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
    with catalog.read() as connection:
        known = {row["name"] for row in list_costs(connection, dataset)}
    wanted = load_dataset_settings(file, also=faults_of_stages(file.parent, known))
    if not dry_run:
        keep_named_cost_files(catalog, dataset, cost_files(wanted, file.parent, known), datetime.now(UTC))
    return _apply(settings, catalog, dataset, wanted, _Asked(dry_run, now, as_json, data))


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
    return _apply(settings, catalog, dataset, wanted, _Asked(dry_run, now, as_json, data))


@dataclass(frozen=True)
class _Asked:
    """How a change is to be made."""

    dry_run: bool
    now: bool
    as_json: bool
    data: Path | None


def _apply(settings: Settings, catalog: Catalog, dataset: str, wanted: DatasetSettings, asked: _Asked) -> int:
    change = settings_change(datasets.find(catalog, dataset), wanted, settings)
    if change.unreadable:  # the new ones still replace what is there
        complain(f"{change.unreadable} The new ones are shown against the defaults.")
    stored = not asked.dry_run and not change.is_same
    _show_changes(dataset, change.changes, change.effect, stored=stored, as_json=asked.as_json)
    if asked.dry_run:
        return EXIT_DONE
    if change.is_same:
        send(settings, catalog)  # the costs may be new
        return EXIT_DONE
    moment = datetime.now(UTC)
    store_change(catalog, change, moment)
    with redirect_stdout(sys.stderr) if asked.as_json else nullcontext():  # a program reads one document
        if change.effect == "import":
            return reparse(dataset, now=asked.now, data=asked.data)
        if change.effect == "analysis" and asked.now:
            return _run_now(settings, catalog, dataset, moment)
        send(settings, catalog)
        if change.effect == "analysis":
            say("A running analyzer takes it, else add --now; `proprocessor status` shows how far it is.")
        if change.mirrors:
            say(f"A running reporter brings the targets in step, or `proprocessor targets sync {dataset}`.")
    return EXIT_DONE


def _write(text: str, file: Path | None) -> None:
    if file is None:
        sys.stdout.write(text)
        return
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise Rejected(f"{file} cannot be written: {error.strerror}.", reason="not_writable") from error


def _show_changes(dataset: str, changes: Sequence[Change], effect: Effect, *, stored: bool, as_json: bool) -> None:
    rows = [asdict(one) for one in changes]
    if as_json:
        print_json({"dataset": dataset, "changes": rows, "effect": effect, "stored": stored})
        return
    same = f"{dataset} has these settings already." if effect == "none" else f"All settings of {dataset} are defaults."
    print_table(rows, CHANGE_COLUMNS, empty=same)
    if effect != "none" or changes:
        say(f"{FOLLOWS[effect]}{'' if stored else ' Nothing was stored.'}")


def _run_now(settings: Settings, catalog: Catalog, dataset: str, since: datetime) -> int:
    """All stages in this process, as ``process`` runs them, without a fetch; ``since`` is when it was announced."""
    configure(settings.log, "warning" if settings.log == "auto" and err.is_terminal else settings.log_level, "console")
    stop = stop_on_signals()
    with shown_progress() as watch:
        outcome = run_once(settings, catalog, dataset, watch=watch, stop=stop, fetch=False, since=since)
    if stop.is_set():
        raise KeyboardInterrupt
    return report(outcome, dataset)


def _chosen_keys(key: str | None) -> list[Key]:
    chosen = [one for one in KEYS.values() if key is None or one.path == key or one.path.startswith(f"{key}.")]
    if not chosen:
        tables = dict.fromkeys(path.partition(".")[0] for path in KEYS)
        close = get_close_matches(str(key), [*KEYS, *tables], n=3, cutoff=0.6) or list(tables)
        raise typer.BadParameter(f"there is no setting {key}; there are {', '.join(close)}.")
    return chosen
