"""What is stored of a data set stays when a command does not give it again; what cannot be read is told and mended."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from console import datasets
from console.datasets import Access, Place
from console.stored_settings import stored_settings
from shared.catalog import open_catalog
from shared.catalog.schema import files
from shared.dataset_settings import DatasetSettings, load_dataset_settings
from shared.messages import FileFetched
from shared.secrets import open_box
from shared.settings import load_settings
from tests.integration.settings_shop import Shop

MINE = """
[source]
schedule = "15 3 * * *"

[visits]
short_seconds = 90

[[labels]]
id = "thanked"
match = { saw_page = { starts_with = "/thanks" } }
"""
NOW = datetime(2026, 3, 1, tzinfo=UTC)


def again(shop: Shop, *words: str | Path, code: int = 0, **environment: str) -> str:
    """``process`` as it was run the first time, without any option of it."""
    location = shop.row()["location"]
    return shop.run("process", location, "--publish", shop.published, *words, code=code, **environment).said


def test_what_was_imported_stays_when_it_is_processed_again(shop: Shop) -> None:
    shop.settings("import", "shop", shop.file(MINE))
    before = shop.row()
    again(shop)
    # The analysis is that of the label.
    assert shop.row() == before | {"analysis": shop.row()["analysis"]} != before
    assert (shop.label("thanked"), shop.label("all", "short_visits")) == (2, 4)
    assert sorted(path.parent.name for path in (shop.published / "shop").glob("*/manifest.json")) == ["all"]


def test_a_format_changes_only_the_format_and_what_is_parsed_is_read_again(shop: Shop) -> None:
    shop.settings("import", "shop", shop.file(MINE))
    before, messages = stored_settings(shop.row()), shop.messages()
    said = again(shop, "--format", "common")
    assert "1 raw file is read again" in said
    after = stored_settings(shop.row())
    assert after == before.model_copy(update={"source": before.source.model_copy(update={"format": "common"})})
    assert shop.messages()[len(messages) :].count(FileFetched.TYPE) == 1
    assert [row["state"] for row in shop.rows(sa.select(files.c.state))] == ["parsed"]
    again(shop)
    assert stored_settings(shop.row()) == after
    assert shop.messages()[len(messages) :].count(FileFetched.TYPE) == 1


def test_an_unknown_format_is_refused_before_it_is_stored(shop: Shop) -> None:
    before = shop.row()
    assert "nonsense" in again(shop, "--format", "nonsense", code=78)
    assert shop.row() == before


def test_a_settings_file_replaces_what_was_stored(shop: Shop) -> None:
    shop.settings("import", "shop", shop.file(MINE))
    again(shop, "--settings", shop.file("[dataset]\ntimezone = 'Asia/Tokyo'\n"))
    source = {"location": shop.row()["location"]}
    assert stored_settings(shop.row()) == DatasetSettings.model_validate(
        {"dataset": {"timezone": "Asia/Tokyo"}, "source": source}
    )
    assert shop.row()["schedule"] is None


def test_periods_are_those_of_before_unless_they_are_given(shop: Shop) -> None:
    again(shop, "--periods", "month,all")
    again(shop)
    assert shop.row()["periods"] == "month,all"
    assert (shop.published / "shop" / "2015-05").is_dir()


def test_setup_of_a_known_location_changes_what_it_is_told(shop: Shop) -> None:
    shop.settings("import", "shop", shop.file(MINE))
    before = shop.row()
    where = ("setup", "--location", before["location"])
    told = shop.run(*where)
    assert "shop was known at this location" in told.out and "no setting changed" in told.out
    assert shop.row() == before
    told = shop.run(*where, "--timezone", "Europe/Berlin", "--schedule", "none")
    assert "dataset.timezone" in told.out and "source.schedule = none" in told.out
    after = stored_settings(shop.row())
    assert (after.dataset.timezone, after.source.schedule, shop.row()["schedule"]) == ("Europe/Berlin", None, None)
    assert (after.labels, after.visits) == (stored_settings(before).labels, stored_settings(before).visits)
    kept = ("publish", "periods", "analysis", "username", "site")
    assert [shop.row()[name] for name in kept] == [before[name] for name in kept]
    assert json.loads(shop.run(*where, "--json").out)["known"] is True


def test_access_stays_until_another_is_given(tmp_path: Path) -> None:
    process = load_settings({"PROPROCESSOR_DATA": str(tmp_path)})
    catalog = open_catalog(process.catalog_url)
    sealed = open_box(process).seal("a pass phrase")

    def register(access: Access, **more: Any) -> tuple[Any, ...]:
        one = datasets.register(catalog, Place("ftp://a.test/x"), DatasetSettings(), access, now=NOW, **more)
        row = datasets.find(catalog, one)
        return row["username"], row["sealed_password"], row["password_env"], row["periods"], row["publish"]

    every = "day,week,month,year,all"
    assert register(Access("pro", sealed_password=sealed)) == ("pro", sealed, None, every, None)
    assert register(Access(), publish=tmp_path) == ("pro", sealed, None, every, str(tmp_path))
    assert register(Access("you"), periods=("all", "day")) == ("you", sealed, None, "day,all", str(tmp_path))
    assert register(Access(password_env="SHOP")) == ("you", None, "SHOP", "day,all", str(tmp_path))
    assert register(Access(sealed_password=sealed)) == ("you", sealed, None, "day,all", str(tmp_path))
    catalog.close()


UNREADABLE = {
    "dataset": {"name": "Shop", "timezone": "Europe/Berlin", "currency": None},
    "source": {"format": "auto", "reject_limit": 0.5},
    "visits": {"gap_minutes": 0, "gap": 30},
    "labels": [{"id": "thanked", "match": {"saw_page": {"starts_with": "/thanks"}}}],
}
TOLD = ("data set shop", "visits.gap_minutes", "found 0", "visits.gap: is no setting", "settings import shop FILE")


def test_stored_settings_that_cannot_be_read_are_told_with_what_to_do(shop: Shop) -> None:
    shop.store(settings=UNREADABLE)
    for words in (
        ("settings", "show", "shop"),
        ("settings", "tasks", "shop", "short"),
        ("retention", "shop"),
        ("forget", "shop", "--address", "192.0.2.1", "--yes"),
        ("setup", "--location", shop.row()["location"]),
        ("process", shop.row()["location"], "--publish", shop.published),
    ):
        said = " ".join(shop.run(*words, code=78).err.split())
        assert [part for part in TOLD if part not in said] == [], words
    assert [row["name"] for row in json.loads(shop.run("datasets", "--json").out)] == ["Shop"]
    assert shop.row()["settings"] == UNREADABLE


def test_they_are_exported_as_they_are_mended_and_imported(shop: Shop) -> None:
    shop.store(settings=UNREADABLE)
    file = shop.root / "mend.toml"
    said = shop.settings("export", "shop", file, code=78)
    assert "visits.gap_minutes" in said.err
    assert "# " in file.read_text() and "visits.gap_minutes" in file.read_text()
    assert "visits.gap_minutes" in shop.settings("check", file, code=78).err
    file.write_text(file.read_text().replace("gap_minutes = 0\ngap = 30\n", "gap_minutes = 15\n"))
    tried = json.loads(shop.settings("import", "shop", file, "--dry-run", "--json").out)
    assert (tried["effect"], tried["stored"]) == ("import", False)
    shop.settings("import", "shop", file, "--now")
    after = stored_settings(shop.row())
    assert (after.dataset.timezone, after.visits.gap_minutes, after.labels[0].id) == ("Europe/Berlin", 15, "thanked")
    assert after.source.location == shop.row()["location"]
    assert load_dataset_settings(file) == after
    assert shop.label("thanked") == 2


@pytest.mark.parametrize("stored", [[], "text", 7, {"dataset": 3, "source": []}])
def test_what_is_no_table_at_all_can_be_replaced(shop: Shop, stored: object) -> None:
    shop.store(settings=stored)
    assert "can no longer be read" in shop.settings("show", "shop", code=78).err
    shop.settings("export", "shop", code=78)
    assert json.loads(shop.run("datasets", "--json").out)[0]["name"] == "shop"
    again(shop, "--settings", shop.file(MINE))
    assert (stored_settings(shop.row()).visits.short_seconds, shop.label("thanked")) == (90, 2)
