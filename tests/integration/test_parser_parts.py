"""A big file in parts: wherever it is cut, what is put together is what parsing it whole gives."""

from __future__ import annotations

import gzip
import hashlib
import json
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parser import lines, parts, w3c
from parser.assemble import PartResult, join_others, whole
from parser.import_settings import ImportSettings
from parser.lines import Reader
from parser.parts import Part, header_from_json, header_to_json, plan
from parser.privacy import Privacy
from parser.read import ParseResult, parse_file, parse_part
from parser.readers import HeaderReader
from shared.errors import Rejected
from tests.examples import examples
from tests.integration.test_parser_files import DIRECTIVES, NCSA_LINES, W3C_LINES, files, tables
from tests.oracle.lines import Expected, decoded, split

relaxed = settings(max_examples=examples(15), deadline=None, suppress_health_check=[HealthCheck.too_slow])
HIT = b'192.0.2.7 - - [01/Mar/2026:12:00:%02d +0000] "GET / HTTP/1.1" 200 5\n'
FIELDS = b"#Fields: date time c-ip cs-method cs-uri-stem sc-status"


def cut(data: bytes, part_bytes: int, named: str = "combined") -> tuple[Part, ...]:
    with TemporaryDirectory() as root:
        raw = Path(root) / "raw"
        raw.write_bytes(data)
        return plan(raw, named=named, name="raw", part_bytes=part_bytes)


def parse_whole(data: bytes, chosen: ImportSettings) -> tuple[ParseResult, Expected]:
    with TemporaryDirectory() as root:
        folder = Path(root)
        (folder / "raw").write_bytes(data)
        result = parse_file(folder / "raw", folder, name="raw", settings=chosen, threads=1)
        return result, tables(folder, result.parts)


def parse_in_parts(data: bytes, chosen: ImportSettings, part_bytes: int) -> tuple[ParseResult, Expected]:
    """As the stage does it: each part in a folder, its result kept as JSON, then all put together."""
    with TemporaryDirectory() as root:
        folder = Path(root)
        raw = folder / "raw"
        raw.write_bytes(data)
        done = []
        for part in plan(raw, named=chosen.format, name="raw", part_bytes=part_bytes):
            (folder / part.folder).mkdir()
            result = parse_part(raw, folder / part.folder, part, name="raw", settings=chosen, threads=1)
            kept = json.loads(json.dumps(PartResult.of(result).to_json()))
            done.append((part, PartResult.from_json(kept)))
        joined = whole(done, raw, hashlib.sha256(data).hexdigest(), "raw", chosen.privacy)
        join_others(done, folder, folder, lambda: None)
        return joined, tables(folder, joined.parts)


def assert_same(data: bytes, chosen: ImportSettings, part_bytes: int) -> None:
    if not cut(data, part_bytes, chosen.format):
        return
    (one, expected), (other, found) = parse_whole(data, chosen), parse_in_parts(data, chosen, part_bytes)
    assert found == expected
    assert replace(other, parts=()) == replace(one, parts=())


# Where it is cut


@pytest.mark.parametrize(("size", "number"), [(0, 0), (149, 0), (150, 0), (151, 2), (249, 2), (251, 3), (1000, 10)])
def test_a_file_is_cut_when_it_is_half_as_big_again_as_a_part(size: int, number: int) -> None:
    assert len(cut(b"\n" * size, 100)) == number


@given(st.binary(max_size=300) | st.lists(st.sampled_from([b"a", b"\n", b"\r\n", b"bbbb"])).map(b"".join))
def test_parts_are_whole_lines_and_all_of_them(data: bytes) -> None:
    for part_bytes in (1, 7, 50):
        found = cut(data, part_bytes)
        if not found:
            continue
        assert [part.number for part in found] == list(range(len(found)))
        assert [found[0].start, *(part.end for part in found)] == [*(part.start for part in found), len(data)]
        for part in found:
            assert part.start < part.end
            assert part.start == 0 or data[part.start - 1 : part.start] == b"\n"
            assert part.first_line == data[: part.start].count(b"\n") + 1


def test_a_line_that_is_longer_than_a_part_is_not_cut() -> None:
    data = HIT % 1 + b"x" * 1000 + b"\n" + HIT % 2 * 2
    behind = data.index(HIT % 2)
    assert [(part.start, part.first_line) for part in cut(data, 100)] == [
        (0, 1),
        (behind, 3),
        (behind + len(HIT % 2), 4),
    ]


def test_one_long_line_is_one_part() -> None:
    assert cut(b"x" * 1000, 100) == ()
    assert cut(b"x" * 1000 + b"\n", 100) == ()


def test_a_packed_file_is_not_cut() -> None:
    packed = gzip.compress(b"".join(HIT % (at % 60) for at in range(100)))
    assert cut(packed, 10) == ()


def test_the_format_is_that_of_the_beginning_and_holds_for_all_parts() -> None:
    other = b"".join(DIRECTIVES[2] + b"\n" + line + b"\n" for line in W3C_LINES[:1]) * 200
    found = cut(HIT % 1 * 200 + other, 1000, "auto")
    assert {part.format for part in found} == {"common"}
    assert {part.format for part in cut(HIT % 1 * 200, 1000, '%h %l %u %t "%r" %>s %b')} == {'%h %l %u %t "%r" %>s %b'}


def test_a_file_of_no_known_format_is_refused_before_it_is_cut() -> None:
    with pytest.raises(Rejected) as refused:
        cut(b"nothing of this can be read\n" * 200, 1000, "auto")
    assert refused.value.reason == "format_unknown"


@given(
    st.lists(st.sampled_from((*DIRECTIVES, W3C_LINES[0], b"#Remark: a", b"", b" #Fields: a")), min_size=2, max_size=30),
    st.integers(1, 200),
)
def test_the_header_in_effect_is_that_of_the_directives_before(some: list[bytes], part_bytes: int) -> None:
    data = b"\n".join(some)
    for part in cut(data, part_bytes, "w3c"):
        reader = HeaderReader()
        for line in split(data[: part.start]):
            reader.read(decoded(line).rstrip("\r"))
        assert part.header == reader.header
        assert header_from_json(json.loads(json.dumps(header_to_json(part.header)))) == part.header


def test_every_value_of_a_header_is_kept() -> None:
    header = w3c.Header(("date", "ti\u00e4me"), date(2026, 3, 1), timedelta(hours=-5, minutes=-30), ours=True)
    assert header_from_json(json.loads(json.dumps(header_to_json(header)))) == header


def test_part_folders_are_named_by_the_cut() -> None:
    names = {part.folder for size in (100, 150, 200) for part in cut(HIT % 1 * 50, size)}
    assert len(names) == len(
        {(part.start, part.end, part.number) for size in (100, 150, 200) for part in cut(HIT % 1 * 50, size)}
    )


# What is read


@relaxed
@given(files(NCSA_LINES, (b"", b" \t", *W3C_LINES, *DIRECTIVES)), st.integers(1, 1500))
def test_ncsa_in_parts_is_ncsa_whole(data: bytes, part_bytes: int) -> None:
    assert_same(data, ImportSettings(format="combined"), part_bytes)


@relaxed
@given(files(W3C_LINES + DIRECTIVES[:3], (b"", *NCSA_LINES, *DIRECTIVES), head=(DIRECTIVES[0],)), st.integers(1, 1000))
def test_w3c_in_parts_is_w3c_whole(data: bytes, part_bytes: int) -> None:
    assert_same(data, ImportSettings(format="w3c"), part_bytes)


@relaxed
@given(files(W3C_LINES, (b"", *DIRECTIVES), head=(DIRECTIVES[4], DIRECTIVES[0])), st.integers(1, 1000))
def test_nlf_in_parts_is_nlf_whole(data: bytes, part_bytes: int) -> None:
    assert_same(data, ImportSettings(format="auto"), part_bytes)


@settings(relaxed, max_examples=examples(9))
@given(files(NCSA_LINES, (b"", *W3C_LINES)), st.integers(1, 1500))
def test_a_format_string_and_privacy_in_parts_are_the_same_as_whole(data: bytes, part_bytes: int) -> None:
    log_format = '%h %l %u %t "%r" %>s %b'
    assert_same(data, ImportSettings(format=log_format, privacy=Privacy("truncate", True, ("x",))), part_bytes)


@pytest.mark.parametrize("part_bytes", [20, 60, 100, 200, 300])
def test_what_stands_before_the_first_hit_has_its_time_and_the_rest_that_of_the_hit_before(part_bytes: int) -> None:
    data = b"one\n\n" * 20 + HIT % 30 + b"two\n\n" * 20 + HIT % 10 + b"three\n" * 20
    _, found = parse_in_parts(data, ImportSettings(format="common"), part_bytes)
    times = {row[3]: row[1] for row in found.rejects}
    noon = [datetime(2026, 3, 1, 12, 0, second) for second in (30, 10)]
    assert times == {"one": noon[0], "two": noon[0], "three": noon[1]}
    assert {row[1] for row in found.directives} == {noon[0]}
    assert_same(data, ImportSettings(format="common"), part_bytes)


def test_a_file_without_hits_has_no_times() -> None:
    result, found = parse_in_parts(b"one\n\n" * 50, ImportSettings(format="common"), 30)
    assert (result.first_ts, result.last_ts, result.parts) == (None, None, ())
    assert {row[1] for row in [*found.rejects, *found.directives]} == {None}
    assert_same(b"one\n\n" * 50, ImportSettings(format="common"), 30)


def test_lines_that_are_too_long_are_told_wherever_they_stand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "MAX_LINE_BYTES", 200)
    data = (HIT % 1 * 3 + b"x" * 300 + b"\n" + b"#Fields: " + b"y" * 300 + b"\n") * 5
    for part_bytes in (50, 200, 500):
        assert_same(data, ImportSettings(format="common"), part_bytes)
        assert_same(FIELDS + b"\n" + data, ImportSettings(format="w3c"), part_bytes)


def test_how_a_part_is_read_does_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks that end anywhere, while it is cut and while it is parsed."""
    some = [FIELDS, *W3C_LINES[:2], *DIRECTIVES[:3], b"#Date: 2016-01-10", *W3C_LINES[2:], b"", b"junk"] * 5
    data = b"\r\n".join(some)
    for block_bytes in (90, 1000):
        monkeypatch.setattr(parts, "Reader", partial(Reader, block_bytes=block_bytes))
        for part_bytes in (300, 1100):
            assert_same(data, ImportSettings(format="w3c"), part_bytes)


def test_parts_that_do_not_meet_are_never_put_together(tmp_path: Path) -> None:
    data = HIT % 1 * 20
    (tmp_path / "raw").write_bytes(data)
    empty = PartResult(0, 0, 0, 0, None, None, None, None, (), False, {})
    found = cut(data, 300)
    done = [(part, replace(empty, lines=10, hits=10)) for part in found]
    for wrong in (done[1:], done[:1], done[::-1], [(done[0][0], replace(done[0][1], hits=9)), *done[1:]]):
        with pytest.raises(AssertionError, match=r"parts of raw do not meet|Law 1"):
            whole(wrong, tmp_path / "raw", "", "raw")
