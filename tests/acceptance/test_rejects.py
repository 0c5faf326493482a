"""Rejects as a person meets them: listed, exported, too many of them, read again as something else."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from parser.read import VERSION
from shared.catalog import Catalog, open_catalog
from shared.catalog.schema import contents, files
from tests.acceptance.command import Ran, audit, run, total
from tests.acceptance.test_bad_input import lines

BAD_INPUT, MISCONFIGURED, USAGE = 65, 78, 2
JUNK = "junk {}\t\x1b[31m"


def junk(number: int) -> str:
    return "".join(f"{JUNK.format(one)}\n" for one in range(number))


class Shop:
    """A folder of logs and what is made of it."""

    def __init__(self, root: Path) -> None:
        self.root, self.logs, self.out, self.data = root, root / "shop", root / "out", root / "data"
        self.logs.mkdir()

    def process(self, settings: str = "") -> Ran:
        (self.root / "settings.toml").write_text(settings)
        words = ("process", self.logs, "--publish", self.out, "--settings", self.root / "settings.toml")
        return run(*words, data=self.data, PROPROCESSOR_LOG="json")

    def run(self, *words: str | Path) -> Ran:
        return run(*words, data=self.data, PROPROCESSOR_LOG="json")

    def json(self, *words: str) -> Any:
        ran = self.run(*words, "--json")
        assert ran.code == 0, ran.said
        return json.loads(ran.out)

    def shown(self) -> dict[str, dict[str, Any]]:
        return {row["path"]: row for row in self.json("datasets", "show", "shop")}

    def letter(self) -> dict[str, Any]:
        (found,) = self.json("failures", "list")
        return dict(found)


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path)


@pytest.fixture
def catalog(shop: Shop) -> Iterator[Catalog]:
    shop.data.mkdir()
    one = open_catalog(f"sqlite:///{shop.data / 'catalog.db'}")
    yield one
    one.close()


def test_rejects_are_listed_with_their_counts_and_exported_whole(shop: Shop) -> None:
    (shop.logs / "a.log").write_text(lines(1) + "=cmd|' /C calc'!A0\n" + "\n" + JUNK.format(0) + "\n")
    (shop.logs / "b.log").write_text(junk(3) + lines(2))
    assert shop.process().code == 0
    found = shop.json("rejects", "list", "shop")
    assert [(row["file"], row["line"], row["reason"]) for row in found["rejects"]] == [
        ("a.log", 21, "shape"),
        ("a.log", 23, "shape"),
        ("b.log", 1, "shape"),
        ("b.log", 2, "shape"),
        ("b.log", 3, "shape"),
    ]
    assert found["rejects"][1]["raw"] == JUNK.format(0)
    assert {(row["format"], row["parser"], row["held"]) for row in found["rejects"]} == {("combined", VERSION, False)}
    assert [(row["reason"], row["number"]) for row in found["reasons"]] == [("shape", 5)]
    assert sum(row["rejects"] for row in audit(shop.out, "shop").values()) == found["total"] == 5
    (one,) = shop.json("rejects", "list", "shop", "--file", "b.log", "--limit", "1")["rejects"]
    assert (one["file"], one["line"]) == ("b.log", 1)
    assert shop.json("rejects", "list", "shop", "--reason", "time") == {"rejects": [], "reasons": [], "total": 0}
    table = shop.run("rejects", "list", "shop", "--limit", "2").out
    assert "junk 0\\t\\x1b[31m" in table
    assert "\x1b" not in table
    assert "2 of 5 shown" in table
    exported(shop)


def exported(shop: Shop) -> None:
    """Both files hold all, the one for programs exactly as it was."""
    raw = ["=cmd|' /C calc'!A0", *(JUNK.format(one) for one in (0, 0, 1, 2))]
    for name in ("rejects.csv", "new/rejects.jsonl"):
        ran = shop.run("rejects", "export", "shop", "--out", shop.root / name)
        assert (ran.code, "5 rejects" in ran.out) == (0, True), ran.said
    with (shop.root / "rejects.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["raw"] for row in rows] == [f"'{raw[0]}", *raw[1:]]
    text = (shop.root / "new" / "rejects.jsonl").read_text()
    assert [json.loads(line)["raw"] for line in text.splitlines()] == raw
    assert sorted(path.name for path in shop.root.glob("**/rejects.*[vl]*")) == ["rejects.csv", "rejects.jsonl"]


def test_what_is_wrongly_asked_is_told(shop: Shop) -> None:
    (shop.logs / "a.log").write_text(lines(1))
    assert shop.process().code == 0
    assert shop.run("rejects", "list", "shop").out.strip() == "No rejects."
    for words, code, says in (
        (("rejects", "list", "shap"), BAD_INPUT, "shop"),
        (("rejects", "list", "shop", "--file", "z.log"), BAD_INPUT, "z.log"),
        (("rejects", "list", "shop", "--reason", "mood"), USAGE, "too_long"),
        (("rejects", "export", "shop", "--out", "x.txt"), USAGE, ".jsonl"),
        (("reparse", "shop", "--file", "z.log"), BAD_INPUT, "z.log"),
        (("reparse", "shop", "--format", "nonsense"), MISCONFIGURED, "nonsense"),
    ):
        ran = shop.run(*words)
        assert ran.code == code, ran.said
        assert says in ran.err


def test_rejects_that_are_gone_are_made_again(shop: Shop) -> None:
    (shop.logs / "a.log").write_text(lines(1) + junk(2))
    assert shop.process().code == 0
    shutil.rmtree(shop.data / "hits")
    ran = shop.run("rejects", "export", "shop", "--out", shop.root / "x.csv")
    assert (ran.code, "proprocessor reparse" in ran.err) == (BAD_INPUT, True)
    assert [path.name for path in shop.root.glob("x.*")] == []
    assert shop.run("reparse", "shop", "--now").code == 0
    assert shop.json("rejects", "list", "shop")["total"] == 2
    assert len(shop.json("rejects", "list", "shop")["rejects"]) == 2


def test_a_file_of_rejects_is_held_and_counts_when_the_limit_is_raised(shop: Shop) -> None:
    (shop.logs / "a.log").write_text(lines(1))
    (shop.logs / "b.log").write_text(lines(2, 10) + junk(12))
    ran = shop.process()
    assert ran.code == BAD_INPUT
    for words in ("b.log", "12 of 22 lines (54.5 %)", "combined", "50 %", "line 11 (shape): junk 0\\t\\x1b[31m"):
        assert words in ran.err, ran.err
    assert "line 15 " in ran.err
    assert "line 16 " not in ran.err
    assert list(audit(shop.out, "shop")) == ["a.log"]
    assert shop.letter()["reason"] == "too_many_rejects"
    held = shop.shown()["b.log"]
    assert (held["state"], held["rejects"], held["hits"]) == ("held", 12, 10)
    found = shop.json("rejects", "list", "shop")
    assert (found["total"], {row["held"] for row in found["rejects"]}) == (12, {True})
    # As it is, it is held again; under a higher limit, the parse that is there counts.
    assert shop.run("failures", "replay", "--all").code == 0
    assert shop.process().code == BAD_INPUT
    kept = {path: path.stat().st_mtime_ns for path in (shop.data / "hits").rglob("*.parquet")}
    assert shop.process("[source]\nreject_limit = 0.6\n").code == 0
    assert shop.run("failures", "replay", "--reason", "too_many_rejects").code == 0
    ran = shop.process("[source]\nreject_limit = 0.6\n")
    assert ran.code == 0, ran.err
    assert "parse.started" not in ran.err
    assert {path: path.stat().st_mtime_ns for path in (shop.data / "hits").rglob("*.parquet")} == kept
    assert audit(shop.out, "shop")["b.log"]["rejects"] == 12
    assert total(shop.out, "shop") == 30
    assert shop.shown()["b.log"]["state"] == "parsed"


@pytest.mark.parametrize(("good", "bad", "code"), [(1, 1, 0), (1, 2, BAD_INPUT), (40, 40, 0), (40, 41, BAD_INPUT)])
def test_the_limit_holds_for_small_files_too(shop: Shop, good: int, bad: int, code: int) -> None:
    (shop.logs / "a.log").write_text(lines(1, good) + "\n" * 5 + junk(bad))
    assert shop.process().code == code
    assert (shop.out / "shop").exists() == (code == 0)


def test_a_file_is_replayed_as_another_format_and_so_it_stays_when_it_grows(shop: Shop) -> None:
    (shop.logs / "a.log").write_text(lines(1))
    (shop.logs / "b.log").write_text(junk(120) + lines(2, 200))
    assert shop.process().code == BAD_INPUT
    letter = shop.letter()
    assert letter["reason"] == "format_unknown"
    refused = shop.run("failures", "replay", letter["id"], "--format", "nonsense")
    assert (refused.code, "nonsense" in refused.err) == (MISCONFIGURED, True)
    assert shop.run("failures", "replay", letter["id"], "--format", "combined").code == 0
    assert shop.process().code == 0
    assert total(shop.out, "shop") == 220
    assert shop.shown()["b.log"]["named_format"] == "combined"
    assert shop.shown()["a.log"]["named_format"] is None
    (shop.logs / "b.log").write_text(junk(120) + lines(2, 200) + lines(3, 5))
    assert shop.process().code == 0
    assert total(shop.out, "shop") == 225
    assert {name: row["hits"] for name, row in audit(shop.out, "shop").items()} == {"a.log": 20, "b.log": 205}
    # Rejects of what grew are listed once.
    assert shop.json("rejects", "list", "shop")["total"] == 120


def test_only_what_is_about_a_file_is_replayed_with_a_format(shop: Shop) -> None:
    ran = run("process", shop.root / "missing.log", "--publish", shop.out, data=shop.data)
    assert ran.code != 0
    ran = shop.run("failures", "replay", shop.letter()["id"], "--format", "combined")
    assert ran.code == BAD_INPUT
    assert "without --format" in ran.err
    assert shop.letter()["state"] == "waiting"


def older(catalog: Catalog) -> None:
    """Let every parse be one of an older parser."""
    with catalog.write() as connection:
        connection.execute(sa.update(contents).values(id="older-" + contents.c.id, parser_version=VERSION - 1))
        connection.execute(sa.update(files).values(content="older-" + files.c.content))


def test_files_of_an_older_parser_are_shown_and_read_again(shop: Shop, catalog: Catalog) -> None:
    (shop.logs / "a.log").write_text(lines(1) + junk(1))
    (shop.logs / "b.log").write_text(lines(2))
    assert shop.process().code == 0
    assert {row["older_parser"] for row in shop.shown().values()} == {False}
    older(catalog)
    table = shop.run("datasets", "show", "shop").out
    assert f"{VERSION - 1} (older)" in table
    assert "2 read by an older parser" in table
    before = audit(shop.out, "shop")
    ran = shop.run("reparse", "shop", "--file", "a.log", "--now")
    # Numbers of hits that lack what is analysed now are refused, until the other file is read again, too.
    assert (ran.code, ran.err.count("parse.started")) == (BAD_INPUT, 1), ran.err
    assert "1 files were parsed by an older version" in ran.err
    assert {path: row["parser"] for path, row in shop.shown().items()} == {"a.log": VERSION, "b.log": VERSION - 1}
    ran = shop.run("reparse", "shop", "--now")
    assert (ran.code, ran.err.count("parse.started")) == (0, 1), ran.err
    assert {row["parser"] for row in shop.shown().values()} == {VERSION}
    shop.logs.rename(shop.logs.with_name("elsewhere"))  # what is kept is read, whatever became of the source
    ran = shop.run("reparse", "shop", "--now")
    assert (ran.code, "parse.started" in ran.err) == (0, False), ran.err
    assert audit(shop.out, "shop") == before


def test_announced_files_are_read_by_whoever_runs_and_settle_their_dead_letters(shop: Shop) -> None:
    (shop.logs / "a.log").write_text(lines(1))
    (shop.logs / "b.log").write_text(junk(120) + lines(2, 200))
    assert shop.process().code == BAD_INPUT
    ran = shop.run("reparse", "shop", "--file", "b.log", "--format", "combined")
    assert (ran.code, "1 file is announced" in ran.out) == (0, True), ran.said
    assert shop.json("failures", "list") == []
    assert shop.shown()["b.log"]["state"] == "fetched"
    assert shop.process().code == 0
    assert total(shop.out, "shop") == 220


def test_a_file_read_again_as_the_wrong_format_counts_nowhere_until_it_is_mended(shop: Shop) -> None:
    (shop.logs / "a.log").write_text(lines(1))
    (shop.logs / "b.log").write_text(lines(2))
    assert shop.process().code == 0
    ran = shop.run("reparse", "shop", "--file", "b.log", "--format", "w3c", "--now")
    assert ran.code == BAD_INPUT
    assert "20 of 20 lines (100.0 %) could not be read as w3c" in ran.err
    assert list(audit(shop.out, "shop")) == ["a.log"]
    assert shop.run("reparse", "shop", "--file", "b.log", "--format", "auto", "--now").code == 0
    assert total(shop.out, "shop") == 40
    assert shop.json("failures", "list") == []


def test_a_file_without_its_raw_bytes_stays_as_it_was_parsed(shop: Shop) -> None:
    (shop.logs / "a.log").write_text(lines(1))
    (shop.logs / "b.log").write_text(lines(2))
    assert shop.process().code == 0
    sha256 = shop.shown()["a.log"]["sha256"]
    (shop.data / "raw" / sha256[:2] / sha256[2:]).unlink()
    ran = shop.run("reparse", "shop", "--now")
    assert ran.code == 0, ran.err
    assert "1 file has no raw file any more" in ran.err
    assert total(shop.out, "shop") == 40
