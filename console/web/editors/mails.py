"""An e-mail event as its recipients would get it: shown in a frame of its own, or sent to oneself as a test."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, Response
from markupsafe import escape

from console.mail import send_test, size_words
from console.settings_change import SettingsChange
from console.web.editors.edited import Sent
from console.web.editors.forms import planned_of
from console.web.editors.items import edited_of
from console.web.guard import Editable, Known, Ours, note
from console.web.place import Here
from console.web.turns import PATIENCE_S, a_turn
from console.web.view import go, link_below
from shared.errors import ProprocessorError

router = APIRouter(include_in_schema=False)
POLICY = "sandbox; default-src 'none'; img-src data:; style-src 'unsafe-inline'; frame-ancestors 'self'"
HEADERS = {"Content-Security-Policy": POLICY, "Cache-Control": "no-store"}


@router.post("/datasets/{dataset}/settings/mails/preview", dependencies=[Ours])
def preview(
    request: Request, place: Here, asker: Known, row: Editable, texts: Sent, name: Annotated[str, Query()] = ""
) -> Response:
    """The e-mail of a form, of the last whole period; nothing is stored or sent."""
    from reporter.mail.event import published_event  # which loads what draws and writes documents
    from reporter.mail.making import edition_apart
    from reporter.mail.trial import shown_html, trial_of

    edited = edited_of(request, place, asker, row, "mails", name)
    planned = planned_of(edited, *edited.read(texts))
    if not isinstance(planned, SettingsChange):
        return _words("Mend what is wrong first: “Show what changes” marks it.")
    mail = planned.after.mails[int(edited.root[1])]
    try:
        event = published_event(place.catalog, row["id"], planned.after, mail)
        with a_turn(PATIENCE_S):  # it draws charts, and writes what is attached
            make = partial(trial_of, place.catalog, place.settings, event, make=edition_apart)
            trial = make(period_id=None, recipient=None, now=place.now())
    except ProprocessorError as error:
        return _words(f"{error.message} {error.remedy}")
    said = f"Subject: {trial.edition.content.subject}. To: {trial.recipient}. {len(trial.message):,} bytes."
    head = f'<p style="font: 14px sans-serif; margin: 12px; color: #444">{escape(f"{said} {size_words(trial)}")}</p>'
    return HTMLResponse(f"{head}{shown_html(trial)}", headers=HEADERS)


@router.post("/datasets/{dataset}/settings/mails/test", dependencies=[Ours])
def test(
    request: Request,
    place: Here,
    asker: Known,
    row: Editable,
    name: Annotated[str, Form()] = "",
    to: Annotated[str, Form()] = "",
) -> Response:
    """Send a stored event to oneself, now. It counts as nothing."""
    tried = send_test(place.settings, place.catalog, row["id"], name, to=to, period=None, now=place.now())
    note(place, asker, "mail.test", row["id"], event=name, to=tried.to)
    return go(request, link_below(f"/datasets/{row['id']}/settings/mails/one", name=name), tried.sentence)


def _words(text: str) -> Response:
    """In the frame, in place of an e-mail."""
    return HTMLResponse(f'<p style="font: 16px sans-serif; margin: 16px">{escape(text)}</p>', headers=HEADERS)
