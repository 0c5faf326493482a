"""The errors of proprocessor, each saying who can act.

::

    ProprocessorError
    ├── Transient        the world may be better soon: try again (5 s, 1 min, 10 min, 1 h, then dead letter)
    │   └── Unreachable  a source, queue or database does not answer (exit 69)
    ├── Rejected         this input will never do as it is: dead letter with its reason, replayable (exit 65)
    ├── Misconfigured    a person must change a setting: every fault listed at once (exit 78)
    └── LostRace         somebody else has done it: acknowledge and go on

A message names the file, line or setting, what was expected, what was found; ``remedy`` says what to do.
"""

from __future__ import annotations

from collections.abc import Iterable

EXIT_DONE = 0
EXIT_FAILED = 1
EXIT_USAGE = 2
EXIT_BAD_INPUT = 65
EXIT_UNREACHABLE = 69
EXIT_MISCONFIGURED = 78


class ProprocessorError(Exception):
    """Base of all our errors; ``str(error)`` is one or more sentences meant for a person."""

    exit_code = EXIT_FAILED

    def __init__(self, message: str, *, remedy: str = "", reason: str = "") -> None:
        """``reason`` is a short stable code (``gzip_truncated``); ``remedy`` is what to do, one sentence."""
        super().__init__(message)
        self.message = message
        self.remedy = remedy
        self.reason = reason or _snake(type(self).__name__)

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}".rstrip()


class Transient(ProprocessorError):
    """The same attempt may succeed later."""


class Unreachable(Transient):
    """A source, queue or database does not answer."""

    exit_code = EXIT_UNREACHABLE


class Rejected(ProprocessorError):
    """This input cannot be used as it is."""

    exit_code = EXIT_BAD_INPUT


class Misconfigured(ProprocessorError):
    """One or more settings must be changed by a person; ``faults`` lists every one of them."""

    exit_code = EXIT_MISCONFIGURED

    def __init__(self, message: str, *, faults: Iterable[str] = (), remedy: str = "", reason: str = "") -> None:
        super().__init__(message, remedy=remedy, reason=reason)
        self.faults = tuple(faults)

    def __str__(self) -> str:
        return "\n".join([super().__str__(), *(f"  - {fault}" for fault in self.faults)])


class LostRace(ProprocessorError):
    """Another process has already done this work."""


def _snake(name: str) -> str:
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in name).lstrip("_")
