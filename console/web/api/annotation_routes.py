"""Notes on days of a data set: listed, made, changed, removed."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from fastapi import Path, Query
from pydantic import BeforeValidator, Field

from console.web import day_notes
from console.web.annotation_pages import labels_of
from console.web.api.contract import Limit, Offset, Page, Told, cut, problems, router
from console.web.api.live_routes import Day
from console.web.day_notes import COLOR, MAX_TEXT, Annotation
from console.web.guard import Editable, Known, OursApi, Readable, note
from console.web.place import Here

routes = router("annotations")
Id = Annotated[str, Path(description="Id of the annotation.")]


def _as_text(given: object) -> object:
    """A number is no day, though it can be read as one."""
    if not isinstance(given, str):
        raise ValueError("write a day as 2015-05-17")
    return given


NoteDay = Annotated[date, BeforeValidator(_as_text)]
Text = Annotated[str, Field(min_length=1, max_length=MAX_TEXT)]
LabelId = Annotated[str, Field(max_length=100)]
Color = Annotated[str, Field(pattern=f"^{COLOR.pattern}$")]


class AnnotationTold(Told):
    """A note on a day, or on a range of days."""

    id: str
    first: date = Field(description="In the data set's time zone.")
    last: date = Field(description="Included.")
    text: str
    label: str | None = Field(description="Id of the label of the data set that it is about.")
    color: str | None = Field(description="As #0072B2; null: that of its label, or the usual one.")
    made_by: str
    created_at: datetime


class AnnotationPage(Page):
    """Some of the annotations, by their days."""

    items: list[AnnotationTold]


class NewAnnotation(Told):
    """An annotation to be made."""

    first: NoteDay
    last: NoteDay | None = Field(default=None, description="Included; else the same day.")
    text: Text
    label: LabelId | None = None
    color: Color | None = None


class AnnotationChange(Told):
    """What is not given stays; `label` and `color` end with null."""

    first: NoteDay | None = None
    last: NoteDay | None = None
    text: Text | None = None
    label: LabelId | None = None
    color: Color | None = None


@routes.get("/datasets/{dataset}/annotations")
def list_annotations(
    place: Here,
    row: Readable,
    first: Annotated[Day, Query(alias="from", description="Only those with a day from this one on.")] = None,
    last: Annotated[Day, Query(alias="to", description="Only those with a day up to this one.")] = None,
    limit: Limit = 100,
    offset: Offset = 0,
) -> AnnotationPage:
    """The notes on its days."""
    found = day_notes.of_dataset(place.catalog, row["id"], first, last)
    return AnnotationPage.model_validate(cut(found, offset, limit))


@routes.post("/datasets/{dataset}/annotations", status_code=201, dependencies=[OursApi], responses=problems(400, 409))
def add_annotation(place: Here, asker: Known, row: Editable, new: NewAnnotation) -> AnnotationTold:
    """Make one. Needs an editor, and of a token the scope `write`."""
    values = new.model_dump() | {"last": new.last or new.first}
    labels, now = [one["id"] for one in labels_of(row)], place.now()
    made = day_notes.add(place.catalog, row["id"], values, labels, made_by=asker.account.name, now=now)
    note(place, asker, "annotation.add", row["id"], **day_notes.told(made))
    return _told(made)


@routes.patch("/datasets/{dataset}/annotations/{annotation}", dependencies=[OursApi], responses=problems(400))
def change_annotation(
    place: Here, asker: Known, row: Editable, annotation: Id, change: AnnotationChange
) -> AnnotationTold:
    """Give it other days, another text, label or colour."""
    given: dict[str, Any] = change.model_dump(exclude_unset=True)
    values = {name: value for name, value in given.items() if value is not None or name in ("label", "color")}
    labels = [one["id"] for one in labels_of(row)]
    made = day_notes.change(place.catalog, row["id"], annotation, values, labels)
    note(place, asker, "annotation.change", row["id"], **day_notes.told(made))
    return _told(made)


@routes.delete("/datasets/{dataset}/annotations/{annotation}", status_code=204, dependencies=[OursApi])
def remove_annotation(place: Here, asker: Known, row: Editable, annotation: Id) -> None:
    """Remove one."""
    kept = day_notes.remove(place.catalog, row["id"], annotation)
    note(place, asker, "annotation.remove", row["id"], **day_notes.told(kept))


def _told(one: Annotation) -> AnnotationTold:
    return AnnotationTold(**{name: getattr(one, name) for name in AnnotationTold.model_fields})
