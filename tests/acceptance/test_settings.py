"""``proprocessor settings``: settings go out as a file and come back, and history is counted by the new ones."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.acceptance.command import run, total
from tests.acceptance.log_lines import page_view
from tests.jdc import ftp_server

MISCONFIGURED = 78
LABEL = '\n[[labels]]\nid = "cart"\nmatch = { saw_page = { equals = "/cart" } }\n'


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("settings")
    (root / "shop").mkdir()
    lines = [page_view(number, 1 + number % 3, "/cart" if number % 4 == 0 else "/") for number in range(40)]
    (root / "shop" / "access.log").write_text("".join(lines))
    ran = run("process", root / "shop", "--publish", root / "out", data=root / "data")
    assert ran.code == 0, ran.said
    return root / "data"


def test_a_label_that_is_imported_covers_all_history_without_a_raw_file(data: Path) -> None:
    root = data.parent
    assert run("settings", "export", "shop", root / "shop.toml", data=data).code == 0
    (root / "more.toml").write_text((root / "shop.toml").read_text() + LABEL)
    tried = run("settings", "import", "shop", root / "more.toml", "--dry-run", data=data)
    assert tried.code == 0 and "labels.cart" in tried.out and "no raw file is read again" in tried.out
    assert "cart" not in run("settings", "show", "shop", data=data).out
    (root / "shop" / "access.log").unlink()
    for raw in (data / "raw").rglob("*"):
        if raw.is_file():
            raw.unlink()
    assert run("settings", "import", "shop", root / "more.toml", "--now", data=data).code == 0
    pages = json.loads((root / "out" / "shop" / "all" / "pages.json").read_text())
    assert [label["id"] for label in pages["labels"]] == ["all", "cart"]
    assert {row["page"]: row["cart"]["visits"] for row in pages["rows"] if "cart" in row} == {"/cart": 10}
    assert run("settings", "export", "shop", root / "again.toml", data=data).code == 0
    # What was exported comes back without loss.
    again = run("settings", "import", "shop", root / "again.toml", "--dry-run", data=data)
    assert again.code == 0 and "labels" not in again.out


def test_every_fault_of_a_file_is_told_at_once(data: Path) -> None:
    faulty = data.parent / "faulty.toml"
    faulty.write_text('[visits]\ngap_minutes = 0\n[[labels]]\nid = "visits"\nmatch = { label = "nix" }\n[nope]\n')
    for words in (("settings", "check", faulty), ("settings", "import", "shop", faulty)):
        ran = run(*words, data=data)
        assert ran.code == MISCONFIGURED
        assert all(f"line {line}: " in ran.said for line in (2, 4, 5, 6)), ran.said


def test_a_task_adds_its_labels_once(data: Path) -> None:
    assert run("settings", "tasks", "shop", "short", data=data).code == 0
    shown = run("settings", "show", "shop", data=data).out
    again = run("settings", "tasks", "shop", "short", data=data)
    assert "short" in shown and run("settings", "show", "shop", data=data).out == shown, again.said


def test_every_key_is_explained() -> None:
    told = run("settings", "explain", "visits.gap_minutes", data=Path("/nowhere"))
    assert told.code == 0 and "30" in told.out and "minutes" in told.out and "analysis" in told.out


def test_a_person_says_once_how_a_source_is_opened_and_what_is_counted(tmp_path: Path) -> None:
    """As on the first day, with every option; then as from a timetable, with none of them."""
    data, out, folder = tmp_path / "data", tmp_path / "out", tmp_path / "server" / "shop"
    folder.mkdir(parents=True)
    (folder / "a.log").write_text("".join(page_view(number, 1, "/cart") for number in range(9)))
    (tmp_path / "shop.toml").write_text(f"[dataset]\nname = 'shop'\n[exclude]\naddresses = ['192.0.2.1']\n{LABEL}")
    with ftp_server(tmp_path / "server", "pro", "a pass phrase") as url:
        process = ("process", f"{url}shop/", "--publish", out)
        said = ("--user", "pro", "--password-env", "SECRET", "--settings", tmp_path / "shop.toml", "--periods", "all")
        ran = run(*process, *said, data=data, SECRET="a pass phrase")
        assert (ran.code, total(out, "shop")) == (0, 8), ran.said
        shown = json.loads(run("settings", "show", "shop", "--json", data=data).out)
        (folder / "b.log").write_text("".join(page_view(number, 2, "/cart") for number in range(9)))
        ran = run(*process, data=data, SECRET="a pass phrase")
        assert (ran.code, total(out, "shop")) == (0, 16), ran.said
        setup = ("setup", "--location", f"{url}shop/")
        ran = run(*setup, data=data, SECRET="a pass phrase")
        assert ran.code == 0 and "no setting changed" in ran.out, ran.said
        assert "its password sealed" in run(*setup, "--password-env", "SECRET", data=data, SECRET="a pass phrase").out
        for again in (setup, process):  # from now on nobody need know it
            assert (ran := run(*again, data=data)).code == 0, ran.said
    assert shown["source"].pop("password_env") == "SECRET"
    assert json.loads(run("settings", "show", "shop", "--json", data=data).out) == shown
    assert sorted(path.parent.name for path in (out / "shop").glob("*/manifest.json")) == ["all"]


def test_settings_that_were_edited_by_hand_are_told_and_mended(data: Path) -> None:
    mended = data.parent / "mended.toml"
    with closing(sqlite3.connect(data / "catalog.db")) as catalog, catalog:
        catalog.execute("UPDATE datasets SET settings = json_set(settings, '$.visits.gap_minutes', -1)")
    ran = run("process", data.parent / "shop", "--publish", data.parent / "out", data=data)
    assert ran.code == MISCONFIGURED
    said = " ".join(ran.said.split())
    assert "data set shop" in said and "visits.gap_minutes" in said and "(found -1)" in said
    assert "`proprocessor settings import shop FILE`" in said
    assert run("settings", "export", "shop", mended, data=data).code == MISCONFIGURED
    mended.write_text(mended.read_text().replace("gap_minutes = -1", "gap_minutes = 10"))
    assert run("settings", "import", "shop", mended, data=data).code == 0
    assert "gap_minutes = 10" in run("settings", "show", "shop", data=data).out
