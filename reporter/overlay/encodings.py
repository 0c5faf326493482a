"""The text of a page, whatever its encoding: those of the web, and none of Python's own."""

from __future__ import annotations

import codecs
import re

ENCODINGS = frozenset(
    codecs.lookup(one).name
    for one in "utf-8 utf-16 utf-16-le utf-16-be koi8-r koi8-u cp866 mac-roman cp874 gbk gb18030 big5 euc-jp "
    "iso2022_jp shift_jis euc-kr".split()
) | frozenset(codecs.lookup(f"cp{one}").name for one in range(1250, 1259))
ENCODINGS |= frozenset(codecs.lookup(f"iso-8859-{one}").name for one in (*range(2, 9), 10, 13, 14, 15, 16))
CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?([A-Za-z0-9_:.-]{1,40})", re.IGNORECASE)


def decode(data: bytes, charset: str | None) -> str:
    """The text of a page, by its byte order mark, HTTP, its ``meta``, else UTF-8, else Windows' Latin."""
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, errors="replace")
    told = CHARSET.search(data[:2048])
    for name in (charset, told[1].decode() if told else None):
        found = _known(name)
        if found is not None and not (name != charset and found.startswith("utf-16")):
            return data.decode(found, errors="replace")
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _known(name: str | None) -> str | None:
    """Of text, and no trick of Python's own."""
    try:
        found = codecs.lookup(name or "").name
    except (LookupError, ValueError):
        return None
    return "cp1252" if found in ("iso8859-1", "ascii") else found if found in ENCODINGS else None
