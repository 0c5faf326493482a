"""The same reading as ncsa.py and w3c.py, as SQL over whole blocks, for lines of the plainest shape.

Each function gives the SELECT list and the condition under which it may be trusted. Every other line goes to the
reference reader, which is the definition; a property test compares the two on lines of all kinds.
"""

from __future__ import annotations

from dataclasses import dataclass

from parser.records import HIT_FIELDS
from parser.w3c import Header

ENDS = "[\\r\\n]*"
"""A line still has its end here: taking it off every line costs more than reading it."""
METHOD = "[A-Za-z][A-Za-z_-]{0,31}"
SAFE_TIMES = "BETWEEN TIMESTAMP '1970-01-02' AND TIMESTAMP '9999-12-25'"
"""Still a time that Python knows after the largest offset that can be written, some four days."""
MONTHS = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
DASH = "nullif(nullif({}, ''), '-')"


@dataclass(frozen=True)
class Fast:
    """SQL: pieces made first, the condition, and one expression for each column of :data:`HIT_FIELDS`."""

    pieces: tuple[tuple[str, ...], ...]
    condition: str
    columns: dict[str, str]

    def select(self, source: str) -> str:
        """``line``, the columns and ``raw``: the text of a line that is for the reference reader, else NULL."""
        inner = source
        for step in self.pieces:
            inner = f"(SELECT *, {', '.join(step)} FROM {inner})"
        inner = f"(SELECT *, coalesce({self.condition}, false) AS ok FROM {inner})"
        # Not trusted rows are thrown away, so their columns may be anything, as long as computing them cannot fail.
        columns = ", ".join(f"{self.columns.get(name, 'NULL')} AS {name}" for name in HIT_FIELDS)
        return f"SELECT line, {columns}, CASE WHEN ok THEN NULL ELSE text END AS raw FROM {inner}"


def ncsa() -> Fast:
    """``a b c [time zone] "METHOD /url HTTP/x" status bytes`` and perhaps ``"referrer" "agent"``; no backslash."""
    return Fast(
        pieces=(
            ("string_split(text, '\"') AS p",),
            (
                "string_split(p[1], ' ') AS h",
                "string_split(p[2], ' ') AS r",
                "string_split(p[3], ' ') AS s",
            ),
            ("try_strptime(h[4], '[%d/%b/%Y:%H:%M:%S') AS local", "strpos(r[2], '?') AS q"),
        ),
        condition=f"""
            (len(p) >= 7 AND p[5] = ' ' AND len(s) = 4 AND s[4] = '' OR len(p) = 3 AND len(s) = 3)
            AND NOT contains(text, chr(92)) AND len(h) = 6 AND h[6] = '' AND h[1] <> '' AND h[2] <> '' AND h[3] <> ''
            AND strpos(p[1], '[') = length(h[1]) + length(h[2]) + length(h[3]) + 4
            AND regexp_full_match(h[4], '\\[\\d\\d/({MONTHS})/\\d{{4}}:\\d\\d:\\d\\d:[0-5]\\d')
            AND local {SAFE_TIMES} AND regexp_full_match(h[5], '[+-]\\d{{4}}\\]')
            AND len(r) = 3 AND regexp_full_match(r[1], '{METHOD}') AND starts_with(r[2], '/')
            AND starts_with(r[3], 'HTTP/')
            AND s[1] = '' AND regexp_full_match(s[2], '\\d{{3}}')
            AND regexp_full_match(s[3], '(\\d{{1,18}}|-){ENDS}')""",
        columns={
            "ts": "CASE WHEN h[5] = '+0000]' THEN local ELSE local - to_seconds((CASE WHEN h[5][1] = '-' THEN -60 ELSE "
            "60 END) * (60 * TRY_CAST(h[5][2:3] AS INTEGER) + TRY_CAST(h[5][4:5] AS INTEGER))) END",
            "address": "h[1]",
            "method": "upper(r[1])",
            "path": "CASE WHEN q = 0 THEN r[2] ELSE left(r[2], q - 1) END",
            "query": "CASE WHEN q = 0 THEN NULL ELSE nullif(substr(r[2], q + 1), '') END",
            "status": "TRY_CAST(s[2] AS SMALLINT)",
            "bytes": "TRY_CAST(s[3] AS BIGINT)",
            "referrer": DASH.format("trim(p[4], ' ')"),
            "agent": DASH.format("trim(p[6], ' ')"),
        },
    )


def w3c(header: Header, *, tabs: bool) -> Fast | None:
    """Lines with as many plain values as fields; ``None`` where the header lacks what every hit needs."""
    places = {column: at + 1 for column, at in header.places.items()}
    if not {"time", "address", "path", "status"} <= places.keys() or ("date" not in places and header.day is None):
        return None

    def piece(column: str) -> str:
        place = places[column]
        return f"v[{place}]" if place < len(header.fields) else f"rtrim(v[{place}], chr(13) || chr(10))"

    def value(column: str) -> str:
        return DASH.format(piece(column)) if column in places else "NULL"

    day = f"{piece('date')}" if "date" in places else f"'{header.day}'"
    method = f"{piece('method')}" if "method" in places else "'GET'"
    shape = "contains(text, chr(9))" if tabs else "NOT contains(text, chr(9)) AND NOT contains(text, '\"')"
    plus = not tabs and not header.ours
    offset_s = int(header.offset.total_seconds())
    names = ("host", "query", "referrer", "order_total", "order_id", "screen", "exit_url", "custom")
    return Fast(
        pieces=(
            (f"string_split(text, {'chr(9)' if tabs else chr(39) + ' ' + chr(39)}) AS v",),
            (f"try_strptime({day} || ' ' || {piece('time')}, '%Y-%m-%d %H:%M:%S') AS local",),
        ),
        condition=f"""
            {shape} AND len(v) = {len(header.fields)} AND NOT starts_with(text, '#')
            {"" if tabs else "AND NOT list_contains(v, '')"}
            {"AND NOT contains(text, '%')" if header.ours else ""}
            AND regexp_full_match({day}, '\\d{{4}}-\\d\\d-\\d\\d')
            AND regexp_full_match({piece("time")}, '\\d\\d:\\d\\d:[0-5]\\d')
            AND local {SAFE_TIMES}
            AND {value("address")} IS NOT NULL AND {value("path")} IS NOT NULL
            AND regexp_full_match({method}, '{METHOD}')
            AND regexp_full_match({piece("status")}, '\\d{{3}}')
            AND regexp_full_match({f"{piece('bytes')}" if "bytes" in places else "'-'"}, '\\d{{1,18}}|-')""",
        columns={
            "ts": "local" if offset_s == 0 else f"local - to_seconds({offset_s})",
            "address": value("address"),
            "method": f"upper({method})",
            "path": value("path"),
            "status": f"TRY_CAST({piece('status')} AS SMALLINT)",
            "bytes": f"TRY_CAST({value('bytes')} AS BIGINT)",
            "agent": f"replace({value('agent')}, '+', ' ')" if plus and "agent" in places else value("agent"),
            "cookie": f"replace({value('cookie')}, ';+', '; ')" if plus and "cookie" in places else value("cookie"),
            **{name: value(name) for name in names},
        },
    )
