"""How many visits a form means, counted while somebody writes: of a label, a campaign, the stages of a funnel."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from analyzer.asked import asked_range
from analyzer.live import count, whole_in
from analyzer.periods import Period
from console.live_report import AskedDays, analysis_folder
from console.report_label import ASKED
from console.stored_settings import Row
from console.web.editors.parts import Part
from console.web.place import Place
from console.web.turns import a_turn
from shared.dataset_settings import Campaign, ExcludeTable, Funnel, Label
from shared.errors import ProprocessorError

PATIENCE_S = 10.0
FROM, TO = "count-from", "count-to"
"""The fields of the days; no key of the settings is called so."""


@dataclass(frozen=True)
class Counting:
    """The days of which visits are counted; ``lacks`` says why nothing can be."""

    folder: Path | None
    days: AskedDays | None
    lacks: str = ""

    @classmethod
    def of(cls, place: Place, row: Row, part: Part, texts: Mapping[str, Sequence[str]]) -> Counting | None:
        """What a form asks for, else the last whole month; ``None`` for parts of which nothing is counted."""
        return days_of(place, row, texts) if part.id in COUNTED else None


@dataclass(frozen=True)
class Counted:
    """``every`` visit of the days, and what of them is meant: words with a number, in order."""

    every: int
    lines: Sequence[tuple[str, int]]


def days_of(place: Place, row: Row, texts: Mapping[str, Sequence[str]]) -> Counting:
    """The days that a form names; else the last whole month that was analysed."""
    try:
        folder = analysis_folder(place.catalog, place.settings, row)
        whole = whole_in(folder)
    except (ProprocessorError, OSError):
        return Counting(None, None, "Visits are counted here once the data set has been analysed.")
    first, last = (_day((texts.get(name) or ("",))[-1]) for name in (FROM, TO))
    if first is None and last is None:
        return Counting(folder, AskedDays(last_month(whole)))
    first, last = first or whole.first, last or whole.last
    return Counting(folder, AskedDays(asked_range(min(first, last), max(first, last))))


def last_month(whole: Period) -> Period:
    """The last month that is over; where there is none, all days."""
    after = whole.last + timedelta(days=1)
    end = whole.last if after.day == 1 else whole.last.replace(day=1) - timedelta(days=1)
    if end < whole.first:
        return whole
    first = end.replace(day=1)
    return Period(f"{first:%Y-%m}", "month", first, end)


def counted(place: Place, counting: Counting, part: Part, item: Any) -> Counted:
    """Count what an item of the settings means."""
    assert counting.folder is not None
    assert counting.days is not None
    named = COUNTED[part.id](item)
    labels = [Label.model_validate({"id": ASKED, "match": match, "inverse": inverse}) for _, match, inverse in named]
    with a_turn(PATIENCE_S):
        every, numbers = count(
            counting.folder,
            counting.days.asked,
            labels,
            memory_limit_mb=place.settings.memory_limit_mb,
            threads=place.settings.threads,
        )
    return Counted(every, [(words, number) for (words, _, _), number in zip(named, numbers, strict=True)])


Named = list[tuple[str, Any, bool]]


def _of_label(label: Label) -> Named:
    return [("carry this label", label.match, label.inverse)]


def _of_campaign(campaign: Campaign) -> Named:
    """What a criterion can say of it: a parameter may be on any page of the visit."""
    match = campaign.match
    fits: list[dict[str, Any]] = []
    path, _, query = (match.page or "").partition("?")
    if path:
        fits.append({"entry_page": {"equals": path}})
    for text in (*query.split("&"), match.parameter or ""):
        name, equals, value = text.partition("=")
        if name:
            wanted: dict[str, Any] = {"value": {"equals": value}} if equals and value else {}
            fits.append({"parameter": {"name": name, **wanted}})
    if match.referrer is not None:
        fits.append({"referrer": match.referrer.model_dump(exclude_none=True)})
    return [("fit", {"all": fits}, False)]


def _of_funnel(funnel: Funnel) -> Named:
    """Of each stage, visits that saw it; and those that saw it and every stage before."""
    named: Named = []
    stages = [
        {"any": [{"saw_page": group.pages.model_dump(exclude_none=True)} for group in stage.groups]}
        for stage in funnel.stages
    ]
    for number, stage in enumerate(funnel.stages):
        named.append((stage.name, stages[number], False))
        named.append((stage.name, {"all": stages[: number + 1]}, False))
    return named


def _of_exclusions(exclude: ExcludeTable) -> Named:
    """Of what is still counted, what would not be: visits from the addresses, and those that saw the pages."""
    named: Named = []
    if exclude.addresses:
        named.append(("come from these addresses", {"address": {"any_of": exclude.addresses}}, False))
    if exclude.pages:
        pages = [{"saw_page": one.model_dump(exclude_none=True)} for one in exclude.pages]
        named.append(("saw one of these pages", {"any": pages}, False))
    return named


COUNTED: dict[str, Callable[[Any], Named]] = {
    "labels": _of_label,
    "campaigns": _of_campaign,
    "funnels": _of_funnel,
    "exclude": _of_exclusions,
}


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == len("2015-05-17") else None
    except ValueError:
        return None
