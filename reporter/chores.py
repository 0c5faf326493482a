"""What a process does beside its messages, each in a thread of its own, so that none waits for another."""

from __future__ import annotations

import threading
from collections.abc import Callable

from shared.errors import ProprocessorError
from shared.work import Tools

LEAVE_S = 60.0
"""An e-mail that is being sent is worth waiting for: of one that is cut off nobody knows whether it went out."""


class Chore:
    """Does something whenever it is woken; woken while it is at it, once more after that."""

    def __init__(self, name: str, do: Callable[[Tools], None], tools: Tools) -> None:
        self._do, self._tools = do, tools
        self._woken, self._ends = threading.Event(), False
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def wake(self) -> None:
        """Have it done soon."""
        self._woken.set()
        if not self._thread.is_alive() and not self._ends:
            self._thread.start()

    def leave(self) -> None:
        """Wait for the end of what it is at."""
        self._ends = True
        self._woken.set()
        if self._thread.is_alive():
            self._thread.join(LEAVE_S)

    def _run(self) -> None:
        while self._woken.wait() and not self._ends:
            self._woken.clear()
            try:
                self._do(self._tools)
            except ProprocessorError as error:
                self._tools.log.warning("tick.failed", chore=self._thread.name, error=str(error))
            except Exception:
                self._tools.log.exception("tick.defect", chore=self._thread.name)
