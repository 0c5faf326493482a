"""Each form in which a report is published, parsed back: by label and row what stands in each column.

Two kinds: what a person reads (:data:`Told`, texts), and what programs read (values).
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator
from email.message import EmailMessage
from functools import cache
from itertools import groupby, pairwise
from typing import Any

from lxml import html
from pypdf import PdfReader

from tests.golden.numbers import LABELS, LETTERS, Golden, Key, Told

Values = dict[str, dict[Key, dict[str, Any]]]
"""By label and key: measure and value."""
Piece = tuple[float, float, str]
"""Where a line of a cell begins, and its text."""
EXITS = "Where do visits go that do not go on?"
"""Above the table of where visits leave a funnel."""
VALUE = re.compile(r"–|yes|no|< 0\.001|[+−]?[\d,]+(\.\d+)?( %| pp| €| s| min \d\d s)?|\d{4}-\d\d-\d\d \d\d:\d\d CET")


def text_of(element: Any) -> str:
    return " ".join(element.text_content().replace("\u200b", "").split())


def put(told: Told, wanted: Golden, labels: Iterable[str], key: Iterable[str], texts: list[str]) -> None:
    """One row: of every label all measures."""
    key, left = tuple(key), iter(texts)
    for label in labels:
        row = told.setdefault(label, {})
        assert key not in row, f"{wanted.report}: {label} has two rows {key}"
        row[key] = {one: next(left) for one in wanted.measures}
    assert next(left, None) is None, f"{wanted.report}: the row {key} has too many cells: {texts}"


# What a person reads.


def of_page(page: str, wanted: Golden) -> Told:
    """``<report>.html``, of an analysis or of the console."""
    document: Any = html.fromstring(page)
    if not wanted.dimensions:
        return _of_turned(document, wanted)
    (table,) = document.xpath(f"//table[@data-report='{wanted.report}'][contains(@class, 'sortable')]")
    labels = table.get("data-labels").split()
    assert int(table.get("data-keys")) == len(wanted.dimensions)
    heads = [text_of(one) for one in table.xpath("./thead//th[@scope='colgroup']")]
    assert heads in ([], [f"{LETTERS[one]}{LABELS[one]}" for one in labels]), heads
    terms = [one.get("data-term") for one in table.xpath("./thead//th[@data-term]")]
    assert terms == [*wanted.dimensions, *(list(wanted.measures) * len(labels))]
    told: Told = {}
    for row in table.xpath("./tbody/tr"):
        cells = [text_of(one) for one in row.iterchildren()]
        put(told, wanted, labels, cells[: len(wanted.dimensions)], cells[len(wanted.dimensions) :])
    for row in table.xpath("./tfoot/tr"):
        name, *cells = (text_of(one) for one in row.iterchildren())
        assert name == "Total"
        put(told, wanted, labels, wanted.total, cells)
    return told


def _of_turned(document: Any, wanted: Golden) -> Told:
    """A table whose rows are measures, and whose columns labels."""
    (table,) = document.xpath(f"//table[@data-report='{wanted.report}'][contains(@class, 'turned')]")
    labels = table.get("data-labels").split()
    heads = [text_of(one) for one in table.xpath("./thead/tr/th")]
    assert heads == ["Measure", *(f"{LETTERS[one]}{LABELS[one]}" for one in labels)], heads
    assert table.xpath("./tbody//@data-term") == list(wanted.measures)
    rows = [[text_of(one) for one in row.xpath("./td")] for row in table.xpath(".//tr[td]")]
    columns = zip(*rows, strict=True)
    return {
        label: {(): dict(zip(wanted.measures, texts, strict=True))}
        for label, texts in zip(labels, columns, strict=True)
    }


def of_rest(script: str, wanted: Golden, labels: Iterable[str]) -> Told:
    """``<report>.rows.js``: the rows that a page fetches when they are wanted."""
    (text,) = re.findall(r"^proprocessorRows\((.*)\);$", script, re.DOTALL)
    columns = [[one["t"][code] for code in one["c"]] for one in json.loads(text)]
    told: Told = {}
    for cells in zip(*columns, strict=True):
        at = len(wanted.dimensions)
        put(told, wanted, labels, cells[:at], list(cells[at:]))
    return told


def of_command(out: str, wanted: Golden) -> Told:
    """What ``proprocessor report`` shows: a row for each label that has one."""
    head, *lines = (re.split(r" {2,}", line.strip()) for line in out.splitlines()[1:])
    assert len(head) == len(wanted.dimensions) + 1 + len(wanted.measures), head
    names = {name: label for label, name in LABELS.items()}
    told: Told = {}
    for (*cells,) in lines:
        at = len(cells) - len(wanted.measures) - 1
        put(told, wanted, [names[cells[at]]], cells[:at], cells[at + 1 :])
    return told


# Printed.


def of_pdf(reader: PdfReader, wanted: Golden, question: str, later: Iterable[str], labels: list[str]) -> Told:
    """The tables below a report's question: parts, each with columns of their own and the same rows."""
    names = len(wanted.dimensions) or 1
    keys: list[Key] = []
    cells: dict[Key, list[str]] = {}
    for texts in _rows(_lines(reader, question, set(later)), names):
        count = 1 if texts[0] == "Total" else names
        key = wanted.total if texts[0] == "Total" else tuple(texts[:count])
        if key not in cells:
            keys.append(key)
        cells.setdefault(key, []).extend(texts[count:])
    assert keys, f"{wanted.report} has no table in the PDF"
    if not wanted.dimensions:
        return {
            label: {(): {one: cells[keys[at]][column] for at, one in enumerate(wanted.measures)}}
            for column, label in enumerate(labels)
        }
    told: Told = {}
    for key in keys:
        put(told, wanted, labels, key, cells[key])
    return told


def of_pdf_lists(reader: PdfReader, question: str, later: Iterable[str]) -> list[list[str]]:
    """The rows of tables below a heading whose rows have one name."""
    return list(_rows(_lines(reader, question, set(later)), 1))


def of_pdf_rows(reader: PdfReader, question: str, later: Iterable[str], names: int) -> list[list[str]]:
    """The rows of tables below a heading, each with so many names."""
    return list(_rows(_lines(reader, question, set(later)), names))


def _rows(lines: Iterable[list[Piece]], names: int) -> Iterator[list[str]]:
    """The cells of each row; a name that is too long for its column goes on below."""
    row: list[str] = []
    places: list[float] = []
    for pieces in lines:
        texts = [text for _, _, text in pieces]
        first = 1 if texts[0] == "Total" else names
        if len(texts) > first and all(VALUE.fullmatch(one) for one in texts[first:]):
            if row:
                yield row
            row, places = texts, [x for x, _, _ in pieces]
        elif row and len(texts) <= names and all(x in places for x, _, _ in pieces):
            for x, _, text in pieces:
                row[places.index(x)] += text
        elif row:
            yield row
            row = []
    if row:
        yield row


def _lines(reader: PdfReader, question: str, later: set[str]) -> Iterator[list[Piece]]:
    """The lines of tables from a question's page on, until another question."""
    begun = False
    for pieces in _pages(reader):
        texts = [text for _, _, text in pieces]
        begun = begun or question in texts
        if not begun:
            continue
        if question in texts:
            pieces = pieces[texts.index(question) + 1 :]
        for at, (_, _, text) in enumerate(pieces):
            if text in later:
                yield from _table_lines(pieces[:at])
                return
        yield from _table_lines(pieces)


def _table_lines(pieces: list[Piece]) -> Iterator[list[Piece]]:
    """From the band of the first label on: above it stands the chart."""
    bands = [at for at, (_, _, text) in enumerate(pieces) if re.match(r"All\b|[A-Z] ·", text)]
    for _, found in groupby(
        sorted(pieces[bands[0] :], key=lambda one: -one[1]) if bands else [], key=lambda one: one[1]
    ):
        yield sorted(found)


@cache
def _pages(reader: PdfReader) -> list[list[Piece]]:
    """The lines of each cell of each page, in the order in which they are set; without head and foot."""
    return [list(_pieces(page)) for page in reader.pages[2:]]


def _pieces(page: Any) -> Iterator[Piece]:
    height = float(page.mediabox.height)
    found: list[Piece] = []

    def visit(text: str, cm: Any, tm: Any, _font: Any, _size: float) -> None:
        x, y = (tm[4] * cm[at] + tm[5] * cm[2 + at] + cm[4 + at] for at in (0, 1))
        goes_on = found and found[-1][1] == round(y, 1) and not text[:1].isspace()
        text = " ".join(text.replace("\u200b", "").split())
        if text and goes_on:  # the same line behind a place where it may be broken
            found[-1] = (*found[-1][:2], found[-1][2] + text)
        elif text and 45 < y < height - 50:
            found.append((round(x, 1), round(y, 1), text))

    page.extract_text(visitor_text=visit)
    yield from found


# E-mail.


def of_mail_html(message: EmailMessage, wanted: Golden, title: str) -> tuple[Told, Told]:
    """The section of a report: its numbers, and below them what they were before. Fewer measures than on pages."""
    document = html.fromstring(message.get_body(("html",)).get_content())  # type: ignore[union-attr]
    head = next(one for one in document.iter("h2", "h3") if text_of(one) == title)
    told: Told = {}
    notes: Told = {}
    following: Iterable[Any] = head.itersiblings()
    for element in following:
        if element.tag in ("h2", "h3"):
            break
        if element.tag == "table":
            heads = [_heading(one) for one in element.xpath("./thead/tr/th")][len(wanted.dimensions) or 1 :]
            for row in element.xpath("./tbody/tr"):
                span = len(row.xpath("./*[@align]"))  # what names the row; numbers stand as their row does
                key = tuple(text_of(one) for one in row[:span])
                cells = [_cell(one) for one in row[span:]]
                _mailed(told, wanted, heads, key, [text for text, _ in cells])
                _mailed(notes, wanted, heads, key, [note for _, note in cells])
    return told, notes


def _heading(cell: Any) -> list[str]:
    """What stands in a heading, line by line."""
    first, *more = html.tostring(cell, encoding="unicode").split("<br>")
    return [text_of(html.fragment_fromstring(one, create_parent="p")) for one in (first, *more)]


def _cell(cell: Any) -> tuple[str, str]:
    notes = [text_of(one) for one in cell.xpath(".//span[@class='note' or contains(@style, '')]")]
    note = notes[-1] if notes else ""
    return text_of(cell).removesuffix(note).strip(), note


def of_mail_text(message: EmailMessage, wanted: Golden, title: str) -> Told:
    """The same of the part without HTML: what names a row is one text, without spaces; columns end where headings do."""
    text = message.get_body(("plain",)).get_content().replace("\r\n", "\n")  # type: ignore[union-attr]
    until = rf"(?=\n\n(?:\n|{re.escape(EXITS)}\n))"
    section = re.search(rf"^{re.escape(title)}\n-*\n(.*?){until}", text, re.DOTALL | re.MULTILINE)
    assert section is not None, title
    told: Told = {}
    for block in section[1].split("\n\n"):
        lines = block.splitlines()
        rule = next((at for at, line in enumerate(lines) if re.fullmatch(r"-{5,}", line)), None)
        if rule is not None:
            body = [line for line in lines[rule + 1 :] if not re.fullmatch(r"-+", line)]
            _text_table(told, wanted, lines[:rule], body)
    return told


def _text_table(told: Told, wanted: Golden, titles: list[str], body: list[str]) -> None:
    """What names a row stands before its numbers, or, where these leave no room, on lines of its own above them."""
    above = titles[-1].startswith(" ")
    ends = [found.end() for found in re.finditer(r"\S+(?: \S+)*", titles[-1])]
    bounds = [*pairwise([0, *ends] if above else ends)]
    heads = [[line[start:end].strip() for line in titles if line.startswith(" ") or not above] for start, end in bounds]
    rows: list[tuple[str, list[str]]] = []
    for line in body:
        first = re.split(r" {2,}", line[: bounds[0][1]].strip())
        numbers = [line[start:end].strip() for start, end in bounds[1:]]
        if above and line.startswith(" "):
            if not rows[-1][1]:  # else it is what they were
                rows[-1] = (rows[-1][0], [first[0], *numbers])
        elif above:
            named = rows.pop()[0] if rows and not rows[-1][1] else ""
            rows.append((named + line, []))
        elif len(first) == 2 and VALUE.fullmatch(first[1]) and not line.startswith(" "):
            rows.append((first[0], [first[1], *numbers]))
        elif not line.startswith(" "):  # the rest of a long name
            rows[-1] = (rows[-1][0] + first[0], rows[-1][1])
    for key, cells in rows:
        _mailed(told, wanted, heads, (key.replace(" ", "") if wanted.dimensions else key,), cells)


def _mailed(told: Told, wanted: Golden, heads: list[list[str]], key: Key, texts: list[str]) -> None:
    for head, text in zip(heads, texts, strict=True):
        label, measure = _label_and_measure(" ".join(filter(None, (one.strip() for one in head))))
        if not wanted.dimensions:
            measure = key[0]
        row = told.setdefault(label, {}).setdefault(key if wanted.dimensions else (), {})
        row[measure] = text


def _label_and_measure(heading: str) -> tuple[str, str]:
    for label, name in LABELS.items():
        said = f"{LETTERS[label]} {name}".strip()
        if f"{heading} ".startswith(f"{said} "):
            return label, heading.removeprefix(said).strip()
    return "all", heading


# What programs read.


def of_json(said: dict[str, Any], wanted: Golden) -> Values:
    """JSON as it is published, and as the interface answers."""
    columns = [(one["id"], one["kind"]) for one in said["columns"]]
    assert [one for one, kind in columns if kind == "dimension"] == list(wanted.dimensions)
    assert [one for one, kind in columns if kind == "measure"] == list(wanted.measures)
    told: Values = {}
    for row in said["rows"]:
        key = tuple(_text(row[one]) for one in wanted.dimensions)
        for label in LABELS:
            if label in row:
                told.setdefault(label, {})[key] = row[label]
    for label, totals in said["totals"].items():
        if wanted.dimensions:
            told.setdefault(label, {})[wanted.total] = totals
    return told


def of_csv(text: str, wanted: Golden) -> Values:
    told: Values = {}
    for row in csv.DictReader(io.StringIO(text)):
        assert list(row) == ["label", *wanted.dimensions, *wanted.measures]
        key = tuple(row[one] for one in wanted.dimensions)
        told.setdefault(row["label"], {})[key] = {one: row[one] or None for one in wanted.measures}
    return told


def of_sheet(sheet: Any, wanted: Golden, labels: list[str]) -> Values:
    """A sheet of the workbook: bands of labels in row 3, totals in row 4, headings in row 5, rows below."""
    keys, wide = len(wanted.dimensions), len(wanted.measures)
    if not keys:
        return {
            label: {(): {one: sheet.cell(6 + at, 2 + column).value for at, one in enumerate(wanted.measures)}}
            for column, label in enumerate(labels)
        }
    bands = [one.value for one in sheet[3] if one.value is not None]
    assert bands == [f"{LETTERS[one]} · {LABELS[one]}" if LETTERS[one] else LABELS[one] for one in labels]
    told: Values = {label: {} for label in labels}
    for number in (*range(6, sheet.max_row + 1), 4):
        cells = [sheet.cell(number, at).value for at in range(1, keys + wide * len(labels) + 1)]
        key = wanted.total if number == 4 else tuple(_text(one) for one in cells[:keys])
        assert number != 4 or cells[0] == ("Total" if wanted.has_total else None)
        for at, label in enumerate(labels):
            first = keys + at * wide
            told[label][key] = dict(zip(wanted.measures, cells[first : first + wide], strict=True))
    return told


def _text(value: Any) -> str:
    return "" if value is None else str(value)
