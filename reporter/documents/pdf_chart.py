"""Charts on paper. They bring their letters along: typst has none like them, and others might be too wide."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import vl_convert

from reporter.charts import Layouts, chart_of
from reporter.charts.images import svg
from reporter.documents.document import Document
from reporter.documents.pdf_table import LANDSCAPE_MM, PORTRAIT_MM
from reporter.documents.pdf_text import visible
from reporter.model import Report
from reporter.news import news_of

PIXELS_A_MM = 3.6
"""So that letters of charts are about as large as those around them."""
BESIDE_TABLE_MM, PAGE_MM = 95.0, 215.0
"""How high a chart may be on a page in landscape, with a table below it, and in portrait."""
SIZE = re.compile(r'<svg[^>]*? width="([0-9.]+)" height="([0-9.]+)"')


@dataclass(frozen=True)
class Drawing:
    """A file with a chart, how wide it is to be set on which kind of page, what it shows in words, and its news."""

    file: str
    news: str
    alternative: str
    mm: float
    landscape: bool


def drawing_of(
    document: Document, report: Report, layouts: Layouts, workplace: Path, *, landscape: bool
) -> Drawing | None:
    """Draw the chart of a report into ``workplace``; ``None``: it has none.

    It is for a page as its table has, ``landscape`` or not; where it is too high for that, for one in portrait.
    """
    before = document.before.get(report.id) if document.before else None
    report = document.drawn(report)
    chart = chart_of(report, document.analysis, document.period, before, layouts)
    if chart is None:
        return None
    wide = LANDSCAPE_MM if landscape else PORTRAIT_MM
    image = svg(chart, round(wide * PIXELS_A_MM))
    if landscape and _height_mm(image, wide) > BESIDE_TABLE_MM:
        wide, landscape = PORTRAIT_MM, False
        image = svg(chart, round(wide * PIXELS_A_MM))
    if not landscape:
        wide = min(wide, wide * PAGE_MM / _height_mm(image, wide))
    file = f"{report.id}.pdf"
    (workplace / file).write_bytes(vl_convert.svg_to_pdf(image))
    news = visible(news_of(report, document.analysis, chart))
    return Drawing(file, news, visible(chart.description), wide, landscape)


def _height_mm(image: str, wide_mm: float) -> float:
    """Of an image that wide."""
    size = SIZE.search(image)
    assert size is not None, "vl-convert says how large it draws"
    return wide_mm * float(size[2]) / float(size[1])
