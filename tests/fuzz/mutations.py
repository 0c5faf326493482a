"""How one input becomes another: mishaps at random places, with words that mean something to a parser."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

LONGEST = 1 << 16
WORDS: tuple[bytes, ...] = (
    *(bytes([one]) for one in b" \t\r\n\0\x01\x1c\x7f\x85\xa0\xff\"'\\/?#&;:,.-+%[]{}()<>=@|$^"),
    b'""', b'\\"', b"\\\\", b"\\x22", b"\\x5C", b"\\u0000", b"\\ud83d", b"\\n", b"  ", b'" "', b"\x01\x02", b"%00", b"%0A", b"%2520",
    b"%FF", b"%u1234", b"HTTP/1.1", b"HTTP/", b"GET ", b"://", b"http://", b"https://", b"android-app://", b"//", b"/../", b"0", b"-1",
    b"200", b"9" * 19, b"9" * 20, b"9" * 4301, b"9999-12-31", b"31/Dec/9999:23:59:59 -9999", b"01/Jan/1970:00:00:00 +9999", b"1e999",
    b"NaN", b"::ffff:1.2.3.4", b"fe80::1%eth0", b"2002:c000:207::", b"[::1]:80", b"::", b"#Fields: ", b"#Date: ", b"#GMT-Offset: +9959",
    b"#Software: proprocessor", b"c-ip", b"x-edge-location", b"null", b"[[", b"{}", b"[{", b"utm_source=", b"gclid=", b"<a href=", b"<![CDATA[",
    b"&#0;", b"&amp;", b"<!--", b"<?xml version='1.0' encoding='", b"utf-16", b"<td>", b"<tr>", b"\xef\xbb\xbf", b"\xc3\xa4", b"\xed\xa0\x80",
    b"\xf0\x9f\x8d\x8e", b"\xe2\x80\xa8", b"\xc4\xb0", b"\xd9\xa3", b"\xef\xbf\xbd", b"%h", b"%t", b"%r", b"%>s", b"%{sec}t", b"%{%c}t", b"%v%U%q",
    b"$request_uri", b"$msec", b"$status", b"%{X}i", b"\x1f\x8b\x08", b"BZh9", b"\xfd7zXZ\0", b"\x28\xb5\x2f\xfd", b"\x50\x2a\x4d\x18",
)  # fmt: skip


def mutated(data: bytes, chance: random.Random, others: Sequence[bytes]) -> bytes:
    """The input with one to six mishaps; ``others`` are inputs to take pieces of."""
    for _ in range(chance.randint(1, 6)):
        data = chance.choice(WAYS)(data, chance, others)
    return data[:LONGEST]


def _span(data: bytes, chance: random.Random) -> tuple[int, int]:
    start = chance.randint(0, len(data))
    return start, min(len(data), start + chance.choice((1, 1, 2, 4, 8, 16, 64)))


def _word(data: bytes, chance: random.Random, _others: Sequence[bytes]) -> bytes:
    start, end = _span(data, chance)
    return data[:start] + chance.choice(WORDS) + data[chance.choice((start, end)) :]


def _byte(data: bytes, chance: random.Random, _others: Sequence[bytes]) -> bytes:
    start, _ = _span(data, chance)
    return data[:start] + bytes([chance.randrange(256)]) + data[start + 1 :]


def _without(data: bytes, chance: random.Random, _others: Sequence[bytes]) -> bytes:
    start, end = _span(data, chance)
    return data[:start] + data[end:]


def _cut(data: bytes, chance: random.Random, _others: Sequence[bytes]) -> bytes:
    start, _ = _span(data, chance)
    return data[:start] if chance.random() < 0.5 else data[start:]


def _moved(data: bytes, chance: random.Random, _others: Sequence[bytes]) -> bytes:
    (start, end), (place, _) = _span(data, chance), _span(data, chance)
    return data[:place] + data[start:end] + data[place:]


def _repeated(data: bytes, chance: random.Random, _others: Sequence[bytes]) -> bytes:
    """A piece again and again, now and then up to the longest: what takes long, takes longest so."""
    start, end = _span(data, chance)
    times = chance.choice((2, 3, 10, 100, LONGEST)) if chance.random() < 0.3 else 2
    piece = data[start:end]
    return data[:start] + (piece * times)[: LONGEST - len(data)] + data[end:] if piece else data


def _numbered(data: bytes, chance: random.Random, _others: Sequence[bytes]) -> bytes:
    """As repeated, each with a number of its own: what is remembered by name does not help."""
    start, end = _span(data, chance)
    place, times = chance.randint(start, end), chance.choice((3, 30, 300, 3000))
    return data[:start] + b"".join(data[start:place] + b"%d" % at + data[place:end] for at in range(times)) + data[end:]


def _spliced(data: bytes, chance: random.Random, others: Sequence[bytes]) -> bytes:
    other = chance.choice(others)
    (start, _), (place, _) = _span(data, chance), _span(other, chance)
    return data[:start] + other[place:]


def _line_moved(data: bytes, chance: random.Random, others: Sequence[bytes]) -> bytes:
    lines = data.split(b"\n")
    line = chance.choice(chance.choice(others).split(b"\n") if chance.random() < 0.3 else lines)
    at = chance.randrange(len(lines) + 1)
    return b"\n".join([*lines[:at], line, *lines[at + chance.randrange(2) :]])


Way = Callable[[bytes, random.Random, Sequence[bytes]], bytes]
WAYS: tuple[Way, ...] = (
    _word,
    _word,
    _word,
    _byte,
    _without,
    _cut,
    _moved,
    _repeated,
    _numbered,
    _spliced,
    _line_moved,
)
