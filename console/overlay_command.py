"""``proprocessor overlay``: copies of the site's own pages for the link overlay, fetched, listed, removed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from console import datasets
from console.arguments import Dataset
from console.command_log import log_command
from console.options import AsJson, Data, catalog_of
from console.output import complain, err, print_json, print_table, say
from console.overlay_copies import copy_rows, remove_copies
from reporter.overlay.archive import Archive
from reporter.overlay.round import Tried, fetch_copies, subject_of
from shared.clock import SystemClock
from shared.errors import EXIT_DONE, EXIT_FAILED
from shared.logging import configure
from shared.texts import number_of

app = typer.Typer(help="Copies of the site's own pages for the link overlay.", rich_markup_mode=None)
COLUMNS = {
    "page": "Page",
    "state": "State",
    "fetched_at": "Copy of (UTC)",
    "tried_at": "Last tried (UTC)",
    "missing": "Missing parts",
    "error": "Why not",
    "url": "Address",
}
Pages = Annotated[
    list[str] | None,
    typer.Option("--page", help="A page as reports name it, or its address; may be repeated."),
]


@app.command("fetch")
def fetch(dataset: Dataset, page: Pages = None, data: Data = None, as_json: AsJson = False) -> int:
    """Fetch the most viewed pages, or those named, with their styles and images, and publish the copies."""
    settings, catalog = catalog_of(data)
    configure(settings.log, "warning" if settings.log == "auto" and err.is_terminal else settings.log_level, "console")
    datasets.find(catalog, dataset)
    subject = subject_of(catalog, settings.data, settings.publish_root, dataset)
    told = (lambda _: None) if as_json else _tell
    log_command(catalog, "overlay.fetch", dataset, pages=list(page or ())[:100])
    tried = fetch_copies(subject, SystemClock(), pages=page or (), told=told)
    kept = sum(not one.error for one in tried)
    if as_json:
        print_json({"dataset": dataset, "pages": [{"page": one.page, "error": one.error or None} for one in tried]})
    else:
        say(f"{kept:,} of {len(tried):,} pages are copied from {subject.addresses.base}: {_shown(subject.folder)}")
    return EXIT_DONE if kept or not tried else EXIT_FAILED


@app.command("list")
def list_copies(dataset: Dataset, data: Data = None, as_json: AsJson = False) -> int:
    """Every page that was ever tried: of when its copy is, what it lacks, and why the last try failed."""
    settings, catalog = catalog_of(data)
    datasets.find(catalog, dataset)
    rows = copy_rows(Archive(catalog, settings.data, dataset))
    if as_json:
        print_json(rows)
    else:
        empty = f"No page is copied yet: `proprocessor overlay fetch {dataset}` fetches the most viewed ones."
        print_table(rows, COLUMNS, empty=empty)
    return EXIT_DONE


@app.command("remove")
def remove(dataset: Dataset, page: Pages = None, data: Data = None) -> int:
    """Remove the copies of these pages, here and from what is published; without --page all of them."""
    settings, catalog = catalog_of(data)
    datasets.find(catalog, dataset)
    number = remove_copies(settings, catalog, dataset, page or ())
    log_command(catalog, "overlay.remove", dataset, pages=list(page or ())[:100], number=number)
    say(f"{number_of(number, 'copy is', 'copies are')} removed.")
    return EXIT_DONE


def _tell(one: Tried) -> None:
    if one.error:
        complain(f"{_visible(one.page)}: {_visible(one.error)}")
    else:
        say(_visible(one.page))


def _visible(text: str) -> str:
    """No control characters: names of pages come from strangers and go to a terminal."""
    return text if text.isprintable() else text.encode("unicode_escape").decode()


def _shown(folder: Path) -> Path:
    """A page on which they are seen."""
    whole = folder / "all" / "overlay.html"
    return whole if whole.is_file() else folder / "index.html"
