"""Notes on days: all of a data set, made, changed and removed by editors."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import Response

from analyzer.labels import COLORS, describe_labels
from console.stored_settings import Row, stored_settings
from console.web import day_notes, views
from console.web.asker import Asker
from console.web.day_notes import MAX_TEXT
from console.web.guard import Editable, Known, Ours, Readable, note
from console.web.place import Here, Place
from console.web.view import go, page
from reporter import words
from reporter.model import Period
from shared.errors import Misconfigured, Rejected

router = APIRouter(include_in_schema=False)
Text = Annotated[str, Form()]
NAMES = ("blue", "vermilion", "green", "pink", "orange", "sky blue", "wine", "olive")
PALETTE = dict(zip(COLORS, NAMES, strict=True))
"""What a note can be drawn in."""
EMPTY = dict.fromkeys(("id", "first", "last", "text", "label", "color", "back"), "")
"""The fields of a note, before anybody wrote into them."""
DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


@router.get("/datasets/{dataset}/annotations")
def list_annotations(request: Request, place: Here, asker: Known, row: Readable, change: str = "") -> Response:
    """All of them, the newest days first; for who may, a form for another, or to ``change`` the one of this id."""
    if not change:
        return _page(request, place, asker, row)
    kept = day_notes.one(place.catalog, row["id"], change)
    return _page(request, place, asker, row, given={name: str(value or "") for name, value in asdict(kept).items()})


def given_of(
    id: Text = "",
    first: Text = "",
    last: Text = "",
    text: Text = "",
    label: Text = "",
    color: Text = "",
    back: Text = "",
) -> dict[str, str]:
    """What was written; with an ``id``, of a note that there is."""
    return {"id": id, "first": first, "last": last, "text": text, "label": label, "color": color, "back": back}


@router.post("/datasets/{dataset}/annotations", dependencies=[Ours])
def save(
    request: Request, place: Here, asker: Known, row: Editable, given: Annotated[dict[str, str], Depends(given_of)]
) -> Response:
    """Keep another one, or change one; then back to the report that it was made from."""
    labels, id = [one["id"] for one in labels_of(row)], given["id"]
    try:
        days = {"first": _day(given["first"]), "last": _day(given["last"] or given["first"])}
        values = {**days, "text": given["text"], "label": given["label"] or None, "color": given["color"] or None}
        if id:
            kept = day_notes.change(place.catalog, row["id"], id, values, labels)
        else:
            who = asker.account.name
            kept = day_notes.add(place.catalog, row["id"], values, labels, made_by=who, now=place.now())
    except Rejected as error:
        return _page(request, place, asker, row, error=str(error), given=given)
    note(place, asker, "annotation.change" if id else "annotation.add", row["id"], **day_notes.told(kept))
    if views.PATH.fullmatch(given["back"]):
        return go(request, f"/reports/{quote(row['id'])}/{given['back']}")
    return go(request, _path(row), "The note is changed." if id else "The note is kept.")


@router.post("/datasets/{dataset}/annotations/remove", dependencies=[Ours])
def remove(request: Request, place: Here, asker: Known, row: Editable, id: Text = "") -> Response:
    """Forget one."""
    kept = day_notes.remove(place.catalog, row["id"], id)
    note(place, asker, "annotation.remove", row["id"], **day_notes.told(kept))
    return go(request, _path(row), "The note is removed.")


def labels_of(row: Row) -> list[dict[str, Any]]:
    """The labels that a note can be about; none where the settings cannot be read."""
    try:
        return describe_labels(stored_settings(row).labels)[1:]
    except Misconfigured:
        return []


def days_of(one: day_notes.Annotation) -> str:
    """As people write them."""
    return words.dates(Period("", "range", one.first, one.last))


def form_values(row: Row) -> dict[str, Any]:
    """What the fields of a note need."""
    return {"palette": PALETTE, "labels": labels_of(row), "most": MAX_TEXT}


def _page(
    request: Request,
    place: Place,
    asker: Asker,
    row: Row,
    *,
    error: str = "",
    given: Mapping[str, str] | None = None,
) -> Response:
    found = day_notes.of_dataset(place.catalog, row["id"])
    names = {one["id"]: one["name"] for one in labels_of(row)}
    values: dict[str, Any] = {
        "dataset": row["id"],
        "notes": [(one, days_of(one), names.get(one.label or "", one.label)) for one in reversed(found)],
        "may_edit": asker.account.may_edit,
        "error": error,
        "given": {**EMPTY, **(given or {})},
        **form_values(row),
    }
    return page(request, "annotations.html", asker=asker, status_code=422 if error else 200, **values)


def _day(text: str) -> date:
    try:
        if DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    said = f"{text!r} is no day." if text else "The note has no day."
    raise Rejected(said, remedy="Write it as 2015-05-17.", reason="bad_note")


def _path(row: Row) -> str:
    return f"/datasets/{quote(row['id'])}/annotations"
