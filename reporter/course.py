"""How often each robot came, part by part of a period: what the chart of robots draws, and the table under it says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from reporter import words
from reporter.model import Report

QUESTION = "When did which robot come, and how often?"
EVERYBODY, OTHERS = "All robots", "Others"
MONTH = "2026-03"


@dataclass(frozen=True)
class Line:
    """A robot and its hits by part; of none where it did not come. ``purpose`` is empty where it stands for several."""

    name: str
    purpose: str
    hits: Mapping[str, int]

    @cached_property
    def total(self) -> int:
        """All its hits."""
        return sum(self.hits.values())


@dataclass(frozen=True)
class Course:
    """``lines``: all robots together, if there are several, those that came most, and the others together.

    ``parts`` are those in which any came, in order.
    """

    lines: Sequence[Line]
    parts: Sequence[str]

    @property
    def step(self) -> str:
        """How long parts are: ``day`` or ``month``."""
        return "month" if len(self.parts[0]) == len(MONTH) else "day"

    def named(self, part: str) -> str:
        """``Sun 17 May 2015`` or ``May 2015``."""
        day = first_day(part)
        return words.named(day, "date") if self.step == "day" else f"{day:%B %Y}"


def course_of(report: Report) -> Course | None:
    """That of a report of robots; ``None`` where its parts tell nothing more than the report."""
    parts = sorted({one.part for one in report.course})
    if len(parts) < 2:
        return None
    by_robot: dict[tuple[str | None, str | None], dict[str, int]] = {}
    everybody = dict.fromkeys(parts, 0)
    for one in report.course:
        by_robot.setdefault((one.robot, one.purpose), {})[one.part] = one.hits
        everybody[one.part] += one.hits
    names = [robot for robot, _ in by_robot]
    lines = [
        Line(_name(robot, purpose, once=names.count(robot) == 1), words.named(purpose, "purpose"), hits)
        for (robot, purpose), hits in by_robot.items()
    ]
    return Course([Line(EVERYBODY, "", everybody), *lines] if len(lines) > 1 else lines, parts)


def first_day(part: str) -> date:
    """On which it begins."""
    return date.fromisoformat(part if len(part) > len(MONTH) else f"{part}-01")


def _name(robot: str | None, purpose: str | None, *, once: bool) -> str:
    if robot is None:
        return OTHERS
    return robot if once else f"{robot}, {words.named(purpose, 'purpose')}"
