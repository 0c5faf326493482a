"""On the command line, too: tokens, share links, saved views, notes, the log, the history of settings and its undo."""

from __future__ import annotations

import json
from typing import Any

import pytest
from fastapi.testclient import TestClient

from console.stored_settings import stored_settings
from console.web.app import make_app
from console.web.place import Place
from shared.catalog import open_catalog
from shared.errors import EXIT_USAGE
from shared.settings import load_settings
from tests.integration.settings_shop import Shop

URL = "https://stats.fruit.test"


def told(shop: Shop, *words: str, **environment: str) -> Any:
    return json.loads(shop.run(*words, "--json", **environment).out)


def log_of(shop: Shop) -> list[tuple[str, str | None]]:
    return [(one["what"], one["about"]) for one in reversed(told(shop, "log"))]


@pytest.fixture
def ann(shop: Shop) -> Shop:
    shop.run("users", "add", "ann", "--role", "editor", "--dataset", "shop", "--password-env", "P", P="a long password")
    return shop


def test_a_token_made_here_opens_the_api_until_it_is_removed(ann: Shop) -> None:
    made = told(ann, "tokens", "add", "ann", "--scope", "read", "--name", "reader", "--days", "9")
    (listed,) = told(ann, "tokens", "list", "ann")
    assert (listed["id"], listed["name"], listed["scopes"]) == (made["id"], "reader", ["read"])
    assert made["token"] not in ann.run("tokens", "list", "ann").out
    settings = load_settings({"PROPROCESSOR_DATA": str(ann.data)})
    catalog = open_catalog(settings.catalog_url)
    with TestClient(make_app(Place(settings, catalog)), base_url="https://stats.fruit.test") as client:
        headers = {"Authorization": f"Bearer {made['token']}"}
        assert client.get("/api/v1/datasets", headers=headers).json()["items"][0]["id"] == "shop"
        ann.run("tokens", "remove", "ann", made["id"])
        assert client.get("/api/v1/datasets", headers=headers).status_code == 401
    catalog.close()
    assert "has no token" in ann.run("tokens", "remove", "ann", made["id"], code=65).said
    assert "is no scope" in ann.run("tokens", "add", "ann", "--scope", "everything", code=65).said
    assert log_of(ann)[-2:] == [("token.add", "ann"), ("token.remove", "ann")]


def test_links_are_made_with_the_consoles_address(shop: Shop) -> None:
    assert "CONSOLE_URL" in shop.run("shares", "add", "shop", code=78).said
    made = told(shop, "shares", "add", "shop", "--name", "press", "--days", "2", PROPROCESSOR_CONSOLE_URL=URL)
    assert made["link"].startswith(f"{URL}/share/")
    (listed,) = told(shop, "shares", "list", "shop")
    assert (listed["id"], listed["name"], listed["made_by"]) == (made["id"], "press", "command line")
    assert made["link"].rpartition("/")[2] not in json.dumps(listed)
    shop.run("shares", "remove", "shop", made["id"])
    assert told(shop, "shares", "list", "shop") == []
    assert "has no link" in shop.run("shares", "remove", "shop", made["id"], code=65).said
    shop.run("shares", "add", "shop", "--days", "0", code=65, PROPROCESSOR_CONSOLE_URL=URL)
    shop.run("shares", "list", "nowhere", code=65)
    assert log_of(shop) == [("share.add", "shop"), ("share.remove", "shop")]


def test_views_and_notes_are_kept(shop: Shop) -> None:
    view = told(shop, "views", "add", "shop", "all/pages.html?label=country%3DAT", "--name", "Austria")
    assert [one["name"] for one in told(shop, "views", "list", "shop")] == ["Austria"]
    assert "no page of reports" in shop.run("views", "add", "shop", "../x", "--name", "x", code=65).said
    note = told(shop, "notes", "add", "shop", "2015-05-16", "The sale\nbegins", "--to", "2015-05-18")
    assert (note["first"], note["last"], note["text"]) == ("2015-05-16", "2015-05-18", "The sale begins")
    assert [one["id"] for one in told(shop, "notes", "list", "shop", "--from", "2015-05-18")] == [note["id"]]
    assert told(shop, "notes", "list", "shop", "--to", "2015-05-15") == []
    shop.run("notes", "add", "shop", "May", "What", code=EXIT_USAGE)
    assert "no label" in shop.run("notes", "add", "shop", "2015-05-16", "x", "--label", "none", code=65).said
    shop.run("notes", "remove", "shop", note["id"])
    shop.run("views", "remove", "shop", view["id"])
    assert told(shop, "notes", "list", "shop") == told(shop, "views", "list", "shop") == []
    shop.run("notes", "remove", "shop", note["id"], code=65)
    shop.run("views", "remove", "shop", view["id"], code=65)
    whats = ["view.add", "annotation.add", "annotation.remove", "view.remove"]
    assert log_of(shop) == [(one, "shop") for one in whats]


def test_settings_are_put_back_as_they_were(shop: Shop) -> None:
    assert told(shop, "settings", "history", "shop") == []
    for minutes in (20, 25):
        shop.settings("import", "shop", shop.file(f"[visits]\ngap_minutes = {minutes}\n"))
    later, earlier = told(shop, "settings", "history", "shop")
    assert (later["who"], later["effect"]) == ("command line", "analysis")
    assert [(one["path"], one["before"], one["after"]) for one in later["changes"]][:1] == [
        ("visits.gap_minutes", "20", "25")
    ]
    shop.settings("undo", "shop", str(later["number"]), "--dry-run")
    assert stored_settings(shop.row()).visits.gap_minutes == 25
    shop.settings("undo", "shop", str(later["number"]))
    assert stored_settings(shop.row()).visits.gap_minutes == 20
    shop.settings("undo", "shop", str(earlier["number"]))
    assert stored_settings(shop.row()).visits.gap_minutes == 30
    assert [one["why"] for one in told(shop, "settings", "history", "shop")][:2] == [
        f"undo of {earlier['number']}",
        f"undo of {later['number']}",
    ]
    assert "There is no change" in shop.settings("undo", "shop", "99", code=65).said
    assert "visits.gap_minutes" in shop.settings("history", "shop").out


def test_the_log_tells_what_commands_did(ann: Shop) -> None:
    """As much as of the same in a browser; nothing that is secret."""
    ann.run("pause", "shop")
    ann.run("pause", "shop")
    ann.run("resume", "shop")
    ann.run("datasets", "fetch", "shop")
    ann.run("users", "password", "ann", "--password-env", "P", P="another long one")
    ann.run("users", "disable", "ann")
    ann.run("reparse", "shop")
    assert log_of(ann) == [
        ("account.add", "ann"),
        ("dataset.pause", "shop"),
        ("dataset.resume", "shop"),
        ("dataset.fetch", "shop"),
        ("account.password", "ann"),
        ("account.disable", "ann"),
        ("dataset.reparse", "shop"),
    ]
    entries = told(ann, "log", "--about", "ann", "--limit", "2")
    assert [one["what"] for one in entries] == ["account.disable", "account.password"]
    assert {one["who"] for one in entries} == {"command line"}
    assert all(one["detail"]["user"] for one in entries)
    assert [one["what"] for one in told(ann, "log", "--before", str(entries[1]["seq"]), "--about", "ann")] == [
        "account.add"
    ]
    assert "long" not in ann.run("log").out
