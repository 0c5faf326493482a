"""The further pages of long tables, put in the places that typst has left for them."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

import pikepdf
from pikepdf import Array, Dictionary, Name

from reporter.documents.document import Document
from reporter.documents.pdf_frame import Frame, Ink, Look
from reporter.documents.pdf_further import Further


def add_further_pages(
    whole: bytes, further: Sequence[Further], document: Document, workplace: Path, file: BinaryIO
) -> None:
    """Write the printed reports as typst has set them, with the further pages in their places."""
    with pikepdf.open(io.BytesIO(whole)) as pdf:
        _Adding(pdf).add(further, document, workplace)
        pdf.save(file, object_stream_mode=pikepdf.ObjectStreamMode.generate, deterministic_id=True)


class _Adding:
    """Pages, and what screen readers are told, of which a figure of each further page becomes part."""

    def __init__(self, pdf: pikepdf.Pdf) -> None:
        self._pdf = pdf
        self._root, self._tree = pdf.Root.Pages, pdf.Root.StructTreeRoot
        if len(self._root.Kids) != self._root.Count:
            raise ValueError("The pages of what typst has set do not stand in one list.")
        self._tree.ParentTree = pdf.make_indirect(self._tree.ParentTree)
        self._parents = pikepdf.NumberTree(self._tree.ParentTree)
        self._look = pdf.make_indirect(Array([Dictionary(O=Name.Layout, Placement=Name.Block)]))

    def add(self, further: Sequence[Further], document: Document, workplace: Path) -> None:
        """All pages, in the order of their places."""
        ink = Ink(self._pdf, document.made_at, workplace)
        places = self._places()
        if missing := [one.told["further"]["name"] for one in further if one.told["further"]["name"] not in places]:
            raise ValueError(f"typst has left no place for {', '.join(missing)}.")
        number = len(self._pdf.pages) + sum(one.told["further"]["pages"] - 1 for one in further)
        added = 0
        for one in further:
            at, element = places[one.told["further"]["name"]]
            look = Look(one.told, one.rest.columns, one.table.landscape)
            frame = Frame(look, document, workplace, ink, (at + added + 1, number))
            added += self._add(one, frame, at, element) - 1

    def _places(self) -> dict[str, tuple[int, pikepdf.Object]]:
        """The pages in whose place others come, counted from 0, and what screen readers are told of each, by name."""
        return {
            str(element.Alt): (at, element)
            for at, page in enumerate(self._pdf.pages)
            for element in self._parents.get(int(page.obj.get(Name.StructParents, -1)), ())
            if Name.Alt in element
        }

    def _add(self, one: Further, frame: Frame, at: int, element: pikepdf.Object) -> int:
        """The pages of a part in the place of one, and their figures in that of its element; their number."""
        place = self._root.Kids[at]
        pages = self._pdf.make_indirect(Dictionary(Type=Name.Pages, Parent=self._root, Count=0, Kids=[]))
        figures = Array()
        for some, told in frame.pages(one.pages()):
            key = int(self._tree.ParentTreeNextKey)
            self._tree.ParentTreeNextKey = key + 1
            told.Parent, told.StructParents = pages, key
            page = self._pdf.make_indirect(told)
            rows = f"Rows {some.start + 1:,} to {some.stop:,} of {one.table.shown:,}"
            figure = self._pdf.make_indirect(
                Dictionary(Type=Name.StructElem, S=Name.Figure, P=element, Alt=rows, A=self._look, K=[0], Pg=page)
            )
            self._parents[key] = Array([figure])
            pages.Kids.append(page)
            figures.append(figure)
        del self._parents[int(place.StructParents)]
        # Not through the list that pikepdf has of pages: each that is put there takes longer than the one before.
        pages.Count = len(figures)
        self._root.Kids[at] = pages
        self._root.Count += len(figures) - 1
        for name in (Name.Alt, Name.A, Name.Pg):
            del element[name]
        element.S, element.K = Name.Div, figures
        return len(figures)
