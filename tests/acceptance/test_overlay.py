"""``proprocessor overlay``: from a log and a site that answers to links with their clicks, by the command alone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.command import run
from tests.acceptance.log_lines import page_view
from tests.overlay_site import Site, page, served

SETTINGS = """[dataset]
name = "shop"
hosts = ["www.shop.test"]
[overlay]
base = "{base}"
allow_private = {private}
delay_seconds = 0
pages = 2
"""


@pytest.fixture
def site() -> Iterator[Site]:
    replies = {
        f"/page-{n}": page(f"<title>Page {n}</title><a href=/page-{(n + 1) % 3}?utm_source=x>next</a>")
        for n in range(3)
    }
    with served(replies) as site:
        yield site


def processed(root: Path, base: str, *, private: bool) -> Path:
    (root / "logs").mkdir()
    lines = [page_view(n // 3 + 1, 1, f"/page-{n % 3}") for n in range(30)]
    (root / "logs" / "access.log").write_text("".join(lines))
    (root / "shop.toml").write_text(SETTINGS.format(base=base, private=str(private).lower()))
    ran = run("process", root / "logs", "--settings", root / "shop.toml", "--publish", root / "out", data=root / "data")
    assert ran.code == 0, ran.said
    return root / "data"


def pages_of(root: Path) -> list[dict[str, object]]:
    text = (root / "out" / "shop" / "overlay" / "pages.js").read_text()
    found: list[dict[str, object]] = json.loads(text[text.index("(") + 1 : text.rindex(")")])
    return found


def test_pages_are_fetched_listed_shown_kept_and_removed(tmp_path: Path, site: Site) -> None:
    data = processed(tmp_path, site.url, private=True)
    assert pages_of(tmp_path) == []
    ran = run("overlay", "fetch", "shop", data=data)
    assert ran.code == 0 and "2 of 2 pages are copied" in ran.out, ran.said
    assert site.paths[0] == "/robots.txt" and len(site.paths) == 3
    assert all("proprocessor/" in agent and "robot" in agent for _, agent in site.asked)
    assert [one["title"] for one in pages_of(tmp_path)] == ["Page 0", "Page 1"]

    before = {path: path.read_bytes() for path in (tmp_path / "out").rglob("*.html")}
    assert run("overlay", "fetch", "shop", "--page", "/page-2", data=data).code == 0
    assert {path: path.read_bytes() for path in (tmp_path / "out").rglob("*.html")} == before  # no period is made anew
    rows = json.loads(run("overlay", "list", "shop", "--json", data=data).out)
    assert [(one["page"], one["state"], one["missing"]) for one in rows] == [
        (f"/page-{n}", "copied", 0) for n in range(3)
    ]

    # Published elsewhere, the copies are there at once.
    again = run("process", tmp_path / "logs", "--publish", tmp_path / "other", data=data)
    assert again.code == 0, again.said
    assert (tmp_path / "other" / "shop" / "overlay" / "pages.js").read_bytes() == (
        tmp_path / "out" / "shop" / "overlay" / "pages.js"
    ).read_bytes()

    assert run("overlay", "remove", "shop", "--page", "/page-1", data=data).code == 0
    assert [one["page"] for one in json.loads(run("overlay", "list", "shop", "--json", data=data).out)] == [
        "/page-0",
        "/page-2",
    ]
    unknown = run("overlay", "remove", "shop", "--page", "/page-1", data=data)
    assert unknown.code == 65 and "There is no copy of /page-1" in unknown.err


def test_what_cannot_be_fetched_is_told(tmp_path: Path, site: Site) -> None:
    data = processed(tmp_path, site.url, private=False)
    ran = run("overlay", "fetch", "shop", data=data)
    assert ran.code == 1 and "127.0.0.1 is a private address" in ran.err and "allow_private" in ran.err
    assert site.asked == []
    assert run("overlay", "fetch", "shop", "--page", "/nothing", data=data).code == 65
    assert run("overlay", "fetch", "nobody", data=data).code == 65
    assert json.loads(run("overlay", "list", "shop", "--json", data=data).out)[0]["state"] == "failed"
