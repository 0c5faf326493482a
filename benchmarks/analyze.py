"""Speed of the analyzer alone: generated hits of some days to all reports of all periods.

``python -m benchmarks.analyze [--hits 2000000] [--days 60] [--sources 1] [--static 1.5] [--threads 2]
[--memory-limit-mb 1024] [--zone Europe/Berlin]``

Hits are made one source after another, each of its own days: of tens of millions, give several, so that making them
needs no more memory than analysing them. What DuckDB put on disk beyond its limit is told, too.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from analyzer.analysis import analyze
from analyzer.inputs import AnalysisInputs, Source
from shared.dataset_settings import DatasetSettings
from shared.site import Site, Subdomain

DAYS = 60
FIRST = datetime(2026, 3, 1, tzinfo=UTC)
STATIC_PER_VIEW = 1.5
AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/%d Safari/537.36"
PAGES, ADDRESSES_PER_HIT, AGENTS, EXTERNAL = 4000, 0.09, 3000, 2500
LINKS = 20
"""Of each page to others: without them, nearly every step of every visit would be a path of its own."""


def texts(pattern: str, numbers: np.ndarray, size: int, *, empty: np.ndarray | None = None) -> pa.Array:
    """A column of texts made of numbers, as the parser's Parquet has them."""
    column = pa.DictionaryArray.from_arrays(
        pa.array(numbers.astype(np.int32), mask=empty), pa.array([pattern % number for number in range(size)])
    )
    return column.cast(pa.string())


def few(chance: np.random.Generator, number: int, size: int) -> np.ndarray:
    """Numbers below ``size``, the first ones much more often."""
    return np.minimum((size * chance.random(number) ** 4).astype(np.int64), size - 1)


def make_hits(
    count: int, *, days: int = DAYS, first: datetime = FIRST, seed: int = 7, static: float = STATIC_PER_VIEW
) -> pa.Table:
    """Visits with page views, the ``static`` files of each, some robots, errors and orders; in the order of a log.

    The addresses are those of any other seed, so that visitors come again.
    """
    chance = np.random.default_rng(seed)
    visits = int(count / (4 * (1 + static)))
    length = np.minimum(chance.geometric(0.25, visits), 60)
    visit = np.repeat(np.arange(visits), length)
    begins = chance.integers(0, days * 86_400, visits)
    own = np.arange(len(visit)) - np.repeat(np.cumsum(length) - length, length)
    view_at = begins[visit] + own * chance.integers(5, 90, len(visit))
    # Nobody comes so often that a visit never ends: visitors without pause are robots, and reach from day to day.
    address_of = chance.integers(0, max(int(count * ADDRESSES_PER_HIT), 1), visits)
    robot_of = chance.random(visits) < 0.08
    assets = np.where(robot_of[visit], 0, chance.poisson(static, len(visit)))
    row = np.concatenate([np.arange(len(visit)), np.repeat(np.arange(len(visit)), assets)])
    asset = np.concatenate([np.zeros(len(visit), bool), np.ones(int(assets.sum()), bool)])
    at = view_at[row] + asset
    order = np.argsort(at, kind="stable")
    row, asset, at = row[order], asset[order], at[order]
    at += int(first.timestamp())
    page, outside = walk(chance, own)
    return columns(chance, visit[row], row, asset, at, address_of, robot_of, own, page, outside, f"F{seed}-%d")


def walk(chance: np.random.Generator, own: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The page of each page view, given its place in its visit, along links; and whether it was entered from outside."""
    links = few(np.random.default_rng(7), PAGES * LINKS, PAGES).reshape(PAGES, LINKS)
    page = few(chance, len(own), PAGES)
    outside = (own == 0) & (chance.random(len(own)) < 0.5)
    page[outside] %= 300
    for step in range(1, int(own.max()) + 1):
        at = np.flatnonzero(own == step)
        page[at] = links[page[at - 1], chance.integers(0, LINKS, len(at))]
    return page, outside


def columns(
    chance: np.random.Generator,
    visit: np.ndarray,
    row: np.ndarray,
    asset: np.ndarray,
    at: np.ndarray,
    address_of: np.ndarray,
    robot_of: np.ndarray,
    own: np.ndarray,
    page_of: np.ndarray,
    outside_of: np.ndarray,
    order_ids: str,
) -> pa.Table:
    """The parser's columns."""
    number = len(row)
    page = page_of[row]
    first = (own[row] == 0) & ~asset
    outside = outside_of[row] & ~asset
    kind = np.where(asset, page % 60 + PAGES, page)
    before = np.where(asset | first, page, page_of[row - 1])
    names = [f"/section{one % 40}/page-{one}" for one in range(PAGES)] + [f"/assets/{one}.png" for one in range(60)]
    referrers = [f"https://site{one}.example/path/{one}" for one in range(EXTERNAL)]
    referrers += [f"https://www.shop.test{name}" for name in names[:PAGES]]
    referrer = np.where(outside, few(chance, number, EXTERNAL), EXTERNAL + before)
    order = ~asset & (chance.random(number) < 0.003)
    agents = np.where(robot_of, AGENTS, few(chance, len(address_of), AGENTS))[visit]
    empty = pa.nulls(number, pa.string())
    dictionary = pa.DictionaryArray.from_arrays
    return pa.table(
        {
            "line": pa.array(np.arange(1, number + 1)),
            "ts": pa.array(at * 1_000_000).cast(pa.timestamp("us")),
            "address": texts("10.%d.0.1", address_of[visit], int(address_of.max()) + 1),
            "host": empty,
            "method": texts("GET%.0s", np.zeros(number), 1),
            "path": dictionary(pa.array(kind.astype(np.int32)), pa.array(names)).cast(pa.string()),
            "query": texts("id=%d", few(chance, number, 20_000), 20_000, empty=asset | (chance.random(number) < 0.8)),
            "status": pa.array(np.where(chance.random(number) < 0.03, 404, 200).astype(np.int16)),
            "bytes": pa.array(chance.integers(200, 90_000, number)),
            "referrer": dictionary(
                pa.array(referrer.astype(np.int32), mask=first & ~outside), pa.array(referrers)
            ).cast(pa.string()),
            "agent": texts(AGENT, agents, AGENTS + 1),
            "cookie": empty,
            "order_total": texts("%d.50", few(chance, number, 200), 200, empty=~order),
            "order_id": texts(order_ids, np.cumsum(order), int(order.sum()) + 1, empty=~order),
            "screen": empty,
            "exit_url": empty,
            "custom": empty,
            "language": empty,
            "opted_out": pa.nulls(number, pa.bool_()),
        }
    )


def write_source(folder: Path, hits: pa.Table, number: int = 0) -> Source:
    """A folder as the parser leaves it, one part a day."""
    folder.mkdir(parents=True)
    days = hits["ts"].cast(pa.date32())
    breaks = np.flatnonzero(np.diff(np.asarray(days.cast(pa.int32())))) + 1
    bounds = [0, *breaks.tolist(), len(hits)]
    parts = []
    for number, (low, high) in enumerate(pairwise(bounds)):
        parts.append(f"hits-{number:05d}.parquet")
        pq.write_table(hits.slice(low, high - low), folder / parts[-1], compression="zstd")
    names = pc.unique(hits["agent"])
    robots = pc.equal(names, pa.scalar(texts(AGENT, np.array([AGENTS]), AGENTS + 1)[0].as_py()))
    pq.write_table(pa.table({"agent": names, "robot": robots}), folder / "agents-00000.parquet")
    nothing = {"line": pa.array([], pa.int64()), "ts": pa.array([], pa.timestamp("us"))}
    pq.write_table(pa.table(nothing), folder / "rejects.parquet")
    pq.write_table(pa.table(nothing), folder / "directives.parquet")
    times = pc.min_max(hits["ts"]).as_py()
    return Source(
        file=f"access-{number}.log", server="", sha256=f"{number:064}", folder=folder, parts=tuple(parts),
        lines=len(hits), directives=0, hits=len(hits), rejects=0, first_ts=times["min"].replace(tzinfo=UTC),
        last_ts=times["max"].replace(tzinfo=UTC), cookies_logged=False, duplicate_of=None, format="combined",
        plain_sha256=f"{number:064}",
    )  # fmt: skip


def make_sources(
    folder: Path, hits: int, days: int, number: int, static: float = STATIC_PER_VIEW
) -> tuple[Source, ...]:
    """So many sources, one after another in time, with all hits of all days between them."""
    bounds = [days * one // number for one in range(number + 1)]
    return tuple(
        write_source(
            folder / str(one),
            make_hits(
                hits * (last - begin) // days,
                days=last - begin,
                first=FIRST + timedelta(days=begin),
                seed=7 + one,
                static=static,
            ),
            one,
        )
        for one, (begin, last) in enumerate(pairwise(bounds))
    )


@dataclass
class Spilled:
    """The most that lay in a folder's files at once, in MiB."""

    mib: float = 0.0


@contextmanager
def watched(folder: Path) -> Iterator[Spilled]:
    """Look four times a second at what DuckDB has put on disk."""
    found, done = Spilled(), threading.Event()

    def look() -> None:
        while not done.wait(0.25):
            with suppress(OSError):  # files go while they are looked at
                size = sum(path.stat().st_size for path in folder.rglob("duckdb_temp*"))
                found.mib = max(found.mib, size / (1 << 20))

    watcher = threading.Thread(target=look, daemon=True)
    watcher.start()
    try:
        yield found
    finally:
        done.set()
        watcher.join()


def main() -> None:
    """Generate, analyse, and say how fast."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--hits", type=int, default=2_000_000)
    options.add_argument("--days", type=int, default=DAYS)
    options.add_argument("--sources", type=int, default=1, help="files, one after another in time")
    options.add_argument("--static", type=float, default=STATIC_PER_VIEW, help="static files to a page view")
    options.add_argument("--threads", type=int, default=2)
    options.add_argument("--memory-limit-mb", type=int, default=1024)
    options.add_argument("--zone", default="Europe/Berlin")
    options.add_argument("--cookies", action="store_true", help="name a cookie, so that visitors are sought by it")
    options.add_argument("--max-requests", type=int, default=0)
    options.add_argument("--ignore", nargs="*", default=[], help="parameters of no meaning for pages; there is one: id")
    chosen = options.parse_args()
    settings = DatasetSettings.model_validate(
        {
            "dataset": {"timezone": chosen.zone, "hosts": ["www.shop.test"]},
            "visits": {"max_requests": chosen.max_requests},
            "pages": {"ignore_parameters": chosen.ignore},
        }
    )
    site = Site(subdomains=(Subdomain("SUBDOMAIN1", "www", persistent_cookie="pid"),)) if chosen.cookies else Site()
    with TemporaryDirectory() as name:
        root = Path(name)
        (root / "out").mkdir()
        (root / "temp").mkdir()
        sources = make_sources(root / "parsed", chosen.hits, chosen.days, chosen.sources, chosen.static)
        inputs = AnalysisInputs("bench", "bench", settings, site, sources, "benchmark", "0")
        before = resource.getrusage(resource.RUSAGE_SELF)
        started = time.perf_counter()
        with watched(root / "temp") as spilled:
            summary = analyze(
                inputs,
                root / "out",
                memory_limit_mb=chosen.memory_limit_mb,
                threads=chosen.threads,
                temp_dir=root / "temp",
            )
        seconds = time.perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_SELF)
    hits = sum(one.hits for one in sources)
    found = {
        "hits": hits,
        "visits": summary.visits,
        "page_views": summary.page_views,
        "seconds": round(seconds, 2),
        "cpu_seconds": round(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, 2),
        "hits_per_second": round(hits / seconds),
        "peak_mib": [before.ru_maxrss // 1024, after.ru_maxrss // 1024],
        "spilled_mib": round(spilled.mib),
    }
    json.dump(found, sys.stdout)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
