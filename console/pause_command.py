"""``proprocessor pause`` and ``resume``: a stage, or the fetches of a data set."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from console import datasets
from console.arguments import dataset_ids
from console.command_log import log_command, system_user
from console.options import Data, catalog_of
from console.output import say
from console.stages import QUEUES
from shared import pauses
from shared.catalog import Catalog
from shared.errors import Rejected
from shared.pauses import DATASET, STAGE, Kind


def _names(beginning: str) -> list[str]:
    return [*(one for one in QUEUES if one.startswith(beginning)), *dataset_ids(beginning)]


What = Annotated[
    str,
    typer.Argument(
        metavar="STAGE|DATASET",
        help=f"One of {', '.join(QUEUES)}, or the id of a data set.",
        autocompletion=_names,
    ),
]


def pause(what: What, data: Data = None) -> None:
    """Pause a stage: its processes finish what they are at and take no message; or a data set: it is not fetched."""
    _, catalog = catalog_of(data)
    kind = kind_of(catalog, what)
    new = pauses.pause(catalog, kind, what, who=system_user(), now=datetime.now(UTC))
    if new:
        log_command(catalog, f"{kind}.pause", what)
    say(f"{what} is paused{'' if new else ' already'}. `proprocessor resume {what}` lets it go on.")


def resume(what: What, data: Data = None) -> None:
    """Let a stage or data set go on; what waited for it is done now."""
    _, catalog = catalog_of(data)
    kind = kind_of(catalog, what)
    was = pauses.resume(catalog, kind, what)
    if was:
        log_command(catalog, f"{kind}.resume", what)
    say(f"{what} goes on." if was else f"{what} was not paused.")


def checked_kind(catalog: Catalog, what: str, kind: str) -> Kind:
    """The kind that was named, if there is such a stage or data set."""
    if kind == STAGE:
        if what in QUEUES:
            return STAGE
        raise Rejected(f"There is no stage {what!r}.", remedy=f"There are {', '.join(QUEUES)}.", reason="unknown_stage")
    datasets.find(catalog, what)
    return DATASET


def kind_of(catalog: Catalog, what: str) -> Kind:
    """Whether a name is that of a stage or a data set; :class:`Rejected` where it is neither."""
    if what in QUEUES:
        return STAGE
    try:
        datasets.find(catalog, what)
    except Rejected as error:
        raise Rejected(
            f"There is no stage and no data set {what!r}.",
            remedy=f"Stages are {', '.join(QUEUES)}; `proprocessor datasets` lists the data sets.",
            reason="unknown_dataset",
        ) from error
    return DATASET
