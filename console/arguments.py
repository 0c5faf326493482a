"""Arguments that many commands take, and what a shell offers for them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def dataset_ids(beginning: str) -> list[str]:
    """Ids of data sets that begin so, for completion by a shell; none where the catalog cannot be read."""
    import sqlalchemy as sa  # completion of everything else needs no database

    from shared.catalog import open_catalog
    from shared.catalog.schema import datasets
    from shared.errors import ProprocessorError
    from shared.settings import load_settings

    try:
        url = load_settings().catalog_url
        if not _is_there(url):
            return []
        catalog = open_catalog(url, migrate=False)
    except (ProprocessorError, OSError):
        return []
    try:
        query = sa.select(datasets.c.id).where(datasets.c.id.startswith(beginning, autoescape=True))
        with catalog.read() as connection:
            return list(connection.execute(query.order_by(datasets.c.id)).scalars())
    except (ProprocessorError, sa.exc.SQLAlchemyError):
        return []
    finally:
        catalog.close()


def _is_there(url: str) -> bool:
    """A press of a key must not make a catalog."""
    path = url.removeprefix("sqlite:///")
    return path == url or Path(path).is_file()


Dataset = Annotated[str, typer.Argument(help="Id of the data set.", autocompletion=dataset_ids)]
