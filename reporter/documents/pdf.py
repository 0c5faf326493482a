"""``reports.pdf``: typeset by typst, which brings its fonts along.

All text is data for the template, never part of it: what visitors wrote is set, not run. Characters that those fonts do
not have are taken from the fonts of the system, if it has any that do; else a box stands for them.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from reporter import words
from reporter.beside import tables_beside
from reporter.charts import Layouts
from reporter.documents.document import Document
from reporter.documents.pdf_chart import drawing_of
from reporter.documents.pdf_further import Further, with_further_pages
from reporter.documents.pdf_lengths import Lengths, lengths_of
from reporter.documents.pdf_table import label_for_paper, paper_table
from reporter.documents.pdf_text import printed, visible
from reporter.documents.typesetting import typeset
from reporter.model import Report
from shared.texts import number_of

FIGURES = "visits visitors page_views pages_per_visit seconds_per_visit short_visit_rate orders revenue".split()
COUNTED = ("line", "hit", "reject")


def render_pdf(document: Document, layouts: Layouts, workplace: Path) -> bytes:
    """As :func:`write_pdf`, in memory."""
    file = io.BytesIO()
    write_pdf(document, layouts, workplace, file)
    return file.getvalue()


def write_pdf(document: Document, layouts: Layouts, workplace: Path, file: BinaryIO) -> None:
    """The printed reports; ``workplace`` is an empty folder, where charts are left. Same document, same bytes."""
    making = Making(document, layouts, workplace, lengths_of(document))
    told = json.dumps(making.paper(), ensure_ascii=False)
    whole = typeset("report.typ", {"document": told}, document.made_at, workplace)
    if not making.further:
        file.write(whole)
        return
    from reporter.documents.pdf_added import add_further_pages  # with a library that is needed for nothing else

    add_further_pages(whole, making.further, document, workplace, file)


@dataclass(frozen=True)
class Making:
    """What is told to the template, and ``further``: the pages that are added to what it sets."""

    document: Document
    layouts: Layouts
    workplace: Path
    lengths: Lengths
    further: list[Further] = field(default_factory=list)

    def paper(self) -> dict[str, Any]:
        """Everything that the template sets."""
        document = self.document
        data, head = document.analysis.data, document.head()
        return {
            "title": printed(document.title),
            "name": printed(document.name),
            "period": words.period_name(document.period),
            "dates": words.dates(document.period) if document.period.kind != "range" else "",
            "news": document.news(),
            "figures": _figures(document),
            "labels": [label_for_paper(one) for one in document.analysis.labels],
            "notes": [visible(one) for one in document.notes()],
            "facts": [
                ["Time zone", data["timezone"]],
                ["Currency", data["currency"]],
                ["Own hosts", printed(", ".join(head["own_hosts"]["hosts"])) or words.UNDEFINED],
                ["Made from", _made_from(head["sources"])],
                ["Settings", data["settings_digest"][:16]],
                ["Software", data["software"]],
            ],
            "sections": self._sections(),
        }

    def _sections(self) -> list[dict[str, Any]]:
        """The reports in pieces, those together that stand on pages of the same kind."""
        sections: list[dict[str, Any]] = []
        group = ""
        for report in self.document.reports.values():
            for piece in self._pieces(report):
                # What has nothing to show needs no page of its own.
                landscape = (
                    bool(sections and sections[-1]["landscape"]) if piece["landscape"] is None else piece["landscape"]
                )
                if not sections or sections[-1]["landscape"] != landscape:
                    sections.append({"landscape": landscape, "pieces": []})
                piece["group"] = report.group if report.group != group else None
                group = report.group
                sections[-1]["pieces"].append(piece)
        return sections

    def _pieces(self, report: Report) -> list[dict[str, Any]]:
        """A report: heading, chart, table; in two pieces where chart and table stand on pages of different kinds."""
        document = self.document
        nothing: dict[str, Any] = {
            "continued": False,
            "question": report.question,
            "landscape": None,
            "news": "",
            "chart": None,
            "parts": [],
            "said": None,
        }
        if not report.rows:
            return [nothing | {"said": document.why_empty(report)}]
        table = paper_table(document, report, self.lengths)
        chart = drawing_of(document, report, self.layouts, self.workplace, landscape=table.landscape)
        together = chart is not None and chart.landscape == table.landscape
        parts = with_further_pages(table, self.further, below_chart=together)
        told = {"landscape": table.landscape, "parts": parts}
        told |= {"said": _left_out(document, report, table.shown) if table.shown < len(report.rows) else None}
        beside = list(self._beside(nothing, report))
        if chart is None:
            return [nothing | told, *beside]
        drawn: dict[str, Any] = {"news": document.news() if report.id == "overview" else chart.news}
        drawn |= {"chart": {"file": chart.file, "alternative": chart.alternative, "mm": chart.mm}}
        if together:
            return [nothing | told | drawn, *beside]
        return [nothing | drawn | {"landscape": chart.landscape}, nothing | told | {"continued": True}, *beside]

    def _beside(self, nothing: dict[str, Any], report: Report) -> Iterator[dict[str, Any]]:
        """The tables that stand behind a report's own: of its course, or of where visits go."""
        for one in tables_beside(report):
            table = paper_table(self.document, one, self.lengths)
            parts = with_further_pages(table, self.further, below_chart=False)
            said = f"The first {table.shown:,} of {len(one.rows):,} rows." if table.shown < len(one.rows) else None
            told = {"question": one.question, "landscape": table.landscape, "parts": parts, "said": said}
            yield nothing | {"continued": True} | told


def _figures(document: Document) -> list[list[str]]:
    report = document.reports.get("overview")
    if report is None or not report.rows:
        return []
    values = report.rows[0].values.get("all", {})
    return [
        [one.title, words.shown(values.get(one.id), one.unit, document.currency)]
        for one in report.measures
        if one.id in FIGURES
    ]


def _made_from(sources: list[dict[str, Any]]) -> str:
    return ", ".join(
        [
            number_of(len(sources), "file"),
            *(number_of(sum(one[f"{name}s"] for one in sources), name) for name in COUNTED),
        ]
    )


def _left_out(document: Document, report: Report, shown: int) -> str:
    text = f"The first {shown:,} of {len(report.rows):,} rows."
    if not document.published:
        return f"{text} A spreadsheet has all of them."
    return f"{text} All of them are in reports.xlsx, {report.id}.csv and {report.id}.json, beside this file."
