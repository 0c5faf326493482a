"""``proprocessor formats``: what a person and a program are told of formats and files."""

from __future__ import annotations

import bz2
import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from console.cli import make_app
from parser.formats import FORMATS
from shared.errors import EXIT_BAD_INPUT, Misconfigured

LINE = FORMATS["combined"].sample
IIS = "192.0.2.7, -, 03/04/01, 7:55:20, W3SVC2, SERVER, 172.21.13.45, 4502, 163, 3223, 200, 0, GET, /a, -,"


def run(*words: object) -> Result:
    return CliRunner().invoke(make_app("formats"), ["formats", *map(str, words)], catch_exceptions=True)


def looked_at(*words: object) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(run("detect", "--json", *words).stdout)
    return found


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "access.log"
    path.write_text(f"{LINE}\n\n{LINE}\nnonsense\x1b[2J\n{LINE[:-30]}")
    return path


@pytest.mark.parametrize("words", [(), ("list",)])
def test_the_formats_are_listed(words: tuple[str, ...]) -> None:
    text = run(*words).stdout
    assert all(name in text for name in FORMATS)
    assert [row["name"] for row in json.loads(run(*words, "--json").stdout)] == list(FORMATS)


def test_a_file_is_looked_at(log: Path) -> None:
    (found,) = looked_at(log)
    assert (found["format"], found["compression"], found["error"], found["cookies_logged"]) == (
        "combined",
        None,
        None,
        False,
    )
    assert (found["lines"], found["directives"], len(found["hits"]), len(found["rejects"])) == (5, 1, 3, 1)
    assert found["confidence"] == 0.75
    assert found["hits"][0] == {
        "line": 1,
        "ts": "2015-05-17T10:05:03",
        "address": "83.149.9.216",
        "method": "GET",
        "path": "/images/kibana-search.png",
        "status": 200,
        "bytes": 203023,
        "referrer": "http://semicomplete.com/presentations/",
        "agent": "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_9_1)",
    }
    assert (found["rejects"][0]["line"], found["rejects"][0]["reason"]) == (4, "shape")
    assert found["rejects"][0]["raw"] == "nonsense\x1b[2J"


def test_a_person_is_told_in_sentences(log: Path) -> None:
    result = run("detect", log)
    assert result.exit_code == 0
    assert f"{log}: combined. It reads 3 of the first 4 lines." in result.stdout
    assert "line 4 is rejected (shape: " in result.stdout
    assert r"nonsense\x1b[2J" in result.stdout


def test_a_packed_file_is_looked_at_and_what_fits_as_well_is_named(tmp_path: Path) -> None:
    packed = tmp_path / "ex010403.log.bz2"
    packed.write_bytes(bz2.compress(f"{IIS}\r\n".encode()))
    (found,) = looked_at(packed)
    assert (found["format"], found["compression"]) == ("iis", "bzip2")
    assert found["others"] == [{"format": "iis_day_first", "confidence": 1.0}]
    assert found["hits"][0]["ts"] == "2001-03-04T07:55:20"
    text = run("detect", packed).stdout
    assert "iis, packed with bzip2" in text
    assert "As well or nearly: iis_day_first (100%)" in text
    assert looked_at(packed, "--format", "iis_day_first")[0]["hits"][0]["ts"] == "2001-04-03T07:55:20"


def test_a_format_string_is_tried(log: Path) -> None:
    (found,) = looked_at(log, "--format", '%h %l %u %t "%r" %>s %b')
    assert (len(found["hits"]), found["confidence"]) == (3, 0.75)
    assert "agent" not in found["hits"][0]
    assert isinstance(run("detect", log, "--format", "%h").exception, Misconfigured)


def test_what_cannot_be_read_is_said_beside_what_can(tmp_path: Path, log: Path) -> None:
    unknown, missing = tmp_path / "unknown.log", tmp_path / "missing.log"
    unknown.write_text("nonsense\n")
    result = run("detect", log, unknown, missing)
    assert result.exit_code == EXIT_BAD_INPUT
    assert "combined" in result.stdout
    assert "unknown.log: none of the first 1 lines is of a known format" in result.stdout
    assert "missing.log: No such file or directory" in result.stdout
    assert [one["reason"] for one in looked_at(log, unknown, missing)] == [None, "format_unknown", "file_missing"]


def test_a_file_may_be_long_and_in_another_encoding(tmp_path: Path) -> None:
    path = tmp_path / "a.log"
    path.write_bytes(b"".join(LINE.encode() + b" \xfc\n" for _ in range(10_000)))
    (found,) = looked_at(path)
    assert (found["format"], found["lines"]) == ("combined_extra", 100)
