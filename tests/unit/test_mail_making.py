"""E-mails that are made meanwhile: once each, so many at once, those with documents apart from others."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest

from reporter.mail.event import Edition, Event
from reporter.mail.making import Order, Workshop
from reporter.model import Period
from shared.dataset_settings import DatasetSettings
from shared.settings import Settings

LONG_S = 60.0
DAY = Period("2026-02-16", "day", date(2026, 2, 16), date(2026, 2, 16))


def order(event: str = "one", *, attach: Sequence[str] = (), analysis: str = "a", lacks: tuple[str, ...] = ()) -> Order:
    told = {
        "dataset": {"name": "shop"},
        "mails": [{"id": event, "to": ["a@b.test"], "period": "day", "attach": attach}],
    }
    settings = DatasetSettings.model_validate(told)
    return Order(Event("shop", settings, settings.mails[0], analysis, ("day",)), DAY, Settings(), lacks)


class Bench:
    """Makes what it is told to, when it is told to."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self.gate, self.error = threading.Semaphore(0), None

    def __call__(self, event: Event, period: Period, settings: Settings, lacks: Sequence[str]) -> Edition:
        self.begun.append(event.mail.id)
        assert self.gate.acquire(timeout=LONG_S)
        if self.error is not None:
            raise self.error
        return Edition(event, None, ())  # type: ignore[arg-type]

    def finish(self, shop: Workshop, number: int = 1) -> None:
        for _ in range(number):
            self.gate.release()
        while not shop.has_news():
            threading.Event().wait(0.002)


@pytest.fixture
def bench() -> Any:
    made = Bench()
    yield made
    for _ in range(10):
        made.gate.release()


def test_what_is_asked_for_again_and_again_is_made_once_and_given_once(bench: Bench) -> None:
    shop = Workshop(2, bench)
    assert [shop.edition(order()) for _ in range(3)] == [None] * 3
    assert not shop.has_news()
    bench.finish(shop)
    made = shop.edition(order())
    assert made is not None and made.event == order().event and bench.begun == ["one"]
    assert not shop.has_news()
    assert shop.edition(order()) is None, "and made anew for who asks after that"


def test_one_that_hangs_holds_up_none_that_has_no_documents(bench: Bench) -> None:
    shop = Workshop(1, bench)
    assert shop.edition(order("slow", attach=("pdf",))) is None
    assert shop.edition(order("other", attach=("xlsx",))) is None
    quick = Bench()
    shop.make = quick
    assert shop.edition(order("quick", attach=("csv",))) is None
    quick.finish(shop)
    assert shop.edition(order("quick", attach=("csv",))) is not None
    assert (bench.begun, quick.begun) == (["slow"], ["quick"]), "one at once, of each"
    bench.finish(shop)
    assert shop.edition(order("other", attach=("xlsx",))) is None, "what was made is not asked for yet"
    assert shop.edition(order("slow", attach=("pdf",))) is not None
    assert shop.edition(order("other", attach=("xlsx",))) is None
    quick.finish(shop)
    assert shop.edition(order("other", attach=("xlsx",))) is not None


@pytest.mark.parametrize("change", [{"analysis": "b"}, {"lacks": ("web1 has not delivered.",)}])
def test_what_was_made_of_what_is_published_no_more_is_made_anew(bench: Bench, change: dict[str, Any]) -> None:
    shop = Workshop(1, bench)
    assert shop.edition(order()) is None
    assert shop.edition(order(**change)) is None
    bench.finish(shop)
    assert shop.edition(order(**change)) is None
    bench.finish(shop)
    assert shop.edition(order(**change)) is not None
    assert bench.begun == ["one", "one"]


def test_what_went_wrong_is_told_once_to_who_asks(bench: Bench) -> None:
    shop = Workshop(1, bench)
    bench.error = FileNotFoundError("gone")
    assert shop.edition(order()) is None
    bench.finish(shop)
    with pytest.raises(FileNotFoundError, match="gone"):
        shop.edition(order())
    bench.error = None
    assert shop.edition(order()) is None
    bench.finish(shop)
    assert shop.edition(order()) is not None


def test_what_nobody_asks_for_any_more_makes_room(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    shop = Workshop(1, bench)
    assert shop.edition(order("gone")) is None
    bench.finish(shop)
    assert shop.edition(order("next")) is None and bench.begun == ["gone"]
    monkeypatch.setattr("reporter.mail.making.KEPT_S", 0.0)
    assert shop.edition(order("next")) is None
    while bench.begun != ["gone", "next"]:
        threading.Event().wait(0.002)
