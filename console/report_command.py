"""``proprocessor report``: any report of any days, with one more label, beside other days."""

from __future__ import annotations

import sys
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from console import datasets
from console.options import Data, catalog_of
from console.output import out, say
from shared.errors import ProprocessorError, Rejected

if TYPE_CHECKING:
    from analyzer.live import Answer, Question
    from analyzer.periods import Period
    from reporter.model import Analysis, Report
    from shared.dataset_settings import Label


class Writer(StrEnum):
    """How an answer is written."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


def report(
    dataset: Annotated[str, typer.Argument(help="Id of the data set.")],
    report_id: Annotated[str, typer.Argument(metavar="REPORT", help="Id of the report: overview, trend, pages ...")],
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
    data: Data = None,
) -> None:
    """Show a report of any days, if wished with one more label or beside other days; nothing is published."""
    if as_json and as_csv:
        raise typer.BadParameter("--json and --csv: give one of them.")
    if label and label_file:
        raise typer.BadParameter("--label and --label-file: give one of them.")
    if period and (first or last):
        raise typer.BadParameter("--period: give it, or --from and --to.")
    settings, catalog = catalog_of(data)
    folder = settings.data / _folder(catalog, dataset)
    asked, other = _days(folder, (first, last, period), compare)
    from analyzer.live import Question

    question = Question(_known(report_id), asked, _label(label, label_file))
    found = _ask(folder, question, other, settings.memory_limit_mb, settings.threads)
    writer = Writer.JSON if as_json else Writer.CSV if as_csv else Writer.TABLE
    _write(folder, found, other, writer, limit)


def _folder(catalog: Any, dataset: str) -> str:
    """Where the current analysis is."""
    import sqlalchemy as sa

    from shared.catalog.schema import analyses

    row = datasets.find(catalog, dataset)
    with catalog.read() as connection:
        same = (analyses.c.dataset == dataset) & (analyses.c.digest == row["analysis"])
        folder = connection.execute(sa.select(analyses.c.folder).where(same)).scalar()
    if folder is None:
        raise ProprocessorError(
            f"The data set {dataset} has not been analysed yet.",
            remedy="`proprocessor run` fetches and analyses it; `proprocessor status` tells how far it is.",
        )
    return str(folder)


def _days(
    folder: Path, given: tuple[str | None, str | None, str | None], compare: str | None
) -> tuple[Period, Period | None]:
    """The days asked for, and those to compare with. What is written wrong is told as any wrong option."""
    import json

    from analyzer.asked import asked_period, asked_range, compared_with
    from analyzer.live import whole_of

    first, last, period = given
    whole = whole_of(json.loads((folder / "analysis.json").read_text(encoding="utf-8")))
    try:
        if first or last:
            bounds = _day("--from", first, whole.first), _day("--to", last, whole.last)
            asked = asked_range(*bounds)
        else:
            asked = asked_period(period or "all", whole)
        return asked, compared_with(asked, compare, whole) if compare else None
    except Rejected as error:
        raise typer.BadParameter(str(error)) from error


def _day(option: str, text: str | None, otherwise: date) -> date:
    try:
        return date.fromisoformat(text) if text else otherwise
    except ValueError as error:
        raise typer.BadParameter(f"{option}: {text!r} is no day; write 2015-05-17.") from error


def _known(report_id: str) -> str:
    from analyzer.live import BY_ID

    if report_id not in BY_ID:
        raise typer.BadParameter(f"there is no report {report_id!r}; there are {', '.join(BY_ID)}.")
    return report_id


def _label(simple: str | None, file: Path | None) -> Label | None:
    from console.report_label import label_in, simple_label

    return simple_label(simple) if simple else label_in(file) if file else None


def _ask(
    folder: Path, question: Question, other: Period | None, memory_limit_mb: int, threads: int
) -> tuple[Answer | None, Answer]:
    """The answer of the other days, and that of the days asked for."""
    from dataclasses import replace

    from analyzer.live import answer

    questions = [replace(question, asked=other)] if other else []
    questions.append(question)
    found = [answer(folder, one, memory_limit_mb=memory_limit_mb, threads=threads) for one in questions]
    return (found[0] if other else None), found[-1]


def _write(
    folder: Path, found: tuple[Answer | None, Answer], other: Period | None, writer: Writer, limit: int | None
) -> None:
    from dataclasses import asdict, replace

    from console.report_answer import analysis_of, compared_report, period_of, report_of
    from reporter.csv_report import render_csv
    from reporter.json_report import render_json

    before, after = found
    analysis = analysis_of(folder, after)
    shown = compared_report(before, after) if before else report_of(after)
    every = len(shown.rows)
    if limit is not None:
        shown = replace(shown, rows=shown.rows[:limit])
    if writer is Writer.CSV:
        sys.stdout.write(render_csv(analysis, shown))
    elif writer is Writer.JSON:
        more = {"compared_with": asdict(other)} if other is not None else None
        sys.stdout.write(render_json(analysis, period_of(after.asked), shown, more))
    else:
        _show(analysis, shown, after, other, every)


def _show(analysis: Analysis, shown: Report, after: Answer, other: Period | None, every: int) -> None:
    """For a person: a line for each row and label, what was before in its own words."""
    from rich.markup import escape
    from rich.table import Table

    from console.report_words import lines

    labels = [one for one in analysis.labels if shown.id not in one["hide_in"]]
    against = f", compared with {other.id}" if other else ""
    say(f"{analysis.data['name']}: {shown.title}, {after.asked.id}{against}")
    if not shown.rows:
        say("Nothing in these days.")
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
    if len(shown.rows) < every:
        say(f"{len(shown.rows):,} of {every:,} rows shown.")
