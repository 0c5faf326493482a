"""A log that was counted with a pencil: every form of every report shows the numbers written in ``tests/golden/week``.

Each cell is formatted by ``tests/golden/numbers.py``, which shares nothing with the reporter.
"""

from __future__ import annotations

import csv
import io
import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from fractions import Fraction
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from lxml import html
from pypdf import PdfReader

from tests.acceptance.command import run
from tests.golden import readers
from tests.golden.numbers import (
    LABELS,
    REPORTS,
    TOTAL,
    ZONE,
    Golden,
    Key,
    Told,
    course,
    exact,
    exits,
    golden,
    is_total,
    left,
    named,
    shown,
    unit_of,
)
from tests.golden.readers import Values
from tests.golden.shop import DATASET, HERE, WEEK, process
from tests.once import made_once
from tests.web_console import Browser, place_in, with_account

RANGE = "2026-03-09..2026-03-15"
"""The week as days that nobody published."""


@pytest.fixture(scope="session")
def root(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    return made_once(tmp_path_factory, worker_id, "golden", process)


@pytest.fixture(scope="session")
def week(root: Path) -> Path:
    return root / "out" / DATASET / WEEK


@pytest.fixture(scope="session")
def browser(root: Path, worker_id: str) -> Iterator[Browser]:
    with place_in(root / "data") as place:
        yield with_account(place, f"ann-{worker_id}", "administrator")


@pytest.fixture(scope="session")
def pdf(week: Path) -> PdfReader:
    return PdfReader(week / "reports.pdf")


@pytest.fixture(scope="session")
def book(week: Path) -> Any:
    return openpyxl.load_workbook(week / "reports.xlsx")


@pytest.fixture(scope="session")
def mails(root: Path) -> dict[str, EmailMessage]:
    """By report."""
    events = tomllib.loads((HERE / "shop.toml").read_text())["mails"]
    found = {}
    for event in events:
        message = message_from_bytes((root / f"{event['id']}.eml").read_bytes(), policy=policy.default)
        assert isinstance(message, EmailMessage)
        found |= dict.fromkeys(event["reports"], message)
    assert set(found) == set(REPORTS)
    return found


@pytest.fixture(params=REPORTS)
def wanted(request: pytest.FixtureRequest) -> Golden:
    return golden(request.param)


def described(week: Path, report: str) -> dict[str, Any]:
    said: dict[str, Any] = json.loads((week / f"{report}.json").read_text())
    return said


def titles(week: Path, report: str) -> dict[str, str]:
    """What each column is called."""
    return {one["id"]: one["title"] for one in described(week, report)["columns"]}


def check_shown(
    renderer: str, wanted: Golden, told: Told, *, totals: bool = True, whole: bool = True, joined: bool = False
) -> None:
    """Every cell is the golden number as a person reads it, and there is no other row.

    ``whole``: rows that a label has nothing in are there, too; ``joined``: what names a row is one text without spaces.
    """
    wrong = []
    keys = [*wanted.keys, *([wanted.total] if totals and wanted.has_total else [])]
    for label, rows in told.items():
        of_label = {key_read(wanted, key, joined=joined): key for key in keys}
        extra = [key for key in rows if key not in of_label and not is_total(key)]
        wrong += [f"{renderer}: {wanted.report}, {label}: there is a row {key}" for key in extra]
        for name, key in of_label.items():
            if name not in rows:
                if whole or key in wanted.rows.get(label, {}):
                    wrong.append(f"{renderer}: {wanted.report}, {label}: there is no row {name}")
                continue
            for measure, text in rows[name].items():
                right = shown(wanted.cell(label, key, measure), measure)
                if text != right:
                    wrong.append(f"{renderer}: {wanted.report}, {label}, {name}, {measure}: {text!r}, not {right!r}")
    missing = {label for label, rows in wanted.rows.items() if whole or any(not is_total(key) for key in rows)} - set(
        told
    )
    assert not missing, f"{renderer}: {wanted.report} has no label {missing}"
    assert not wrong, "\n".join(wrong)


def key_read(wanted: Golden, key: Key, *, joined: bool) -> Key:
    names = wanted.key_shown(key)
    if not joined or is_total(key) or not names:
        return names
    return ("/".join(one for one in names if one or len(names) == 1).replace(" ", ""),)


def check_values(renderer: str, wanted: Golden, told: Values, *, totals: bool = True) -> None:
    """The same of what programs read."""
    wrong = []
    keys = [*wanted.keys, *([wanted.total] if totals and wanted.has_total else [])]
    for label, golden_rows in wanted.rows.items():
        rows = told.get(label, {})
        wrong += [
            f"{renderer}: {wanted.report}, {label}: there is a row {key}"
            for key in rows
            if key not in golden_rows and not is_total(key) and any(one is not None for one in rows[key].values())
        ]
        for key in keys:
            for measure in wanted.measures:
                cell, value = wanted.cell(label, key, measure), rows.get(key, {}).get(measure)
                if not is_same(cell, value, unit_of(measure)):
                    wrong.append(f"{renderer}: {wanted.report}, {label}, {key}, {measure}: {value!r}, not {cell}")
    assert not wrong, "\n".join(wrong)


def is_same(cell: str, value: Any, unit: str) -> bool:
    if cell == "-" or value is None:
        return cell == "-" and value is None
    match unit:
        case "flag":
            return value in ({"yes": (True, "True"), "no": (False, "False")}[cell])
        case "time":
            return str(value)[:16] == cell
        case _:
            places = 3 if unit == "seconds" else 8  # a spreadsheet is read with thousandths
            return abs(Fraction(str(value)) - (exact(cell) or 0)) < Fraction(1, 10**places)


COURSE = "When did which robot come, and how often?"
"""Above the robots day by day."""


# What a person reads.


def test_pages(wanted: Golden, week: Path) -> None:
    check_shown("HTML", wanted, readers.of_page((week / f"{wanted.report}.html").read_text(), wanted))


def test_pages_of_any_days(wanted: Golden, browser: Browser) -> None:
    page = browser.get(f"/reports/{DATASET}/{RANGE}/{wanted.report}.html")
    check_shown("console", wanted, readers.of_page(page.text, wanted))


def test_rows_that_a_page_fetches(wanted: Golden, browser: Browser) -> None:
    script = browser.get(f"/reports/{DATASET}/{RANGE}/{wanted.report}.rows.js").text
    check_shown("rows.js", wanted, readers.of_rest(script, wanted, wanted.rows), totals=False)


def test_the_command(wanted: Golden, root: Path) -> None:
    ran = run("report", DATASET, wanted.report, "--period", WEEK, data=root / "data", COLUMNS="500")
    check_shown("command", wanted, readers.of_command(ran.out, wanted), totals=False, whole=False)


def test_printed_reports(wanted: Golden, week: Path, pdf: PdfReader) -> None:
    said = {one: question_of(week, one) for one in REPORTS}
    mine = said.pop(wanted.report)
    later = [*said.values(), COURSE]
    if wanted.report == "hours":
        check_weeks(wanted, readers.of_pdf_lists(pdf, mine, later))
        return
    told = readers.of_pdf(pdf, wanted, mine, later, [*wanted.rows])
    check_shown("PDF", wanted, told)


def check_weeks(wanted: Golden, rows: list[list[str]]) -> None:
    """Of each label and measure a table of hours and weekdays, with sums; where nothing was, 0."""
    found = [(label, measure) for label in wanted.rows for measure in wanted.measures]
    assert len(rows) == len(found) * 25
    wrong = []
    for at, (label, measure) in enumerate(found):
        counts = {key: int(row[measure]) for key, row in wanted.rows[label].items() if not is_total(key)}
        for hour, (name, *texts) in zip([*range(24), TOTAL], rows[at * 25 : (at + 1) * 25], strict=True):
            assert name == ("Total" if hour == TOTAL else f"{hour:02}:00")
            right = [
                sum(
                    one for (day, when), one in counts.items() if f"{hour}" in (when, TOTAL) and weekday in (day, TOTAL)
                )
                for weekday in (*"1234567", TOTAL)
            ]
            if texts != [str(one) for one in right]:
                wrong.append(f"PDF: hours, {label}, {measure}, {name}: {texts}, not {right}")
    assert not wrong, "\n".join(wrong)


def test_robots_by_day(week: Path, pdf: PdfReader, book: Any) -> None:
    wanted = course()
    head, *rows = csv.reader((week / "robots.course.csv").read_text().splitlines())
    assert head == ["label", "date", "robot", "purpose", "hits"]
    assert [tuple(row) for row in rows] == [("all", *one) for one in wanted]

    said = json.loads((week / "robots.json").read_text())["course"]["rows"]
    assert [(one["date"], one["robot"], one["purpose"], str(one["all"]["hits"])) for one in said] == wanted

    days, robots = sorted({one[0] for one in wanted}), list(dict.fromkeys(one[1] for one in wanted))
    hits = [[sum(int(one[3]) for one in wanted if one[:2] == (day, robot)) for robot in robots] for day in days]
    table = [[sum(line), *line] for line in hits]
    sums = [sum(column) for column in zip(*table, strict=True)]
    body = [[named(day, "date"), *map(str, line)] for day, line in zip(days, table, strict=True)]
    later = [question_of(week, one) for one in REPORTS]
    assert readers.of_pdf_lists(pdf, COURSE, later) == [*body, ["Total", *map(str, sums)]]

    page: Any = html.fromstring((week / "robots.html").read_text())
    (drawn,) = [one for one in page.xpath("//table") if "Googlebot" in readers.text_of(one.find("./thead"))]
    assert [readers.text_of(one) for one in drawn.xpath("./thead//th")][-3:] == ["All robots", *robots]
    lines = [[readers.text_of(one) for one in row.iterchildren()] for row in drawn.xpath("./tbody/tr")]
    assert [line for line in lines if line[0] in [row[0] for row in body]] == body

    sheet = next(one for one in book if one["A1"].value == COURSE)
    cells = [[one for one in row if one is not None] for row in sheet.iter_rows(values_only=True)]
    assert [row[1:] for row in cells if f"{row[0] if row else ''}"[:10] in days] == table


def test_where_visits_go_that_do_not_go_on(week: Path, pdf: PdfReader, book: Any) -> None:
    wanted, keys = exits(), ("funnel", "stage", "group", "other")
    rows = list(csv.DictReader((week / "funnel.exits.csv").read_text().splitlines()))
    told = [[row["label"], *(row[one] for one in keys), row["visits"], float(row["share"])] for row in rows]
    assert told == [[*list(one.values())[:-1], float(Fraction(one["share"]))] for one in wanted]

    said = json.loads((week / "funnel.json").read_text())["exits"]["rows"]
    counted = [
        {**{key: row[key] for key in keys}, "label": label, **{key: str(n) for key, n in row[label].items()}}
        for label in LABELS
        for row in said
        if label in row
    ]
    assert [list(one.values())[4:6] for one in counted] == [[one["label"], one["visits"]] for one in wanted]
    assert [[one[key] for key in keys] for one in counted] == [[one[key] for key in keys] for one in wanted]

    lines = {
        key: ["–"] * 6
        for key in dict.fromkeys((*(named(row[one], one) for one in keys[:-1]), row["other"]) for row in wanted)
    }
    for row in wanted:
        at = 2 * list(LABELS).index(row["label"])
        key = (*(named(row[one], one) for one in keys[:-1]), row["other"])
        lines[key][at : at + 2] = [row["visits"], shown(row["share"], "share")]
    body = [[*key, *texts] for key, texts in lines.items()]

    page: Any = html.fromstring((week / "funnel.html").read_text())
    (table,) = page.xpath("//table[@data-report='funnel_exits']")
    assert [[readers.text_of(one) for one in row.iterchildren()] for row in table.xpath("./tbody/tr")] == body
    assert table.find("./tfoot") is None

    printed = readers.of_pdf_rows(pdf, readers.EXITS, [question_of(week, one) for one in REPORTS], len(keys))
    assert printed == body

    sheet = next(one for one in book if one["A1"].value == readers.EXITS)
    cells = list(sheet.iter_rows(min_row=6, values_only=True))
    assert [[*row[:4], row[4]] for row in cells] == [[*row[:4], int(row[4])] for row in body]


def test_an_e_mail_says_where_visits_go_that_do_not_go_on(week: Path, mails: dict[str, EmailMessage]) -> None:
    wanted, message = left(), mails["funnel"]
    html_part, _ = readers.of_mail_html(message, wanted, readers.EXITS)
    assert_mailed("e-mail, HTML", wanted, html_part, EXIT_TITLES, squeezed=False)
    text_part = readers.of_mail_text(message, wanted, readers.EXITS)
    assert_mailed("e-mail, text", wanted, text_part, EXIT_TITLES, squeezed=True)


EXIT_TITLES = {"visits": "Visits", "share": "Share"}


def question_of(week: Path, report: str) -> str:
    """The heading of its page."""
    page = html.fromstring((week / f"{report}.html").read_text())
    return readers.text_of(next(page.iter("h1")))


def test_the_web_part_of_an_e_mail(wanted: Golden, week: Path, mails: dict[str, EmailMessage]) -> None:
    told, _ = readers.of_mail_html(mails[wanted.report], wanted, report_title(week, wanted.report))
    assert_mailed("e-mail, HTML", wanted, told, titles(week, wanted.report), squeezed=False)


def test_the_text_part_of_an_e_mail(wanted: Golden, week: Path, mails: dict[str, EmailMessage]) -> None:
    told = readers.of_mail_text(mails[wanted.report], wanted, report_title(week, wanted.report))
    assert_mailed("e-mail, text", wanted, told, titles(week, wanted.report), squeezed=True)


def report_title(week: Path, report: str) -> str:
    """Before the first dot of its page's title."""
    page = html.fromstring((week / f"{report}.html").read_text())
    return readers.text_of(next(page.iter("title"))).split(" · ")[0]


def assert_mailed(renderer: str, wanted: Golden, told: Told, called: Mapping[str, str], *, squeezed: bool) -> None:
    """An e-mail has fewer columns than a page, called by their titles; its rows are all there are."""
    ids = {title: one for one, title in called.items() if one in wanted.measures}
    assert told["all"], f"{renderer}: {wanted.report} is not there"
    named: Told = {}
    for label, rows in told.items():
        for key, cells in rows.items():
            key = (TOTAL, *wanted.total[1:]) if key[:1] == ("Total",) else key
            named.setdefault(label, {})[key] = {ids[title]: text for title, text in cells.items()}
    check_shown(renderer, wanted, named, joined=squeezed, totals=wanted.has_total)


def test_an_e_mail_says_what_the_week_before_had(week: Path, mails: dict[str, EmailMessage]) -> None:
    before, now = golden("overview", "before"), golden("overview")
    _, notes = readers.of_mail_html(mails["overview"], now, report_title(week, "overview"))
    ids = {title: one for one, title in titles(week, "overview").items()}
    wrong = []
    for label, rows in notes.items():
        for title, note in rows[()].items():
            measure = ids[title]
            then, this = (one.cell(label, (), measure) for one in (before, now))
            if note != (right := compared(then, this, measure)):
                wrong.append(f"e-mail: overview, {label}, {measure}: {note!r}, not {right!r}")
    assert not wrong, "\n".join(wrong)
    assert len(notes) == len(LABELS)


def compared(then: str, now: str, measure: str) -> str:
    """What stands below a number: of few, how many more; of quotients, what it was."""
    if exact(then) == exact(now):
        return "as before"
    was = f"was {shown(then, measure)}"
    more = (exact(now) or 0) - (exact(then) or 0)
    match unit_of(measure):
        case "count":
            return f"{was}, {'+' if more > 0 else '−'}{abs(more)}"
        case "money":
            return f"{was}, {'+' if more > 0 else '−'}{shown(str(abs(more)), measure)}"
        case _:
            return was


# What a reader takes along.

SOUGHT = {
    "funnel": "BUYING", "labels": "saw the", "countries": "austria", "hours": "monday", "sources": "Search",
    "trend": "mon 9 mar", "technology": "system", "paths": "(entry)", "changes": "austria",
}  # fmt: skip
"""By report, a text that some rows, or all, show; not one of them has it as an id."""


@pytest.mark.parametrize("report", SOUGHT)
def test_rows_that_are_taken_along_are_those_whose_text_is_seen(report: str, week: Path, browser: Browser) -> None:
    """A page's own script looks into the cells that name a row; exports find the same by it."""
    wanted, sought, at = golden(report), SOUGHT[report], f"/reports/{DATASET}/{RANGE}/{report}"
    page: Any = html.fromstring(browser.get(f"{at}.html").text)
    (table,) = page.xpath(f"//table[@data-report='{report}'][contains(@class, 'sortable')]")
    keys = [tuple(readers.text_of(one) for one in row)[: len(wanted.dimensions)] for row in table.xpath("./tbody/tr")]
    seen = [key for key in keys if sought.lower() in "\n".join(key).lower()]
    assert seen, f"nobody sees {sought}"

    found = browser.get(f"{at}.json", params={"rows": sought}).json()
    told = {wanted.key_shown(tuple(str(row[one] or "") for one in wanted.dimensions)): row for row in found["rows"]}
    assert [*told] == seen
    rows = csv.DictReader(browser.get(f"{at}.csv", params={"rows": sought}).text.splitlines())
    listed = dict.fromkeys(wanted.key_shown(tuple(row[one] for one in wanted.dimensions)) for row in rows)
    assert sorted(listed) == sorted(seen)
    answer = browser.get(f"/api/v1/datasets/{DATASET}/periods/{WEEK}/reports/{report}", params={"rows": sought})
    assert answer.json()["rows"] == found["rows"] and answer.json()["total"] == len(seen)

    book = openpyxl.load_workbook(io.BytesIO(browser.get(f"{at}.xlsx", params={"rows": sought}).content))
    sheet = next(one for one in book if one["A1"].value == question_of(week, report))
    assert sheet.max_row == 5 + len(seen)
    if wanted.dimensions[0] not in ("date", "weekday", "hour"):
        assert [row[0] for row in sheet.iter_rows(min_row=6, values_only=True)] == [key[0] for key in seen]
    if report in ("funnel", "countries"):
        pdf = PdfReader(io.BytesIO(browser.get(f"{at}.pdf", params={"rows": sought}).content))
        printed = readers.of_pdf(pdf, wanted, question_of(week, report), [COURSE, readers.EXITS], [*wanted.rows])
        assert [key for key in printed["all"] if not is_total(key)] == seen
        assert f"“{sought}” in their name" in text_of(pdf)


def text_of(pdf: PdfReader) -> str:
    return " ".join(" ".join(one.extract_text() for one in pdf.pages).split())


def test_what_is_said_and_drawn_is_of_all_rows_whichever_are_taken_along(browser: Browser) -> None:
    """Most visits came on a campaign, and some by search."""
    said = "The channel that brings most visits is Campaign: 3 of 9 visits"
    at = f"/reports/{DATASET}/{RANGE}/sources"
    for asked in ({"rows": "search"}, {"sort": "all.visits"}, {"rows": "nothing like it"}):
        pdf = text_of(PdfReader(io.BytesIO(browser.get(f"{at}.pdf", params=asked).content)))
        assert (said in pdf) == ("nothing like it" not in asked.values()), pdf
        book = openpyxl.load_workbook(io.BytesIO(browser.get(f"{at}.xlsx", params=asked).content))
        drawn = next(one for one in book if "Campaign" in [cell.value for row in one.iter_rows() for cell in row])
        assert drawn.title != "Channels" and len(book["Charts"]._charts) == 1
    assert "No row fits. 5 in all" in pdf
    assert "No row fits. 5 in all" in next(one["A2"].value for one in book if "channels" in str(one["A1"].value))


def test_rows_are_sorted_by_what_is_read(browser: Browser) -> None:
    at = f"/reports/{DATASET}/{RANGE}/labels"
    found = [row["other"] for row in browser.get(f"{at}.json", params={"sort": "-other"}).json()["rows"]]
    assert found == sorted(found, key=lambda one: LABELS[one], reverse=True)
    assert len(found) > 1 and found != sorted(found, reverse=True), "ids have another order"


# What programs read.


def test_json(wanted: Golden, week: Path) -> None:
    check_values("JSON", wanted, readers.of_json(described(week, wanted.report), wanted))


def test_csv(wanted: Golden, week: Path) -> None:
    told = readers.of_csv((week / f"{wanted.report}.csv").read_text(), wanted)
    check_values("CSV", wanted, told, totals=False)


def test_the_interface(wanted: Golden, browser: Browser) -> None:
    at = f"/api/v1/datasets/{DATASET}"
    for path in (f"periods/{WEEK}/reports/{wanted.report}", f"reports/{wanted.report}?period={RANGE}"):
        answer = browser.get(f"{at}/{path}")
        assert answer.status_code == 200, answer.text
        check_values(path, wanted, readers.of_json(answer.json(), wanted))


def test_the_spreadsheet(wanted: Golden, week: Path, book: Any) -> None:
    sheet = next(one for one in book if one["A1"].value == question_of(week, wanted.report))
    told = readers.of_sheet(sheet, wanted, [*wanted.rows])
    plain: Values = {
        label: {
            key: {measure: plainly(value, unit_of(measure)) for measure, value in row.items()}
            for key, row in rows.items()
        }
        for label, rows in told.items()
    }
    check_values("XLSX", named_keys(wanted), plain)


def named_keys(wanted: Golden) -> Golden:
    """A sheet has days, hours and states as numbers, and nothing where nothing is known; all else as it is read."""

    def key_of(key: tuple[str, ...]) -> tuple[str, ...]:
        if is_total(key):
            return key
        pairs = list(zip(key, wanted.key_shown(key), wanted.dimensions, strict=True))
        return tuple(
            f"{text} 00:00:00" if one == "date" else text if one == "hour" or not text else seen
            for text, seen, one in pairs
        )

    rows = {label: {key_of(key): row for key, row in rows.items()} for label, rows in wanted.rows.items()}
    return replace(wanted, rows=rows)


def plainly(value: Any, unit: str) -> Any:
    """A cell's value in the unit of the golden numbers."""
    match value:
        case datetime() if unit == "time":
            return (value + timedelta(seconds=0.5)).replace(tzinfo=ZONE).astimezone(UTC).isoformat()[:16]
        case int() | float() if unit == "points":
            return value / 100
        case timedelta():
            return value.total_seconds()
        case time():
            return timedelta(hours=value.hour, minutes=value.minute, seconds=value.second).total_seconds() + (
                value.microsecond / 10**6
            )
        case _:
            return value
