"""The same reading as ncsa.py and w3c.py, as SQL over a whole block, for lines of the plainest shape.

Blocks whose lines are nearly all of one shape are read by :mod:`parser.columns`, in half the time; the others here.

DuckDB's CSV reader cuts the lines, without quotes or escapes, so that each line is a row; the condition says which
rows may be trusted. Every other line goes to the reference reader, which is the definition; a property test compares
the two on lines of all kinds.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import cache, partial

from parser.columns import FIRST_DATE, LAST_DATE, Found
from parser.columns_ncsa import ADDRESS, USUAL_METHODS, read_ncsa
from parser.columns_w3c import METHOD, read_w3c
from parser.records import SQL_TYPES
from parser.w3c import Header

EMPTY_MARK = "\x01\x02"
"""Stands for no value where nothing does: an empty piece is an empty text, a missing one NULL."""
SAFE_TIMES = f"BETWEEN TIMESTAMP '{FIRST_DATE}' AND TIMESTAMP '{LAST_DATE + timedelta(days=1)}'"
MONTHS = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
DASH = "nullif(nullif({}, ''), '-')"
NCSA_TIME = rf"\d\d/(?:{MONTHS})/\d{{4}}:\d\d:\d\d:[0-5]\d [+-]\d{{4}}"
MAX_LINE_BYTES = 4 << 20
MOST_FIELDS = 200
"""A column each: thousands do not fit into an engine's memory."""
ALWAYS = {"ts", "address", "agent", "referrer"}
"""Columns that are asked for of every file."""
SELDOM = {"dnt", "gpc", "forwarded"}
"""Columns that change what others mean: their lines are left to the reference reader."""


@dataclass(frozen=True)
class Fast:
    """How lines are cut into ``pieces`` (columns ``p1``, ``p2`` ...), what is made of them, and which are good."""

    delimiter: str
    pieces: int
    condition: str
    columns: dict[str, str]
    ts: str
    """SQL of the time as it is written, without its offset: NULL when it is none."""
    columns_of: Callable[[bytes, int, int], Found | None]
    """Reads a block in half the time, where nearly all its lines are of one shape (:mod:`parser.columns`)."""
    more: str = ""
    """SQL of further columns that are made of pieces and used more than once."""

    def select(self, path: str, first_line: int, *, every_column: bool = True) -> str:
        """``line``, the columns and ``ok``: whether the row may be trusted. Not every: those a line can have."""
        cut = ", ".join(f"'p{number}': 'VARCHAR'" for number in range(1, self.pieces + 1))
        csv = (
            f"read_csv('{path}', delim = '{self.delimiter}', quote = '', escape = '', new_line = '\\n', "
            f"header = false, nullstr = '{EMPTY_MARK}', auto_detect = false, strict_mode = false, null_padding = true, "
            f"max_line_size = {MAX_LINE_BYTES}, columns = {{{cut}}})"
        )
        # Rows that are not good are thrown away: their columns may be anything, as long as computing them cannot fail.
        columns = ", ".join(
            f"CAST({self.columns.get(name, 'NULL')} AS {kind}) AS {name}"
            for name, kind in SQL_TYPES.items()
            if every_column or name in ALWAYS or self.columns.get(name, "NULL") != "NULL"
        )
        return (
            f"SELECT line, {columns}, coalesce(({self.condition}) AND local {SAFE_TIMES}, false) AS ok FROM "
            f"(SELECT *, {self.ts} AS local FROM "
            f"(SELECT row_number() OVER () + {first_line - 1} AS line, *{self.more} FROM {csv}))"
        )


@cache
def ncsa(*, backslashes: bool = True) -> Fast:
    """``a b c [time zone] "METHOD /url HTTP/x" status bytes`` and perhaps ``"referrer" "agent"``; no backslash.

    The pieces are those between the quotes; what stands behind the agent is left alone. ``backslashes`` false: there is
    none in the whole text, so it need not be looked for.
    """
    escaped = "".join(f" AND NOT contains({one}, chr(92))" for one in ("p2", "p4", "p6")) if backslashes else ""
    bare = " AND ".join(f"NOT starts_with({one}, ' ') AND NOT ends_with({one}, ' ')" for one in ("p4", "p6"))
    return Fast(
        columns_of=read_ncsa,
        delimiter='"',
        pieces=6,
        # DuckDB computes every part of a condition for every row: CASE is what saves work.
        condition=f"""
            CASE WHEN p4 IS NULL THEN NOT ends_with(p3, ' ')
              ELSE p5 = ' ' AND p6 IS NOT NULL AND ends_with(p3, ' ') AND {bare} END
            AND regexp_full_match(p3, ' \\d{{3}} (?:\\d{{1,18}}|-) ?')
            AND regexp_full_match(p1, '{ADDRESS} [^ \\[]+ [^ \\[]+ \\[{NCSA_TIME}\\] ')
            AND len(request) = 3 AND request[1] IN {USUAL_METHODS} AND starts_with(request[2], '/')
            AND starts_with(request[3], 'HTTP/') AND CASE WHEN p4 IS NULL THEN NOT contains(p2, chr(92))
              ELSE true{escaped} END""",
        ts="try_strptime(substr(p1, length(p1) - 27, 20), '%d/%b/%Y:%H:%M:%S')",
        more=", string_split(p2, ' ') AS request",
        columns={
            "ts": "CASE WHEN ends_with(p1, ' +0000] ') THEN local ELSE local - to_seconds("
            "(CASE WHEN substr(p1, length(p1) - 6, 1) = '-' THEN -60 ELSE 60 END) * "
            "(60 * TRY_CAST(substr(p1, length(p1) - 5, 2) AS INTEGER) + "
            "TRY_CAST(substr(p1, length(p1) - 3, 2) AS INTEGER))) END",
            "address": "split_part(p1, ' ', 1)",
            "method": "request[1]",
            "path": "CASE WHEN contains(request[2], '?') THEN split_part(request[2], '?', 1) ELSE request[2] END",
            "query": "CASE WHEN contains(request[2], '?') "
            "THEN nullif(substr(request[2], strpos(request[2], '?') + 1), '') END",
            "status": "TRY_CAST(substr(p3, 2, 3) AS SMALLINT)",
            "bytes": "TRY_CAST(split_part(p3, ' ', 3) AS BIGINT)",
            "referrer": DASH.format("p4"),
            "agent": DASH.format("p6"),
        },
    )


def w3c(header: Header, *, tabs: bool) -> Fast | None:
    """Lines with as many plain values as fields; ``None`` where the header lacks what every hit needs."""
    places = {column: at + 1 for column, at in header.places.items()}
    if not {"time", "address", "path", "status"} <= places.keys() or ("date" not in places and header.day is None):
        return None
    if header.decodes_twice or SELDOM & places.keys() or len(header.fields) > MOST_FIELDS:
        return None

    def piece(column: str) -> str:
        return f"p{places[column]}"

    def value(column: str) -> str:
        return DASH.format(piece(column)) if column in places else "NULL"

    def text(column: str, sign: str, instead: str) -> str:
        return f"replace({value(column)}, '{sign}', '{instead}')" if plus and column in places else value(column)

    number = len(header.fields)
    day = piece("date") if "date" in places else f"'{header.day}'"
    method = piece("method") if "method" in places else "'GET'"
    every = [f"p{at}" for at in range(1, number + 1)]
    plain = [f"AND NOT contains({one}, '%')" for one in every] if header.ours else []
    if tabs:  # what looks like the mark of no value is one
        plain += [f"AND {one} IS NOT NULL" for one in every]
    else:  # a tab anywhere would make it a line of values between tabs; quotes may hold spaces
        plain += [f"AND {one} <> '' AND NOT contains({one}, chr(9)) AND NOT contains({one}, '\"')" for one in every]
    plus = not tabs and not header.ours
    offset_s = int(header.offset.total_seconds())
    names = ("host", "query", "referrer", "order_total", "order_id", "screen", "exit_url", "custom")
    return Fast(
        columns_of=partial(read_w3c, header, tabs=tabs),
        delimiter="\t" if tabs else " ",
        pieces=number + 1,
        condition=f"""
            p{number} IS NOT NULL AND p{number + 1} IS NULL AND NOT starts_with(p1, '#') {" ".join(plain)}
            {"" if number > 1 or not tabs else "AND false"}
            AND regexp_full_match({day}, '\\d{{4}}-\\d\\d-\\d\\d')
            AND regexp_full_match({piece("time")}, '\\d\\d:\\d\\d:[0-5]\\d')
            AND {value("address")} IS NOT NULL AND {value("path")} IS NOT NULL
            AND NOT (contains({piece("address")}, ':') AND regexp_matches({piece("address")}, '[.[]'))
            AND regexp_full_match({method}, '{METHOD}')
            AND regexp_full_match({piece("status")}, '\\d{{3}}')
            AND regexp_full_match({piece("bytes") if "bytes" in places else "'-'"}, '\\d{{1,18}}|-')""",
        ts=f"try_strptime({day} || ' ' || {piece('time')}, '%Y-%m-%d %H:%M:%S')",
        columns={
            "ts": "local" if offset_s == 0 else f"local - to_seconds({offset_s})",
            "address": value("address"),
            "method": method,
            "path": value("path"),
            "status": f"TRY_CAST({piece('status')} AS SMALLINT)",
            "bytes": f"TRY_CAST({value('bytes')} AS BIGINT)",
            "agent": text("agent", "+", " "),
            "cookie": text("cookie", ";+", "; "),
            "language": text("language", "+", " "),
            **{name: value(name) for name in names},
        },
    )


def cut_ready(data: bytes) -> bytes | None:
    """The lines as the CSV reader takes them, each a row; ``None`` where a CR in a line would make it two."""
    if b"\r" not in data:
        return data
    return data.replace(b"\r\n", b"\n") if data.count(b"\r") == data.count(b"\r\n") else None


def with_blank_lines(data: bytes) -> bytes:
    """The CSV reader passes over empty lines: a space makes them rows, and means the same."""
    if data.startswith(b"\n"):
        data = b" " + data
    while b"\n\n" in data:
        data = data.replace(b"\n\n", b"\n \n")
    return data
