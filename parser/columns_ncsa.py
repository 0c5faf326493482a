"""NCSA common and combined as columns: the same reading as ncsa.py of a whole block."""

from __future__ import annotations

import re

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from parser.columns import (
    MOST_DATES,
    MOST_DIGITS,
    TEXT,
    ZERO,
    Found,
    Rows,
    clock,
    cut,
    day_number,
    found,
    gathered,
    laid_out,
    long_enough,
    numbered,
    sizes,
    times,
)
from parser.ncsa import MONTHS

USUAL_METHODS = ("GET", "POST", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH", "PROPFIND", "DOWNLOAD", "EXIT")
COMMON, COMBINED, MOST_PIECES = 3, 7, 64
"""Pieces between quotes of a line, behind the last one too; what stands behind the agent is left alone."""
WHEN = len(b"17/May/2015:10:05:03 +0000] ")
DATE_BYTES, CLOCK, SIGN, OFFSET = 11, slice(12, 20), 21, [22, 23, 24, 25]
SIGN_PLACES, SIGNS = [11, 20, 26, 27], np.frombuffer(b": ] ", dtype=np.uint8)
"""Places in a time as it is written."""
DATE = re.compile(rb"(\d\d)/([A-Z][a-z][a-z])/(\d{4})")
NOBODY = np.frombuffer(b" - - [", dtype=np.uint8)
"""Behind the address, where neither ident nor user is known."""
STATUS_BYTES = len(b" 200 ")
SHORTEST_BEFORE, SHORTEST_BEHIND, SHORTEST_END = b"a - - [17/May/2015:10:05:03 +0000] ", b" 200 - ", b" 200 -"
SPACE = ord(" ")
ADDRESS = r"(?:[^ \[:]+|[^ \[.]+)"
"""Not with a port, nor in brackets: those are for the reference reader."""
WHO = rf"^(?P<address>{ADDRESS}) [^ \[]+ [^ \[]+ \[\z"
REQUEST = rf"^(?P<method>{'|'.join(USUAL_METHODS)}) (?P<path>/[^ ?\\]*)(?:\?(?P<query>[^ \\]*))? HTTP/[^ \\]*\z"


def read_ncsa(data: bytes, lines: int, first_line: int) -> Found | None:
    """The hits of a block of lines, each with its LF and no CR, and the numbers of lines for the reference reader.

    ``None`` where lines are of a shape that is not read here, or of too many.
    """
    pieces = data.count(b'"', 0, data.index(b"\n")) + 1
    if pieces != COMMON and not COMBINED <= pieces <= MOST_PIECES:
        return None
    kinds = {"p1": pa.binary(), "p2": TEXT, "p3": pa.binary()}
    if pieces >= COMBINED:
        kinds |= {"p4": TEXT, "p5": TEXT, "p6": TEXT}
    if (pieces_found := cut(data, '"', pieces, kinds, lines)) is None:
        return None
    piece, places = pieces_found
    rows = Rows(len(places))
    before = long_enough(piece["p1"], SHORTEST_BEFORE, rows)
    behind = long_enough(piece["p3"], SHORTEST_BEHIND if pieces >= COMBINED else SHORTEST_END, rows)
    when = _when(before, rows)
    if when is None:
        return None
    columns = {"ts": when, "address": _who(before, rows)}
    columns |= _asked(piece["p2"], rows) | _answered(behind, rows, pieces)
    if pieces >= COMBINED:
        rows.only_texts(piece["p5"], pc.equal(piece["p5"].dictionary, " "))
        columns |= {name: _said(piece[at], rows) for name, at in (("referrer", "p4"), ("agent", "p6"))}
    return found(columns, places, rows, lines, first_line)


def _when(before: pa.BinaryArray, rows: Rows) -> pa.TimestampArray | None:
    """Naive UTC, of what stands before the request: ``address ident user [17/May/2015:10:05:03 +0000] ``.

    ``None`` where the date changes too often.
    """
    _, ends, text = laid_out(before)
    when = gathered(text, ends - WHEN, WHEN)
    rows.only((when[:, SIGN_PLACES] == SIGNS).all(axis=1))
    seconds = clock(when[:, CLOCK], rows)
    digits = when[:, OFFSET] - ZERO
    rows.only((digits <= 9).all(axis=1))
    is_behind = when[:, SIGN] == ord("-")
    rows.only(is_behind | (when[:, SIGN] == ord("+")))
    hours, minutes = (10 * digits[:, 0::2] + digits[:, 1::2]).T.astype(np.int64)
    offset = np.where(is_behind, -60, 60) * (60 * hours + minutes)
    dates = when[:, :DATE_BYTES]
    begins = np.concatenate(([0], np.flatnonzero((dates[1:] != dates[:-1]).any(axis=1)) + 1))
    if len(begins) > MOST_DATES:
        return None
    days = [_day(dates[at].tobytes()) for at in begins]
    lengths = np.diff(np.append(begins, len(dates)))
    rows.only(np.repeat([day is not None for day in days], lengths))
    return times(86_400 * np.repeat([day or 0 for day in days], lengths) + seconds - offset)


def _day(text: bytes) -> int | None:
    """Days since 1970 of ``17/May/2015``."""
    match = DATE.fullmatch(text)
    month = MONTHS.get(match[2].decode()) if match else None
    return day_number(int(match[3]), month, int(match[1])) if match and month else None


def _who(before: pa.BinaryArray, rows: Rows) -> pa.DictionaryArray:
    """The address. Most lines have neither ident nor user; the others are taken apart one by one."""
    _, ends, text = laid_out(before)
    length = len(NOBODY) + WHEN
    bare = (gathered(text, ends - length, len(NOBODY)) == NOBODY).all(axis=1)
    addresses = pc.binary_slice(before, 0, -length)
    if not bare.all():
        others = pa.array(~bare)
        heads = pc.binary_slice(before.filter(others), 0, -WHEN)
        addresses = pc.replace_with_mask(
            addresses, others, pc.extract_regex(heads, WHO).field("address").fill_null(b"")
        )
    who = addresses.view(pa.string()).dictionary_encode()
    rows.only_texts(who, pc.match_substring_regex(who.dictionary, rf"^{ADDRESS}\z"))
    return who


def _asked(requests: pa.DictionaryArray, rows: Rows) -> dict[str, pa.DictionaryArray]:
    """Method, path and query."""
    taken = pc.extract_regex(requests.dictionary, REQUEST)
    rows.only_texts(requests, taken.is_valid())
    query = taken.field("query")
    query = pc.if_else(pc.equal(query, ""), None, query)
    parts = {"method": taken.field("method"), "path": taken.field("path"), "query": query}
    return {name: numbered(part, requests.indices) for name, part in parts.items()}


def _answered(behind: pa.BinaryArray, rows: Rows, pieces: int) -> dict[str, pa.Array]:
    """Status and bytes, of what stands behind the request: `` 200 2326 ``; no space behind it where the line ends."""
    starts, ends, text = laid_out(behind)
    end = 1 if pieces >= COMBINED else 0
    if end:
        rows.only(text[ends - 1] == SPACE)
    head = gathered(text, starts, STATUS_BYTES)
    digits = head[:, 1:4] - ZERO
    rows.only((head[:, 0] == SPACE) & (head[:, 4] == SPACE) & (digits <= 9).all(axis=1))
    status = (digits * np.array([100, 10, 1], dtype=np.int16)).sum(axis=1, dtype=np.int16)
    # Without an end Arrow reckons wrong (https://github.com/apache/arrow/issues/51222); a digit too many is no good.
    size = pc.binary_slice(behind, STATUS_BYTES, -1 if end else STATUS_BYTES + MOST_DIGITS + 1)
    return {"status": pa.array(status), "bytes": sizes(size, rows)}


def _said(column: pa.DictionaryArray, rows: Rows) -> pa.DictionaryArray:
    """Referrer or agent: ``-`` and empty are nothing."""
    texts = column.dictionary
    blank = pc.or_(pc.starts_with(texts, " "), pc.ends_with(texts, " "))
    rows.only_texts(column, pc.invert(pc.or_(blank, pc.match_substring(texts, "\\"))))
    nothing = pc.or_(pc.equal(texts, ""), pc.equal(texts, "-"))
    return numbered(pc.if_else(nothing, None, texts), column.indices)
