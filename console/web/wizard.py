"""The setup wizard: where the data is, a live test of that, then name, time zone, timetable and tasks of a data set.

Nothing is stored before the last step. The password goes through the browser sealed, with the source it is for.
"""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import Response

from console import datasets
from console.datasets import Access, Edit
from console.outgoing import make_due
from console.stored_settings import stored_settings
from console.survey_words import HIT_COLUMNS, REJECT_COLUMNS, hit_row, reject_row, sample_sentences, survey_rows
from console.web.asker import Asker
from console.web.guard import Administrator, Ours, note
from console.web.place import Here, Place
from console.web.settings_taken import note_stored
from console.web.view import go, page
from console.web.wizard_answers import Answers, check, choices, first_answers, preview
from console.web.wizard_look import Looked, Source, faults_of, look, read_source
from console.web.wizard_seal import Proven, seal, unseal
from shared.errors import ProprocessorError

router = APIRouter(include_in_schema=False)
Text = Annotated[str, Form()]
Answered = Annotated[Answers, Depends()]
TEST_AGAIN = {"": "The source was not tested here, or too long ago. Test it, then continue."}


@router.get("/setup")
def begin(request: Request, place: Here, asker: Administrator) -> Response:
    """The first step: where the data is."""
    return _source_page(request, place, asker, Looked(Source()))


@router.post("/setup", dependencies=[Ours])
def back(request: Request, place: Here, asker: Administrator, sealed: Text = "") -> Response:
    """The first step again, as it was left."""
    tested = unseal(place, sealed, asker.account.name)
    source = Source(tested.location, tested.user) if tested else Source()
    return _source_page(request, place, asker, Looked(source, tested=tested))


@router.post("/setup/test", dependencies=[Ours])
def test(
    request: Request,
    place: Here,
    asker: Administrator,
    location: Text = "",
    user: Text = "",
    password: Text = "",
    sealed: Text = "",
) -> Response:
    """Show what is there, or what is wrong. A test that finds a fault has done its work: it answers 200."""
    try:
        source = read_source(location, user, password)
    except ProprocessorError as error:
        shown = Source(_shown(location), user)
        return _source_page(request, place, asker, Looked(shown, faults=faults_of(error)))
    before = unseal(place, sealed, asker.account.name)
    if not source.password and before is not None and before.is_of(source.location, source.user):
        source = Source(source.location, source.user, before.password)
    looked = look(place, source, asker.account.name)
    note(place, asker, "setup.test", location=source.location, user=source.user, found=looked.found is not None)
    return _source_page(request, place, asker, looked)


@router.post("/setup/answers", dependencies=[Ours])
def answers(
    request: Request,
    place: Here,
    asker: Administrator,
    location: Text = "",
    user: Text = "",
    password: Text = "",
    sealed: Text = "",
) -> Response:
    """The second step. What was changed since the test is tested first."""
    tested = unseal(place, sealed, asker.account.name)
    if tested is None or password or not tested.is_of(location.strip(), user.strip()):
        return test(request, place, asker, location, user, password, sealed)
    known = datasets.known_at(place.catalog, datasets.Place(tested.location))
    analysis = None
    if known is not None and known["analysis"]:
        analysis = place.settings.data / "analyses" / known["id"] / known["analysis"]
    kept = stored_settings(known) if known else None
    return _answers_page(request, place, asker, tested, first_answers(tested.name, kept, analysis), {})


@router.post("/setup/schedule", dependencies=[Ours])
def schedule(request: Request, place: Here, asker: Administrator, answered: Answered) -> Response:
    """The next runs of what is chosen so far."""
    runs, faults = preview(answered, place.now())
    return page(request, "wizard_runs.html", asker=asker, runs=runs, run_faults=faults)


@router.post("/setup/store", dependencies=[Ours])
def store(request: Request, place: Here, asker: Administrator, answered: Answered, sealed: Text = "") -> Response:
    """Store the data set, make it due, and show how far its first import is."""
    tested = unseal(place, sealed, asker.account.name)
    if tested is None:
        return _source_page(request, place, asker, Looked(Source(), faults=TEST_AGAIN), status=422)
    known = datasets.known_at(place.catalog, datasets.Place(tested.location), answered.name)
    checked = check(answered, stored_settings(known) if known else None)
    if checked.edit is None:
        return _answers_page(request, place, asker, tested, answered, checked.faults, status=422)
    dataset = _store(place, tested, checked.edit)
    note_stored(place, asker, known, datasets.find(place.catalog, dataset), "setup wizard")
    said = "The data set is stored."
    try:
        make_due(place.settings, place.catalog, dataset, place.now())
    except ProprocessorError as error:  # it is due all the same, and is sent when the queue answers again
        said += f" {error}"
    return go(request, f"/setup/progress/{quote(dataset)}", said)


def _store(place: Place, tested: Proven, edit: Edit) -> str:
    access = Access.of(tested.user or None, tested.password, place.settings)
    return datasets.register(place.catalog, datasets.Place(tested.location), edit, access, now=place.now())


def _source_page(request: Request, place: Place, asker: Asker, looked: Looked, *, status: int = 200) -> Response:
    found = looked.found
    sample = found.sample if found else None
    values: dict[str, Any] = {
        "looked": looked,
        "faults": looked.faults,
        "source": looked.source,
        "sealed": seal(place, looked.tested) if looked.tested else "",
        "has_password": bool(looked.tested and looked.tested.password),
        "rows": survey_rows(found) if found else [],
        "sample": sample,
        "sentences": sample_sentences(sample) if sample else [],
        "hits": [hit_row(one) for one in sample.hits] if sample else [],
        "rejects": [reject_row(one) for one in sample.rejects] if sample else [],
        "hit_columns": HIT_COLUMNS,
        "reject_columns": REJECT_COLUMNS,
    }
    return page(request, "wizard_source.html", asker=asker, status_code=status, **values)


def _answers_page(
    request: Request, place: Place, asker: Asker, tested: Proven, answered: Answers, faults: dict[str, str],
    *, status: int = 200,
) -> Response:  # fmt: skip
    known = datasets.known_at(place.catalog, datasets.Place(tested.location), answered.name)
    runs, run_faults = preview(answered, place.now())
    values = {"tested": tested, "sealed": seal(place, tested), "answers": answered, "faults": faults}
    values |= {"runs": runs, "run_faults": run_faults, "known": known["id"] if known else None, **choices()}
    return page(request, "wizard_answers.html", asker=asker, status_code=status, **values)


def _shown(location: str) -> str:
    """A location that cannot be read, without what may be a password in it."""
    scheme, separator, rest = location.strip().partition("://")
    return f"{scheme}://{rest.rpartition('@')[2]}" if separator else scheme
