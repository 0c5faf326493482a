"""``reports.pdf``: typeset by typst, which brings its fonts along.

All text is data for the template, never part of it: what visitors wrote is set, not run. Characters that those fonts do
not have are taken from the fonts of the system, if it has any that do; else a box stands for them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from reporter import words
from reporter.beside import tables_beside
from reporter.charts import Layouts
from reporter.documents.document import Document
from reporter.documents.pdf_chart import drawing_of
from reporter.documents.pdf_further import with_further_pages
from reporter.documents.pdf_lengths import MOST_ROWS, Lengths, lengths_of
from reporter.documents.pdf_table import label_for_paper, paper_table
from reporter.documents.pdf_text import printed, visible
from reporter.documents.typesetting import typeset
from reporter.model import Report
from shared.texts import number_of

FIGURES = "visits visitors page_views pages_per_visit seconds_per_visit short_visit_rate orders revenue".split()
COUNTED = ("line", "hit", "reject")


def render_pdf(document: Document, layouts: Layouts, workplace: Path, most_rows: int = MOST_ROWS) -> bytes:
    """The printed reports; ``workplace`` is an empty folder, where charts are left. Same document, same bytes.

    Of a report at most so many rows.
    """
    told = json.dumps(paper(document, layouts, workplace, most_rows), ensure_ascii=False)
    return typeset("report.typ", {"document": told}, document.made_at, workplace)


def paper(document: Document, layouts: Layouts, workplace: Path, most_rows: int = MOST_ROWS) -> dict[str, Any]:
    """Everything that the template sets."""
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
        "sections": _sections(document, layouts, workplace, lengths_of(document, most_rows)),
    }


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


def _sections(document: Document, layouts: Layouts, workplace: Path, lengths: Lengths) -> list[dict[str, Any]]:
    """The reports in pieces, those together that stand on pages of the same kind."""
    sections: list[dict[str, Any]] = []
    group = ""
    for report in document.reports.values():
        for piece in _pieces(document, report, layouts, workplace, lengths):
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


def _pieces(
    document: Document, report: Report, layouts: Layouts, workplace: Path, lengths: Lengths
) -> list[dict[str, Any]]:
    """A report: heading, chart, table; in two pieces where chart and table do not stand on the same kind of page."""
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
    table = paper_table(document, report, lengths)
    chart = drawing_of(document, report, layouts, workplace, landscape=table.landscape)
    together = chart is not None and chart.landscape == table.landscape
    parts = with_further_pages(document, report.id, table, workplace, below_chart=together)
    told = {"landscape": table.landscape, "parts": parts}
    told |= {"said": _left_out(document, report, table.shown) if table.shown < len(report.rows) else None}
    beside = list(_beside(nothing, document, report, workplace, lengths))
    if chart is None:
        return [nothing | told, *beside]
    drawn: dict[str, Any] = {"news": document.news() if report.id == "overview" else chart.news}
    drawn |= {"chart": {"file": chart.file, "alternative": chart.alternative, "mm": chart.mm}}
    if together:
        return [nothing | told | drawn, *beside]
    return [nothing | drawn | {"landscape": chart.landscape}, nothing | told | {"continued": True}, *beside]


def _beside(
    nothing: dict[str, Any], document: Document, report: Report, workplace: Path, lengths: Lengths
) -> Iterator[dict[str, Any]]:
    """The tables that stand behind a report's own: of its course, or of where visits go."""
    for number, one in enumerate(tables_beside(report)):
        table = paper_table(document, one, lengths)
        parts = with_further_pages(document, f"{report.id}-beside-{number}", table, workplace, below_chart=False)
        said = f"The first {table.shown:,} of {len(one.rows):,} rows." if table.shown < len(one.rows) else None
        told = {"question": one.question, "landscape": table.landscape, "parts": parts, "said": said}
        yield nothing | {"continued": True} | told


def _left_out(document: Document, report: Report, shown: int) -> str:
    text = f"The first {shown:,} of {len(report.rows):,} rows."
    if not document.published:
        return f"{text} A spreadsheet has all of them."
    return f"{text} All of them are in reports.xlsx, {report.id}.csv and {report.id}.json, beside this file."
