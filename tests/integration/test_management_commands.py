"""On the command line, too: tokens, share links, saved views, notes, the log, the history of settings and its undo."""

from __future__ import annotations

import json
from typing import Any

import pytest
from fastapi.testclient import TestClient

from console.stored_settings import stored_settings
from console.web.app import make_app
from console.web.place import Place
from reporter.mail.unsubscribe import Subscription, make_token, token_key
from shared.catalog import open_catalog
from shared.errors import EXIT_USAGE
from shared.settings import load_settings
from tests.integration.settings_shop import Shop

URL = "https://stats.fruit.test"


def told(shop: Shop, *words: str, **environment: str) -> Any:
    return json.loads(shop.run(*words, "--json", **environment).out)


def log_of(shop: Shop) -> list[tuple[str, str | None]]:
    """From the first to the last, behind the making of the data set."""
    made, *others = ((one["what"], one["about"]) for one in reversed(told(shop, "log")))
    assert made == ("dataset.add", "shop")
    return others


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


def test_what_process_and_setup_store_stands_in_log_and_history(shop: Shop) -> None:
    """As what is changed in any other way: with who did it and how it was before."""
    row = shop.row()
    (made,) = told(shop, "log")
    assert made["detail"]["location"] == row["location"]
    given = ("process", row["location"], "--publish", str(shop.published))
    shop.run(*given)
    assert log_of(shop) == [], "nothing was changed"
    shop.run(*given, "--settings", str(shop.file('[dataset]\nname = "shop"\n[visits]\ngap_minutes = 20\n')))
    first, *_ = told(shop, "settings", "history", "shop")
    assert (first["who"], first["why"]) == ("command line", "process")
    assert ("visits.gap_minutes", "30", "20") in [
        (one["path"], one["before"], one["after"]) for one in first["changes"]
    ]
    shop.run(*given, "--periods", "month,all")
    shop.run("setup", "--location", row["location"], "--schedule", "15 3 * * *")
    assert log_of(shop) == [
        ("settings.change", "shop"),
        ("dataset.change", "shop"),
        ("settings.change", "shop"),
    ]
    shop.settings("undo", "shop", str(first["number"]))
    assert stored_settings(shop.row()).visits.gap_minutes == 30


def test_a_bounce_and_a_wish_to_unsubscribe_taken_here_are_logged(shop: Shop) -> None:
    settings = load_settings({"PROPROCESSOR_DATA": str(shop.data)})
    token = make_token(token_key(settings), Subscription("shop", "weekly", "ann@fruit.test"))
    for _ in range(2):
        shop.run("mail", "unsubscribe", token)
    assert log_of(shop) == [("mail.unsubscribe", None)], "the second changes nothing"
    assert "ann@fruit.test is unsubscribed" in told(shop, "log")[0]["detail"]["told"]


SETTINGS = """
[[labels]]
id = "thanks"
match.saw_page.starts_with = "/thanks"
[[funnels]]
id = "buy"
[[funnels.stages]]
name = "Home"
[[funnels.stages.groups]]
name = "Home"
pages.equals = "/"
[[funnels.stages]]
name = "Thanks"
[[funnels.stages.groups]]
name = "Thanks"
pages.starts_with = "/thanks"
"""


def test_visits_that_settings_mean_are_counted_and_values_offered(shop: Shop) -> None:
    days = ("--from", "2015-05-17", "--to", "2015-05-17")
    file = str(shop.file(SETTINGS))
    counted = told(shop, "settings", "count", "shop", file, *days)
    assert counted == {
        "first": "2015-05-17",
        "last": "2015-05-17",
        "visits": 4,
        "items": [
            {
                "part": "labels",
                "id": "thanks",
                "counts": [{"what": "carry this label", "visits": 2, "with_earlier": None}],
            },
            {
                "part": "funnels",
                "id": "buy",
                "counts": [
                    {"what": "Home", "visits": 3, "with_earlier": 3},
                    {"what": "Thanks", "visits": 2, "with_earlier": 1},
                ],
            },
        ],
    }
    table = shop.settings("count", "shop", file, *days).out
    assert "Of 4 visits, 2015-05-17 to 2015-05-17." in table
    assert "Thanks, and every stage before" in table
    assert "has no labels" in shop.settings("count", "shop", str(shop.file("[visits]\ngap_minutes = 20\n")), *days).out
    pages = told(shop, "settings", "values", "shop", "labels.match.saw_page", "--text", "THANKS", *days)
    assert pages["unit"] == "page views"
    assert pages["items"] == [{"value": "/thanks/1", "number": 1}, {"value": "/thanks/2", "number": 1}]
    assert "no values are known" in shop.settings("values", "shop", "labels.id", code=EXIT_USAGE).said
    assert log_of(shop) == []
