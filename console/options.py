"""Options that several commands share, and what they give."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from console.datasets import PERIOD_KINDS
from shared.catalog import Catalog, open_catalog
from shared.settings import Settings, load_settings

Data = Annotated[
    Path | None,
    typer.Option("--data", help="Folder of raw files, hits, analyses, catalog and queue.", envvar="PROPROCESSOR_DATA"),
]
Documents = Annotated[
    str | None,
    typer.Option(
        "--documents",
        help="Periods that also get a spreadsheet (XLSX) and printed reports (PDF), of: day,week,month,year,all, "
        "or none; else as before, at first none.",
    ),
]
NONE = "none"
AsJson = Annotated[bool, typer.Option("--json", help="One JSON document instead of a table.")]


def read_periods(text: str | None) -> list[str] | None:
    """The kinds of period named, in their fixed order; ``None``: none was."""
    return None if text is None else _kinds("--periods", text)


def read_documents(text: str | None) -> list[str] | None:
    """The same of periods with documents, which may be none."""
    return None if text is None else [] if text.strip() == NONE else _kinds("--documents", text, f", or {NONE}")


def day_of(option: str, text: str | None) -> date | None:
    """A day that an option names, if it is given; what is none is told as any wrong option."""
    return read_day(option, text) if text else None


def read_day(option: str, text: str) -> date:
    """The same of one that is always given."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"{option}: {text!r} is no day; write 2015-05-17.") from error


def _kinds(option: str, text: str, otherwise: str = "") -> list[str]:
    kinds = [kind.strip() for kind in text.split(",") if kind.strip()]
    unknown = [kind for kind in kinds if kind not in PERIOD_KINDS]
    if unknown or not kinds:
        raise typer.BadParameter(
            f"{option}: {', '.join(unknown) or 'nothing'} is unknown; "
            f"give some of {', '.join(PERIOD_KINDS)}{otherwise}."
        )
    return [kind for kind in PERIOD_KINDS if kind in kinds]


def settings_of(data: Path | None, **given: Any) -> Settings:
    """The settings with these options over them."""
    return load_settings(data=data, **given)


def catalog_of(data: Path | None) -> tuple[Settings, Catalog]:
    """The settings and the catalog they name."""
    settings = settings_of(data)
    return settings, open_catalog(settings.catalog_url)
