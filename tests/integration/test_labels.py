"""Labels: every criterion, joined and inverse, on a few visits made by hand."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from analyzer.analysis import analyze
from analyzer.earlier import put_earlier
from analyzer.engine import Engine
from analyzer.folders import Folder
from analyzer.inputs import AnalysisInputs, Source
from analyzer.load import by_start
from analyzer.prepare import prepare
from analyzer.stage import inputs_digest
from analyzer.state import known_as
from analyzer.window import EVERYTHING
from shared.dataset_settings import DatasetSettings
from shared.site import Site, Subdomain
from tests.integration.analysed import read_report
from tests.oracle.sources import PHONE, STRANGE, WINDOWS, write_source

SUNDAY = datetime(2026, 3, 1)
FUNNEL = {
    "id": "buy",
    "stages": [
        {"name": "Read", "groups": [{"name": "Blog", "pages": {"starts_with": "/blog/"}}]},
        {"name": "Cart", "groups": [{"name": "Cart", "pages": {"equals": "/cart"}}]},
        {"name": "Thanks", "groups": [{"name": "Thanks", "pages": {"equals": "/thanks"}}]},
    ],
}
ANNA = {"address": "85.214.1.1", "agent": WINDOWS, "language": "de-DE,de;q=0.9", "cookie": "member=gold; pid=1"}
BOB = {"address": "8.8.8.8", "agent": PHONE}
CARL = {"address": "192.0.2.214", "agent": STRANGE}
DORA = {"address": "2001:4860:4860::8888", "agent": WINDOWS}


def hit(person: dict[str, Any], after: timedelta, path: str, **more: Any) -> dict[str, Any]:
    path, _, query = path.partition("?")
    told = {"method": "GET", "host": "www.fruit.test", "path": path, "query": query or None, "status": 200, "bytes": 1}
    return {"ts": SUNDAY + after, **told, **person, **more}


def at(days: int, hours: int, seconds: float = 0) -> timedelta:
    return timedelta(days=days, hours=hours, seconds=seconds)


HITS = [
    # anna, Sunday at 8: searches, reads, buys, in 60.5 seconds.
    hit(ANNA, at(0, 8), "/landing?src=a&v=b%20c&none=", referrer="https://www.google.com/search?q=red+apples"),
    hit(ANNA, at(0, 8, 10), "/blog/apples", custom="plan=gold%21&none=", screen="1920x1080", cookie="member=silver"),
    hit(ANNA, at(0, 8, 60.5), "/thanks", order_total="10.50", order_id="F1"),
    # bob, Sunday at 23: nothing but one page, and a file past midnight.
    hit(BOB, at(0, 23, 3599), "/", cookie="member="),
    hit(BOB, at(1, 0, 1), "/price.pdf"),
    # carl, Monday at 0: comes from a site, looks in vain, leaves for his bank.
    hit(CARL, at(1, 0), "/cart", referrer="https://a.example/x?ref=q%20z&none=#f"),
    hit(CARL, at(1, 0, 2), "/nothing", status=404),
    hit(CARL, at(1, 0, 3), "/cart", method="EXIT", exit_url="https://bank.test/pay", custom="plan=none"),
    hit(CARL, at(1, 0, 4), "/gone", status=410),
    # dora, Monday and Tuesday: an assistant sends her, on a campaign.
    hit(DORA, at(1, 9), "/blog/pears?utm_campaign=spring", referrer="https://chatgpt.com/"),
    hit(DORA, at(2, 9), "/cart"),
]
VISITS = {SUNDAY + at(0, 8): "anna", SUNDAY + at(0, 23, 3599): "bob", SUNDAY + at(1, 0): "carl",
          SUNDAY + at(1, 9): "dora", SUNDAY + at(2, 9): "dora again"}  # fmt: skip
EVERYBODY = set(VISITS.values())

CASES: list[tuple[dict[str, Any], set[str]]] = [
    ({"referrer": {"contains": "a.example"}}, {"carl"}),
    ({"referrer": {"equals": "https://a.example/x?ref=q%20z&none="}}, {"carl"}),
    ({"referrer": {"starts_with": "https://www.fruit"}}, set()),
    ({"referrer": {"parameter": "ref", "equals": "q z"}}, {"carl"}),
    ({"referrer": {"parameter": "q", "contains": "apples"}}, {"anna"}),
    ({"referrer": {"parameter": "none", "regex": ""}}, set()),
    ({"search_engine": {"any_of": ["Google", "Bing"]}}, {"anna"}),
    ({"search_term": {"ends_with": "apples"}}, {"anna"}),
    ({"search": True}, {"anna"}),
    ({"search": False}, EVERYBODY - {"anna"}),
    ({"ai": True}, {"dora"}),
    ({"channel": {"equals": "direct"}}, {"bob", "dora again"}),
    ({"channel": {"equals": "campaign"}}, {"dora"}),
    ({"campaign": {"equals": "spring"}}, {"dora", "dora again"}),
    ({"entry_page": {"equals": "/cart"}}, {"carl", "dora again"}),
    ({"saw_page": {"starts_with": "/blog/"}}, {"anna", "dora"}),
    ({"saw_page": {"equals": "/nothing"}}, set()),
    ({"exit_page": {"regex": "^/(thanks|cart)$"}}, {"anna", "carl", "dora again"}),
    ({"exit_link": {"contains": "bank"}}, {"carl"}),
    ({"cookie": {"name": "member"}}, {"anna"}),
    ({"cookie": {"name": "member", "value": {"equals": "silver"}}}, {"anna"}),
    ({"cookie": {"name": "member", "value": {"equals": "silver"}, "first_page": True}}, set()),
    ({"cookie": {"name": "member", "first_page": True}}, {"anna"}),
    ({"parameter": {"name": "v", "value": {"equals": "b c"}}}, {"anna"}),
    ({"parameter": {"name": "utm_campaign"}}, {"dora"}),
    ({"parameter": {"name": "none"}}, set()),
    ({"custom": {"name": "plan", "value": {"equals": "gold!"}}}, {"anna"}),
    ({"custom": {"name": "plan"}}, {"anna", "carl"}),
    ({"custom": {"name": "none"}}, set()),
    ({"country": {"any_of": ["DE", "AT"]}}, {"anna"}),
    ({"country": {"regex": ".*"}}, EVERYBODY - {"carl"}),
    ({"language": {"starts_with": "de"}}, {"anna"}),
    ({"browser": {"equals": "Mobile Safari"}}, {"bob"}),
    ({"os": {"starts_with": "Win"}}, {"anna", "dora", "dora again"}),
    ({"device": {"equals": "other"}}, {"carl"}),
    ({"weekday": {"min": 6}}, {"anna", "bob"}),
    ({"weekday": {"max": 1}}, {"carl", "dora"}),
    ({"hour": {"min": 8, "max": 9}}, {"anna", "dora", "dora again"}),
    ({"revenue": {"min": 10.5}}, {"anna"}),
    ({"revenue": {"min": 10.51}}, set()),
    ({"page_views": {"max": 2}}, EVERYBODY - {"anna"}),
    ({"seconds": {"min": 60.5}}, {"anna"}),
    ({"seconds": {"min": 60.6}}, set()),
    ({"short": True}, EVERYBODY - {"anna"}),
    ({"short": False}, {"anna"}),
    ({"visitor": "returning"}, {"dora again"}),
    ({"visitor": "new"}, EVERYBODY - {"dora again"}),
    ({"status": {"min": 404, "max": 404}}, {"carl"}),
    ({"status": {"min": 410}}, set()),  # after his last event
    ({"funnel_stage": {"name": "buy", "value": {"equals": "Cart"}}}, {"carl", "dora again"}),
    ({"funnel_stage": {"name": "buy"}}, EVERYBODY - {"bob"}),
    ({"label": "all"}, EVERYBODY),
    ({"all": []}, EVERYBODY),
    ({"any": []}, set()),
    ({"all": [{"weekday": {"min": 7}}, {"any": [{"search": True}, {"ai": True}]}]}, {"anna"}),
    ({"any": [{"all": [{"short": True}, {"hour": {"min": 23}}]}, {"ai": True}]}, {"bob", "dora"}),
]  # fmt: skip
ADDRESSES: list[tuple[dict[str, Any], set[str]]] = [
    ({"equals": "192.0.2.214"}, {"carl"}),
    ({"equals": "192.0.2.21"}, set()),
    ({"equals": "192.0.2.*"}, {"carl"}),
    ({"any_of": ["192.0.2.214-219", "8.*"]}, {"bob", "carl"}),
    ({"equals": "192.0.1.250-192.0.3.1"}, {"carl"}),
    ({"equals": "192.0.2.1-213"}, set()),
    ({"equals": "192.0.0.0/22"}, {"carl"}),
    ({"equals": "0.0.0.0/0"}, {"anna", "bob", "carl"}),
    ({"any_of": ["2001:4860::/32", "85.214.0.0/255.255.0.0"]}, {"anna", "dora", "dora again"}),
    ({"starts_with": "192."}, {"carl"}),
    ({"equals": "no address"}, set()),
]
CASES += [({"address": match}, expected) for match, expected in ADDRESSES]


def inputs_of(source: Source, **settings: Any) -> AnalysisInputs:
    chosen = DatasetSettings.model_validate({"dataset": {"hosts": ["www.fruit.test"]}, "funnels": [FUNNEL], **settings})
    return AnalysisInputs("d", "d", chosen, Site(), (source,), "tests", chosen.digest())


def source_in(folder: Path, hits: list[dict[str, Any]] = HITS) -> Source:
    ordered = [{**one, "line": line} for line, one in enumerate(sorted(hits, key=lambda one: one["ts"]), start=1)]
    return write_source(folder / "parsed", ordered)


def carried(folder: Path, inputs: AnalysisInputs) -> dict[str, set[str]]:
    """The visits of each label."""
    query = "SELECT label, list(first_ts) FROM labels LEFT JOIN membership USING (label) LEFT JOIN visits USING (visit) GROUP BY label"
    with Engine(folder / "spill", memory_limit_mb=512, threads=2) as engine:
        put_earlier(engine, None)
        prepare(engine, inputs, known_as(by_start(inputs.sources), ()), EVERYTHING, lambda: None)
        found = {label: [VISITS[one] for one in times if one is not None] for label, times in engine.rows(query)}
    assert all(len(visits) == len(set(visits)) for visits in found.values())
    return {label: set(visits) for label, visits in found.items()}


@pytest.fixture(scope="module")
def every_case(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, set[str]]]:
    """What carries a label of each criterion, and of its opposite, all joined in one pass."""
    folder = tmp_path_factory.mktemp("labels")
    labels: list[dict[str, Any]] = [{"id": f"l{number}", "match": match} for number, (match, _) in enumerate(CASES)]
    labels += [{**label, "id": f"not-{label['id']}", "inverse": True} for label in labels]
    yield carried(folder, inputs_of(source_in(folder), labels=labels))


@pytest.mark.parametrize("number", range(len(CASES)), ids=[str(match) for match, _ in CASES])
def test_each_criterion_finds_its_visits_and_inverse_all_others(every_case: dict[str, set[str]], number: int) -> None:
    _, expected = CASES[number]
    assert every_case[f"l{number}"] == expected
    assert every_case[f"not-l{number}"] == EVERYBODY - expected


def test_labels_may_be_built_on_labels_that_come_later(tmp_path: Path) -> None:
    labels = [
        {"id": "neither", "match": {"any": [{"label": "search"}, {"label": "rest"}]}, "inverse": True},
        {"id": "rest", "match": {"all": [{"label": "unsearched"}, {"short": True}]}},
        {"id": "unsearched", "match": {"label": "search"}, "inverse": True},
        {"id": "search", "match": {"search": True}},
    ]
    found = carried(tmp_path, inputs_of(source_in(tmp_path), labels=labels))
    assert found["search"] == {"anna"}
    assert found["unsearched"] == found["rest"] == EVERYBODY - {"anna"}
    assert found["neither"] == set()
    assert found["all"] == EVERYBODY


def test_with_several_hosts_a_page_fits_with_or_without_its_host(tmp_path: Path) -> None:
    subdomains = (Subdomain("SUBDOMAIN1", "www", ("www.fruit.test",)), Subdomain("SUBDOMAIN2", "m", ("m.fruit.test",)))
    matches = ["/cart", "www.fruit.test/cart", "m.fruit.test/cart"]
    labels = [{"id": f"l{n}", "match": {"saw_page": {"equals": page}}} for n, page in enumerate(matches)]
    inputs = inputs_of(source_in(tmp_path), labels=labels)
    found = carried(tmp_path, replace(inputs, site=Site("", (), subdomains)))
    assert found["l0"] == found["l1"] == {"carl", "dora again"}
    assert found["l2"] == set()


def test_a_cookie_can_be_asked_for_where_cookies_tell_visitors_apart(tmp_path: Path) -> None:
    labels = [{"id": "gold", "match": {"cookie": {"name": "member", "value": {"equals": "gold"}}}}]
    inputs = inputs_of(source_in(tmp_path), labels=labels)
    subdomain = Subdomain("SUBDOMAIN1", "www", persistent_cookie="pid")
    assert carried(tmp_path, replace(inputs, site=Site("", (), (subdomain,))))["gold"] == {"anna"}


def test_a_changed_label_is_a_new_analysis_of_the_same_hits(tmp_path: Path) -> None:
    source = source_in(tmp_path)
    label = {"id": "search", "match": {"search": True}}
    digests = {
        inputs_digest(inputs_of(source, labels=labels))
        for labels in ([], [label], [{**label, "inverse": True}], [{**label, "match": {"search": False}}])
    }
    assert len(digests) == 4
    assert inputs_digest(inputs_of(source, labels=[label])) in digests


def test_every_report_has_the_labels_except_where_they_are_hidden(tmp_path: Path) -> None:
    labels = [
        {"id": "search", "name": "Searched", "match": {"search": True}},
        {"id": "blue", "color": "#0072b2", "match": {"search": False}, "hide_in": ["hours", "labels"]},
    ]
    out = tmp_path / "out"
    out.mkdir()
    inputs = inputs_of(source_in(tmp_path), labels=labels)
    analyze(inputs, out, memory_limit_mb=512, threads=2, temp_dir=tmp_path)

    def labels_in(report: str, column: str = "label") -> set[str]:
        return set(read_report(out, report)[column].to_pylist())

    for report in ("overview", "trend", "pages", "countries", "technology"):
        assert labels_in(report) == {"all", "search", "blue"}
    assert labels_in("hours") == {"all", "search"}
    if Folder(out).reports("labels"):
        assert labels_in("labels") == labels_in("labels", "other") == {"all", "search"}


def test_labels_without_a_colour_get_those_that_none_has_chosen(tmp_path: Path) -> None:
    labels = [
        {"id": "one", "match": {"search": True}},
        {"id": "two", "name": "Second", "color": "#0072b2", "match": {"search": True}, "hide_in": ["pages"]},
        *({"id": f"more{n}", "match": {"search": True}} for n in range(7)),
    ]
    out = tmp_path / "out"
    out.mkdir()
    analyze(inputs_of(source_in(tmp_path), labels=labels), out, memory_limit_mb=512, threads=2, temp_dir=tmp_path)
    told = json.loads((out / "analysis.json").read_text())["labels"]
    assert told[:3] == [
        {"id": "all", "name": "All visitors", "color": None, "hide_in": []},
        {"id": "one", "name": "one", "color": "#D55E00", "hide_in": []},
        {"id": "two", "name": "Second", "color": "#0072b2", "hide_in": ["pages"]},
    ]
    colors = [label["color"] for label in told]
    assert colors[3:5] == ["#009E73", "#CC79A7"]
    assert colors[9] == "#D55E00"  # after the last comes the first
