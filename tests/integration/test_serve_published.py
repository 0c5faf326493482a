"""The small server of `serve` and the demo: assets are sent as they lie packed, pages are asked for anew."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path

import brotli
import pytest
import requests

from console.demo.serve import serve_published

SCRIPT = b"var shop = 1;\n" * 1000


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    assets = tmp_path / "assets"
    assets.mkdir()
    for name in ("page-1.js", ".hidden.js"):
        (assets / name).write_bytes(SCRIPT)
        (assets / f"{name}.gz").write_bytes(gzip.compress(SCRIPT))
        (assets / f"{name}.br").write_bytes(brotli.compress(SCRIPT))
    (tmp_path / "index.html").write_text("<h1>Shop</h1>")
    (tmp_path / "index.html.gz").write_bytes(b"not to be sent")
    with serve_published(tmp_path, 0) as found:
        yield found


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [("br, gzip", "br"), ("gzip, deflate", "gzip"), ("identity", None), ("gzip;q=0.5", "gzip")],
)
def test_an_asset_is_sent_packed_as_the_browser_takes_it(url: str, accepted: str, coding: str | None) -> None:
    with requests.get(
        f"{url}assets/page-1.js?x=1", headers={"Accept-Encoding": accepted}, stream=True, timeout=10
    ) as answer:
        assert answer.headers.get("Content-Encoding") == coding
        assert "javascript" in answer.headers["Content-Type"]
        assert answer.headers["Cache-Control"] == "max-age=31536000, immutable"
        sent = answer.raw.read(decode_content=False)
    unpack = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}[coding]
    assert unpack(sent) == SCRIPT
    assert len(sent) == int(answer.headers["Content-Length"])


def test_a_page_is_sent_as_it_is_and_asked_for_anew(url: str) -> None:
    answer = requests.get(f"{url}index.html", timeout=10)
    assert answer.text == "<h1>Shop</h1>" and answer.headers["Cache-Control"] == "no-cache"
    again = {"If-Modified-Since": answer.headers["Last-Modified"]}
    assert requests.get(f"{url}index.html", headers=again, timeout=10).status_code == 304


def test_what_is_hidden_is_not_there_packed_either(url: str) -> None:
    assert requests.get(f"{url}assets/.hidden.js", timeout=10).status_code == 404
