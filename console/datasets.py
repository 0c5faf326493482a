"""Data sets in the catalog: made, found, listed, removed."""

from __future__ import annotations

import re
import shutil
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit, urlunsplit

import sqlalchemy as sa

from console.stored_settings import stored_settings
from shared.catalog import Catalog
from shared.catalog.engine import insert_new
from shared.catalog.schema import analyses, contents, costs, datasets, files, publications, rounds
from shared.dataset_settings import DatasetSettings
from shared.errors import Rejected

CONFIG_NAME = "ClickTracks_Config.xml"
PERIOD_KINDS = ("day", "week", "month", "year", "all")
SCHEMES = ("ftp", "ftps", "http", "https", "sftp")
Edit = Callable[[DatasetSettings], DatasetSettings]
"""What a command changes of settings; the rest stays."""


@dataclass(frozen=True)
class Access:
    """How a source is opened; the password is sealed or named by an environment variable, never in clear."""

    user: str | None = None
    sealed_password: str | None = None
    password_env: str | None = None


@dataclass(frozen=True)
class Place:
    """A location without credentials, and those it carried."""

    location: str
    user: str | None = None
    password: str | None = None


def read_place(location: str) -> Place:
    """Split credentials off a URL; make a path absolute."""
    parts = urlsplit(location)
    if parts.scheme.lower() not in SCHEMES:
        if re.match(r"^[a-zA-Z][a-zA-Z0-9+.-]+://", location):
            raise Rejected(
                f"The location {location} has the unknown scheme {parts.scheme!r}.",
                remedy=f"Known are {', '.join(SCHEMES)} and paths.",
                reason="unknown_scheme",
            )
        return Place(str(Path(location).expanduser().resolve()))
    host = parts.netloc.rpartition("@")[2]
    clean = urlunsplit((parts.scheme.lower(), host, parts.path, "", ""))
    user = unquote(parts.username) if parts.username else None
    return Place(clean, user, unquote(parts.password) if parts.password else None)


def slug(text: str) -> str:
    """A name as an id: lower case letters, digits, ``-``."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9_]+", "-", plain).strip("-_")[:60].strip("-_") or "dataset"


def id_for(location: str, name: str) -> str:
    """A data set's id by its name, else its folder, else its file or host."""
    if name:
        return slug(name)
    path = [part for part in unquote(urlsplit(location).path if "://" in location else location).split("/") if part]
    if path and path[-1] == CONFIG_NAME:
        path.pop()
    last = path[-1] if path else urlsplit(location).hostname or "dataset"
    return slug(re.sub(r"(\.(log|txt|nlf|gz|\d+))+$", "", last) or last)


def register(
    catalog: Catalog,
    place: Place,
    settings: DatasetSettings | Edit,
    access: Access,
    *,
    now: datetime,
    periods: Sequence[str] | None = None,
    publish: Path | None = None,
    moved: bool = False,
) -> str:
    """Make a data set for a location, or bring the one it has up to date; gives its id.

    ``settings`` replace the stored ones, or are an edit of them; of the defaults, where there are none. What
    ``access``, ``periods`` and ``publish`` do not give stays as it is stored; a new data set has every period.
    ``moved``: a data set of this name is the same one, at a new location. :class:`Misconfigured` where an edit cannot
    read what is stored.
    """
    begun = settings if isinstance(settings, DatasetSettings) else settings(DatasetSettings())
    wanted = id_for(place.location, begun.dataset.name)
    with catalog.write() as connection:
        row = _row_at(connection, place, wanted)
        if moved and row is None:
            row = connection.execute(sa.select(datasets).where(datasets.c.id == wanted)).mappings().first()
        if row is not None and not isinstance(settings, DatasetSettings):
            begun = settings(stored_settings(dict(row)))
        values = _given(access, periods, publish) | {
            "location": place.location,
            "settings": begun.model_dump(mode="json", exclude_none=True),
            "schedule": begun.source.schedule,
            "next_due": None,  # a fetcher plans anew
        }
        if row is not None:
            connection.execute(sa.update(datasets).where(datasets.c.id == row["id"]).values(**values))
            return str(row["id"])
        values = {"periods": ",".join(PERIOD_KINDS)} | values
        for number in range(1, 1000):
            chosen = wanted if number == 1 else f"{wanted}-{number}"
            if insert_new(connection, datasets, id=chosen, created_at=now, **values):
                return chosen
    raise Rejected(f"There are too many data sets named {wanted}.", remedy="Give it another name in the settings.")


def known_at(catalog: Catalog, place: Place, name: str = "") -> dict[str, Any] | None:
    """The row of the data set that a location has; of several, the one that :func:`register` takes for this name."""
    with catalog.read() as connection:
        row = _row_at(connection, place, id_for(place.location, name))
    return None if row is None else dict(row)


def _row_at(connection: sa.Connection, place: Place, wanted: str) -> sa.RowMapping | None:
    at_place = sa.select(datasets).where(datasets.c.location == place.location)
    return connection.execute(at_place.order_by(datasets.c.id != wanted, datasets.c.id)).mappings().first()


def _given(access: Access, periods: Sequence[str] | None, publish: Path | None) -> dict[str, Any]:
    """The columns that a command names; one way to the password takes the place of the other."""
    values: dict[str, Any] = {}
    if access.user is not None:
        values["username"] = access.user
    if access.sealed_password is not None or access.password_env is not None:
        values |= {"sealed_password": access.sealed_password, "password_env": access.password_env}
    if periods is not None:
        values["periods"] = ",".join(kind for kind in PERIOD_KINDS if kind in periods)
    if publish is not None:
        values["publish"] = str(publish.resolve())
    return values


def find(catalog: Catalog, dataset: str, file: str | None = None) -> dict[str, Any]:
    """The row of a data set; :class:`Rejected` where there is none, or none with a file of this path."""
    with catalog.read() as connection:
        row = connection.execute(sa.select(datasets).where(datasets.c.id == dataset)).mappings().first()
        known = connection.execute(sa.select(datasets.c.id).order_by(datasets.c.id)).scalars().all()
        same = sa.select(files.c.id).where(files.c.dataset == dataset, files.c.path == file)
        has_file = file is None or connection.execute(same).first() is not None
    if row is not None and has_file:
        return dict(row)
    if row is not None:
        raise Rejected(
            f"The data set {dataset} has no file {file!r}.",
            remedy=f"`proprocessor datasets show {dataset}` lists them.",
            reason="unknown_file",
        )
    listed = f"There are: {', '.join(known)}." if known else "There is none yet: `proprocessor setup` makes one."
    raise Rejected(f"There is no data set {dataset!r}.", remedy=listed, reason="unknown_dataset")


def overview(catalog: Catalog) -> list[dict[str, Any]]:
    """All data sets with what is known of each; for listings."""
    with catalog.read() as connection:
        rows = connection.execute(sa.select(datasets).order_by(datasets.c.id)).mappings().all()
        return [_overview_of(connection, dict(row)) for row in rows]


def file_rows(catalog: Catalog, dataset: str) -> list[dict[str, Any]]:
    """Every file of a data set with its counts; for ``datasets show``. A file that is held has counts, too."""
    counts = (contents.c.format, contents.c.lines, contents.c.directives, contents.c.hits, contents.c.rejects)
    columns = (files.c.path, files.c.server, files.c.size_bytes, files.c.state, files.c.sha256, files.c.fetched_at)
    others = (contents.c.parser_version.label("parser"), files.c.format.label("named_format"), files.c.error)
    is_held = sa.and_(files.c.state == "failed", files.c.held.is_not(None)).label("held")
    parsed = contents.c.id == sa.func.coalesce(files.c.content, files.c.held)
    query = sa.select(*columns, *counts, *others, is_held).outerjoin(contents, parsed)
    with catalog.read() as connection:
        rows = connection.execute(query.where(files.c.dataset == dataset).order_by(files.c.path, files.c.id))
        found = [dict(row) for row in rows.mappings()]
    return [row | {"state": "held" if row.pop("held") else row["state"]} for row in found]


def name_format(catalog: Catalog, dataset: str, paths: Iterable[str], name: str) -> None:
    """Let these paths be read as this format from now on, whatever the data set's settings say.

    :class:`Misconfigured` where the parser knows no such format.
    """
    from parser.detect import choose

    choose(name, (), "--format")
    with catalog.write() as connection:
        for path in paths:
            same = sa.update(files).where(files.c.dataset == dataset, files.c.path == path)
            connection.execute(same.values(format=name))


def remove(catalog: Catalog, dataset: str, data: Path) -> None:
    """Forget a data set: its rows and analyses. Raw files stay in the store, published folders where they are."""
    find(catalog, dataset)
    with catalog.write() as connection:
        for table in (rounds, files, analyses, publications, costs):
            connection.execute(sa.delete(table).where(table.c.dataset == dataset))
        connection.execute(sa.delete(datasets).where(datasets.c.id == dataset))
    shutil.rmtree(data / "analyses" / dataset, ignore_errors=True)


def _overview_of(connection: sa.Connection, row: dict[str, Any]) -> dict[str, Any]:
    by_state = sa.select(files.c.state, sa.func.count()).where(files.c.dataset == row["id"]).group_by(files.c.state)
    states = {row[0]: row[1] for row in connection.execute(by_state)}
    last = sa.select(rounds).where(rounds.c.dataset == row["id"]).order_by(rounds.c.started_at.desc()).limit(1)
    fetch = connection.execute(last).mappings().first()
    where = (analyses.c.dataset == row["id"]) & (analyses.c.digest == row["analysis"])
    analysis = connection.execute(sa.select(analyses).where(where)).mappings().first()
    published = sa.select(sa.func.max(publications.c.published_at)).where(publications.c.dataset == row["id"])
    return {
        "id": row["id"],
        "name": _name_of(row["settings"]) or row["id"],
        "location": row["location"],
        "schedule": row["schedule"],
        "next_due": row["next_due"],
        "files": sum(states.values()),
        "files_waiting": states.get("fetched", 0),
        "files_failed": states.get("failed", 0),
        "last_fetch": fetch["started_at"] if fetch else None,
        "last_fetch_state": fetch["state"] if fetch else None,
        "last_fetch_error": fetch["error"] if fetch else None,
        "visits": analysis["visits"] if analysis else None,
        "page_views": analysis["page_views"] if analysis else None,
        "analysed_at": analysis["created_at"] if analysis else None,
        "published_at": connection.execute(published).scalar(),
    }


def _name_of(settings: object) -> str:
    """A listing tells of every data set, also where its settings can no longer be read."""
    table = settings.get("dataset") if isinstance(settings, Mapping) else None
    name = table.get("name") if isinstance(table, Mapping) else None
    return name if isinstance(name, str) else ""
