"""The client against a real console: typed frames, and a copy in step of which only what changed is transferred."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import sqlalchemy as sa

from console.web import tokens
from console.web.server import WebOptions, console_serving
from proprocessor_client import Client, ClientError
from proprocessor_client.connection import Connection
from proprocessor_client.local_copy import Pulled
from proprocessor_client.local_copy import pull as pull_by
from shared import accounts
from shared.catalog.schema import publications
from tests.integration.settings_shop import Shop
from tests.stand_in import StandIn, sha256, standing_in, tar
from tests.web_console import PASSWORD, place_in

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "console" / "proprocessor_client"


@dataclass
class Served:
    """A console that serves; ``published`` is the folder that its reports lie in."""

    url: str
    token: str
    published: Path
    data: Path

    def client(self) -> Client:
        return Client(self.url, self.token)

    def period(self, id: str, kind: str, *, word: str = "") -> None:
        """Publish a period: what ``all`` has, under another name; ``word`` makes a page another one."""
        folder = self.published / "shop" / id
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(self.published / "shop" / "all", folder)
        manifest = json.loads((folder / "manifest.json").read_text())
        manifest["period"] |= {"id": id, "kind": kind}
        if word:
            (folder / "pages.csv").write_text(word)
            manifest["files"]["pages.csv"] = sha256(word.encode())
        (folder / "manifest.json").write_text(json.dumps(manifest))


@pytest.fixture
def served(shop: Shop, processed: Path) -> Iterator[Served]:
    shutil.copytree(processed / "published", shop.published)
    with place_in(shop.data) as place:
        with place.catalog.write() as connection:
            connection.execute(sa.update(publications).values(target=str(shop.published)))
        accounts.add(place.catalog, "anna", "viewer", PASSWORD, place.now(), datasets=["shop"])
        _, token = tokens.add(place.catalog, "anna", name="test", scopes=["read"], now=place.now())
        with console_serving(place, WebOptions(port=0)) as url:
            yield Served(url, token, shop.published, shop.data)


def pulled(served: Served, folder: Path, *kinds: str) -> tuple[Pulled, int]:
    """What came of it, and how often the server was asked."""
    connection = Connection(served.url, served.token)
    try:
        return pull_by(connection, folder, "shop", kinds or None), connection.asked
    finally:
        connection.close()


def same(copy: Path, original: Path) -> None:
    """Every file that is meant for others, byte by byte, and nothing else."""
    expected = {
        path.relative_to(original): path.read_bytes()
        for path in original.rglob("*")
        if path.is_file() and not path.name.startswith(".") and path.suffix not in (".gz", ".br")
    }
    expected.pop(Path("index.html"), None)  # of all data sets
    found = {path.relative_to(copy): path.read_bytes() for path in copy.rglob("*") if path.is_file()}
    assert found.keys() == expected.keys()
    assert found == expected


def test_reports_are_typed_frames(served: Served) -> None:
    with served.client() as client:
        datasets = client.datasets()
        assert datasets["id"].tolist() == ["shop"]
        assert str(datasets["published_at"].dtype) == "datetime64[us, UTC]"
        assert datasets["files"].dtype == pd.Int64Dtype()
        periods = client.periods("shop")
        assert periods[["id", "kind"]].to_numpy().tolist() == [["all", "all"]]
        assert periods["first"].tolist() == [pd.Timestamp("2015-05-17")]
        trend = client.report("shop", "trend")
        assert trend.columns.tolist()[:3] == ["label", "date", "visits"]
        assert trend["visits"].dtype == pd.Int64Dtype()
        assert trend["revenue"].dtype.name.startswith("decimal128")
        assert trend["date"].tolist() == [pd.Timestamp("2015-05-17")]
        assert trend["visits"].sum() == 4
        assert trend.attrs["period"]["id"] == "all"
        assert client.report("shop", "changes")["held"].dtype == pd.BooleanDtype()


def test_notes_are_made_and_listed(served: Served) -> None:
    with place_in(served.data) as place:
        accounts.add(place.catalog, "eve", "editor", PASSWORD, place.now(), datasets=["shop"])
        _, token = tokens.add(place.catalog, "eve", name="test", scopes=["read", "write"], now=place.now())
    with Client(served.url, token) as client:
        made = client.annotate("shop", "Sale", "2015-05-17", "2015-05-20", color="#009E73")
        client.annotate("shop", "Later", "2015-06-01")
        notes = client.annotations("shop", last="2015-05-31")
        assert notes[["id", "text", "color"]].to_numpy().tolist() == [[made, "Sale", "#009E73"]]
        assert notes["last"].tolist() == [pd.Timestamp("2015-05-20")]
        with pytest.raises(ClientError) as refused:
            client.annotate("shop", "x" * 501, "2015-05-17")
        assert refused.value.status == 422
        assert refused.value.faults
    with served.client() as reader:
        assert len(reader.annotations("shop")) == 2
        with pytest.raises(ClientError, match="editor"):
            reader.annotate("shop", "x", "2015-05-17")


def test_frames_have_what_is_published(served: Served) -> None:
    with served.client() as client:
        for path in sorted((served.published / "shop" / "all").glob("*.csv")):
            frame = client.report("shop", path.stem, "all")
            kept = pd.read_csv(path, keep_default_na=False, dtype=str)
            assert frame.columns.tolist() == kept.columns.tolist()
            assert len(frame) == len(kept), path.stem
            for name in kept.columns:
                if frame[name].dtype == pd.Int64Dtype():
                    assert [str(one) for one in frame[name]] == kept[name].tolist(), (path.stem, name)


def test_what_is_not_published_is_answered_live(served: Served) -> None:
    with served.client() as client:
        assert client.report("shop", "overview", "2015-05-17")["visits"].tolist() == [4]
        found = client.report("shop", "sources", first="2015-05-17", last="2015-05-17", label="referrer~bing")
        assert found.groupby("label")["visits"].sum().to_dict() == {"all": 4, "asked": 1}
        compared = client.report("shop", "overview", "2015-05-17", compare="previous")
        assert compared["visits_before"].tolist() == [0]
        # There is no data of that day.
        assert compared["visits_difference"].isna().tolist() == [True]
        assert "Nothing is compared: of 16 May 2015, no day is there." in compared.attrs["lacking"]
        itself = client.report("shop", "overview", "2015-05-17", compare="2015-05-17")
        assert itself["visits_difference"].tolist() == [0]


def test_errors_are_in_words(served: Served) -> None:
    with served.client() as client:
        for ask, status, reason in (
            (lambda: client.report("other", "pages"), 404, "unknown_dataset"),
            (lambda: client.report("shop", "nothing"), 404, "unknown_report"),
            (lambda: client.report("shop", "pages", "yesterday"), 422, "unknown_period"),
            (lambda: client.report("shop", "pages", label="x"), 422, "misconfigured"),
            (lambda: client.report("../x", "pages"), 0, "unsafe_name"),
        ):
            with pytest.raises(ClientError) as found:
                ask()
            assert (found.value.status, found.value.reason) == (status, reason)
            assert str(found.value)
    with pytest.raises(ClientError, match="not signed in") as refused:
        Client(served.url, "pp_wrong").datasets()
    assert refused.value.status == 401
    with pytest.raises(ClientError) as away:
        Client("http://127.0.0.1:9", "x").datasets()
    assert (away.value.status, away.value.reason) == (0, "unreachable")
    for address in ("stats.example.org", "ftp://x/", "https://"):
        with pytest.raises(ClientError) as wrong:
            Client(address, "x")
        assert wrong.value.reason == "bad_address"
    assert "pp_secret" not in repr(Connection("http://x", "pp_secret"))


def test_only_what_changed_is_transferred(served: Served, tmp_path: Path) -> None:
    served.period("2015-05", "month")
    served.period("2015", "year")
    copy = tmp_path / "copy"
    first, asked = pulled(served, copy)
    assert (first.changed, first.unchanged, first.removed) == (("2015", "2015-05", "all"), (), ())
    assert asked < 20, "an archive for each period"
    same(copy, served.published)
    again, asked = pulled(served, copy)
    assert (again.changed, again.unchanged) == ((), ("2015", "2015-05", "all"))
    assert asked == 1
    assert again.bytes < first.bytes / 100
    served.period("2015-05", "month", word="label\n")
    changed, asked = pulled(served, copy)
    assert (changed.changed, changed.unchanged) == (("2015-05",), ("2015", "all"))
    assert asked == 3, "the list, the manifest, one file"
    assert changed.bytes < first.bytes / 20
    same(copy, served.published)


def test_removed_periods_go_and_what_was_lost_comes_back(served: Served, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    served.period("2015-05", "month")
    pulled(served, copy)
    same(copy, served.published)
    shutil.rmtree(served.published / "shop" / "2015-05")
    (copy / "shop" / "all" / "pages.json").unlink()
    (copy / "shop" / "notes").mkdir()
    (copy / "shop" / "notes" / "mine.txt").write_text("mine")
    found, asked = pulled(served, copy)
    assert (found.removed, found.changed) == (("2015-05",), ("all",))
    assert asked == 3
    assert (copy / "shop" / "notes" / "mine.txt").read_text() == "mine", "no period, so none of ours"
    shutil.rmtree(copy / "shop" / "notes")
    same(copy, served.published)


def test_some_kinds_of_period(served: Served, tmp_path: Path) -> None:
    served.period("2015-05", "month")
    found, _ = pulled(served, tmp_path, "month")
    assert (found.changed, found.unchanged) == (("2015-05",), ())
    assert not (tmp_path / "shop" / "all").exists()
    assert pulled(served, tmp_path, "all")[0].changed == ("all",)
    assert (tmp_path / "shop" / "2015-05").is_dir()


def test_the_command_pulls(served: Served, shop: Shop, tmp_path: Path) -> None:
    words = ("pull", served.url, "shop", tmp_path / "copy")
    ran = shop.run(*words, "--periods", "all", PROPROCESSOR_TOKEN=served.token)
    assert ran.out.startswith("shop: 1 changed, 0 unchanged, 0 removed; ")
    told = json.loads(shop.run(*words, "--json", "--token-env", "OTHER", OTHER=served.token).out)
    assert (told["changed"], told["unchanged"], told["removed"]) == ([], ["all"], [])
    same(tmp_path / "copy", served.published)
    assert "holds no token" in shop.run(*words, code=78).said
    assert "not signed in" in shop.run(*words, code=78, PROPROCESSOR_TOKEN="pp_x").said
    unknown = ("pull", served.url, "other", tmp_path / "copy")
    assert "There is no data set" in shop.run(*unknown, code=65, PROPROCESSOR_TOKEN=served.token).said
    away = ("pull", "http://127.0.0.1:9", "shop", tmp_path / "copy")
    assert "does not answer" in shop.run(*away, code=69, PROPROCESSOR_TOKEN=served.token).said
    shop.run(*words, "--periods", "decade", code=2, PROPROCESSOR_TOKEN=served.token)


# A server that is none of ours


@pytest.fixture
def stand_in() -> Iterator[StandIn]:
    with standing_in() as made:
        yield made


def refused(stand_in: StandIn, folder: Path) -> str:
    with pytest.raises(ClientError) as found:
        Client(stand_in.url, "x").pull(folder, "shop")
    return found.value.reason


HOSTILE = [
    "../x", "/etc/x", "..", ".", "", ".hidden", "a/../../x", "a//b", "a\\..\\x", "C:x", "a\0b", "a\nb", "x" * 300, 5, None,
    "a/b/c/d/e/f",
]  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE, ids=repr)
def test_names_from_the_server_never_leave_the_folder(stand_in: StandIn, tmp_path: Path, name: Any) -> None:
    copy = tmp_path / "deep" / "copy"
    good: dict[str, Any] = {"periods": [], "files": [], "assets": []}
    file = {"path": name, "sha256": sha256(b"evil")}
    for listing in (
        {**good, "files": [file]},
        {**good, "assets": [file]},
        {**good, "periods": [{"id": name, "kind": "month", "digest": sha256(b"")}]},
    ):
        stand_in.tell(listing)
        assert refused(stand_in, copy) == "unsafe_name"
    if isinstance(name, str):
        manifest = json.dumps({"files": {name: sha256(b"evil")}}).encode()
        stand_in.answers["/api/v1/datasets/shop/published/all/manifest.json"] = manifest
        stand_in.tell({**good, "periods": [{"id": "all", "kind": "all", "digest": sha256(manifest)}]})
        assert refused(stand_in, copy) == "unsafe_name"
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_link_in_the_copy_is_not_followed(stand_in: StandIn, tmp_path: Path) -> None:
    outside, copy = tmp_path / "outside", tmp_path / "copy"
    outside.mkdir()
    (copy / "shop").mkdir(parents=True)
    for link in ("all", "overlay"):
        (copy / "shop" / link).symlink_to(outside)
    stand_in.publish({"all": {"index.html": b"x"}})
    assert refused(stand_in, copy) == "link_leads_out"
    stand_in.publish({}, {"overlay/pages.js": b"x"})
    assert refused(stand_in, copy) == "link_leads_out"
    assert list(outside.iterdir()) == []


def test_what_is_no_console_is_told(stand_in: StandIn, tmp_path: Path) -> None:
    for body in (b"<html>", b"\xff", b"[]", b'{"periods": 5}', b'{"periods": [{"id": "all"}]}'):
        stand_in.answers["/api/v1/datasets/shop/published"] = body
        assert refused(stand_in, tmp_path) == "no_console", body
    stand_in.status = 302
    assert refused(stand_in, tmp_path) == "no_console"
    stand_in.status = 200
    manifest = b"[]"
    stand_in.answers["/api/v1/datasets/shop/published/all/manifest.json"] = manifest
    period = {"id": "all", "kind": "all", "digest": sha256(manifest)}
    stand_in.tell({"periods": [period], "files": [], "assets": []})
    assert refused(stand_in, tmp_path) == "no_console"


def test_what_differs_from_its_digest_is_not_kept(stand_in: StandIn, tmp_path: Path) -> None:
    stand_in.publish({"all": {"index.html": b"one", "a.json": b"two"}})
    stand_in.answers["/api/v1/datasets/shop/periods/all/archive"] = tar({"index.html": b"one", "a.json": b"another"})
    assert refused(stand_in, tmp_path) == "changed_meanwhile"
    assert not (tmp_path / "shop" / "all" / "a.json").exists()
    assert not (tmp_path / "shop" / "all" / "manifest.json").exists()
    stand_in.publish({"all": {"index.html": b"one", "a.json": b"two"}})
    del stand_in.answers["/api/v1/datasets/shop/periods/all/archive"]
    assert refused(stand_in, tmp_path) == "changed_meanwhile"
    stand_in.answers["/api/v1/datasets/shop/periods/all/archive"] = b"no tar"
    assert refused(stand_in, tmp_path) == "no_console"
    evil = tar({"index.html": b"one", "a.json": b"two", "../../evil": b"evil", "more.json": b"more"})
    stand_in.answers["/api/v1/datasets/shop/periods/all/archive"] = evil
    assert Client(stand_in.url, "x").pull(tmp_path / "copy", "shop").changed == ("all",)
    kept = {path.name for path in (tmp_path / "copy").rglob("*") if path.is_file()}
    assert kept == {"index.html", "a.json", "manifest.json"}, "nothing else of the archive is looked at"


@pytest.mark.parametrize("at", ["published/2026-03/b.json", "published/2026-03/index.html", "published/index.html"])
def test_who_is_killed_leaves_a_copy_that_can_be_used(stand_in: StandIn, tmp_path: Path, at: str) -> None:
    names = ("a.json", "b.json", "c.json", "d.json", "index.html")
    old = {name: f"old {name}".encode() for name in names}
    new = old | {name: f"new {name}".encode() for name in ("b.json", "index.html")}
    stand_in.publish({"2026-02": old, "2026-03": old}, {"index.html": b"old"})
    Client(stand_in.url, "x").pull(tmp_path, "shop")
    before = (tmp_path / "shop" / "2026-03" / "manifest.json").read_bytes()
    stand_in.publish({"2026-03": new}, {"index.html": b"new"})
    stand_in.held = f"/api/v1/datasets/shop/{at}"
    program = f"from proprocessor_client import Client; Client({stand_in.url!r}, 'x').pull({str(tmp_path)!r}, 'shop')"
    process = subprocess.Popen([sys.executable, "-c", program], env={**os.environ, "PYTHONPATH": str(PACKAGE)})
    try:
        assert stand_in.reached.wait(60)
    finally:
        process.kill()
        process.wait()
    period = tmp_path / "shop" / "2026-03"
    for name in names:
        assert (period / name).read_bytes() in (old[name], new[name])
    if "2026" in at:
        assert (period / "manifest.json").read_bytes() == before
        assert (period / "index.html").read_bytes() == old["index.html"], "last of all"
    assert (tmp_path / "shop" / "index.html").read_bytes() == b"old"
    assert (tmp_path / "shop" / "2026-02").is_dir(), "what the index still names"
    stand_in.held = ""
    found = Client(stand_in.url, "x").pull(tmp_path, "shop")
    assert found.removed == ("2026-02",)
    assert {name: (period / name).read_bytes() for name in names} == new
    assert sorted(path.name for path in period.iterdir()) == sorted((*names, "manifest.json"))
    assert (tmp_path / "shop" / "index.html").read_bytes() == b"new"


def test_it_is_installed_alone(tmp_path: Path) -> None:
    """From its own folder; what it imports is none of ours, and it says its types."""
    source, target = tmp_path / "source", tmp_path / "target"
    shutil.copytree(PACKAGE, source, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info", "build"))
    words = ("install", "--quiet", "--no-deps", "--no-build-isolation", "--no-index", "--target", target, source)
    subprocess.run([sys.executable, "-m", "pip", *words], check=True, capture_output=True)
    assert (target / "proprocessor_client" / "py.typed").is_file()
    program = (
        f"import sys; sys.path.insert(0, {str(target)!r}); import proprocessor_client; "
        "print(proprocessor_client.__file__); print(*sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-I", "-c", program], check=True, capture_output=True, text=True)
    where, _, loaded = ran.stdout.partition("\n")
    assert where.startswith(str(target))
    ours = {"console", "shared", "reporter", "analyzer", "parser", "fetcher", "fastapi", "sqlalchemy"}
    assert {one.partition(".")[0] for one in loaded.split()} & ours == set()
