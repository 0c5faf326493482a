"""Privacy settings on the hits of a block, before they are written."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from parser.engine import Change, Engine
from parser.parameters import Dropped
from parser.privacy import Privacy, Salt, hashed, truncated
from shared.tombstones import FORGOTTEN, Forgotten


class Protector:
    """Changes what an engine holds as the settings say."""

    def __init__(self, privacy: Privacy, salt: Salt, forgotten: Forgotten | None = None) -> None:
        """``forgotten`` addresses are marked while they can still be told; :mod:`parser.hiding` does the rest."""
        self.privacy, self._salt, self._forgotten = privacy, salt, forgotten
        dropped = Dropped(privacy.drop_parameters)
        self._without_parameters: dict[str, Change] = {
            "path": _of_each(dropped.from_path),
            "query": _of_each(dropped.from_query),
            "referrer": _of_each(dropped.from_url),
            "exit_url": _of_each(dropped.from_url),
            "custom": _of_each(dropped.from_query),
        }

    def protect(self, engine: Engine) -> None:
        """All but addresses; afterwards nothing else that the settings forbid is held."""
        if self.privacy.honour_opt_out:
            engine.hide_opted_out()
        if self.privacy.drop_parameters:
            for column, change in self._without_parameters.items():
                engine.change(column, change)

    def hide_addresses(self, engine: Engine) -> list[tuple[str, str | None]] | None:
        """Gives what was put in the place of which address where that has no country any more.

        A network has one, by its first address: it must not depend on which of its addresses stand in a block.
        """
        if self.privacy.addresses == "truncate":
            engine.change("address", _of_each(lambda one: self._marked(one or "") or truncated(one or "")))
        if self.privacy.addresses == "hash":
            return engine.change("address", self._hashed)
        return None

    def _hashed(self, days: list[date], values: list[str]) -> list[str]:
        pairs = zip(days, values, strict=True)
        return [self._marked(one) or hashed(one, self._salt(day)) if one else "" for day, one in pairs]

    def _marked(self, address: str) -> str:
        return FORGOTTEN if self._forgotten and self._forgotten.has_address(address) else ""


def _of_each(change: Callable[[str | None], str | None]) -> Change:
    return lambda _, values: [change(one) for one in values]
