"""When a file has so many rejects that it was probably read as the wrong format: it is held until a person decides.

One rule for files of any size: the share of rejects among the lines that are no directives, compared with the limit. A
file of three lines, two of them rejects, is held like one of three million: replaying it is one command, but a wrong
number in a report is not seen.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from parser.kept_rejects import KeptReject, visible

REASON = "too_many_rejects"
SHOWN = 5
SHOWN_CHARACTERS = 80


def reject_share(lines: int, directives: int, rejects: int) -> float:
    """Rejects among the lines that are no directives, 0..1; 0 where there are none."""
    return rejects / (lines - directives) if lines > directives else 0.0


def explain(name: str, format_name: str, counts: tuple[int, int], limit: float, first: Iterable[KeptReject]) -> str:
    """Why a file is held, and what to do, for a person; ``counts`` are rejects and lines that are no directives."""
    rejects, lines = counts
    shown = [f"  line {one.line} ({one.reason}): {visible(one.raw, SHOWN_CHARACTERS)}" for one in islice(first, SHOWN)]
    sentences = (
        f"The file {name} is held: {rejects:,} of {lines:,} lines ({rejects / lines * 100:.1f} %) could not be read "
        f"as {format_name}, and the reject limit is {limit * 100:g} %.\n"
        "It counts nowhere until it is replayed: with another format (`proprocessor failures replay ID --format NAME`) "
        "or, as it is, after [source] reject_limit was raised. The first rejects:"
    )
    return "\n".join([sentences, *shown])
