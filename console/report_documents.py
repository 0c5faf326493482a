"""Answers as documents: a spreadsheet, or printed reports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import tzinfo
from pathlib import Path

from analyzer.live import Answer
from console.live_report import LiveReport
from console.output import say
from console.report_answer import AskedAnalysis, analysis_of, compared_report, lacking_in, period_of, report_of
from reporter import words
from reporter.apart import Apart, Limits
from reporter.documents import Document, Kind, render_one
from reporter.model import Report
from shared.errors import Rejected

LIMITS = Limits(seconds=300.0)
"""Somebody waits for it."""
MEDIA_TYPES: dict[Kind, str] = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
}


def write_documents(
    folder: Path, answers: Sequence[tuple[Answer | None, Answer]], files: Mapping[Kind, Path], limit: int | None
) -> None:
    """Write the answers, each beside that of the days it is compared with, to the file of each kind."""
    _, after = answers[0]
    analysis = analysis_of(folder, after)
    reports = {one.id: one for one in (_report(*found, limit, analysis.zone) for found in answers)}
    before = {one.report.id: report_of(one, analysis.zone) for one, _ in answers if one is not None}
    other = next((period_of(one.asked) for one, _ in answers if one is not None), None)
    document = Document(analysis, period_of(after.asked), reports, before or None, other, published=False)
    for kind, file in files.items():
        made = render_one(document, kind)
        try:
            file.write_bytes(made)
        except OSError as error:
            raise Rejected(f"{file} cannot be written: {error.strerror}.", reason="not_writable") from error
        say(f"{'1 report' if len(reports) == 1 else f'{len(reports)} reports'} of {after.asked.id}: {file}")


def live_document(live: LiveReport, remarks: Sequence[str]) -> Document:
    """Of one live report; ``remarks`` stand among its notes, as those that people made on its days."""
    head = live.analysis
    other = live.days.other
    compared = [f"Compared with {words.period_name(period_of(other))}."] if other is not None else []
    analysis = AskedAnalysis(head.folder, asked_labels=head.data["labels"], remarks=(*compared, *remarks))
    period = period_of(live.days.asked)
    reports, so_far = {live.report.id: live.report}, period.last > analysis.whole.last
    return Document(
        analysis=analysis,
        period=period,
        reports=reports,
        before={live.report.id: live.before} if live.before is not None else None,
        earlier=period_of(other) if other is not None else None,
        so_far=so_far,
        lacking=lacking_in(analysis, period),
        published=False,
    )


def document_apart(document: Document, kind: Kind) -> bytes:
    """The file, made by a process of its own, so that a server answers others meanwhile."""
    return Apart(f"the {kind.upper()} of {document.title}", limits=LIMITS)(render_one, document, kind)


def file_name(dataset: str, live: LiveReport, kind: Kind) -> str:
    """What a browser calls it: ``shop-pages-2015-05.xlsx``."""
    return f"{dataset}-{live.report.id}-{live.days.asked.id.replace('..', '-to-')}.{kind}"


def _report(before: Answer | None, after: Answer, limit: int | None, zone: tzinfo) -> Report:
    report = compared_report(before, after, zone) if before else report_of(after, zone)
    return report if limit is None else replace(report, rows=report.rows[:limit])
