"""Retention: raw files, hits and reports go when the settings say, and nothing else does."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import sqlalchemy as sa

from parser.forget import Wanted, forget
from parser.retention import Expired, expire
from parser.stage import make_stage as parser_stage
from reporter.ledger import found_in
from reporter.model import Period
from reporter.retention import Kept
from reporter.stage import make_stage as reporter_stage
from shared.catalog.schema import analyses, datasets, files, publications
from shared.clock import SystemClock
from shared.dataset_settings import DatasetSettings
from shared.messages import AnalysisReady, HitsParsed
from shared.retention import Daily, cutoffs
from tests.integration.installation import Installation

NOW = datetime.now(UTC)
TODAY = date(2026, 3, 20)


def log(*days: int, extra: str = "") -> bytes:
    lines = [
        f'192.0.2.{hour} - - [{day:02d}/Mar/2026:{hour:02d}:30:00 +0000] "GET /{day} HTTP/1.1" 200 1 "-" "Day{day}/1"\n'
        for day in days
        for hour in (0, 12, 23)
    ]
    return "".join(line + f"junk {number}\n" for number, line in enumerate(lines)).encode() + extra.encode()


def run(made: Installation, dataset: str, when: date = TODAY, **given: Any) -> Expired:
    at = datetime(when.year, when.month, when.day, 12, tzinfo=UTC)
    return expire(made.catalog, made.tools.store, dataset, at, **given)


def raw(made: Installation) -> int:
    return len(list((made.settings.data / "raw").glob("*/*")))


def days_of(made: Installation, file: int) -> dict[str, int]:
    content = made.content(file)
    folder = made.settings.data / content["folder"]
    found: dict[str, int] = {}
    for part in content["parts"]:
        for ts in pq.read_table(folder / part)["ts"].to_pylist():
            found[ts.date().isoformat()] = found.get(ts.date().isoformat(), 0) + 1
    rejects = pq.read_table(folder / "rejects.parquet")
    assert content["hits"] == sum(found.values())
    assert content["rejects"] == rejects.num_rows == sum(content["reject_reasons"].values())
    assert content["lines"] == content["hits"] + content["rejects"] + content["directives"]
    return found


def test_raw_files_go_when_all_who_have_them_say_so(one: Installation) -> None:
    settings = {"retention": {"raw_days": 10}}
    dataset = one.dataset(**settings)
    one.fetch(dataset, log(1), "a.log")
    one.fetch(dataset, log(2), "b.log")
    twin = one.dataset(dataset={"name": "twin"}, source={"location": "elsewhere", "reject_limit": 1.0})
    with one.catalog.write() as connection:
        # The place is the same, so they are one: make another of it.
        row = dict(connection.execute(sa.select(datasets).where(datasets.c.id == twin)).mappings().one())
        connection.execute(sa.insert(datasets).values(row | {"id": "other", "location": "elsewhere"}))
        kept = DatasetSettings.model_validate({"source": {"reject_limit": 1.0}}).model_dump(mode="json")
        connection.execute(sa.update(datasets).where(datasets.c.id == "other").values(settings=kept))
    one.change(dataset, **settings)
    one.fetch("other", log(2), "b.log")
    one.work()
    waiting = one.fetch(dataset, log(3), "c.log")
    assert expire(one.catalog, one.tools.store, dataset, NOW + timedelta(days=9)).raw_files == 0
    later = NOW + timedelta(days=11)
    assert expire(one.catalog, one.tools.store, dataset, later, dry_run=True).raw_files == 1
    assert raw(one) == 3
    assert expire(one.catalog, one.tools.store, dataset, later).raw_files == 1
    assert expire(one.catalog, one.tools.store, dataset, later).raw_files == 0
    assert raw(one) == 2, "one is another's too, one is not parsed yet"
    one.work()
    assert days_of(one, waiting) == {"2026-03-03": 3}
    assert expire(one.catalog, one.tools.store, "other", later).raw_files == 0


def test_hits_go_by_days_of_the_data_set(one: Installation) -> None:
    dataset = one.dataset(dataset={"name": "shop", "timezone": "Europe/Berlin"}, retention={"hits_days": 5})
    old, both = one.fetch(dataset, log(10, 11), "old.log"), one.fetch(dataset, log(13, 14, 15, 16), "both.log")
    new = one.fetch(dataset, log(18), "new.log")
    one.work()
    before = one.content(new)
    said = run(one, dataset, dry_run=True)
    assert (said.files, said.hits_from) == (["both.log", "old.log"], date(2026, 3, 15))
    assert days_of(one, both)["2026-03-13"] == 3
    found = run(one, dataset)
    assert found.analysis_follows
    assert one.row(files, id=old)["content"] is None
    # The 15th begins at 23:00 of the 14th, UTC.
    assert days_of(one, both) == {"2026-03-14": 1, "2026-03-15": 3, "2026-03-16": 3}
    assert one.content(new) == before
    folder = one.settings.data / one.content(both)["folder"]
    agents = {name for path in folder.rglob("agents-*.parquet") for name in pq.read_table(path)["agent"].to_pylist()}
    assert agents == {"Day14/1", "Day15/1", "Day16/1"}
    assert len(list((one.settings.data / "hits").glob("*/*"))) == 2
    assert one.row(datasets, id=dataset)["hits_from"] == date(2026, 3, 15)
    facts = len(one.facts(HitsParsed))
    assert run(one, dataset).files == [], "nothing more to do"
    assert len(one.facts(HitsParsed)) == facts
    assert run(one, dataset, TODAY + timedelta(days=1)).files == ["both.log"]
    assert days_of(one, both) == {"2026-03-15": 1, "2026-03-16": 3}


def test_hits_in_parts_and_of_somebody_forgotten(local: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    from parser import part_stage, parts

    monkeypatch.setattr(part_stage, "plan", lambda raw, **given: parts.plan(raw, **given | {"part_bytes": 400}))
    dataset = local.dataset(retention={"hits_days": 5})
    file = local.fetch(dataset, log(13, 14, 15, 16))
    local.work()
    assert any("/" in part for part in local.content(file)["parts"])
    forget(local.catalog, local.settings, dataset, Wanted("address", "192.0.2.12"), NOW)
    run(local, dataset)
    assert days_of(local, file) == {"2026-03-15": 3, "2026-03-16": 3}
    stamped = local.content(file)["id"]
    assert stamped.endswith("-f20260315") and stamped.count("-") == 3
    forget(local.catalog, local.settings, dataset, Wanted("address", "192.0.2.23"), NOW)
    assert days_of(local, file) == {"2026-03-15": 3, "2026-03-16": 3}
    assert local.content(file)["id"].endswith("-f20260315")


@dataclass(frozen=True)
class _At(SystemClock):
    """A clock that stands."""

    at: datetime

    def now(self) -> datetime:
        return self.at


def test_running_processes_look_once_a_day(local: Installation, tmp_path: Path) -> None:
    dataset = local.dataset(retention={"raw_days": 3, "reports_days": 3})
    local.fetch(dataset, log(1))
    local.work()
    folder = tmp_path / "out" / dataset / "2026-03-01"
    folder.mkdir(parents=True)
    told = {"id": "2026-03-01", "kind": "day", "first": "2026-03-01", "last": "2026-03-01"}
    (folder / "manifest.json").write_text(json.dumps({"period": told}))
    stamp = {"analysis": "x", "kinds": "day", "periods": 1, "published_at": NOW}
    made = {"sources": 1, "page_views": 1, "visits": 1, "created_at": NOW}
    with local.catalog.write() as connection:
        connection.execute(sa.insert(publications).values(dataset=dataset, target=str(tmp_path / "out"), **stamp))
        connection.execute(sa.insert(analyses).values(dataset=dataset, digest="x", folder="x", **made))
        connection.execute(sa.update(datasets).values(analysis="x"))
    ticks = [one.tick for one in (parser_stage(), reporter_stage())]
    for days, left, facts in ((0, 1, 1), (4, 0, 2)):
        for tick in ticks:
            assert tick is not None
            tick(replace(local.tools, clock=_At(NOW + timedelta(days=days))))
        assert raw(local) == left
        assert len(local.facts(AnalysisReady)) == facts, "the old period is to be published no longer"


def test_without_settings_nothing_goes(local: Installation) -> None:
    dataset = local.dataset()
    file = local.fetch(dataset, log(1))
    local.work()
    assert run(local, dataset, date(2099, 1, 1)) == Expired()
    assert days_of(local, file) == {"2026-03-01": 3} and raw(local) == 1


def period(kind: str, first: int, last: int) -> Period:
    return Period(f"{kind}-{first}", kind, date(2026, 3, first), date(2026, 3, last))


def test_which_periods_are_frozen_and_which_go(tmp_path: Path) -> None:
    kept = Kept(date(2026, 3, 15), date(2026, 3, 10))
    assert [kept.is_frozen(period("day", day, day)) for day in (14, 15, 16)] == [True, True, False]
    assert kept.is_frozen(period("month", 1, 31)) and not kept.is_frozen(period("all", 1, 31))
    assert [kept.is_old(period("week", first, first + 6)) for first in (3, 4)] == [True, False]
    for one in (period("day", 5, 5), period("day", 14, 14), period("day", 18, 18), period("week", 9, 15)):
        folder = tmp_path / one.id
        folder.mkdir()
        told = {"id": one.id, "kind": one.kind, "first": one.first.isoformat(), "last": one.last.isoformat()}
        (folder / "manifest.json").write_text(json.dumps({"period": told, "files": {}}))
    (tmp_path / "strange").mkdir()
    (tmp_path / "strange" / "manifest.json").write_text("[]")
    assert kept.freeze(found_in(tmp_path).values(), ["day"]) == [period("day", 14, 14)]
    assert json.loads((tmp_path / "day-14" / "manifest.json").read_text())["frozen"] == "2026-03-15"
    assert "frozen" not in (tmp_path / "day-18" / "manifest.json").read_text()
    later = Kept(date(2026, 3, 16))
    assert {one.id for one in later.freeze(found_in(tmp_path).values(), ["day"])} == {"day-5", "day-14"}
    assert json.loads((tmp_path / "day-14" / "manifest.json").read_text())["frozen"] == "2026-03-15", "since when"


def test_cutoffs_are_days_of_the_data_set_and_once_a_day() -> None:
    settings = DatasetSettings.model_validate(
        {"dataset": {"timezone": "Asia/Tokyo"}, "retention": {"raw_days": 1, "hits_days": 2, "reports_days": 3}}
    )
    now = datetime(2026, 3, 20, 16, tzinfo=UTC)
    found = cutoffs(settings, now)
    assert (found.hits_from, found.reports_from) == (date(2026, 3, 19), date(2026, 3, 18))
    assert found.raw_from == now - timedelta(days=1)
    daily = Daily()
    assert [daily.is_due(now + timedelta(hours=hours)) for hours in (0, 1, 23, 24, 25, 48)] == [
        True, False, False, True, False, True,
    ]  # fmt: skip
