"""The catalog on SQLite and PostgreSQL: its schema, its migrations, its transactions, and its errors in our words."""

from __future__ import annotations

import multiprocessing
import os
import sqlite3
import subprocess
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta, timezone
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

import shared.catalog
from shared.catalog import Catalog, open_catalog
from shared.catalog.engine import insert_new, upsert
from shared.catalog.migrate import HEAD
from shared.catalog.schema import contents, files, growths, inbox, metadata, publications, rounds
from shared.errors import EXIT_MISCONFIGURED, EXIT_UNREACHABLE, LostRace, Misconfigured, Transient, Unreachable
from tests.servers import PostgreSQL, free_port

SPAWN = multiprocessing.get_context("spawn")
DEADLINE_S = 120.0
NOW = datetime(2026, 3, 29, 1, 30, 15, 123456, tzinfo=UTC)


@pytest.fixture
def catalog(catalog_url: str) -> Iterator[Catalog]:
    one = open_catalog(catalog_url)
    yield one
    one.close()


@pytest.fixture
def in_file(tmp_path: Path) -> Iterator[Catalog]:
    one = open_catalog(f"sqlite:///{tmp_path / 'catalog.db'}")
    yield one
    one.close()


@pytest.fixture
def on_postgresql(postgresql_url: str) -> Iterator[Catalog]:
    one = open_catalog(postgresql_url)
    yield one
    one.close()


@contextmanager
def small_disk(folder: Path, options: str) -> Iterator[None]:
    """A disk of its own at ``folder``; mounting is root's to do."""
    folder.mkdir(exist_ok=True)
    command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
    if os.getuid() != 0 or subprocess.run(command, capture_output=True).returncode != 0:
        pytest.skip("no right to mount a small disk")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def shape(catalog: Catalog) -> dict[str, Any]:
    """Tables with columns, keys, indexes and constraints, as the database tells them."""
    found: dict[str, Any] = {}
    with catalog.engine.connect() as connection:
        inspector = sa.inspect(connection)
        for name in inspector.get_table_names():
            if name == "alembic_version":
                continue
            found[name] = {
                "columns": {
                    one["name"]: (one["nullable"], bool(one["default"])) for one in inspector.get_columns(name)
                },
                "key": inspector.get_pk_constraint(name),
                "indexes": sorted(
                    (one["name"], tuple(one["column_names"]), bool(one["unique"]))
                    for one in inspector.get_indexes(name)
                    if not one.get("duplicates_constraint")
                ),
                "unique": sorted(
                    (one["name"] or "", tuple(one["column_names"])) for one in inspector.get_unique_constraints(name)
                ),
                "foreign": inspector.get_foreign_keys(name),
            }
    return found


def made_from_metadata(catalog: Catalog, name: str) -> dict[str, Any]:
    """The shape that the tables written in ``schema.py`` have when made without migrations."""
    if catalog.engine.dialect.name == "sqlite":
        fresh = sa.create_engine("sqlite://", poolclass=sa.StaticPool)
    else:
        with catalog.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql(f'CREATE DATABASE "{name}"')
        fresh = sa.create_engine(catalog.engine.url.set(database=name))
    metadata.create_all(fresh)
    found = shape(Catalog(fresh))
    fresh.dispose()
    return found


# --- Schema and migrations


def test_the_migrations_make_exactly_the_tables_of_the_code(catalog_url: str) -> None:
    catalog = at_revision(catalog_url, "head")
    with catalog.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, metadata) == []
    assert shape(catalog) == made_from_metadata(catalog, f"m{uuid.uuid4().hex[:8]}")
    assert set(shape(catalog)) == set(metadata.tables)
    catalog.close()


def test_a_new_catalog_is_what_the_migrations_make(catalog: Catalog) -> None:
    assert shape(catalog) == made_from_metadata(catalog, f"m{uuid.uuid4().hex[:8]}")
    with catalog.read() as connection:
        versions = sa.inspect(connection).get_columns("alembic_version")
    older = at_revision("sqlite://", "0001")
    with older.read() as connection:
        assert [one["name"] for one in versions] == [
            one["name"] for one in sa.inspect(connection).get_columns("alembic_version")
        ]
    older.close()


def test_the_head_is_the_newest_migration_of_the_folder() -> None:
    scripts = ScriptDirectory(str(Path(shared.catalog.__file__).parent / "migrations"))
    assert scripts.get_heads() == [HEAD]
    assert [one.revision for one in scripts.walk_revisions()][-1] == "0001"


def at_revision(url: str, revision: str) -> Catalog:
    """A catalog as an older version of the software left it."""
    catalog = open_catalog(url, migrate=False)
    config = Config()
    config.set_main_option("script_location", str(Path(shared.catalog.__file__).parent / "migrations"))
    with catalog.engine.connect() as connection:
        config.attributes["connection"] = connection.execution_options(proprocessor_write=True)
        command.upgrade(config, revision)
    return catalog


def test_what_an_older_version_wrote_is_kept_and_completed(catalog_url: str) -> None:
    older = at_revision(catalog_url, "0001")
    content = {one.name: "x" for one in contents.c if one.name != "parser_version"}
    content |= dict.fromkeys(("lines", "directives", "hits", "rejects", "plain_bytes"), 7)
    content |= {"first_ts": None, "last_ts": NOW, "head": b"h", "parts": ["p"], "cookies_logged": True}
    content |= {"reject_reasons": {"shape": 7}, "parsed_at": NOW}
    file = dict.fromkeys(("dataset", "server", "path", "sha256", "state", "round", "content"), "x")
    with older.write() as connection:
        connection.execute(sa.insert(contents).values(content))
        connection.execute(sa.insert(files).values(file | {"size_bytes": 1, "fetched_at": NOW}))
    older.close()
    catalog = open_catalog(catalog_url)
    with catalog.read() as connection:
        assert dict(connection.execute(sa.select(contents)).mappings().one()) == content | {"parser_version": 1}
        row = connection.execute(sa.select(files)).mappings().one()
        assert (row["content"], row["format"], row["held"]) == ("x", None, None)
    catalog.close()


def test_opening_again_changes_nothing(catalog_url: str) -> None:
    first = open_catalog(catalog_url)
    before = shape(first)
    with first.write() as connection:
        insert_new(connection, growths, smaller="a", larger="b")
    first.close()
    second = open_catalog(catalog_url)
    assert shape(second) == before
    with second.read() as connection:
        assert connection.execute(sa.select(growths)).all() == [("a", "b")]
        assert connection.exec_driver_sql("SELECT version_num FROM alembic_version").all() == [(HEAD,)]
    second.close()


def test_a_catalog_of_a_newer_version_is_refused_and_left_alone(catalog_url: str) -> None:
    catalog = open_catalog(catalog_url)
    with catalog.write() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    catalog.close()
    with pytest.raises(Misconfigured, match=rf"schema 9999; this software knows {HEAD}.*Update") as refused:
        open_catalog(catalog_url)
    assert refused.value.exit_code == EXIT_MISCONFIGURED
    catalog = open_catalog(catalog_url, migrate=False)
    with catalog.read() as connection:
        assert connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() == "9999"
    catalog.close()


def test_a_migration_that_fails_leaves_nothing_and_can_be_repeated(catalog_url: str) -> None:
    catalog = open_catalog(catalog_url, migrate=False)
    with catalog.write() as connection:
        connection.exec_driver_sql("CREATE TABLE processes (somebody_elses INTEGER)")
    catalog.close()
    with pytest.raises(Exception, match="processes"):
        open_catalog(catalog_url)
    with catalog.write() as connection:
        assert sa.inspect(connection).get_table_names() in (["processes"], ["alembic_version", "processes"])
        connection.exec_driver_sql("DROP TABLE processes")
    catalog.close()
    catalog = open_catalog(catalog_url)
    assert set(shape(catalog)) == set(metadata.tables)
    catalog.close()


def open_together(url: str, begin: Barrier) -> None:
    begin.wait()
    catalog = open_catalog(url)
    with catalog.write() as connection:
        insert_new(connection, growths, smaller=str(os.getpid()), larger="x")
    catalog.close()


def test_processes_that_start_at_once_all_find_a_catalog(catalog_url: str) -> None:
    begin = SPAWN.Barrier(4)
    together = [SPAWN.Process(target=open_together, args=(catalog_url, begin), daemon=True) for _ in range(4)]
    for process in together:
        process.start()
    for process in together:
        process.join(DEADLINE_S)
    assert [process.exitcode for process in together] == [0] * 4
    catalog = open_catalog(catalog_url)
    with catalog.read() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(growths)).scalar() == 4
        assert connection.exec_driver_sql("SELECT count(*) FROM alembic_version").scalar() == 1
    catalog.close()


@pytest.mark.parametrize("_round", range(10))
def test_threads_that_make_a_file_at_once_all_find_a_catalog(tmp_path: Path, _round: int) -> None:
    begin = threading.Barrier(6)
    errors: list[BaseException] = []

    def one() -> None:
        begin.wait()
        try:
            open_catalog(f"sqlite:///{tmp_path / 'new' / 'catalog.db'}").close()
        except Exception as error:  # noqa: BLE001 - whatever a thread is told, the test must hear of it
            errors.append(error)

    run_together(one, 6)
    assert errors == []


# --- Values


@pytest.mark.parametrize(
    "value",
    [
        NOW,
        NOW.astimezone(timezone(timedelta(hours=5, minutes=45))),
        datetime(1, 1, 1, tzinfo=UTC),
        datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
    ],
)
def test_times_come_back_aware_in_utc(catalog: Catalog, value: datetime) -> None:
    with catalog.write() as connection:
        insert_new(connection, inbox, queue="q", message="m", done_at=value)
        insert_new(connection, rounds, id="r", dataset="d", state="open", started_at=value, finished_at=None)
    with catalog.read() as connection:
        found = connection.execute(sa.select(inbox.c.done_at)).scalar_one()
        assert connection.execute(sa.select(rounds.c.finished_at)).scalar_one() is None
        assert connection.execute(sa.select(inbox.c.message).where(inbox.c.done_at == value)).scalar() == "m"
        assert connection.execute(sa.select(sa.func.max(inbox.c.done_at))).scalar_one() == value
    assert (found, found.tzinfo) == (value, UTC)


def test_times_compare_as_times(catalog: Catalog) -> None:
    moments = [NOW + timedelta(microseconds=step) for step in (0, 1, 999_999, 1_000_000)]
    with catalog.write() as connection:
        for number, moment in enumerate(moments):
            insert_new(connection, inbox, queue="q", message=str(number), done_at=moment)
    with catalog.read() as connection:
        ordered = connection.execute(sa.select(inbox.c.done_at).order_by(inbox.c.done_at.desc())).scalars().all()
        late = connection.execute(sa.select(sa.func.count()).where(inbox.c.done_at < moments[2])).scalar()
    assert (list(ordered), late) == (moments[::-1], 2)


def test_what_is_there_is_not_inserted_and_can_be_brought_up_to_date(catalog: Catalog) -> None:
    row = {"dataset": "fruit", "target": "/p", "analysis": "a", "kinds": "day", "periods": 1, "published_at": NOW}
    with catalog.write() as connection:
        assert insert_new(connection, publications, **row)
        assert not insert_new(connection, publications, **{**row, "analysis": "b"})
        assert connection.execute(sa.select(publications.c.analysis)).scalars().all() == ["a"]
        upsert(connection, publications, ("dataset", "target"), **{**row, "analysis": "c"})
        upsert(connection, publications, ("dataset", "target"), **{**row, "target": "/other"})
    with catalog.read() as connection:
        found = connection.execute(sa.select(publications.c.target, publications.c.analysis)).all()
    assert sorted(tuple(one) for one in found) == [("/other", "a"), ("/p", "c")]


# --- Transactions


def run_together(work: Callable[[], None], number: int) -> None:
    threads = [threading.Thread(target=work) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(DEADLINE_S)
    assert not any(thread.is_alive() for thread in threads)


def test_a_transaction_is_all_or_nothing(catalog: Catalog) -> None:
    with pytest.raises(RuntimeError, match="killed"), catalog.write() as connection:
        insert_new(connection, growths, smaller="a", larger="b")
        raise RuntimeError("killed")
    with catalog.read() as connection:
        assert connection.execute(sa.select(growths)).all() == []


def test_a_file_has_one_writer_at_a_time(in_file: Catalog) -> None:
    with in_file.write() as connection:
        connection.execute(sa.insert(rounds).values(id="r", dataset="d", state="open", started_at=NOW, listed=0))

    def count_up() -> None:
        for _ in range(10):
            with in_file.write() as connection:
                seen = connection.execute(sa.select(rounds.c.listed)).scalar_one()
                connection.execute(sa.update(rounds).values(listed=seen + 1))

    run_together(count_up, 4)
    with in_file.read() as connection:
        assert connection.execute(sa.select(rounds.c.listed)).scalar_one() == 40


def test_counting_in_the_database_loses_nothing(catalog: Catalog) -> None:
    with catalog.write() as connection:
        connection.execute(sa.insert(rounds).values(id="r", dataset="d", state="open", started_at=NOW, listed=0))

    def count_up() -> None:
        for _ in range(10):
            with catalog.write() as connection:
                connection.execute(sa.update(rounds).values(listed=rounds.c.listed + 1))

    run_together(count_up, 4)
    with catalog.read() as connection:
        assert connection.execute(sa.select(rounds.c.listed)).scalar_one() == 40


def test_of_many_who_insert_one_row_one_does(catalog: Catalog) -> None:
    begin = threading.Barrier(6)
    new = []

    def insert() -> None:
        begin.wait()
        with catalog.write() as connection:
            new.append(insert_new(connection, inbox, queue="q", message="m", done_at=NOW))

    run_together(insert, 6)
    assert sorted(new) == [False] * 5 + [True]


def test_who_reads_sees_one_state_and_is_not_held_up_by_a_writer(catalog: Catalog) -> None:
    count = sa.select(sa.func.count()).select_from(growths)
    with catalog.read() as reader:
        assert reader.execute(count).scalar() == 0
        with catalog.write() as writer:
            insert_new(writer, growths, smaller="a", larger="b")
            assert reader.execute(count).scalar() == 0
        assert reader.execute(count).scalar() == 0
    with catalog.read() as reader:
        assert reader.execute(count).scalar() == 1


def test_what_is_read_is_never_written(catalog: Catalog) -> None:
    with catalog.read() as connection:
        connection.execute(sa.select(growths))
    with catalog.read() as connection:
        assert connection.execute(sa.select(growths)).all() == []


# --- Errors in our words


def test_a_row_that_another_wrote_is_a_race_that_is_lost(catalog: Catalog) -> None:
    row = {"smaller": "a", "larger": "b"}
    with catalog.write() as connection:
        connection.execute(sa.insert(growths).values(row))
    with pytest.raises(LostRace, match="same row"), catalog.write() as connection:
        connection.execute(sa.insert(growths).values(row))


def impatient(catalog: Catalog) -> None:
    """Its connection waits for a lock no longer than a test should."""
    with catalog.read() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout = 100")


def test_a_locked_file_is_tried_again_later(in_file: Catalog, tmp_path: Path) -> None:
    impatient(in_file)
    other = sqlite3.connect(tmp_path / "catalog.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Unreachable, match="locked"), in_file.write() as connection:
        insert_new(connection, growths, smaller="a", larger="b")
    with in_file.read() as connection:
        assert connection.execute(sa.select(growths)).all() == []
    other.execute("ROLLBACK")
    with in_file.write() as connection:
        assert insert_new(connection, growths, smaller="a", larger="b")
    other.close()


def test_a_full_disk_is_said_so_and_writing_goes_on_when_there_is_room(tmp_path: Path) -> None:
    with small_disk(tmp_path / "data", "size=512k"):
        catalog = open_catalog(f"sqlite:///{tmp_path / 'data' / 'catalog.db'}")
        ballast = tmp_path / "data" / "ballast"
        with pytest.raises(Transient, match=r"full.*Free some space"):
            for number in range(100):
                with catalog.write() as connection:
                    insert_new(connection, growths, smaller=str(number), larger="x" * 20_000)
        with catalog.read() as connection:
            kept = connection.execute(sa.select(sa.func.count()).select_from(growths)).scalar_one()
        assert kept < 100
        ballast.unlink(missing_ok=True)
        with small_room(tmp_path / "data"), catalog.write() as connection:
            assert insert_new(connection, growths, smaller="after", larger="y")
        catalog.close()


@contextmanager
def small_room(folder: Path) -> Iterator[None]:
    subprocess.run(["mount", "-o", "remount,size=4m", str(folder)], check=True)
    yield


def test_a_read_only_disk_is_a_fault_of_the_set_up(tmp_path: Path) -> None:
    with small_disk(tmp_path / "data", "size=1m"):
        url = f"sqlite:///{tmp_path / 'data' / 'catalog.db'}"
        catalog = open_catalog(url)
        catalog.close()
        subprocess.run(["mount", "-o", "remount,ro", str(tmp_path / "data")], check=True)
        with pytest.raises(Misconfigured), catalog.write() as connection:
            insert_new(connection, growths, smaller="a", larger="b")
        catalog.close()
        for absent in ("other.db", "new/folder/catalog.db"):
            with pytest.raises(Misconfigured):
                open_catalog(f"sqlite:///{tmp_path / 'data' / absent}")


@pytest.mark.parametrize("content", [b"this is not a database, but long enough to look at" * 100, b"\x00" * 8192])
def test_a_file_that_is_no_database_is_a_fault_of_the_set_up(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "catalog.db"
    path.write_bytes(content)
    with pytest.raises(Misconfigured, match="catalog") as refused:
        open_catalog(f"sqlite:///{path}")
    assert refused.value.exit_code == EXIT_MISCONFIGURED
    assert path.read_bytes() == content


def test_a_folder_in_the_place_of_the_file_is_our_error(tmp_path: Path) -> None:
    (tmp_path / "catalog.db").mkdir()
    with pytest.raises((Misconfigured, Unreachable), match="unable to open"):
        open_catalog(f"sqlite:///{tmp_path / 'catalog.db'}")


def test_a_file_where_the_folder_should_be_is_a_fault_of_the_set_up(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")
    with pytest.raises(Misconfigured, match="cannot be made"):
        open_catalog(f"sqlite:///{tmp_path / 'data' / 'catalog.db'}")


def test_a_server_that_does_not_answer_is_unreachable_and_no_password_is_shown() -> None:
    url = f"postgresql://u:pw-4711@127.0.0.1:{free_port()}/db"
    began = time.monotonic()
    with pytest.raises(Unreachable) as refused:
        open_catalog(url)
    assert time.monotonic() - began < 60
    assert refused.value.exit_code == EXIT_UNREACHABLE
    assert "pw-4711" not in str(refused.value)
    assert "127.0.0.1" in str(refused.value)


def test_a_database_that_is_not_there_is_our_error(postgresql: PostgreSQL) -> None:
    with pytest.raises(Unreachable, match="absent"):
        open_catalog(postgresql.url.rpartition("/")[0] + "/absent")


def test_a_connection_cut_in_the_middle_is_unreachable_and_the_next_one_works(on_postgresql: Catalog) -> None:
    cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()"
    with pytest.raises(Unreachable), on_postgresql.write() as connection:
        insert_new(connection, growths, smaller="a", larger="b")
        with on_postgresql.engine.connect() as other:
            assert other.exec_driver_sql(cut).all()
        insert_new(connection, growths, smaller="c", larger="d")
    with on_postgresql.read() as connection:
        assert connection.execute(sa.select(growths)).all() == []


def test_a_server_that_restarts_is_found_again(postgresql: PostgreSQL, on_postgresql: Catalog) -> None:
    with on_postgresql.write() as connection:
        insert_new(connection, growths, smaller="a", larger="b")
    postgresql.stop()
    with pytest.raises(Unreachable), on_postgresql.read() as connection:
        connection.execute(sa.select(growths))
    postgresql.start()
    with on_postgresql.read() as connection:
        assert connection.execute(sa.select(growths)).all() == [("a", "b")]


def test_a_server_that_only_reads_is_a_fault_of_the_set_up(on_postgresql: Catalog) -> None:
    name = on_postgresql.engine.url.database
    with on_postgresql.write() as connection:
        connection.exec_driver_sql(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on')
    on_postgresql.close()
    with pytest.raises(Misconfigured, match="read-only"), on_postgresql.write() as connection:
        insert_new(connection, growths, smaller="a", larger="b")


def test_a_user_without_rights_is_a_fault_of_the_set_up(postgresql: PostgreSQL, postgresql_url: str) -> None:
    catalog = open_catalog(postgresql_url)
    role = f"r{uuid.uuid4().hex[:8]}"
    with catalog.write() as connection:
        connection.exec_driver_sql(f'CREATE ROLE "{role}" LOGIN')
    stranger = Catalog(sa.create_engine(catalog.engine.url.set(username=role)))
    with pytest.raises(Misconfigured, match="permission denied"), stranger.write() as connection:
        insert_new(connection, growths, smaller="a", larger="b")
    stranger.close()
    catalog.close()


@pytest.mark.parametrize("url", ["", "nonsense", "mysql://host/db", "sqlite", "postgresql://host:port/db"])
def test_what_is_no_url_of_a_database_is_a_fault_of_the_set_up(url: str) -> None:
    with pytest.raises(Misconfigured, match="setting catalog"):
        open_catalog(url)


def test_the_password_is_not_part_of_what_a_catalog_says_of_itself() -> None:
    catalog = open_catalog("postgresql://u:pw-4711@host/db", migrate=False)
    assert catalog.place == "postgresql+psycopg://u:***@host/db"
    catalog.close()


def test_our_own_errors_pass_through_a_transaction_that_ends(catalog: Catalog) -> None:
    with pytest.raises(LostRace, match="ours"), catalog.write() as connection:
        insert_new(connection, growths, smaller="a", larger="b")
        raise LostRace("ours")
    with catalog.read() as connection:
        assert connection.execute(sa.select(growths)).all() == []
