"""PDF files as typst writes them: objects of one are read, and what they need is copied behind another.

typst keeps all that it sets in memory, 80 KB for a page that shows an image of further rows. So it sets the printed
reports without those pages, and they are added as an incremental update (PDF 1.7, 7.5.6): objects, new or in the place
of others, behind all that is there, then a table of where they begin. Of what was added, only that table is kept.

Not for files of others: objects are taken to be plain, references to stand in no text, and the table to be a classical
one, which is how typst 0.15 writes; anything else raises :class:`ValueError`.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count
from typing import IO

REFERENCE = re.compile(rb"(?<![\d.])(\d+) 0 R\b")
LENGTH = re.compile(rb"/Length (\d+)")
STREAM = b">>\nstream\n"
ENTRY_BYTES = 20
"""Of the table of objects."""
LEVEL = 6


class Source:
    """A file whose objects are read."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        at = data.rindex(b"startxref") + len(b"startxref")
        self.table_at = int(data[at : data.index(b"%%EOF", at)])
        head, first = b"xref\n0 ", data.find(b"\n", self.table_at + len(b"xref\n0 "))
        if not data.startswith(head, self.table_at):
            raise ValueError(
                "typst writes another kind of PDF than is known here: it has no classical table of objects."
            )
        self.size = int(data[self.table_at + len(head) : first])
        self._first = first + 1
        self.trailer = data[data.index(b"trailer", self._first) :]

    def object(self, number: int) -> bytes:
        """A dictionary or array, without a stream that it may have."""
        return self.parts(number)[0]

    def parts(self, number: int) -> tuple[bytes, bytes | None]:
        """An object, and its stream as it is packed."""
        at = self._first + number * ENTRY_BYTES
        begins = self.data.index(b" obj", int(self.data[at : at + 10])) + len(b" obj")
        ends = self.data.index(b"endobj", begins)
        streams = self.data.find(STREAM, begins, ends)
        if streams < 0:
            return self.data[begins:ends].strip(), None
        told = self.data[begins : streams + len(b">>")].strip()
        start = streams + len(STREAM)
        length = LENGTH.search(told)
        if length is None:
            raise ValueError("A stream of this PDF does not say how long it is.")
        return told, self.data[start : start + int(length[1])]

    def stream(self, number: int) -> bytes:
        """The stream of an object, unpacked."""
        told, packed = self.parts(number)
        if packed is None:
            raise ValueError(f"Object {number} of this PDF has no stream.")
        return zlib.decompress(packed) if b"/FlateDecode" in told else packed

    def number_at(self, place: int) -> int:
        """The number of the object that stands there."""
        ends = self.data.rindex(b" 0 obj\n", 0, place)
        return int(self.data[self.data.rindex(b"\n", 0, ends) : ends])

    def reference(self, told: bytes, name: str) -> int:
        """The number of the object that a dictionary names so."""
        found = re.search(rb"/%s (\d+) 0 R" % name.encode(), told)
        if found is None:
            raise ValueError(f"A dictionary of this PDF has no reference named {name}.")
        return int(found[1])

    def pages(self) -> tuple[int, list[int]]:
        """The numbers of the list of pages, and of each page."""
        root = self.reference(self.object(self.reference(self.trailer, "Root")), "Pages")
        kids = re.search(rb"/Kids\[([^]]*)\]", self.object(root))
        pages = [int(one) for one in REFERENCE.findall(kids[1])] if kids is not None else []
        if not pages or any(b"/Type/Page/" not in self.object(one) for one in (pages[0], pages[-1])):
            raise ValueError("The pages of this PDF do not stand in one list.")
        return root, pages


@dataclass(frozen=True)
class Form:
    """What pages show: the number of its object, and how high it is, in points."""

    number: int
    high: float


class Update:
    """``base`` and what is added to it, written to ``file`` at once."""

    def __init__(self, base: Source, file: IO[bytes]) -> None:
        self._base, self._file = base, file
        self._numbers = count(base.size)
        self._places: dict[int, int] = {}
        file.write(base.data)
        if not base.data.endswith(b"\n"):
            file.write(b"\n")

    def reserve(self) -> int:
        """The number of an object that is yet to be put."""
        return next(self._numbers)

    def put(self, told: bytes, number: int | None = None) -> int:
        """Add an object, or put it in the place of another; gives its number."""
        number = self.reserve() if number is None else number
        self._places[number] = self._file.tell()
        self._file.write(b"%d 0 obj\n%b\nendobj\n" % (number, told))
        return number

    def put_stream(self, told: bytes, data: bytes) -> int:
        """The same with a stream, which is packed here; ``told`` is what its dictionary says beyond that."""
        packed = zlib.compress(data, LEVEL)
        return self.put(b"<</Length %d/Filter/FlateDecode%b>>\nstream\n%b\nendstream" % (len(packed), told, packed))

    def copy(self, source: Source, number: int, known: dict[int, int]) -> int:
        """Add an object of another file and all that it needs, but what is ``known`` to be here already."""
        if number not in known:
            known[number] = self.reserve()
            told, packed = source.parts(number)
            told = self.renamed(source, told, known)
            stream = b"\nstream\n%b\nendstream" % packed if packed is not None else b""
            self.put(told + stream, known[number])
        return known[number]

    def renamed(self, source: Source, told: bytes, known: dict[int, int]) -> bytes:
        """What a dictionary of another file says, of the objects that are here in place of those it names."""
        return REFERENCE.sub(lambda found: b"%d 0 R" % self.copy(source, int(found[1]), known), told)

    def put_page_as_form(self, source: Source, page: int, known: dict[int, int]) -> Form:
        """Add what a page of another file shows, for pages to show it where they like."""
        told = source.object(page)
        content, packed = source.parts(source.reference(told, "Contents"))
        box = re.search(rb"/MediaBox\[0 0 ([\d.]+) ([\d.]+)\]", told)
        if packed is None or box is None:
            raise ValueError("A page of this PDF shows nothing.")
        resources = self.copy(source, source.reference(told, "Resources"), known)
        head = content.removesuffix(b">>") + b"/Type/XObject/Subtype/Form/BBox[0 0 %b %b]/Resources %d 0 R>>"
        number = self.put(head % (box[1], box[2], resources) + b"\nstream\n%b\nendstream" % packed)
        return Form(number, float(box[2]))

    def finish(self) -> None:
        """Write where everything begins."""
        begins = self._file.tell()
        self._file.write(b"xref\n")
        for some in _runs(sorted(self._places)):
            self._file.write(b"%d %d\n" % (some[0], len(some)))
            self._file.writelines(b"%010d 00000 n \n" % self._places[one] for one in some)
        trailer = self._base.trailer
        kept = trailer[trailer.index(b"/Root") : trailer.rindex(b">>")]
        size = next(self._numbers)
        self._file.write(b"trailer\n<</Size %d%b/Prev %d>>\n" % (size, kept, self._base.table_at))
        self._file.write(b"startxref\n%d\n%%%%EOF\n" % begins)


def changed(told: bytes, pattern: bytes, text: bytes | Callable[[re.Match[bytes]], bytes]) -> bytes:
    """The same dictionary, but for one place that is there once."""
    found, number = re.subn(pattern, text, told)
    if number != 1:
        raise ValueError(f"A dictionary of this PDF has {number} places like {pattern!r} instead of one.")
    return found


def _runs(numbers: Sequence[int]) -> list[list[int]]:
    """Numbers that follow each other, together."""
    found: list[list[int]] = []
    for one in numbers:
        if found and one == found[-1][-1] + 1:
            found[-1].append(one)
        else:
            found.append([one])
    return found
