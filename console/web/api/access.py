"""Who may do what by the API, beyond what the guards of pages know: tokens reach as far as their scopes."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends

from console import datasets
from console.stored_settings import Row
from console.web.asker import Asker
from console.web.guard import DATASET, Administrator, Known, Readable
from console.web.place import Here
from console.web.problems import Forbidden, NotFound
from console.web.tokens import Scope


def need(asker: Asker, scope: Scope) -> None:
    """Refuse a token without this scope."""
    if not asker.may(scope):
        raise Forbidden(
            f"The token has no scope {scope!r}.", remedy="Make one with it at /account.", reason="scope_missing"
        )


def reader(asker: Known) -> Asker:
    """For lists of what one may read."""
    need(asker, "read")
    return asker


def operable(place: Here, asker: Known, dataset: str) -> Row:
    """A data set that the asker may set going."""
    if not DATASET.fullmatch(dataset) or not asker.account.may_read(dataset):
        raise NotFound(f"There is no data set {dataset!r} that you may read.", reason="unknown_dataset")
    if not asker.account.may_edit:
        raise Forbidden("Only an editor of this data set may do that.", reason="not_editor")
    need(asker, "operate")
    return datasets.find(place.catalog, dataset)


def managed(place: Here, asker: Administrator, dataset: str) -> Row:
    """A data set, for what only administrators do with it."""
    if not DATASET.fullmatch(dataset) or not asker.account.may_read(dataset):
        raise NotFound(f"There is no data set {dataset!r}.", reason="unknown_dataset")
    return datasets.find(place.catalog, dataset)


def configured(asker: Known, row: Readable) -> Row:
    """A data set whose settings the asker may see: they name sources and people, and are none of a viewer's."""
    if not asker.account.may_edit:
        raise Forbidden("Only an editor of this data set may see its settings.", reason="not_editor")
    return row


Reader = Annotated[Asker, Depends(reader)]
Operable = Annotated[Row, Depends(operable)]
Managed = Annotated[Row, Depends(managed)]
Configured = Annotated[Row, Depends(configured)]
