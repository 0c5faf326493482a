"""What tests of the parser's stage, of forgetting and of retention share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.installation import Installation
from tests.integration.settings_shop import Shop, copy_of, process
from tests.once import made_once


@pytest.fixture
def one(tmp_path: Path, catalog_url: str) -> Iterator[Installation]:
    """With each kind of catalog."""
    made = Installation(tmp_path, catalog_url)
    yield made
    made.close()


@pytest.fixture
def local(tmp_path: Path) -> Iterator[Installation]:
    """With a catalog in a file."""
    made = Installation(tmp_path, f"sqlite:///{tmp_path / 'catalog.db'}")
    yield made
    made.close()


@pytest.fixture(scope="session")
def processed(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A shop's data folder, processed once, by the first process of the tests that needs it."""
    return made_once(tmp_path_factory, worker_id, "shop-processed", process)


@pytest.fixture
def shop(processed: Path, tmp_path: Path) -> Shop:
    """A copy of it, for one test."""
    return copy_of(processed, tmp_path)
