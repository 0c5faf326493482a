"""Charts in the browser: drawn from the definition in the page, read by mouse and keyboard."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import MONTH, REPORTS, drawn, visit

WITHOUT = ("errors",)
"""Nothing goes wrong in the fruit shop."""


def test_every_report_has_a_chart_that_is_a_question_and_is_drawn(page: Page, shop: Path) -> None:
    for report in REPORTS:
        # Of the days before the month some are not there: it is compared with nothing.
        period = "2026-W10" if report == "changes" else MONTH
        assert visit(page, shop / "fruit" / period / f"{report}.html") == [], report
        drawn(page)
        assert page.locator("#chart svg").count() == (0 if report in WITHOUT else 1), report
        if report not in WITHOUT:
            assert page.locator("#chart-question").inner_text().endswith("?")
            assert page.locator("#chart svg .role-mark path, #chart svg .role-mark text").count() > 1, report
            assert len(page.locator("#chart-words").inner_text()) > 20


def test_the_period_before_is_dashed(wide: Page, shop: Path) -> None:
    dashed = wide.locator("#chart svg path[stroke-dasharray='4,4'][d*='L']")
    assert visit(wide, shop / "fruit" / "2026-02" / "index.html") == []
    drawn(wide)
    assert dashed.count() == 0, "of January there are two days only"
    assert visit(wide, shop / "fruit" / "2026-W10" / "trend.html") == []
    drawn(wide)
    assert dashed.count() == 4, "one a label"
    assert wide.get_by_text("Dashed: Week 9, 2026").is_visible()


def test_values_are_read_by_pointing_and_by_arrow_keys(wide: Page, shop: Path) -> None:
    visit(wide, shop / "fruit" / MONTH / "sources.html")
    drawn(wide)
    wide.locator("#chart svg .mark-rect path").first.hover()
    tip = wide.locator("#tip")
    tip.wait_for()
    pointed = tip.inner_text()
    assert "All visitors" in pointed and "Visits" in pointed
    wide.mouse.move(0, 0)
    tip.wait_for(state="hidden")
    wide.locator("#chart .canvas").focus()
    wide.keyboard.press("ArrowRight")
    assert tip.inner_text() == pointed
    assert "All visitors" in wide.locator("#chart-said").inner_text()
    wide.keyboard.press("ArrowRight")
    assert tip.inner_text() != pointed
    wide.keyboard.press("Escape")
    assert not tip.is_visible()


def test_a_reader_chooses_another_page_of_paths_and_whose(page: Page, shop: Path) -> None:
    assert visit(page, shop / "fruit" / MONTH / "paths.html") == []
    drawn(page)
    choose, whose = page.locator(".choice select").all()
    assert (choose.input_value(), whose.input_value()) == ("/", "All visitors")
    options = choose.locator("option").all_inner_texts()
    choose.select_option(options[3])
    page.locator("#chart svg .role-mark text").get_by_text(options[3], exact=True).first.wait_for()
    assert whose.locator("option").all_inner_texts() == [
        "All visitors",
        *(f"{'ABC'[n]} {n + 1} pages or more" for n in range(3)),
    ]
    choose.select_option("/")
    for label, name in (("from-3", "C 3 pages or more"), ("all", "All visitors")):
        whose.select_option(name)
        with (shop / "fruit" / MONTH / "paths.csv").open(newline="") as file:
            row = next(
                one
                for one in csv.DictReader(file)
                if (one["label"], one["page"], one["direction"]) == (label, "/", "next")
            )
        views = round(int(row["clicks"]) / float(row["share"]))
        page.locator("#chart svg .role-mark text").get_by_text(re.compile(rf"^{views}( views)?$")).first.wait_for()
        share = f"{100 * float(row['share']):.1f} %"
        assert page.locator("#chart svg .role-mark text").get_by_text(share, exact=True).count() > 0
    # A label that is switched off is no choice.
    page.get_by_role("button", name="3 pages or more").click()
    page.wait_for_selector("#chart[data-drawn='2'] svg")
    assert page.locator(".choice select").nth(1).locator("option").count() == 3


def test_a_funnel_says_where_those_go_that_do_not_go_on(page: Page, shop: Path) -> None:
    with (shop / "fruit" / MONTH / "funnel.exits.csv").open(newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["label"] == "all"]
    assert visit(page, shop / "fruit" / MONTH / "funnel.html") == []
    drawn(page)
    texts = page.locator("#chart svg .role-axis-label text").all_text_contents()
    texts = [one.rstrip("\u200b") for one in texts if not one.isdigit()]
    assert texts[:3] == ["Product", "→ (exit)", f"→ {rows[1]['other']}"] and texts[-1] == "Thanks"
    assert f"(exit) {rows[0]['visits']} (" in page.locator("#chart-words").inner_text()
    page.locator("details.exits summary").click()
    table = page.locator("table[data-report=funnel_exits]")
    assert table.locator("tbody tr").count() == len(rows)
    assert [one.split("\t")[:4] for one in table.locator("tbody tr").all_inner_texts()] == [
        ["Buying", row["stage"], row["group"], row["other"]] for row in rows
    ]
    assert page.locator("tr.total").count() == 0, "it would say nothing"


def test_robots_have_a_bar_a_day_and_the_same_numbers_in_a_table(wide: Page, shop: Path) -> None:
    assert visit(wide, shop / "fruit" / MONTH / "robots.html") == []
    drawn(wide)
    rows = wide.locator(".course tbody tr")
    lines = wide.locator(".course thead th").all_text_contents()[1:]
    assert lines[0] == "All robots" and len(lines) > 2
    assert not rows.first.is_visible()
    wide.locator(".course summary").click()
    first = rows.first.locator("td").all_inner_texts()
    assert int(first[0]) == sum(map(int, first[1:]))
    wide.locator("#chart .canvas").focus()
    wide.keyboard.press("ArrowRight")
    assert wide.locator("#tip dd").all_inner_texts() == [lines[0], "–", rows.first.locator("th").inner_text(), first[0]]
    choose = wide.locator(".choice select")
    bars = wide.locator("#chart svg .mark-rect path")
    before = bars.evaluate_all("all => all.map(one => one.getAttribute('d'))")
    choose.select_option("One for all")
    wide.wait_for_function(
        "before => Array.from(document.querySelectorAll('#chart svg .mark-rect path'))"
        ".some((one, at) => one.getAttribute('d') !== before[at])",
        arg=before,
    )


def test_robots_of_a_day_are_bars(wide: Page, shop: Path) -> None:
    assert visit(wide, shop / "fruit" / f"{MONTH}-02" / "robots.html") == []
    drawn(wide)
    assert wide.locator("#chart-question").inner_text() == "Which robots came most often?"
    assert wide.locator(".course").count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_charts_are_light_and_dark_as_the_page_is(browser: Browser, shop: Path, scheme: str) -> None:
    opened = browser.new_page(viewport={"width": 1280, "height": 900}, color_scheme=scheme)  # type: ignore[arg-type]
    visit(opened, shop / "fruit" / MONTH / "sources.html")
    drawn(opened)
    label = opened.locator("#chart svg .role-axis-label text").first
    colour = label.evaluate("one => getComputedStyle(one).fill")
    assert (sum(int(one) for one in colour[4:-1].split(",")) > 382) == (scheme == "dark"), colour
    opened.close()


def test_a_page_without_the_script_still_has_its_numbers(browser: Browser, shop: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    opened = context.new_page()
    opened.goto((shop / "fruit" / MONTH / "sources.html").as_uri())
    assert opened.locator("tbody tr").count() >= 5
    assert opened.get_by_text("What the columns mean").is_visible()
    context.close()
