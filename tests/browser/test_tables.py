"""Tables: sorted, filtered, turned over, their columns explained, their labels switched off."""

from __future__ import annotations

import csv
from pathlib import Path

from playwright.sync_api import Browser, Page

from tests.browser.conftest import MONTH, drawn, visit


def rows_of(shop: Path, report: str, period: str = MONTH) -> list[dict[str, str]]:
    with (shop / "fruit" / period / f"{report}.csv").open(newline="") as file:
        return [row for row in csv.DictReader(file) if row["label"] == "all"]


def test_a_table_is_sorted_by_a_click_and_a_second_turns_it(page: Page, shop: Path) -> None:
    visit(page, shop / "fruit" / MONTH / "pages.html")
    cells = page.locator("tbody tr > :nth-child(4)")
    page.get_by_role("button", name="Entries", exact=True).first.click()
    down = [int(text.replace(",", "")) for text in cells.all_inner_texts()]
    assert down == sorted(down, reverse=True)
    page.get_by_role("button", name="Entries", exact=True).first.click()
    assert [int(text.replace(",", "")) for text in cells.all_inner_texts()] == sorted(down)


def test_days_are_sorted_as_days(wide: Page, shop: Path) -> None:
    visit(wide, shop / "fruit" / "2026" / "trend.html")
    days = wide.locator("tbody th")
    before = days.all_inner_texts()
    wide.get_by_role("button", name="Date", exact=True).click()
    assert days.all_inner_texts() == before
    wide.get_by_role("button", name="Date", exact=True).click()
    assert days.all_inner_texts() == before[::-1]


def test_a_long_table_loads_its_other_rows_when_they_are_wanted(page: Page, shop: Path) -> None:
    every = rows_of(shop, "paths")
    assert len(every) > 200
    assert visit(page, shop / "fruit" / MONTH / "paths.html") == []
    assert page.locator("tbody tr").count() == 100
    assert page.locator("tr.others").is_visible()
    assert page.get_by_text(f"Rows 1 to 100 of {len(every)}").is_visible()
    page.get_by_role("button", name="Show next rows").click()
    page.get_by_text(f"Rows 101 to 200 of {len(every)}").wait_for()
    assert not page.locator("tr.others").is_visible(), "its sums are those of the rows behind the first"
    shown = [[cell.strip() for cell in text.split("\t")[:4]] for text in page.locator("tbody tr").all_inner_texts()]
    rows = [[one["page"], one["direction"].capitalize(), one["other"]] for one in every[100:200]]
    assert [one[:3] for one in shown] == rows
    page.get_by_role("button", name="Show previous rows").click()
    page.get_by_text("Rows 1 to 100 of").wait_for()
    assert page.locator("tr.others").is_visible()


def test_all_rows_are_sorted_and_filtered_not_only_those_in_the_page(wide: Page, shop: Path) -> None:
    every = rows_of(shop, "paths")
    visit(wide, shop / "fruit" / MONTH / "paths.html")
    wide.get_by_role("button", name="Clicks", exact=True).first.click()
    wide.wait_for_function("document.querySelector('tr.others').hidden")
    shown = [int(one) for one in wide.locator("tbody tr > :nth-child(4)").all_inner_texts()]
    assert shown == sorted((int(one["clicks"]) for one in every), reverse=True)[:100]
    wide.get_by_label("Filter rows").fill("THANKS")
    fits = [one for one in every if "thanks" in f"{one['page']} {one['direction']} {one['other']}"]
    wide.get_by_text(f"of {len(fits)} that fit, {len(every)} in all").wait_for()
    assert wide.locator("tbody tr").count() == min(100, len(fits))
    wide.get_by_label("Filter rows").fill("no such page")
    wide.get_by_text("No row fits").wait_for()
    wide.get_by_label("Filter rows").fill("")
    wide.get_by_text(f"of {len(every)}", exact=False).first.wait_for()


def test_a_column_is_explained_by_hovering_by_keyboard_and_by_a_tap(browser: Browser, shop: Path) -> None:
    definition = "Exits / page views of the page."
    desk = browser.new_page(viewport={"width": 1280, "height": 900})
    visit(desk, shop / "fruit" / MONTH / "pages.html")
    button = desk.get_by_role("button", name="Exit rate").first
    button.hover()
    assert desk.locator("#tip").inner_text() == definition
    desk.keyboard.press("Escape")
    assert not desk.locator("#tip").is_visible()
    button.focus()
    assert desk.locator("#tip").inner_text() == definition
    assert (
        button.evaluate("one => document.getElementById(one.getAttribute('aria-describedby')).textContent")
        == definition
    )
    desk.close()
    context = browser.new_context(viewport={"width": 390, "height": 900}, has_touch=True, is_mobile=True)
    phone = context.new_page()
    visit(phone, shop / "fruit" / MONTH / "index.html")
    phone.get_by_role("button", name="Visitors", exact=True).tap()
    assert phone.locator("#tip").inner_text().startswith("Different visitors")
    context.close()


def test_a_label_is_switched_off_everywhere_until_it_is_switched_on(page: Page, shop: Path) -> None:
    visit(page, shop / "fruit" / MONTH / "sources.html")
    drawn(page)
    chip = page.get_by_role("button", name="2 pages or more")
    heads, cells = page.locator("thead tr:first-child th:visible"), page.locator("tbody tr:first-child > :visible")
    bars = page.locator("#chart svg .mark-rect path")
    before = heads.count(), cells.count(), bars.count()
    chip.click()
    page.wait_for_selector("#chart[data-drawn='2'] svg")
    assert chip.get_attribute("aria-pressed") == "false"
    assert (heads.count(), cells.count()) == (before[0] - 1, before[1] - (before[1] - 1) // 4)
    assert bars.count() < before[2]
    visit(page, shop / "fruit" / MONTH / "pages.html")
    assert page.get_by_role("button", name="2 pages or more").get_attribute("aria-pressed") == "false"
    assert page.get_by_role("columnheader", name="2 pages or more").count() == 0
    assert page.locator("tfoot tr.total > :visible").count() == 1 + 3 * 7
    page.get_by_role("button", name="2 pages or more").click()
    assert page.get_by_role("columnheader", name="2 pages or more").count() == 1


def test_the_overview_has_a_measure_a_row_and_a_label_a_column(page: Page, shop: Path) -> None:
    with (shop / "fruit" / MONTH / "overview.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert visit(page, shop / "fruit" / MONTH / "overview.html") == []
    table = page.locator("table[data-report=overview]")
    assert table.locator("tbody tr").count() == len(rows[0]) - 1 == 14
    visits = table.locator("tbody tr", has=page.get_by_role("button", name="Visits", exact=True))
    assert visits.locator("td").all_inner_texts() == [f"{int(row['visits']):,}" for row in rows]
    # All visitors and the first label are in sight, also on a telephone.
    box = visits.locator("td").nth(1).bounding_box()
    assert box is not None and box["x"] + box["width"] <= page.viewport_size["width"]  # type: ignore[index]
    page.get_by_role("button", name="Short visit rate").hover()
    assert page.locator("#tip").inner_text() == "Short visits / visits."
    page.get_by_role("button", name="2 pages or more").click()
    heads = table.locator("thead th:visible").all_inner_texts()
    assert len(heads) == 1 + len(rows) - 1 and not any("2 pages" in one for one in heads)
    assert visits.locator("td:visible").count() == len(rows) - 1


def test_one_label_always_stays(wide: Page, shop: Path) -> None:
    visit(wide, shop / "fruit" / MONTH / "sources.html")
    chips = wide.locator("button.chip")
    for number in range(chips.count()):
        chips.nth(number).click()
    assert [one.get_attribute("aria-pressed") for one in chips.all()] == ["false", "false", "false", "true"]


def hours_of(shop: Path, label: str, measure: str) -> dict[tuple[str, str], int]:
    with (shop / "fruit" / MONTH / "hours.csv").open(newline="") as file:
        return {
            (row["weekday"], f"{int(row['hour']):02d}:00"): int(row[measure])
            for row in csv.DictReader(file)
            if row["label"] == label
        }


def week_shown(page: Page) -> dict[tuple[str, str], int]:
    """Of the one table of the week that is seen, every number that is not zero."""
    assert page.locator(".week:visible").count() == 1
    lines = [one.inner_text().split() for one in page.locator(".week:visible tbody tr").all()]
    return {
        (str(day), line[0]): int(text.replace(",", ""))
        for line in lines
        for day, text in enumerate(line[1:-1], start=1)
        if text != "0"
    }


def some(numbers: dict[tuple[str, str], int]) -> dict[tuple[str, str], int]:
    return {key: number for key, number in numbers.items() if number}


def test_the_hours_of_the_week_are_one_table_of_the_label_and_measure_chosen(page: Page, shop: Path) -> None:
    assert visit(page, shop / "fruit" / MONTH / "hours.html") == []
    drawn(page)
    whose, what = page.locator(".weeks-choice select").all()
    assert page.get_by_role("rowheader", name="13:00", exact=True).count() == 1
    assert page.locator(".week:visible thead th").all_inner_texts()[1].startswith("Mon")
    assert week_shown(page) == some(hours_of(shop, "all", "visits"))
    what.select_option("Page views")
    assert week_shown(page) == some(hours_of(shop, "all", "page_views"))
    whose.select_option(label="B 2 pages or more")
    assert week_shown(page) == some(hours_of(shop, "from-2", "page_views"))
    page.locator("#chart select").select_option("C 3 pages or more")
    assert week_shown(page) == some(hours_of(shop, "from-3", "page_views")), "as in the chart"
    page.locator("button.chip", has_text="3 pages or more").click()
    assert week_shown(page) == some(hours_of(shop, "all", "page_views"))
    assert [one.strip() for one in whose.locator("option").all_inner_texts()] == [
        "All visitors",
        "A 1 pages or more",
        "B 2 pages or more",
    ]
    page.get_by_text("Every hour as a row").click()
    assert page.locator(".folded tbody tr:visible").count() == min(100, len(rows_of(shop, "hours")))


def test_changes_are_sorted_by_their_numbers(wide: Page, shop: Path) -> None:
    visit(wide, shop / "fruit" / "2026-W10" / "changes.html")
    every = [row for row in rows_of(shop, "changes", "2026-W10") if row["change"]]
    assert len(every) <= 100 and min(float(one["change"]) for one in every) < 0
    wide.get_by_role("button", name="Change", exact=True).first.click()
    shown = [one for one in wide.locator("tbody tr > :nth-child(7)").all_inner_texts() if one != "–"]
    wanted = sorted((round(100 * float(one["change"]), 1) for one in every), reverse=True)
    assert [float(one.removesuffix(" pp").replace("−", "-")) for one in shown] == wanted
    assert shown[0].startswith("+") and shown[-1].startswith("−")
