"""The editor of a data set's settings: as a file, with what a change does shown first, a history, and back."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import PlainTextResponse, Response

from console import settings_history
from console.datasets import slug
from console.report_label import simple_label
from console.settings_change import FOLLOWS, read_settings, settings_change
from console.stored_settings import stored_settings
from console.web import settings_taken
from console.web.guard import Editable, Known, Ours
from console.web.place import Here
from console.web.secret_texts import digest
from console.web.view import go, number_of, page
from shared.dataset_settings import KEYS, DatasetSettings, Label, settings_to_toml
from shared.dataset_settings.keys import default_text
from shared.errors import Misconfigured, Rejected

router = APIRouter(include_in_schema=False)
Text = Annotated[str, Form()]


@router.get("/datasets/{dataset}/settings/file")
def editor(request: Request, place: Here, asker: Known, row: Editable) -> Response:
    """The file, and what every key means."""
    return page(request, "settings.html", asker=asker, **_shown(place, row, settings_history.text_of(row)))


@router.get("/datasets/{dataset}/settings.toml")
def export(row: Editable, dataset: str) -> Response:
    """The file, as `settings import` and this editor read it back."""
    headers = {"Content-Disposition": f'attachment; filename="{dataset}.toml"', "Cache-Control": "no-store"}
    return PlainTextResponse(settings_history.text_of(row), headers=headers, media_type="application/toml")


@router.post("/datasets/{dataset}/settings/file", dependencies=[Ours])
def change(
    request: Request,
    place: Here,
    asker: Known,
    row: Editable,
    dataset: str,
    text: Text = "",
    do: Text = "preview",
    known: Text = "",
) -> Response:
    """Show what a text would change, or take it. Faults stand beside it, each with its line."""
    text = text.replace("\r\n", "\n")
    try:
        planned = settings_change(row, read_settings(place.catalog, row["id"], text), place.settings)
    except Misconfigured as error:
        shown = _shown(place, row, text, error=error.message, faults=error.faults)
        return page(request, "settings.html", asker=asker, status_code=422, **shown)
    if do == "take" and known != digest(settings_history.text_of(row)):
        said = "Somebody has changed the settings meanwhile; this shows what your text would change of them now."
        shown = _shown(place, row, text, planned=planned, follows=FOLLOWS[planned.effect], error=said)
        return page(request, "settings.html", asker=asker, status_code=409, **shown)
    if do == "take" and planned.changes:
        settings_taken.take(place, asker, row, planned)
        number = len(planned.changes)
        said = f"{number} {'setting is' if number == 1 else 'settings are'} changed. {FOLLOWS[planned.effect]}"
        return go(request, f"/datasets/{dataset}/settings/file", said)
    shown = _shown(place, row, text, planned=planned, follows=FOLLOWS[planned.effect])
    return page(request, "settings.html", asker=asker, **shown)


@router.post("/datasets/{dataset}/settings/undo", dependencies=[Ours])
def undo(request: Request, place: Here, asker: Known, row: Editable, dataset: str, number: Text = "") -> Response:
    """Show the settings as they were before a change, ready to be taken."""
    text = settings_history.before_of(place.catalog, dataset, number_of(number))
    return change(request, place, asker, row, dataset, text)


@router.post("/datasets/{dataset}/labels", dependencies=[Ours])
def keep_label(
    request: Request, place: Here, asker: Known, row: Editable, dataset: str, label: Text = "", name: Text = ""
) -> Response:
    """Keep a label that was made on the spot: it then stands in every report, for all days."""
    settings = stored_settings(row)
    made = _named(simple_label(label), name.strip() or label, settings)
    wanted = settings.model_copy(update={"labels": (*settings.labels, made)})
    checked = read_settings(place.catalog, row["id"], settings_to_toml(wanted))
    settings_taken.take(place, asker, row, settings_change(row, checked, place.settings), "label kept")
    said = f"{made.name} is kept. {FOLLOWS['analysis']}"
    return go(request, f"/datasets/{dataset}", said)


def _named(label: Label, name: str, settings: DatasetSettings) -> Label:
    """With an id of its own, made of its name."""
    taken = {one.id for one in settings.labels}
    if any(one.match == label.match and not one.inverse for one in settings.labels):
        raise Rejected(
            "There is such a label already.", remedy="Look at the labels above any report.", reason="label_twice"
        )
    begun = slug(name)[:40]
    free = next(one for number in range(1, 1000) if (one := begun if number == 1 else f"{begun}-{number}") not in taken)
    return label.model_copy(update={"id": free, "name": name})


def _shown(place: Here, row: Any, text: str, **more: Any) -> dict[str, Any]:
    known = digest(settings_history.text_of(row))
    values = {
        "dataset": row["id"],
        "known": known,
        "text": text,
        "error": "",
        "faults": (),
        "planned": None,
        "follows": "",
    }
    keys = [(one, default_text(one)) for one in KEYS.values()]
    return values | {"history": settings_history.history(place.catalog, row["id"]), "keys": keys} | more
