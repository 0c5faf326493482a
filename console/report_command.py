"""``proprocessor report``: any report of any days, with one more label, beside other days."""

from __future__ import annotations

import sys
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from console import datasets
from console.arguments import Dataset
from console.live_report import AskedDays, LiveReport, analysis_folder, ask, asked_days, live_report
from console.options import Data, catalog_of, day_of
from console.output import complain, out, say
from shared.errors import Rejected

if TYPE_CHECKING:
    from analyzer.live import Answer
    from reporter.documents import Kind
    from shared.dataset_settings import Label

ALL = "all"
"""Every report: for documents."""


class Writer(StrEnum):
    """How an answer is written."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


def report(
    dataset: Dataset,
    report_id: Annotated[
        str,
        typer.Argument(metavar="REPORT", help="Id of the report: overview, trend, pages ...; for documents also all."),
    ],
    first: Annotated[str | None, typer.Option("--from", help="First day, 2015-05-01; else the first there is.")] = None,
    last: Annotated[str | None, typer.Option("--to", help="Last day, included; else the last there is.")] = None,
    period: Annotated[
        str | None, typer.Option("--period", help="Instead: 2015-05-17, 2015-W20, 2015-05, 2015 or all.")
    ] = None,
    label: Annotated[
        str | None, typer.Option("--label", help="One more label: channel=paid, referrer~partner, page_views=3..")
    ] = None,
    label_file: Annotated[
        Path | None, typer.Option("--label-file", help="One more label, as in the settings (TOML).")
    ] = None,
    compare: Annotated[
        str | None, typer.Option("--compare", help="previous, year (the same a year before), or a period or range.")
    ] = None,
    limit: Annotated[int | None, typer.Option("--limit", min=1, help="So many rows; totals are of all.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As it would be published, in full precision.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="As CSV, a row for each label.")] = False,
    xlsx: Annotated[Path | None, typer.Option("--xlsx", help="Write a spreadsheet, of REPORT or all.")] = None,
    pdf: Annotated[Path | None, typer.Option("--pdf", help="Write printed reports, of REPORT or all.")] = None,
    data: Data = None,
) -> None:
    """Show a report of any days, if wished with one more label or beside other days; nothing is published."""
    wanted: tuple[tuple[Kind, Path | None], ...] = (("xlsx", xlsx), ("pdf", pdf))
    files = {kind: file for kind, file in wanted if file is not None}
    _give_one("--json, --csv, and --xlsx or --pdf: give one of them.", as_json, as_csv, files)
    _give_one("--label and --label-file: give one of them.", label, label_file)
    _give_one("--period: give it, or --from and --to.", period, first or last)
    settings, catalog = catalog_of(data)
    folder = analysis_folder(catalog, settings, datasets.find(catalog, dataset))
    days = _days(folder, (first, last, period), compare)
    ask_for = partial(ask, folder, settings, days, _label(label, label_file))
    if files:
        from console.report_documents import write_documents

        write_documents(folder, [ask_for(one) for one in _several(report_id)], files, limit, settings.pdf_rows)
        return
    writer = Writer.JSON if as_json else Writer.CSV if as_csv else Writer.TABLE
    _write(folder, ask_for(_known(report_id)), days, writer, limit)


def _give_one(rule: str, *given: object) -> None:
    if sum(map(bool, given)) > 1:
        raise typer.BadParameter(rule)


def _days(folder: Path, given: tuple[str | None, str | None, str | None], compare: str | None) -> AskedDays:
    """The days asked for. What is written wrong is told as any wrong option."""
    first, last, period = given
    try:
        return asked_days(folder, day_of("--from", first), day_of("--to", last), period, compare)
    except Rejected as error:
        raise typer.BadParameter(str(error)) from error


def _several(report_id: str) -> list[str]:
    """One report, or ``all``."""
    from analyzer.live import BY_ID

    return list(BY_ID) if report_id == ALL else [_known(report_id)]


def _known(report_id: str) -> str:
    from analyzer.live import BY_ID

    if report_id not in BY_ID:
        raise typer.BadParameter(f"there is no report {report_id!r}; there are {', '.join(BY_ID)}.")
    return report_id


def _label(simple: str | None, file: Path | None) -> Label | None:
    from console.report_label import label_in, simple_label

    return simple_label(simple) if simple else label_in(file) if file else None


def _write(
    folder: Path, found: tuple[Answer | None, Answer], days: AskedDays, writer: Writer, limit: int | None
) -> None:
    live = live_report(folder, found, days, limit)
    if writer is Writer.CSV:
        sys.stdout.write(live.as_csv())
        if live.lacking:
            complain(live.lacking)  # a CSV has no place for it
    elif writer is Writer.JSON:
        sys.stdout.write(live.as_json())
    else:
        _show(live, found[-1])


def _show(live: LiveReport, after: Answer) -> None:
    """For a person: a line for each row and label, what was before in its own words."""
    from rich.markup import escape
    from rich.table import Table

    from console.report_answer import period_of
    from console.report_words import lines
    from reporter.coverage import why_empty

    analysis, shown, other = live.analysis, live.report, live.days.other
    labels = [one for one in analysis.labels if shown.id not in one["hide_in"]]
    against = f", compared with {other.id}" if other else ""
    say(f"{analysis.data['name']}: {shown.title}, {after.asked.id}{against}")
    if live.lacking:
        say(live.lacking)
    if not shown.rows:
        say(why_empty(shown.id, period_of(live.days.asked), analysis.whole))
        return
    table = Table(box=None, pad_edge=False, header_style="bold", show_edge=False)
    texts = len(shown.dimensions) + (len(labels) > 1)
    measures = [one.id for one in after.report.measures]
    headings, cells = lines(shown, measures, labels, analysis.data["currency"], compared=other is not None)
    for number, heading in enumerate(headings):
        table.add_column(heading, justify="left" if number < texts else "right", overflow="fold")
    for line in cells:
        table.add_row(*map(escape, line))
    out.print(table)
    if len(shown.rows) < live.every:
        say(f"{len(shown.rows):,} of {live.every:,} rows shown.")
