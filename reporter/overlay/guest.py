"""A polite guest of a site: obeys robots.txt, pauses between requests, follows redirects only where it may ask."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from protego import Protego

from reporter.overlay.addresses import Addresses
from reporter.overlay.names import read_url
from reporter.overlay.web import Answer, NotFetched, Web
from shared.clock import Clock
from shared.dataset_settings.overlay import LONGEST_DELAY_S

MAX_REDIRECTS = 5
ROBOTS_BYTES = 512 << 10
REDIRECTS = (301, 302, 303, 307, 308)
BUSY = (429, 503)


class Busy(NotFetched):
    """The site asks to be left alone for a while: nothing more is asked in this round."""


class Guest:
    """Asks one site; for one round."""

    def __init__(
        self,
        web: Web,
        addresses: Addresses,
        *,
        delay_s: float,
        clock: Clock,
        keep_alive: Callable[[], None] = lambda: None,
    ) -> None:
        self._web, self._addresses, self._clock, self._keep_alive = web, addresses, clock, keep_alive
        self._delay_s, self._asked_at = delay_s, float("-inf")
        self._robots: dict[str, Protego | NotFetched] = {}

    def get(self, url: str, limit_bytes: int, *, asset: bool = False) -> Answer:
        """A good answer, by at most five redirects; ``url`` of the answer is where it came from.

        :class:`NotFetched` says why there is none. Each address on the way is judged as the first one.
        """
        begun = url
        for _ in range(MAX_REDIRECTS + 1):
            self._judge(url, asset=asset)
            answer = self._ask(url, limit_bytes)
            if answer.status not in REDIRECTS:
                return self._good(answer)
            target = read_url(url, answer.headers.get("location", ""))
            if target is None:
                raise NotFetched(f"it leads ({answer.status}) to an address that is none")
            url = target
        raise NotFetched(f"more than {MAX_REDIRECTS} redirects follow {begun}")

    def _good(self, answer: Answer) -> Answer:
        if answer.status in BUSY:
            raise Busy(f"the site asks to come again later (status {answer.status})", reason="overlay_busy")
        if not 200 <= answer.status < 300:
            raise NotFetched(f"the site answers with status {answer.status}")
        return answer

    def _judge(self, url: str, *, asset: bool) -> None:
        if why := self._addresses.why_not(url, asset=asset):
            raise NotFetched(why, reason="overlay_foreign")
        robots = self._robots_of(url)
        if not robots.can_fetch(url, self._web.user_agent):
            raise NotFetched(f"robots.txt forbids {urlsplit(url).path}", reason="overlay_forbidden")
        wanted = robots.crawl_delay(self._web.user_agent) or 0
        if wanted > LONGEST_DELAY_S:
            raise NotFetched(
                f"robots.txt asks for pauses of {wanted:g} s, more than the {LONGEST_DELAY_S} s that are waited",
                reason="overlay_forbidden",
            )
        self._delay_s = max(self._delay_s, wanted)

    def _ask(self, url: str, limit_bytes: int) -> Answer:
        self._keep_alive()
        wait_s = self._asked_at + self._delay_s - self._clock.monotonic()
        if wait_s > 0:
            self._clock.sleep(wait_s)
        try:
            return self._web.get(url, limit_bytes)
        finally:
            self._asked_at = self._clock.monotonic()

    def _robots_of(self, url: str) -> Protego:
        """RFC 9309: what is not there forbids nothing; where nobody can say, everything is forbidden."""
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        if origin not in self._robots:
            try:
                self._robots[origin] = self._read_robots(f"{origin}/robots.txt")
            except NotFetched as error:
                self._robots[origin] = error
        found = self._robots[origin]
        if isinstance(found, NotFetched):
            raise NotFetched(
                f"nothing is asked of {origin}, since its robots.txt cannot be read: {found.message}",
                remedy=found.remedy,
                reason=found.reason,
            )
        return found

    def _read_robots(self, url: str) -> Protego:
        for _ in range(MAX_REDIRECTS + 1):
            if why := self._addresses.why_not(url, asset=True):
                raise NotFetched(why, reason="overlay_foreign")
            answer = self._ask(url, ROBOTS_BYTES)
            if answer.status in REDIRECTS:
                url = read_url(url, answer.headers.get("location", "")) or ""
                if not url:
                    raise NotFetched(f"it leads ({answer.status}) to an address that is none")
                continue
            if 400 <= answer.status < 500 and answer.status not in BUSY:
                return Protego.parse("")
            if not 200 <= answer.status < 300:
                raise NotFetched(f"status {answer.status}", reason="overlay_busy")
            return Protego.parse(answer.body.decode("utf-8-sig", errors="replace"))
        raise NotFetched("too many redirects")
