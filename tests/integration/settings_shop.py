"""A data set of one log that was processed once, to change the settings of."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from shared.catalog import open_catalog
from shared.catalog.schema import datasets, outbox
from shared.settings import load_settings
from tests.acceptance.command import Ran, run

AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:115.0) Gecko/20100101 Firefox/115.0"


def line(host: int, minute: int, path: str, referrer: str = "-") -> str:
    moment = f"17/May/2015:10:{minute:02}:03 +0000"
    return f'192.0.2.{host} - - [{moment}] "GET {path} HTTP/1.1" 200 100 "{referrer}" "{AGENT}"\n'


LINES = [
    line(1, 5, "/", "https://www.google.com/search?q=fruit"),
    line(1, 6, "/thanks/1"),
    line(2, 5, "/", "https://www.google.com/"),
    line(3, 5, "/", "https://www.bing.com/search?q=fruit"),
    line(4, 5, "/thanks/2"),
]


@dataclass(frozen=True)
class Shop:
    """A data folder with one data set of one log."""

    root: Path

    @property
    def data(self) -> Path:
        return self.root / "data"

    @property
    def published(self) -> Path:
        return self.root / "published"

    def run(self, *words: str | Path, code: int = 0, **environment: str) -> Ran:
        ran = run(*words, data=self.data, **environment)
        assert ran.code == code, ran.said
        return ran

    def settings(self, *words: str | Path, code: int = 0) -> Ran:
        return self.run("settings", *words, code=code)

    def file(self, text: str) -> Path:
        path = self.root / "shop.toml"
        path.write_text(text)
        return path

    def rows(self, query: sa.Select[Any]) -> list[Any]:
        catalog = open_catalog(load_settings({"PROPROCESSOR_DATA": str(self.data)}).catalog_url)
        try:
            with catalog.read() as connection:
                return list(connection.execute(query).mappings())
        finally:
            catalog.close()

    def row(self) -> dict[str, Any]:
        return dict(self.rows(sa.select(datasets))[0])

    def store(self, **values: Any) -> None:
        """As another version, or a person, has written the row."""
        catalog = open_catalog(load_settings({"PROPROCESSOR_DATA": str(self.data)}).catalog_url)
        with catalog.write() as connection:
            connection.execute(sa.update(datasets).values(**values))
        catalog.close()

    def messages(self) -> list[str]:
        """Types of all messages there ever were."""
        return [row["type"] for row in self.rows(sa.select(outbox.c.type).order_by(outbox.c.seq))]

    def label(self, name: str, measure: str = "visits") -> int:
        (row,) = json.loads((self.published / "shop" / "all" / "overview.json").read_text())["rows"]
        return int(row[name][measure])


def process(root: Path) -> Path:
    """Process a log; gives the folder with all of it, which :func:`copy_of` copies."""
    (root / "shop").mkdir()
    (root / "shop" / "access.log").write_text("".join(LINES))
    words = ("process", root / "shop", "--publish", root / "published", "--periods", "all")
    ran = run(*words, data=root / "data")
    assert ran.code == 0, ran.said
    return root


def copy_of(processed: Path, root: Path) -> Shop:
    """A copy of its own, which publishes into a folder of its own."""
    shutil.copytree(processed / "data", root / "data")
    one = Shop(root)
    one.store(publish=str(one.published))
    return one
