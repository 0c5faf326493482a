"""Kept raw files read again."""

from __future__ import annotations

from pydantic import Field

from console.outgoing import send
from console.raw_files import read_again
from console.web.api.access import Operable
from console.web.api.contract import PlainText, Told, problems, router
from console.web.guard import Known, OursApi, note
from console.web.place import Here
from shared.store import Store

routes = router("data sets")


class WhatToRead(Told):
    """Which files, and how."""

    file: PlainText | None = Field(default=None, min_length=1, description="Path of one file; else all.")
    format: PlainText | None = Field(
        default=None,
        min_length=1,
        description="Read it, and what comes later under its name, as this format: a name or a format string.",
    )


class ReadAgainTold(Told):
    """What was put on its way again."""

    dataset: str
    announced: int = Field(description="Files that a running parser takes now.")
    lost: int = Field(description="Files that are kept no longer: what was parsed of them stays.")


@routes.post("/datasets/{dataset}/reparse", status_code=202, dependencies=[OursApi], responses=problems(400, 503))
def reparse_dataset(place: Here, asker: Known, row: Operable, what: WhatToRead) -> ReadAgainTold:
    """Read kept raw files again. Needs an editor, and of a token the scope `operate`."""
    store, id = Store(place.settings.data), row["id"]
    done = read_again(place.catalog, store, id, place.now(), path=what.file, format_name=what.format)
    note(place, asker, "dataset.reparse", id, file=what.file, format=what.format, number=done.announced)
    send(place.settings, place.catalog)
    return ReadAgainTold(dataset=id, announced=done.announced, lost=done.lost)
