"""What must hold for any input, by the name of the target; a broken law is an exception that leaves its function."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import resource
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, fields
from datetime import datetime
from functools import partial
from types import NoneType
from typing import get_type_hints

from fetcher.checksums import read_sums
from fetcher.config import read_config
from fetcher.ftp_lines import read_lines, read_list_line, read_mlsd_line
from fetcher.listings import read_html, read_json
from fetcher.names import is_safe_name
from parser import archives, ncsa
from parser.agents import read_agent
from parser.countries import explain_address, open_countries
from parser.detect import Detection, choose
from parser.formats import FORMATS
from parser.parameters import Dropped
from parser.privacy import hashed, truncated
from parser.proxies import resolver
from parser.read import parse_file
from parser.readers import HeaderReader, LineReader, family_of, reader_of
from parser.records import BLANKS, MAX_BYTES, Directive, Hit, Record, Reject
from parser.rejects import REASONS
from shared.campaigns import campaign_of, channel_of
from shared.dataset_settings import DatasetSettings
from shared.errors import Misconfigured, Rejected
from shared.hosts import bare_host, country_suffix, host_of, registrable_domain
from shared.pages import PageRules, clean_path
from shared.referrers import read_referrer
from shared.site import Subdomain
from tests.fuzz import seeds
from tests.integration import test_parser_files
from tests.integration.test_parser_files import Ways, assert_laws, parse
from tests.oracle.lines import FIELDS, Expected, decoded, expect, split


@dataclass(frozen=True)
class Target:
    """A check with inputs to begin with; ``cpu_s`` is what one input may take before it is stopped."""

    run: Callable[[bytes], object]
    seeds: tuple[bytes, ...]
    cpu_s: float


# Lines

HINTS = get_type_hints(Hit)
ENCODED = frozenset(("nlf", "w3c", "cloudfront", "caddy", "traefik", "nginx_json"))
"""Formats in which a value may hold a line break or NUL, written as ``%0A`` or ``\\u0000``."""
LONG, LINE_S = 4096, 0.2
"""Characters of a line that is timed, and what it may take."""
MAY_BE_EMPTY = frozenset(("address", "method", "path"))


def check_record(record: Record, line: str, *, may_decode: bool) -> None:
    """Types, ranges, and no character in a value that no line of text can hold."""
    match record:
        case Reject():
            assert record.reason in REASONS, record
        case Directive():
            assert line.startswith("#") or not line.strip(BLANKS), "a line that says something is a directive"
        case Hit():
            for field in fields(Hit):
                _check_value(field.name, getattr(record, field.name), line, may_decode)
            assert record.ts.tzinfo is None
            assert 0 <= record.status <= 999
            assert record.bytes is None or 0 <= record.bytes <= MAX_BYTES
            assert record.address and record.path and record.method == record.method.upper()
        case _:
            raise AssertionError(f"no record: {record!r}")


def _check_value(name: str, value: object, line: str, may_decode: bool) -> None:
    hint = HINTS[name]
    kinds = getattr(hint, "__args__", (hint,))
    assert type(value) in kinds, f"{name} is a {type(value).__name__}"
    if isinstance(value, str):
        value.encode()
        assert value or name in MAY_BE_EMPTY, f"{name} is empty, not None"
        assert may_decode or "\n" not in value, f"{name} holds a line break"
        assert may_decode or "\0" not in value or "\0" in line, f"{name} holds NUL"
    assert value is not None or NoneType in kinds, name


def lines_of(data: bytes) -> list[str]:
    """As the parser reads them."""
    return [decoded(line).rstrip("\r\n") for line in split(data)]


def readers(data: bytes) -> None:
    """Every line by every reader, and the format of them all."""
    lines = lines_of(data)
    for name in FORMATS:
        _read_all(reader_of(name), lines, may_decode=name in ENCODED)
    with suppress(Rejected):
        assert isinstance(choose("auto", lines, "fuzz"), Detection)


def _read_all(reader: LineReader, lines: Sequence[str], *, may_decode: bool) -> None:
    for line in lines:
        check_record(_read_soon(reader, line), line, may_decode=may_decode)
    assert isinstance(reader.cookies_logged, bool)


def _read_soon(reader: LineReader, line: str) -> Record:
    """Long lines take no longer than they are long."""
    if len(line) < LONG:
        return reader.read(line)
    started = time.process_time()
    record = reader.read(line)
    took_s = time.process_time() - started
    assert took_s < LINE_S, f"a line of {len(line)} characters took {took_s:.2f} s"
    return record


def format_strings(data: bytes) -> None:
    """The first line is a format string, the others are read with it."""
    text, *lines = lines_of(data) or [""]
    if not ("%" in text or "$" in text) or len(text) > 1000:
        return
    try:
        reader = reader_of(text)
    except Misconfigured:
        return
    assert family_of(text) == "other"
    _read_all(reader, lines, may_decode="\0" in text)  # in the name of a cookie


# Files

test_parser_files.parse_file = partial(parse_file, threads=1)  # an engine less to begin


def files(data: bytes) -> None:
    """The last bytes say how the file is read. Law 1, the reference reader and the oracle say the same."""
    if _is_nothing_to_read(data):
        return
    way, body = data[-1], data[:-1]
    name = ("combined", "w3c", "nlf")[way % 3]
    ways = Ways((32 << 20, 900, 250)[way // 3 % 3], (250_000, 5)[way // 9 % 2], (1, 4, 64)[way // 18 % 3])
    result, found = parse(body, name, ways)
    family = "ncsa" if name == "combined" else "w3c"
    assert_laws(body, result, found)
    _assert_same(found, expect(body, family), "the oracle")
    _assert_same(found, by_reference(body, family), "the reference reader")


def _is_nothing_to_read(data: bytes) -> bool:
    """Empty, or packed: that is the target ``archives``."""
    return not data or archives.archive_by(data[: archives.MAGIC_BYTES]) is not None


def _assert_same(found: Expected, expected: Expected, whose: str) -> None:
    for kind in ("hits", "rejects", "directives"):
        pairs = zip(getattr(found, kind), getattr(expected, kind), strict=False)
        differing = next((pair for pair in pairs if pair[0] != pair[1]), None)
        assert differing is None, f"{kind} are not those of {whose}: {differing}"
    assert found.counts == expected.counts, whose


def by_reference(data: bytes, family: str) -> Expected:
    """The tables of a file by the parser's own line reader."""
    read = ncsa.read_line if family == "ncsa" else HeaderReader().read
    records = [(number, line, read(line)) for number, line in enumerate(lines_of(data), start=1)]
    before = next((record.ts for _, _, record in records if isinstance(record, Hit)), None)
    found = Expected()
    for number, line, record in records:
        if isinstance(record, Hit):
            before = record.ts
            found.hits.append((number, *(getattr(record, name) for name in FIELDS)))
        elif isinstance(record, Reject):
            found.rejects.append((number, before, record.reason, line))
        else:
            found.directives.append((number, before))
    return found


def other_files(data: bytes) -> None:
    """Files of the other formats, named or detected: Law 1, and rejects as they were."""
    if _is_nothing_to_read(data):
        return
    names = [name for name, one in FORMATS.items() if one.family == "other"] + ["auto"]
    way, body = data[-1], data[:-1]
    try:
        result, found = parse(body, names[way % len(names)], Ways((32 << 20, 250)[way // 16 % 2]))
    except Rejected as error:
        assert error.reason == "format_unknown"
        return
    assert_laws(body, result, found)


# Archives

MEMORY_BYTES = 400 << 20
MOST_READS = 64
XZ_PADDING = b"YZ\0"
"""Between members, where the standard library knows of none."""
WHOLE: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.decompress,
    "bzip2": bz2.decompress,
    "xz": lzma.decompress,
}


def packed(data: bytes) -> None:
    """Unpacked or rejected, in bounded memory; what the standard library unpacks as a whole is the same."""
    archive = archives.archive_by(data[: archives.MAGIC_BYTES])
    if archive is None:
        return
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    size = 1 << (len(data) % 18)
    found, whole = bytearray(), False
    try:
        stream = archives.Checked(archive, io.BytesIO(data), "fuzz")
        for _ in range(MOST_READS):
            piece = stream.read(size)
            assert len(piece) <= size, "more than was asked for"
            found += piece
            if whole := not piece:
                break
    except Rejected as error:
        assert error.reason
        return
    finally:
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) << 10
        assert grown < MEMORY_BYTES, f"{archive.name}: {grown >> 20} MiB for {len(data)} bytes"
    if archive.name in WHOLE and whole and XZ_PADDING not in data:
        assert WHOLE[archive.name](data) == found, "other bytes than the standard library's"


# What values mean

SETTINGS = DatasetSettings.model_validate({"pages": {"ignore_parameters": ["sid"], "default_pages": ["index.html"]}})
RULES = tuple(
    PageRules(SETTINGS, Subdomain("SUBDOMAIN1", "www", case_sensitive=sense, case_sensitive_params=sense), host)
    for sense, host in ((True, ""), (False, "www.fruit.test"))
)
COUNTRIES = open_countries()
RESOLVE = resolver(("192.0.2.0/24", "10.0.0.0/8", "::1", "2001:db8::/32", "::ffff:198.51.100.0/120"))
DROPPED = Dropped(("email", "sid", "a b", "x"))


def texts_of(data: bytes) -> Iterator[str]:
    """The text in every way it can come: half surrogate pairs too."""
    yield decoded(data)
    if not data.isascii():
        yield data.decode("utf-8", "surrogateescape")
        yield data.decode("utf-8", "replace")
        with suppress(UnicodeDecodeError):
            yield data.decode("utf-8", "surrogatepass")


def meanings(data: bytes) -> None:
    """Everything that is asked of a single value answers."""
    for text in texts_of(data):
        agent = read_agent(text)
        assert agent.robot == (agent.purpose is not None)
        referrer, campaign = read_referrer(text, ("fruit.test",)), campaign_of(text)
        channel_of(referrer, campaign)
        channel_of(referrer, campaign, matched=True)
        assert len(COUNTRIES.countries_of([text, "192.0.2.7"])) == 2
        explain_address(text, COUNTRIES)
        bare_host(text), host_of(text), registrable_domain(bare_host(text)), country_suffix(text)
        _check_resolved(text)
        _check_pages(text)
        _check_privacy(text)


def _check_resolved(text: str) -> None:
    for address in ("192.0.2.7", "2001:db8::7", text):
        hit = Hit(datetime(2026, 3, 1), address, "GET", "/", 200, forwarded=text)
        assert RESOLVE is not None
        assert RESOLVE(hit).address == address or RESOLVE(hit).address in text
    with suppress(Misconfigured):
        resolver(text.split(","))


def _check_pages(text: str) -> None:
    path, _, query = text.partition("?")
    for rules in RULES:
        page = rules.page_of(path, query)
        rules.page_of(text, None)
        assert page.page.startswith(("/", "www.fruit.test/")), page
    clean = clean_path(path)
    assert clean.startswith("/") and not {"", ".", ".."} & set(
        clean[1:].removesuffix("/").split("/") if clean != "/" else ()
    ), clean


def _check_privacy(text: str) -> None:
    network = truncated(text)
    assert truncated(network) == network, "a network's network is another"
    code = hashed(text, b"salt")
    assert len(code) == 32 and code == hashed(text, b"salt")
    for drop in (DROPPED.from_query, DROPPED.from_url, DROPPED.from_path):
        once = drop(text)
        assert drop(once) == once, f"{drop.__name__} leaves something to drop"


# What servers say


def configs(data: bytes) -> None:
    """A site whose folders lie inside the data set, or a rejection."""
    try:
        site = read_config(data, "ClickTracks_Config.xml")
    except Rejected as error:
        assert error.reason.startswith("config_")
        return
    assert all(not name or is_safe_name(name) for one in site.subdomains for name in (one.name, *one.servers))
    assert type(site).from_json(site.to_json()) == site


def listings(data: bytes) -> None:
    """Entries or nothing, of every kind of listing; sums by names that are safe."""
    for entry in (*(read_json(data) or ()), *read_html(data, "https://fruit.test/logs/")):
        assert isinstance(entry.name, str)
        assert entry.size_bytes is None or 0 <= entry.size_bytes < 1 << 62
        assert entry.modified is None or entry.modified.tzinfo is not None
    assert all(is_safe_name(entry.name) for entry in read_html(data, "http://fruit.test/%FF/a b"))
    assert all(is_safe_name(name) and len(digest) == 64 for name, digest in read_sums(data).items())
    lines = data.decode("latin-1").split("\n")
    read_lines(lines, read_list_line)
    read_lines(lines, read_mlsd_line)


TARGETS: dict[str, Target] = {
    "readers": Target(readers, seeds.LINES, 10),
    "format-strings": Target(format_strings, seeds.FORMAT_STRINGS, 5),
    "files": Target(files, seeds.FILES, 20),
    "other-files": Target(other_files, seeds.OTHER_FILES, 20),
    "archives": Target(packed, seeds.ARCHIVES, 5),
    "meanings": Target(meanings, seeds.VALUES, 10),
    "configs": Target(configs, seeds.CONFIGS, 1),
    "listings": Target(listings, seeds.LISTINGS, 4),
}
