"""Further pages of a table as PDF has them: a frame that typst has set once, and rows written line by line.

A page is a dictionary and a content stream: the frame (running head and table head), the page number, rules, and every
line of every column at its place. Rows with letters that take typesetting (Arabic, Chinese, emoji) are set by typst.
"""

from __future__ import annotations

import io
import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate, groupby, islice
from pathlib import Path
from typing import Any

import pikepdf
from pikepdf import Dictionary, Name

from reporter import words
from reporter.documents.document import Document
from reporter.documents.pdf_letters import Letters
from reporter.documents.pdf_rows import Page
from reporter.documents.pdf_table import GUTTER_MM, LANDSCAPE_MM, PITCH, PORTRAIT_MM
from reporter.documents.pdf_text import printed
from reporter.documents.sheet_text import width
from reporter.documents.typesetting import typeset

PAGES_AT_ONCE = 4
"""typst keeps what it has laid out until it has been asked for ten other documents: so few pages in each."""
BAND_MM = 1.7
"""A letter of a label's name takes about so much."""
MM = 72 / 25.4
"""In points, which PDF counts in."""
SHORT, LONG = 595.2756, 841.8898
"""The sides of A4."""
SIDE, TOP, BOTTOM, INSET = 18 * MM, 22 * MM, 18 * MM, 1.2 * MM
"""Margins of pages and cells, as in ``table.typ``."""
TYPE, SMALL = 7.0, 8.0
"""The size of rows, and of page numbers."""
RISE, CAPITAL = 0.75, 0.645
"""How far below the upper edge of a line its letters stand, and how high capitals are, as multiples of their size."""
FOOT = 0.3 * BOTTOM
"""How far below the text the line of page numbers begins: typst's own rule."""
GREY, LINE, BLACK = "0.294 0.333 0.388", "0.82 0.835 0.859", "0 0 0"
MOST_KEPT = 50_000
"""So many different numbers are kept as they are written."""


class Ink:
    """Letters, and the font as it is in the file that pages are added to."""

    def __init__(self, pdf: pikepdf.Pdf, made_at: datetime, workplace: Path) -> None:
        self.pdf = pdf
        self._letters = Letters(made_at, workplace)
        self.font = pdf.copy_foreign(self._letters.font)
        self._kept: dict[str, tuple[str, float] | None] = {}

    def written(self, text: str) -> str | None:
        """A text as PDF writes it; ``None``: it has letters that take typesetting."""
        return self._letters.written(text)

    def measured(self, text: str) -> tuple[str, float] | None:
        """The same of one that may come again, and how wide it is as a multiple of the size of the type."""
        if text not in self._kept:
            if len(self._kept) >= MOST_KEPT:
                self._kept.clear()
            code = self.written(text)
            self._kept[text] = (code, self._letters.width(text)) if code is not None else None
        return self._kept[text]


@dataclass(frozen=True)
class Look:
    """What the further pages of a table have in common.

    ``told`` is the table as templates take it, ``numbers`` are the texts of its columns, of all rows.
    """

    told: Mapping[str, Any]
    numbers: Sequence[Sequence[str]]
    landscape: bool

    @property
    def wide_mm(self) -> float:
        """How wide what stands on a page may be."""
        return LANDSCAPE_MM if self.landscape else PORTRAIT_MM

    @property
    def part(self) -> dict[str, Any]:
        """Columns and head; names of labels fit into one line, since the head of each page is as high as all others."""
        return {"keys": self.told["keys"], "columns": self.told["columns"], "bands": _bands(self.told)}

    def edges(self) -> list[tuple[float, float]]:
        """Where the text of each column begins and ends, from the left edge of the page."""
        starts = list(accumulate((one["span"] for one in self.told["bands"]), initial=0))
        names = len(self.told["keys"])
        found, at = [], SIDE
        for number, one in enumerate([*self.told["keys"], *self.told["columns"]]):
            at += GUTTER_MM * MM if number - names in starts else 0.0
            found.append((at + INSET, at + one["mm"] * MM - INSET))
            at += one["mm"] * MM
        return found


class Frame:
    """``numbered``: the number of the first page, and of all pages of the document."""

    def __init__(self, look: Look, document: Document, workplace: Path, ink: Ink, numbered: tuple[int, int]) -> None:
        self._look, self._document, self._workplace, self._ink = look, document, workplace, ink
        self._number, self._of = numbered
        self._edges = look.edges()
        self._wide, self._high = (LONG, SHORT) if look.landscape else (SHORT, LONG)
        self._running, self._head = self._set("frame.typ", {"frame": json.dumps(self._told(), ensure_ascii=False)})
        self._top = self._high - TOP - float(self._head.BBox[3])
        """Where the first line begins."""
        self._resources = ink.pdf.make_indirect(self._shown())

    def pages(self, pages: Iterator[Page]) -> Iterator[tuple[Page, Dictionary]]:
        """Each page, and as PDF has it, yet without its place among others."""
        drawn = ((page, self._rows(page)) for page in pages)
        for is_drawn, some in groupby(drawn, lambda one: one[1] is not None):
            if is_drawn:
                for page, rows in some:
                    yield page, self._page(page, rows or "", self._resources)
                continue
            while few := [page for page, _ in islice(some, PAGES_AT_ONCE)]:
                for page, form in zip(few, self._typeset(few), strict=True):
                    yield page, self._page(page, _placed("r", self._edge(page.lines)), self._shown(r=form))

    def _told(self) -> dict[str, Any]:
        return {
            "name": printed(self._document.name),
            "period": words.period_name(self._document.period),
            "landscape": self._look.landscape,
            "wide": self._look.wide_mm,
            "part": self._look.part,
        }

    def _shown(self, **more: Any) -> Dictionary:
        """What pages show by name."""
        return Dictionary(Font=Dictionary(t=self._ink.font), XObject=Dictionary(p=self._running, h=self._head, **more))

    def _page(self, page: Page, rows: str, resources: pikepdf.Object) -> Dictionary:
        head = _placed("h", self._top)
        content = (
            f"/Artifact BMC\n/p Do\n{self._foot()}EMC\n/Figure <</MCID 0>> BDC\n{head}{self._rules(page)}{rows}EMC\n"
        )
        self._number += 1
        # Packed at once: until the file is saved, all pages are kept.
        stream = self._ink.pdf.make_stream(zlib.compress(content.encode("ascii")), Filter=Name.FlateDecode)
        box = [0, 0, self._wide, self._high]
        return Dictionary(Type=Name.Page, MediaBox=box, Resources=resources, Contents=stream)

    def _foot(self) -> str:
        """The page's number, as typst sets it on all others."""
        code, wide = self._ink.measured(f"{self._number} / {self._of}") or ("", 0.0)
        x, y = self._wide - SIDE - wide * SMALL, BOTTOM - FOOT - CAPITAL * SMALL
        return f"BT {GREY} rg /t {SMALL:g} Tf 1 0 0 1 {x:.2f} {y:.2f} Tm <{code}> Tj ET\n"

    def _rules(self, page: Page) -> str:
        """A line between rows."""
        left, right = self._edges[0][0] - INSET, self._edges[-1][1] + INSET
        lines = [f"{left:.2f} {y:.2f} m {right:.2f} {y:.2f} l" for y in map(self._edge, page.rules)]
        return "\n".join([f"{LINE} RG 0.3 w", *lines, "S\n"]) if lines else ""

    def _edge(self, line: int) -> float:
        """The upper edge of a line."""
        return self._top - line * PITCH * TYPE

    def _base(self, line: int) -> float:
        """What its letters stand on."""
        return self._edge(line) - (0.5 * (PITCH - 1) + RISE) * TYPE

    def _rows(self, page: Page) -> str | None:
        """Names and numbers; ``None``: there are letters that take typesetting."""
        found = [f"BT {BLACK} rg /t {TYPE:g} Tf {PITCH * TYPE:g} TL"]
        written = self._ink.written
        names = len(page.names[0])
        for at in range(names):
            x = self._edges[at][0]
            found.append(f"1 0 0 1 {x:.2f} {self._base(0):.2f} Tm")
            line = 0
            for begin, row in zip(page.begins, page.names, strict=False):
                found.append("T* " * (begin - line))
                line = begin
                for text in row[at]:
                    if (code := written(text)) is None:
                        return None
                    found.append(f"<{code}> Tj T*")
                    line += 1
        bases = [f"{self._base(one):.2f}" for one in page.begins[:-1]]
        for (_, right), texts in zip(self._edges[names:], self._look.numbers, strict=True):
            for base, text in zip(bases, texts[page.start : page.stop], strict=True):
                if (one := self._ink.measured(text)) is None:
                    return None
                found.append(f"1 0 0 1 {right - one[1] * TYPE:.2f} {base} Tm <{one[0]}> Tj")
        return "\n".join([*found, "ET\n"])

    def _typeset(self, pages: Sequence[Page]) -> list[pikepdf.Object]:
        """The rows of some pages, set by typst, each as high as its lines."""
        told = {
            "wide": self._look.wide_mm,
            "pitch": PITCH,
            "part": self._look.part,
            "pages": [{"lines": one.lines, "columns": one.texts(self._look.numbers)} for one in pages],
        }
        return self._set("rows.typ", {"rows": json.dumps(told, ensure_ascii=False)})

    def _set(self, template: str, inputs: Mapping[str, str]) -> list[pikepdf.Object]:
        """Pages that typst sets, to be shown on pages of ours."""
        pdf = pikepdf.open(io.BytesIO(typeset(template, inputs, self._document.made_at, self._workplace, tagged=False)))
        return [self._form(page) for page in pdf.pages]

    def _form(self, page: pikepdf.Page) -> pikepdf.Object:
        """What a page of another file shows; ``as_form_xobject`` would keep all of that file until ours is saved."""
        form = self._ink.pdf.copy_foreign(page.Contents)
        form.Type, form.Subtype, form.BBox = Name.XObject, Name.Form, pikepdf.Array(list(page.MediaBox))
        form.Resources = self._ink.pdf.copy_foreign(page.Resources)
        return form


def _placed(form: str, y: float) -> str:
    """A form at the left margin, with its lower edge there."""
    return f"q 1 0 0 1 {SIDE:.2f} {y:.2f} cm /{form} Do Q\n"


def _bands(part: Mapping[str, Any]) -> list[dict[str, Any]]:
    found, at = [], 0
    for band in part["bands"]:
        mm = sum(one["mm"] for one in part["columns"][at : at + band["span"]])
        at += band["span"]
        found.append(band | {"name": _shortened(band["name"], int(mm / BAND_MM) - len(" · A"))})
    return found


def _shortened(name: str, letters: int) -> str:
    if width(name) <= letters:
        return name
    while name and width(name) > letters - 1:
        name = name[:-1]
    return f"{name.rstrip()}…" if name else ""
