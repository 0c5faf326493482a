"""Rejects as data: when a file is held, which files are listed, and how lines are shown and written."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from console import rejects
from console.rejects import Version, current
from parser.import_settings import ImportSettings
from parser.kept_rejects import KeptReject, read_rejects, visible
from parser.reject_limit import REASON, explain, reject_share
from parser.stage import content_id
from shared import spreadsheet
from shared.dataset_settings import DatasetSettings, parse_dataset_settings
from shared.errors import Misconfigured

ONE = Version(1, "a.log", "", "p1", "hits/1", "combined", 1, held=False, reasons={"shape": 2, "time": 3})
AT = datetime(2026, 3, 1, 12, tzinfo=UTC)

# The limit


@pytest.mark.parametrize(
    ("lines", "directives", "rejects_", "share"),
    [(0, 0, 0, 0.0), (4, 4, 0, 0.0), (1, 0, 1, 1.0), (2, 0, 1, 0.5), (10, 4, 2, 1 / 3), (19, 0, 0, 0.0)],
)
def test_the_share_is_of_the_lines_that_are_no_directives(
    lines: int, directives: int, rejects_: int, share: float
) -> None:
    assert reject_share(lines, directives, rejects_) == share


def test_a_held_file_says_what_was_tried_and_shows_its_first_rejects() -> None:
    first = [KeptReject(at, None, "shape", f"{at}\t\x1b[1m" + "x" * 200) for at in range(3, 30)]
    text = explain("logs/a.log", "w3c", (27, 30), 0.5, iter(first))
    for words in ("logs/a.log", "27 of 30 lines (90.0 %)", "as w3c", "limit is 50 %", "--format NAME", "reject_limit"):
        assert words in text
    shown = [line for line in text.splitlines() if line.startswith("  line ")]
    assert shown[0] == "  line 3 (shape): 3\\t\\x1b[1m" + "x" * 74 + "…"
    assert [line.split()[1] for line in shown] == ["3", "4", "5", "6", "7"]


def test_the_reason_of_a_held_file_is_documented() -> None:
    assert f"| `{REASON}` |" in (Path(__file__).parents[2] / "docs" / "errors.md").read_text()


def test_the_limit_is_a_share_and_changes_no_number_by_itself() -> None:
    raised = parse_dataset_settings("[source]\nreject_limit = 0.9", name="x")
    assert DatasetSettings().source.reject_limit == 0.5
    assert raised.digest() == DatasetSettings().digest()
    with pytest.raises(Misconfigured, match=r"source\.reject_limit"):
        parse_dataset_settings("[source]\nreject_limit = 50", name="x")


# Import settings


def test_a_content_is_named_by_its_bytes_and_import_settings() -> None:
    settings = parse_dataset_settings("[source]\nformat = 'common'", name="x")
    raised = parse_dataset_settings("[source]\nformat = 'common'\nreject_limit = 1.0", name="x")
    usual = ImportSettings.of(settings)
    assert usual.format == "common"
    assert ImportSettings.of(settings, override="w3c").format == "w3c"
    assert ImportSettings.of(raised) == usual
    names = {content_id(sha, one) for sha in ("aa", "bb") for one in (usual, replace(usual, format="w3c"))}
    assert len(names) == 4
    assert content_id("aa", usual) == content_id("aa", ImportSettings.of(raised))


# Which files


def test_a_log_that_grew_is_listed_once() -> None:
    grown = replace(ONE, file=2, plain_sha256="p2")
    assert current([ONE, grown], {"p1": {"p2"}}) == [grown]


def test_a_log_that_began_anew_keeps_its_earlier_lines() -> None:
    anew = replace(ONE, file=2, plain_sha256="p2")
    assert current([ONE, anew], {}) == [ONE, anew]
    rotated = replace(ONE, file=3, path="a.log.1")
    assert current([ONE, anew, rotated], {}) == [anew, rotated]
    packed = replace(ONE, file=3, path="a.log.1", plain_sha256="p3")
    assert current([ONE, anew, packed], {"p1": {"p3"}}) == [anew, packed]
    elsewhere = replace(packed, server="web2")
    assert current([ONE, anew, elsewhere], {"p1": {"p3"}}) == [ONE, anew, elsewhere]


def test_reasons_are_counted_over_files_the_most_frequent_first() -> None:
    assert rejects.count_reasons([ONE, ONE]) == {"time": 6, "shape": 4}
    assert list(rejects.count_reasons([ONE])) == ["time", "shape"]
    assert rejects.count_reasons([ONE], "shape") == {"shape": 2}


# The lines


def keep(folder: Path, rows: list[KeptReject]) -> None:
    columns = {name: [getattr(row, name) for row in rows] for name in KeptReject._fields}
    columns["ts"] = [at.replace(tzinfo=None) if at else None for at in columns["ts"]]
    schema = pa.schema(
        [("line", pa.int64()), ("ts", pa.timestamp("us")), ("reason", pa.string()), ("raw", pa.string())]
    )
    pq.write_table(pa.table(columns, schema=schema), folder / "rejects.parquet", row_group_size=50)


def test_rejects_are_read_back_as_they_were_kept(tmp_path: Path) -> None:
    rows = [KeptReject(at, AT if at % 2 else None, "shape", f"{at} ü\0\r") for at in range(1, 301)]
    keep(tmp_path, rows)
    assert list(read_rejects(tmp_path)) == rows


@given(st.text())
def test_what_is_shown_can_be_printed(text: str) -> None:
    assert visible(text, 50).isprintable()
    assert visible(text, 50).endswith("…") == (len(text) > 50 or text.endswith("…"))


def test_what_moves_or_colours_text_is_made_visible() -> None:
    assert visible("a\tb\x1b[31m\r\x9b\u202e\u2028ü", 99) == "a\\tb\\x1b[31m\\r\\x9b\\u202e\\u2028ü"
    assert visible("\\x16\\x03", 99) == "\\x16\\x03"


RAW = ("plain", "=1+1", "+1", "-1", "@x", "\tx", "\rx", 'a "b", c', "a\rb", "\0", "ü\u2028\x85\x1c", "")


def row(raw: str) -> dict[str, object]:
    return {
        "file": "-a.log", "line": 7, "time": AT, "reason": "shape", "format": "w3c", "parser": 1, "held": True, "raw": raw,
    }  # fmt: skip


def test_csv_keeps_the_text_and_runs_nothing() -> None:
    file = io.StringIO(newline="")
    assert rejects.write_csv(file, map(row, RAW)) == len(RAW)
    found = list(csv.DictReader(io.StringIO(file.getvalue(), newline="")))
    assert tuple(found[0]) == rejects.COLUMNS
    assert [one["raw"].removeprefix("'") for one in found] == list(RAW)
    assert {one["file"] for one in found} == {"'-a.log"}
    assert [one["raw"] for one in found if one["raw"].startswith(spreadsheet.DANGEROUS)] == []
    assert (found[0]["line"], found[0]["time"], found[0]["held"]) == ("7", "2026-03-01T12:00:00+00:00", "yes")


def test_json_lines_keep_the_text_exactly() -> None:
    file = io.StringIO(newline="")
    assert rejects.write_jsonl(file, map(row, RAW)) == len(RAW)
    found = [json.loads(line) for line in file.getvalue().removesuffix("\n").split("\n")]
    assert [one["raw"] for one in found] == list(RAW)
    assert list(found[0]) == list(rejects.COLUMNS)
