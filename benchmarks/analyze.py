"""Speed of the analyzer alone: generated hits of 60 days to all reports of all periods.

``python -m benchmarks.analyze [--hits 2000000] [--threads 2] [--memory-limit-mb 1024] [--zone Europe/Berlin] [--profile]``
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import time
from dataclasses import replace
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


def texts(pattern: str, numbers: np.ndarray, size: int, *, empty: np.ndarray | None = None) -> pa.Array:
    """A column of texts made of numbers, as the parser's Parquet has them."""
    column = pa.DictionaryArray.from_arrays(
        pa.array(numbers.astype(np.int32), mask=empty), pa.array([pattern % number for number in range(size)])
    )
    return column.cast(pa.string())


def few(chance: np.random.Generator, number: int, size: int) -> np.ndarray:
    """Numbers below ``size``, the first ones much more often."""
    return np.minimum((size * chance.random(number) ** 4).astype(np.int64), size - 1)


def make_hits(count: int) -> pa.Table:
    """Visits with page views, the static files of each, some robots, errors and orders; in the order of a log."""
    chance = np.random.default_rng(7)
    visits = int(count / (4 * (1 + STATIC_PER_VIEW)))
    length = np.minimum(chance.geometric(0.25, visits), 60)
    visit = np.repeat(np.arange(visits), length)
    begins = chance.integers(0, DAYS * 86_400, visits)
    own = np.arange(len(visit)) - np.repeat(np.cumsum(length) - length, length)
    view_at = begins[visit] + own * chance.integers(5, 90, len(visit))
    address_of = few(chance, visits, max(int(count * ADDRESSES_PER_HIT), 1))
    robot_of = chance.random(visits) < 0.08
    assets = np.where(robot_of[visit], 0, chance.poisson(STATIC_PER_VIEW, len(visit)))
    row = np.concatenate([np.arange(len(visit)), np.repeat(np.arange(len(visit)), assets)])
    asset = np.concatenate([np.zeros(len(visit), bool), np.ones(int(assets.sum()), bool)])
    at = view_at[row] + asset
    order = np.argsort(at, kind="stable")
    row, asset, at = row[order], asset[order], at[order]
    return columns(chance, visit[row], row, asset, at, address_of, robot_of, own)


def columns(
    chance: np.random.Generator,
    visit: np.ndarray,
    row: np.ndarray,
    asset: np.ndarray,
    at: np.ndarray,
    address_of: np.ndarray,
    robot_of: np.ndarray,
    own: np.ndarray,
) -> pa.Table:
    """The parser's columns."""
    number = len(row)
    page = few(chance, number, PAGES)
    first = (own[row] == 0) & ~asset
    outside = first & (chance.random(number) < 0.5)
    kind = np.where(asset, page % 60 + PAGES, np.where(outside, page % 300, page))
    names = [f"/section{one % 40}/page-{one}" for one in range(PAGES)] + [f"/assets/{one}.png" for one in range(60)]
    referrers = [f"https://site{one}.example/path/{one}" for one in range(EXTERNAL)]
    referrers += [f"https://www.shop.test{name}" for name in names[:PAGES]]
    referrer = np.where(outside, few(chance, number, EXTERNAL), EXTERNAL + page)
    order = ~asset & (chance.random(number) < 0.003)
    agents = np.where(robot_of, AGENTS, few(chance, len(address_of), AGENTS))[visit]
    empty = pa.nulls(number, pa.string())
    dictionary = pa.DictionaryArray.from_arrays
    return pa.table(
        {
            "line": pa.array(np.arange(1, number + 1)),
            "ts": pa.array((at + int(FIRST.timestamp())) * 1_000_000).cast(pa.timestamp("us")),
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
            "order_id": texts("F%d", np.arange(number), number, empty=~order),
            "screen": empty,
            "exit_url": empty,
            "custom": empty,
            "language": empty,
            "opted_out": pa.nulls(number, pa.bool_()),
        }
    )


def write_source(folder: Path, hits: pa.Table) -> Source:
    """A folder as the parser leaves it, one part a day."""
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
    return Source(
        file="access.log", server="", sha256="0" * 64, folder=folder, parts=tuple(parts), lines=len(hits), directives=0,
        hits=len(hits), rejects=0, first_ts=FIRST, last_ts=FIRST + timedelta(days=DAYS), cookies_logged=False,
        duplicate_of=None, format="combined", plain_sha256="0" * 64,
    )  # fmt: skip


def main() -> None:
    """Generate, analyse, and say how fast."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--hits", type=int, default=2_000_000)
    options.add_argument("--threads", type=int, default=2)
    options.add_argument("--memory-limit-mb", type=int, default=1024)
    options.add_argument("--zone", default="Europe/Berlin")
    options.add_argument("--cookies", action="store_true", help="name a cookie, so that visitors are sought by it")
    options.add_argument("--max-requests", type=int, default=0)
    chosen = options.parse_args()
    settings = DatasetSettings.model_validate(
        {
            "dataset": {"timezone": chosen.zone, "hosts": ["www.shop.test"]},
            "visits": {"max_requests": chosen.max_requests},
        }
    )
    site = Site(subdomains=(Subdomain("SUBDOMAIN1", "www", persistent_cookie="pid"),)) if chosen.cookies else Site()
    with TemporaryDirectory() as name:
        root = Path(name)
        (root / "parsed").mkdir()
        (root / "out").mkdir()
        source = write_source(root / "parsed", make_hits(chosen.hits))
        inputs = AnalysisInputs("bench", "bench", settings, site, (source,), "benchmark", "0")
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        started = time.perf_counter()
        summary = analyze(
            replace(inputs), root / "out", memory_limit_mb=chosen.memory_limit_mb, threads=chosen.threads, temp_dir=root
        )
        seconds = time.perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    found = {
        "hits": source.hits,
        "visits": summary.visits,
        "page_views": summary.page_views,
        "seconds": round(seconds, 2),
        "hits_per_second": round(source.hits / seconds),
        "peak_mib": [before // 1024, after // 1024],
    }
    json.dump(found, sys.stdout)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
