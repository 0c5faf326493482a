"""The tables of e-mail: the page's numbers, the words for a change, what is left out, in HTML and in text."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reporter.charts.chart import shown_labels
from reporter.mail.content import Content, Drawn, Image, make_content, paragraphs, subject_of
from reporter.mail.grid import BAND, MEASURES, make_grids, note
from reporter.mail.html import Addressee, render_html
from reporter.mail.html_subset import faults
from reporter.mail.text import render_text
from reporter.mail.timetable import named
from reporter.model import Analysis, Period, Report
from reporter.table import make_table
from shared.dataset_settings import Mail
from shared.dataset_settings.reserved import REPORTS
from tests.analysis_folder import LABELS, change_description, days_from, write_analysis

FIRST = date(2026, 2, 16)
WEEK = named("week", "2026-W09")
TO = Addressee("ann@fruit.test", "weekly", "https://console.fruit.test/unsubscribe/x.y")


@pytest.fixture(scope="module")
def analysis(tmp_path_factory: pytest.TempPathFactory) -> Analysis:
    return Analysis(write_analysis(tmp_path_factory.mktemp("mail") / "analysis", days_from(FIRST, 20), rows=14))


def mail(**given: Any) -> Mail:
    return Mail.model_validate({"id": "weekly", "to": ["ann@fruit.test"], "reports": [*REPORTS], **given})


def content(analysis: Analysis, lacks: tuple[str, ...] = (), **given: Any) -> Content:
    assert WEEK is not None
    return make_content(analysis, mail(**given), WEEK, lacks=lacks, link="https://reports.fruit.test/shop/2026-W09/")


def reports_of(analysis: Analysis) -> dict[str, Report]:
    assert WEEK is not None
    return analysis.reports([WEEK])[WEEK.id]


class Tables(HTMLParser):
    """The tables of data in an e-mail, by the heading before them: rows of cells."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: dict[str, list[list[str]]] = {}
        self._heading, self._in, self._data = "", "", False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "h2":
            self._heading, self._in = "", "h2"
        elif tag == "table":
            self._data = dict(attrs).get("class") == "data"
        elif tag == "tr" and self._data:
            self.found.setdefault(self._heading, []).append([])
        elif tag in ("td", "th") and self._data:
            self.found[self._heading][-1].append("")
            self._in = "cell"
        elif tag == "br" and self._in == "cell":
            self.found[self._heading][-1][-1] += "\n"

    def handle_endtag(self, tag: str) -> None:
        if tag in ("h2", "td", "th"):
            self._in = ""

    def handle_data(self, data: str) -> None:
        if self._in == "h2":
            self._heading += data
        elif self._in == "cell":
            self.found[self._heading][-1][-1] += data


def cells_of(markup: str) -> list[str]:
    return [one.partition("</td>")[0] for one in re.split(r"<td(?: style=[^>]*)?>", markup)[1:]]


@pytest.mark.parametrize("name", [one for one in REPORTS if one not in ("overview", "screens", "hours")])
def test_rows_others_and_totals_are_those_of_the_page(analysis: Analysis, name: str) -> None:
    """A page shows all labels' measures; of these an e-mail shows some."""
    report = reports_of(analysis)[name]
    shown = MEASURES[name]
    labels = shown_labels(analysis.labels, report.id)
    table = make_table(analysis, report, 10, shown)
    order = [one.id for one in report.measures if one.id in shown]
    wanted = [("all", one) for one in shown] + [(one["id"], shown[0]) for one in labels[1:]]
    places = [
        [one["id"] for one in labels].index(label) * len(order) + order.index(measure) for label, measure in wanted
    ]

    def of_page(texts: list[str]) -> list[str]:
        return [texts[at] for at in places]

    body = [cells_of(row) for row in table.body.split("<tr>")[1:]]
    page = [of_page(row) for row in body]
    if table.others is not None:
        page.append(of_page(cells_of(table.others)))
    if table.totals is not None:
        page.append(of_page(cells_of(table.totals)))
    grids = make_grids(report, None, labels, "EUR", 10)
    found = [[cell.text for grid in grids for cell in grid.lines[at].cells] for at in range(len(grids[0].lines))]
    assert found == page


def test_html_and_text_say_the_numbers_of_the_report(analysis: Analysis) -> None:
    made = content(analysis, compare="none", rows=50)
    tables = Tables(render_html(made, TO)).found
    text = render_text(made, TO)
    reports = reports_of(analysis)
    titles = {one.title: one for one in reports.values()}
    assert set(titles) - set(tables) == {reports["screens"].title}
    for section in made.sections:
        for grid in section.grids:
            for line in grid.lines:
                wanted = [cell.text.replace(" %", "\u00a0%").replace(" s", "\u00a0s") for cell in line.cells]
                assert any(row[-len(wanted) :] == wanted for row in tables[section.title]), (section.title, line)
                spaced = r"\s+".join(re.escape(cell.text) for cell in line.cells)
                assert re.search(spaced, text), (section.title, line)
    (row,) = [row for row in tables["Overview"] if row[0] == "Visits"]
    assert row[1:] == [f"{reports['overview'].rows[0].values[str(one['id'])]['visits']:,}" for one in LABELS]


def test_the_busiest_hours_stand_in_the_order_of_the_week(tmp_path: Path) -> None:
    analysis = Analysis(write_analysis(tmp_path / "a", days_from(FIRST, 14), rows=14))
    report = reports_of(analysis)["hours"]
    (grid,) = make_grids(report, None, analysis.labels[:1], "EUR", 3)
    values = [row.values["all"]["visits"] for row in report.rows]
    top = sorted(sorted(range(len(values)), key=lambda at: -values[at])[:3])
    assert [line.cells[0].text for line in grid.lines[:3]] == [f"{values[at]:,}" for at in top]
    assert grid.lines[3].keys == (f"Others ({len(values) - 3})",)
    assert grid.lines[3].cells[0].text == f"{sum(values) - sum(values[at] for at in top):,}"


def test_what_does_not_fit_side_by_side_stands_below(tmp_path: Path) -> None:
    labels = [LABELS[0], *({"id": f"l{at}", "name": f"L{at}", "color": "#0072B2", "hide_in": []} for at in range(7))]
    analysis = Analysis(write_analysis(tmp_path / "a", days_from(FIRST, 14), labels=labels))
    for name in ("overview", "pages"):
        grids = make_grids(reports_of(analysis)[name], None, analysis.labels, "EUR", 10)
        assert [len(grid.headings) for grid in grids] == ([4, 4] if name == "overview" else [4, 4, 1])
        assert all(len(line.cells) <= BAND for grid in grids for line in grid.lines)
    (few,) = make_grids(
        reports_of(analysis)["trend"],
        None,
        [one for one in shown_labels(analysis.labels, "trend") if one["id"] in ("all", "l3")],
        "EUR",
        10,
    )
    assert [one.label["id"] for one in few.headings if one.label] == ["all", "all", "l3"]


@pytest.mark.parametrize(
    ("value", "earlier", "unit", "said"),
    [
        (120, 107, "count", "was 107, +12 %"),
        (95, 107, "count", "was 107, −11 %"),
        (107, 107, "count", "as before"),
        (8, 3, "count", "was 3, +5"),
        (100, 3, "count", "was 3, +97"),
        (3, 0, "count", "was 0, +3"),
        (1001, 1000, "count", "was 1,000, +1"),
        (Decimal("12.50"), Decimal("10.00"), "money", "was 10.00 €, +25 %"),
        (Decimal("2.00"), Decimal("-1.00"), "money", "was −1.00 €, +300 %"),
        (Decimal("1.00"), Decimal(0), "money", "was 0.00 €, +1.00 €"),
        (0.052, 0.048, "rate", "was 4.8 %"),
        (0.012, -0.004, "points", "was −0.4 pp"),
        (0.2, 0.0004, "probability", "was < 0.001"),
        (98.0, 105.0, "seconds", "was 1 min 45 s"),
        (None, 3, "count", "was 3"),
        (3, None, "money", "was –"),
        (True, False, "flag", ""),
    ],
)
def test_a_change_in_words(value: Any, earlier: Any, unit: str, said: str) -> None:
    assert note(value, earlier, unit, "EUR") == said


def test_each_thing_is_compared_with_itself_and_days_by_their_order(analysis: Analysis) -> None:
    assert WEEK is not None
    earlier = Period("2026-W08", "week", date(2026, 2, 16), date(2026, 2, 22))
    now, was = reports_of(analysis), analysis.reports([earlier])["2026-W08"]
    (pages,) = make_grids(now["pages"], was["pages"], analysis.labels[:1], "EUR", 5)
    before = {row.key: row.values["all"]["views"] for row in was["pages"].rows if "all" in row.values}
    for row, line in zip(now["pages"].rows, pages.lines[:5], strict=False):
        assert line.cells[0].note == note(row.values["all"]["views"], before.get(row.key, 0), "count", "EUR")
    (trend,) = make_grids(now["trend"], was["trend"], analysis.labels[:1], "EUR", 5)
    for at, line in enumerate(trend.lines[:7]):
        value, earlier = (one["trend"].rows[at].values["all"]["visits"] for one in (now, was))
        assert line.cells[0].note == note(value, earlier, "count", "EUR")


@pytest.mark.parametrize("name", ["paths", "downloads", "labels", "robots", "sources"])
def test_what_there_was_none_of_was_0_also_where_columns_have_no_total(analysis: Analysis, name: str) -> None:
    report = reports_of(analysis)[name]
    grids = make_grids(report, replace(report, rows=()), shown_labels(analysis.labels, name), "EUR", 5)
    counts = {one.title for one in report.measures if one.unit == "count"}
    cells = [
        cell
        for grid in grids
        for line in grid.lines
        if line.kind == "row"
        for head, cell in zip(grid.headings, line.cells, strict=True)
        if head.title in counts and cell.text not in ("–", "0")
    ]
    assert cells and all(cell.note.startswith("was 0, +") for cell in cells), cells


def test_only_a_whole_period_before_is_compared_and_nothing_in_a_partial_one(analysis: Analysis) -> None:
    assert content(analysis).compared == (
        "Below each number, and dashed in the chart of visits: the week before, Week 8, 2026 (16 to 22 February 2026)."
    )
    day = Period("2026-02-27", "day", date(2026, 2, 27), date(2026, 2, 27))
    assert make_content(analysis, mail(period="day", reports=["overview"]), day).compared == (
        "Below each number: the day before, Thursday, 26 February 2026."
    )
    first = make_content(analysis, mail(), Period("2026-W08", "week", date(2026, 2, 16), date(2026, 2, 22)))
    assert first.compared == "Nothing is compared: of the week before, not all days are there."
    partial = content(analysis, ("Something is missing.",))
    assert partial.compared == "Nothing is compared, since data is missing."
    assert "so far" in partial.news
    for one in (first, partial):
        assert not any(
            cell.note
            for section in one.sections
            for grid in section.grids
            for line in grid.lines
            for cell in line.cells
        )
    assert content(analysis, compare="none").compared == ""


def test_the_same_period_a_year_before_is_compared_and_said(tmp_path: Path) -> None:
    days = days_from(date(2025, 2, 17), 28) | days_from(date(2026, 2, 1), 31)
    analysis = Analysis(write_analysis(tmp_path / "analysis", days, rows=14))
    week, month = named("week", "2026-W09"), named("month", "2026-02")
    assert week is not None and month is not None
    yearly = mail(compare="year", reports=["pages"])
    made = make_content(analysis, yearly, week)
    assert (
        made.compared == "Below each number: the same week a year before, Week 9, 2025 (24 February to 2 March 2025)."
    )
    assert "Week 9, 2025" in made.news
    then = analysis.reports([Period("2025-W09", "week", date(2025, 2, 24), date(2025, 3, 2))])["2025-W09"]["pages"]
    was = {row.key[0]: row.values["all"]["views"] for row in then.rows if "all" in row.values}
    now = analysis.reports([week])["2026-W09"]["pages"].rows
    for row, line in zip(now[:10], made.sections[0].grids[0].lines, strict=False):
        assert line.cells[0].note == note(row.values["all"]["views"], was.get(row.key[0], 0), "count", "EUR")
    for part in (render_text(made, TO), render_html(made, TO)):
        assert "the same week a year before" in " ".join(part.split())
    lacking = make_content(analysis, mail(compare="year", period="month"), month)
    assert lacking.compared == "Nothing is compared: of the same month a year before, not all days are there."


def test_data_that_begins_within_the_period_is_said_and_is_no_data_that_is_missing(analysis: Analysis) -> None:
    month = named("month", "2026-02")
    assert month is not None
    made = make_content(analysis, mail(period="month", reports=["overview"]), month)
    assert made.begins == "Data begins on 16 February 2026." and "(partial)" not in made.subject
    text, html = render_text(made, TO), render_html(made, TO)
    assert text.index(f"! {made.begins}") < text.index(made.news)
    assert html.index(made.begins) < html.rindex(made.news)
    assert "This report is partial" not in text + html and faults(html) == []
    assert content(analysis).begins == ""


def test_where_most_of_a_change_comes_from_is_said_of_the_period_before_alone(tmp_path: Path) -> None:
    """The report of changes knows nothing of the year before."""
    days = days_from(date(2025, 2, 17), 28) | days_from(date(2026, 2, 1), 31)
    folder = write_analysis(tmp_path / "analysis", days)
    much, little = (600, 0.4), (100, 0.1)
    found = [
        {"dimension": "referrer", "item": item, "before": was[0], "share_before": was[1], "after": now[0],
         "share_after": now[1], "change": now[1] - was[1], "z": 9.0, "p": 0.0, "held": True}
        for item, was, now in (("up.test", little, much), ("down.test", much, little))
    ]  # fmt: skip
    rows = [{"period": "2026-W09", "label": "all"} | one for one in found]
    pq.write_table(pa.Table.from_pylist(rows), folder / "changes.parquet")
    assert WEEK is not None
    news = {one: make_content(Analysis(folder), mail(compare=one), WEEK).news for one in ("previous", "year", "none")}
    assert re.search(r"than in Week 8, 2026 .*; most of it from (up|down)\.test\.$", news["previous"])
    assert re.search(r"than in Week 9, 2025 \([\d,]+\)\.$", news["year"])
    assert "than" not in news["none"]


def test_a_day_that_the_period_before_has_not_is_compared_with_none(analysis: Analysis) -> None:
    trend = reports_of(analysis)["trend"]
    shorter = replace(trend, rows=trend.rows[:5])
    (grid,) = make_grids(trend, shorter, analysis.labels[:1], "EUR", 7)
    notes = [line.cells[0].note for line in grid.lines if line.kind == "row"]
    assert len(notes) > 5 and notes[:5] == ["as before"] * 5 and not any(notes[5:])


def test_labels_are_those_chosen_beside_all_visitors(analysis: Analysis) -> None:
    assert [one["id"] for one in content(analysis).labels] == ["all", "paid", "few"]
    assert [one["id"] for one in content(analysis, labels=["few"]).labels] == ["all", "few"]
    assert analysis.labels[1]["id"] == "paid", "the analysis keeps its own"
    drawn = []

    def draw(analysis: Analysis, period: Period, report: Report, before: Report | None) -> Drawn | None:
        drawn.append([one["id"] for one in analysis.labels])
        return None

    assert WEEK is not None
    make_content(analysis, mail(labels=["few"], reports=["trend"]), WEEK, draw=draw)
    assert drawn == [["all", "few"]]


PNG_HEAD = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + (1200).to_bytes(4, "big") + (500).to_bytes(4, "big")
"""Of an image that is 1200 wide and 500 high."""


def test_a_list_of_e_mails_shows_the_news_behind_the_subject(analysis: Analysis) -> None:
    """The first words of the part, which programs hide where the e-mail itself is shown."""
    made = content(analysis, reports=["overview"])
    body = render_html(made, TO).partition("<body")[2].partition(">")[2]
    hidden, _, rest = body.partition("</div>")
    assert hidden.strip() == f'<div style="display:none;max-height:0;overflow:hidden;mso-hide:all">{made.news}'
    assert made.news in rest and "<div" not in rest


def test_everything_an_e_mail_can_show_is_shared_by_all_programs(analysis: Analysis) -> None:
    """All reports, with charts, a comparison, an introduction, what is missing."""
    image = Image("trend", PNG_HEAD, 'Lines: "a" <b> & c')
    for lacks in ((), ("1 of 2 servers have delivered.",)):
        assert WEEK is not None
        given = mail(introduction="A <b>\nB\n\nC", rows=2)
        made = make_content(
            analysis,
            given,
            WEEK,
            lacks=lacks,
            link="https://r.test/x/",
            draw=lambda *_: Drawn(image, "<b>Most</b> come."),
        )
        found = faults(render_html(made, TO))
        assert [one for one in found if "Gmail cuts" not in one] == []
        assert ' height="250"' in render_html(made, TO)
    usual = content(analysis, reports=["overview", "trend", "sources", "pages"], rows=5)
    assert faults(render_html(usual, TO)) == []


@pytest.mark.parametrize(
    ("html", "said"),
    [
        ("<div></div>", "<div> is seen"),
        ("<div style='display: none'></div>", "<div> is seen"),
        ("<section></section>", "<section> is not shared"),
        ("<p onclick='x'></p>", "<p onclick> is not shared"),
        ("<p id='x'></p>", "<p id> is not shared"),
        ("<script>x</script>", "<script> is not shared"),
        ("<style>p{}</style>", "<style> is not shared"),
        ("<p style='float: left'></p>", "has the property float"),
        ("<p style='display: flex'></p>", "has the property display"),
        ("<p style='border-radius: 4px'></p>", "has the property border-radius"),
        ("<p style='background-image: url(https://x.test)'></p>", "has the property background-image"),
        ("<p style='color: var(--ink)'></p>", "has color: var(--ink)"),
        ("<p style='margin: -4px'></p>", "has margin: -4px"),
        ("<p style='font-size: 8px'></p>", "has font-size: 8px"),
        ("<a href='javascript:alert(1)'>x</a>", "leads to 'javascript:alert(1)'"),
        ("<img src='https://x.test/a.png' alt='a'>", "leads to 'https://x.test/a.png'"),
        ("<img src='cid:a' width='6' height='6'>", "<img> has no alt"),
        ("<img src='cid:a' alt='a' height='6'>", "<img> has no width"),
        ("<img src='cid:a' alt='a' width='6'>", "<img> has no height"),
        ("<p><strong></p>", "closes something else"),
        ("<p>", "<p> is not closed"),
        ("<!-- hello -->", "a comment"),
        ("<!DOCTYPE svg>", "a declaration"),
        (f"<p>{'x' * 100_001}</p>", "Gmail cuts off"),
    ],
)
def test_what_is_outside_is_refused(html: str, said: str) -> None:
    assert any(said in one for one in faults(html)), faults(html)


HOSTILE = st.one_of(
    st.sampled_from(
        [
            "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{ 7 * 7 }}", "</td></table>", "<!--", "\u202egnp.exe",
            "a\r\nBcc: eve@evil.test", "\x00\x1b[31m", "\ud800", "style=", "' onload='x", "]]>", "cid:x", "a" * 3000,
        ]
    ),
    st.text(st.characters(), max_size=30),
)  # fmt: skip


@settings(max_examples=40)
@given(HOSTILE, HOSTILE)
def test_whatever_a_site_is_called_is_shown_and_never_run(analysis: Analysis, name: str, label: str) -> None:
    made = hostile(analysis, name, label)
    html = render_html(made, TO)
    assert [one for one in faults(html) if "Gmail" not in one] == []
    text = render_text(made, TO)
    assert "\r" not in text and "\x1b" not in text and "\x00" not in text
    assert "\n" not in made.subject and "\r" not in made.subject


def hostile(analysis: Analysis, name: str, label: str) -> Content:
    other = Analysis(analysis.folder)
    other.data = {**analysis.data, "name": name, "notes": [label]}
    other.data["labels"] = [LABELS[0], {**LABELS[1], "name": label}]
    assert WEEK is not None
    return make_content(
        other,
        mail(reports=["overview", "pages", "referrers"], introduction=label.encode("utf-8", "replace").decode()),
        WEEK,
    )


def test_words_that_look_like_attributes_are_shown_and_only_tables_of_numbers_have_a_class(analysis: Analysis) -> None:
    looks = 'a class="note" <b class="x">'
    html = render_html(hostile(analysis, looks, looks), TO)
    assert html.count('a class="note" &lt;b class="x"&gt;') > 3, "in texts"
    classes = re.findall(r'<[a-z0-9]+[^<>]* class="([^"]*)"', html)
    assert set(classes) == {"data"} and len(classes) == html.count('cellpadding="4"')


def test_a_subject_is_one_line_whatever_it_is_made_of() -> None:
    assert WEEK is not None
    assert subject_of("{name}: {period}", "A\r\nBcc: b@c.test", WEEK, partial=False) == "A Bcc: b@c.test: Week 9, 2026"
    assert subject_of("{name!r} {0} {x}", "n", WEEK, partial=True) == "{name!r} {0} {x} (partial)"


def test_paragraphs_are_apart_by_empty_lines() -> None:
    assert paragraphs("\r\nA\r\nb\n\n\n\nC\n") == ("A\nb", "C")
    assert paragraphs(" \n\n ") == ()


def test_an_empty_report_says_why_and_a_period_without_lines_that_there_are_none(
    tmp_path: Path, analysis: Analysis
) -> None:
    (screens,) = [one for one in content(analysis).sections if one.id == "screens"]
    assert screens.grids == () and "collector" in screens.empty
    later = named("week", "2026-W20")
    assert later is not None
    made = make_content(analysis, mail(), later)
    assert made.sections == () and made.news.startswith("No visits in this week.")
    assert faults(render_html(made, TO)) == []


def test_notes_of_the_period_stand_at_the_end(tmp_path: Path) -> None:
    folder = write_analysis(tmp_path / "a", days_from(FIRST, 14))
    change_description(folder, notes=["Of <all>."])
    made = content(Analysis(folder))
    assert made.notes == ("Of <all>.",)
    assert "Of &lt;all&gt;." in render_html(made, TO)
