"""A parser's surroundings: catalog, queue and data folder, with files that are there as the fetcher leaves them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from console import datasets as registry
from parser.stage import make_stage
from shared import outbox
from shared.catalog import Catalog, open_catalog
from shared.catalog.schema import contents, datasets, files
from shared.catalog.schema import outbox as outbox_table
from shared.catalog.schema import parts as part_rows
from shared.dataset_settings import DatasetSettings
from shared.messages import FileFailed, FileFetched, HitsParsed, Message, decode, first
from shared.process import make_tools
from shared.runner import Runner
from shared.settings import Settings
from tests.integration.test_parser_files import tables
from tests.oracle.lines import Expected

ANALYZER = (HitsParsed, FileFailed)
DEFAULTS: dict[str, Any] = {"dataset": {"name": "shop"}, "source": {"reject_limit": 1.0}}


class Installation:
    """Catalog, queue and data folder of parsers, and the data sets that they work for."""

    def __init__(self, root: Path, catalog_url: str) -> None:
        self.settings = Settings(data=root / "data", catalog=catalog_url, threads=1)  # type: ignore[arg-type]
        self.catalog = open_catalog(catalog_url)
        self.tools = make_tools(self.settings, self.catalog, "test")
        self.tools.transport.bind("analyzer", [fact.TYPE for fact in ANALYZER])

    def close(self) -> None:
        self.tools.transport.close()
        self.catalog.close()

    def dataset(self, **settings: Any) -> str:
        place = registry.read_place(str(self.settings.data))
        chosen = DatasetSettings.model_validate(DEFAULTS | settings)
        return registry.register(self.catalog, place, chosen, registry.Access(), now=datetime.now(UTC))

    def change(self, dataset: str, **settings: Any) -> None:
        chosen = DatasetSettings.model_validate(DEFAULTS | settings)
        with self.catalog.write() as connection:
            change = sa.update(datasets).where(datasets.c.id == dataset)
            connection.execute(change.values(settings=chosen.model_dump(mode="json")))

    def fetch(self, dataset: str, data: bytes, path: str = "access.log") -> int:
        """As the fetcher leaves it."""
        sha256 = hashlib.sha256(data).hexdigest()
        staged = self.tools.store.staging / "fetched"
        staged.write_bytes(data)
        self.tools.store.adopt(staged, sha256)
        row = {"dataset": dataset, "server": "", "path": path, "size_bytes": len(data), "sha256": sha256}
        row |= {"state": "fetched", "round": "r", "fetched_at": datetime.now(UTC)}
        with self.catalog.write() as connection:
            number = connection.execute(sa.insert(files).values(row).returning(files.c.id)).scalar_one()
        self.announce(dataset, number, sha256)
        return int(number)

    def announce(self, dataset: str, number: int, sha256: str, origin: str = "fetch") -> None:
        fact = FileFetched(dataset, number, sha256)
        with self.catalog.write() as connection:
            connection.execute(sa.update(files).where(files.c.id == number).values(state="fetched"))
            outbox.put(connection, [first(fact, origin=origin)], datetime.now(UTC))

    @contextmanager
    def parser(self, catalog: Catalog | None = None) -> Iterator[Runner]:
        tools = make_tools(self.settings, catalog or self.catalog, "parser")
        runner = Runner(make_stage(), tools, delays_s=(0.0,) * 5)
        try:
            runner.connect(10.0)
            outbox.sweep(self.catalog, tools.transport, datetime.now(UTC), at_once=True)
            yield runner
        finally:
            tools.transport.close()

    def work(self, steps: int = 1000) -> None:
        """One parser, until there is nothing to do."""
        with self.parser() as runner:
            while steps and runner.step(0.02):
                steps -= 1

    def row(self, table: sa.Table, **where: Any) -> dict[str, Any]:
        query = sa.select(table).where(*(table.c[name] == value for name, value in where.items()))
        with self.catalog.read() as connection:
            return dict(connection.execute(query).mappings().one())

    def content(self, file: int) -> dict[str, Any]:
        found = self.row(files, id=file)
        assert (found["state"], found["error"], found["held"]) == ("parsed", None, None)
        return self.row(contents, id=found["content"])

    def parts(self) -> dict[int, str]:
        with self.catalog.read() as connection:
            rows = connection.execute(sa.select(part_rows.c.number, part_rows.c.state).order_by(part_rows.c.number))
            return {row.number: row.state for row in rows}

    def messages(self) -> list[Message]:
        with self.catalog.read() as connection:
            bodies = connection.execute(sa.select(outbox_table.c.body).order_by(outbox_table.c.seq)).scalars().all()
        return [decode(body) for body in bodies]

    def facts(self, kind: type) -> list[Any]:
        return [message.fact for message in self.messages() if isinstance(message.fact, kind)]

    def read(self, file: int) -> tuple[dict[str, Any], Expected]:
        """What is kept of a file, names of Parquet files and the time of parsing aside."""
        content = self.content(file)
        folder = self.settings.data / content["folder"]
        found = tables(folder, tuple(content["parts"]))
        assert {path.name for path in folder.iterdir() if path.name.startswith("p0")} == {
            name.partition("/")[0] for name in content["parts"] if "/" in name
        }
        return {name: content[name] for name in content if name not in ("parts", "parsed_at")}, found
