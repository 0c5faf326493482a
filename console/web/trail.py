"""The way that led to a page of reports, step by step, as the page's own address tells it.

``trail=2015~pages~0~2015-05~entries~1``: first the pages of 2015 for all visitors, then the entry pages of May for
those of the first criterion of the label. What a step asked for beyond that is what the page asks for.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from analyzer.asked import asked_period
from analyzer.live import BY_ID
from shared.errors import Rejected

BETWEEN = "~"
MOST = 8
"""Of a longer way, the last steps are kept."""
WRITTEN = re.compile(r"[0-9A-Za-z.-]{1,30}~[a-z_]{1,30}~\d")


@dataclass(frozen=True)
class Step:
    """A page on the way: the report of a period, of who fits the first so many ``criteria`` of the label."""

    period: str
    report: str
    criteria: int


def read_trail(text: str, criteria: int) -> tuple[Step, ...]:
    """The steps of an address; none where it was written wrong. ``criteria`` is how many the label has now."""
    words = text.split(BETWEEN)
    parts = [BETWEEN.join(words[at : at + 3]) for at in range(0, len(words), 3)]
    if len(parts) > MOST or not all(WRITTEN.fullmatch(one) for one in parts):
        return ()
    steps = tuple(Step(period, report, int(number)) for period, report, number in (one.split(BETWEEN) for one in parts))
    return steps if all(_can_be(one, criteria) for one in steps) else ()


def write_trail(steps: Sequence[Step]) -> str:
    """The same as text."""
    return BETWEEN.join(f"{one.period}{BETWEEN}{one.report}{BETWEEN}{one.criteria}" for one in steps[-MOST:])


def _can_be(step: Step, criteria: int) -> bool:
    if step.report not in BY_ID or step.criteria > criteria:
        return False
    try:
        return step.period == "all" or bool(asked_period(step.period))
    except Rejected:
        return False
