"""Tables of e-mail without HTML: nothing is cut, lines are not too wide, numbers stand below their headings."""

from __future__ import annotations

import re
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from reporter.mail.grid import Cell, Grid, Heading, Line
from reporter.mail.text_table import WIDTH, broken_up, table, wide

LONG = "/products/apples/and-pears?sorted-by=price&page=17&colour=green&size=large&q=a+very+long+search"


def label(name: str, letter: str = "A") -> dict[str, Any]:
    return {"id": name, "name": name, "letter": letter}


def grid(names: list[str], cells: list[Cell], labels: list[str], dimensions: tuple[str, ...] = ("Page",)) -> Grid:
    lines = [Line((one,), tuple(cells[: len(labels)])) for one in names]
    return Grid(dimensions, tuple(Heading("Page views", label(one)) for one in labels), tuple(lines))


def squeezed(text: str) -> str:
    """Without blanks, and commas, at which what numbers were is broken."""
    return "".join(text.replace(",", "").split())


def test_names_stand_beside_few_numbers_and_go_on_below() -> None:
    made = [*table(grid(["/", LONG], [Cell("1,234", "was 1,107, +11 %"), Cell("5")], ["Paid visitors", "Few"]))]
    assert made == [
        "                                                 A Paid visitors       A Few",
        "Page                                                  Page views  Page views",
        "----------------------------------------------------------------------------",
        "/                                                          1,234           5",
        "                                                was 1,107, +11 %",
        "/products/apples/and-pears?sorted-by=price&                1,234           5",
        "page=17&colour=green&size=large&q=a+very+long+  was 1,107, +11 %",
        "search",
    ]


def test_where_numbers_leave_no_room_names_stand_above_them() -> None:
    cells = [Cell("1,234,567", "was 1,234,107, +11 %")] * 4
    made = [*table(grid(["/", LONG], cells, ["Paid visitors", "Returning customers of the shop", "Few", "Many"]))]
    assert made[made.index("/") + 1].split() == ["1,234,567"] * 4
    at = made.index("/products/apples/and-pears?sorted-by=price&page=17&colour=green&size=large&")
    assert made[at + 1] == "q=a+very+long+search"
    assert made[at + 2].startswith("  ") and made[at + 2].split() == ["1,234,567"] * 4
    assert max(map(wide, made)) <= WIDTH


TEXTS = st.text(st.characters(categories=("L", "N", "P", "S", "Zs")), min_size=1, max_size=90)


@example([LONG], ["x" * 40, "Returning customers", "c", "d"], "was 1,234,567.00 €, +1,234 %")
@given(
    st.lists(TEXTS, min_size=1, max_size=4), st.lists(TEXTS, min_size=1, max_size=4), st.sampled_from(["", "was 3, +5"])
)
def test_whatever_things_are_called_nothing_is_cut_or_too_wide(names: list[str], labels: list[str], note: str) -> None:
    made = [*table(grid(names, [Cell("1,234", note)] * 4, labels))]
    assert max(map(wide, made)) <= WIDTH
    body = [line for line in made if not re.fullmatch("-{5,}", line)]
    letters = sorted(squeezed("".join(body)))
    wanted = "".join(f"{one}{('1,234' + note) * len(labels)}" for one in names)
    wanted += "Page" + "".join(f"A{one}Pageviews" for one in labels)
    assert letters == sorted(squeezed(wanted))


@given(TEXTS, st.integers(2, 80))
def test_lines_are_as_wide_as_they_may_be_and_hold_all_of_a_text(text: str, width: int) -> None:
    lines = broken_up(text, width)
    assert all(wide(one) <= width for one in lines)
    assert squeezed("".join(lines)) == squeezed(text)
