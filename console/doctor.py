"""What an installation needs, looked at one by one: each finding says what is, and what to do where it is not well."""

from __future__ import annotations

import platform
import shutil
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatch
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from uuid import uuid4

import sqlalchemy as sa

from console import datasets
from console.freshness import LATE_AFTER, lateness
from console.manage import process_rows, queue_rows
from console.stages import STAGES
from shared import failures
from shared.catalog import Catalog, open_catalog
from shared.catalog.schema import contents, files
from shared.errors import Misconfigured, ProprocessorError, Unreachable
from shared.settings import Settings
from shared.software import VERSION

if TYPE_CHECKING:
    from fetcher.source import Entry

State = Literal["good", "look", "wrong"]
FAST_CLOCK = timedelta(seconds=5)
"""Between clocks of machines that work together; locks and leases bear more, and times in reports do not."""


@dataclass(frozen=True)
class Finding:
    """What was looked at, how it is, in words, and what to do. ``look``: it works, but a person should know."""

    about: str
    state: State
    text: str
    remedy: str = ""


def examine(settings: Settings, *, sources: bool = True) -> Iterator[Finding]:
    """Every finding, as it is made. Without a catalog, what needs one is left out."""
    yield versions()
    yield from disks(settings)
    try:
        catalog = open_catalog(settings.catalog_url)
    except ProprocessorError as error:
        yield _wrong("catalog", error)
        yield mail(settings)
        yield from sign_in(settings)
        return
    try:
        yield Finding("catalog", "good", f"{catalog.place} answers.")
        yield clock(settings, catalog)
        yield from queues(settings, catalog)
        yield processes(catalog)
        yield dead_letters(catalog)
        yield mail(settings)
        yield from sign_in(settings)
        yield from every_dataset(settings, catalog, sources=sources)
    finally:
        catalog.close()


def versions() -> Finding:
    """Of this software and what it stands on."""
    parts = [f"proprocessor {VERSION}", f"Python {platform.python_version()}", f"DuckDB {version('duckdb')}"]
    return Finding("versions", "good", f"{', '.join(parts)}, {platform.system()} {platform.release()}.")


def disks(settings: Settings) -> Iterator[Finding]:
    """Whether folders can be written, and how much is free."""
    for name, folder in (("data folder", settings.data), ("published folder", settings.publish_root)):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            probe = folder / f".doctor-{uuid4().hex}"
            probe.write_bytes(b"x")
            probe.unlink()
        except OSError as error:
            text = f"{folder} cannot be written: {error.strerror}."
            yield Finding(name, "wrong", text, "Make it writable for this user, or choose another.")
            continue
        usage = shutil.disk_usage(folder)
        free = f"{usage.free / 2**30:,.1f} GiB of {usage.total / 2**30:,.1f} GiB are free at {folder}."
        if usage.free < settings.alert_disk_free * usage.total:
            yield Finding(name, "look", free, "Free some space, or shorten [retention].")
        else:
            yield Finding(name, "good", free)


def clock(settings: Settings, catalog: Catalog) -> Finding:
    """Whether the clocks of this process, of the folder's file system and of the database agree."""
    theirs = {"data folder": _file_time(settings.data)}
    if catalog.engine.dialect.name == "postgresql":
        with catalog.read() as connection:
            theirs["database"] = connection.execute(sa.text("SELECT clock_timestamp()")).scalar_one()
    now = datetime.now(UTC)
    apart = {name: abs(now - moment) for name, moment in theirs.items()}
    worst = max(apart, key=lambda name: apart[name])
    if apart[worst] > FAST_CLOCK:
        text = f"The clock of the {worst} differs from this machine's by {apart[worst].total_seconds():.0f} s."
        return Finding("clock", "wrong", text, "Let all machines keep time by NTP.")
    return Finding("clock", "good", f"It is {now:%Y-%m-%d %H:%M:%S} UTC; the clocks agree.")


def queues(settings: Settings, catalog: Catalog) -> Iterator[Finding]:
    """Whether the queue answers, and nothing has waited too long."""
    rows, error = queue_rows(settings, catalog)
    if error is not None:
        yield Finding("queue", "wrong", error, "Start the broker, or mend PROPROCESSOR_QUEUE.")
        return
    number = sum(row["not_done"] for row in rows)
    oldest = max((row["oldest_age_s"] or 0 for row in rows), default=0)
    text = f"The queue answers; {number:,} messages are not done."
    if oldest > LATE_AFTER.total_seconds():
        text = f"{text} The oldest has waited {oldest / 3600:.1f} hours."
        yield Finding("queue", "look", text, "See `proprocessor status` for the stage that is behind.")
    else:
        yield Finding("queue", "good", text)


def processes(catalog: Catalog) -> Finding:
    """Whether a process of each stage runs."""
    alive = {row["stage"] for row in process_rows(catalog) if row["alive"]}
    missing = [stage for stage in STAGES if stage not in alive]
    if missing:
        text = f"Not running: {', '.join(missing)}."
        return Finding("processes", "look", text, "`proprocessor run` starts them all; nothing is fetched meanwhile.")
    return Finding("processes", "good", "A process of each stage runs.")


def dead_letters(catalog: Catalog) -> Finding:
    """Whether messages wait for a person."""
    number = len(failures.letters(catalog))
    if number:
        text = f"{number} dead {'letter waits' if number == 1 else 'letters wait'} for you."
        return Finding("dead letters", "look", text, "`proprocessor failures list` shows them with their reasons.")
    return Finding("dead letters", "good", "There are none.")


def mail(settings: Settings) -> Finding:
    """Whether the mail server lets us in; nothing is sent."""
    from reporter.mail import smtp

    if not smtp.is_set_up(settings):
        return Finding("mail", "good", "No mail server is set: no e-mail is sent.")
    try:
        with smtp.connect(settings):
            return Finding("mail", "good", f"{settings.smtp_host} lets us in.")
    except ProprocessorError as error:
        return _wrong("mail", error)


def sign_in(settings: Settings) -> Iterator[Finding]:
    """Whether the provider of single sign-on, if one is set, answers, is the one that is meant, and has our time."""
    if settings.oidc_issuer is None:
        return
    from console.web.oidc_provider import Provider
    from console.web.oidc_tokens import LEEWAY_S

    try:
        theirs = Provider(settings).look()
    except ProprocessorError as error:
        yield _wrong("sign-in", error)
        return
    text = f"{settings.oidc_issuer} answers, and names itself so"
    apart = abs(datetime.now(UTC) - theirs) if theirs is not None else timedelta()
    if theirs is None:
        yield Finding("sign-in", "good", f"{text}; it does not tell the time.")
    elif apart > FAST_CLOCK:
        far: State = "wrong" if apart.total_seconds() > LEEWAY_S else "look"
        said = f"{text}, but its clock differs from this machine's by {apart.total_seconds():.0f} s."
        yield Finding("sign-in", far, said, "Let both machines keep time by NTP; beyond a minute nobody is let in.")
    else:
        yield Finding("sign-in", "good", f"{text}; the clocks agree.")


def every_dataset(settings: Settings, catalog: Catalog, *, sources: bool) -> Iterator[Finding]:
    """Of each: its settings, how fresh it is, what older parsers read, and whether its source answers."""
    now = datetime.now(UTC)
    for row in datasets.overview(catalog):
        about = f"data set {row['id']}"
        yield _attempt(about, partial(_readable, catalog, row["id"]))
        if late := lateness(row, now):
            yield Finding(about, "look", late, "Start the fetcher.")
        if older := _read_by_older(catalog, row["id"]):
            text = f"{older:,} files were read by an older parser."
            yield Finding(about, "look", text, f"`proprocessor reparse {row['id']}` reads them again.")
        if sources:
            yield _attempt(about, partial(_reach, settings, catalog, row["id"]))


def _readable(catalog: Catalog, dataset: str) -> str:
    from console.stored_settings import stored_settings

    settings = stored_settings(datasets.find(catalog, dataset))
    return f"Its settings can be read: {len(settings.labels)} labels, {len(settings.campaigns)} campaigns."


def _reach(settings: Settings, catalog: Catalog, dataset: str) -> str:
    from fetcher.location import read_location
    from fetcher.opener import access_of, open_source
    from fetcher.source import Gone
    from fetcher.stage import read_site

    row = datasets.find(catalog, dataset)
    location, begun = read_location(row["location"]), time.monotonic()
    source = open_source(location, access_of(row, settings))
    try:
        site = read_site(location, source)
        there = site is not None or _is_there(location.name, source.list_folder("").entries)
    except Gone as error:
        raise Unreachable(f"{location} is not there.", remedy="Check the location.", reason="source_missing") from error
    finally:
        source.close()
    if not there:
        raise Unreachable(f"{location} is not there.", remedy="Check the location.", reason="source_missing")
    took = f"in {time.monotonic() - begun:.1f} s"
    return f"Its source answers {took}: {f'the site {site.name}' if site else str(location)}."


def _is_there(name: str | None, entries: Iterable[Entry]) -> bool:
    """A folder is, since it was listed; of one file, or a pattern, there must be one."""
    return name is None or any(fnmatch(one.name, name) for one in entries)


def _read_by_older(catalog: Catalog, dataset: str) -> int:
    from parser.read import VERSION as NEWEST

    query = sa.select(sa.func.count()).select_from(files).join(contents, files.c.content == contents.c.id)
    with catalog.read() as connection:
        older = query.where(files.c.dataset == dataset, contents.c.parser_version < NEWEST)
        return int(connection.execute(older).scalar_one())


def _attempt(about: str, attempt: Callable[[], str]) -> Finding:
    try:
        return Finding(about, "good", attempt())
    except ProprocessorError as error:
        return _wrong(about, error)


def _wrong(about: str, error: ProprocessorError) -> Finding:
    faults: Any = error.faults if isinstance(error, Misconfigured) else ()
    return Finding(about, "wrong", " ".join([error.message, *faults]), error.remedy)


def _file_time(folder: Path) -> datetime:
    probe = folder / f".doctor-{uuid4().hex}"
    probe.write_bytes(b"x")
    try:
        return datetime.fromtimestamp(probe.stat().st_mtime, UTC)
    finally:
        probe.unlink()
