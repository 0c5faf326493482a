"""Data sets in the catalog: made, found, listed, removed."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from console.places import Place, id_for, read_place, slug
from console.stored_settings import stored_settings
from shared import accounts
from shared.catalog import Catalog
from shared.catalog.engine import insert_new
from shared.catalog.schema import (
    analyses,
    contents,
    costs,
    datasets,
    day_notes,
    deliveries,
    files,
    incidents,
    mail_plans,
    overlay_plans,
    pauses,
    publications,
    rounds,
    shares,
    snapshots,
    suppressed,
    targets,
    views,
)
from shared.dataset_settings import DatasetSettings
from shared.errors import Rejected
from shared.settings import Settings

__all__ = ["Access", "Edit", "Place", "id_for", "read_place", "register", "slug"]
PERIOD_KINDS = ("day", "week", "month", "year", "all")
OF_DATASETS = (
    rounds, files, analyses, publications, costs, targets, mail_plans, deliveries, suppressed, incidents, snapshots,
    overlay_plans, shares, views, day_notes,
)  # fmt: skip
"""Tables whose rows go with their data set."""
Edit = Callable[[DatasetSettings], DatasetSettings]
"""What a command changes of settings; the rest stays."""


@dataclass(frozen=True)
class Access:
    """How a source is opened; the password is sealed or named by an environment variable, never in clear."""

    user: str | None = None
    sealed_password: str | None = None
    password_env: str | None = None

    @classmethod
    def of(cls, user: str | None, password: str | None, settings: Settings) -> Access:
        """With a password that was entered; sealed by the installation's key."""
        from shared.secrets import open_box  # with cryptography, which listings need not

        return cls(user, sealed_password=open_box(settings).seal(password) if password else None)


def register(  # noqa: PLR0913 - all but four by name
    catalog: Catalog,
    place: Place,
    settings: DatasetSettings | Edit,
    access: Access,
    *,
    now: datetime,
    periods: Sequence[str] | None = None,
    documents: Sequence[str] | None = None,
    publish: Path | None = None,
    moved: bool = False,
) -> str:
    """Make a data set for a location, or bring the one it has up to date; gives its id.

    ``settings`` replace the stored ones, or are an edit of them; of the defaults, where there are none. What
    ``access``, ``periods``, ``documents`` and ``publish`` do not give stays as it is stored; a new data set has every
    period, and documents of none.
    ``moved``: a data set of this name is the same one, at a new location. :class:`Misconfigured` where an edit cannot
    read what is stored.
    """
    begun = settings if isinstance(settings, DatasetSettings) else settings(DatasetSettings())
    wanted = id_for(place.location, begun.dataset.name)
    with catalog.write() as connection:
        row = _row_at(connection, place, wanted, moved=moved)
        if row is not None and not isinstance(settings, DatasetSettings):
            begun = settings(stored_settings(dict(row)))
        values = _given(access, periods, documents, publish) | {
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


def known_at(catalog: Catalog, place: Place, name: str = "", *, moved: bool = False) -> dict[str, Any] | None:
    """The row of the data set that a location has; of several, the one that :func:`register` takes for this name."""
    with catalog.read() as connection:
        row = _row_at(connection, place, id_for(place.location, name), moved=moved)
    return None if row is None else dict(row)


def _row_at(connection: sa.Connection, place: Place, wanted: str, *, moved: bool) -> sa.RowMapping | None:
    fits = datasets.c.location == place.location
    if moved:
        fits |= datasets.c.id == wanted
    first = (datasets.c.location != place.location, datasets.c.id != wanted, datasets.c.id)
    return connection.execute(sa.select(datasets).where(fits).order_by(*first)).mappings().first()


def _given(
    access: Access, periods: Sequence[str] | None, documents: Sequence[str] | None, publish: Path | None
) -> dict[str, Any]:
    """The columns that a command names; one way to the password takes the place of the other."""
    values: dict[str, Any] = {}
    if access.user is not None:
        values["username"] = access.user
    if access.sealed_password is not None or access.password_env is not None:
        values |= {"sealed_password": access.sealed_password, "password_env": access.password_env}
    if periods is not None:
        values["periods"] = ",".join(kind for kind in PERIOD_KINDS if kind in periods)
    if documents is not None:
        values["documents"] = ",".join(kind for kind in PERIOD_KINDS if kind in documents)
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


def overview_of(catalog: Catalog, row: Mapping[str, Any]) -> dict[str, Any]:
    """The same of one, of its row."""
    with catalog.read() as connection:
        return _overview_of(connection, dict(row))


def file_rows(catalog: Catalog, dataset: str, *, start: int = 0, limit: int | None = None) -> list[dict[str, Any]]:
    """Files of a data set, by path, with their counts: all, or so many. A file that is held has counts, too."""
    counts = (contents.c.format, contents.c.lines, contents.c.directives, contents.c.hits, contents.c.rejects)
    columns = (
        files.c.id,
        files.c.path,
        files.c.server,
        files.c.size_bytes,
        files.c.state,
        files.c.sha256,
        files.c.fetched_at,
    )
    others = (contents.c.parser_version.label("parser"), files.c.format.label("named_format"), files.c.error)
    is_held = sa.and_(files.c.state == "failed", files.c.held.is_not(None)).label("held")
    parsed = contents.c.id == sa.func.coalesce(files.c.content, files.c.held)
    query = sa.select(*columns, *counts, *others, is_held).outerjoin(contents, parsed)
    with catalog.read() as connection:
        ordered = query.where(files.c.dataset == dataset).order_by(files.c.path, files.c.id)
        rows = connection.execute(ordered.offset(start).limit(limit))
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
    """Forget a data set: its rows, analyses, copies of pages. Raw files and published folders stay."""
    find(catalog, dataset)
    with catalog.write() as connection:
        for table in OF_DATASETS:
            connection.execute(sa.delete(table).where(table.c.dataset == dataset))
        connection.execute(sa.delete(datasets).where(datasets.c.id == dataset))
        accounts.forget_dataset(connection, dataset)
        connection.execute(sa.delete(pauses).where(pauses.c.kind == "dataset", pauses.c.name == dataset))
    shutil.rmtree(data / "analyses" / dataset, ignore_errors=True)
    shutil.rmtree(data / "overlay" / dataset, ignore_errors=True)


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
        "periods": row["periods"].split(","),
        "documents": [kind for kind in row["documents"].split(",") if kind],
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
