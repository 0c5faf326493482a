"""Connections to the catalog, on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event, exc
from sqlalchemy.dialects import sqlite

from shared.errors import LostRace, Misconfigured, ProprocessorError, Transient, Unreachable
from shared.sqlite_file import BUSY_TIMEOUT_S, prepare

MOST_CONNECTIONS = 60
NOT_WRITABLE = ("25006", "42501")
"""SQLSTATE of a transaction that may only read, and of a right that is missing."""


class Catalog:
    """A door to one database. Safe to share between threads; make a new one after a fork."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine

    @property
    def place(self) -> str:
        """Where it is, without the password."""
        return self.engine.url.render_as_string(hide_password=True)

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """A connection for reading; sees one state of the database from its first query on."""
        with _our_errors(self.place), self.engine.connect() as connection:
            if connection.dialect.name == "postgresql":
                connection = connection.execution_options(isolation_level="REPEATABLE READ")
            yield connection

    @contextmanager
    def write(self) -> Iterator[sa.Connection]:
        """One transaction: all of it or nothing. Two at once wait for each other on SQLite."""
        with _our_errors(self.place), self.engine.connect() as connection:
            connection = connection.execution_options(proprocessor_write=True)
            with connection.begin():
                yield connection

    def close(self) -> None:
        """Give back all connections."""
        self.engine.dispose()


def open_catalog(url: str, *, migrate: bool = True) -> Catalog:
    """Open the database named by a SQLAlchemy URL, and bring its tables up to date."""
    from shared.catalog.migrate import migrate_catalog

    try:
        parsed = sa.make_url(url)
    except (exc.ArgumentError, ValueError) as error:
        raise Misconfigured(
            "The setting catalog is not a database URL.",
            remedy="Write for example sqlite:////var/lib/proprocessor/catalog.db or postgresql://user@host/name.",
        ) from error
    if parsed.drivername in ("postgresql", "postgres"):
        parsed = parsed.set(drivername="postgresql+psycopg")
    if parsed.get_backend_name() not in ("sqlite", "postgresql"):
        raise Misconfigured(
            f"The setting catalog names {parsed.get_backend_name()!r}; SQLite and PostgreSQL are supported."
        )
    engine = _sqlite(parsed) if parsed.get_backend_name() == "sqlite" else _postgresql(parsed)
    catalog = Catalog(engine)
    if migrate:
        try:
            with _our_errors(catalog.place):
                migrate_catalog(engine)
        except BaseException:
            catalog.close()
            raise
    return catalog


def insert_new(connection: sa.Connection, table: sa.Table, **values: Any) -> bool:
    """Insert a row unless one with its key is there; says whether it was new."""
    statement = _insert(connection, table).values(**values).on_conflict_do_nothing().returning(sa.literal(1))
    return connection.execute(statement).first() is not None


def upsert(connection: sa.Connection, table: sa.Table, key: tuple[str, ...], **values: Any) -> None:
    """Insert a row, or bring the one with this key up to date."""
    statement = _insert(connection, table).values(**values)
    changes = {name: value for name, value in values.items() if name not in key}
    connection.execute(statement.on_conflict_do_update(index_elements=list(key), set_=changes))


def _insert(connection: sa.Connection, table: sa.Table) -> Any:
    """An insert that knows what to do where a row is there."""
    if connection.dialect.name == "postgresql":
        from sqlalchemy.dialects import postgresql  # takes a while to load, and most catalogs are files

        return postgresql.insert(table)
    return sqlite.insert(table)


def _sqlite(url: sa.URL) -> sa.Engine:
    if url.database:
        folder = Path(url.database).parent
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise Misconfigured(
                f"The folder {folder} for the catalog cannot be made: {error.strerror}.",
                remedy="Choose another with PROPROCESSOR_DATA or PROPROCESSOR_CATALOG.",
            ) from error
    given = {"timeout": BUSY_TIMEOUT_S, "check_same_thread": False}
    # Of a console, each thread may wait for its own; a database in memory has but one.
    more = {"max_overflow": MOST_CONNECTIONS} if url.database not in (None, "", ":memory:") else {}
    engine = sa.create_engine(url, connect_args=given, **more)

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        prepare(connection)
        connection.execute("PRAGMA foreign_keys=ON").close()

    @event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        # A transaction that begins by reading and writes later could fail at once with "locked": take the lock first.
        write = connection.get_execution_options().get("proprocessor_write")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

    return engine


def _postgresql(url: sa.URL) -> sa.Engine:
    return sa.create_engine(url, pool_pre_ping=True, pool_size=4, connect_args={"connect_timeout": 10})


@contextmanager
def _our_errors(place: str) -> Iterator[None]:
    """Turn SQLAlchemy's errors into ours."""
    try:
        yield
    except ProprocessorError:
        raise
    except exc.IntegrityError as error:
        raise LostRace(f"Another process wrote the same row: {error.orig}.") from error
    except exc.TimeoutError as error:
        raise Transient(f"The catalog {place} is busy: no connection is free.", remedy="Try again.") from error
    except exc.DBAPIError as error:
        said = _said(place, error)
        if said is None:
            raise
        raise said from error


def _said(place: str, error: exc.DBAPIError) -> ProprocessorError | None:
    """The error in our words; ``None`` for one that is a defect of ours."""
    text = str(error.orig).strip().splitlines()[0]
    state = getattr(error.orig, "sqlstate", None)
    if state in NOT_WRITABLE or "readonly" in text:
        return Misconfigured(
            f"The catalog {place} cannot be written: {text}.",
            remedy="Make it writable for this user.",
            reason="not_writable",
        )
    if "unable to open" in text or "not a database" in text:
        return Misconfigured(
            f"The catalog {place} cannot be used: {text}.",
            remedy="It should be a SQLite file in a folder that this user may write, or not be there yet.",
        )
    if isinstance(error, exc.OperationalError):
        if "full" in text:
            return Transient(f"The disk of the catalog {place} is full.", remedy="Free some space.")
        return Unreachable(
            f"The catalog {place} does not answer: {text}.",
            remedy="Start the database or mend PROPROCESSOR_CATALOG.",
        )
    if error.connection_invalidated:
        return Unreachable(f"The connection to the catalog {place} was lost.")
    return None
