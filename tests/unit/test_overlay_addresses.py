"""Which addresses are asked, which page an address is, and what a period says of links."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporter.inside import refusal
from reporter.model import Analysis, Column, Report
from reporter.overlay import numbers
from reporter.overlay.addresses import Addresses, Target
from reporter.overlay.numbers import numbers_of
from reporter.rows import Coded, Row, Rows
from shared.dataset_settings import DatasetSettings
from shared.errors import Misconfigured
from shared.pages import Origins
from shared.site import Site, Subdomain

PUBLIC = ["8.8.8.8", "93.184.216.34", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]
PRIVATE = [
    "127.0.0.1", "127.9.9.9", "10.0.0.1", "172.16.3.4", "192.168.1.1", "100.64.0.1", "192.0.2.1", "198.18.0.1", "::1", "fd00::1", "fc00::1",
    "2001:db8::1", "::ffff:10.0.0.1", "2002:7f00:1::", "64:ff9b::7f00:1", "64:ff9b:1::a00:1", "::7f00:1",
]  # fmt: skip
NEVER = [
    "0.0.0.0", "::", "169.254.169.254", "fe80::1", "fe80::1%eth0", "224.0.0.1", "239.1.1.1", "ff02::1", "255.255.255.255", "240.0.0.1",
    "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe", "2002:a9fe:a9fe::", "::ffff:0.0.0.0", "nonsense", "", "1.2.3", "0x7f.1",
]  # fmt: skip


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are_asked(address: str) -> None:
    assert refusal(address, allow_private=False) is refusal(address, allow_private=True) is None


@pytest.mark.parametrize("address", PRIVATE)
def test_private_addresses_are_not_unless_allowed(address: str) -> None:
    assert "private" in (refusal(address, allow_private=False) or "")


@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.1", "192.168.1.1", "::1", "fd00::1"])
def test_private_addresses_are_asked_where_that_is_allowed(address: str) -> None:
    assert refusal(address, allow_private=True) is None


@pytest.mark.parametrize("address", NEVER)
def test_what_is_no_web_server_is_never_asked(address: str) -> None:
    assert refusal(address, allow_private=False) and refusal(address, allow_private=True)


def addresses(site: Site | None = None, **settings: Any) -> Addresses:
    given = {"dataset": {"hosts": ["www.shop.test"]}} | settings
    return Addresses(DatasetSettings.model_validate(given), site or Site(), ())


TWO = Site(
    "www.shop.test",
    ("www.shop.test", "shop.test", "blog.shop.test"),
    (
        Subdomain(
            "SUBDOMAIN1", "www", ("www.shop.test", "shop.test"), case_sensitive=False, default_pages=("index.html",)
        ),
        Subdomain("SUBDOMAIN2", "blog", ("blog.shop.test",)),
    ),
)


def test_the_base_is_the_setting_or_the_first_host() -> None:
    assert addresses().base == "https://www.shop.test"
    assert addresses(overlay={"base": "http://127.0.0.1:8000/"}).base == "http://127.0.0.1:8000"
    assert addresses(TWO, dataset={}).base == "https://www.shop.test"
    with pytest.raises(Misconfigured, match=r"\[overlay\] base"):
        addresses(dataset={})


@pytest.mark.parametrize(
    "base",
    [
        "ftp://x.test",
        "www.x.test",
        "http://",
        "http://u:p@x.test",
        "http://x.test/shop",
        "http://x.test:0",
        "http://x.test:99999",
        "javascript:1",
    ],
)
def test_a_base_that_is_no_site_is_a_fault_of_the_settings(base: str) -> None:
    with pytest.raises(ValueError, match="address of a site"):
        DatasetSettings.model_validate({"overlay": {"base": base}})


@pytest.mark.parametrize(
    ("page", "url"),
    [
        ("/", "https://www.shop.test/"),
        ("/a b?q=ü#x", "https://www.shop.test/a%20b?q=%C3%BC%23x"),
        ("/%C3%BC", "https://www.shop.test/%C3%BC"),
        ("//evil.test/x", "https://www.shop.test/evil.test/x"),
        ("/\\evil.test", "https://www.shop.test/%5Cevil.test"),
        ("/<script>", "https://www.shop.test/%3Cscript%3E"),
        ("*", None), ("", None), ("evil.test/x", None), ("@evil.test/", None),
    ],
)  # fmt: skip
def test_a_page_lies_at_the_site_whatever_it_is_called(page: str, url: str | None) -> None:
    assert addresses().url_of(page) == url


def test_with_several_hosts_a_page_names_its_own() -> None:
    found = addresses(TWO, dataset={})
    assert found.url_of("blog.shop.test/x") == "https://blog.shop.test/x"
    assert found.target_of("https://shop.test/A/Index.html") == Target("page", "www.shop.test/a/")
    assert found.target_of("https://BLOG.shop.test/A") == Target("page", "blog.shop.test/A")
    assert found.why_not("https://evil.test/", asset=False) == "evil.test is no host of the data set"


@given(
    st.text(max_size=30), st.sampled_from(["", "/", "//evil.test", "/\\evil.test", "@evil.test/", "/@evil.test:80/"])
)
def test_whatever_a_page_is_called_it_is_fetched_from_the_site(page: str, before: str) -> None:
    found = addresses()
    url = found.url_of(f"{before}{page}")
    assert url is None or (url.startswith("https://www.shop.test/") and found.why_not(url, asset=False) is None)


def test_a_host_that_only_a_log_names_is_not_asked() -> None:
    found = addresses(TWO, dataset={})
    url = found.url_of("evil.test/x")
    assert url == "https://evil.test/x" and found.why_not(url, asset=False) == "evil.test is no host of the data set"


@given(st.text(max_size=30).map(lambda text: f"/{text}"))
def test_a_link_is_the_page_that_the_analyzer_counts(asked: str) -> None:
    rules = Origins(Site(), DatasetSettings()).rules_of("", None)
    found = addresses()
    path, _, query = asked.partition("?")  # as the parser cuts it
    url = found.url_of(rules.page_of(path, query).page)
    assert url is not None
    target = found.target_of(url)
    if target is not None and target.kind == "page":
        assert addresses().url_of(target.name) == url


def test_only_the_sites_ports_and_hosts_are_asked() -> None:
    found = addresses(overlay={"base": "http://127.0.0.1:8000", "asset_hosts": ["static.shop-cdn.test"]})
    assert found.why_not("http://127.0.0.1:8000/x", asset=False) is None
    assert found.why_not("http://127.0.0.1:6379/x", asset=False) == "port 6379 is not the site's"
    assert found.why_not("https://static.shop-cdn.test/x.css", asset=True) is None
    assert found.why_not("https://static.shop-cdn.test/x", asset=False)
    assert found.why_not("https://other-cdn.test/x.css", asset=True)


# --- Numbers


COLUMNS = ("clicks", "share")
LABELS = [
    {"id": "all", "name": "All visitors", "color": None, "hide_in": []},
    {"id": "paid", "name": "Paid", "color": "#0072B2", "hide_in": []},
    {"id": "secret", "name": "Hidden", "color": "#D55E00", "hide_in": ["paths"]},
]


def report(id: str, dimensions: tuple[str, ...], measures: tuple[str, ...], rows: list[Row]) -> Report:
    columns = tuple(Column(one, one, f"What {one} is.", "count") for one in measures)
    plain = Rows.of(rows, len(dimensions), measures)
    # As they are read: of each column every value once.
    keys = [Coded.of_equal([row.key[at] for row in rows]) for at in range(len(dimensions))]
    read = Rows(keys, plain.labels, plain.measures, plain.starts)
    return Report(id, id, id, "Behaviour", tuple(Column(one, one, "") for one in dimensions), columns, read, {})


def path(page: str, direction: str, other: str, **by_label: tuple[int, float]) -> Row:
    return Row(
        (page, direction, other), {name: dict(zip(COLUMNS, values, strict=True)) for name, values in by_label.items()}
    )


def viewed(page: str, **views: int) -> Row:
    return Row((page,), {name: {"views": value} for name, value in views.items()})


@pytest.fixture
def analysis(tmp_path: Path) -> Analysis:
    data = {"labels": LABELS, "periods": [], "reports": []}
    (tmp_path / "analysis.json").write_text(json.dumps(data))
    return Analysis(tmp_path)


REPORTS = {
    "pages": report("pages", ("page",), ("views",), [viewed("/a", all=3), viewed("/", all=10, paid=4), viewed("/b", all=3, secret=1)]),
    "paths": report(
        "paths",
        ("page", "direction", "other"),
        COLUMNS,
        [
            path("/", "next", "/a", all=(3, 0.3), paid=(1, 0.25)),
            path("/", "next", "/b", all=(1, 1 / 3), secret=(1, 1.0)),
            path("/", "next", "(exit)", all=(6, 0.6)),
            path("/", "previous", "(entry)", all=(9, 0.9)),
            path("/a", "next", "/", all=(1, 1 / 3)),
        ],
    ),
    "exit_links": report(
        "exit_links", ("url",), ("clicks",),
        [Row(("https://o.test/x#1",), {"all": {"clicks": 2}}), Row(("https://O.test/x",), {"all": {"clicks": 3}, "paid": {"clicks": 1}})],
    ),
    "downloads": report("downloads", ("file",), ("downloads",), [Row(("/a.pdf",), {"all": {"downloads": 7}})]),
}  # fmt: skip


def test_a_period_says_what_follows_each_page(analysis: Analysis) -> None:
    found = numbers_of(analysis, REPORTS)
    assert [one["id"] for one in found["labels"]] == ["all", "paid"]  # the other is hidden in paths
    assert found["pages"] == [
        ["/", [10, 4], [["/a", [3, 1], [0.3, 0.25]], ["/b", [1, 0], [0.333333, 0.0]]]],
        ["/a", [3, 0], [["/", [1, 0], [0.333333, 0.0]]]],
        ["/b", [3, 0], []],
    ]
    assert found["whole"] and found["definition"] == "What share is."
    assert found["exits"] == {"https://o.test/x": [5, 1]} and found["files"] == {"/a.pdf": [7, 0]}


def test_of_a_large_site_the_most_viewed_pages_are_told(analysis: Analysis, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(numbers, "MOST_LINKS", 4)
    found = numbers_of(analysis, REPORTS)
    assert [one[0] for one in found["pages"]] == ["/"] and not found["whole"]


def test_a_period_without_visits_says_so(analysis: Analysis) -> None:
    empty = {
        name: report(name, tuple(one.id for one in each.dimensions), tuple(one.id for one in each.measures), [])
        for name, each in REPORTS.items()
    }
    found = numbers_of(analysis, empty)
    assert (found["pages"], found["whole"], found["exits"]) == ([], True, {})
