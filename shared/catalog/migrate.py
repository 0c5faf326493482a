"""Bring the tables of the catalog up to date, once, however many processes start at the same moment."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from shared.errors import Misconfigured

HEAD = "0017"
"""The newest migration; a test compares it with the folder."""
ADVISORY_LOCK = 5_407_201_115


def migrate_catalog(engine: sa.Engine) -> None:
    """Run the migrations that are missing; a database that is newer than this software is refused."""
    if _version(engine) == HEAD:
        return
    with _one_at_a_time(engine):
        version = _version(engine)
        if version == HEAD:
            return
        if version is not None and version > HEAD:
            raise Misconfigured(
                f"The catalog has schema {version}; this software knows {HEAD}.",
                remedy="Update the software, or restore an older copy of the catalog.",
            )
        if version is None:
            _create(engine)
        else:
            _upgrade(engine)


def _create(engine: sa.Engine) -> None:
    """A new database gets the tables as they are now, which is what all migrations make; a test compares."""
    from shared.catalog.schema import metadata

    with engine.connect() as connection:
        connection = connection.execution_options(proprocessor_write=True)
        with connection.begin():
            metadata.create_all(connection, checkfirst=False)
            column = "version_num VARCHAR(32) NOT NULL, CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)"
            connection.execute(sa.text(f"CREATE TABLE alembic_version ({column})"))
            connection.execute(sa.text("INSERT INTO alembic_version VALUES (:head)"), {"head": HEAD})


def _version(engine: sa.Engine) -> str | None:
    with engine.connect() as connection:
        if not sa.inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()


def _upgrade(engine: sa.Engine) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    with engine.connect() as connection:
        connection = connection.execution_options(proprocessor_write=True)
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


@contextmanager
def _one_at_a_time(engine: sa.Engine) -> Iterator[None]:
    if engine.dialect.name == "postgresql":
        with engine.connect() as connection:
            connection.execute(sa.text("SELECT pg_advisory_lock(:id)"), {"id": ADVISORY_LOCK})
            try:
                yield
            finally:
                connection.execute(sa.text("SELECT pg_advisory_unlock(:id)"), {"id": ADVISORY_LOCK})
        return
    database = engine.url.database
    if not database:
        yield
        return
    with Path(f"{database}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
