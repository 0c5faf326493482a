"""Server-sent events hold connections: a session and an address may hold only so many at once."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx2
import pytest

from console.web import sessions
from console.web.asker import Asker
from console.web.event_streams import PER_ADDRESS, PER_SESSION, EventStreams
from console.web.place import Place
from console.web.problems import HttpProblem
from console.web.server import WebOptions, console_serving
from shared import accounts
from tests.web_console import PASSWORD, Browser, place_in, with_account

WAIT_S = 60.0


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with place_in(tmp_path / "data") as made:
        yield made


@pytest.fixture
def waiting(place: Place, tmp_path: Path) -> str:
    """A data set whose import waits for processes that do not run: its events never end."""
    boss = with_account(place, "boss", "administrator")
    (tmp_path / "shop").mkdir()
    line = '192.0.2.1 - - [05/Mar/2026:10:00:00 +0000] "GET / HTTP/1.1" 200 1 "-" "Mozilla/5.0"\n'
    (tmp_path / "shop" / "access.log").write_text(line)
    return stored(boss, tmp_path / "shop")


def stored(boss: Browser, folder: Path) -> str:
    from tests.integration.test_web_wizard import ANSWERS, sealed_in, tried

    boss.post("/setup/store", {**ANSWERS, "sealed": sealed_in(tried(boss, str(folder)))})
    return "/setup/progress/fruit-shop/events"


def session_of(place: Place, name: str) -> dict[str, str]:
    kept = sessions.begin(place.catalog, name, place.now(), address="", agent="")
    return {"Cookie": f"proprocessor={kept}", "Accept": "text/event-stream"}


def test_a_session_holds_only_so_many_streams(place: Place, waiting: str) -> None:
    mine, other = session_of(place, "boss"), session_of(place, "boss")
    with console_serving(place, WebOptions(port=0)) as url, httpx2.Client(base_url=url, timeout=WAIT_S) as client:

        def opened(stack: ExitStack, headers: dict[str, str]) -> httpx2.Response:
            return stack.enter_context(client.stream("GET", waiting, headers=headers))

        with ExitStack() as held:
            for _ in range(PER_SESSION):
                answer = opened(held, mine)
                assert answer.status_code == 200
            refused = client.get(waiting, headers=mine)
            assert refused.status_code == 429
            assert refused.headers["content-type"] == "application/problem+json"
            assert refused.headers["retry-after"] == "60"
            assert refused.json()["reason"] == "too_many_streams"
            assert "Close some" in refused.json()["detail"]
            assert opened(held, other).status_code == 200, "another browser is not concerned"
        until = time.monotonic() + WAIT_S
        with ExitStack() as held:
            while (answer := opened(held, mine)).status_code == 429:
                assert time.monotonic() < until, "a stream that was left gives its place back"
            assert answer.status_code == 200


def asker(place: Place, name: str, address: str) -> Asker:
    return Asker(accounts.find(place.catalog, name), address)


async def nothing() -> AsyncIterator[str]:
    yield ""


def test_an_address_holds_only_so_many_streams(place: Place) -> None:
    """Each of another account."""
    for number in range(PER_ADDRESS + 1):
        accounts.add(place.catalog, f"n{number}", "viewer", PASSWORD, place.now())
    streams = EventStreams()
    for number in range(PER_ADDRESS):
        streams.open(asker(place, f"n{number}", "2001:db8::1"), nothing())
    with pytest.raises(HttpProblem) as refused:
        streams.open(asker(place, f"n{PER_ADDRESS}", "2001:db8::2"), nothing())
    assert (refused.value.status, refused.value.reason) == (429, "too_many_streams")
    streams.open(asker(place, f"n{PER_ADDRESS}", "192.0.2.7"), nothing())
    assert streams.count == PER_ADDRESS + 1
