"""Law 2 at the level of the command: whatever is fetched again, renamed, packed, rotated or appended to counts once.

A web server is played: its logs grow, are rotated and packed, copied and removed, in any order. After some of the steps
the folder is processed, and what the audit publishes is compared with the lines that were really written and seen.
Then logs are exported in overlapping pieces: whatever the pieces, and in whatever order they come, the numbers are those
of the log.
"""

from __future__ import annotations

import gzip
import json
import os
import random
import threading
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from console import datasets
from console.local import run_once
from shared.catalog import Catalog, open_catalog
from shared.dataset_settings import DatasetSettings
from shared.logging import configure
from shared.settings import Settings
from tests.examples import examples
from tests.oracle.lines import Line, expect, read

BEGIN = datetime(2026, 3, 1, tzinfo=UTC)
SERVERS = 6
KINDS = ("duplicates", "excluded", "robots", "static", "downloads", "exits", "page_views", "other")


@dataclass
class Server:
    """One server's folder. A generation is what was written between two rotations."""

    folder: Path
    chance: random.Random
    generations: list[bytes] = field(default_factory=lambda: [b""])
    seen: dict[int, int] = field(default_factory=dict)
    """Of each generation, how many bytes there were when the folder was processed."""
    holds: dict[str, int] = field(default_factory=dict)
    """Which generation a file of the folder holds."""
    second: int = 0
    clock: int = 0

    @property
    def log(self) -> Path:
        return self.folder / "access.log"

    def append(self, *, broken_off: bool = False) -> None:
        """More lines; the last may be half written."""
        text = b"".join(self.line() for _ in range(self.chance.randrange(1, 12)))
        if broken_off:
            text = text[: -self.chance.randrange(1, 120)]
        self.generations[-1] += text
        self.write(self.log, self.generations[-1], len(self.generations) - 1)

    def finish_line(self) -> None:
        """A line that was half written is written to its end before the log is rotated."""
        if self.generations[-1] and not self.generations[-1].endswith(b"\n"):
            self.generations[-1] += b' the rest"\n'
            self.write(self.log, self.generations[-1], len(self.generations) - 1)

    def line(self) -> bytes:
        """Mostly a page view; sometimes exactly the line before, which happened twice, or none at all."""
        kind = self.chance.randrange(12)
        if kind == 0:
            return self.chance.choice((b"\n", b"half a line\n", b' "curl/7.54.0"\n'))
        self.second += self.chance.choice((0, 1, 7, 3000))
        when = f"{BEGIN + timedelta(seconds=self.second):%d/%b/%Y:%H:%M:%S +0000}"
        url = {1: "/a.png", 2: "/missing"}.get(kind, f"/page/{self.chance.randrange(10**9)}")
        status = 404 if kind == 2 else 200
        agent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
        line = f'192.0.2.{self.chance.randrange(200)} - - [{when}] "GET {url} HTTP/1.1" {status} 512 "-" "{agent}"\n'
        return line.encode() * (2 if kind == 3 else 1)

    def rotate(self) -> None:
        """``log`` to ``log.1``, ``log.1`` to ``log.2`` and so on, and a new log begins, empty or not."""
        if not self.log.exists():
            return
        self.finish_line()
        for number in range(9, 0, -1):
            for end in ("", ".gz"):
                older = self.folder / f"access.log.{number}{end}"
                if older.exists():
                    self.move(older, self.folder / f"access.log.{number + 1}{end}")
        self.move(self.log, self.folder / "access.log.1")
        self.generations.append(b"")
        if self.chance.random() < 0.3:
            self.write(self.log, b"", len(self.generations) - 1)

    def pack(self) -> None:
        """A rotated log is packed, as by logrotate or with another level."""
        if (path := self.any_file(rotated=True, end="")) is not None:
            generation = self.holds[path.name]
            packed = gzip.compress(path.read_bytes(), self.chance.choice((1, 9)), mtime=self.chance.randrange(10**9))
            self.remove(path)
            self.write(path.with_name(f"{path.name}.gz"), packed, generation)

    def unpack(self) -> None:
        if (path := self.any_file(end=".gz")) is not None:
            data, generation = gzip.decompress(path.read_bytes()), self.holds[path.name]
            self.remove(path)
            self.write(path.with_suffix(""), data, generation)

    def touch(self) -> None:
        """The same bytes with a new time: it is fetched again."""
        if (path := self.any_file()) is not None:
            self.write(path, path.read_bytes(), self.holds[path.name])

    def copy(self) -> None:
        """The same content once more, under another name."""
        if (path := self.any_file()) is not None:
            end = ".gz" if path.suffix == ".gz" else ""
            self.write(
                self.folder / f"copy-{self.chance.randrange(6)}.log{end}", path.read_bytes(), self.holds[path.name]
            )

    def rename(self) -> None:
        if (path := self.any_file(rotated=True)) is not None:
            end = ".gz" if path.suffix == ".gz" else ""
            self.clock += 1
            self.move(path, self.folder / f"old-{self.clock}.log{end}")

    def lose(self) -> None:
        """A file is removed at its source: what was fetched of it stays."""
        if (path := self.any_file(rotated=True)) is not None:
            self.remove(path)

    def any_file(self, *, rotated: bool = False, end: str | None = None) -> Path | None:
        found = sorted(path for path in self.folder.iterdir() if path.is_file())
        found = [path for path in found if not (rotated and path == self.log)]
        found = [path for path in found if end is None or (path.suffix == ".gz") == (end == ".gz")]
        return self.chance.choice(found) if found else None

    def write(self, path: Path, data: bytes, generation: int) -> None:
        self.clock += 1
        path.write_bytes(data)
        moment = BEGIN.timestamp() + self.clock
        os.utime(path, (moment, moment))
        self.holds[path.name] = generation

    def move(self, path: Path, to: Path) -> None:
        path.rename(to)
        self.holds[to.name] = self.holds.pop(path.name)

    def remove(self, path: Path) -> None:
        path.unlink()
        del self.holds[path.name]

    def look(self) -> None:
        """What a fetch sees now."""
        for name, generation in self.holds.items():
            data = (self.folder / name).read_bytes()
            plain = gzip.decompress(data) if name.endswith(".gz") else data
            assert self.generations[generation].startswith(plain)
            self.seen[generation] = max(self.seen.get(generation, 0), len(plain))

    def step(self) -> None:
        way = self.chance.choice(
            [self.append] * 5 + [self.rotate] * 3
            + [self.pack, self.pack, self.unpack, self.touch, self.copy, self.copy, self.rename, self.lose]
        )  # fmt: skip
        if way == self.append:
            self.append(broken_off=self.chance.random() < 0.2)
        else:
            way()

    def versions(self) -> list[bytes]:
        """Every generation as it was last seen, some of their beginnings, some packed: as if all came at once."""
        found = []
        for generation, size in self.seen.items():
            whole = self.generations[generation][:size]
            found += [whole, whole[: self.chance.randrange(size + 1)], gzip.compress(whole)]
        self.chance.shuffle(found)
        return found

    def truth(self) -> Counter[str]:
        """What must have been counted: every line that was seen, once for each time that it was written."""
        found: Counter[str] = Counter()
        for generation, size in self.seen.items():
            data = self.generations[generation][:size]
            for line in read(data, "ncsa"):
                found[kind_of(line)] += 1
            found["hits"] += expect(data, "ncsa").counts[2]
        return found


def kind_of(line: Line) -> str:
    """Where the audit counts a line of these logs."""
    if line.hit is None:
        return "rejects" if line.reason else "directives"
    if line.hit["agent"] is None:
        return "robots"
    if str(line.hit["path"]).endswith(".png"):
        return "static"
    return "page_views" if line.hit["status"] == 200 else "other"


class Command:
    """``proprocessor process FOLDER``, in this process."""

    def __init__(self, root: Path, location: Path) -> None:
        self.settings = Settings(data=root / "data", publish=root / "published", threads=1)
        self.catalog: Catalog = open_catalog(self.settings.catalog_url)
        self.location = location
        self.published = root / "published"

    def run(self) -> dict[str, Counter[str]]:
        """Process; gives the sums of the audit for each server, a sub-folder."""
        dataset = datasets.register(
            self.catalog,
            datasets.read_place(str(self.location)),
            DatasetSettings(),
            datasets.Access(),
            now=datetime.now(UTC),
            periods=("all",),
            publish=self.published,
        )
        outcome = run_once(self.settings, self.catalog, dataset, watch=lambda _: None, stop=threading.Event())
        # A file in which no line can be read yet, such as half a line.
        assert {letter.reason for letter in outcome.letters} <= {"format_unknown"}
        rows = json.loads((self.published / dataset / "all" / "audit.json").read_text())["rows"]
        assert len({row["file"] for row in rows}) == len(rows)
        sums: dict[str, Counter[str]] = defaultdict(Counter)
        for row in rows:
            counted = row["all"]
            assert counted["lines"] == counted["directives"] + counted["hits"] + counted["rejects"], row
            assert counted["hits"] == sum(counted[kind] for kind in KINDS), row
            sums[row["file"].partition("/")[0]].update(counted)
        return sums


def counted_once(sums: Counter[str]) -> dict[str, int]:
    """What the audit says has happened."""
    return {"hits": sums["hits"] - sums["duplicates"]} | {kind: sums[kind] for kind in KINDS if kind != "duplicates"}


def happened(truth: Counter[str]) -> dict[str, int]:
    return {"hits": truth["hits"]} | {kind: truth[kind] for kind in KINDS if kind != "duplicates"}


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    configure("json", "error", "tests")
    yield
    configure()


def servers_in(folder: Path, seed: int) -> dict[str, Server]:
    """Several servers, so that one run of the command checks several histories."""
    found = {}
    for number in range(SERVERS):
        (folder / f"s{number}").mkdir(parents=True)
        found[f"s{number}"] = Server(folder / f"s{number}", random.Random(seed * 100 + number))
    return found


@pytest.mark.parametrize("seed", range(examples(2)))
def test_each_line_counts_once_whatever_becomes_of_its_file(tmp_path: Path, seed: int) -> None:
    servers = servers_in(tmp_path / "logs", seed)
    command = Command(tmp_path, tmp_path / "logs")
    for server in servers.values():
        server.append()
    for _ in range(4):
        for server in servers.values():
            server.look()
        sums = command.run()
        for name, server in servers.items():
            assert counted_once(sums[name]) == happened(server.truth()), (name, server.holds)
        for server in servers.values():
            for _ in range(server.chance.randrange(1, 5)):
                server.step()
    assert sum(server.truth()["page_views"] for server in servers.values()) > 40
    assert sum(one["duplicates"] for one in sums.values()) > 0
    # The order and size of the steps changed nothing: all of it at once, in any order of names, gives the same.
    for name, server in servers.items():
        folder = tmp_path / "again" / name
        folder.mkdir(parents=True)
        for number, data in enumerate(server.versions()):
            (folder / f"{number}.log").write_bytes(data)
    again = Command(tmp_path / "second", tmp_path / "again").run()
    for name, server in servers.items():
        assert counted_once(again[name]) == happened(server.truth()), name


def page(number: int, second: int) -> str:
    return f'192.0.2.7 - - [01/Mar/2026:12:00:{second:02d} +0000] "GET /{number} HTTP/1.1" 200 5 "-" "Mozilla/5.0 Firefox/140.0"\n'


def test_the_story_of_one_log(tmp_path: Path) -> None:
    """The numbers are counted by hand."""
    folder = tmp_path / "logs" / "www"
    folder.mkdir(parents=True)
    command = Command(tmp_path, tmp_path / "logs")
    log, first, second = folder / "access.log", folder / "access.log.1", folder / "access.log.2.gz"

    def page_views_and_duplicates() -> tuple[int, int]:
        sums = command.run()["www"]
        return sums["page_views"], sums["duplicates"]

    monday = page(1, 1) + page(2, 1) + page(2, 1) + page(3, 2)
    log.write_text(monday[:-10])
    assert page_views_and_duplicates() == (4, 0)
    log.write_text(monday)
    assert page_views_and_duplicates() == (4, 0)
    log.write_text(monday + page(4, 3))
    log.rename(first)
    log.write_text(page(4, 3) + page(9, 3))  # the same request in the same second, written behind the rotation
    assert page_views_and_duplicates() == (7, 0)
    second.write_bytes(gzip.compress(first.read_bytes()))
    first.write_text(page(4, 3) + page(9, 3) + page(5, 4))
    log.write_text(page(6, 5))
    (folder / "backup.log").write_text(monday)
    assert page_views_and_duplicates() == (9, 4)
    for path in (first, second):
        path.unlink()
    assert page_views_and_duplicates() == (9, 4)


def test_exports_with_other_boundaries_count_once(tmp_path: Path) -> None:
    """DOMAIN.md section 2: the truth about a second is the multiset maximum over files. Counted by hand."""
    folder = tmp_path / "logs" / "www"
    folder.mkdir(parents=True)
    lines = [page(number, number) for number in range(10)]
    (folder / "a.log").write_text("".join(lines[:7]))
    (folder / "b.log").write_text("".join(lines[4:]))
    (folder / "c.log").write_text("".join(lines[4:]) + "# and what is no line of it\n")
    command = Command(tmp_path, tmp_path / "logs")
    sums = command.run()["www"]
    assert (sums["page_views"], sums["duplicates"]) == (10, 3 + 6)
    (manifest,) = command.published.glob("*/all/manifest.json")
    sources = {source["file"]: source["duplicates_of"] for source in json.loads(manifest.read_text())["sources"]}
    assert sources == {"www/a.log": {}, "www/b.log": {"www/c.log": 6}, "www/c.log": {"www/a.log": 3}}


def log_of(chance: random.Random, server: int) -> list[tuple[int, str]]:
    """Hits with their second, many in one second and some twice; no visitor has two different ones in one second."""
    found: list[tuple[int, str]] = []
    second = visitor = 0
    for _ in range(chance.randrange(3, 40)):
        step = chance.choice((0, 0, 0, 1, 1, 7, 3000))
        second, visitor = second + step, 0 if step else visitor + 1
        when = f"{BEGIN + timedelta(seconds=second):%d/%b/%Y:%H:%M:%S +0000}"
        url, status = chance.choice(
            (("/", 200), ("/", 200), ("/a", 200), ("/b?c=1", 200), ("/a.png", 200), ("/x", 404))
        )
        agent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
        line = f'192.0.{server}.{visitor} - - [{when}] "GET {url} HTTP/1.1" {status} 512 "-" "{agent}"\n'
        junk = chance.choice(("", "", "", "\n", "half a line\n"))
        found += [(second, junk + line)] * chance.choice((1, 1, 1, 2, 3))
    return found


def cuts_of(chance: random.Random, log: list[tuple[int, str]]) -> list[int]:
    """Places to cut a log at, with which no two pieces overlap by less than a second (docs/formats.md says why).

    At most one place a second, and none before a second when that before it is cut inside; what stands before and behind
    a cut inside a second differs.
    """
    found, inside_before = [0], True
    seconds = sorted({second for second, _ in log})
    for second in seconds[1:-1]:
        places = [place for place, (when, _) in enumerate(log) if when == second]
        place = chance.choice(places)
        halves = [Counter(log[low:high]) for low, high in ((places[0], place), (place, places[-1] + 1))]
        if (place == places[0] and inside_before) or halves[0] == halves[1] or chance.random() < 0.3:
            inside_before = False
            continue
        found.append(place)
        inside_before = place != places[0]
    return [*found, len(log)]


def export(chance: random.Random, log: list[tuple[int, str]], folder: Path) -> None:
    """A log in pieces: once from end to end, then any pieces again, under any names, some packed."""
    cuts = cuts_of(chance, log)
    bounds = []
    for _ in range(chance.randrange(1, 3)):
        chosen = sorted({0, len(log), *chance.sample(cuts, chance.randrange(len(cuts) + 1))})
        bounds += list(pairwise(chosen))
    bounds += [tuple(sorted(chance.choices(cuts, k=2))) for _ in range(chance.randrange(3))]
    for number, (low, high) in enumerate(bounds):
        text = "".join(line for _, line in log[low:high]).encode()
        name = folder / f"{chance.randrange(10**6)}-{number}.log"
        name.write_bytes(gzip.compress(text) if chance.random() < 0.3 else text)


def reports(command: Command) -> dict[str, Any]:
    """The rows of every published report but the audit."""
    paths = [path for path in sorted(command.published.glob("*/all/*.json")) if path.stem not in ("audit", "manifest")]
    assert len(paths) > 5
    return {path.stem: json.loads(path.read_text())["rows"] for path in paths}


@pytest.mark.parametrize("seed", range(examples(1)))
def test_a_log_in_any_pieces_is_the_log(tmp_path: Path, seed: int) -> None:
    """Law 2; and Law 3: the order in which the pieces arrive changes nothing."""
    truth: dict[str, Counter[str]] = {}
    for number in range(SERVERS):
        chance = random.Random(seed * 100 + number)
        for place in ("whole", "pieces"):
            (tmp_path / place / f"s{number}").mkdir(parents=True)
        log = log_of(chance, number)
        export(chance, log, tmp_path / "pieces" / f"s{number}")
        data = "".join(line for _, line in log).encode()
        (tmp_path / "whole" / f"s{number}" / "access.log").write_bytes(data)
        truth[f"s{number}"] = Counter(kind_of(line) for line in read(data, "ncsa") if line.hit) + Counter(hits=len(log))
    whole = Command(tmp_path / "1", tmp_path / "whole")
    whole.run()
    pieces = Command(tmp_path / "2", tmp_path / "pieces")
    sums = pieces.run()
    assert {name: counted_once(one) for name, one in sums.items()} == {n: happened(one) for n, one in truth.items()}
    assert sum(one["duplicates"] for one in sums.values()) > 50
    assert reports(pieces) == reports(whole)
    files = sorted(path for path in (tmp_path / "pieces").rglob("*.log"))
    random.Random(seed).shuffle(files)
    later = Command(tmp_path / "3", tmp_path / "arriving")
    for some in (files[:9], files[9:15], files[15:]):
        for path in some:
            target = tmp_path / "arriving" / path.relative_to(tmp_path / "pieces")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
        last = later.run()
    assert (last, reports(later)) == (sums, reports(whole))
