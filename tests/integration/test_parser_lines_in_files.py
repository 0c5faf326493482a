"""The fast reading in SQL makes of each line what the definition does: the same cases, each in a file of its format."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from parser import runs
from parser.import_settings import ImportSettings
from parser.read import parse_file
from parser.records import HIT_FIELDS, Directive, Hit, Record, Reject
from tests.line_cases import NCSA, NLF, NLF_FIELDS, NLF_HEAD, W3C, combined, hit, seen


def parsed(folder: Path, data: bytes, format_name: str = "auto") -> dict[int, Record | tuple[str, str]]:
    """Each line of a file: a hit, a directive, or the reason and raw text of a reject."""
    folder.mkdir()
    raw = folder / "raw"
    raw.write_bytes(data)
    parse_file(raw, folder, settings=ImportSettings(format=format_name), name="raw")
    found: dict[int, Record | tuple[str, str]] = {}
    connection = duckdb.connect()
    names = ", ".join(HIT_FIELDS)
    nothing = ", ".join(f"NULL AS {name}" for name in HIT_FIELDS)
    for part in folder.glob("hits-*.parquet"):
        rows = f"FROM (SELECT {nothing} WHERE false UNION ALL BY NAME FROM read_parquet('{part}'))"
        for line, *values in connection.execute(f"SELECT line, {names} {rows}").fetchall():
            assert line not in found
            found[line] = Hit(**dict(zip(HIT_FIELDS, values, strict=True)))
    for name, columns in (("rejects", "line, reason, raw"), ("directives", "line")):
        for line, *values in connection.execute(f"SELECT {columns} FROM '{folder}/{name}.parquet'").fetchall():
            assert line not in found
            found[line] = (values[0], values[1]) if values else Directive()
    connection.close()
    return found


def as_found(line: str, expected: Record) -> Record | tuple[str, str]:
    return (expected.reason, line) if isinstance(expected, Reject) else expected


@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["LF", "CR LF"])
def test_ncsa_in_a_file(tmp_path: Path, end: str) -> None:
    found = parsed(tmp_path / "a", "".join(line + end for line, _ in NCSA.values()).encode(), "combined")
    for number, (name, (line, expected)) in enumerate(NCSA.items(), start=1):
        assert found[number] == as_found(line, expected), name
    assert len(found) == len(NCSA)


@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["LF", "CR LF"])
def test_w3c_in_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, end: str) -> None:
    monkeypatch.setattr(runs, "SHORT_RUN", 1)
    text, number, expected_at = "", 0, {}
    for name, (header, line, expected) in W3C.items():
        # What the case before it has said must not hold for this one.
        forget = "" if name == "before any #Fields:" else "#GMT-Offset: +0000\n"
        if name in ("no day", "before any #Fields:"):
            continue
        text += f"{forget}{header}\n{line}\n"
        number = text.count("\n")
        expected_at[number] = (name, as_found(line, expected))
    found = parsed(tmp_path / "a", text.replace("\n", end).encode(), "w3c")
    for number, (name, record) in expected_at.items():
        assert found[number] == record, name
    assert len(found) == text.count("\n")
    assert sum(one == Directive() for one in found.values()) == text.count("#") + sum(
        line in ("", "\t\t") for _, line, _ in W3C.values()
    )


def test_nlf_in_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "SHORT_RUN", 1)
    head = f"{NLF_HEAD}{NLF_FIELDS}\n"
    found = parsed(tmp_path / "a", (head + "".join(line + "\n" for line, _ in NLF.values())).encode())
    for number, (name, (line, expected)) in enumerate(NLF.items(), start=3):
        assert found[number] == as_found(line, expected), name
    assert found[1] == found[2] == Directive()


# What only a file can show


def test_a_line_that_is_not_utf_8_is_latin_1_and_its_neighbours_stay_utf_8(tmp_path: Path) -> None:
    lines = (
        combined("GET /käse HTTP/1.1").encode(),
        combined("GET /käse HTTP/1.1").encode("latin-1"),
        b"\xff\xfe junk",
    )
    found = parsed(tmp_path / "a", b"\n".join(lines) + b"\n")
    assert found == {1: seen(path="/käse"), 2: seen(path="/käse"), 3: ("shape", "ÿþ junk")}


def test_a_last_line_without_an_end_is_a_line(tmp_path: Path) -> None:
    assert parsed(tmp_path / "a", combined().encode()) == {1: seen()}
    assert parsed(tmp_path / "b", combined().encode() + b"\n") == {1: seen()}
    assert parsed(tmp_path / "c", combined().encode() + b"\n\n") == {1: seen(), 2: Directive()}


def test_an_empty_file_has_no_lines(tmp_path: Path) -> None:
    assert parsed(tmp_path / "a", b"") == {}
    assert parsed(tmp_path / "b", b"\n\r\n \n") == {1: Directive(), 2: Directive(), 3: Directive()}


def test_a_line_of_one_mebibyte_is_read_and_a_longer_one_is_not(tmp_path: Path) -> None:
    shortest = len(combined("GET / HTTP/1.1"))
    longest = combined(f"GET /{'a' * ((1 << 20) - shortest)} HTTP/1.1")
    assert len(longest) == 1 << 20
    too_long = combined(f"GET /{'a' * ((1 << 20) - shortest + 1)} HTTP/1.1")
    found = parsed(tmp_path / "a", f"{longest}\n{too_long}\n{combined()}\n".encode())
    assert isinstance(found[1], Hit)
    assert found[2] == ("too_long", too_long[: 8 << 10])
    assert found[3] == seen()


def test_a_long_reject_is_kept_whole(tmp_path: Path) -> None:
    line = "x" * 100_000
    assert parsed(tmp_path / "a", f"{combined()}\n{line}\n".encode()) == {1: seen(), 2: ("shape", line)}


def test_fields_may_change_in_the_middle(tmp_path: Path) -> None:
    lines = (
        "#Fields: date time c-ip cs-uri-stem sc-status",
        "2026-03-01 12:00:00 192.0.2.7 / 200",
        "#Fields: c-ip sc-status cs-uri-stem time date",
        "192.0.2.8 404 /b 12:00:00 2026-03-01",
        "2026-03-01 12:00:00 192.0.2.7 / 200",
        "#Fields: date time c-ip cs-uri-stem sc-status",
        "#Fields: date time c-ip cs-uri-stem sc-status",
        "2026-03-01 12:00:00 192.0.2.9 / 200",
    )
    found = parsed(tmp_path / "a", "\n".join(lines).encode())
    assert [number for number, one in found.items() if one == Directive()] == [1, 3, 6, 7]
    assert found[2] == hit()
    assert found[4] == hit(address="192.0.2.8", path="/b", status=404)
    assert found[5] == ("time", lines[4])
    assert found[8] == hit(address="192.0.2.9")
