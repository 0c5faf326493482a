"""``proprocessor setup``: a data set in a minute; every answer is also an option."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from console import datasets
from console.datasets import Access as StoredAccess
from console.datasets import Place
from console.options import AsJson, Data, catalog_of
from console.output import out, print_json, say, size
from fetcher.location import Credentials, read_location
from shared.cron import next_run
from shared.dataset_settings import DatasetSettings, parse_dataset_settings
from shared.errors import Misconfigured
from shared.secrets import open_box
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
    test_only: Annotated[bool, typer.Option("--test-only", help="Show what is there and store nothing.")] = False,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Ask where the data is, test it, show what was found, and store the data set with its credentials sealed."""
    asks = sys.stdin.isatty() and not as_json
    settings, catalog = catalog_of(data)
    place = datasets.read_place(
        _answer(location, "Location of ClickTracks_Config.xml (ftp:, http:, sftp: or a path)", asks)
    )
    credentials = _credentials(place, user, password_env, asks)
    found = _survey(place, settings, credentials)
    if not as_json:
        _show(found)
    dataset_settings = _settings(found, name, timezone, schedule, asks)
    answer: dict[str, Any] = {"dataset": None, "location": place.location, **found.to_json()}
    if not test_only:
        sealed = open_box(settings).seal(credentials.password) if credentials.password else None
        stored = StoredAccess(credentials.user, sealed_password=sealed)
        answer["dataset"] = datasets.register(catalog, place, dataset_settings, stored, now=datetime.now(UTC))
    if as_json:
        print_json(answer)
    elif answer["dataset"]:
        say(f"Data set {answer['dataset']} is stored{', its password sealed' if credentials.password else ''}.")
        say(
            "`proprocessor run` fetches, parses, analyses and publishes it; "
            f"`proprocessor datasets fetch {answer['dataset']}` makes it due now."
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


def _credentials(place: Place, user: str | None, password_env: str | None, asks: bool) -> Credentials:
    if password_env is not None and password_env not in os.environ:
        raise Misconfigured(f"--password-env: the environment variable {password_env} is not set.")
    password = os.environ.get(password_env) if password_env else place.password
    chosen = user or place.user
    if asks and "://" in place.location:
        chosen = chosen or typer.prompt("User (empty for none)", default="", show_default=False) or None
        if chosen and password is None:
            password = typer.prompt("Password", hide_input=True, default="", show_default=False) or None
    return Credentials(chosen, password)


def _survey(place: Place, settings: Settings, credentials: Credentials) -> Survey:
    from console.survey import survey  # with every protocol's library, which no other command needs
    from fetcher.opener import Access

    access = Access(credentials, settings.timeout_s, settings.data / "known_hosts")
    return survey(read_location(place.location), access)


def _settings(
    found: Survey, name: str | None, timezone: str | None, schedule: str | None, asks: bool
) -> DatasetSettings:
    chosen_name = _answer(name, "Name of the data set", asks, found.name)
    chosen_zone = _answer(timezone, "Time zone of its days", asks, "UTC")
    chosen_schedule = _answer(schedule, "Fetch when (cron expression, or none)", asks, DEFAULT_SCHEDULE)
    settings = DatasetSettings()
    base = settings.model_dump(mode="json", exclude_none=True)
    base["dataset"] |= {"name": chosen_name, "timezone": chosen_zone}
    if chosen_schedule != "none":
        base["source"]["schedule"] = chosen_schedule
    checked = parse_dataset_settings(_toml(base), name="the answers")
    if checked.source.schedule and asks:
        moment = datetime.now(UTC)
        for _ in range(3):
            moment = next_run(checked.source.schedule, moment, chosen_zone)
            say(f"  next fetch {moment.astimezone(checked.dataset.zone):%A %Y-%m-%d %H:%M %Z}")
    return checked


def _toml(base: dict[str, Any]) -> str:
    import json

    lines = []
    for table in ("dataset", "source"):
        lines.append(f"[{table}]")
        lines += [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in base[table].items()]
    return "\n".join(lines)


def _show(found: Survey) -> None:
    """What was found, as a person reads it."""
    rows = [
        ("Site", found.site or "–"),
        ("Own hosts", ", ".join(found.hosts) or "–"),
        ("Subdomains", ", ".join(found.subdomains) or "–"),
        ("Servers", ", ".join(found.servers) or "–"),
        ("Files", f"{found.files:,} ({size(found.size_bytes)})" if found.size_bytes else f"{found.files:,}"),
        ("First day", found.first_day.isoformat() if found.first_day else "–"),
        ("Last day", found.last_day.isoformat() if found.last_day else "–"),
    ]
    for heading, text in rows:
        out.print(f"  {heading:<11}", text, markup=False)
    for note in found.notes:
        say(f"  {note}")
