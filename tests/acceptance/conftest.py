"""What several of these tests need: a shop that was processed once, and a server that takes e-mail."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.settings_shop import process
from tests.mail_server import MailServer, mail_server


@pytest.fixture(scope="module")
def processed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return process(tmp_path_factory.mktemp("shop"))


@pytest.fixture
def server() -> Iterator[MailServer]:
    with mail_server() as made:
        yield made
