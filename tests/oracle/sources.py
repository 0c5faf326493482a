"""Parsed files for the analyzer, without a parser."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from analyzer.inputs import Source

COLUMNS: dict[str, pa.DataType] = {
    "line": pa.int64(), "ts": pa.timestamp("us"), "address": pa.string(), "host": pa.string(), "method": pa.string(),
    "path": pa.string(), "query": pa.string(), "status": pa.int16(), "bytes": pa.int64(), "referrer": pa.string(),
    "agent": pa.string(), "cookie": pa.string(), "order_total": pa.string(), "order_id": pa.string(),
    "screen": pa.string(), "exit_url": pa.string(), "custom": pa.string(), "language": pa.string(),
    "opted_out": pa.bool_(),
}  # fmt: skip
FLAGS = ("robot",)
WINDOWS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36"
)
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.1 Mobile/15E148 Safari/604.1"
STRANGE = "Strange"
ROBOT = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
TRAINER = "Mozilla/5.0 (compatible; GPTBot/1.2; +https://openai.com/gptbot)"
CRAWLERS = {
    "bingbot/2.0": ("Bingbot", "search", "bingbot"),
    "MJ12bot/1.4": ("MJ12bot (Majestic)", "seo", "MJ12bot"),
    "Applebot/0.1": ("Applebot", "search", "Applebot"),
    "AhrefsBot/7.0": ("AhrefsBot", "seo", "Ahrefs(Bot|SiteAudit)"),
    "SemrushBot/7": ("SemrushBot", "seo", "S[eE][mM]rushBot"),
    "PetalBot/1.0": ("PetalBot", "search", "PetalBot"),
    "CCBot/2.0": ("CCBot", "ai_training", "CCBot"),
    "DuckDuckBot/1.1": ("DuckDuckBot", "search", "DuckDuckBot"),
}
"""More robots than a chart names: name, purpose, and the expression of the list of crawlers."""


def _table(columns: str, *rows: tuple[Any, ...]) -> dict[str | None, dict[str, Any]]:
    names = columns.split()
    return {row[0]: dict(zip(names[1:], row[1:], strict=True)) for row in rows}


# What the parser says of these values: tests/unit/test_oracle.py asks it.
AGENTS = _table(
    "agent robot name purpose browser browser_version os os_version device rule",
    (WINDOWS, False, None, None, "Chrome", "120.0.0", "Windows", "10", "desktop", "uap-core: Chrome"),
    (PHONE, False, None, None, "Mobile Safari", "17.1", "iOS", "17.1", "mobile", "uap-core: Mobile Safari"),
    (STRANGE, False, None, None, "Other", None, "Other", None, "other", "uap-core: no family"),
    (
        ROBOT,
        True,
        "Googlebot",
        "search",
        "Googlebot",
        "2.1",
        "Other",
        None,
        "other",
        "crawler-user-agents: Googlebot\\/",
    ),
    (TRAINER, True, "GPTBot", "ai_training", "GPTBot", "1.2", "Other", None, "other", "crawler-user-agents: GPTBot"),
    *(
        (agent, True, name, purpose, *agent.split("/"), "Other", None, "other", f"crawler-user-agents: {rule}")
        for agent, (name, purpose, rule) in CRAWLERS.items()
    ),
)
ADDRESSES = _table(
    "address country",
    ("192.0.2.1", None),
    ("192.0.2.2", None),
    ("85.214.1.1", "DE"),
    ("8.8.8.8", "US"),
    ("2001:4860:4860::8888", "US"),
)
REFERRERS = _table(
    "referrer medium source term domain rule",
    ("https://www.fruit.test/", "referral", "fruit.test", None, "fruit.test", "no row for it"),
    ("https://a.example/x", "referral", "a.example", None, "a.example", "no row for it"),
    ("https://a.example/x#f", "referral", "a.example", None, "a.example", "no row for it"),
    ("https://b.example/y?q=1&p=%C3%A4+b", "referral", "b.example", None, "b.example", "no row for it"),
    ("nonsense", "direct", None, None, None, "no host in it"),
    ("https://www.google.com/", "search", "Google", None, "google.com", "referrers.tsv: google.*"),
    (
        "https://www.google.com/search?q=red+apples",
        "search",
        "Google",
        "red apples",
        "google.com",
        "referrers.tsv: google.*",
    ),
    ("https://www.bing.com/search?q=pears", "search", "Bing", "pears", "bing.com", "referrers.tsv: *.bing.com"),
    ("https://chatgpt.com/", "ai", "ChatGPT", None, "chatgpt.com", "referrers.tsv: *.chatgpt.com"),
    ("https://mail.google.com/mail/", "email", "Gmail", None, "google.com", "referrers.tsv: *.mail.google.com"),
    ("https://www.facebook.com/", "social", "Facebook", None, "facebook.com", "referrers.tsv: *.facebook.com"),
)
ASSISTANTS = {"chatgpt.com": "ChatGPT"}
"""Hosts that a generated ``utm_source`` names."""


def write_source(
    folder: Path,
    hits: list[dict[str, Any]],
    rejects: list[datetime | None] | None = None,
    directives: list[datetime | None] | None = None,
    **changes: Any,
) -> Source:
    """A folder as the parser leaves it, and the row of the audit that tells of it. Times are naive UTC."""
    rejects, directives = rejects or [], directives or []
    folder.mkdir()
    if hits:
        columns = {name: pa.array([hit.get(name) for hit in hits], kind) for name, kind in COLUMNS.items()}
        pq.write_table(pa.table(columns), folder / "hits.parquet")
        for file, column, known in (
            ("agents", "agent", AGENTS),
            ("addresses", "address", ADDRESSES),
            ("referrers", "referrer", REFERRERS),
        ):
            _write_side_table(
                folder / f"{file}-00000.parquet", column, known, {hit.get(column) for hit in hits} - {None}
            )
    for name, times in (("rejects", rejects), ("directives", directives)):
        lines = {"line": pa.array(range(1, len(times) + 1), pa.int64()), "ts": pa.array(times, pa.timestamp("us"))}
        pq.write_table(pa.table(lines), folder / f"{name}.parquet")
    times = sorted(hit["ts"].replace(tzinfo=UTC) for hit in hits)
    told = {
        "file": folder.name, "server": "", "sha256": "0", "folder": folder, "parts": ("hits.parquet",) if hits else (),
        "lines": len(hits) + len(rejects) + len(directives), "directives": len(directives), "hits": len(hits),
        "rejects": len(rejects), "first_ts": times[0] if times else None, "last_ts": times[-1] if times else None,
        "cookies_logged": False, "duplicate_of": None, "format": "nlf", "plain_sha256": folder.name,
    }  # fmt: skip
    return Source(**{**told, **changes})


def _write_side_table(path: Path, column: str, known: dict[str | None, dict[str, Any]], values: set[str]) -> None:
    """What the parser knows of each value; of one that no table here has, nothing."""
    names = next(iter(known.values())).keys()
    columns = {column: pa.array(sorted(values), pa.string())}
    for name in names:
        kind = pa.bool_() if name in FLAGS else pa.string()
        nothing = False if name in FLAGS else None
        columns[name] = pa.array([known[v][name] if v in known else nothing for v in sorted(values)], kind)
    pq.write_table(pa.table(columns), path)
