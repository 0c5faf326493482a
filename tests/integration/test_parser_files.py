"""Whole files: the parser's tables are exactly those of the plain-Python oracle, however the file comes."""

from __future__ import annotations

import gzip
import hashlib
import random
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parser import engine, read, runs
from parser import lines as parser_lines
from parser.import_settings import ImportSettings
from parser.lines import Reader
from parser.read import ParseResult, parse_file, sniff
from shared.errors import Rejected
from tests.examples import examples
from tests.oracle.lines import FIELDS, Expected, Family, decoded, expect, split

BIG = 32 << 20


class Ways(NamedTuple):
    """How a file is cut while it is read. None of it may show in the result."""

    block_bytes: int = BIG
    block_lines: int = 250_000
    short_run: int = 1


WHOLE = Ways()


def parse(
    data: bytes, format_name: str = "auto", ways: Ways = WHOLE, name: str = "raw"
) -> tuple[ParseResult, Expected]:
    """The result and the three tables."""
    with TemporaryDirectory() as root, pytest.MonkeyPatch.context() as patch:
        patch.setattr(read, "Reader", partial(Reader, block_bytes=ways.block_bytes))
        patch.setattr(parser_lines, "BLOCK_LINES", ways.block_lines)
        patch.setattr(runs, "SHORT_RUN", ways.short_run)
        folder = Path(root)
        (folder / "raw").write_bytes(data)
        result = parse_file(folder / "raw", folder, settings=ImportSettings(format=format_name), name=name)
        return result, tables(folder, result.parts)


def tables(folder: Path, parts: tuple[str, ...]) -> Expected:
    """What lies in the folder, in order of lines. A part holds one UTC day."""
    found = Expected()
    # They are read together: a column has the same type in each, and is left out only where it holds nothing.
    types = {(one.name, str(one.type)) for part in parts for one in pq.read_schema(folder / part)}
    assert len(types) == len({name for name, _ in types})
    for part in parts:
        rows = rows_of(folder / part, "line", *FIELDS)
        assert {f"{row[1]:%Y-%m-%d}" for row in rows} == {part.removesuffix(".parquet")[-10:]}
        assert [row[0] for row in rows] == sorted(row[0] for row in rows)
        found.hits += rows
    found.hits.sort(key=lambda row: row[0])  # type: ignore[arg-type, return-value]
    found.rejects = rows_of(folder / "rejects.parquet", "line", "ts", "reason", "raw")
    found.directives = rows_of(folder / "directives.parquet", "line", "ts")
    return found


def rows_of(path: Path, *columns: str) -> list[Any]:
    table = pq.read_table(path)
    nothing = [None] * table.num_rows
    there = set(table.column_names)
    return list(zip(*(table[name].to_pylist() if name in there else nothing for name in columns), strict=True))


def assert_laws(data: bytes, result: ParseResult, found: Expected) -> None:
    """Law 1: each line is in exactly one table, and what is rejected is kept as it was."""
    lines = split(data)
    numbers = [row[0] for table in (found.hits, found.rejects, found.directives) for row in table]
    assert sorted(numbers) == list(range(1, len(lines) + 1))  # type: ignore[type-var]
    assert result.lines == result.directives + result.hits + result.rejects == len(lines)
    assert (result.lines, result.directives, result.hits, result.rejects) == found.counts
    for number, _, _, raw in found.rejects:
        original = lines[number - 1].rstrip(b"\r")
        assert raw.encode("utf-8" if is_utf8(original) else "latin-1") == original
    times = [row[1] for row in found.hits]
    assert result.first_ts == (min(times).replace(tzinfo=UTC) if times else None)  # type: ignore[type-var, attr-defined]
    assert result.last_ts == (max(times).replace(tzinfo=UTC) if times else None)  # type: ignore[type-var, attr-defined]
    assert (result.plain_sha256, result.plain_size) == (hashlib.sha256(data).hexdigest(), len(data))
    assert result.head == data[:1024]


def is_utf8(raw: bytes) -> bool:
    return not raw or decoded(raw).encode() == raw


def assert_as_oracle(data: bytes, family: Family, format_name: str, ways: Ways) -> Expected:
    result, found = parse(data, format_name, ways)
    expected = expect(data, family)
    assert found.hits == expected.hits
    assert found.rejects == expected.rejects
    assert found.directives == expected.directives
    assert_laws(data, result, found)
    return found


# Files of any kind

NCSA_LINES = (
    b'83.149.9.216 - - [17/May/2015:10:05:03 +0000] "GET /a/b.png?x=1&y HTTP/1.1" 200 203023 "http://a.test/?q=1" "Mozilla/5.0 (X11; \xc3\xa4)"',
    b'2001:db8::7 - frank [28/Feb/2026:23:59:59 -0830] "POST / HTTP/2.0" 304 - "-" "-"',
    b'127.0.0.1 - - [10/Oct/2000:13:55:36 -0700] "GET /apache_pb.gif HTTP/1.0" 200 2326',
    b'192.0.2.7 - Ann O Nym [29/Feb/2024:00:00:00 +1345] "GET http://b.test/x?y HTTP/1.1" 404 0 "" "a \\"b\\" \\\\ \\x41" "more" 0.1',
    b'192.0.2.8 - - [31/Dec/1969:23:59:59 -0100] "HEAD /e\xcc\x81?? HTTP/1.1" 200 9223372036854775808 "-" "M\xfcller"',
    b'192.0.2.9 - - [31/Dec/9999:23:59:59 -0100] "get /\xf0\x9f\x8d\x8e HTTP/1.1" 999 12345678901234567890 "a" "b',
)
W3C_LINES = (
    b"2016-01-10 00:07:26 188.68.224.62 GET /a/b.php x=1&y 200 512 Mozilla/5.0+(X11) http://a.test/ p=1;+q=2",
    b"2016-01-10 23:59:59.999 2001:db8::7 POST /k\xc3\xa4se - 404 - - - -",
    b'"2016-01-11" "0:00:00" 192.0.2.7 GET "/a b" "" 200 7 "Mozilla/5.0 (""X"" Y)" - "-"',
    b"2016-01-11\t00:00:01\t192.0.2.8\tGET\t/a b\tx=%2D%41%\t200\t5\ta+b\t-\tp=1;+q=2",
    b"2016-01-12\t00:00:02\t192.0.2.9\tEXIT\t/%C3%A4%FF\t-\t200\t\t%2D\t\t",
    b"2016-01-12 00:00:02 192.0.2.9 GET /M\xfcller - 304 9223372036854775807 - - -",
    b"12:00:00 192.0.2.7 GET / 200",
    b"9999-12-31 23:59:59 192.0.2.9 GET / - 200 5 - - -",
)
DIRECTIVES = (
    b"#Fields: date time c-ip cs-method cs-uri-stem cs-uri-query sc-status sc-bytes cs(User-Agent) cs(Referer) cs(Cookie)",
    b"#Fields: time c-ip cs-method cs-uri-stem sc-status",
    b"#Fields: date time c-ip cs-method cs-uri-stem cs-uri-query sc-status",
    b"#fields:\tsc-status c-ip cs-uri time date x-custom c-ip s-port",
    b"#Software: proprocessor collector",
    b"#Software: Microsoft Internet Information Services 8.5",
    b"#Date: 2016-01-10 00:07:26",
    b"#Date: 28/Jun/2017 07:28:59",
    b"#Start-Date: 2016-02-30 00:07:26",
    b"#GMT-Offset: -0800",
    b"#GMT-Offset: 05:30",
    b"#GMT-Offset: +0000",
    b"#Version: 1.0",
    b"#Remark: \xff",
    b"#",
)
PIECES = (
    b'"', b'""', b"\\", b'\\"', b"\\\\", b"\\x", b" ", b"  ", b"\t", b"\r", b"\0", b"\xff", b"\xc3", b"\xc3\xa4", b"%", b"%2", b"[", b"]",
    b"-", b"+", b";+", b"?", b"#", b"HTTP/", b"\xe2\x80\xa8", b"\x1c", b"\xc2\x85", b"\xc2\xa0", b"\xd9\xa3",
)  # fmt: skip


def mutate(line: bytes, way: int, at: int, piece: bytes) -> bytes:
    """One mishap, at some place in the line."""
    place = at % (len(line) + 1)
    words = line.split(b" ")
    word = at % len(words)
    match way:
        case 0:
            return line[:place] + piece + line[place:]
        case 1:
            return b" ".join(words[:word] + words[word + 1 :])
        case 2:
            return b" ".join([*words[: word + 1], b"", *words[word + 1 :]])
        case 3:
            return line[:place]
        case 4:
            return line[place:]
        case 5:
            return b" ".join([*words[:word], piece, *words[word + 1 :]])
        case 6:
            return b" " * (at % 3) + b"  ".join(words[1:])
        case 7:
            return line[:place] + line[place + 1 :]
        case 8:
            return line.replace(b" ", b"\t", at % 4)
        case _:
            return b" ".join([*words[:word], b"-", *words[word + 1 :]])


MISHAPS = st.tuples(st.integers(0, 9), st.integers(0, 400), st.sampled_from(PIECES))
ENDS = st.sampled_from((b"\n", b"\n", b"\n", b"\r\n", b"\r\r\n"))
CUTS = st.builds(
    Ways,
    st.sampled_from((BIG, BIG, 900, 250)),
    st.sampled_from((250_000, 250_000, 5)),
    st.sampled_from((1, 1, 1, 4, 64)),
)


@st.composite
def files(draw: st.DrawFn, usual: tuple[bytes, ...], others: tuple[bytes, ...], head: tuple[bytes, ...] = ()) -> bytes:
    """Good lines, some spoilt, some of another format, with ends of several kinds, the last perhaps without one."""
    lines = list(head)
    for _ in range(draw(st.integers(0, 25))):
        line = draw(st.sampled_from(others)) if draw(st.integers(0, 9)) == 0 else draw(st.sampled_from(usual))
        for mishap in draw(st.lists(MISHAPS, max_size=2)):
            line = mutate(line, *mishap)
        lines.append(line)
    end = draw(ENDS)
    data = b"".join(line + end for line in lines)
    return data.removesuffix(end) if draw(st.booleans()) else data


relaxed = settings(max_examples=examples(45), deadline=None, suppress_health_check=[HealthCheck.too_slow])


@relaxed
@given(files(NCSA_LINES, (b"", b" \t", *W3C_LINES, *DIRECTIVES)), CUTS)
def test_ncsa_files_are_read_as_the_oracle_reads_them(data: bytes, ways: Ways) -> None:
    assert_as_oracle(data, "ncsa", "combined", ways)


@relaxed
@given(files(W3C_LINES + DIRECTIVES[:3], (b"", *NCSA_LINES, *DIRECTIVES), head=(DIRECTIVES[0],)), CUTS)
def test_w3c_files_are_read_as_the_oracle_reads_them(data: bytes, ways: Ways) -> None:
    assert_as_oracle(data, "w3c", "w3c", ways)


@relaxed
@given(files(W3C_LINES, (b"", *DIRECTIVES), head=(DIRECTIVES[4], DIRECTIVES[0])), CUTS)
def test_nlf_files_are_read_as_the_oracle_reads_them(data: bytes, ways: Ways) -> None:
    assert_as_oracle(data, "w3c", "nlf", ways)


REAL_PATTERN = "logs/*/*"


def family_of(path: Path) -> Family:
    return "ncsa" if path.parent.name in ("combined", "broken") else "w3c"


def test_thousands_of_fields_do_not_fill_an_engine() -> None:
    names = DIRECTIVES[2] + b"".join(b" x-%d" % at for at in range(5000))
    line = W3C_LINES[0].rpartition(b" 512 ")[0] + b" -" * 5000
    found = assert_as_oracle(b"\n".join([names, *[line] * 80]), "w3c", "w3c", WHOLE)
    assert len(found.hits) == 80


def test_headers_that_change_with_every_line_cost_one_insert(monkeypatch: pytest.MonkeyPatch) -> None:
    added: list[int] = []
    add = engine.Engine.add

    def counted(self: engine.Engine, hits: list[Any]) -> None:
        added.append(len(hits))
        add(self, hits)

    monkeypatch.setattr(engine.Engine, "add", counted)
    two = (b"#Fields: date time c-ip cs-uri-stem sc-status", b"#Fields: time date c-ip cs-uri-stem sc-status")
    lines = (b"2016-01-10 00:07:26 192.0.2.7 / 200", b"00:07:27 2016-01-10 192.0.2.7 /a 404")
    data = b"\n".join([two[0], lines[0], two[1], lines[1]] * 100) + b"\n"
    found = assert_as_oracle(data, "w3c", "w3c", Ways(short_run=64))
    assert (len(found.hits), added) == (200, [200])


def test_what_looks_like_the_mark_of_no_value_is_a_value() -> None:
    line = b"2016-01-10\t00:07:26\t192.0.2.7\tGET\t/\t-\t200\t5\t\x01\x02\t-\t-"
    for head in ((DIRECTIVES[0],), (DIRECTIVES[4], DIRECTIVES[0])):
        assert_as_oracle(b"\n".join([*head, *[line] * 3]), "w3c", "w3c", WHOLE)


@pytest.mark.parametrize("seed", range(6))
def test_real_lines_with_mishaps_are_read_as_the_oracle_reads_them(shared_data: Path, seed: int) -> None:
    """Enough lines of each that most go the fast way and some do not."""
    chance = random.Random(seed)
    by_family: dict[Family, list[bytes]] = {"ncsa": [], "w3c": []}
    for path in sorted(shared_data.glob(REAL_PATTERN)):
        by_family[family_of(path)] += path.read_bytes().splitlines()
    for family, lines in by_family.items():
        begin = chance.randrange(max(1, len(lines) - 1500))
        chosen = [
            mutate(line, chance.randrange(10), chance.randrange(400), chance.choice(PIECES))
            if chance.random() < 0.2
            else line
            for line in lines[begin : begin + 1500]
        ]
        data = b"\n".join(chosen)
        found = assert_as_oracle(data, family, {"ncsa": "combined", "w3c": "w3c"}[family], Ways(block_bytes=50_000))
        assert found.hits or family == "w3c"
        assert found.rejects


def test_plain_lines_go_the_fast_way(monkeypatch: pytest.MonkeyPatch) -> None:
    """Or the comparisons above would compare nothing."""
    slow: list[list[int]] = []
    for name in ("copy_fast", "read_fast"):
        original = getattr(engine.Engine, name)

        def counted(self: engine.Engine, *args: Any, original: Any = original) -> Any:
            slow.append(original(self, *args))
            return slow[-1]

        monkeypatch.setattr(engine.Engine, name, counted)
    parse(b"\n".join(NCSA_LINES[:3] * 50), "combined")
    parse(b"\n".join([DIRECTIVES[0], *(W3C_LINES[0],) * 100]), "w3c")
    parse(b"\n".join([DIRECTIVES[4], DIRECTIVES[0], *(W3C_LINES[3].replace(b"%", b"_"),) * 100]))
    # Only the directives that begin a run; a last line without an end is a block of its own.
    assert sorted(slow) == [[], [], [], [], [1], [2]]


# Real logs: path, format, lines, directives, hits, rejects. Counted with grep, and by the oracle.

REAL = (
    ("combined/semicomplete-2015-05-first-5000.log", "combined", 5000, 0, 5000, 0),
    ("broken/nginx-fragments.log.1", "combined", 906, 0, 760, 146),
    ("broken/nginx-fragments.log.2", "combined", 1198, 0, 1068, 130),
    ("broken/nginx-fragments.log.3", "combined", 1149, 0, 1004, 145),
    ("broken/nginx-fragments.log.4", "combined", 1164, 0, 1026, 138),
    ("iis/ex031118.log", "w3c", 8, 4, 0, 4),  # fields without a time
    ("iis/ex960101.log", "w3c", 6, 1, 5, 0),
    ("iis/u_ex100815.log", "w3c", 56, 40, 16, 0),
    ("iis/u_ex160110.log", "w3c", 128, 100, 28, 0),
    ("w3c/logfile_w3c.0", "w3c", 5, 4, 1, 0),
    ("w3c/logfile_w3c.1", "w3c", 7, 6, 1, 0),
    ("w3c/logfile_w3c.2", "w3c", 22, 8, 0, 14),  # FTP: no requests
    ("w3c/logfile_w3c.3", "w3c", 10, 7, 0, 3),  # local times without an offset
    ("w3c/logfile_w3c.4", "w3c", 6, 4, 1, 1),  # one connection closed without a status
    ("w3c/logfile_w3c.5", "w3c", 2, 1, 0, 1),  # more values than fields
    ("w3c/logfile_w3c.6", "w3c", 5, 4, 1, 0),
)
ELSEWHERE = {"iis/ex010320.log"}
"""IIS native: tests/unit/test_parser_formats.py."""


@pytest.mark.parametrize(
    ("path", "format_name", "lines", "directives", "hits", "rejects"), REAL, ids=[row[0] for row in REAL]
)
def test_real_logs(
    shared_data: Path, path: str, format_name: str, lines: int, directives: int, hits: int, rejects: int
) -> None:
    raw = shared_data / "logs" / path
    data = raw.read_bytes()
    result, found = parse(data)
    assert sniff(raw).format == result.format == format_name
    assert (result.lines, result.directives, result.hits, result.rejects) == (lines, directives, hits, rejects)
    assert_laws(data, result, found)
    assert found == expect(data, family_of(raw))


def test_every_real_log_is_in_the_table(shared_data: Path) -> None:
    logs = shared_data / "logs"
    there = {str(path.relative_to(logs)) for path in logs.glob("*/*")}
    assert there == {row[0] for row in REAL} | ELSEWHERE


# Gzip


def sample(lines: int = 400, seed: int = 1) -> bytes:
    chance = random.Random(seed)
    return b"".join(
        b'192.0.2.%d - - [%02d/Mar/2026:12:%02d:%02d +0000] "GET /%d HTTP/1.1" 200 %d "-" "Firefox"\n'
        % (
            chance.randrange(255),
            1 + at // 200,
            at % 60,
            chance.randrange(60),
            chance.randrange(10**9),
            chance.randrange(10**6),
        )
        for at in range(lines)
    )


@pytest.mark.parametrize(
    "data", [sample(), sample() + b"junk\n\n" + sample(3), b""], ids=["hits", "all kinds", "empty"]
)
def test_gzip_is_the_same_as_plain(data: bytes) -> None:
    plain, packed = parse(data), parse(gzip.compress(data))
    assert packed == plain
    assert_laws(data, *packed)


def test_gzip_members_one_behind_the_other_are_one_file() -> None:
    first, second = sample(100), sample(50, seed=2)
    half = len(first) - 30
    packed = gzip.compress(first[:half]) + gzip.compress(b"") + gzip.compress(first[half:] + second)
    assert parse(packed) == parse(first + second)


def test_a_gzip_that_ends_early_is_said_to() -> None:
    packed = gzip.compress(sample())
    for kept in sorted({2, 3, 9, 10, 11, len(packed) // 2, *range(len(packed) - 9, len(packed))}):
        with pytest.raises(Rejected, match=r"access\.log\.gz: the gzip file ends early") as caught:
            parse(packed[:kept], name="access.log.gz")
        assert caught.value.reason == "gzip_truncated"


def test_a_damaged_gzip_is_said_to_be() -> None:
    packed = gzip.compress(sample(), mtime=0)
    for at in (2, 12, len(packed) // 2, len(packed) - 8, len(packed) - 1):
        damaged = packed[:at] + bytes([packed[at] ^ 0x55]) + packed[at + 1 :]
        with pytest.raises(Rejected, match=r"access\.log\.gz: the gzip file is damaged") as caught:
            parse(damaged, name="access.log.gz")
        assert caught.value.reason == "gzip_damaged"
    with pytest.raises(Rejected) as caught:
        parse(packed + b"something else", name="access.log.gz")
    assert caught.value.reason == "gzip_damaged"


# Times, blocks


def at(second: int) -> bytes:
    return b'192.0.2.7 - - [01/Mar/2026:12:00:%02d +0000] "GET / HTTP/1.1" 200 5' % second


def noon(second: int) -> datetime:
    return datetime(2026, 3, 1, 12, 0, second)


@pytest.mark.parametrize("ways", [WHOLE, Ways(block_bytes=20), Ways(block_lines=1), Ways(20, 1)])
def test_a_reject_has_the_time_of_the_last_hit_before_it(ways: Ways) -> None:
    lines = (b"one", b"", at(30), b"two", b"three", b"", at(10), b"four", at(20), at(40), b"", b"five")
    _, found = parse(b"\n".join(lines), "common", ways)
    assert [(row[3], row[1]) for row in found.rejects] == [
        ("one", noon(30)),
        ("two", noon(30)),
        ("three", noon(30)),
        ("four", noon(10)),
        ("five", noon(40)),
    ]
    assert found.directives == [(2, noon(30)), (6, noon(30)), (11, noon(40))]


def test_rejects_of_a_file_without_hits_have_no_time() -> None:
    result, found = parse(b"one\n\ntwo\n", "common")
    assert (result.first_ts, result.last_ts, result.parts) == (None, None, ())
    assert found.rejects == [(1, None, "shape", "one"), (3, None, "shape", "two")]
    assert found.directives == [(2, None)]


@pytest.mark.parametrize("block_bytes", [150, 1000, 4096])
def test_many_blocks_are_the_same_as_one(block_bytes: int) -> None:
    """Lines cut anywhere; several parts, each a day's; the same for W3C, whose header holds from block to block."""
    ncsa = sample(230) + b"junk\r\n\n" + sample(20) + "/käse".encode() + b"\n" + b"\xff\n" + sample(1).strip()
    fields = b"#Fields: date time c-ip cs-method cs-uri-stem sc-status\n"
    w3c = fields + b"".join(b"2016-01-%02d 00:07:26 192.0.2.7 GET /%d 200\n" % (1 + n % 3, n) for n in range(120))
    w3c += fields.replace(b"date time", b"time date") + b"00:07:26 2016-01-10 192.0.2.7 GET / 200"
    for data, name in ((ncsa, "combined"), (w3c, "w3c")):
        whole, tables_of_whole = parse(data, name)
        pieces, tables_of_pieces = parse(data, name, Ways(block_bytes=block_bytes))
        assert tables_of_pieces == tables_of_whole
        assert len(pieces.parts) > len(whole.parts)
        assert {**vars(pieces), "parts": ()} == {**vars(whole), "parts": ()}
        assert_laws(data, pieces, tables_of_pieces)


@pytest.mark.parametrize("block_bytes", [1 << 16, (1 << 20) - 1, 1 << 20, 3 << 20, BIG])
def test_a_line_is_too_long_wherever_blocks_end(block_bytes: int) -> None:
    longest = 1 << 20
    lines = [at(1), b"x" * (longest + 1), at(2), b"y" * longest, b"z" * (3 * longest), at(3), b"v" * (longest + 1)]
    data = b"\n".join(lines)
    result, found = parse(data, "common", Ways(block_bytes=block_bytes))
    assert [(row[0], row[2], row[3]) for row in found.rejects] == [
        (2, "too_long", "x" * 8192),
        (4, "shape", "y" * longest),
        (5, "too_long", "z" * 8192),
        (7, "too_long", "v" * 8192),
    ]
    assert [row[0] for row in found.hits] == [1, 3, 6]
    assert result.lines == 7


def test_a_block_of_line_ends_alone_is_cut() -> None:
    for data in (b"\n" * 200, b"x" * 5000 + b"\n" * 100, b"\n" * 100 + b"x" * 5000, b"a\n" * 99 + b"b"):
        whole, cut = parse(data, "common"), parse(data, "common", Ways(block_lines=20))
        assert cut == whole
        assert whole[1].counts == expect(data, "ncsa").counts
