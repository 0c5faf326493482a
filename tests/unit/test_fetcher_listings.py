"""Listings that no honest server writes."""

from datetime import UTC, datetime
from time import perf_counter

from fetcher.ftp_lines import read_list_line
from fetcher.listings import read_html
from fetcher.source import Entry


def test_a_size_beyond_number_is_no_size() -> None:
    digits = "9" * 5000
    assert read_list_line(f"-rw-r--r-- 1 ann users {digits} Mar 11 10:00 a.log") == Entry("a.log", False, None)
    assert read_list_line(f"03-11-26  10:00AM {digits} a.log") == Entry("a.log", False, None)
    assert read_list_line("03-11-26  10:00AM 512 a.log") == Entry("a.log", False, 512)


def test_a_page_with_all_its_links_in_one_row_takes_no_longer_than_its_length() -> None:
    links = "".join(f"<td><a href=a{at}>a</a></td>" for at in range(5_000))
    began = perf_counter()
    entries = read_html(
        f"<table><tr>{links}<td>11-Mar-2026 10:00</td></tr></table>".encode(), "https://fruit.test/logs/"
    )
    assert [entry.name for entry in entries] == [f"a{at}" for at in range(5_000)]
    assert perf_counter() - began < 20


def test_two_links_of_a_row_have_its_date_and_size() -> None:
    page = "<table><tr><td><a href=a.log>a</a></td><td><b><a href=b.log>b</a></b></td><td>2026-03-11 10:00</td><td>12</td></tr></table>"
    entries = read_html(page.encode(), "https://fruit.test/logs/")
    assert [entry.modified for entry in entries] == [datetime(2026, 3, 11, 10, 0, tzinfo=UTC)] * 2
