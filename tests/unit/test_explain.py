"""``proprocessor explain``: what a person and a program are told."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from console.cli import make_app

LINE = (
    '192.0.2.7 - - [17/May/2015:10:05:03 +0000] "GET /a/../b?z=1&utm_campaign=x HTTP/1.1" 200 203 '
    '"https://www.google.de/search?q=apples" "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"'
)


def explained(*arguments: str, stdin: str | bytes | None = None) -> list[dict[str, Any]]:
    done = CliRunner().invoke(
        make_app("explain"), ["explain", *arguments, "--json"], input=stdin, catch_exceptions=False
    )
    assert done.exit_code == 0, done.output
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_an_agent_is_explained() -> None:
    (row,) = explained("agent", "Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)")
    assert (row["robot"], row["name"], row["purpose"]) == (True, "AhrefsBot", "seo")
    assert {"value", "rule", "browser", "browser_version", "os", "device"} <= set(row)


def test_a_referrer_is_explained_with_its_channel_and_own_hosts() -> None:
    found, own = explained(
        "referrer", "https://www.google.de/search?q=apples", "https://www.shop.test/", "--host", "shop.test"
    )
    assert (found["medium"], found["source"], found["term"], found["channel"]) == (
        "search",
        "Google",
        "apples",
        "search",
    )
    assert (own["medium"], own["channel"]) == ("internal", "direct")


def test_addresses_are_explained() -> None:
    rows = explained("address", "8.8.8.8", "10.0.0.1", "nobody")
    assert [row["country"] for row in rows] == ["US", None, None]
    assert all(row["rule"] for row in rows)


def test_pages_are_explained_by_the_settings_of_a_data_set(tmp_path: Path) -> None:
    settings = tmp_path / "shop.toml"
    settings.write_text('[pages]\ndefault_pages = ["index.html"]\n[exclude]\npages = [{ starts_with = "/admin" }]\n')
    values = ["https://shop.test/x/index.html?b=1&a=2", "/site.css", "/a.PDF?x", "/robots.txt", "/admin/"]
    rows = explained("page", *values, "--settings", str(settings))
    assert [row["kind"] for row in rows] == ["page", "static", "download", "robots", "excluded"]
    assert rows[0]["page"] == "/x/?a=2&b=1"


def test_a_line_is_explained_with_all_that_is_in_it() -> None:
    (row,) = explained("line", LINE)
    assert (row["kind"], row["reason"], row["format"]) == ("hit", None, "combined")
    assert (row["ts"], row["address"], row["path"], row["status"]) == (
        "2015-05-17T10:05:03Z",
        "192.0.2.7",
        "/a/../b",
        200,
    )
    assert (row["page"], row["page_kind"], row["campaign"], row["channel"]) == ("/b?z=1", "page", "x", "campaign")
    assert (row["robot"], row["browser"], row["os"], row["device"]) == (False, "Firefox", "Linux", "desktop")
    assert (row["medium"], row["source"], row["term"], row["country"]) == ("search", "Google", "apples", None)
    assert set(row["rules"]) == {"page", "agent", "referrer", "country"}


def test_a_line_that_is_no_hit_says_why() -> None:
    rows = explained("line", stdin=f"{LINE}\nrubbish\n\n")
    assert [(row["kind"], row["reason"]) for row in rows] == [("hit", None), ("reject", "shape"), ("directive", None)]
    (row,) = explained("line", "rubbish")
    assert (row["kind"], row["reason"], row["format"]) == ("reject", "shape", "combined")


def test_a_header_holds_for_the_lines_behind_it() -> None:
    rows = explained(
        "line",
        stdin="#Fields: date time c-ip cs-method cs-uri-stem sc-status\n2016-01-10 00:07:26 192.0.2.7 GET /a 200\n",
    )
    assert [row["kind"] for row in rows] == ["directive", "hit"]
    assert (rows[1]["format"], rows[1]["path"]) == ("w3c", "/a")


def test_standard_input_gives_one_answer_a_line_even_for_empty_and_broken_ones() -> None:
    rows = explained("agent", stdin=b"curl/8.5.0\r\n\nbroken \xff\n")
    assert [row["value"] for row in rows] == ["curl/8.5.0", "", "broken ÿ"]
    assert [row["robot"] for row in rows] == [True, True, False]


def test_a_person_sees_no_control_characters() -> None:
    done = CliRunner().invoke(make_app("explain"), ["explain", "agent", "\x1b[31m curl-8.5.0 bot"])
    assert done.exit_code == 0
    assert "\x1b" not in done.stdout
    assert "name" in done.stdout


def test_files_of_the_users_are_used(tmp_path: Path) -> None:
    table = tmp_path / "mine.tsv"
    table.write_text("partner.test\tPartner\tsocial\n")
    (row,) = explained("referrer", "https://partner.test/", "--referrers", str(table))
    assert (row["source"], row["rule"]) == ("Partner", "mine.tsv: partner.test")


@pytest.mark.parametrize("arguments", [["nonsense", "x"], []])
def test_what_is_not_known_is_an_error_of_usage(arguments: list[str]) -> None:
    assert CliRunner().invoke(make_app("explain"), ["explain", *arguments]).exit_code == 2
