"""Privacy settings on whole files of several formats: what they forbid is nowhere in what is written, and counts stay."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from hashlib import sha256
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from parser import read
from parser.countries import open_countries
from parser.import_settings import ImportSettings
from parser.lines import Reader
from parser.parts import plan
from parser.privacy import KEPT_SALTS, Privacy, Salts, truncated
from parser.read import ParseResult, parse_file, parse_part
from shared.errors import Misconfigured
from tests.oracle.lines import FIELDS
from tests.unit.test_parser_countries import Network, mmdb

PROXIES = ("10.0.0.0/8",)
SPOOFED = "198.51.100.99"
SECRET = "ann@fruit.example"
DAYS = (date(2026, 3, 1), date(2026, 3, 2))
START = datetime(2026, 3, 1, 22, 0, 30, tzinfo=UTC)


@dataclass(frozen=True)
class Person:
    """A visitor, and everything in a log that tells who it is."""

    address: str
    agent: str
    cookie: str
    dnt: str = "-"
    gpc: str = "-"

    @property
    def opted_out(self) -> bool:
        return "1" in (self.dnt, self.gpc)

    @property
    def referrer(self) -> str:
        return f"https://blog.test/of-{self.cookie}?q=apples&email={SECRET}#top"


PEOPLE = (
    Person("8.8.8.77", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "visitor-a"),
    Person("8.8.8.78", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "visitor-b", dnt="0"),
    Person("193.0.6.139", "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/144.0.0.0", "visitor-c"),
    Person("2001:4860:4860:12:34:56:78:8888", "Mozilla/5.0 (Macintosh) Version/26.0 Safari/605.1.15", "visitor-d"),
    Person("192.0.2.201", "Mozilla/5.0 (OptedOut; DNT) Firefox/141.0", "visitor-e", dnt="1"),
    Person("2001:db8:77:88:99:aa:bb:cc", "Mozilla/5.0 (OptedOut; GPC) Firefox/142.0", "visitor-f", dnt="0", gpc="1"),
)
OPTED_OUT = [one for one in PEOPLE if one.opted_out]


def hits() -> Iterator[tuple[datetime, Person, str]]:
    """Time, visitor and target: 20 rounds over two UTC days."""
    for number in range(20):
        for at, one in enumerate(PEOPLE):
            query = f"v={number}&Email={quote(SECRET)}&next=%2Fme%3Femail%3D{quote(SECRET, safe='')}"
            yield START + timedelta(minutes=12 * number, seconds=at), one, f"/page-{number}?{query}"


def combined() -> Iterator[str]:
    for when, one, target in hits():
        yield f'{one.address} - - [{when:%d/%b/%Y:%H:%M:%S} +0000] "GET {target} HTTP/1.1" 200 9 "{one.referrer}" "{one.agent}"'


def forwarded(one: Person) -> str:
    return f"{SPOOFED}, {one.address}, 10.0.0.2"


def w3c() -> Iterator[str]:
    yield (
        "#Fields: date time c-ip cs-method cs-uri-stem cs-uri-query sc-status cs(User-Agent) cs(Referer) cs(Cookie) "
        "cs(X-Forwarded-For) cs(DNT) cs(Sec-GPC) x-exit-url x-custom"
    )
    for when, one, target in hits():
        path, _, query = target.partition("?")
        values = (one.agent, one.referrer, f"id={one.cookie}", forwarded(one), one.dnt, one.gpc, one.referrer, query)
        plain = " ".join(value.replace(" ", "+") for value in values)
        yield f"{when:%Y-%m-%d %H:%M:%S} 10.0.0.1 GET {path};sid=1;email={SECRET} {query} 200 {plain}"


def nginx_json() -> Iterator[str]:
    for when, one, target in hits():
        yield json.dumps(
            {
                "time_iso8601": when.isoformat(),
                "remote_addr": "10.0.0.1",
                "request": f"GET {target} HTTP/1.1",
                "status": "200",
                "http_referer": one.referrer,
                "http_user_agent": one.agent,
                "http_cookie": f"id={one.cookie}",
                "http_x_forwarded_for": forwarded(one),
                "http_dnt": one.dnt,
                "http_sec_gpc": one.gpc,
            }
        )


APACHE = (
    '%h %l %u %t "%r" %>s %b "%{Referer}i" "%{User-Agent}i" "%{Cookie}i" "%{X-Forwarded-For}i" "%{DNT}i" "%{Sec-GPC}i"'
)


def apache() -> Iterator[str]:
    for when, one, target in hits():
        headers = (one.referrer, one.agent, f"id={one.cookie}", forwarded(one), one.dnt, one.gpc)
        quoted = " ".join(f'"{value}"' for value in headers)
        yield f'10.0.0.1 - - [{when:%d/%b/%Y:%H:%M:%S} +0000] "GET {target} HTTP/1.1" 200 9 {quoted}'


FORMATS = {"combined": combined, "w3c": w3c, "nginx_json": nginx_json, APACHE: apache}
LOGGING_OPT_OUT = [name for name in FORMATS if name != "combined"]
NAMED = {"ids": lambda name: name if "%" not in name else "apache"}
BY_FORMAT = pytest.mark.parametrize("format_name", list(FORMATS), **NAMED)


def junk(one: Person) -> str:
    return f"junk of {one.address} {one.agent} {SECRET}"


def log(format_name: str) -> str:
    """With lines of every kind: directives, rejects before, among and behind the hits."""
    lines = list(FORMATS[format_name]())
    return "\n".join([*lines[:1], junk(PEOPLE[0]), "", *lines[1:], junk(PEOPLE[4])]) + "\n"


@dataclass(frozen=True)
class Parsed:
    """The result and the folder of one parse."""

    result: ParseResult
    folder: Path

    @property
    def hits(self) -> pa.Table:
        tables = [pq.read_table(self.folder / part) for part in self.result.parts]
        nothing = pa.schema([(name, "str") for name in FIELDS]).empty_table()
        nothing = nothing.select([name for name in FIELDS if all(name not in one.column_names for one in tables)])
        return pa.concat_tables([*tables, nothing], promote_options="default").sort_by("line")

    def column(self, name: str) -> list[Any]:
        there = name in self.hits.column_names  # one that holds nothing may be left out
        found: list[Any] = self.hits[name].to_pylist() if there else [None] * self.hits.num_rows
        return found

    def side(self, kind: str) -> list[dict[str, Any]]:
        """The rows of a side table of all blocks."""
        paths = sorted(self.folder.glob(f"{kind}-*.parquet"))
        return [row for path in paths for row in pq.read_table(path).to_pylist()]

    def countries(self) -> list[str | None]:
        """Of each hit, in order of lines; an address has one country, in whatever block it stands."""
        found: dict[str, str | None] = {}
        for row in self.side("addresses"):
            assert found.setdefault(row["address"], row["country"]) == row["country"]
        return [found[one] if one else None for one in self.column("address")]

    def everything(self) -> str:
        """All text in all files, and their bytes as Latin-1."""
        texts: list[str] = []
        for path in sorted(self.folder.rglob("*")):
            if path.is_file():
                assert path.suffix == ".parquet", path
                texts.append(path.read_bytes().decode("latin-1"))
                for column in pq.read_table(path).columns:
                    texts += filter(None, pc.unique(column.cast(pa.string())).to_pylist())
        return "\n".join(texts)


KEEP, HASH, TRUNCATE = Privacy(), Privacy("hash"), Privacy("truncate")
OPT_OUT, DROP = Privacy(honour_opt_out=True), Privacy(drop_parameters=("email",))
ALL = Privacy("hash", honour_opt_out=True, drop_parameters=("email", "sid"))
SETTINGS = {"hash": HASH, "truncate": TRUNCATE, "opt out": OPT_OUT, "drop": DROP, "all": ALL}
BY_SETTING = pytest.mark.parametrize("privacy", SETTINGS.values(), ids=SETTINGS)


@dataclass(frozen=True)
class Parser:
    """Parses logs, each into a folder of its own, with the salts of one data folder."""

    root: Path

    @property
    def salts(self) -> Path:
        return self.root / "salts"

    def parse(self, text: str, settings: ImportSettings) -> Parsed:
        number = len(list(self.root.glob("hits-*")))
        folder = self.root / f"hits-{number}"
        folder.mkdir()
        (self.root / "raw").write_text(text)
        return Parsed(
            parse_file(self.root / "raw", folder, name="a.log", settings=settings, salts=Salts(self.salts)), folder
        )

    def of(self, format_name: str, privacy: Privacy = KEEP, **others: Any) -> Parsed:
        settings = ImportSettings(format_name, trusted_proxies=PROXIES, privacy=privacy)
        return self.parse(log(format_name), replace(settings, **others))


@pytest.fixture
def parser(tmp_path: Path) -> Parser:
    return Parser(tmp_path)


@pytest.fixture
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read, "Reader", partial(Reader, block_bytes=6000))


@BY_FORMAT
def test_without_settings_everything_is_there(parser: Parser, format_name: str) -> None:
    """Or nothing below would prove anything."""
    found = parser.of(format_name)
    text = found.everything()
    for one in PEOPLE:
        assert one.address in text
        assert one.agent in text
    assert SECRET in text
    assert found.column("address") == [one.address for _, one, _ in hits()]
    assert SPOOFED not in text
    assert found.result.head == log(format_name).encode()[:1024]
    opted_out = [one.opted_out or (None if one.dnt == "-" else False) for _, one, _ in hits()]
    assert found.column("opted_out") == (opted_out if format_name in LOGGING_OPT_OUT else [None] * len(opted_out))


@BY_FORMAT
@BY_SETTING
def test_counts_and_times_are_the_same_and_no_raw_text_is_kept(
    parser: Parser, format_name: str, privacy: Privacy
) -> None:
    kept, found = parser.of(format_name), parser.of(format_name, privacy)
    assert asdict(found.result) == {**asdict(kept.result), "head": sha256(kept.result.head).digest()}
    assert found.result.lines == found.result.directives + found.result.hits + found.result.rejects
    assert (found.result.hits, found.result.rejects) == (120, 2)
    rejects = [pq.read_table(one.folder / "rejects.parquet").to_pylist() for one in (kept, found)]
    assert [row["raw"] for row in rejects[0]] == [junk(PEOPLE[0]), junk(PEOPLE[4])]
    assert rejects[1] == [{**row, "raw": ""} for row in rejects[0]]
    assert "junk" not in found.everything()


@BY_FORMAT
@pytest.mark.parametrize("privacy", [HASH, TRUNCATE, ALL], ids=["hash", "truncate", "all"])
@pytest.mark.usefixtures("small_blocks")
def test_no_whole_address_is_written(parser: Parser, format_name: str, privacy: Privacy) -> None:
    found = parser.of(format_name, privacy)
    text = found.everything()
    assert len(found.result.parts) > 4
    for address in (*(one.address for one in PEOPLE), SPOOFED, "10.0.0.1", "10.0.0.2"):
        assert address not in text
        assert ip_address(address).exploded not in text


@BY_FORMAT
@pytest.mark.parametrize("privacy", [DROP, ALL], ids=["drop", "all"])
@pytest.mark.usefixtures("small_blocks")
def test_no_dropped_parameter_is_written(parser: Parser, format_name: str, privacy: Privacy) -> None:
    found = parser.of(format_name, privacy)
    text = found.everything().lower()
    for spelt in (SECRET, quote(SECRET, safe=""), quote(SECRET), "email"):
        assert spelt.lower() not in text
    assert found.column("query") == [f"v={number}" for number in range(20) for _ in PEOPLE] or privacy.honour_opt_out
    assert {row["term"] for row in found.side("referrers")} <= {"apples", None}


@pytest.mark.parametrize("format_name", LOGGING_OPT_OUT, **NAMED)
@pytest.mark.parametrize("privacy", [OPT_OUT, ALL], ids=["opt out", "all"])
@pytest.mark.usefixtures("small_blocks")
def test_nothing_tells_who_opted_out(parser: Parser, format_name: str, privacy: Privacy) -> None:
    kept, found = parser.of(format_name), parser.of(format_name, privacy)
    text = found.everything()
    for one in OPTED_OUT:
        for told in (one.address, truncated(one.address), one.agent, one.cookie, f"of-{one.cookie}"):
            assert told not in text
    assert "OptedOut" not in text
    rows = found.hits.to_pylist()
    for row, (_, one, _) in zip(rows, hits(), strict=True):
        assert bool(row["opted_out"]) == one.opted_out
        assert bool(row["address"]) == bool(row["agent"]) == bool(row["cookie"]) == (not one.opted_out)
    assert found.column("ts") == kept.column("ts")
    assert found.column("opted_out") == kept.column("opted_out")


@BY_FORMAT
@pytest.mark.parametrize("privacy", [HASH, TRUNCATE], ids=["hash", "truncate"])
def test_nothing_but_the_address_is_changed(parser: Parser, format_name: str, privacy: Privacy) -> None:
    kept, found = parser.of(format_name).hits, parser.of(format_name, privacy).hits
    assert {"line", *FIELDS} <= set(kept.column_names)
    for name in kept.column_names:
        assert (kept[name] == found[name]) != (name == "address"), name


@BY_FORMAT
def test_only_truncated_addresses_remain(parser: Parser, format_name: str) -> None:
    found = parser.of(format_name, TRUNCATE)
    assert found.column("address") == [truncated(one.address) for _, one, _ in hits()]


@BY_FORMAT
@pytest.mark.parametrize("privacy", [HASH, TRUNCATE], ids=["hash", "truncate"])
@pytest.mark.usefixtures("small_blocks")
def test_countries_are_still_known(parser: Parser, format_name: str, privacy: Privacy) -> None:
    countries = open_countries()
    expected = countries.countries_of([one.address for _, one, _ in hits()])
    assert {"US", "NL", None} <= set(expected)
    assert parser.of(format_name, privacy).countries() == parser.of(format_name).countries() == expected


@pytest.mark.usefixtures("small_blocks")
def test_a_hashed_address_has_the_country_of_the_whole_one(parser: Parser, tmp_path: Path) -> None:
    database = tmp_path / "mine.mmdb"
    database.write_bytes(mmdb({Network("8.8.8.77/32"): {"country_code": "FR"}}))
    settings = {"countries": f"{database}@0"}
    expected = ["FR" if one is PEOPLE[0] else None for _, one, _ in hits()]
    assert parser.of("combined", HASH, **settings).countries() == expected
    assert set(parser.of("combined", TRUNCATE, **settings).countries()) == {None}


def test_the_order_of_a_side_table_tells_nothing(parser: Parser) -> None:
    paths = sorted(parser.of("combined", HASH).folder.glob("addresses-*.parquet"))
    found = [pq.read_table(path)["address"].to_pylist() for path in paths]
    assert [len(one) for one in found] == [len(PEOPLE)] * 2
    assert found == [sorted(one) for one in found]


def codes(parsed: Parsed) -> dict[tuple[date, str], set[str]]:
    """UTC day and visitor's address to what stands in its place."""
    found: dict[tuple[date, str], set[str]] = {}
    for (when, one, _), code in zip(hits(), parsed.column("address"), strict=True):
        found.setdefault((when.date(), one.address), set()).add(code)
    return found


@BY_FORMAT
@pytest.mark.usefixtures("small_blocks")
def test_a_code_is_of_one_address_and_one_utc_day(parser: Parser, format_name: str) -> None:
    first = codes(parser.of(format_name, HASH))
    assert {day for day, _ in first} == set(DAYS)
    assert all(len(some) == 1 for some in first.values())
    assert len({code for some in first.values() for code in some}) == 2 * len(PEOPLE)
    # Whatever file and format it stands in
    assert codes(parser.of("combined", HASH)) == first


def test_nobody_makes_the_same_code_when_the_salt_is_forgotten(parser: Parser) -> None:
    first = codes(parser.of("combined", HASH))
    now_s = max(path.stat().st_mtime for path in parser.salts.iterdir()) + KEPT_SALTS.total_seconds() + 1
    Salts(parser.salts).forget(now_s)
    later = codes(parser.of("combined", HASH))
    assert first.keys() == later.keys()
    for key in first:
        assert first[key].isdisjoint(later[key])


@pytest.mark.parametrize("format_name", ["combined", "w3c"])
def test_parts_of_a_file_are_hidden_like_the_whole(parser: Parser, format_name: str) -> None:
    expected = parser.of(format_name, ALL).hits.to_pylist()
    raw, settings = parser.root / "raw", ImportSettings(format_name, trusted_proxies=PROXIES, privacy=ALL)
    rows = []
    for part in plan(raw, named=format_name, name="a.log", part_bytes=8000):
        folder = parser.root / f"part-{part.number}"
        folder.mkdir()
        result = parse_part(raw, folder, part, name="a.log", settings=settings, salts=Salts(parser.salts))
        found = Parsed(result, folder)
        rows += found.hits.to_pylist()
        text = found.everything()
        assert [one for one in (*(one.address for one in PEOPLE), SECRET, "junk") if one in text] == []
    assert rows == expected


def test_without_hashing_no_salt_is_made(parser: Parser) -> None:
    for privacy in (KEEP, TRUNCATE, OPT_OUT, DROP):
        parser.of("combined", privacy)
    assert not parser.salts.exists()


def test_who_trusts_no_proxy_has_the_proxys_address(parser: Parser) -> None:
    found = parser.of("nginx_json", trusted_proxies=())
    assert set(found.column("address")) == {"10.0.0.1"}


def test_a_users_table_of_referrers_comes_first(parser: Parser, tmp_path: Path) -> None:
    table = tmp_path / "mine.tsv"
    table.write_text("blog.test\tThe blog\tsearch\tq\n")
    found = parser.of("combined", DROP, referrers=f"{table}@0").side("referrers")
    assert {(row["medium"], row["source"], row["term"]) for row in found} == {("search", "The blog", "apples")}


@pytest.mark.parametrize("named", ["countries", "referrers"])
def test_a_missing_file_is_named(parser: Parser, tmp_path: Path, named: str) -> None:
    with pytest.raises(Misconfigured, match="absent"):
        parser.of("combined", **{named: f"{tmp_path / 'absent'}@"})
