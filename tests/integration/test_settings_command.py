"""``proprocessor settings`` on a data set that has been published."""

from __future__ import annotations

import json
import shutil
from decimal import Decimal
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from console.settings_rows import settle_access
from console.stored_settings import stored_settings
from shared.catalog.schema import costs, files
from shared.dataset_settings import DatasetSettings, parse_dataset_settings
from shared.messages import FetchFinished, FileFetched
from shared.secrets import open_box
from shared.settings import Settings, load_settings
from tests.integration.settings_shop import Shop


def test_what_is_exported_is_imported_without_a_change(shop: Shop) -> None:
    file = shop.root / "out.toml"
    for more in ((), ("--all",)):
        shop.settings("export", "shop", file, *more)
        before, messages = shop.row(), shop.messages()
        assert "has these settings already" in shop.settings("import", "shop", file).out
        assert (shop.row(), shop.messages()) == (before, messages)
    assert parse_dataset_settings(file.read_text(), name="out").source.location == before["location"]
    assert "gap_minutes = 30" in shop.settings("show", "shop", "--all").out
    assert "gap_minutes" not in shop.settings("show", "shop").out
    assert json.loads(shop.settings("show", "shop", "--json").out) == {"source": {"location": before["location"]}}


def test_a_label_holds_for_all_history_and_no_raw_file_is_read(shop: Shop) -> None:
    shutil.rmtree(shop.data / "raw")
    file = shop.file(
        "[[labels]]\nid = 'thanked'\nmatch = { saw_page = { starts_with = '/thanks' } }\n[visits]\nshort_seconds = 90\n"
    )
    tried = shop.settings("import", "shop", file, "--dry-run", "--json")
    told = json.loads(tried.out)
    assert (told["effect"], told["stored"]) == ("analysis", False)
    assert [one["path"] for one in told["changes"]] == ["visits.short_seconds", "labels.thanked"]
    assert stored_settings(shop.row()).labels == ()
    done = shop.settings("import", "shop", file, "--now")
    assert "no raw file is read again" in done.out
    assert "file.fetched" not in shop.messages()[6:]
    assert [shop.label("all"), shop.label("thanked"), shop.label("thanked", "short_visits")] == [4, 2, 2]
    manifest = json.loads((shop.published / "shop" / "all" / "manifest.json").read_text())
    settings = stored_settings(shop.row())
    assert manifest["settings_digest"] == settings.digest() != DatasetSettings().digest()
    assert settings.visits.short_seconds == 90


def test_an_import_setting_reads_raw_files_again(shop: Shop) -> None:
    before = shop.messages()
    told = shop.settings("import", "shop", shop.file("[source]\nformat = 'common'\n"))
    assert "Raw files are read again" in told.out
    assert shop.messages()[len(before) :] == [FetchFinished.TYPE, FileFetched.TYPE]
    assert [row["state"] for row in shop.rows(sa.select(files.c.state))] == ["fetched"]
    assert shop.row()["settings"]["source"]["format"] == "common"


def test_a_timetable_changes_no_number_and_is_planned_anew(shop: Shop) -> None:
    before = shop.messages()
    told = shop.settings("import", "shop", shop.file("[source]\nschedule = '15 3 * * *'\n[retention]\nraw_days = 9\n"))
    assert "No number changes." in told.out
    assert shop.messages() == before
    assert (shop.row()["schedule"], shop.row()["next_due"]) == ("15 3 * * *", None)
    assert stored_settings(shop.row()).digest() == DatasetSettings().digest()


PARTS = ("3 fault(s)", "line 2: visits.gap_minutes", "line 4: source.format", "line 6: exclude.addresses.0")


def test_faults_are_listed_at_once_and_nothing_is_stored(shop: Shop) -> None:
    file = shop.file("[visits]\ngap_minutes = 0\n[source]\nformat = 'none such'\n[exclude]\naddresses = ['1.2.3']\n")
    before = shop.row()
    for words in (("check", file), ("import", "shop", file)):
        told = shop.settings(*words, code=78).err
        assert [part for part in PARTS if part not in told] == []
    assert shop.row() == before
    assert "has no fault: 0 labels" in shop.settings("check", shop.file("")).out
    assert "cannot be read" in shop.settings("check", shop.root / "none.toml", code=78).err


def test_names_that_are_none_are_told(shop: Shop) -> None:
    assert "There are: shop" in shop.settings("show", "shoe", code=65).err
    assert "visits.gap_minutes" in shop.settings("explain", "visits.gap", code=2).err
    assert "there are goal, engines" in shop.settings("tasks", "shop", "nothing", code=2).err
    assert "--page" in shop.settings("tasks", "shop", "goal", code=2).err


def test_every_key_is_explained(shop: Shop) -> None:
    rows = json.loads(shop.settings("explain", "retention", "--json").out)
    assert [(row["path"], row["default"], row["unit"], row["effect"]) for row in rows] == [
        ("retention.raw_days", "–", "days", "none"),
        ("retention.hits_days", "–", "days", "none"),
        ("retention.reports_days", "–", "days", "none"),
    ]
    assert "{ weekday = { min = 6 } }" in shop.settings("explain", "labels.match.weekday").out


def test_costs_beside_the_file_are_taken_with_it(shop: Shop) -> None:
    (shop.root / "may.csv").write_text("date,campaign,cost\n2015-05-17,spring,3.00\n")
    campaign = "[[campaigns]]\nname = 'spring'\nmatch = { page = '/' }\ncost = { file = 'may.csv' }\n"
    shop.settings("import", "shop", shop.file(campaign), "--dry-run")
    assert shop.rows(sa.select(costs)) == []
    shop.settings("import", "shop", shop.file(campaign))
    assert [(row["file"], Decimal(row["cost"])) for row in shop.rows(sa.select(costs))] == [("may.csv", 3)]
    (shop.root / "may.csv").unlink()
    assert "already" in shop.settings("import", "shop", shop.file(campaign)).out
    assert "may.csv" in shop.settings("check", shop.file(campaign), code=78).err


def test_ready_made_labels_are_added_and_stay(shop: Shop) -> None:
    assert [row["id"] for row in json.loads(shop.settings("tasks", "shop", "--json").out)][:2] == ["goal", "engines"]
    shop.settings("tasks", "shop", "engines")
    shop.settings("tasks", "shop", "goal", "--page", "/thanks*")
    labels = stored_settings(shop.row()).labels
    assert [label.id for label in labels] == ["from-google", "from-bing", "reached-goal", "missed-goal"]
    assert labels[2].match.saw_page is not None and labels[2].match.saw_page.starts_with == "/thanks"
    assert "already" in shop.settings("tasks", "shop", "engines").out
    assert "reached-goal" in shop.settings("tasks", "shop", "goal", "--page", "/", code=65).err


def access(location: str, row: dict[str, Any], tmp_path: Path, **source: str) -> dict[str, Any]:
    settings = DatasetSettings.model_validate({"source": {"location": location, **source}})
    after, columns = settle_access(settings, row, load_settings({"PROPROCESSOR_DATA": str(tmp_path)}))
    assert (after.source.location, after.source.user) == (columns["location"], columns["username"])
    return columns


def test_credentials_stay_with_their_host_and_a_password_is_sealed(tmp_path: Path) -> None:
    process: Settings = load_settings({"PROPROCESSOR_DATA": str(tmp_path)})
    sealed = open_box(process).seal("a pass phrase")
    row = {"location": "ftp://a.test/x", "username": "pro", "sealed_password": sealed, "password_env": None}
    assert access("", row, tmp_path) == row | {"schedule": None}
    assert access("ftp://a.test/y", row, tmp_path)["sealed_password"] == sealed
    other = access("ftp://b.test/x", row, tmp_path)
    assert (other["username"], other["sealed_password"]) == (None, None)
    given = access("ftp://you:secret@b.test/x", row, tmp_path)
    assert (given["location"], given["username"]) == ("ftp://b.test/x", "you")
    assert open_box(process).open(given["sealed_password"]) == "secret"
    named = access("ftp://a.test/x", row, tmp_path, password_env="SHOP", user="me")
    assert (named["username"], named["password_env"], named["sealed_password"]) == ("me", "SHOP", None)
    kept = access("", row | {"password_env": "SHOP", "sealed_password": None}, tmp_path)
    assert (kept["password_env"], kept["sealed_password"]) == ("SHOP", None)
