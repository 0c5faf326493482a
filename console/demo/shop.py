"""The visits of the fruit shop: pure, and the same for the same seed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from math import exp, sin
from random import Random
from zoneinfo import ZoneInfo

from console.demo.people import AGENTS, CRAWLERS, PRODUCTS, Arrival, choose_arrival, search_arrival

HOST = "www.fruit.test"
ZONE = ZoneInfo("Europe/Berlin")
SERVERS = ("web1", "web2")
HOURS = (1, 1, 1, 1, 1, 2, 4, 7, 9, 10, 11, 12, 13, 11, 10, 11, 12, 13, 15, 18, 20, 17, 10, 4)
CAMPAIGN_DAY = 38
SHORT_VISITS = 0.38


@dataclass(frozen=True)
class Line:
    """One line of a .nlf; ``None`` is an empty field."""

    ts: datetime
    server: str
    address: str
    path: str
    query: str | None
    agent: str
    method: str = "GET"
    referrer: str | None = None
    cookie: str | None = None
    order_total: str | None = None
    order_id: str | None = None
    screen: str | None = None
    exit_url: str | None = None
    custom: str | None = None


@dataclass(frozen=True)
class Person:
    """Somebody who visits, perhaps again."""

    number: int
    address: str
    agent: str
    screen: str
    keeps_cookies: bool


class Shop:
    """Makes the lines of one day after another."""

    def __init__(self, seed: int, visits_per_day: int) -> None:
        self._random = Random(seed)
        self._per_day = visits_per_day
        self._people: list[Person] = []
        self._orders = 0

    def day(self, day: date, number: int) -> list[Line]:
        """All lines whose visit starts on this day (Berlin time), in order of time."""
        weekly = (1.0, 1.05, 1.03, 1.0, 0.95, 0.7, 0.78)[day.weekday()]
        peak = 1 + 1.1 * exp(-(((number - CAMPAIGN_DAY) / 2.5) ** 2))
        visits = round(self._per_day * weekly * (1 + 0.004 * number) * peak * (1 + 0.08 * sin(number * 1.7)))
        lines: list[Line] = []
        for _ in range(visits):
            lines += self._visit(day, number)
        for crawler in self._random.sample(CRAWLERS, k=3):
            lines += self._crawl(day, crawler)
        return sorted(lines, key=lambda line: line.ts)

    def _visit(self, day: date, number: int) -> Iterator[Line]:
        random = self._random
        person = self._person()
        arrival = choose_arrival(random, number, CAMPAIGN_DAY)
        ts = self._moment(day)
        server = SERVERS[person.number % len(SERVERS)]
        plain = Line(ts, server, person.address, "/", None, person.agent, screen=person.screen)
        session = f"{random.getrandbits(48):012x}"
        pages = self._pages(arrival)
        referrer = arrival.referrer
        for at, (path, query) in enumerate(pages):
            # The collector sets its cookie with the first answer: a newcomer's first request has none.
            known = person.keeps_cookies and (at > 0 or person.number < len(self._people) - 1)
            line = replace(plain, ts=ts, path=path, query=query, referrer=referrer, custom=_custom(path))
            line = replace(line, cookie=self._cookie(person, session) if known else None)
            yield from self._with_order(line) if path == "/thanks" else (line,)
            yield from self._clicks(line)
            referrer = f"https://{HOST}{path}" + (f"?{query}" if query else "")
            ts += timedelta(seconds=random.choice((4, 9, 14, 22, 35, 48, 70, 110, 190)) + random.randrange(7))

    def _with_order(self, line: Line) -> Iterator[Line]:
        random = self._random
        self._orders += 1
        total = f"{random.randrange(640, 8900) / 100:.2f}"
        ordered = replace(line, order_total=total, order_id=f"F{10_000 + self._orders}")
        yield ordered
        if random.random() < 0.12:
            # The page of thanks loaded again: the same order, not another.
            yield replace(ordered, ts=ordered.ts + timedelta(seconds=random.randrange(2, 40)))

    def _clicks(self, line: Line) -> Iterator[Line]:
        random = self._random
        after = line.ts + timedelta(seconds=random.randrange(1, 4))
        bare = replace(line, ts=after, order_total=None, order_id=None, custom=None)
        if line.path.startswith("/recipes/") and random.random() < 0.18:
            yield replace(bare, method="DOWNLOAD", path="/files/recipes.pdf", query=None)
        if line.path == "/about" and random.random() < 0.3:
            yield replace(bare, method="EXIT", exit_url="https://orchard-growers.test/visit")

    def _pages(self, arrival: Arrival) -> list[tuple[str, str | None]]:
        random = self._random
        found: list[tuple[str, str | None]] = [(arrival.path, arrival.query)]
        if random.random() < SHORT_VISITS:
            return found
        for _ in range(random.choice((1, 1, 2, 2, 3, 4, 6))):
            product = random.choices(PRODUCTS, weights=range(len(PRODUCTS), 0, -1))[0]
            found.append(
                (random.choice((f"/{product}", f"/{product}", f"/recipes/{product}", "/", "/about", "/delivery")), None)
            )
        if random.random() < 0.16:
            found.append(("/cart", f"add={random.choice(PRODUCTS)}"))
            if random.random() < 0.55:
                found += [("/checkout", None), ("/thanks", None)]
        return found

    def _crawl(self, day: date, agent: str) -> Iterator[Line]:
        random = self._random
        ts = self._moment(day)
        address = f"198.51.100.{random.randrange(1, 30)}"
        paths = ["/robots.txt"] if random.random() < 0.5 else []
        for path in [*paths, "/", *(f"/{product}" for product in random.sample(PRODUCTS, k=4))]:
            yield Line(ts, random.choice(SERVERS), address, path, None, agent)
            ts += timedelta(seconds=random.randrange(1, 5))

    def _person(self) -> Person:
        random = self._random
        if self._people and random.random() < 0.34:
            return random.choice(self._people[-2500:])
        number = len(self._people)
        address = (
            f"2001:db8:{random.randrange(1 << 16):x}::{random.randrange(1, 1 << 16):x}"
            if random.random() < 0.25
            else f"{random.choice(('192.0.2', '203.0.113'))}.{random.randrange(1, 255)}"
        )
        agent, screen = random.choice(AGENTS)
        person = Person(number, address, agent, screen, keeps_cookies=random.random() < 0.85)
        self._people.append(person)
        return person

    def _moment(self, day: date) -> datetime:
        random = self._random
        hour = random.choices(range(24), weights=HOURS)[0]
        local = datetime(day.year, day.month, day.day, hour, random.randrange(60), random.randrange(60), tzinfo=ZONE)
        return local.astimezone(UTC)

    def _cookie(self, person: Person, session: str) -> str:
        return f"clicktracks_session={session}; Persistent_id_fruit={0xF0000000 + person.number:x}"


def _custom(path: str) -> str | None:
    return f"fruit={path.rpartition('/')[2]}" if path.lstrip("/").rpartition("/")[2] in PRODUCTS else None


__all__ = ["HOST", "SERVERS", "ZONE", "Line", "Shop", "search_arrival"]
