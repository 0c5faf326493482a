"""Taking settings on the command line: what changes is shown, stored, noted, and set going."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import nullcontext, redirect_stdout
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from console import datasets
from console.command_log import log_command
from console.local import run_once
from console.outgoing import send
from console.output import complain, err, print_json, print_table, say
from console.progress import shown_progress
from console.reparse_command import reparse
from console.run_command import report
from console.settings_change import FOLLOWS, settings_change, store_change
from console.settings_history import WHAT, told
from shared.catalog import Catalog
from shared.dataset_settings import Change, DatasetSettings, Effect
from shared.errors import EXIT_DONE
from shared.logging import configure
from shared.process import stop_on_signals
from shared.settings import Settings

CHANGE_COLUMNS = {"path": "Setting", "before": "Before", "after": "After", "effect": "Effect"}


@dataclass(frozen=True)
class Asked:
    """How a change is to be made."""

    dry_run: bool
    now: bool
    as_json: bool
    data: Path | None
    why: str = ""


def apply_settings(settings: Settings, catalog: Catalog, dataset: str, wanted: DatasetSettings, asked: Asked) -> int:
    row = datasets.find(catalog, dataset)
    change = settings_change(row, wanted, settings)
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
    log_command(catalog, WHAT, dataset, **told(row, change, asked.why))
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
