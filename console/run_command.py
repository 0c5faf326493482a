"""``proprocessor process`` and ``proprocessor demo``: everything once, in this process."""

from __future__ import annotations

import os
import tempfile
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from console import datasets
from console.command_log import log_stored
from console.costs_command import keep_named_cost_files
from console.datasets import Access, Place
from console.local import Outcome, run_once
from console.options import Data, Documents, read_documents, read_periods, settings_of
from console.output import complain, say
from console.progress import shown_progress
from console.raw_files import announce, kept_files
from console.settings_change import changes_from
from console.settings_rows import cost_files
from console.stored_settings import Row, stored_settings, with_source
from shared.catalog import Catalog, open_catalog
from shared.dataset_settings import (
    DatasetSettings,
    SourceTable,
    load_dataset_settings,
)
from shared.errors import EXIT_FAILED, Misconfigured
from shared.logging import configure
from shared.process import stop_on_signals
from shared.settings import Settings
from shared.store import Store
from shared.texts import number_of


def process(
    location: Annotated[
        str,
        typer.Argument(
            help="A ClickTracks_Config.xml (ftp: ftps: http: https: sftp: or a path), a log file, or a folder of logs."
        ),
    ],
    publish: Annotated[Path, typer.Option("--publish", help="Folder for the published reports.")],
    user: Annotated[str | None, typer.Option("--user", help="User name at the source.")] = None,
    password_env: Annotated[
        str | None, typer.Option("--password-env", help="Environment variable that holds the password.")
    ] = None,
    settings_file: Annotated[
        Path | None, typer.Option("--settings", help="Settings of the data set, a TOML file.")
    ] = None,
    format_name: Annotated[
        str | None, typer.Option("--format", help="Log format by name; otherwise it is detected.")
    ] = None,
    data: Data = None,
    periods: Annotated[
        str | None,
        typer.Option(
            "--periods", help="Periods to publish, of: day,week,month,year,all; else as before, at first all."
        ),
    ] = None,
    documents: Documents = None,
) -> int:
    """Fetch, parse, analyse and publish once, then end. Run again: only what is new, and what is not given stays."""
    settings = settings_of(data, publish=publish)
    configure(settings.log, "warning" if settings.log == "auto" and _on_terminal() else settings.log_level, "console")
    given = load_dataset_settings(settings_file) if settings_file else None
    costs = cost_files(given, settings_file.parent) if given and settings_file else []
    place = datasets.read_place(location)
    kinds, with_documents = read_periods(periods), read_documents(documents)
    edit = partial(_with_format, name=_known_format(format_name))
    catalog, now = open_catalog(settings.catalog_url), datetime.now(UTC)
    access = _access(settings, place, user, password_env, given)
    known = datasets.known_at(catalog, place, given.dataset.name if given else "")
    chosen = edit(given) if given else edit
    wanted = partial(datasets.register, periods=kinds, documents=with_documents, publish=publish)
    dataset = wanted(catalog, place, chosen, access, now=now)
    keep_named_cost_files(catalog, dataset, costs, now)
    _follow(settings, catalog, known, datasets.find(catalog, dataset))
    return run_dataset(settings, catalog, dataset)


def demo(
    data: Data = None,
    publish: Annotated[Path | None, typer.Option("--publish", help="Folder for the published reports.")] = None,
    days: Annotated[int, typer.Option("--days", min=1, max=400, help="Days of visits to generate.")] = 60,
    port: Annotated[
        int, typer.Option("--port", min=0, max=65535, help="Port of the reports; 0 takes a free one.")
    ] = 8080,
    serve: Annotated[bool, typer.Option("--serve/--no-serve", help="Serve the reports until stopped.")] = True,
) -> int:
    """Make a sample data set, serve it by FTP and HTTP on this machine, run the whole pipeline, show the reports."""
    from console.demo.run import run_demo

    root = data or Path(tempfile.mkdtemp(prefix="proprocessor-demo-"))
    settings = settings_of(root, publish=publish or root / "published")
    configure(settings.log, "warning" if settings.log == "auto" and _on_terminal() else settings.log_level, "console")
    return run_demo(settings, days=days, port=port, serve=serve)


def run_dataset(settings: Settings, catalog: Catalog, dataset: str, *, fetch: bool = True) -> int:
    """Run all stages for one data set with progress; says how it ended and gives the exit code."""
    stop = stop_on_signals()
    with shown_progress() as watch:
        outcome = run_once(settings, catalog, dataset, watch=watch, stop=stop, fetch=fetch)
    if stop.is_set():
        raise KeyboardInterrupt
    return report(outcome, dataset)


def report(outcome: Outcome, dataset: str) -> int:
    """The last lines: what was counted, what is missing and what to do, where the result is."""
    for letter in outcome.letters:
        complain(f"{letter.subject or letter.type}: {letter.error}")
    if outcome.state.failed and any(letter.type in ("file.fetched", "part.due") for letter in outcome.letters):
        complain(
            f"{outcome.state.failed} of {outcome.state.fetched} files could not be read and are left out. "
            "`proprocessor failures list` shows them; `proprocessor failures replay ID` tries again."
        )
    if outcome.target is None:
        complain("Nothing was published.")
        return outcome.exit_code or EXIT_FAILED
    state = outcome.state
    counted = f"{number_of(outcome.visits, 'visit')}, {number_of(outcome.page_views, 'page view')}"
    files, periods = number_of(state.parsed, "file"), number_of(outcome.periods, "period")
    say(f"{state.lines:,} lines in {files}: {counted}.")
    say(f"{periods} published: {Path(outcome.target) / dataset / 'index.html'}")
    return outcome.exit_code


def _known_format(name: str | None) -> str | None:
    """The format, which is kept from now on; :class:`Misconfigured` where the parser does not know it."""
    if name is not None:
        from parser.detect import choose  # with every reader, which the other commands of this file need not

        if name != "auto":
            choose(name, (), "--format")
    return name


def _with_format(settings: DatasetSettings, name: str | None) -> DatasetSettings:
    return settings if name is None else with_source(settings, format=name)


def _access(
    settings: Settings, place: Place, user: str | None, password_env: str | None, given: DatasetSettings | None
) -> Access:
    """Credentials of the options, else of the URL, else of the settings file."""
    source = given.source if given else SourceTable()
    chosen = user or place.user or source.user
    variable = password_env or (None if place.password else source.password_env)
    if variable is not None:
        if variable not in os.environ:
            raise Misconfigured(f"--password-env: the environment variable {variable} is not set.")
        return Access(chosen, password_env=variable)
    return Access.of(chosen, place.password, settings)


def _follow(settings: Settings, catalog: Catalog, before: Row | None, after: Row) -> None:
    """Keep what was stored in the log, and have files read again that were read by other settings, or by some that
    nobody can read any more."""
    log_stored(catalog, before, after, "process")
    if before is not None and changes_from(before, stored_settings(after))[1] == "import":
        _read_again(settings, catalog, after["id"])


def _read_again(settings: Settings, catalog: Catalog, dataset: str) -> None:
    kept, lost = kept_files(catalog, Store(settings.data), dataset)
    announce(catalog, dataset, kept, datetime.now(UTC))
    number = number_of(len(kept), "raw file is", "raw files are")
    say(f"The settings change how lines are read: {number} read again.")
    if lost:
        complain(f"{lost:,} more are not kept any longer: what was parsed of them stays.")


def _on_terminal() -> bool:
    from console.output import err

    return err.is_terminal
