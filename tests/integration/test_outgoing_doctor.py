"""The same as `proprocessor doctor`, by the API and in the browser; and whether the provider of single sign-on is well."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from console.doctor import Finding, sign_in
from console.web import audit
from console.web.place import Place
from shared.settings import Settings
from tests.integration.settings_shop import Shop
from tests.integration.test_api import Program, is_problem
from tests.servers import free_port
from tests.web_console import place_in, with_account


@pytest.fixture
def place(shop: Shop) -> Iterator[Place]:
    with place_in(shop.data) as made:
        yield made


@contextmanager
def provider(ahead: timedelta = timedelta(), **told: str) -> Iterator[str]:
    """Says of itself what providers say, by a clock that is so far ahead."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = json.dumps(description).encode()
            self.send_response_only(200 if self.path.endswith("/.well-known/openid-configuration") else 404)
            self.send_header("Date", format_datetime(datetime.now(UTC) + ahead, usegmt=True))
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", free_port()), Handler)
    issuer = f"http://127.0.0.1:{server.server_port}"
    names = ("authorization_endpoint", "token_endpoint", "jwks_uri")
    description = {"issuer": issuer, **{name: f"{issuer}/{name}" for name in names}, **told}
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield issuer
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def looked(tmp_path: Path, issuer: str) -> Finding:
    (found,) = sign_in(Settings(data=tmp_path, oidc_issuer=issuer, oidc_client_id="console"))
    return found


def test_without_a_provider_nothing_is_said(tmp_path: Path) -> None:
    assert list(sign_in(Settings(data=tmp_path))) == []


def test_a_provider_that_is_well(tmp_path: Path) -> None:
    with provider() as issuer:
        found = looked(tmp_path, issuer)
    assert (found.about, found.state) == ("sign-in", "good") and "the clocks agree" in found.text


@pytest.mark.parametrize("seconds, state", [(30, "look"), (-30, "look"), (600, "wrong"), (-600, "wrong")])
def test_a_provider_whose_clock_is_another(tmp_path: Path, seconds: int, state: str) -> None:
    with provider(timedelta(seconds=seconds)) as issuer:
        found = looked(tmp_path, issuer)
    assert found.state == state and "NTP" in found.remedy
    told = re.search(r"differs from this machine's by (\d+) s", found.text)
    assert told and abs(int(told[1]) - abs(seconds)) <= 4, "a header has whole seconds, and an answer takes a while"


def test_a_provider_that_is_another_or_away_or_careless(tmp_path: Path) -> None:
    with provider(issuer="https://evil.test") as issuer:
        found = looked(tmp_path, issuer)
        assert (
            found.state == "wrong" and "names itself https://evil.test" in found.text and "oidc_issuer" in found.remedy
        )
    with provider(token_endpoint="http://evil.test/token") as issuer:
        assert "token_endpoint is not an address with https" in looked(tmp_path, issuer).text
    away = looked(tmp_path, issuer)
    assert away.state == "wrong" and "nothing answers there" in away.text


def test_the_command_asks_it_too_with_or_without_a_catalog(shop: Shop) -> None:
    with provider() as issuer:
        given = {"PROPROCESSOR_OIDC_ISSUER": issuer, "PROPROCESSOR_OIDC_CLIENT_ID": "console"}
        given["PROPROCESSOR_CONSOLE_URL"] = "http://127.0.0.1:8080"
        words = ("doctor", "--json", "--no-sources")
        found = json.loads(shop.run(*words, **given).out)
        assert [one["state"] for one in found if one["about"] == "sign-in"] == ["good"]
        away = {**given, "PROPROCESSOR_CATALOG": "postgresql://nobody@127.0.0.1:1/none"}
        found = json.loads(shop.run(*words, code=1, **away).out)
        assert {one["about"]: one["state"] for one in found}["sign-in"] == "good"


def test_findings_are_rows(place: Place) -> None:
    boss = Program(place, "administrator", "operate", name="boss")
    found = boss.get("/doctor").json()
    by_name = {one["about"]: one for one in found["items"]}
    assert {"versions", "data folder", "catalog", "clock", "queue", "processes", "mail", "data set shop"} <= set(
        by_name
    )
    assert by_name["processes"]["state"] == "look" and "proprocessor run" in by_name["processes"]["remedy"]
    assert found["wrong"] == sum(one["state"] == "wrong" for one in found["items"])
    sources = [one for one in found["items"] if "source answers" in one["text"]]
    without = boss.get("/doctor?sources=false").json()
    assert len(sources) == 1 and not [one for one in without["items"] if "source" in one["text"]]
    assert is_problem(boss.get("/doctor?sources=perhaps"), 422, "not_well_formed")
    assert next(one.what for one in audit.entries(place.catalog)) == "doctor"
    for one in (Program(place, "editor", "read", "write", "operate"), Program(place, "administrator", "read")):
        assert is_problem(one.get("/doctor"), 403, "not_administrator")


def test_the_page_checks_when_it_is_asked_to_and_says_first_what_is_wrong(place: Place, shop: Shop) -> None:
    browser = with_account(place, "root", "administrator")
    page = browser.get("/operations/check").text
    assert "Check now" in page and "<table" not in page
    shop.store(location="/nowhere/<b>")
    page = browser.post("/operations/check", {"sources": "true"}).text
    assert "1 thing is wrong." in page and "&lt;b&gt;" in page and "<b>" not in page
    assert page.index("data set shop") < page.index(">processes<") < page.index(">versions<")
    assert "Nothing is wrong." in browser.post("/operations/check", {}).text
    assert browser.client.post("/operations/check", data={}).status_code == 403
    editor = with_account(place, "eve", "editor", "shop")
    assert editor.get("/operations/check").status_code == 403
    assert editor.post("/operations/check", {}).status_code == 403
