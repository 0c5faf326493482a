"""A data set that grows by days, late files and longer files is what it had been if all had come at once (Law 4)."""

from __future__ import annotations

import json
import random
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.command import run
from tests.acceptance.log_lines import AGENT

SETTINGS = """
[dataset]
timezone = "Europe/Berlin"
hosts = ["www.fruit.test"]

[[labels]]
id = "regulars"
match = { visitor = "returning" }

[[campaigns]]
name = "spring"
match = { parameter = "src=spring" }
cost = { per_day = 2.5 }
"""
BEGIN = datetime(2026, 2, 20, tzinfo=UTC)
PAGES = ("/", "/a", "/b", "/c?src=spring", "/missing", "/robots.txt", "/file.pdf", "/style.css")
DAYS = 14


def day_lines(day: int, number: int = 120) -> list[str]:
    """One day's hits by few visitors who come again; the last ones visit over midnight."""
    chance = random.Random(day)
    times = sorted(chance.randrange(86_400) for _ in range(number)) + [86_370 + 5 * one for one in range(8)]
    lines = []
    for at in times:
        moment = BEGIN + timedelta(days=day, seconds=at)
        page = chance.choice(PAGES)
        status = 404 if page == "/missing" else 200
        referrer = chance.choice(("-", "-", "https://www.google.com/", "https://www.fruit.test/a"))
        who = f"198.51.100.{chance.randrange(30)}"
        lines.append(
            f'{who} - - [{moment:%d/%b/%Y:%H:%M:%S} +0000] "GET {page} HTTP/1.1" {status} 9 "{referrer}" "{AGENT}"\n'
        )
    return lines


def write(folder: Path, day: int, share: float = 1.0) -> None:
    lines = day_lines(day)
    (folder / f"access-{day:02}.log").write_text("".join(lines[: round(len(lines) * share)]))


def process(logs: Path, root: Path, settings: Path) -> list[dict[str, Any]]:
    """Runs it; gives what it logged."""
    ran = run("process", logs, "--publish", root / "out", "--settings", settings, data=root / "data")
    assert ran.code == 0, ran.err
    return [json.loads(line) for line in ran.err.splitlines() if line.startswith("{")]


def published(root: Path) -> dict[str, dict[str, Any]]:
    """Manifests by period, without when they were written."""
    found = {}
    for path in sorted((root / "out").glob("*/*/manifest.json")):
        manifest = json.loads(path.read_text())
        found[path.parent.name] = {key: manifest[key] for key in ("period", "sources", "files", "notes")}
    return found


def one_event(events: list[dict[str, Any]], name: str) -> dict[str, Any]:
    (found,) = [one for one in events if one["event"] == name]
    return found


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    path = tmp_path / "settings.toml"
    path.write_text(SETTINGS)
    return path


def test_days_one_by_one_late_and_grown_are_what_all_at_once_are(tmp_path: Path, settings: Path) -> None:
    logs = tmp_path / "logs"
    logs.mkdir()
    for day in range(DAYS - 3):
        write(logs, day, share=1.0 if day != 7 else 0.5)
    one_by_one, at_once = tmp_path / "one", tmp_path / "all"
    assert one_event(process(logs, one_by_one, settings), "analysis.finished")["counted_from"] is None

    write(logs, DAYS - 3)
    before = published(one_by_one)
    events = process(logs, one_by_one, settings)
    # A further day: the visits over midnight before it are counted again, and nothing before those.
    since = one_event(events, "analysis.finished")["counted_from"]
    assert since is not None
    assert since >= (BEGIN + timedelta(days=DAYS - 5)).date().isoformat()
    after = published(one_by_one)
    changed = {period for period in after if before.get(period) != after[period]}
    days = {period for period in changed if re.fullmatch(r"\d{4}-\d{2}-\d{2}", period)}
    assert min(days) >= since  # but its neighbour, which now has a newer one
    assert {"all", "2026", "2026-03", "2026-W10"} <= changed
    assert "2026-02" not in changed
    assert one_event(events, "publish.finished")["written"] == len(changed)

    write(logs, 7)  # has grown
    assert one_event(process(logs, one_by_one, settings), "analysis.finished")["counted_from"] is not None
    write(logs, DAYS - 1)
    process(logs, one_by_one, settings)
    write(logs, DAYS - 2)  # is late
    process(logs, one_by_one, settings)
    process(logs, at_once, settings)
    assert published(one_by_one) == published(at_once)
