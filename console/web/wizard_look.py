"""The live test of a source: what it holds, or what is wrong beside the field it is about, and what to do."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from queue import Empty, Queue

import structlog

from console import datasets
from console.output import size
from console.stored_settings import Row, stored_settings
from console.survey import Survey, survey
from console.web.place import Place
from console.web.wizard_seal import Proven
from fetcher.location import Credentials, read_location
from fetcher.opener import Access, access_of
from shared.errors import Misconfigured, ProprocessorError, Rejected, Unreachable
from shared.texts import number_of

LONGEST_S = 60.0
"""A person waits for it."""
SILENT_S = 15.0
AT_ONCE = 4
FIELDS = {
    "credentials_refused": "password",
    "forbidden": "user",
    "password_missing": "password",
    "host_key_changed": "location",
    "known_hosts_unreadable": "location",
    "too_many_tests": "",
    "wrong_secret_key": "password",
}
"""Reason of an error to the field that it is told beside; else it is the location."""
REMEDIES = {
    "credentials_refused": "Enter both again as the owner of the source gave them, then test again.",
    "wrong_secret_key": "Enter the password again.",
}
"""What to do in a browser, where an error's own words are about commands."""
log = structlog.get_logger()
_slots = threading.BoundedSemaphore(AT_ONCE)


@dataclass(frozen=True)
class Source:
    """What a person entered; a location carries no credentials any more."""

    location: str = ""
    user: str = ""
    password: str = field(default="", repr=False)


@dataclass(frozen=True)
class Looked:
    """How a test went: what was found, or ``faults`` (field to sentences; ``""`` is the whole form)."""

    source: Source
    found: Survey | None = None
    tested: Proven | None = None
    known: str | None = None
    faults: dict[str, str] = field(default_factory=dict)


def read_source(location: str, user: str, password: str) -> Source:
    """What was entered; credentials within the location hold where no others are given.

    :class:`ProprocessorError` where it is no location.
    """
    if not location.strip():
        raise Rejected("There is no location yet.", remedy="Enter one.", reason="unknown_location")
    place = datasets.read_place(location.strip())
    read_location(place.location)
    return Source(place.location, user.strip() or place.user or "", password or place.password or "")


def look(place: Place, source: Source, account: str, *, longest_s: float = LONGEST_S) -> Looked:
    """Test a source, for at most so many seconds."""
    known = datasets.known_at(place.catalog, datasets.Place(source.location))
    try:
        found, source = examine(place, source, known, longest_s)
    except ProprocessorError as error:
        return Looked(source, faults=faults_of(error))
    tested = Proven(source.location, source.user, source.password, found.name, summary_of(found), account)
    return Looked(source, found, tested, known["id"] if known else None)


def examine(place: Place, source: Source, known: Row | None, longest_s: float = LONGEST_S) -> tuple[Survey, Source]:
    """What a source holds, and the source with the user that opened it; errors are those of a fetch."""
    access = _access(place, source, known)
    named = stored_settings(known).source.format if known else "auto"
    location = read_location(source.location)
    found = _within(lambda: survey(location, access, named), longest_s)
    return found, Source(source.location, source.user or access.credentials.user or "", source.password)


def faults_of(error: ProprocessorError) -> dict[str, str]:
    """An error beside its field, with what to do."""
    remedy = REMEDIES.get(error.reason, error.remedy)
    said = [error.message, remedy, *(error.faults if isinstance(error, Misconfigured) else ())]
    return {FIELDS.get(error.reason, "location"): " ".join(one for one in said if one)}


def summary_of(found: Survey) -> str:
    """What was found, in one line."""
    said = [number_of(found.files, "file")]
    said += [size(found.size_bytes)] if found.size_bytes else []
    said += [f"{found.first_day} to {found.last_day}"] if found.first_day else []
    return ", ".join(said)


def _access(place: Place, source: Source, known: Row | None) -> Access:
    """The credentials entered; of a location that is known, those that are stored where none were."""
    user, password = source.user or None, source.password or None
    if known is not None and password is None:
        if user in (None, known["username"]):
            kept = access_of(known, place.settings).credentials
            user, password = kept.user, kept.password
        elif known["sealed_password"] or known["password_env"]:
            raise Misconfigured(
                "The stored password belongs to another user.",
                remedy="Enter the password of this one.",
                reason="password_missing",
            )
    return Access(
        Credentials(user, password), min(place.settings.timeout_s, SILENT_S), place.settings.data / "known_hosts"
    )


def _within(work: Callable[[], Survey], longest_s: float) -> Survey:
    """Do it in a thread that nobody waits for longer: its own silence limit ends it."""
    if not _slots.acquire(blocking=False):
        raise Rejected(
            f"{AT_ONCE} sources are being tested already.", remedy="Wait a moment, then test.", reason="too_many_tests"
        )
    ended: Queue[Survey | ProprocessorError] = Queue(1)

    def run() -> None:
        try:
            ended.put(work())
        except ProprocessorError as error:
            ended.put(error)
        except Exception as error:
            log.exception("setup.unexpected")
            ended.put(
                Rejected(f"Something went wrong here: {type(error).__name__}.", remedy="The console's log says what.")
            )
        finally:
            _slots.release()

    threading.Thread(target=run, name="setup-test", daemon=True).start()
    try:
        result = ended.get(timeout=longest_s)
    except Empty as error:
        raise Unreachable(
            f"The source did not show all it holds within {longest_s:.0f} seconds.",
            remedy="Check that it is the folder of one data set, then test again.",
            reason="test_too_long",
        ) from error
    if isinstance(result, ProprocessorError):
        raise result
    return result
