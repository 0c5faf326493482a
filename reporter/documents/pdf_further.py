"""The further pages of long tables: which there are. Pure.

typst keeps all pages of a document that it sets, and what they show: 80 KB for an empty one. So it sets one page in
their place; :mod:`pdf_frame` draws each, and :mod:`pdf_added` puts them there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from reporter.documents.pdf_rows import Page
from reporter.documents.pdf_table import PaperTable, Rest

NAME = "further-rows-"
"""Of the image that typst sets in the place of further pages; no text of others stands alone where it does."""


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


def with_further_pages(table: PaperTable, further: list[Further], *, below_chart: bool) -> list[dict[str, Any]]:
    """The parts of a table as the template takes them; what is beyond their first rows is added to the ``further``."""
    for number, part in enumerate(table.parts):
        first = part.begin(below_chart=below_chart and number == 0)
        if part.rest is not None and first < table.shown:
            one = Further(table, part.told, part.rest, first)
            part.told["further"] = {"name": f"{NAME}{len(further)}", "pages": sum(1 for _ in one.pages())}
            further.append(one)
    return [one.told for one in table.parts]
