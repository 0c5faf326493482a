"""``proprocessor setup``: a data set in a minute; every answer is also an option."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from console import datasets
from console.command_log import log_stored
from console.datasets import Access as StoredAccess
from console.datasets import Edit, Place
from console.options import AsJson, Data, Documents, catalog_of, read_documents
from console.outgoing import announce_publishing, send
from console.output import print_json, say
from console.stored_settings import Row, stored_settings, with_source
from console.survey_words import show_survey
from fetcher.location import Credentials, read_location
from shared.catalog import Catalog
from shared.cron import next_run
from shared.dataset_settings import DatasetSettings, accepted_settings, changes_between
from shared.errors import Misconfigured
from shared.settings import Settings

if TYPE_CHECKING:
    from console.survey import Survey

DEFAULT_SCHEDULE = "15 3 * * *"


def setup(
    location: Annotated[
        str | None, typer.Option("--location", help="Location of the ClickTracks_Config.xml, or of logs.")
    ] = None,
    user: Annotated[str | None, typer.Option("--user", help="User name at the source.")] = None,
    password_env: Annotated[
        str | None,
        typer.Option("--password-env", help="Environment variable that holds the password; it is stored sealed."),
    ] = None,
    name: Annotated[str | None, typer.Option("--name", help="Name of the data set.")] = None,
    timezone: Annotated[
        str | None, typer.Option("--timezone", help="Time zone of its days, for example Europe/Berlin.")
    ] = None,
    schedule: Annotated[
        str | None, typer.Option("--schedule", help="Cron expression; 'none' fetches on demand only.")
    ] = None,
    documents: Documents = None,
    test_only: Annotated[bool, typer.Option("--test-only", help="Show what is there and store nothing.")] = False,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Ask where the data is, test it, show what was found, and store the data set with its credentials sealed."""
    asks = sys.stdin.isatty() and not as_json
    with_documents = read_documents(documents)
    settings, catalog = catalog_of(data)
    place = datasets.read_place(
        _answer(location, "Location of ClickTracks_Config.xml (ftp:, http:, sftp: or a path)", asks)
    )
    known = datasets.known_at(catalog, place, name or "")
    kept = None if known is None else stored_settings(known)
    given = _credentials(place, user, password_env, known, asks)
    found = _survey(place, settings, _with_known(given, known, settings), kept.source.format if kept else "auto")
    if not as_json:
        show_survey(found)
    edit = _settings(found, kept, name, timezone, schedule, asks)
    access = StoredAccess.of(given.user, given.password, settings)
    register = partial(datasets.register, catalog, place, edit, access, documents=with_documents)
    dataset = None if test_only else register(now=datetime.now(UTC))
    if dataset is not None:
        _follow(settings, catalog, known, datasets.find(catalog, dataset))
    if as_json:
        there = {"dataset": dataset, "known": known is not None, "location": place.location}
        print_json(there | found.to_json())
    elif dataset is not None:
        _say_stored(dataset, kept, edit, has_password=given.password is not None)


def _follow(settings: Settings, catalog: Catalog, before: Row | None, after: Row) -> None:
    """Keep what was stored in the log. Where other periods than before are to have documents, they are made, or go,
    without waiting for new data."""
    log_stored(catalog, before, after, "setup")
    if before is not None and before["documents"] != after["documents"]:
        announce_publishing(catalog, after["id"], "documents", datetime.now(UTC))
        send(settings, catalog)
        say(f"The documents of {after['id']} change; a running reporter sees to it now.")


def _say_stored(dataset: str, kept: DatasetSettings | None, edit: Edit, *, has_password: bool) -> None:
    """What is stored; of a data set that was known, what has changed."""
    sealed = ", its password sealed" if has_password else ""
    if kept is None:
        say(f"Data set {dataset} is stored{sealed}.")
    else:
        changed = ", ".join(f"{one.path} = {one.after or 'none'}" for one in changes_between(kept, edit(kept)))
        say(
            f"Data set {dataset} was known at this location{sealed}: {changed or 'no setting changed'}; the rest stays."
        )
    say(
        "`proprocessor run` fetches, parses, analyses and publishes it; "
        f"`proprocessor datasets fetch {dataset}` makes it due now."
    )


def _answer(given: str | None, question: str, asks: bool, default: str | None = None) -> str:
    """An option, else a person's answer, else the default; without a terminal, a missing answer is a fault."""
    if given is not None:
        return given
    if asks:
        return str(typer.prompt(question, default=default))
    if default is not None:
        return default
    raise typer.BadParameter(f"{question}: give it as an option, since there is no terminal to ask on.")


def _credentials(
    place: Place, user: str | None, password_env: str | None, known: Row | None, asks: bool
) -> Credentials:
    """What is given, or answered; nothing where what is known holds."""
    if password_env is not None and password_env not in os.environ:
        raise Misconfigured(f"--password-env: the environment variable {password_env} is not set.")
    password = os.environ.get(password_env) if password_env else place.password
    chosen = user or place.user
    if asks and "://" in place.location:
        stored = (known["username"] or "") if known else ""
        chosen = chosen or typer.prompt("User (empty for none)", default=stored, show_default=bool(stored)) or None
        if chosen and password is None:
            question = "Password (empty keeps the one that is stored)" if known else "Password"
            password = typer.prompt(question, hide_input=True, default="", show_default=False) or None
    return Credentials(chosen, password)


def _with_known(given: Credentials, known: Row | None, settings: Settings) -> Credentials:
    """What is not given, as it is stored."""
    if known is None or (given.user is not None and given.password is not None):
        return given
    from fetcher.opener import access_of

    # A password that is given must not fail on one that cannot be opened any more.
    stored = {**known, **({"password_env": None, "sealed_password": None} if given.password is not None else {})}
    kept = access_of(stored, settings).credentials
    return Credentials(given.user or kept.user, given.password if given.password is not None else kept.password)


def _survey(place: Place, settings: Settings, credentials: Credentials, format: str) -> Survey:
    from console.survey import survey  # with every protocol's library, which no other command needs
    from fetcher.opener import Access

    access = Access(credentials, settings.timeout_s, settings.data / "known_hosts")
    return survey(read_location(place.location), access, format)


def _settings(
    found: Survey,
    kept: DatasetSettings | None,
    name: str | None,
    timezone: str | None,
    schedule: str | None,
    asks: bool,
) -> Edit:
    """The answers as an edit of settings; what a data set has is the answer that stands there already."""
    if kept is None:
        before = (found.name, "UTC", DEFAULT_SCHEDULE)
    else:
        before = (kept.dataset.name, kept.dataset.timezone, kept.source.schedule or "none")
    chosen_name = _answer(name, "Name of the data set", asks, before[0])
    chosen_zone = _answer(timezone, "Time zone of its days", asks, before[1])
    chosen_schedule = _answer(schedule, "Fetch when (cron expression, or none)", asks, before[2])
    tables: dict[str, dict[str, str]] = {"dataset": {"name": chosen_name, "timezone": chosen_zone}, "source": {}}
    if chosen_schedule != "none":
        tables["source"]["schedule"] = chosen_schedule
    checked = accepted_settings(tables, "These answers have faults, and nothing is stored:")
    if checked.source.schedule and asks:
        moment = datetime.now(UTC)
        for _ in range(3):
            moment = next_run(checked.source.schedule, moment, chosen_zone)
            say(f"  next fetch {moment.astimezone(checked.dataset.zone):%A %Y-%m-%d %H:%M %Z}")
    return partial(_answered, answers=checked)


def _answered(settings: DatasetSettings, answers: DatasetSettings) -> DatasetSettings:
    """The settings with what setup asks for."""
    said = {"name": answers.dataset.name, "timezone": answers.dataset.timezone}
    named = settings.model_copy(update={"dataset": settings.dataset.model_copy(update=said)})
    return with_source(named, schedule=answers.source.schedule)
