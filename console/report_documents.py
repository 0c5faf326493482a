"""Answers as documents: a spreadsheet, or printed reports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from analyzer.live import Answer
from console.live_report import AskedDays, LiveReport, live_report
from console.output import say
from console.report_answer import AskedAnalysis, period_of
from reporter import words
from reporter.apart import Apart, Limits
from reporter.documents import Document, Kind, render_one
from shared.errors import Rejected

LIMITS = Limits(seconds=300.0)
"""Somebody waits for it."""
MEDIA_TYPES: dict[Kind, str] = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
}


def write_documents(
    folder: Path,
    answers: Sequence[tuple[Answer | None, Answer]],
    files: Mapping[Kind, Path],
    limit: int | None,
    pdf_rows: int | None,
) -> None:
    """Write the answers, each beside that of the days it is compared with, to the file of each kind."""
    before, after = answers[0]
    days = AskedDays(after.asked, before.asked if before is not None else None)
    lives = [live_report(folder, found, days, limit) for found in answers]
    document = _document(lives, (), pdf_rows)
    for kind, file in files.items():
        made = render_one(document, kind)
        try:
            file.write_bytes(made)
        except OSError as error:
            raise Rejected(f"{file} cannot be written: {error.strerror}.", reason="not_writable") from error
        say(f"{'1 report' if len(lives) == 1 else f'{len(lives)} reports'} of {after.asked.id}: {file}")
    if document.lacking:
        say(document.lacking)


def live_document(live: LiveReport, remarks: Sequence[str], pdf_rows: int | None) -> Document:
    """Of one live report; ``remarks`` stand among its notes, as those that people made on its days.

    At most ``pdf_rows`` are printed.
    """
    return _document([live], remarks, pdf_rows)


def _document(lives: Sequence[LiveReport], remarks: Sequence[str], pdf_rows: int | None) -> Document:
    """Of live reports of the same days."""
    head, days = lives[0].analysis, lives[0].days
    other = days.other
    compared = [f"Compared with {words.period_name(period_of(other))}."] if other is not None else []
    analysis = AskedAnalysis(head.folder, asked_labels=head.data["labels"], remarks=(*compared, *remarks))
    period = period_of(days.asked)
    before = {one.report.id: one.before for one in lives if one.before is not None}
    return Document(
        analysis=analysis,
        period=period,
        reports={one.report.id: one.report for one in lives},
        before=before or None,
        earlier=period_of(other) if other is not None and before else None,
        so_far=lives[0].so_far,
        lacking=" ".join(dict.fromkeys(one.lacking for one in lives if one.lacking)),
        published=False,
        whole={one.report.id: one.whole for one in lives if one.whole is not None},
        most_rows=pdf_rows,
    )


def document_apart(document: Document, kind: Kind) -> bytes:
    """The file, made by a process of its own, so that a server answers others meanwhile."""
    return Apart(f"the {kind.upper()} of {document.title}", limits=LIMITS)(render_one, document, kind)


def file_name(dataset: str, live: LiveReport, kind: Kind) -> str:
    """What a browser calls it: ``shop-pages-2015-05.xlsx``."""
    return f"{dataset}-{live.report.id}-{live.days.asked.id.replace('..', '-to-')}.{kind}"
