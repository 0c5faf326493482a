"""A combined log of realistic visits: several page views each, images and scripts between, 600 agents.

``python benchmarks/generate_log.py FILE [LINES]``; the same arguments give the same bytes.
"""

from __future__ import annotations

import argparse
from datetime import UTC, datetime, timedelta
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


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("lines", type=int, nargs="?", default=2_000_000)
    asked = parser.parse_args()
    generate(asked.file, asked.lines)
