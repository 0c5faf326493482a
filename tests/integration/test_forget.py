"""Forgetting a visitor while others work, by cookie, in parts, and killed on the way: it ends as it should."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pyarrow.parquet as pq
import pytest
import sqlalchemy as sa

from parser import forget as forgetting
from parser import read, stage
from parser.forget import Wanted, forget
from shared.catalog.schema import analyses, contents, datasets, files, tombstones
from shared.errors import Misconfigured
from shared.messages import HitsParsed
from shared.site import Site, Subdomain
from shared.tombstones import FORGOTTEN, Forgotten, address_stone, cookie_stone, forgotten_by, plain_address
from tests.integration.installation import Installation

SITE = Site(subdomains=(Subdomain("SUBDOMAIN1", "www", persistent_cookie="pid", session_cookie="sid"),))
ANN, BOB, NAT = "192.0.2.77", "192.0.2.1", "198.51.100.9"
FIELDS = "#Fields: date time c-ip cs-method cs-uri-stem cs-uri-query sc-status cs(User-Agent) cs(Cookie)"


def w3c(*rows: tuple[str, str, str]) -> bytes:
    """Time, address and cookie of each hit."""
    lines = [f"2026-03-01 {at} {who} GET /{n} q={n} 200 Agent/1 {cookie}" for n, (at, who, cookie) in enumerate(rows)]
    return "\n".join([FIELDS, *lines, ""]).encode()


def with_site(made: Installation) -> str:
    dataset = made.dataset()
    with made.catalog.write() as connection:
        connection.execute(sa.update(datasets).values(site=SITE.to_json()))
    return dataset


def do(made: Installation, dataset: str, kind: Any = "address", value: str = ANN) -> dict[str, Any]:
    return forget(made.catalog, made.settings, dataset, Wanted(kind, value), datetime.now(UTC))


def addresses(made: Installation, file: int) -> list[str]:
    """Of the hits of a file, in order of lines; all that is personal is gone where it was forgotten."""
    content = made.content(file)
    found = []
    for part in content["parts"]:
        for row in pq.read_table(made.settings.data / content["folder"] / part).to_pylist():
            hidden = row["address"] == FORGOTTEN
            assert not (hidden and any(row.get(name) for name in ("query", "agent", "cookie", "referrer")))
            found.append((row["line"], row["address"]))
    assert len(found) == content["hits"]
    return [address for _, address in sorted(found)]


def folders(made: Installation) -> list[str]:
    return sorted(path.name for path in (made.settings.data / "hits").glob("*/*"))


def test_a_visitor_is_known_by_cookie_also_before_it_was_set(one: Installation) -> None:
    dataset = with_site(one)
    early = one.fetch(dataset, w3c(("09:30:00", NAT, "-"), ("09:50:00", NAT, "-")), "early.log")
    late = one.fetch(
        dataset,
        w3c(
            ("10:00:00", NAT, "-"),  # the cookie that follows is Ann's
            ("10:10:00", NAT, "lang=ann-1;+pid=ann-1"),
            ("10:11:00", ANN, "sid=ann-1"),
            ("10:20:00", NAT, "-"),  # Bob's
            ("10:21:00", NAT, "pid=bob"),
            ("10:22:00", NAT, "pid=ann-1"),
            ("10:30:00", NAT, "lang=ann-1"),  # nobody's: nothing follows
            ("10:31:00", BOB, "lang=ann-1"),
        ),
        "late.log",
    )
    one.work()
    receipt = do(one, dataset, "visitor", "ann-1")
    assert addresses(one, early) == [NAT, FORGOTTEN], "within the gap of the cookie in the next file"
    assert addresses(one, late) == [FORGOTTEN, FORGOTTEN, FORGOTTEN, NAT, NAT, FORGOTTEN, NAT, BOB]
    assert (receipt["hits"], receipt["files"]) == (5, ["early.log", "late.log"])
    again = one.fetch(dataset, w3c(("11:00:00", NAT, "-"), ("11:00:01", NAT, "pid=ann-1")), "again.log")
    one.work()
    assert addresses(one, again) == [FORGOTTEN, FORGOTTEN]
    with one.catalog.read() as connection:
        text = repr(connection.execute(sa.select(tombstones)).all())
    assert "ann-1" not in text


def test_a_parse_that_was_under_way_is_made_again(one: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    dataset = one.dataset()
    file = one.fetch(dataset, w3c(("10:00:00", ANN, "-"), ("10:00:01", BOB, "-")))
    parse, calls = read.parse_file, list[int]()

    def meanwhile(*args: Any, **given: Any) -> Any:
        result = parse(*args, **given)
        if not calls:
            do(one, dataset)
        calls.append(1)
        return result

    monkeypatch.setattr(stage, "parse_file", meanwhile)
    one.work()
    assert len(calls) == 2
    assert addresses(one, file) == [FORGOTTEN, BOB]
    assert folders(one) == [one.content(file)["id"]]
    assert list((one.settings.data / "raw").rglob("*/*")) == []
    assert len(one.facts(HitsParsed)) == 1


def test_killed_on_the_way_it_ends_when_done_again(local: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    dataset = local.dataset()
    file = local.fetch(dataset, w3c(("10:00:00", ANN, "-"), ("10:00:01", BOB, "-")))
    local.work()
    before = local.content(file)

    def killed(*args: Any, **given: Any) -> Any:
        raise KeyboardInterrupt

    for name in ("_swap", "remove_unused", "remove_raw"):
        with monkeypatch.context() as patch:
            patch.setattr(forgetting, name, killed)
            with pytest.raises(KeyboardInterrupt):
                do(local, dataset)
        if name == "_swap":
            assert local.content(file) == before and addresses(local, file) == [ANN, BOB]
        else:
            assert addresses(local, file) == [FORGOTTEN, BOB]
    assert do(local, dataset)["raw_files_deleted"] == 1
    assert folders(local) == [local.content(file)["id"]]
    assert local.content(file)["hits"] == before["hits"]
    with local.catalog.read() as connection:
        assert connection.execute(sa.select(contents.c.id)).scalars().all() == folders(local)


def test_a_file_in_parts_and_one_that_grew(local: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [(f"10:{at // 60:02d}:{at % 60:02d}", ANN if at % 3 == 0 else BOB, "-") for at in range(900)]
    from parser import part_stage, parts

    monkeypatch.setattr(part_stage, "plan", lambda raw, **given: parts.plan(raw, **given | {"part_bytes": 9000}))
    dataset = local.dataset()
    file = local.fetch(dataset, w3c(*rows))
    local.work()
    assert len(local.content(file)["parts"]) > 2
    do(local, dataset)
    assert addresses(local, file) == [FORGOTTEN if who == ANN else who for _, who, _ in rows]
    grown = [*rows, ("11:00:00", ANN, "-"), ("11:00:01", BOB, "-")]
    larger = local.fetch(dataset, w3c(*grown))
    local.work()
    assert addresses(local, larger) == [FORGOTTEN if who == ANN else who for _, who, _ in grown]
    with local.catalog.read() as connection:
        from shared.catalog.schema import growths

        assert len(connection.execute(sa.select(growths)).all()) == 1, "known as the same file, grown"
    assert list((local.settings.data / "raw").rglob("*/*")) == []


def test_old_analyses_and_parses_go_too(local: Installation) -> None:
    dataset = local.dataset()
    file = local.fetch(dataset, w3c(("10:00:00", ANN, "-"), ("10:00:01", BOB, "-")))
    local.work()
    old = local.settings.data / "analyses" / dataset / "x"
    old.mkdir(parents=True)
    (old / "visits.parquet").touch()
    with local.catalog.write() as connection:
        stamp = {"sources": 1, "page_views": 1, "visits": 1, "created_at": datetime.now(UTC)}
        connection.execute(
            sa.insert(analyses).values(dataset=dataset, digest="x", folder=f"analyses/{dataset}/x", **stamp)
        )
    local.change(dataset, source={"reject_limit": 1.0, "trusted_proxies": ["10.0.0.0/8"]})
    local.announce(dataset, file, local.row(files, id=file)["sha256"], origin="again")
    local.work()
    assert len(folders(local)) == 2
    do(local, dataset)
    assert not old.exists()
    assert folders(local) == [local.content(file)["id"]]


def test_a_held_file_and_nobody(local: Installation) -> None:
    dataset = local.dataset(source={"reject_limit": 0.0})
    file = local.fetch(dataset, w3c(("10:00:00", ANN, "-")) + f"junk {ANN}\njunk of others\n".encode())
    local.work()
    assert local.row(files, id=file)["held"]
    assert do(local, dataset, value="203.0.113.1")["hits"] == 0
    receipt = do(local, dataset)
    assert (receipt["hits"], receipt["files_with_rejects"], receipt["raw_files_deleted"]) == (1, 1, 1)
    folder = local.settings.data / local.row(contents, id=local.row(files, id=file)["held"])["folder"]
    assert pq.read_table(folder / "rejects.parquet")["raw"].to_pylist() == [FORGOTTEN, "junk of others"]


def test_with_another_key_nothing_is_read(local: Installation) -> None:
    dataset = local.dataset()
    do(local, dataset)
    (local.settings.data / "secret.key").write_text("another")
    with local.catalog.read() as connection, pytest.raises(Misconfigured, match="another secret key"):
        forgotten_by(connection, dataset, local.settings)


@pytest.mark.parametrize(
    ("one", "other"),
    [("192.0.2.1", "::ffff:192.0.2.1"), ("2001:DB8::1", "2001:db8:0:0::1"), ("Host.test", "host.test")],
)
def test_an_address_is_the_same_however_it_is_written(one: str, other: str) -> None:
    assert plain_address(one) == plain_address(other)


def test_texts_are_searched_for_whole_addresses_and_values() -> None:
    key = b"k" * 32
    known = Forgotten(key, frozenset({address_stone(key, "192.0.2.7"), cookie_stone(key, "pid", "ann")}))
    for text in ("x 192.0.2.7 y", "192.0.2.7:80", "[::ffff:192.0.2.7]:1", 'c="pid=ann"', "ann"):
        assert known.has_text(text), text
    for text in ("192.0.2.77", "1192.0.2.7", "annabel", "", "pid=bob"):
        assert not known.has_text(text), text
