"""Imported costs: kept in the catalog, taken into account by the next analysis, never counted twice."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from analyzer.inputs import AnalysisInputs
from analyzer.stage import inputs_digest
from console.costs_command import keep_named_cost_files
from console.settings_rows import cost_files
from shared.catalog import Catalog, open_catalog
from shared.catalog.schema import costs as costs_table
from shared.catalog.schema import outbox
from shared.cost_files import CostFile, CostRow, read_costs
from shared.costs import DayCost, current_costs, keep, keep_changed, list_costs, remove
from shared.dataset_settings import DatasetSettings, parse_dataset_settings
from shared.errors import Rejected
from shared.site import Site
from tests.acceptance.command import Ran, run

NOW = datetime(2024, 6, 1, 12, tzinfo=UTC)


@pytest.fixture
def catalog(catalog_url: str) -> Iterator[Catalog]:
    one = open_catalog(catalog_url)
    yield one
    one.close()


def file(name: str, *rows: tuple[int, str, str]) -> CostFile:
    return CostFile(
        name, "own columns", tuple(CostRow(date(2024, 5, day), who, Decimal(cost)) for day, who, cost in rows)
    )


def current(catalog: Catalog, dataset: str = "d") -> list[tuple[int, str, str]]:
    with catalog.read() as connection:
        return [(one.day.day, one.campaign, str(one.cost)) for one in current_costs(connection, dataset)]


def import_at(catalog: Catalog, minutes: int, one: CostFile, dataset: str = "d") -> int:
    with catalog.write() as connection:
        return keep(connection, dataset, one, NOW + timedelta(minutes=minutes))


# --- In the catalog


def test_a_file_of_the_same_name_is_replaced_as_a_whole(catalog: Catalog) -> None:
    assert import_at(catalog, 0, file("a.csv", (1, "may", "1.10"), (2, "may", "2"))) == 0
    assert import_at(catalog, 1, file("a.csv", (2, "may", "3.000001"))) == 2
    assert current(catalog) == [(2, "may", "3.000001")]


def test_of_two_files_the_newest_import_counts(catalog: Catalog) -> None:
    import_at(catalog, 0, file("z.csv", (1, "may", "1"), (2, "may", "2"), (2, "june", "7")))
    import_at(catalog, 1, file("a.csv", (2, "may", "20"), (3, "may", "30")))
    assert current(catalog) == [(1, "may", "1"), (2, "june", "7"), (2, "may", "20"), (3, "may", "30")]
    import_at(catalog, 2, file("z.csv", (2, "may", "2")))
    assert current(catalog) == [(2, "may", "2"), (3, "may", "30")]
    with catalog.write() as connection:
        assert remove(connection, "d", "z.csv") == 1
        assert remove(connection, "d", "z.csv") == 0
    assert current(catalog) == [(2, "may", "20"), (3, "may", "30")]


def test_what_is_known_already_keeps_its_turn(catalog: Catalog) -> None:
    old, new = file("old.csv", (1, "may", "1.00")), file("new.csv", (1, "may", "2"))
    import_at(catalog, 0, old)
    import_at(catalog, 1, new)
    with catalog.write() as connection:
        assert not keep_changed(connection, "d", old, NOW + timedelta(minutes=2))
    assert current(catalog) == [(1, "may", "2")]
    with catalog.write() as connection:
        assert keep_changed(connection, "d", file("old.csv", (1, "may", "1.01")), NOW + timedelta(minutes=3))
    assert current(catalog) == [(1, "may", "1.01")]


def test_data_sets_have_costs_of_their_own(catalog: Catalog) -> None:
    import_at(catalog, 0, file("a.csv", (1, "may", "1")), "one")
    import_at(catalog, 0, file("a.csv", (1, "may", "2")), "two")
    assert (current(catalog, "one"), current(catalog, "two")) == ([(1, "may", "1")], [(1, "may", "2")])


def test_the_list_tells_what_each_file_holds(catalog: Catalog) -> None:
    import_at(catalog, 1, file("b.csv", (3, "may", "0.5"), (9, "may", "1"), (4, "june", "2")))
    import_at(catalog, 0, file("c.csv", (1, "may", "1")))
    with catalog.read() as connection:
        found = list_costs(connection, "d")
    assert [one["name"] for one in found] == ["c.csv", "b.csv"]
    assert found[1] == {
        "name": "b.csv", "layout": "own columns", "rows": 3, "campaigns": 2, "first_day": date(2024, 5, 3), "last_day": date(2024, 5, 9),
        "cost": Decimal("3.5"), "imported_at": NOW + timedelta(minutes=1),
    }  # fmt: skip


def test_a_big_file_is_kept_whole(catalog: Catalog) -> None:
    lines = [f"2024-{1 + n % 12:02}-{1 + n % 28:02},campaign {n},0.01" for n in range(5000)]
    read = read_costs("\n".join(["date,campaign,cost", *lines]).encode(), "big.csv", "EUR")
    import_at(catalog, 0, read)
    assert len(current(catalog)) == 5000


# --- In an analysis


def test_costs_name_the_analysis() -> None:
    def digest(*costs: DayCost) -> str:
        return inputs_digest(AnalysisInputs("d", "d", DatasetSettings(), Site(), (), "test", "digest", costs=costs))

    cost = DayCost(date(2024, 5, 1), "may", Decimal(1))
    others = (
        DayCost(date(2024, 5, 2), "may", Decimal(1)),
        DayCost(date(2024, 5, 1), "june", Decimal(1)),
        DayCost(date(2024, 5, 1), "may", Decimal(2)),
    )
    assert digest(cost) == digest(cost)
    assert len({digest(), digest(cost), *map(digest, others)}) == 5


SETTINGS = '[[campaigns]]\nname = "may"\nmatch = {{ parameter = "src=may" }}\ncost = {{ file = "{}" }}\n'


def test_files_that_the_settings_name_are_imported_once(catalog: Catalog, tmp_path: Path) -> None:
    (tmp_path / "costs").mkdir()
    (tmp_path / "costs" / "may.csv").write_text("date,campaign,cost\n2024-05-01,may,5\n")
    settings = parse_dataset_settings(SETTINGS.format("costs/may.csv"), name="settings.toml")
    for _ in range(2):
        keep_named_cost_files(catalog, "d", cost_files(settings, tmp_path), NOW)
    with catalog.read() as connection:
        assert connection.execute(sa.select(costs_table.c.file)).scalars().all() == ["costs/may.csv"]
        assert connection.execute(sa.select(outbox.c.type)).scalars().all() == ["fetch.finished"]
    with pytest.raises(Rejected, match=r"other\.csv cannot be read"):
        cost_files(parse_dataset_settings(SETTINGS.format("other.csv"), name="settings.toml"), tmp_path)


# --- As a person does it


def log_line(who: int, day: int, path: str) -> str:
    return f'192.0.2.{who} - - [{day:02}/May/2024:10:00:00 +0000] "GET {path} HTTP/1.1" 200 10 "-" "Mozilla/5.0 (X11; Linux x86_64; rv:120.0) Gecko/20100101 Firefox/120.0"\n'


class Shop:
    """A data set of three visits, two of them by a campaign."""

    def __init__(self, root: Path) -> None:
        self.root, self.out, self.data = root, root / "out", root / "data"
        lines = [log_line(1, 1, "/?utm_campaign=may"), log_line(2, 1, "/?utm_campaign=may"), log_line(3, 2, "/")]
        (root / "shop").mkdir()
        (root / "shop" / "access.log").write_text("".join(lines))

    def process(self) -> None:
        ran = self.run("process", self.root / "shop", "--publish", self.out)
        assert ran.code == 0, ran.said

    def run(self, *words: str | Path) -> Ran:
        return run(*words, data=self.data, PROPROCESSOR_LOG="json")

    def cost(self) -> Any:
        rows = json.loads((self.out / "shop" / "all" / "campaigns.json").read_text())["rows"]
        return {row["campaign"]: row["all"]["cost"] for row in rows}["may"]

    def waiting(self) -> int:
        found = json.loads(self.run("status", "--json").out)
        queues = {one["queue"]: int(one["not_done"]) for one in found["queues"]}
        return queues.get("analyzer", 0) + int(found["unsent"])

    def list(self) -> list[dict[str, Any]]:
        ran = self.run("costs", "list", "shop", "--json")
        assert ran.code == 0, ran.said
        return list(json.loads(ran.out))


def test_an_import_is_in_the_next_reports_and_can_be_taken_back(tmp_path: Path) -> None:
    shop = Shop(tmp_path)
    shop.process()
    assert shop.cost() is None
    (tmp_path / "costs.csv").write_text("date,campaign,cost\n2024-05-01,may,12.50\n2024-05-02,may,1\n")
    ran = shop.run("costs", "import", "shop", tmp_path / "costs.csv")
    assert (ran.code, shop.waiting()) == (0, 1)
    assert "costs.csv: 2 rows of 1 campaign, 2024-05-01 to 2024-05-02, 13.50 EUR (read as own columns)." in ran.out
    shop.process()
    assert str(shop.cost()) in ("13.5", "13.50")
    ran = shop.run("costs", "import", "shop", tmp_path / "costs.csv")
    assert "in place of 2 rows of that name" in ran.out
    shop.process()
    assert str(shop.cost()) in ("13.5", "13.50")
    assert [(one["name"], one["rows"], one["first_day"]) for one in shop.list()] == [("costs.csv", 2, "2024-05-01")]
    assert shop.run("costs", "remove", "shop", "costs.csv").code == 0
    shop.process()
    assert (shop.cost(), shop.list()) == (None, [])


def test_a_file_that_a_campaign_names_is_not_forgotten(tmp_path: Path) -> None:
    shop = Shop(tmp_path)
    shop.process()
    (tmp_path / "costs.csv").write_text("date,campaign,cost\n2024-05-01,may,12.50\n")
    settings = tmp_path / "shop.toml"
    named = '[[campaigns]]\nname = "may"\nmatch = { parameter = "utm_campaign=may" }\ncost = { file = "costs.csv" }\n'
    settings.write_text(f'[dataset]\nname = "shop"\n{named}')
    assert shop.run("settings", "import", "shop", settings).code == 0
    ran = shop.run("costs", "remove", "shop", "costs.csv")
    assert (ran.code, "The campaign may names costs.csv as its cost." in ran.err) == (65, True)
    assert [one["name"] for one in shop.list()] == ["costs.csv"]
    settings.write_text('[dataset]\nname = "shop"\n')
    assert shop.run("settings", "import", "shop", settings).code == 0
    assert shop.run("costs", "remove", "shop", "costs.csv").code == 0
    assert shop.list() == []


def test_what_is_wrong_is_said_in_a_sentence(tmp_path: Path) -> None:
    shop = Shop(tmp_path)
    shop.process()
    (tmp_path / "costs.csv").write_text("date,campaign,cost\n2024-05-01,may,-1\n")
    ran = shop.run("costs", "import", "shop", tmp_path / "costs.csv")
    assert (ran.code, "costs.csv has 1 line" in ran.err, "line 2" in ran.err) == (65, True, True)
    assert shop.run("costs", "import", "none", tmp_path / "costs.csv").code == 65
    ran = shop.run("costs", "remove", "shop", "none.csv")
    assert (ran.code, "has no costs of the name 'none.csv'" in ran.err) == (65, True)
    assert "No costs yet" in shop.run("costs", "list", "shop").out
