"""A combined log of realistic visits: several page views each, images and scripts between, 600 agents.

``python benchmarks/generate_log.py FILE [LINES]`` writes 30 days whose pages have nothing to do with each other;
with ``--day 2025-01-01 [--seed 7]`` one day of a site whose pages link to each other, where every third visit is of
somebody who comes again on other days. The same arguments give the same bytes.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random

DAYS = 30
BEGIN = datetime(2026, 3, 1, tzinfo=UTC)
VISITS_PER_ADDRESS = 1.0
ASSETS = ("/css/site.css", "/js/app.js", "/img/logo.png", "/img/hero.jpg", "/fonts/text.woff2", "/favicon.ico")
REFERRERS = (
    "-",
    "-",
    "https://www.google.com/",
    "https://www.bing.com/",
    "https://news.example/a",
    "https://www.reddit.com/",
)
PAGES, LINKS = 4000, 20
REGULARS, REGULAR_SHARE = 50_000, 0.33
"""Visitors who come again, and the share of visits that are theirs."""
LINES_PER_VISIT = 11.3
"""On average, of :func:`_visit_of_day`."""
CAMPAIGNS = ("spring", "summer", "autumn", "newsletter", "partner")
DAY_S = 86_400
SITE = "https://www.shop.example"


def agents() -> list[str]:
    """600 agents, a few of them robots."""
    browsers = [
        f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{n}.0.0.0 Safari/537.36"
        for n in range(100, 400)
    ]
    browsers += [f"Mozilla/5.0 (X11; Linux x86_64; rv:{n}.0) Gecko/20100101 Firefox/{n}.0" for n in range(100, 390)]
    robots = [f"Mozilla/5.0 (compatible; Googlebot/2.{n}; +http://www.google.com/bot.html)" for n in range(10)]
    return browsers + robots


def generate(path: Path, lines: int, seed: int = 7) -> None:
    """Write a log of so many lines, in order of time."""
    random, names = Random(seed), agents()
    written, at = 0, 0.0
    step_s = DAYS * 86_400 / lines
    pending: list[tuple[float, str]] = []
    with path.open("w", encoding="utf-8") as file:
        while written < lines:
            pending += _visit(random, names, at)
            pending.sort(reverse=True)
            at += step_s * 10.8
            while pending and pending[-1][0] <= at and written < lines:
                file.write(pending.pop()[1])
                written += 1


def _visit(random: Random, names: list[str], start_s: float) -> list[tuple[float, str]]:
    address = f"{random.randrange(1, 224)}.{random.randrange(256)}.{random.randrange(256)}.{random.randrange(1, 255)}"
    agent = random.choice(names)
    referrer, at = random.choice(REFERRERS), start_s
    lines = []
    for _ in range(random.choice((1, 1, 2, 3, 4, 6))):
        page = f"/page/{int(random.paretovariate(0.9)) % 4000}"
        lines.append(
            (
                at,
                _line(at, address, f"{page}?utm_source=x" if random.random() < 0.05 else page, referrer, agent, random),
            )
        )
        for asset in random.sample(ASSETS, k=random.choice((2, 3, 3, 4))):
            at += random.random()
            lines.append((at, _line(at, address, asset, f"https://www.shop.example{page}", agent, random)))
        referrer = f"https://www.shop.example{page}"
        at += random.uniform(3, 200)
    return lines


def _line(at_s: float, address: str, url: str, referrer: str, agent: str, random: Random) -> str:
    moment = BEGIN + timedelta(seconds=int(at_s))
    status = 200 if random.random() < 0.95 else random.choice((301, 304, 404))
    return (
        f"{address} - - [{moment:%d/%b/%Y:%H:%M:%S} +0000] "
        f'"GET {url} HTTP/1.1" {status} {random.randrange(200, 90_000)} "{referrer}" "{agent}"\n'
    )


@dataclass(frozen=True)
class Town:
    """A site whose pages link to each other, and who visits it."""

    links: list[list[int]]
    regulars: list[tuple[str, str]]
    """Address and agent."""
    agents: list[str]


@dataclass(frozen=True)
class _Hit:
    """A line: seconds since the midnight its visit's day began with, what stands before the time and what behind."""

    at_s: int
    address: str
    rest: str


def make_town(seed: int = 7) -> Town:
    """Pages that are linked to often are those with small numbers."""
    random, names = Random(f"town {seed}"), agents()
    links = [[_page(random) for _ in range(LINKS)] for _ in range(PAGES)]
    regulars = [(_address(random), random.choice(names)) for _ in range(REGULARS)]
    return Town(links, regulars, names)


def generate_days(folder: Path, first: date, days: int, lines: int, seed: int = 7) -> Iterator[Path]:
    """Write ``access-2025-01-01.log`` and so on, of about so many lines each; whatever else is written, a day's file
    has the same bytes.

    Visits go on past midnight: their lines after it are in the file of the next day, as a server has them.
    """
    for day, hits in _days(first, days, lines, seed):
        path = folder / f"access-{day}.log"
        _write_day(path, day, hits)
        yield path


def generate_day(path: Path, day: date, lines: int, seed: int = 7) -> None:
    """Write one of these days."""
    for _, hits in _days(day, 1, lines, seed):
        _write_day(path, day, hits)


def _days(first: date, days: int, lines: int, seed: int) -> Iterator[tuple[date, list[_Hit]]]:
    town = make_town(seed)
    over = _after_midnight(_hits_of(town, first - timedelta(days=1), lines, seed))
    for number in range(days):
        day = first + timedelta(days=number)
        hits = _hits_of(town, day, lines, seed)
        yield day, [*over, *(hit for hit in hits if hit.at_s < DAY_S)]
        over = _after_midnight(hits)


def _after_midnight(hits: list[_Hit]) -> list[_Hit]:
    return [_Hit(hit.at_s - DAY_S, hit.address, hit.rest) for hit in hits if DAY_S <= hit.at_s < 2 * DAY_S]


def _write_day(path: Path, day: date, hits: list[_Hit]) -> None:
    hits.sort(key=lambda hit: hit.at_s)
    began = f"{day:%d/%b/%Y}"
    times = [f"{began}:{s // 3600:02}:{s // 60 % 60:02}:{s % 60:02} +0000" for s in range(DAY_S)]
    with path.open("w", encoding="utf-8") as file:
        file.writelines(f"{hit.address} - - [{times[hit.at_s]}] {hit.rest}" for hit in hits)


def _hits_of(town: Town, day: date, lines: int, seed: int) -> list[_Hit]:
    """Those of the visits that begin on a day."""
    random = Random(f"{day} {seed}")
    hits: list[_Hit] = []
    for _ in range(round(lines / LINES_PER_VISIT)):
        hits += _visit_of_day(random, town)
    return hits


def _visit_of_day(random: Random, town: Town) -> list[_Hit]:
    """A way along the links."""
    if random.random() < REGULAR_SHARE:
        address, agent = random.choice(town.regulars)
    else:
        address, agent = _address(random), random.choice(town.agents)
    at, page, referrer = random.random() * DAY_S, _page(random), random.choice(REFERRERS)
    asked = f"?utm_campaign={random.choice(CAMPAIGNS)}" if random.random() < 0.05 else ""
    hits = []
    for _ in range(random.choice((1, 1, 2, 3, 4, 6))):
        name = _name_of(page)
        hits.append(_hit(random, at, address, name + asked, referrer, agent))
        referrer = SITE + name
        for asset in random.sample(ASSETS, k=random.choice((2, 3, 3, 4))):
            at += random.random()
            hits.append(_hit(random, at, address, asset, referrer, agent))
        at += random.uniform(3, 200)
        page, asked = random.choice(town.links[page]), ""
    return hits


def _hit(random: Random, at_s: float, address: str, url: str, referrer: str, agent: str) -> _Hit:
    status = 200 if random.random() < 0.95 else random.choice((301, 304, 404))
    size = int(random.random() * 90_000) + 200
    return _Hit(int(at_s), address, f'"GET {url} HTTP/1.1" {status} {size} "{referrer}" "{agent}"\n')


def _name_of(page: int) -> str:
    return f"/section-{page % 40}/page-{page}"


def _page(random: Random) -> int:
    return int(random.paretovariate(0.9)) % PAGES


def _address(random: Random) -> str:
    number = random.getrandbits(32)
    return f"{number % 223 + 1}.{number >> 8 & 255}.{number >> 16 & 255}.{(number >> 24) % 254 + 1}"


def _main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("lines", type=int, nargs="?", default=2_000_000)
    parser.add_argument("--day", type=date.fromisoformat, help="write this day of the site with links")
    parser.add_argument("--seed", type=int, default=7)
    asked = parser.parse_args()
    if asked.day is None:
        generate(asked.file, asked.lines, asked.seed)
    else:
        generate_day(asked.file, asked.day, asked.lines, asked.seed)


if __name__ == "__main__":
    _main()
