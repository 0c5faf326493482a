"""Servers and folders that tests share."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from hypothesis import settings

from shared import passwords
from shared.lean import collect_seldom
from tests.servers import NotInstalled, PostgreSQL, RabbitMQ

# On a machine that does other things as well, an example may wait longer than it works. What lands is judged by the same
# examples each time; everybody else's run tries other ones (docs/development.md).
settings.register_profile("ours", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("ours")

# All that tests import is hundreds of thousands of objects that stay: to seek cycles among them takes up to a third of
# a test's time. What a test leaves open is told all the same, later: at the next search, or the one at the end.
collect_seldom()


def pytest_collection_finish() -> None:
    """The tests are loaded."""
    collect_seldom()


@pytest.fixture(scope="session", autouse=True)
def _quick_hashes() -> None:
    """Hashes of passwords that take long on purpose would take a part of all tests' time."""
    passwords._hasher = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)


def _missing(error: NotInstalled) -> None:
    """Nothing may be skipped in CI."""
    if os.environ.get("CI"):
        pytest.fail(f"{error} is not installed; .ci/require-programs installs it")
    pytest.skip(f"{error} is not installed")


@pytest.fixture(scope="session")
def rabbitmq() -> Iterator[RabbitMQ]:
    try:
        server = RabbitMQ()
    except NotInstalled as error:
        _missing(error)
        return
    try:
        server.start()
        yield server
    finally:
        server.remove()


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    try:
        server = PostgreSQL()
    except NotInstalled as error:
        _missing(error)
        return
    try:
        server.start()
        yield server
    finally:
        server.remove()


@pytest.fixture
def amqp_url(rabbitmq: RabbitMQ) -> str:
    return rabbitmq.url


@pytest.fixture
def own_amqp_url(rabbitmq: RabbitMQ) -> str:
    """A virtual host of its own: the stages' queues have fixed names."""
    return rabbitmq.virtual_host()


@pytest.fixture
def postgresql_url(postgresql: PostgreSQL) -> str:
    return postgresql.create_database(f"d{uuid.uuid4().hex[:8]}")


CATALOGS = ("sqlite", "postgresql")


@pytest.fixture(params=CATALOGS)
def catalog_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return url_of(request.param, request, tmp_path)


def url_of(kind: str, request: pytest.FixtureRequest, folder: Path) -> str:
    """A new catalog of this kind."""
    if kind == "sqlite":
        return f"sqlite:///{folder / 'catalog.db'}"
    url: str = request.getfixturevalue("postgresql_url")
    return url


@pytest.fixture(scope="session")
def shared_data() -> Path:
    path = Path(__file__).resolve().parents[2] / "shared" / "data"
    if not path.is_dir():
        pytest.skip("../shared/data, the folder of real logs, is not on this machine")
    return path
