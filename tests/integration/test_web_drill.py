"""From a report to a closer one, with the way back in the address: of who fits several criteria, of fewer days."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from console.web import shares, views
from console.web.drill import Shown, crumbs_of, drill_of
from console.web.place import Place
from console.web.trail import MOST, Step, read_trail, write_trail
from tests.integration.settings_shop import copy_of
from tests.integration.test_api import Program
from tests.web_console import Browser, place_in, with_account

BOTH = "referrer~google && saw_page=/thanks/1"
TRAIL = "all~pages~0~2015-05~entries~1"


@pytest.fixture(scope="module")
def place(processed: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """An installation that has published reports."""
    shop = copy_of(processed, tmp_path_factory.mktemp("drilled"))
    shop.store(publish=None)
    with place_in(shop.data) as made:
        yield made


@pytest.fixture(scope="module")
def anna(place: Place) -> Browser:
    return with_account(place, "anna", "viewer", "shop")


def address(period: str, report: str, **query: str) -> str:
    return f"/reports/shop/{period}/{report}?{urlencode(query)}"


def crumbs(page: str) -> list[tuple[str, str]]:
    """Where they lead, and what they say."""
    found = page.partition('<nav class="console-trail"')[2].partition("</nav>")[0]
    return [
        (unescape("".join(re.findall(r'href="([^"]*)"', one))), unescape(re.sub(r"<[^>]*>", "", one)).strip())
        for one in re.findall(r"<li>(.*?)</li>", found, re.DOTALL)
    ]


def drill(page: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(unescape(re.findall(r'data-drill="([^"]*)"', page)[0]))
    return told


def test_who_fits_several_criteria_is_one_label(place: Place, anna: Browser) -> None:
    told = anna.get(address("2015-05", "overview.json", label=BOTH)).json()
    assert told["rows"][0]["asked"]["visits"] == 1
    assert (
        anna.get(address("2015-05", "overview.json", label="referrer~google")).json()["rows"][0]["asked"]["visits"] == 2
    )
    assert (
        "Referrer contains google and Saw page /thanks/1" in anna.get(address("2015-05", "pages.html", label=BOTH)).text
    )
    program = Program(place, "viewer", "read")
    again = program.get("/datasets/shop/reports/overview", params={"period": "2015-05", "label": BOTH}).json()
    assert again["rows"] == told["rows"]


def test_the_way_back_stands_above_the_page_and_in_its_links(anna: Browser) -> None:
    page = anna.get(address("2015-05-17", "paths.html", label=BOTH, compare="previous", trail=TRAIL)).text
    back = "compare=previous&trail=all~pages~0"
    assert crumbs(page) == [
        ("/reports/shop/all/pages.html", "Pages, all days"),
        (f"/reports/shop/2015-05/entries.html?label=referrer~google&{back}",
         "Entry pages, May 2015 of Referrer contains google"),
        ("", "Paths, 17 May 2015 of Referrer contains google and Saw page /thanks/1"),
    ]  # fmt: skip
    assert f"trail={TRAIL}" in re.findall(r'href="(overview.html\?[^"]*)"', page)[0]
    assert drill(page)["trail"] == f"{TRAIL}~2015-05-17~paths~2"


def test_a_published_page_has_it_too(anna: Browser) -> None:
    page = anna.get("/reports/shop/all/entries.html?trail=all~pages~0").text
    assert [words for _, words in crumbs(page)] == ["Pages, all days", "Entry pages, all days"]
    assert drill(page)["kind"] == "all"
    assert [report for report, _ in drill(page)["reports"]][:3] == ["pages", "paths", "exits"]


def test_it_is_saved_with_the_view(place: Place, anna: Browser) -> None:
    page = anna.get(address("2015-05-17", "paths.html", label=BOTH, trail=TRAIL)).text
    path = unescape(re.findall(r'name="path" value="([^"]*)"', page)[0])
    assert anna.post("/datasets/shop/views", {"name": "closer", "path": path}).status_code == 303
    (view,) = views.of_dataset(place.catalog, "shop")
    assert len(crumbs(anna.get(f"/reports/shop/{view.path}").text)) == 3


@pytest.mark.parametrize(
    "trail",
    [
        "x",
        "all~pages~9",
        "all~nothing~0",
        "2015-99~pages~0",
        '"><script>alert(1)</script>~pages~0',
        "all~pages",
        "~".join(["all~pages~0"] * (MOST + 1)),
    ],
)
def test_a_way_that_cannot_be_is_none(anna: Browser, trail: str) -> None:
    for label in ("", "referrer~google"):
        answer = anna.get(address("2015-05", "sources.html", label=label, trail=trail))
        assert answer.status_code == 200
        assert crumbs(answer.text) == []
        assert "<script>alert" not in answer.text
        assert drill(answer.text)["trail"].startswith("2015-05~sources~")


def test_hostile_values_stay_values(anna: Browser) -> None:
    label = "saw_page=/\"><script>alert(1)</script>'&&&&"
    page = anna.get(address("2015-05", "pages.html", label=label, trail="all~pages~0"))
    assert page.status_code == 200
    assert "<script>alert" not in page.text
    assert drill(page.text)["label"] == label


def test_long_ways_keep_their_last_steps() -> None:
    steps = [Step("all", "pages", 0), *[Step("2015", "entries", 1)] * MOST]
    assert read_trail(write_trail(steps), 1) == tuple(steps[1:])
    assert read_trail("", 0) == ()


def test_days_that_were_named_are_compared_on_no_other_page() -> None:
    shown = Shown("shop", "2015-05", "pages", compare="2015-04", trail="2015~pages~0")
    assert drill_of(shown)["compare"] == ""
    assert crumbs_of(shown)[0]["path"] == "2015/pages.html"
    assert drill_of(Shown("shop", "2015-05", "countries"))["codes"]["Austria"] == "AT"
    assert (
        drill_of(Shown("shop", "2015-05", "sources"))["codes"] | {"AI": "ai", "Direct": "direct"}
        == drill_of(Shown("shop", "2015-05", "sources"))["codes"]
    )


def test_guests_are_offered_nothing_closer(place: Place) -> None:
    _, text = shares.add(place.catalog, "shop", name="guest", made_by="eve", days=1, now=place.now())
    guest = Browser(place, address="203.0.113.9")
    guest.get(f"/share/{text}")
    page = guest.get("/reports/shop/all/pages.html?trail=all~pages~0").text
    assert "data-drill" not in page
    assert crumbs(page) == []
    assert guest.get(address("2015-05", "pages.html", label=BOTH)).status_code == 404
