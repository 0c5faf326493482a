"""What to do after a failure, as a value."""

from __future__ import annotations

from dataclasses import dataclass

from shared.errors import EXIT_FAILED, LostRace, ProprocessorError, Transient

DELAYS_S = (5.0, 60.0, 600.0, 3600.0)
"""Waiting before the second, third, fourth and fifth attempt; after the last, a dead letter."""


@dataclass(frozen=True)
class Again:
    """Try again after so many seconds."""

    after_s: float


@dataclass(frozen=True)
class Dead:
    """Give up: a person must look."""

    reason: str
    text: str
    exit_code: int = EXIT_FAILED
    """What a one-shot command ends with because of it."""


@dataclass(frozen=True)
class Settled:
    """Somebody else did it: acknowledge."""


Decision = Again | Dead | Settled


def decide(error: Exception, attempt: int, delays_s: tuple[float, ...] = DELAYS_S) -> Decision:
    """``attempt`` is the number of the attempt that failed, from 1."""
    match error:
        case LostRace():
            return Settled()
        case Transient() if attempt <= len(delays_s):
            return Again(delays_s[attempt - 1])
        case ProprocessorError():
            return Dead(error.reason, str(error), error.exit_code)
        case _:
            return Dead("defect", f"{type(error).__name__}: {error}")
