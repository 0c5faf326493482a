"""Options that several commands share, and what they give."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from shared.catalog import Catalog, open_catalog
from shared.settings import Settings, load_settings

Data = Annotated[
    Path | None,
    typer.Option("--data", help="Folder of raw files, hits, analyses, catalog and queue.", envvar="PROPROCESSOR_DATA"),
]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON document instead of a table.")]


def settings_of(data: Path | None, **given: Any) -> Settings:
    """The settings with these options over them."""
    return load_settings(data=data, **given)


def catalog_of(data: Path | None) -> tuple[Settings, Catalog]:
    """The settings and the catalog they name."""
    settings = settings_of(data)
    return settings, open_catalog(settings.catalog_url)
