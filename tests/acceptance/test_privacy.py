"""``proprocessor process`` with privacy settings: what is forbidden lies nowhere afterwards, and numbers stay right."""

from __future__ import annotations

import gzip
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from tests.acceptance.command import Ran, audit, run, total

MISCONFIGURED = 78
ADDRESSES = ("8.8.8.77", "8.8.8.78", "193.0.6.139", "2001:4860:4860:12:34:56:78:8888")
SECRET = "ann@fruit.example"
AGENTS = ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/140.0", "Mozilla/5.0 (Windows NT 10.0) Chrome/144.0.0.0")


def combined(day: int, first: int, number: int = 60) -> str:
    """Page views, one a minute, by each address in turn."""
    return "".join(
        f"{ADDRESSES[one % 4]} - - [{day:02}/Mar/2026:10:{one % 60:02}:00 +0000] "
        f'"GET /page-{one}?v=1&email={SECRET} HTTP/1.1" 200 9 "https://blog.test/?email={SECRET}" "{AGENTS[one % 3 % 2]}"\n'
        for one in range(first, first + number)
    )


def junk() -> str:
    return f"junk of {ADDRESSES[0]} {SECRET}\n"


class Shop:
    """A folder of logs, its settings, and what is made of it."""

    def __init__(self, root: Path, settings: str = "") -> None:
        self.root, self.logs, self.out, self.data = root, root / "shop", root / "out", root / "data"
        self.logs.mkdir(parents=True)
        self.set(settings)

    def set(self, settings: str) -> None:
        (self.root / "settings.toml").write_text(settings)

    def process(self) -> Ran:
        words = ("process", self.logs, "--publish", self.out, "--settings", self.root / "settings.toml")
        ran = self.run(*words)
        assert ran.code == 0, ran.said
        return ran

    def run(self, *words: str | Path) -> Ran:
        return run(*words, data=self.data, PROPROCESSOR_LOG="json")

    def raw(self) -> list[Path]:
        return [path for path in (self.data / "raw").rglob("*") if path.is_file()]

    def everything(self) -> str:
        """All that lies in the data folder and is published: bytes as they are, and what Parquet and the catalog hold."""
        texts = []
        for path in sorted((*self.data.rglob("*"), *self.out.rglob("*"))):
            if path.is_file():
                texts += [path.read_bytes().decode("latin-1"), *_told_by(path)]
        return "\n".join(texts)

    def numbers(self) -> dict[str, int]:
        names = ("visits", "page_views", "visitors", "short_visits", "downloads")
        return {name: total(self.out, "shop", name) for name in names}


def _told_by(path: Path) -> Iterator[str]:
    if path.suffix == ".parquet":
        for column in pq.read_table(path).columns:
            plain = not isinstance(column.type, pa.BaseExtensionType) and not pa.types.is_fixed_size_binary(column.type)
            if plain and not pa.types.is_nested(column.type):  # identities are digests, no texts
                yield from filter(None, pc.unique(column.cast(pa.string())).to_pylist())
    if path.suffix == ".db":
        with closing(sqlite3.connect(path)) as database:
            tables = [row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            for table in tables:
                yield from (repr(row) for row in database.execute(f'SELECT * FROM "{table}"'))


def events(ran: Ran, name: str) -> list[dict[str, Any]]:
    """What was logged under a name."""
    rows = [json.loads(line) for line in ran.err.splitlines() if line.startswith("{")]
    return [row for row in rows if row["event"] == name]


def test_without_privacy_everything_is_found(tmp_path: Path) -> None:
    """Or the test below would prove nothing."""
    shop = Shop(tmp_path)
    (shop.logs / "a.log").write_text(combined(1, 0) + junk())
    shop.process()
    text = shop.everything()
    assert [word for word in (*ADDRESSES, SECRET) if word not in text] == []
    assert len(shop.raw()) == 1


@pytest.mark.parametrize("addresses", ["hash", "truncate"])
def test_what_is_forbidden_lies_nowhere_and_nothing_counts_twice(tmp_path: Path, addresses: str) -> None:
    shop = Shop(tmp_path, f"[privacy]\naddresses = '{addresses}'\ndrop_parameters = ['EMAIL']\n")

    def check(ran: Ran, page_views: int) -> None:
        text = shop.everything() + ran.said
        assert [word for word in (*ADDRESSES, SECRET) if word in text] == []
        assert shop.raw() == []
        assert total(shop.out, "shop") == page_views

    (shop.logs / "a.log").write_text(combined(1, 0) + junk())
    (shop.logs / "b.log").write_text(junk() + combined(2, 0, 30))
    first = shop.process()
    check(first, 90)
    assert len(events(first, "parse.raw_deleted")) == 2
    assert sum(row["rejects"] for row in audit(shop.out, "shop").values()) == 2
    # Again: nothing is fetched or parsed.
    before = shop.numbers()
    again = shop.process()
    assert [row["fetched"] for row in events(again, "fetch.finished")] == [0]
    assert events(again, "parse.started") == []
    assert shop.numbers() == before
    # Grown, and rotated: each line once.
    (shop.logs / "b.log").write_text(junk() + combined(2, 0, 30) + combined(2, 30, 20))
    (shop.logs / "a.log.1.gz").write_bytes(gzip.compress((shop.logs / "a.log").read_bytes()))
    check(shop.process(), 110)
    assert audit(shop.out, "shop")["a.log"]["page_views"] + audit(shop.out, "shop")["a.log.1.gz"]["page_views"] == 60
    # Raw files are gone for good, and it is said.
    ran = shop.run("reparse", "shop", "--now")
    assert (ran.code, "4 files have no raw file any more" in ran.err) == (0, True), ran.said
    check(ran, 110)
    rejects = json.loads(shop.run("rejects", "list", "shop", "--json").out)["rejects"]
    assert {(row["reason"], row["raw"]) for row in rejects} == {("shape", "")}


def test_a_hash_changes_no_number_of_one_day(tmp_path: Path) -> None:
    found = []
    for name in ("keep", "hash"):
        visits = "[visits]\nnew_visit_on_external_referrer = false\n"
        shop = Shop(tmp_path / name, f"[privacy]\naddresses = '{name}'\n{visits}")
        (shop.logs / "a.log").write_text(combined(1, 0) + combined(1, 7, 30).replace(":10:", ":12:"))
        shop.process()
        found.append(shop.numbers())
    assert found[0] == found[1]
    assert found[0]["page_views"] == 90
    assert len({found[0][name] for name in ("visits", "visitors", "page_views")}) == 3


def opting_out(number: int = 20) -> str:
    """By two people in turn, one of whom wants not to be told of."""
    rows = (
        {
            "time_iso8601": f"2026-03-01T10:{one:02}:00+00:00",
            "remote_addr": "10.0.0.1",
            "http_x_forwarded_for": f"198.51.100.9, {ADDRESSES[one % 2]}",
            "request": f"GET /page-{one} HTTP/1.1",
            "status": "200",
            "http_user_agent": AGENTS[one % 2],
            "http_sec_gpc": str(one % 2),
        }
        for one in range(number)
    )
    return "".join(f"{json.dumps(row)}\n" for row in rows)


def test_who_opts_out_is_counted_only_as_excluded_and_only_where_it_is_honoured(tmp_path: Path) -> None:
    trusted = "[source]\ntrusted_proxies = ['10.0.0.0/8']\n"
    counted = {}
    for name, settings in (("kept", ""), ("honoured", "[privacy]\nhonour_opt_out = true\n")):
        shop = Shop(tmp_path / name, trusted + settings)
        (shop.logs / "a.log").write_text(opting_out())
        shop.process()
        row = audit(shop.out, "shop")["a.log"]
        counted[name] = (row["hits"], row["excluded"], row["page_views"], shop.numbers()["visitors"])
        text = shop.everything()
        assert ADDRESSES[0] in text
        assert (ADDRESSES[1] in text, AGENTS[1] in text) == (name == "kept", name == "kept")
    assert counted == {"kept": (20, 0, 20, 2), "honoured": (20, 10, 10, 1)}


def test_a_database_of_countries_that_is_not_there_is_named(tmp_path: Path) -> None:
    shop = Shop(tmp_path, f"[source]\ncountries = '{tmp_path / 'absent.mmdb'}'\n")
    (shop.logs / "a.log").write_text(combined(1, 0, 5))
    ran = shop.run("process", shop.logs, "--publish", shop.out, "--settings", tmp_path / "settings.toml")
    assert (ran.code, "absent.mmdb" in ran.err) == (MISCONFIGURED, True), ran.said
