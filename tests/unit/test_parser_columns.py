"""Columns of a whole block say of each line what the reference reader says, or leave it to that."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parser import columns, columns_w3c, fast, ncsa, w3c
from parser.columns import Columns
from parser.columns_ncsa import MOST_PIECES, read_ncsa
from parser.records import SQL_TYPES, Hit
from tests.examples import examples

COMBINED = (
    '83.149.9.216 - - [17/May/2015:10:05:03 +0000] "GET /a/b.png?x=1&y HTTP/1.1" 200 203023 "http://a.test/" "M/5 (X)"'
)
COMMON = '127.0.0.1 - - [10/Oct/2000:13:55:36 -0700] "GET /apache_pb.gif HTTP/1.0" 200 2326'
FURTHER = f'{COMBINED} "192.0.2.1, 10.0.0.1" 0.003 "abc"'
FIRST = 1001

texts = st.text(st.characters(codec="utf-8", exclude_characters='\n\r"'), max_size=12)
words = st.text(st.characters(codec="utf-8", exclude_characters='\n\r" '), min_size=1, max_size=8)
addresses = st.one_of(
    st.ip_addresses().map(str),
    words,
    st.sampled_from(["[::1]:443", "::ffff:1.2.3.4", "192.0.2.7:5678", "a.example", "::1"]),
)
users = st.one_of(st.just("-"), words, st.sampled_from(["frank", "[x]", "a b", "Ann O Nym"]))
moments = st.one_of(
    st.datetimes(datetime(1969, 12, 30), datetime(9999, 12, 31)).map("{:%d/%b/%Y:%H:%M:%S}".format),
    st.datetimes(datetime(2024, 2, 27), datetime(2024, 3, 2)).map("{:%d/%b/%Y:%H:%M:%S}".format),
    st.sampled_from(
        [
            "30/Feb/2024:00:00:00",
            "29/Feb/2023:10:00:00",
            "01/Jan/2024:24:00:00",
            "01/Jan/2024:23:59:60",
            "01/jan/2024:00:00:00",
            "1/Jan/2024:00:00:00 ",
        ]
    ),
)
zones = st.sampled_from(["+0000"] * 4 + ["-0000", "+0130", "-1145", "+9999", "-9999", "0000+", "*0000", "+00:0"])
requests = st.one_of(
    st.builds(
        "{} {} {}".format,
        st.sampled_from(["GET", "POST", "get", "EXIT", "X-Y", ""]),
        texts.map("/{}".format),
        st.sampled_from(["HTTP/1.1", "HTTP/", "http/1.0"]),
    ),
    st.sampled_from(
        [
            "GET /a?? HTTP/1.1",
            "GET /? HTTP/2",
            "GET http://b.test/x?y HTTP/1.1",
            "GET * HTTP/1.1",
            "GET /a",
            "-",
            "",
            "GET  /a HTTP/1.1",
            "GET /a\\x HTTP/1.1",
        ]
    ),
    texts,
)
sizes = st.one_of(
    st.integers(0, 10**20).map(str),
    st.sampled_from(["-", "", "007", "+5", "-5", "1e3", "0x1F", "1 2", "٣", " 5", "5 "]),
)
statuses = st.one_of(st.integers(0, 999).map("{:03}".format), st.sampled_from(["20", "2000", "-", "２00", "2 0"]))
said = st.one_of(texts, st.sampled_from(["-", "", "--", " - ", "a\\", "\\x41", "http://ä.test/?q=1"]))
SIGNS = st.sampled_from(list('" []\\:.-/+0a\0é\ufeff'))


@st.composite
def lines(draw: st.DrawFn, shape: str) -> str:
    """One that looks like the shape at most places."""

    def part(usual: str, others: st.SearchStrategy[str]) -> str:
        return draw(others) if draw(st.integers(0, 5)) == 0 else usual

    who = f"{part('192.0.2.7', addresses)} {part('-', users)} {part('-', users)}"
    when = f"[{part('17/May/2015:10:05:03', moments)} {part('+0000', zones)}]"
    line = f'{who} {when} "{part("GET /a?b HTTP/1.1", requests)}" {part("200", statuses)} {part("5", sizes)}'
    if shape != COMMON:
        line += f' "{part("-", said)}" "{part("Mozilla/5.0", said)}"'
    if shape == FURTHER:
        line += f' "{part("-", said)}" {part("1.5", words)} "{part("x", said)}"'
    for _ in range(draw(st.sampled_from([0] * 12 + [1, 2]))):
        at = draw(st.integers(0, len(line)))
        line = line[:at] + draw(SIGNS) + line[at + draw(st.integers(0, 1)) :]
    return line


@st.composite
def blocks(draw: st.DrawFn) -> list[str]:
    shape = draw(st.sampled_from([COMMON, COMBINED, COMBINED, FURTHER]))
    return [shape, *draw(st.lists(lines(shape), min_size=1, max_size=12))]


def rows_of(found: Columns) -> dict[int, Hit]:
    return {row.pop("line"): Hit(**row) for row in found.table.to_pylist()}


def read(wanted: list[str]) -> tuple[Columns, list[int]]:
    data = "".join(f"{line}\n" for line in wanted).encode()
    found = read_ncsa(data, len(wanted), FIRST)
    assert found is not None
    return found


@settings(max_examples=examples(100))
@given(blocks())
def test_each_line_is_what_the_reference_reader_says_or_left_to_it(wanted: list[str]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(columns, "FEW", 1)  # however many lines are of another shape than the first
        found, slow = read(wanted)
    told = {FIRST + at: ncsa.read_line(line) for at, line in enumerate(wanted)}
    rows = rows_of(found)
    assert rows.keys() | set(slow) == told.keys()
    assert not rows.keys() & set(slow)
    assert rows == {number: told[number] for number in rows}
    # With what the reference reader makes of the others it is the whole block.
    hits = {number: one for number, one in told.items() if isinstance(one, Hit)}
    whole = found.with_hits([(number, hits[number]) for number in slow if number in hits])
    assert rows_of(whole) == hits
    assert whole.table["line"].to_pylist() == sorted(hits)
    for name in ("agent", "referrer"):
        assert sorted(whole.distinct(name)) == sorted({getattr(one, name) for one in hits.values()} - {None})


FIELDS = {
    "date": ("2016-01-10", st.sampled_from(["2016-02-30", "1969-12-31", "1970-01-01", "9999-12-31", "2016-1-10", "-"])),
    "time": (
        "00:07:26",
        st.sampled_from(["23:59:59.999", "0:07:26", "24:00:00", "23:59:60", "00:07", "-", "aa:bb:cc"]),
    ),
    "c-ip": ("188.68.224.62", addresses),
    "cs-method": ("GET", st.sampled_from(["POST", "get", "X_Y", "-", "1"])),
    "cs-uri-stem": ("/a/b.php", said),
    "cs-uri-query": ("x=1&y", said),
    "sc-status": ("200", statuses),
    "sc-bytes": ("512", sizes),
    "cs(User-Agent)": ("Mozilla/5.0+(X11)", st.one_of(said, st.just("a+b++c"))),
    "cs(Cookie)": ("p=1;+q=2", st.one_of(said, st.just("a;+b;c+d"))),
    "cs(Accept-Language)": ("de+en", said),
    "x-order-total": ("12.50", said),
    "s-port": ("443", said),
    "cs-username": ("-", said),
}
NEEDED = ("time", "c-ip", "cs-uri-stem", "sc-status")


@st.composite
def headers(draw: st.DrawFn) -> w3c.Header:
    others = draw(st.lists(st.sampled_from(sorted(FIELDS.keys() - set(NEEDED))), unique=True))
    fields = draw(st.permutations([*NEEDED, *others]))
    day = draw(st.sampled_from([date(2016, 1, 10), date(1970, 1, 1), date(9999, 12, 31)]))
    offset = timedelta(minutes=draw(st.sampled_from([0, 0, 60, -690, 6039])))
    return w3c.Header(tuple(fields), day, offset, draw(st.booleans()))


@st.composite
def w3c_lines(draw: st.DrawFn, header: w3c.Header, between: str) -> str:
    values = [
        draw(others) if draw(st.integers(0, 9)) == 0 else usual
        for usual, others in map(FIELDS.__getitem__, header.fields)
    ]
    line = between.join(values)
    for _ in range(draw(st.sampled_from([0] * 12 + [1, 2]))):
        at = draw(st.integers(0, len(line)))
        line = (
            line[:at] + draw(st.sampled_from(list('" \t#%\\:.-/+0a\0\x01\x02é'))) + line[at + draw(st.integers(0, 1)) :]
        )
    return line


@settings(max_examples=examples(100))
@given(st.data(), headers(), st.sampled_from([" ", "\t"]))
def test_lines_under_a_header_are_what_the_reference_reader_says(
    data: st.DataObject, header: w3c.Header, between: str
) -> None:
    wanted = data.draw(st.lists(w3c_lines(header, between), min_size=1, max_size=12))
    reading = fast.w3c(header, tabs=between == "\t")
    assert reading is not None and reading.columns_of is not None
    text = "".join(f"{line}\n" for line in wanted).encode()
    with pytest.MonkeyPatch.context() as patch:
        for module in (columns, columns_w3c):
            patch.setattr(module, "FEW", 1)
        found = reading.columns_of(text, len(wanted), FIRST)
    if found is None:  # none of the lines has as many values as there are fields
        return
    told = {FIRST + at: w3c.read_line(line, header) for at, line in enumerate(wanted)}
    rows, slow = rows_of(found[0]), found[1]
    assert rows.keys() | set(slow) == told.keys()
    assert not rows.keys() & set(slow)
    assert rows == {number: told[number] for number in rows}


@pytest.mark.parametrize("between", [" ", "\t"])
@pytest.mark.parametrize("ours", [True, False])
def test_plain_lines_under_a_header_are_left_to_nobody(between: str, *, ours: bool) -> None:
    header = w3c.Header(tuple(FIELDS), None, timedelta(minutes=90), ours)
    usual = between.join(usual for usual, _ in FIELDS.values())
    wanted = [usual, usual.replace("512", "-"), usual.replace("188.68.224.62", "2001:db8::7").replace("443", "é")]
    text = "".join(f"{line}\n" for line in wanted).encode()
    found = columns_w3c.read_w3c(header, text, 3, FIRST, tabs=between == "\t")
    assert found is not None
    assert found[1] == []
    assert list(rows_of(found[0]).values()) == [w3c.read_line(line, header) for line in wanted]


PLAIN = [
    COMBINED,
    COMBINED.replace("- -", "- frank"),
    COMBINED.replace("+0000", "-0930").replace('"http://a.test/"', '"-"').replace('"M/5 (X)"', '""'),
    COMBINED.replace("83.149.9.216", "2001:db8::7").replace("203023", "-").replace("/a/b.png?x=1&y", "/\u00e4?"),
    COMBINED.replace("17/May/2015", "29/Feb/2024").replace("203023", "9" * 18),
]


@pytest.mark.parametrize("behind", ["", ' "more" 0.1'])
def test_plain_lines_are_left_to_nobody(behind: str) -> None:
    """Or the comparison above would compare nothing."""
    wanted = [line + behind for line in PLAIN]
    found, slow = read(wanted)
    assert slow == []
    assert list(rows_of(found).values()) == [ncsa.read_line(line) for line in wanted]
    common = [COMMON, COMMON.replace("2326", "-"), COMMON.replace("- -", "x y")]
    found, slow = read(common)
    assert slow == []
    assert list(rows_of(found).values()) == [ncsa.read_line(line) for line in common]


@pytest.mark.parametrize(
    "line",
    [
        "",
        "nonsense",
        COMMON,
        COMBINED.replace("GET", "get"),
        COMBINED.replace("b.png", "b\\x20.png"),
        COMBINED.replace("(X)", '\\"X\\"'),
        COMBINED.replace("17/May", "31/Apr"),
        COMBINED.replace("10:05:03", "24:05:03"),
        COMBINED.replace("203023", "9" * 19),
        COMBINED.replace("203023", "+5"),
        COMBINED.replace("203023 ", "203023"),
        COMBINED.replace('/" "M', '/"x"M'),
        COMBINED.replace("17/May/2015", "01/Jan/1970"),
        COMBINED.replace("17/May/2015", "25/Dec/9999"),
        COMBINED.replace("200", "20"),
        COMBINED.replace("83.149.9.216", "192.0.2.7:80"),
    ],
)
def test_other_lines_are_left_to_the_reference_reader(line: str) -> None:
    found, slow = read([COMBINED] * 30 + [line])
    assert slow == [FIRST + 30]
    assert rows_of(found).keys() == set(range(FIRST, FIRST + 30))


@pytest.mark.parametrize(
    "wanted",
    [
        [COMBINED, COMMON],  # one of two is too many
        ["nonsense", *[COMBINED] * 30],  # the first says how many pieces there are
        ['a "b"' * MOST_PIECES, *[COMBINED] * 30],
        [COMBINED.replace("17/May/2015", f"1{at % 2}/May/2015") for at in range(columns.MOST_DATES + 1)],
    ],
)
def test_other_blocks_are_read_in_another_way(wanted: list[str]) -> None:
    data = "".join(f"{line}\n" for line in wanted).encode()
    assert read_ncsa(data, len(wanted), FIRST) is None


def test_texts_of_lines_that_are_left_out_are_not_written(tmp_path: Path) -> None:
    """Not as one of a column's different texts, either."""
    found, _ = read([*[COMBINED] * 30, COMBINED.replace("203023", "x").replace("M/5 (X)", "not to be kept")])
    found.write(tmp_path / "hits.parquet")
    assert b"kept" not in (tmp_path / "hits.parquet").read_bytes()
    assert found.distinct("agent") == ["M/5 (X)"]


def test_days_are_those_in_utc() -> None:
    wanted = [
        COMBINED,
        COMBINED.replace("10:05:03 +0000", "23:05:03 -0100"),
        COMBINED.replace("10:05:03 +0000", "00:59:59 +0100"),
    ]
    found, _ = read(wanted)
    days = {f"{day}": part.table["line"].to_pylist() for day, part in found.by_day()}
    assert days == {"2015-05-16": [FIRST + 2], "2015-05-17": [FIRST], "2015-05-18": [FIRST + 1]}
    first, last = datetime(2015, 5, 16, 23, 59, 59), datetime(2015, 5, 18, 0, 5, 3)
    assert found.bounds() == (first, last, datetime(2015, 5, 17, 10, 5, 3), first)


def test_columns_are_of_the_same_types_as_those_of_other_blocks(tmp_path: Path) -> None:
    """They are read together."""
    found, _ = read([COMBINED])
    found.with_hits([(FIRST + 1, Hit(datetime(2015, 5, 17), "a", "GET", "/", 200, "host.test"))]).write(tmp_path / "a")
    rows = duckdb.sql(f"DESCRIBE FROM read_parquet('{tmp_path / 'a'}')").fetchall()
    assert {row[0]: row[1] for row in rows} == {"line": "BIGINT"} | {
        name: SQL_TYPES[name] for name in [*found.table.column_names, "host"] if name != "line"
    }
