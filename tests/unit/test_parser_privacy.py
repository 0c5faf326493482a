"""What privacy settings make of one value: addresses, parameters, salts, the names of contents."""

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from pathlib import Path
from time import process_time
from urllib.parse import quote, quote_plus, unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parser.import_settings import ImportSettings
from parser.parameters import Dropped
from parser.privacy import KEPT_SALTS, Privacy, Salts, hashed, truncated
from shared.dataset_settings import parse_dataset_settings

DAY, NEXT = date(2026, 3, 1), date(2026, 3, 2)
LATER_S = KEPT_SALTS.total_seconds() + 60


def chosen(text: str) -> ImportSettings:
    return ImportSettings.of(parse_dataset_settings(text, name="x"))


# Addresses


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.77", "192.0.2.0"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1::"),
        ("2001:DB8:0:FFFF::1", "2001:db8::"),
        ("::ffff:192.0.2.77", "192.0.2.0"),
        ("2002:c000:24d::1", "192.0.2.0"),  # 6to4: its first 48 bits are all of 192.0.2.77
        ("64:ff9b::192.0.2.77", "64:ff9b::"),
        ("::192.0.2.77", "::"),
        ("fe80::1%eth0", "fe80::"),
        ("pc77.fruit.test", ""),
        ("192.0.2.077", ""),
        ("192.0.2.77:80", ""),
        ("-", ""),
        ("", ""),
        ("\ud800", ""),
    ],
)
def test_a_network_is_kept_of_an_address(address: str, network: str) -> None:
    assert truncated(address) == network


@given(st.ip_addresses(v=4))
def test_of_ipv4_the_last_octet_goes(address: IPv4Address) -> None:
    kept = ip_address(truncated(str(address)))
    assert kept in ip_network(f"{address}/24", strict=False)
    assert int(kept) % 256 == 0


@given(st.ip_addresses(v=6, network="2000::/16"))
def test_of_ipv6_the_first_48_bits_stay(address: IPv6Address) -> None:
    assert truncated(str(address)) == str(ip_network(f"{address}/48", strict=False).network_address)


@given(st.text(max_size=50))
def test_what_is_kept_of_any_text_is_a_network_or_nothing(text: str) -> None:
    kept = truncated(text)
    assert kept == "" or truncated(kept) == kept


@given(st.text(max_size=60), st.binary(min_size=32, max_size=32))
def test_a_code_is_always_the_same_and_of_one_length(address: str, salt: bytes) -> None:
    code = hashed(address, salt)
    assert code == hashed(address, salt)
    assert len(code) == 32
    assert set(code) <= set("0123456789abcdef")
    assert code != hashed(address, salt[::-1] + b"x")
    assert code != hashed(address + "0", salt)


# Parameters

DROPPED = Dropped(("email", "sid", "user id"))


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ("a=1&email=ann&b=2", "a=1&b=2"),
        ("email=ann", None),
        ("Email=ann&SID", None),
        ("e%6Dail=ann&a=1", "a=1"),
        ("email%3Dann&a=1", "a=1"),
        ("user+id=7&user%20id=7&a=1", "a=1"),
        ("email[]=ann&email%5B0%5D=ann&a=1", "a=1"),
        ("a=1;email=ann;b=2", "a=1;b=2"),
        ("a=1&amp;email=ann", "a=1&amp"),
        ("next=%2Fme%3Femail%3Dann&a=1", "a=1"),
        ("next=%252Fme%253Femail%253Dann&a=1", "a=1"),
        ("a=1%26email%3Dann", None),
        ("a=1&&b=2", "a=1&&b=2"),
        ("emails=1&semail=2&q=email&p=/email/sid", "emails=1&semail=2&q=email&p=/email/sid"),
        ("q=a%20b+c%", "q=a%20b+c%"),
        ("", ""),
        (None, None),
    ],
)
def test_a_query_is_kept_without_what_is_dropped(query: str | None, kept: str | None) -> None:
    assert DROPPED.from_query(query) == kept


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://a.test/x?a=1&email=ann", "https://a.test/x?a=1"),
        ("https://a.test/x?email=ann#top", "https://a.test/x#top"),
        ("https://a.test/x#email=ann", "https://a.test/x"),
        ("https://a.test/x#/me?email=ann", "https://a.test/x"),
        ("https://a.test/#q=apples", "https://a.test/#q=apples"),
        ("https://l.test/l.php?u=https%3A%2F%2Fa.test%2F%3Femail%3Dann&h=1", "https://l.test/l.php?h=1"),
        ("/a;sid=7/b;v=1?c=1", "/a/b;v=1?c=1"),
        ("/a%3Femail%3Dann/b", "/a/b"),
        ("/email=ann/b", "//b"),
        ("/a/email/b", "/a/email/b"),
        ("android-app://com.slack", "android-app://com.slack"),
        ("-", "-"),
        (None, None),
    ],
)
def test_a_url_is_kept_without_what_is_dropped(url: str | None, kept: str | None) -> None:
    assert DROPPED.from_url(url) == kept


def test_a_path_is_never_nothing() -> None:
    assert DROPPED.from_path("/;sid=7") == "/"
    assert DROPPED.from_path("email=ann") == "/"
    assert DROPPED.from_path("*") == "*"


@pytest.mark.parametrize("piece", ["&sid[", ";sid[1", "/sid[", "&sid[]", "&sid%5B", "& ", ";sid=&"])
def test_brackets_without_end_take_no_longer_than_their_length(piece: str) -> None:
    began = process_time()
    for drop in (DROPPED.from_query, DROPPED.from_url, DROPPED.from_path):
        drop(piece * 8_000)
    assert process_time() - began < 2  # some 0.1 s; the square of the length would be many times that


@pytest.mark.parametrize("name", ["sid[]", "sid[a]", "sid[a][b]", "sid[a[b]", "sid[a/b]", "sid[a?b]"])
def test_a_list_is_dropped_by_its_name(name: str) -> None:
    assert DROPPED.from_query(f"a=1&{name}=2") == "a=1"
    assert DROPPED.from_query(f"u={quote(f'/me?{name}=2', safe='')}&a=1") == "a=1"


WORDS = st.text(alphabet="abemilsd=&;?#/%+[]3C6 ", max_size=12)
CODINGS = st.sampled_from((str, quote, quote_plus, lambda text: quote(quote(text, safe=""), safe="")))


@given(WORDS, WORDS, CODINGS, st.sampled_from("?&;#"))
def test_a_dropped_value_is_found_nowhere(before: str, behind: str, coding: type[str], mark: str) -> None:
    query = f"{before}&x={coding(f'/me{mark}email=SECRET')}&{behind}"
    for kept in (DROPPED.from_query(query), DROPPED.from_url(f"/a?{query}"), DROPPED.from_url(f"/a#{query}")):
        assert "SECRET" not in (kept or "")


@given(st.text(max_size=80))
def test_what_was_cleaned_is_clean(text: str) -> None:
    for clean in (DROPPED.from_query, DROPPED.from_url, DROPPED.from_path):
        once = clean(text)
        assert clean(once) == once


@given(st.lists(st.tuples(st.text("abc", min_size=1), st.text("xyz %&=")), max_size=6))
def test_other_parameters_stay_as_they_are(pairs: list[tuple[str, str]]) -> None:
    query = "&".join(f"{name}={quote(value)}" for name, value in pairs)
    assert DROPPED.from_query(query) == query
    assert DROPPED.from_query(f"email=1&{query}&sid=2") == (query or None)
    assert Dropped(()).from_query(f"email=1&{query}") == f"email=1&{query}"
    assert Dropped(("",)).from_url(f"/?=1&{query}#") == f"/?=1&{query}#"
    assert unquote(query).count("=") >= len(pairs)


# Salts


def test_a_salt_is_of_a_day_and_all_processes_agree_on_it(tmp_path: Path) -> None:
    one, other = Salts(tmp_path / "salts"), Salts(tmp_path / "salts")
    assert one.of(DAY) == other.of(DAY) == one.of(DAY)
    assert one.of(DAY) != one.of(NEXT)
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lambda _: Salts(tmp_path / "salts").of(date(2026, 3, 3)), range(40)))
    assert len(found) == 1
    assert sorted(path.name for path in (tmp_path / "salts").iterdir()) == [f"2026-03-0{day}.salt" for day in (1, 2, 3)]


def test_only_this_user_may_read_a_salt(tmp_path: Path) -> None:
    Salts(tmp_path / "salts").of(DAY)
    modes = {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "salts").iterdir()}
    assert modes == {0o600}
    assert stat.S_IMODE((tmp_path / "salts").stat().st_mode) == 0o700


def test_a_salt_is_forgotten_two_days_after_it_was_made(tmp_path: Path) -> None:
    salt = Salts(tmp_path).of(DAY)
    made_s = (tmp_path / "2026-03-01.salt").stat().st_mtime
    Salts(tmp_path).forget(made_s + KEPT_SALTS.total_seconds())
    assert Salts(tmp_path).of(DAY) == salt
    Salts(tmp_path).forget(made_s + LATER_S)
    assert list(tmp_path.iterdir()) == []
    assert Salts(tmp_path).of(DAY) != salt


def test_what_a_killed_process_left_is_forgotten_too(tmp_path: Path) -> None:
    Salts(tmp_path).of(DAY)
    left = tmp_path / ".2026-03-01.salt.00ff"
    os.link(tmp_path / "2026-03-01.salt", left)
    Salts(tmp_path).forget(left.stat().st_mtime + LATER_S)
    assert list(tmp_path.iterdir()) == []
    Salts(tmp_path / "absent").forget(0.0)
    assert not (tmp_path / "absent").exists()


@pytest.mark.parametrize("damaged", [b"", bytes(31)])
def test_a_damaged_salt_is_made_anew(tmp_path: Path, damaged: bytes) -> None:
    (tmp_path / "2026-03-01.salt").write_bytes(damaged)
    salt = Salts(tmp_path).of(DAY)
    assert len(salt) == 32
    assert Salts(tmp_path).of(DAY) == salt


# Names of contents


def test_any_privacy_hides_raw_files() -> None:
    on = (Privacy("hash"), Privacy("truncate"), Privacy(honour_opt_out=True), Privacy(drop_parameters=("sid",)))
    assert [one.is_on and one.hides_raw_files for one in on] == [True] * 4
    assert not Privacy().is_on
    assert not Privacy().hides_raw_files


def test_every_setting_names_another_content() -> None:
    texts = (
        "",
        "[privacy]\naddresses = 'hash'",
        "[privacy]\naddresses = 'truncate'",
        "[privacy]\nhonour_opt_out = true",
        "[privacy]\ndrop_parameters = ['sid']",
        "[source]\ntrusted_proxies = ['10.0.0.0/8']",
        "[source]\ncountries = 'absent.mmdb'",
        "[source]\nreferrers = 'absent.tsv'",
    )
    assert len({chosen(text).digest() for text in texts}) == len(texts)


def test_order_and_case_of_names_are_no_other_setting() -> None:
    one = chosen("[privacy]\ndrop_parameters = ['SID', ' email']\n[source]\ntrusted_proxies = ['10.0.0.1', '::1']")
    other = chosen("[privacy]\ndrop_parameters = ['email', 'sid', '']\n[source]\ntrusted_proxies = ['::1', '10.0.0.1']")
    assert one == other
    assert one.digest() == other.digest()


def test_a_changed_file_is_another_setting(tmp_path: Path) -> None:
    table = tmp_path / "a@b.tsv"
    text = f"[source]\nreferrers = '{table}'"
    absent = chosen(text)
    table.write_text("a.test\tA\tsocial\n")
    first = chosen(text)
    assert first == chosen(text)
    table.write_text("a.test\tA\tsearch\tq\n")
    digests = {one.digest() for one in (absent, first, chosen(text))}
    assert len(digests) == 3
    assert {one.path(one.referrers) for one in (absent, first)} == {table}
    assert first.path(first.countries) is None
