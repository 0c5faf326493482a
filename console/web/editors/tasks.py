"""Ready-made labels, put behind those that there are: shown first, then taken."""

from __future__ import annotations

import typer
from fastapi import APIRouter, Request
from fastapi.responses import Response

from console.settings_tasks import add_labels, find_task, task_labels
from console.stored_settings import stored_settings
from console.web.editors.confirm import Confirmed, confirm
from console.web.editors.edited import Sent, last
from console.web.editors.items import edited_of
from console.web.guard import Editable, Known, Ours
from console.web.place import Here
from console.web.wizard_answers import listed
from shared.dataset_settings.writing import changed
from shared.errors import Rejected
from shared.label_tasks import TOP

router = APIRouter(include_in_schema=False)


@router.post("/datasets/{dataset}/settings/labels/tasks", dependencies=[Ours])
def add(request: Request, place: Here, asker: Known, row: Editable, texts: Sent) -> Response:
    """Add the labels of a task."""
    task, goal, engines = (last(texts, one) for one in ("task", "goal", "engines"))
    edited = edited_of(request, place, asker, row, "labels", "")
    analysis = place.settings.data / "analyses" / str(row["id"]) / row["analysis"] if row["analysis"] else None
    try:
        chosen = find_task(task)
        labels = task_labels(chosen, listed(goal), listed(engines)[:TOP], analysis)
    except typer.BadParameter as error:
        raise Rejected(_without_options(str(error)), remedy="Go back and choose.", reason="unknown_task") from error
    wanted = add_labels(stored_settings(row), labels)
    hidden = [("task", task), ("goal", goal), ("engines", engines)]
    asked = Confirmed(
        f"Add labels: {chosen.title}", f"{edited.base}/tasks", hidden, last(texts, "do"), last(texts, "known")
    )
    return confirm(edited, changed(wanted), asked)


def _without_options(text: str) -> str:
    """What a command says of its options, for somebody who has none."""
    return text.replace("--page", "a page")
