"""The further pages of long tables, added to what typst has set one by one: memory does not grow with their number.

typst keeps all pages of a document that it sets, and what they show. So it sets one page in their place, which becomes
the list of them; :mod:`pdf_frame` draws each.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from reporter.documents.document import Document
from reporter.documents.pdf_file import Source, Update, changed
from reporter.documents.pdf_frame import Frame, Ink, Look
from reporter.documents.pdf_rows import Page
from reporter.documents.pdf_table import PaperTable, Rest

NAME = "further-rows-"
"""Of the image that typst sets in the place of further pages; no text of others stands alone where it does."""
PLACE = re.compile(rb"/Alt\(further-rows-(\d+)\)")
PARENTS = rb"(/ParentTree<</Nums\[[^>]*)\]>>"


@dataclass(frozen=True)
class Further:
    """The pages that a part of a table has beyond its ``first`` rows."""

    table: PaperTable
    told: dict[str, Any]
    rest: Rest
    first: int

    def pages(self) -> Iterator[Page]:
        """Each of them, made anew."""
        return self.rest.pages(self.first, self.rest.lines)

    def look(self) -> Look:
        """What they have in common."""
        return Look(self.told, self.rest.columns, self.table.landscape)


def with_further_pages(table: PaperTable, further: list[Further], *, below_chart: bool) -> list[dict[str, Any]]:
    """The parts of a table as the template takes them; what is beyond their first rows is added to the ``further``."""
    for number, part in enumerate(table.parts):
        first = part.begin(below_chart=below_chart and number == 0)
        if part.rest is not None and first < table.shown:
            one = Further(table, part.told, part.rest, first)
            part.told["further"] = {"name": f"{NAME}{len(further)}", "pages": sum(1 for _ in one.pages())}
            further.append(one)
    return [one.told for one in table.parts]


def add_further_pages(
    whole: bytes, further: Sequence[Further], document: Document, workplace: Path, file: IO[bytes]
) -> None:
    """Write the printed reports as typst has set them, with the further pages in their places."""
    source = Source(whole)
    update = Update(source, file)
    if further:
        _Adding(source, update).add(further, document, workplace)
        update.finish()


class _Adding:
    """The list of pages, and what screen readers are told, of which a figure of each further page becomes part."""

    def __init__(self, source: Source, update: Update) -> None:
        self._source, self._update = source, update
        self._tree = source.reference(source.object(source.reference(source.trailer, "Root")), "StructTreeRoot")
        next_key = re.search(rb"/ParentTreeNextKey (\d+)", source.object(self._tree))
        if next_key is None:
            raise ValueError("typst does not say which parts of the structure are of which page.")
        self._key = int(next_key[1])
        self._parents: list[bytes] = []

    def add(self, further: Sequence[Further], document: Document, workplace: Path) -> None:
        """All pages, then what leads to them."""
        source, update = self._source, self._update
        root, pages = source.pages()
        number_of = {page: number for number, page in enumerate(pages, start=1)}
        number = len(pages) + sum(one.told["further"]["pages"] - 1 for one in further)
        elements = {int(one[1]): source.number_at(one.start()) for one in PLACE.finditer(source.data)}
        ink = Ink(update, document.made_at, workplace)
        added = 0
        for at, one in enumerate(further):
            element = elements[at]
            place = source.reference(source.object(element), "Pg")
            frame = Frame(one.look(), document, workplace, ink, (number_of[place] + added, number))
            added += self._add(one, frame, root, place, element) - 1
        update.put(changed(source.object(root), rb"/Count \d+", b"/Count %d" % number), root)
        told = changed(source.object(self._tree), rb"/ParentTreeNextKey \d+", b"/ParentTreeNextKey %d" % self._key)
        parents = b"".join(self._parents)
        update.put(changed(told, PARENTS, lambda found: b"%b%b]>>" % (found[1], parents)), self._tree)

    def _add(self, one: Further, frame: Frame, root: int, place: int, element: int) -> int:
        """The pages of a part as a list in the place of one, and their figures in that of its element; their number."""
        update = self._update
        pages, figures = [], []
        for some, told in frame.pages(one.pages()):
            pages.append(update.put(b"<</Type/Page/Parent %d 0 R/StructParents %d%b>>" % (place, self._key, told)))
            rows = f"Rows {some.start + 1:,} to {some.stop:,} of {one.table.shown:,}".encode()
            figure = b"<</Type/StructElem/S/Figure/P %d 0 R/Alt(%b)/A[<</O/Layout/Placement/Block>>]/K[0]/Pg %d 0 R>>"
            figures.append(update.put(figure % (element, rows, pages[-1])))
            self._parents.append(b" %d[%d 0 R]" % (self._key, figures[-1]))
            self._key += 1
        count, kids = len(pages), _references(pages)
        update.put(b"<</Type/Pages/Parent %d 0 R/Count %d/Kids[%b]>>" % (root, count, kids), place)
        parent = self._source.reference(self._source.object(element), "P")
        update.put(b"<</Type/StructElem/S/Div/P %d 0 R/K[%b]>>" % (parent, _references(figures)), element)
        return count


def _references(numbers: Sequence[int]) -> bytes:
    return b" ".join(b"%d 0 R" % one for one in numbers)
