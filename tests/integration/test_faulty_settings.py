"""A data set whose stored settings nobody can read stops at itself: all others go on."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from fetcher.schedule import announce
from parser.retention import expire_all
from reporter.retention import announce_old
from shared.catalog.schema import datasets, publications
from shared.messages import DatasetDue
from tests.integration.installation import Installation
from tests.integration.test_retention import log

BROKEN: list[Any] = [{"dataset": {"timezone": "Nowhere/Land"}}, {"retention": {"raw_days": "x"}, "dataset": []}]


def break_one(made: Installation, dataset: str, settings: Any) -> None:
    """A copy of a data set, before it in order, that has such settings."""
    with made.catalog.write() as connection:
        row = dict(connection.execute(sa.select(datasets).where(datasets.c.id == dataset)).mappings().one())
        broken = {"id": "a-broken-one", "location": "elsewhere", "settings": settings}
        connection.execute(sa.insert(datasets).values(row | broken))
        told = {"dataset": broken["id"], "target": str(made.settings.data / "out"), "analysis": "x", "kinds": "all"}
        connection.execute(sa.insert(publications).values(told | {"periods": 1, "published_at": datetime.now(UTC)}))


@pytest.mark.parametrize("settings", BROKEN)
def test_retention_goes_on(one: Installation, settings: Any) -> None:
    dataset = one.dataset(retention={"raw_days": 10})
    one.fetch(dataset, log(1), "a.log")
    one.work()
    break_one(one, dataset, settings)
    tools = replace(one.tools, clock=Later())
    raw = one.settings.data / "raw"
    assert len(list(raw.glob("*/*"))) == 1
    expire_all(tools)
    announce_old(tools)
    assert list(raw.glob("*/*")) == []


@pytest.mark.parametrize("settings", BROKEN[:1])
def test_the_timetable_goes_on(one: Installation, settings: Any) -> None:
    dataset = one.dataset()
    break_one(one, dataset, settings)
    past = datetime.now(UTC) - timedelta(hours=1)
    with one.catalog.write() as connection:
        connection.execute(sa.update(datasets).values(schedule="0 3 * * *", next_due=past))
    assert announce(one.tools) == 1
    assert [fact.dataset for fact in one.facts(DatasetDue)] == [dataset]


class Later:
    """A clock of in twenty days."""

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(days=20)
