"""``proprocessor settings``: settings go out as a file and come back, and history is counted by the new ones."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.acceptance.command import run

MISCONFIGURED = 78
LINE = (
    '192.0.2.{number} - - [0{day}/May/2015:12:00:00 +0000] "GET /{page} HTTP/1.1" 200 10 "-" '
    '"Mozilla/5.0 (X11; Linux x86_64; rv:115.0) Gecko/20100101 Firefox/115.0"\n'
)
LABEL = '\n[[labels]]\nid = "cart"\nmatch = { saw_page = { equals = "/cart" } }\n'


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("settings")
    (root / "shop").mkdir()
    lines = [
        LINE.format(number=number, day=1 + number % 3, page="cart" if number % 4 == 0 else "") for number in range(40)
    ]
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
