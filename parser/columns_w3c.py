"""W3C Extended Log File Format as columns: the same reading as w3c.py of a whole block under one header."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from parser.columns import (
    FEW,
    MOST_DATES,
    TEXT,
    Flags,
    Found,
    Numbers,
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
from parser.w3c import DATE, Header

MIDNIGHT = b"00:00:00"
WINDOW = 1 << 17
METHOD, STATUS = "[A-Z][A-Z_-]{0,31}", r"^\d{3}\z"
TEXTS = (
    *("address", "host", "method", "path", "query", "referrer", "agent", "cookie", "language"),
    *("order_total", "order_id", "screen", "exit_url", "custom"),
)
PLUS = {"agent": ("+", " "), "language": ("+", " "), "cookie": (";+", "; ")}
"""What stands for spaces in a log that is cut at them."""


def read_w3c(header: Header, data: bytes, lines: int, first_line: int, *, tabs: bool) -> Found | None:
    """The hits of a block of lines, each with its LF and no CR, and the numbers of lines for the reference reader.

    ``None`` where too many lines are of another shape. The header has time, address, path, status, and a day or a field
    of it.
    """
    odd = _odd_lines(header, data, lines, tabs=tabs)
    at = {column: f"p{place + 1}" for column, place in header.places.items()}
    used = {column: at[column] for column in (*TEXTS, "date", "time", "status", "bytes") if column in at}
    kinds = {piece: pa.binary() if column in ("time", "bytes") else TEXT for column, piece in used.items()}
    if odd is None or (cut_now := cut(data, "\t" if tabs else " ", len(header.fields), kinds, lines)) is None:
        return None
    pieces, places = cut_now
    piece = {column: pieces[name] for column, name in used.items()}
    rows = Rows(len(places))
    rows.only(~odd[places])
    when = _when(header, piece.get("date"), piece["time"], rows)
    if when is None:
        return None
    columns = {"ts": when, "status": _status(piece["status"], rows)}
    if "bytes" in piece:
        columns["bytes"] = sizes(piece["bytes"], rows)
    plus = not tabs and not header.ours
    for column in TEXTS:
        if column in piece:
            columns[column] = _text(column, piece[column], rows, plus=plus)
    if "method" not in piece:
        columns["method"] = pa.DictionaryArray.from_arrays(np.zeros(len(places), dtype=np.int32), ["GET"])
    return found(columns, places, rows, lines, first_line)


def _odd_lines(header: Header, data: bytes, lines: int, *, tabs: bool) -> Flags | None:
    """Lines in which something means something else: a directive, what is encoded, a quote, a tab, no value at all.

    ``None`` where they are too many.
    """
    signs = ([b"%"] if header.ours else []) + ([] if tabs else [b"\t", b'"'])
    # Between tabs nothing stands for no value; between spaces it is passed over.
    pairs = [b"\n#"] if tabs else [b"\n#", b"\n ", b"  ", b" \n"]
    begins = tuple(pair[1:] for pair in pairs if pair.startswith(b"\n"))
    text = np.frombuffer(data, dtype=np.uint8)
    places = [np.flatnonzero(text == ord(sign)) for sign in signs if sign in data]
    places += [place + pair.startswith(b"\n") for pair, place in _pairs(data, pairs)]
    places += [np.zeros(1, dtype=np.int64)] if data.startswith(begins) else []
    odd = np.zeros(lines, dtype=np.bool_)
    if places:
        odd[np.searchsorted(np.flatnonzero(text == ord("\n")), np.concatenate(places))] = True
    return odd if np.count_nonzero(odd) * FEW <= lines else None


def _pairs(data: bytes, pairs: Sequence[bytes]) -> Iterator[tuple[bytes, Numbers]]:
    """Where pairs of bytes begin; some cache at a time, which is ten times as quick as ``bytes.find``."""
    numbers = {pair: int.from_bytes(pair, "little") for pair in pairs}
    for start in (0, 1):
        twos = np.frombuffer(data, dtype="<u2", count=(len(data) - start) // 2, offset=start)
        for at in range(0, len(twos), WINDOW):
            window = twos[at : at + WINDOW]
            for pair, number in numbers.items():
                if (same := window == number).any():
                    yield pair, start + 2 * (at + np.flatnonzero(same))


def _when(
    header: Header, days: pa.DictionaryArray | None, times_of_day: pa.BinaryArray, rows: Rows
) -> pa.TimestampArray | None:
    """Naive UTC of date and time, or of the header's day; ``None`` where there are too many dates."""
    texts = long_enough(times_of_day, MIDNIGHT, rows)
    starts, ends, text = laid_out(texts)
    rows.only(ends - starts == len(MIDNIGHT))
    seconds = clock(gathered(text, ends - len(MIDNIGHT), len(MIDNIGHT)), rows)
    offset = int(header.offset.total_seconds())
    if days is None:
        day = day_number(header.day.year, header.day.month, header.day.day) if header.day else None
        rows.only(day is not None)
        return times(86_400 * (day or 0) + seconds - offset)
    if len(days.dictionary) > MOST_DATES:
        return None
    numbers = [_day(text) for text in days.dictionary.to_pylist()]
    rows.only_texts(days, pa.array([number is not None for number in numbers]))
    different = np.array([number or 0 for number in numbers], dtype=np.int64)
    return times(86_400 * different[days.indices.to_numpy()] + seconds - offset)


def _day(text: str) -> int | None:
    """Days since 1970 of ``2016-01-10``."""
    match = DATE.fullmatch(text)
    return day_number(int(match[1]), int(match[2]), int(match[3])) if match else None


def _status(column: pa.DictionaryArray, rows: Rows) -> pa.Int16Array:
    good = pc.match_substring_regex(column.dictionary, STATUS)
    rows.only_texts(column, good)
    return pc.if_else(good, column.dictionary, None).cast(pa.int16()).take(column.indices)


def _text(name: str, column: pa.DictionaryArray, rows: Rows, *, plus: bool) -> pa.DictionaryArray:
    """A column of texts, where ``-`` and empty are nothing."""
    texts = column.dictionary
    texts = pc.if_else(pc.or_(pc.equal(texts, ""), pc.equal(texts, "-")), None, texts)
    if name == "method":
        rows.only_texts(column, pc.match_substring_regex(column.dictionary, rf"^{METHOD}\z"))
    elif name == "path":
        rows.only_texts(column, texts.is_valid())
    elif name == "address":  # with a port it is for the reference reader
        with_port = pc.and_(pc.match_substring(texts, ":"), pc.match_substring_regex(texts, "[.[]"))
        rows.only_texts(column, pc.invert(with_port))
    if plus and name in PLUS:
        texts = pc.replace_substring(texts, *PLUS[name])
    return numbered(texts, column.indices)
