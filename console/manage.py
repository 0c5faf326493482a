"""``proprocessor datasets`` and ``proprocessor status``."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated, Any

import sqlalchemy as sa
import typer

from console import datasets
from console.arguments import Dataset
from console.command_log import log_command
from console.local import backlog
from console.mail_counts import mail_counts, mail_sentence
from console.options import AsJson, Data, catalog_of
from console.outgoing import make_due
from console.output import print_json, print_table, say, size
from console.stages import QUEUES
from shared import failures, pauses
from shared.catalog import Catalog
from shared.catalog.schema import outbox as outbox_table
from shared.catalog.schema import processes
from shared.errors import ProprocessorError
from shared.presence import GONE_AFTER
from shared.settings import Settings
from shared.transport import open_transport

datasets_app = typer.Typer(help="Data sets: list, show, fetch now, remove.", rich_markup_mode=None)
DATASET_COLUMNS = {
    "id": "Data set",
    "files": "Files",
    "files_waiting": "Waiting",
    "files_failed": "Failed",
    "visits": "Visits",
    "page_views": "Page views",
    "last_fetch": "Last fetch (UTC)",
    "next_due": "Next (UTC)",
    "location": "Location",
}
FILE_COLUMNS = {
    "path": "File",
    "state": "State",
    "format": "Format",
    "lines": "Lines",
    "directives": "Directives",
    "hits": "Hits",
    "rejects": "Rejects",
    "parser": "Parser",
    "error": "Error",
}
QUEUE_COLUMNS = {
    "queue": "Queue",
    "not_done": "Not done",
    "ready": "Ready",
    "taken": "Taken",
    "delayed": "Delayed",
    "dead": "Dead",
    "oldest_age_s": "Oldest (s)",
}
PROCESS_COLUMNS = {
    "stage": "Process",
    "host": "Host",
    "pid": "PID",
    "alive": "Alive",
    "started_at": "Started (UTC)",
    "seen_at": "Seen (UTC)",
    "doing": "Doing",
}


@datasets_app.callback(invoke_without_command=True)
def list_datasets(context: typer.Context, data: Data = None, as_json: AsJson = False) -> None:
    """List data sets with their files, last fetch and reports."""
    if context.invoked_subcommand is not None:
        return
    _, catalog = catalog_of(data)
    rows = datasets.overview(catalog)
    if as_json:
        print_json(rows)
    else:
        print_table(rows, DATASET_COLUMNS, empty="There is no data set yet: `proprocessor setup` makes one.")


@datasets_app.command("list")
def list_again(data: Data = None, as_json: AsJson = False) -> None:
    """The same list."""
    _, catalog = catalog_of(data)
    rows = datasets.overview(catalog)
    if as_json:
        print_json(rows)
    else:
        print_table(rows, DATASET_COLUMNS, empty="There is no data set yet: `proprocessor setup` makes one.")


@datasets_app.command("show")
def show(dataset: Dataset, data: Data = None, as_json: AsJson = False) -> None:
    """Every file of a data set with its lines, hits and rejects, and the version of the parser that read it."""
    from parser.read import VERSION

    _, catalog = catalog_of(data)
    datasets.find(catalog, dataset)
    rows = datasets.file_rows(catalog, dataset)
    for row in rows:
        row["older_parser"] = row["parser"] is not None and row["parser"] < VERSION
    if as_json:
        print_json(rows)
        return
    print_table([_in_short(row) for row in rows], FILE_COLUMNS, empty="No file has been fetched yet.")
    if older := sum(row["older_parser"] for row in rows):
        say(f"{older} read by an older parser; `proprocessor reparse {dataset}` reads them again.")


@datasets_app.command("fetch")
def fetch(dataset: Dataset, data: Data = None) -> None:
    """Make a data set due now; a running fetcher takes it."""
    settings, catalog = catalog_of(data)
    datasets.find(catalog, dataset)
    make_due(settings, catalog, dataset, datetime.now(UTC))
    log_command(catalog, "dataset.fetch", dataset)
    say(f"{dataset} is due. A running fetcher takes it now; `proprocessor status` shows how far it is.")


@datasets_app.command("trace")
def trace(
    dataset: Dataset,
    file: Annotated[str, typer.Argument(help="Path of a file, as `datasets show` lists it.")],
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Where a file is on its way from fetch to report, and the id by which logs of all processes tell of it."""
    from console.trace import trace_file, versions

    _, catalog = catalog_of(data)
    datasets.find(catalog, dataset, file)
    found = trace_file(catalog, dataset, versions(catalog, dataset, file)[0])
    if as_json:
        print_json(asdict(found) | {"traces": found.traces, "letters": [one.id for one in found.letters]})
        return
    read, content = "not yet", found.content
    if content is not None:
        counts = f"{content['lines']:,} lines, {content['hits']:,} hits, {content['rejects']:,} rejects"
        read = f"{_moment(content['parsed_at'])} as {content['format']}: {counts}"
    say(f"Fetched    {_moment(found.file['fetched_at'])}, {size(found.file['size_bytes'])}")
    say(f"Read       {read}")
    say(f"Analysed   {_moment(found.analysed_at)}")
    say(f"Published  {_moment(found.published_at)}")
    for one in found.traces:
        say(f"Trace      {one}")
    for letter in found.letters:
        say(f"Dead letter {letter.id[:8]} ({letter.reason}, {letter.state}): {letter.error}")


@datasets_app.command("remove")
def remove(
    dataset: Dataset,
    yes: Annotated[bool, typer.Option("--yes", help="Really remove it.")] = False,
    data: Data = None,
) -> None:
    """Forget a data set. Raw files and published folders stay where they are."""
    settings, catalog = catalog_of(data)
    datasets.find(catalog, dataset)
    if not yes:
        raise typer.BadParameter(f"add --yes to remove {dataset}; its raw files and published folders stay.")
    datasets.remove(catalog, dataset, settings.data)
    log_command(catalog, "dataset.remove", dataset)
    say(f"{dataset} is removed. Its published folders are untouched.")


def status(data: Data = None, as_json: AsJson = False) -> int:
    """Processes, queues with the age of their oldest message, data sets with their last fetch, dead letters."""
    settings, catalog = catalog_of(data)
    queues, queue_error = queue_rows(settings, catalog)
    found = {
        "processes": process_rows(catalog),
        "queues": queues,
        "queue_error": queue_error,
        "unsent": _unsent(catalog),
        "datasets": datasets.overview(catalog),
        "dead_letters": len(failures.letters(catalog)),
        "paused": [asdict(one) for one in pauses.every(catalog)],
        "mail": mail_counts(catalog, datetime.now(UTC)),
    }
    if as_json:
        print_json(found)
    else:
        _show_status(found)
    return 0 if queue_error is None else 1


def queue_rows(settings: Settings, catalog: Catalog) -> tuple[list[dict[str, Any]], str | None]:
    """Depths of the stages' queues; or an error in words when the queue does not answer."""
    try:
        transport = open_transport(settings.queue_url, lease_s=settings.lease_s)
        try:
            depths = transport.depths(list(QUEUES))
        finally:
            transport.close()
    except ProprocessorError as error:
        return [], str(error)
    waiting, now = backlog(catalog), datetime.now(UTC)
    rows = []
    for name, depth in depths.items():
        number, oldest = waiting.get(name, (0, now))
        counts = {"ready": depth.ready, "taken": depth.taken, "delayed": depth.delayed, "dead": depth.dead}
        age_s = round((now - oldest).total_seconds(), 1) if number else None
        rows.append({"queue": name, "not_done": number, **counts, "oldest_age_s": age_s})
    return rows, None


def process_rows(catalog: Catalog) -> list[dict[str, Any]]:
    """Every process that has left a sign of life, and whether the last one is recent."""
    now = datetime.now(UTC)
    with catalog.read() as connection:
        rows = connection.execute(sa.select(processes).order_by(processes.c.stage, processes.c.started_at)).mappings()
        return [dict(row) | {"alive": now - row["seen_at"] < GONE_AFTER} for row in rows]


def _moment(moment: datetime | None) -> str:
    return "not yet" if moment is None else f"{moment:%Y-%m-%d %H:%M:%S} UTC"


def _in_short(row: dict[str, Any]) -> dict[str, Any]:
    """A file's row for the table: of an error its first line, of an older parser that it is one."""
    parser = f"{row['parser']} (older)" if row["older_parser"] else row["parser"]
    return row | {"parser": parser, "error": (row["error"] or "").partition("\n")[0] or None}


def _unsent(catalog: Catalog) -> int:
    with catalog.read() as connection:
        query = sa.select(sa.func.count()).select_from(outbox_table).where(outbox_table.c.sent_at.is_(None))
        return int(connection.execute(query).scalar_one())


def _show_status(found: dict[str, Any]) -> None:
    print_table(found["processes"], PROCESS_COLUMNS, empty="No process is running. `proprocessor run` starts them all.")
    say("")
    if found["queue_error"]:
        say(found["queue_error"])
    else:
        print_table(found["queues"], QUEUE_COLUMNS, empty="No queue has been made yet.")
    say("")
    print_table(found["datasets"], DATASET_COLUMNS, empty="There is no data set yet: `proprocessor setup` makes one.")
    for row in found["datasets"]:
        if row["last_fetch_error"]:
            say(f"{row['id']}: the last fetch failed: {row['last_fetch_error']}")
    for row in found["paused"]:
        say(f"{row['name']} is paused since {row['since']:%Y-%m-%d %H:%M} UTC by {row['who']}.")
    if found["unsent"]:
        say(f"{found['unsent']} messages wait to be sent: a process that listens to them is not running.")
    number = found["dead_letters"]
    say(f"{number} dead letters. `proprocessor failures list` shows them." if number else "No dead letters.")
    if said := mail_sentence(found["mail"]):
        say(said)
