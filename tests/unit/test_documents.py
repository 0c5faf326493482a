"""What documents decide before they are written: names, lengths, widths, and what stands where."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from reporter.documents.sheet_layout import FIRST, MAX_COLUMNS, MAX_ROWS, parts_of
from reporter.documents.sheet_text import CELL_UNITS, CUT, clean, fitted, sheet_name
from reporter.model import Row
from tests.unit.test_report_writers import report_of


def test_nothing_is_lost_between_parts() -> None:
    rows = [Row((str(at), None), {"all": {"visits": 1, "clicks": 2}}) for at in range(7)]
    report = report_of(rows, {"visits": "count", "clicks": "count"})
    labels = [{"id": str(at)} for at in range(5)]
    parts = parts_of(report, labels, FIRST + 3, 2 + 2 * 2)
    assert [(len(one.labels), one.start, one.stop) for one in parts] == [
        (2, 0, 3), (2, 3, 6), (2, 6, 7), (2, 0, 3), (2, 3, 6), (2, 6, 7), (1, 0, 3), (1, 3, 6), (1, 6, 7),
    ]  # fmt: skip
    (whole,) = parts_of(report, labels)
    assert (whole.labels, whole.start, whole.stop) == (labels, 0, 7)
    (empty,) = parts_of(report_of([], {"visits": "count"}), labels)
    assert (empty.start, empty.stop) == (0, 0)
    assert (MAX_ROWS, MAX_COLUMNS) == (2**20, 2**14)


@given(st.text(alphabet="a😀\ud800", max_size=3), st.integers(0, 3))
def test_a_cell_has_as_many_units_as_it_may(end: str, more: int) -> None:
    text, cut = fitted("a" * (CELL_UNITS - 3 + more) + end)
    units = len(text.encode("utf-16-le")) // 2
    assert units <= CELL_UNITS
    assert cut == text.endswith(CUT)
    assert cut or text == "a" * (CELL_UNITS - 3 + more) + clean(end)


@example(["\x85"], 1)
@given(st.lists(st.text(max_size=40), max_size=6), st.integers(1, 3))
def test_a_sheet_has_a_name_that_excel_takes(titles: list[str], part: int) -> None:
    taken: list[str] = []
    for title in [*titles, *titles, "History", "a/b", "'x'", "x" * 40, "X" * 40]:
        name = sheet_name(title, taken, part)
        assert 1 <= len(name.encode("utf-16-le", errors="strict")) // 2 <= 31
        assert not set(name) & set("[]:*?/\\") and name[0] != "'" and name[-1] != "'"
        assert name.casefold() not in {one.casefold() for one in taken} | {"history"}
        taken.append(name)
