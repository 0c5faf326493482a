"""A visitor forgotten by the API and in a browser: shown first, done for good, told to nobody, by administrators alone."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from console.web import audit
from console.web.place import Place
from console.web.turns import a_turn
from parser.forget import Wanted, forget
from shared.catalog.schema import audit as audit_table
from shared.catalog.schema import tombstones
from shared.tombstones import FORGOTTEN
from tests.integration.installation import Installation
from tests.integration.test_api import Program, is_problem
from tests.integration.test_forget import ANN, BOB, addresses, w3c, with_site
from tests.web_console import with_account

URL = "/datasets/shop/forget"
RAN = ["a.log"]


class Site:
    """Ann and Bob in one log."""

    def __init__(self, made: Installation) -> None:
        self.made = made
        rows = (("10:00:00", ANN, "pid=ann-1"), ("10:01:00", BOB, "pid=bob"), ("10:02:00", ANN, "pid=ann-1"))
        self.file = made.fetch(with_site(made), w3c(*rows), "a.log")
        made.work()
        self.place = Place(made.settings, made.catalog)

    def addresses(self) -> list[str]:
        return addresses(self.made, self.file)

    def stones(self) -> int:
        with self.made.catalog.read() as connection:
            return len(connection.execute(sa.select(tombstones)).all())


@pytest.fixture
def site(one: Installation) -> Site:
    return Site(one)


@pytest.fixture
def here(local: Installation) -> Site:
    return Site(local)


BEFORE, AFTER = [ANN, BOB, ANN], [FORGOTTEN, BOB, FORGOTTEN]


@pytest.mark.parametrize("who", [{"visitor": "ann-1"}, {"address": f" {ANN} "}])
def test_a_program_sees_first_and_then_forgets(site: Site, who: dict[str, str]) -> None:
    boss = Program(site.place, "administrator", "operate")
    seen = boss("POST", f"{URL}?dry_run=true", json=who).json()
    assert (seen["hits"], seen["files"], seen["days"], seen["id"]) == (2, RAN, ["2026-03-01"], None)
    assert (seen["dry_run"], seen["raw_files_deleted"]) == (True, 0)
    assert (site.addresses(), site.stones()) == (BEFORE, 0)
    done = boss("POST", URL, json=who)
    told = done.json()
    assert {name: told[name] for name in ("hits", "files", "periods")} == {
        name: seen[name] for name in ("hits", "files", "periods")
    }, "what was shown is what is done"
    assert told["id"] and told["analysis_follows"] and not told["dry_run"]
    assert told["raw_files_deleted"] == 1
    assert site.addresses() == AFTER
    assert "ann-1" not in done.text and ANN not in done.text
    again = boss("POST", URL, json=who).json()
    assert (again["hits"], again["files"]) == (0, [])


def test_the_preview_is_what_the_command_would_do(here: Site) -> None:
    """Also of somebody who is in a file by a rejected line alone, and with somebody else forgotten before."""
    here.made.fetch("shop", w3c(("11:00:00", BOB, "-")) + f"junk of {ANN}\n".encode(), "b.log")
    here.made.work()
    forget(here.made.catalog, here.made.settings, "shop", Wanted("address", BOB), here.place.now())
    boss = Program(here.place, "administrator", "operate")
    seen = boss("POST", f"{URL}?dry_run=true", json={"address": ANN}).json()
    done = forget(here.made.catalog, here.made.settings, "shop", Wanted("address", ANN), here.place.now())
    names = ("hits", "files", "files_with_rejects", "days", "periods", "files_not_parsed")
    assert {name: seen[name] for name in names} == {name: done[name] for name in names}
    assert (seen["hits"], seen["files"]) == (2, ["a.log", "b.log"])


def test_nothing_tells_who_it_was(site: Site) -> None:
    boss = Program(site.place, "administrator", "operate")
    receipt = boss("POST", URL, json={"visitor": "ann-1"}).json()["id"]
    (entry,) = [one for one in audit.entries(site.place.catalog) if one.what == "visitor.forget"]
    assert (entry.about, entry.detail["receipt"], entry.detail["hits"]) == ("shop", receipt, 2)
    with site.place.catalog.read() as connection:
        kept = repr(connection.execute(sa.select(audit_table)).all()) + repr(
            connection.execute(sa.select(tombstones)).all()
        )
    assert "ann-1" not in kept and ANN not in kept


@pytest.mark.parametrize(
    ("who", "reason"),
    [
        ({}, "forget_nobody"),
        ({"visitor": "  "}, "forget_nobody"),
        ({"visitor": "ann-1", "address": ANN}, "forget_nobody"),
        ({"address": FORGOTTEN}, "rejected"),
        ({"visitor": "ann-1\x00"}, "not_well_formed"),
        ({"visitor": "x" * 2001}, "not_well_formed"),
        ({"visitor": 7}, "not_well_formed"),
    ],
)
def test_who_is_nobody_is_not_forgotten(here: Site, who: dict[str, Any], reason: str) -> None:
    boss = Program(here.place, "administrator", "operate")
    for query in ("", "?dry_run=true"):
        assert is_problem(boss("POST", URL + query, json=who), 422, reason)
    assert (here.addresses(), here.stones()) == (BEFORE, 0)


def test_a_hostile_value_is_nobody_and_does_no_harm(here: Site) -> None:
    boss = with_account(here.place, "boss", "administrator")
    page = boss.post(URL, {"kind": "visitor", "value": '"><img src=x>', "do": "preview"}, page=URL)
    assert page.status_code == 200
    assert "Nothing is known of this visitor." in page.text
    assert "<img" not in page.text


def test_only_administrators_forget(here: Site) -> None:
    editor = Program(here.place, "editor", "read", "write", "operate")
    for query in ("", "?dry_run=true"):
        assert is_problem(editor("POST", URL + query, json={"visitor": "ann-1"}), 403, "not_administrator")
    reads = Program(here.place, "administrator", "read", "write")
    assert is_problem(reads("POST", URL, json={"visitor": "ann-1"}), 403, "not_administrator")
    boss = Program(here.place, "administrator", "operate")
    for name in ("other", "no%00"):
        answer = boss("POST", f"/datasets/{name}/forget", json={"visitor": "ann-1"})
        assert is_problem(answer, 404, "unknown_dataset")
    eve = with_account(here.place, "eve", "editor", "shop")
    assert eve.get(URL).status_code == 403
    assert eve.post(URL, {"kind": "visitor", "value": "ann-1", "do": "forget", "confirm": "shop"}).status_code == 403
    assert URL not in eve.get("/datasets/shop").text
    root = with_account(here.place, "root", "administrator")
    form = {"kind": "visitor", "value": "ann-1", "do": "forget", "confirm": "shop"}
    assert root.client.post(URL, data=form).status_code == 403, "without the text of our pages"
    assert (here.addresses(), here.stones()) == (BEFORE, 0)


def test_in_a_browser_it_is_shown_and_confirmed(here: Site) -> None:
    boss = with_account(here.place, "boss", "administrator")
    assert f'href="{URL}"' in boss.get("/datasets/shop").text
    form = {"kind": "visitor", "value": "ann-1"}
    page = boss.post(URL, {**form, "do": "preview"}, page=URL).text
    assert "2 hits of 1 day in 1 file would be removed." in page
    assert "a.log" in page and "This cannot be undone." in page
    refused = boss.post(URL, {**form, "do": "forget", "confirm": "shop!"}, page=URL)
    assert refused.status_code == 422
    assert "Nothing was removed" in refused.text
    assert (here.addresses(), here.stones()) == (BEFORE, 0)
    done = boss.post(URL, {**form, "do": "forget", "confirm": " shop "}, page=URL)
    assert done.headers["location"] == "/datasets/shop"
    assert "2 hits of 1 day in 1 file are removed" in boss.said()
    assert here.addresses() == AFTER
    nobody = boss.post(URL, {"kind": "visitor", "value": " ", "do": "preview"}, page=URL)
    assert nobody.status_code == 422
    assert "Nobody knows who is to be forgotten." in nobody.text


def test_it_waits_for_its_turn(here: Site) -> None:
    boss = Program(here.place, "administrator", "operate")
    with a_turn(), a_turn():
        for query in ("", "?dry_run=true"):
            answer = boss("POST", URL + query, json={"visitor": "ann-1"})
            assert is_problem(answer, 503, "too_many_questions")
    assert (here.addresses(), here.stones()) == (BEFORE, 0)
