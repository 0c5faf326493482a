"""What one line is, for each format, as the definition reads it; and which format lines have."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from parser.detect import Detection, choose, detect
from parser.read import read_line
from parser.records import Record, Reject
from parser.rejects import REASONS
from parser.robots import is_robot
from shared.errors import Misconfigured, Rejected
from tests.line_cases import CHROME, NCSA, NLF, NLF_FIELDS, NLF_HEAD, NLF_LINE, W3C, W3C_FIELDS, combined, read_header


@pytest.mark.parametrize(("line", "expected"), NCSA.values(), ids=list(NCSA))
def test_ncsa(line: str, expected: Record) -> None:
    assert read_line("combined", line) == expected
    assert read_line("common", line) == expected


@pytest.mark.parametrize(("header", "line", "expected"), W3C.values(), ids=list(W3C))
def test_w3c(header: str, line: str, expected: Record) -> None:
    assert read_line("w3c", line, read_header(header)) == expected


@pytest.mark.parametrize(("line", "expected"), NLF.values(), ids=list(NLF))
def test_nlf(line: str, expected: Record) -> None:
    assert read_line("nlf", line, read_header(NLF_HEAD + NLF_FIELDS)) == expected


# Detection


SAMPLES = {
    "combined": [combined()],
    "common": ['127.0.0.1 - frank [10/Oct/2000:13:55:36 -0700] "GET /apache_pb.gif HTTP/1.0" 200 2326'],
    "w3c": [W3C_FIELDS, "2026-03-01 12:00:00 192.0.2.7 GET / - 200"],
    "nlf": [NLF_HEAD.strip(), NLF_FIELDS, NLF_LINE],
}


@pytest.mark.parametrize("name", SAMPLES)
def test_each_format_is_known_by_its_content(name: str) -> None:
    lines = SAMPLES[name]
    assert detect(lines, "any.name") == Detection(name, 1.0, sum(not line.startswith("#") for line in lines))
    assert choose("auto", lines, "any.name").format == name


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param(["nonsense"] * 60 + [combined()] * 40, Detection("combined", 0.4, 100), id="mostly fragments"),
        pytest.param(["nonsense"] * 99 + [combined()], Detection("combined", 0.01, 100), id="one line of a hundred"),
        pytest.param(["", " ", combined()], Detection("combined", 1.0, 1), id="blank lines are not counted"),
        pytest.param([combined(rest='200 5 "-" "-"')], Detection("combined", 1.0, 1), id="combined without values"),
        pytest.param([W3C_FIELDS], Detection("w3c", 0.0, 0), id="a header alone"),
        pytest.param([NLF_HEAD.strip(), NLF_FIELDS], Detection("nlf", 0.0, 0), id="a header of ours alone"),
        pytest.param(
            [*SAMPLES["w3c"], SAMPLES["w3c"][1], combined()], Detection("w3c", 2 / 3, 3), id="mixed, mostly W3C"
        ),
        pytest.param([], Detection("combined", 0.0, 0), id="no lines"),
        pytest.param(["", "  "], Detection("combined", 0.0, 0), id="blank lines alone"),
    ],
)
def test_the_format_that_reads_most_is_chosen(lines: list[str], expected: Detection) -> None:
    assert detect(lines, "a.log") == expected


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param(["nonsense"], id="nonsense"),
        pytest.param(["nonsense"] * 100 + [combined()], id="only beyond the first hundred"),
        pytest.param(["#Version: 1.0", "2026-03-01 12:00:00 192.0.2.7 / 200"], id="W3C without #Fields:"),
    ],
)
def test_a_file_of_no_known_format_is_rejected_with_its_first_line(lines: list[str]) -> None:
    with pytest.raises(Rejected, match=r"a\.log") as caught:
        detect(lines, "a.log")
    assert caught.value.reason == "format_unknown"
    assert lines[0][:100] in str(caught.value)


def test_a_format_named_in_the_settings_is_taken_without_looking() -> None:
    assert choose("w3c", SAMPLES["combined"], "a.log").format == "w3c"
    with pytest.raises(Misconfigured, match="nlf, cloudfront, w3c"):
        choose("apache", SAMPLES["combined"], "a.log")


def test_every_reason_of_a_reject_occurs() -> None:
    records = [one for _, one in NCSA.values()] + [one for *_, one in W3C.values()] + [one for _, one in NLF.values()]
    occurring = {one.reason for one in records if isinstance(one, Reject)} | {"too_long"}
    assert occurring == set(REASONS)


# Robots


@pytest.mark.parametrize(
    "agent",
    [
        None,
        "",
        "  ",
        "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
        "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
        "msnbot/2.0b (+http://search.msn.com/msnbot.htm)",
        "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://openai.com/gptbot)",
        "curl/7.54.0",
        "Wget/1.21",
        "python-requests/2.28.1",
        "Go-http-client/1.1",
        "Some-New-Crawler/0.1",
        "Mozilla/5.0 (compatible; NobodyKnowsThisBot/1.0)",
        "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
    ],
)
def test_a_crawler_or_an_empty_agent_is_a_robot(agent: str | None) -> None:
    assert is_robot(agent)


@pytest.mark.parametrize(
    "agent",
    [
        CHROME,
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0",
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1",
        "Mozilla/5.0 (Linux; Android 10; CUBOT X19) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Mobile Safari/537.36",
        "Mozilla/4.0 (compatible; MSIE 6.0; Windows NT 5.1)",
        "Opera/9.80 (Windows NT 6.1) Presto/2.12.388 Version/12.18",
        "Mozilla/4.5 [en] (WinNT; I)",
    ],
)
def test_a_browser_is_no_robot(agent: str) -> None:
    assert not is_robot(agent)


def test_every_listed_crawler_is_a_robot(shared_data: Path) -> None:
    entries = json.loads((shared_data / "suites" / "crawler-user-agents" / "crawler-user-agents.json").read_text())
    missed = [agent for entry in entries for agent in entry["instances"] if not is_robot(agent)]
    assert len(entries) > 500
    assert missed == []
