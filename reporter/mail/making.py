"""E-mails that are made by processes of their own, while others are sent: they draw charts and write what is attached.

What is asked for again and again is made once; who asks gets it when it is there. Nothing of it is kept elsewhere:
killed meanwhile, an e-mail is still waiting, and made again.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from reporter.apart import Apart, Limits
from reporter.mail.event import Edition, Event, make_edition
from reporter.model import Period
from shared.settings import Settings

LIMITS = Limits(seconds=900.0)
DOCUMENTS = {"pdf", "xlsx"}
"""What takes so long to make that e-mails without it must not wait for it."""
KEPT_S = 120.0
"""So long somebody may ask for what was made: an e-mail server that was away is tried again sooner."""


@dataclass(frozen=True)
class Order:
    """What is to be made: equal ones are made once."""

    event: Event
    period: Period
    settings: Settings
    lacks: tuple[str, ...]

    @property
    def key(self) -> tuple[str, str, str]:
        """The e-mail that it is of, in whatever edition."""
        return self.event.dataset, self.event.mail.id, self.period.id

    @property
    def is_slow(self) -> bool:
        """Whether documents go with it."""
        return not DOCUMENTS.isdisjoint(self.event.mail.attach)


class Maker(Protocol):
    """Makes what all recipients of an event get."""

    def edition(self, order: Order) -> Edition | None:
        """What was ordered; ``None``: it is not made yet, ask again. Raises what went wrong, once."""

    def has_news(self) -> bool:
        """Whether something was made, or failed, since this was asked last."""


def edition_apart(event: Event, period: Period, settings: Settings, lacks: Sequence[str]) -> Edition:
    """:func:`make_edition` by a process of its own."""
    what = f"the e-mail {event.mail.id} of {event.dataset} for {period.id}"
    return Apart(what, limits=LIMITS)(make_edition, event, period, settings, lacks)


@dataclass
class _Piece:
    """An edition that is being made, or was."""

    order: Order
    made: Edition | None = None
    failed: Exception | None = None
    done_at: float | None = None


@dataclass
class Workshop:
    """A :class:`Maker` with a thread for each process; so many with documents at once, and so many without."""

    at_once: int
    make: Callable[[Event, Period, Settings, Sequence[str]], Edition] = edition_apart
    _pieces: dict[tuple[str, str, str], _Piece] = field(default_factory=dict)
    _news: threading.Event = field(default_factory=threading.Event)

    def edition(self, order: Order) -> Edition | None:
        """See :class:`Maker`."""
        piece = self._pieces.get(order.key)
        if piece is not None and piece.done_at is None:
            return None
        if piece is not None:
            del self._pieces[order.key]
            if piece.order == order:
                return self._given(piece)
        self._begin(order)
        return None

    def has_news(self) -> bool:
        """See :class:`Maker`."""
        found = self._news.is_set()
        self._news.clear()
        return found

    def _begin(self, order: Order) -> None:
        """Unless too many are being made; then it is its turn in another round."""
        now = time.monotonic()
        kept = {key: one for key, one in self._pieces.items() if one.done_at is None or now - one.done_at < KEPT_S}
        self._pieces = kept
        if sum(one.order.is_slow == order.is_slow for one in self._pieces.values()) >= self.at_once:
            return
        piece = self._pieces[order.key] = _Piece(order)
        threading.Thread(target=self._work, args=(piece,), name="mail-made", daemon=True).start()

    def _work(self, piece: _Piece) -> None:
        order = piece.order
        try:
            piece.made = self.make(order.event, order.period, order.settings, order.lacks)
        except Exception as error:  # noqa: BLE001 - raised again for who asks
            piece.failed = error
        piece.done_at = time.monotonic()
        self._news.set()

    @staticmethod
    def _given(piece: _Piece) -> Edition | None:
        if piece.failed is not None:
            raise piece.failed
        return piece.made
