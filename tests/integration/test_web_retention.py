"""What is kept no longer, by the API and in a browser: told to editors, removed now by administrators."""

from __future__ import annotations

import pytest

from console.web import audit
from console.web.place import Place
from console.web.turns import a_turn
from shared.catalog.schema import files
from tests.integration.installation import Installation
from tests.integration.test_api import Program, is_problem
from tests.integration.test_retention import log
from tests.web_console import with_account

URL = "/datasets/shop/retention"


class Old:
    """A data set with one log, whose days are long past."""

    def __init__(self, made: Installation, *, hits_days: int | None) -> None:
        self.made = made
        kept = {} if hits_days is None else {"retention": {"hits_days": hits_days}}
        self.file = made.fetch(made.dataset(**kept), log(10, 11), "old.log")
        made.work()
        self.place = Place(made.settings, made.catalog)

    def has_hits(self) -> bool:
        return self.made.row(files, id=self.file)["content"] is not None


@pytest.fixture
def old(one: Installation) -> Old:
    return Old(one, hits_days=5)


@pytest.fixture
def here(local: Installation) -> Old:
    return Old(local, hits_days=5)


def test_a_program_sees_first_and_then_removes(old: Old) -> None:
    seen = Program(old.place, "editor", "read").get(URL).json()
    assert (seen["dry_run"], seen["files"], seen["raw_files"], seen["periods"]) == (True, ["old.log"], 0, [])
    assert (seen["raw_from"], seen["reports_from"]) == (None, None)
    assert old.has_hits()
    boss = Program(old.place, "administrator", "operate")
    done = boss("POST", URL).json()
    assert done == {**seen, "dry_run": False, "raw_from": None}
    assert not old.has_hits()
    (entry,) = [one for one in audit.entries(old.place.catalog) if one.what == "dataset.retention"]
    assert (entry.about, entry.detail["files"], entry.detail["hits_from"]) == ("shop", 1, seen["hits_from"])
    assert boss("POST", URL).json()["files"] == [], "nothing more to do"


def test_where_everything_is_kept_nothing_goes(local: Installation) -> None:
    kept = Old(local, hits_days=None)
    told = Program(kept.place, "administrator", "operate")("POST", URL).json()
    assert (told["hits_from"], told["files"]) == (None, [])
    assert kept.has_hits()
    page = with_account(kept.place, "boss", "administrator").get(URL).text
    assert "Everything is kept for ever" in page
    assert "Remove it now" not in page


def test_only_administrators_remove(here: Old) -> None:
    assert is_problem(Program(here.place, "viewer", "read").get(URL), 403, "not_editor")
    assert is_problem(Program(here.place, "editor", "operate").get(URL), 404, "unknown_dataset")
    editor = Program(here.place, "editor", "read", "write", "operate")
    assert is_problem(editor("POST", URL), 403, "not_administrator")
    assert is_problem(Program(here.place, "administrator", "read", "write")("POST", URL), 403, "not_administrator")
    boss = Program(here.place, "administrator", "read", "operate")
    for name in ("other", "no%00"):
        assert is_problem(boss("POST", f"/datasets/{name}/retention"), 404, "unknown_dataset")
        assert is_problem(boss.get(f"/datasets/{name}/retention"), 404, "unknown_dataset")
    eve = with_account(here.place, "eve", "editor", "shop")
    page = eve.get(URL).text
    assert "Only an administrator removes it at once." in page
    assert "Remove it now" not in page
    assert eve.post(URL, {}).status_code == 403
    root = with_account(here.place, "root", "administrator")
    assert root.client.post(URL, data={}).status_code == 403, "without the text of our pages"
    assert with_account(here.place, "vic", "viewer", "shop").get(URL).status_code == 403
    assert here.has_hits()


def test_in_a_browser_it_is_shown_and_done(here: Old) -> None:
    boss = with_account(here.place, "boss", "administrator")
    assert f'href="{URL}"' in boss.get("/datasets/shop/settings/retention").text
    page = boss.get(URL).text
    assert "would be removed from 1 file." in page and "old.log" in page
    assert here.has_hits()
    done = boss.post(URL, {}, page=URL)
    assert done.headers["location"] == "/datasets/shop"
    assert "are removed from 1 file." in boss.said()
    assert not here.has_hits()
    assert "There is nothing to remove." in boss.get(URL).text


def test_it_waits_for_its_turn(here: Old) -> None:
    with a_turn(), a_turn():
        answer = Program(here.place, "administrator", "operate")("POST", URL)
    assert is_problem(answer, 503, "too_many_questions")
    assert here.has_hits()
