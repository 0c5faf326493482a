"""Live answers: any report of any days, with one more label, beside other days."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path as Folder
from typing import Annotated

from fastapi import Depends, Query, Request
from fastapi.responses import Response
from pydantic import BeforeValidator

from analyzer.live import BY_ID
from console.live_report import AskedDays, LiveReport, analysis_folder, ask, asked_days, live_report
from console.report_documents import document_apart, file_name, live_document
from console.report_label import simple_label
from console.web.api.contract import router
from console.web.api.published_routes import ReportId
from console.web.api.report_description import described
from console.web.api.representation import (
    DOCUMENTS,
    TOTAL,
    ChosenLive,
    Format,
    Part,
    Parted,
    Source,
    represent,
    represent_document,
)
from console.web.guard import Readable
from console.web.noted import lines_of
from console.web.place import Here, Place
from console.web.problems import NotFound
from console.web.turns import a_turn
from reporter.documents import Kind
from shared.dataset_settings import Label
from shared.errors import Rejected
from shared.software import SOFTWARE

routes = router("live answers")
DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def _as_written(text: object) -> object:
    """A number is no day, though it can be read as one."""
    if isinstance(text, str) and not DAY.fullmatch(text):
        raise ValueError("write a day as 2015-05-17")
    return text


Day = Annotated[date | None, BeforeValidator(_as_written)]
PeriodOf = Annotated[
    str | None,
    Query(max_length=30, description="`2015-05-17`, `2015-W20`, `2015-05`, `2015`, `all`, `2015-05-01..2015-05-14`."),
]
Compare = Annotated[
    str | None, Query(max_length=30, description="`previous`, `year` (the same a year before), or a period or range.")
]
LabelText = Annotated[
    str | None,
    Query(
        max_length=500,
        description="One more label: `channel=paid`, `referrer~partner`, `page_views=3..`; joined by ` && `.",
    ),
]


@dataclass(frozen=True)
class Asked:
    """What is asked of a report."""

    period: str | None
    first: date | None
    last: date | None
    compare: str | None
    label: str | None


def asked_of(
    period: PeriodOf = None,
    first: Annotated[Day, Query(alias="from", description="First day; else the first there is.")] = None,
    last: Annotated[Day, Query(alias="to", description="Last day, included; else the last there is.")] = None,
    compare: Compare = None,
    label: LabelText = None,
) -> Asked:
    """As the query has it."""
    if period is not None and (first or last):
        raise Rejected("Give a period, or its first and last day, not both.", reason="period_twice")
    return Asked(period, first, last, compare, label)


@routes.get("/datasets/{dataset}/reports/{report}", responses=described(409, 503, live=True))
def get_live_report(
    request: Request,
    place: Here,
    row: Readable,
    report: ReportId,
    chosen: ChosenLive,
    part: Parted,
    asked: Annotated[Asked, Depends(asked_of)],
) -> Response:
    """A report of any days, from the newest analysis; equal to `proprocessor report --json`.

    Two are answered at once; who comes then is told to try again (503, `Retry-After`).
    """
    if report not in BY_ID:
        listed = ", ".join(BY_ID)
        raise NotFound(f"There is no report {report!r}.", remedy=f"There are {listed}.", reason="unknown_report")
    folder = analysis_folder(place.catalog, place.settings, row)
    days = asked_days(folder, asked.first, asked.last, asked.period, asked.compare)
    label = simple_label(asked.label) if asked.label is not None else None
    question = _Question(place, folder, days, label, report, row["id"])
    made_from = json.dumps([SOFTWARE, row["analysis"], report, repr(days), asked.label])
    if (kind := DOCUMENTS.get(chosen)) is None:
        return represent(request, Source(made_from, question.as_json, question.as_csv), Format(chosen), part)
    remarks = lines_of(place, row["id"], days.asked.first, days.asked.last)
    return represent_document(
        request,
        f"{made_from}{part}{remarks}{place.settings.pdf_rows or ''}",
        chosen,
        lambda: question.as_document(kind, part, remarks),
    )


@dataclass
class _Question:
    """Answered when somebody needs the answer: who has it already must not wait for it."""

    place: Place
    folder: Folder
    days: AskedDays
    label: Label | None
    report: str
    dataset: str

    @cached_property
    def answer(self) -> LiveReport:
        with a_turn():
            found = ask(self.folder, self.place.settings, self.days, self.label, self.report)
            return live_report(self.folder, found, self.days)

    def as_json(self) -> bytes:
        return self.answer.as_json().encode()

    def as_csv(self) -> bytes:
        return self.answer.as_csv().encode()

    def as_document(self, kind: Kind, part: Part | None, remarks: Sequence[str]) -> tuple[bytes, dict[str, str]]:
        """The file, and headers of it."""
        live = self.answer
        headers = {"Content-Disposition": f'attachment; filename="{file_name(self.dataset, live, kind)}"'}
        if part is not None:
            seen = part.seen.of(live.report)
            remarks = [*remarks, *part.seen.told(live.report)]
            headers[TOTAL] = str(len(seen.rows))
            live = replace(live, report=replace(seen, rows=part.of(seen.rows)))
        with a_turn():
            return document_apart(live_document(live, remarks, self.place.settings.pdf_rows), kind), headers
