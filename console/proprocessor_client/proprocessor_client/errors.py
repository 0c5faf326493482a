"""What went wrong, in words."""

from __future__ import annotations

from collections.abc import Sequence


class ClientError(Exception):
    """``status`` is that of HTTP, 0 where nothing was answered; ``reason`` a short stable code; ``remedy`` what to do.

    ``faults`` are listed where the server found several.
    """

    def __init__(
        self, message: str, *, status: int = 0, reason: str, remedy: str = "", faults: Sequence[str] = ()
    ) -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.reason = reason
        self.remedy = remedy
        self.faults = tuple(faults)

    @classmethod
    def no_console(cls, what: str, status: int = 0) -> ClientError:
        """Something else answers than a console."""
        return cls(what, status=status, reason="no_console", remedy="Check the address of the console.")

    def __str__(self) -> str:
        said = f"{self.message} {self.remedy}".rstrip()
        return "\n".join([said, *(f"  - {one}" for one in self.faults)])
