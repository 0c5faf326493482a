"""Files that go with an e-mail: all rows of its reports, whatever it shows."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from reporter.beside import reports_beside
from reporter.csv_report import render_csv
from reporter.deliveries import Deliveries
from reporter.documents.document import Document
from reporter.documents.pdf import render_pdf
from reporter.documents.workbook import render_xlsx
from reporter.mail.content import compared_period, reports_of, with_labels
from reporter.mail.images import kept_layouts
from reporter.mail.message import Attachment
from reporter.model import Analysis, Period
from shared.dataset_settings import Mail

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def attachments_of(
    mail: Mail, analysis: Analysis, period: Period, *, partial: bool, pdf_rows: int | None = None
) -> tuple[Attachment, ...]:
    """The chosen kinds of file with an event's reports; none where the analysis has no line of these days.

    Of a report at most ``pdf_rows`` are printed.
    """
    if not mail.attach or all(one.id != period.id for one in analysis.periods()):
        return ()
    document = replace(_document(mail, analysis, period, partial=partial), most_rows=pdf_rows)
    name = f"{analysis.data['dataset']}-{period.id}"
    return tuple(file for kind in mail.attach for file in attachment(kind, name, document))


def attachment(kind: str, name: str, document: Document) -> list[Attachment]:
    """One kind of file; CSV is a file a report."""
    return KINDS[kind](name, document)


def _document(mail: Mail, analysis: Analysis, period: Period, *, partial: bool) -> Document:
    analysis = with_labels(analysis, mail.labels)
    found = reports_of(analysis, period, mail.reports)
    earlier = compared_period(analysis, mail, period) if not partial else None
    deliveries = Deliveries(analysis)
    return Document(
        analysis=analysis,
        period=period,
        reports={one: found[one] for one in mail.reports if one in found},
        before=reports_of(analysis, earlier, mail.reports) if earlier is not None else None,
        earlier=earlier,
        so_far=partial or period.last > analysis.whole.last,
        lacking=deliveries.lacking(period) if partial else deliveries.beginning(period),
        published=False,
    )


def _csv(name: str, document: Document) -> list[Attachment]:
    texts = {f"{one.id}.csv": render_csv(document.analysis, one) for one in document.reports.values()}
    for one in document.reports.values():
        for ending, beside in reports_beside(one):
            texts[f"{one.id}{ending}"] = render_csv(document.analysis, beside)
    return [
        Attachment(f"{name}-{file}", "text/csv", text.encode("utf-8", errors="surrogatepass"))
        for file, text in texts.items()
    ]


def _xlsx(name: str, document: Document) -> list[Attachment]:
    with tempfile.TemporaryDirectory(prefix="proprocessor-mail-") as workplace:
        return [Attachment(f"{name}.xlsx", XLSX, render_xlsx(document, kept_layouts(), Path(workplace)))]


def _pdf(name: str, document: Document) -> list[Attachment]:
    with tempfile.TemporaryDirectory(prefix="proprocessor-mail-") as workplace:
        return [Attachment(f"{name}.pdf", "application/pdf", render_pdf(document, kept_layouts(), Path(workplace)))]


KINDS: dict[str, Callable[[str, Document], list[Attachment]]] = {"pdf": _pdf, "xlsx": _xlsx, "csv": _csv}
