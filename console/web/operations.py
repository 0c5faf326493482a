"""What runs and what waits: queues, processes, data sets, dead letters with replay and discard."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection
from datetime import timedelta
from typing import Annotated, Any
from urllib.parse import quote

import sqlalchemy as sa
from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from console.failures_command import letter_row
from console.mail_counts import mail_counts, mail_sentence
from console.manage import process_rows, queue_rows
from console.outgoing import send
from console.pause_command import checked_kind
from console.stages import CONSUMES
from console.web.guard import Administrator, Ours, note
from console.web.home import cards
from console.web.place import Here, Place
from console.web.view import go, page
from shared import failures, pauses
from shared.catalog.schema import inbox
from shared.errors import Rejected
from shared.failures import DeadLetter

router = APIRouter(include_in_schema=False)
LATELY = timedelta(minutes=5)
MOST_LETTERS = 200
LISTENERS = {stage: stage for stage in CONSUMES} | {"documents": "reporter", "mirror": "reporter"}
"""The stage whose processes take from a queue."""
Ids = Annotated[list[str] | None, Form()]
Text = Annotated[str, Form()]


@router.get("/operations")
def operations(request: Request, place: Here, asker: Administrator) -> Response:
    """Everything at a glance; asked for anew every few seconds by the page itself."""
    template = "operations_now.html" if request.headers.get("hx-request") else "operations.html"
    return page(request, template, asker=asker, **now_at(place), cards=cards(place, asker))


@router.get("/operations/failures")
def dead_letters(request: Request, place: Here, asker: Administrator, settled: bool = False) -> Response:
    """Dead letters, the last first, and how many of each reason."""
    found = failures.letters(place.catalog, state=None if settled else "waiting")
    reasons = Counter(one.reason for one in found if one.state == "waiting").most_common()
    shown = [letter_row(one) for one in reversed(found[-MOST_LETTERS:])]
    values: dict[str, Any] = {"letters": shown, "reasons": reasons, "settled": settled, "more": len(found) - len(shown)}
    return page(request, "failures.html", asker=asker, **values)


@router.get("/operations/failures/{failure}")
def dead_letter(request: Request, place: Here, asker: Administrator, failure: str) -> Response:
    """One of them, with its message."""
    row = letter_row(failures.one(place.catalog, failure))
    row["message"] = json.dumps(row["message"], ensure_ascii=False, indent=2)
    return page(request, "failure.html", asker=asker, letter=row)


@router.post("/operations/failures", dependencies=[Ours])
def settle(
    request: Request,
    place: Here,
    asker: Administrator,
    do: Text = "",
    ids: Ids = None,
    reason: Text = "",
) -> Response:
    """Replay or discard those that are marked, or all of a reason."""
    chosen = chosen_letters(place, ids or [], reason)
    if do == "replay":
        number = failures.replay(place.catalog, chosen, place.now())
        send(place.settings, place.catalog)
        said = f"{number} replayed. A running process takes them."
    elif do == "discard":
        number = failures.discard(place.catalog, chosen, place.now())
        said = f"{number} discarded."
    else:
        raise Rejected(f"{do!r} cannot be done with dead letters.", reason="unknown_action")
    note(place, asker, f"failures.{do}", reason=reason or None, number=number, ids=[one.id for one in chosen][:100])
    return go(request, "/operations/failures", said)


@router.post("/operations/pauses", dependencies=[Ours])
def pause(
    request: Request, place: Here, asker: Administrator, what: Text = "", kind: Text = "stage", do: Text = ""
) -> Response:
    """Pause a stage or a data set, or let it go on."""
    known = checked_kind(place.catalog, what, kind)
    if do == "pause":
        pauses.pause(place.catalog, known, what, who=asker.account.name, now=place.now())
        said = f"{what} is paused."
    else:
        pauses.resume(place.catalog, known, what)
        said = f"{what} goes on."
    note(place, asker, f"{known}.{'pause' if do == 'pause' else 'resume'}", what)
    return go(request, "/operations" if known == pauses.STAGE else f"/datasets/{quote(what)}", said)


def chosen_letters(place: Place, ids: Collection[str], reason: str) -> list[DeadLetter]:
    """Dead letters that wait: all of a reason, else those with these ids; :class:`Rejected` where there is none."""
    waiting = failures.letters(place.catalog)
    chosen = [one for one in waiting if (one.reason == reason if reason else one.id in ids)]
    if not chosen:
        raise Rejected("No dead letter was chosen that still waits.", remedy="Mark some.", reason="nothing_chosen")
    return chosen


def now_at(place: Place) -> dict[str, Any]:
    """Queues and processes, with what is wrong."""
    queues, queue_error = queue_rows(place.settings, place.catalog)
    processes = process_rows(place.catalog)
    alive = Counter(row["stage"] for row in processes if row["alive"])
    letters = failures.letters(place.catalog)
    errors = {one.queue: one.error.partition("\n")[0] for one in letters}  # the last of each
    with place.catalog.read() as connection:
        lately = inbox.c.done_at >= place.now() - LATELY
        counted = connection.execute(sa.select(inbox.c.queue, sa.func.count()).where(lately).group_by(inbox.c.queue))
        done = {row[0]: int(row[1]) for row in counted}
    paused = {one.name: one for one in pauses.every(place.catalog) if one.kind == pauses.STAGE}
    for row in queues:
        name = row["queue"]
        row["paused"] = paused.get(name)
        row["consumers"] = alive[LISTENERS[name]]
        row["rate"] = done.get(name, 0) / (LATELY.total_seconds() / 60)
        row["last_error"] = errors.get(name)
    return {
        "queues": queues,
        "queue_error": queue_error,
        "processes": processes,
        "dead": len(letters),
        "mail": mail_sentence(mail_counts(place.catalog, place.now())),
    }
