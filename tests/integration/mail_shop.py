"""A data set with a published analysis, whose reports are sent by e-mail; its time passes as a test says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from reporter.charts.chart import Chart
from reporter.charts.images import png
from reporter.mail import deliveries, images
from reporter.mail.deliveries import Delivery, Sender
from reporter.mail.event import Edition, make_edition
from reporter.mail.making import Order
from reporter.mail.tick import Mailer
from shared.catalog import open_catalog
from shared.catalog.schema import analyses, contents, datasets, files, publications, rounds
from shared.dataset_settings import DatasetSettings
from shared.process import make_tools
from shared.settings import load_settings
from shared.work import Tools
from tests.analysis_folder import days_from, write_analysis

FIRST = date(2026, 2, 16)
"""A Monday."""
DUE = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
"""Monday, 7 o'clock in Berlin, after two weeks of data."""
WEEKLY: dict[str, Any] = {"id": "weekly", "to": ["ann@fruit.test", "bob@fruit.test"], "wait_hours": 12}
LABELS = [{"id": "paid", "match": {"channel": {"equals": "paid"}}}, {"id": "few", "match": {"short": True}}]


class ByHand:
    """A clock that a test moves."""

    def __init__(self, at: datetime) -> None:
        self.at, self.seconds = at, 0.0

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        raise AssertionError("nothing sleeps here")

    def passes(self, **given: float) -> None:
        self.at += timedelta(**given)
        self.seconds += timedelta(**given).total_seconds()


_DRAWN: dict[str, bytes] = {}


def _drawn_once(chart: Chart, width: int, scale: float) -> bytes:
    """A chart of the numbers of before is not drawn anew for each test: that takes longer than all the rest of it."""
    key = json.dumps([chart.spec, width, scale], default=str)
    if key not in _DRAWN:
        _DRAWN[key] = png(chart, width, scale)
    return _DRAWN[key]


class AtOnce:
    """Makes an e-mail when it is ordered, here."""

    def edition(self, order: Order) -> Edition:
        with pytest.MonkeyPatch.context() as drawing:
            drawing.setattr(images, "png", _drawn_once)
            return make_edition(order.event, order.period, order.settings, order.lacks)

    def has_news(self) -> bool:
        return False


@dataclass
class MailShop:
    """The installation. ``reporter()`` is another process of it."""

    root: Path
    tools: Tools
    clock: ByHand
    mailer: Mailer

    def tick(self, **later: float) -> None:
        """Let time pass, at least until the mailer looks again."""
        self.clock.passes(**(later or {"seconds": 31}))
        self.mailer.tick(self.tools)

    def mails(self, *events: dict[str, Any], **settings: Any) -> None:
        chosen = {"dataset": {"name": "Fruit shop", "timezone": "Europe/Berlin"}, "labels": LABELS, "mails": [*events]}
        data = DatasetSettings.model_validate(chosen | settings).model_dump(mode="json")
        self.write(sa.update(datasets).values(settings=data))

    def write(self, *statements: Any) -> None:
        with self.tools.catalog.write() as connection:
            for one in statements:
                connection.execute(one)

    def fetched(self, at: datetime, state: str = "done") -> None:
        row = {"id": f"r{at.isoformat()}{state}", "dataset": "shop", "state": state, "started_at": at}
        self.write(
            sa.insert(rounds).values(row | dict.fromkeys(("listed", "fetched", "waiting", "skipped", "size_bytes"), 0))
        )

    def delivered(self, server: str, until: datetime | None, path: str | None = None, state: str = "parsed") -> None:
        """A file of a server whose last hit was then."""
        identity = f"{server}-{until}-{path}"
        content = {
            "id": identity, "sha256": identity, "folder": "hits/x", "format": "combined", "first_ts": until, "last_ts": until,
            "plain_sha256": identity, "plain_bytes": 1, "head": b"", "parts": [], "cookies_logged": False,
            "reject_reasons": {}, "parsed_at": self.clock.at, "parser_version": 9,
        } | dict.fromkeys(("lines", "directives", "hits", "rejects"), 1)  # fmt: skip
        file = {
            "dataset": "shop", "server": server, "path": path or f"{server}/{identity}.log", "size_bytes": 1, "sha256": identity,
            "state": state, "content": identity, "round": "r", "fetched_at": self.clock.at,
        }  # fmt: skip
        self.write(sa.insert(contents).values(content), sa.insert(files).values(file))

    def complete(self, until: datetime = DUE) -> None:
        """All that a week needs: data beyond its end, fetched, analysed and published."""
        self.delivered("", until)
        self.fetched(until)

    def analyse(self, days: int = 14, name: str = "one", **more: Any) -> None:
        """Publish an analysis of so many days."""
        write_analysis(
            self.tools.data / "analyses" / name, days_from(FIRST, days), rows=12, timezone="Europe/Berlin", **more
        )
        row = {"dataset": "shop", "digest": name, "folder": f"analyses/{name}", "created_at": self.clock.at}
        shown = {"dataset": "shop", "target": "t", "analysis": name, "kinds": "day,week,month", "periods": 1}
        self.write(
            sa.insert(analyses).values(row | {"sources": 1, "page_views": 1, "visits": 1}),
            sa.delete(publications),
            sa.insert(publications).values(shown | {"published_at": self.clock.at}),
            sa.update(datasets).values(analysis=name),
        )

    def rows(self, **where: Any) -> list[Delivery]:
        return deliveries.find(self.tools.catalog, **where)

    def states(self) -> dict[str, str]:
        return {one.recipient: one.state for one in self.rows()}

    def reporter(self, name: str) -> Mailer:
        made = Mailer(AtOnce())
        made.sender = Sender(name)
        return made

    def with_settings(self, **given: str) -> None:
        settings = load_settings({"PROPROCESSOR_DATA": str(self.root / "data"), **given})
        catalog = self.tools.settings.catalog
        self.tools = replace(self.tools, settings=settings.model_copy(update={"catalog": catalog}))


@contextmanager
def mail_shop(root: Path, catalog_url: str, settings: dict[str, str]) -> Iterator[MailShop]:
    """Half an hour before the weekly e-mail is due for the first time; nothing of the week is delivered yet."""
    process = load_settings({"PROPROCESSOR_DATA": str(root / "data"), "PROPROCESSOR_CATALOG": catalog_url, **settings})
    clock = ByHand(DUE - timedelta(minutes=30))
    tools = replace(make_tools(process, open_catalog(catalog_url), "reporter"), clock=clock)
    made = MailShop(root, tools, clock, Mailer(AtOnce()))
    row = {"id": "shop", "location": "/logs", "settings": {}, "periods": "all", "created_at": clock.at}
    made.write(sa.insert(datasets).values(row))
    made.mails(WEEKLY)
    made.analyse()
    try:
        yield made
    finally:
        tools.transport.close()
        tools.catalog.close()
