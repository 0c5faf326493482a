"""How many visits settings mean that are not stored: of labels, campaigns, the stages of funnels, exclusions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from console.live_report import AskedDays, all_days_of
from console.report_label import ASKED
from shared.dataset_settings import Campaign, DatasetSettings, ExcludeTable, Funnel, Label
from shared.settings import Settings

if TYPE_CHECKING:
    from analyzer.periods import Period


@dataclass(frozen=True)
class Counted:
    """``every`` visit of the days, and what of them is meant: words with a number, in order."""

    every: int
    lines: Sequence[tuple[str, int]]


@dataclass(frozen=True)
class Count:
    """Visits of which something is true; of a stage also those that saw every stage before as well."""

    what: str
    visits: int
    with_earlier: int | None = None


@dataclass(frozen=True)
class Item:
    """A label, campaign or funnel (``id`` is then what tells it apart), or the exclusions."""

    part: str
    id: str
    counts: Sequence[Count]


def days_counted(folder: Path, first: date | None = None, last: date | None = None) -> AskedDays:
    """The days that are given, in either order, or to the first or last there is; else the last whole month."""
    from analyzer.asked import asked_range

    whole = all_days_of(folder)
    if first is None and last is None:
        return AskedDays(last_month(whole))
    first, last = first or whole.first, last or whole.last
    return AskedDays(asked_range(min(first, last), max(first, last)))


def last_month(whole: Period) -> Period:
    """The last month that is over; where there is none, all days."""
    from analyzer.periods import Period

    after = whole.last + timedelta(days=1)
    end = whole.last if after.day == 1 else whole.last.replace(day=1) - timedelta(days=1)
    if end < whole.first:
        return whole
    first = end.replace(day=1)
    return Period(f"{first:%Y-%m}", "month", first, end)


def counted(folder: Path, settings: Settings, days: AskedDays, part: str, item: Any) -> Counted:
    """Count what an item of the settings means; ``part`` is one of :data:`COUNTED`."""
    named = COUNTED[part](item)
    every, numbers = _count(folder, settings, days, named)
    return Counted(every, [(words, number) for (words, _, _), number in zip(named, numbers, strict=True)])


def count_all(folder: Path, settings: Settings, days: AskedDays, wanted: DatasetSettings) -> tuple[int, list[Item]]:
    """Count what all of these settings mean; gives the number of all visits, and a row an item."""
    asked = [(part, name, COUNTED[part](item)) for part, name, item in _items(wanted)]
    every, numbers = _count(folder, settings, days, [one for _, _, named in asked for one in named])
    left = iter(numbers)
    return every, [
        Item(part, name, _counts(part, [(words, next(left)) for words, _, _ in named])) for part, name, named in asked
    ]


def _count(folder: Path, settings: Settings, days: AskedDays, named: Named) -> tuple[int, list[int]]:
    from analyzer.live import count

    labels = [Label.model_validate({"id": ASKED, "match": match, "inverse": inverse}) for _, match, inverse in named]
    limits = {"memory_limit_mb": settings.memory_limit_mb, "threads": settings.threads}
    return count(folder, days.asked, labels, **limits)


def _items(wanted: DatasetSettings) -> Iterator[tuple[str, str, Any]]:
    for label in wanted.labels:
        yield "labels", label.id, label
    for campaign in wanted.campaigns:
        yield "campaigns", campaign.name, campaign
    for funnel in wanted.funnels:
        yield "funnels", funnel.id, funnel
    if wanted.exclude.addresses or wanted.exclude.pages:
        yield "exclude", "exclude", wanted.exclude


def _counts(part: str, lines: Sequence[tuple[str, int]]) -> list[Count]:
    if part != "funnels":
        return [Count(words, number) for words, number in lines]
    pairs = zip(lines[::2], lines[1::2], strict=True)
    return [Count(stage, seen, with_earlier) for (stage, seen), (_, with_earlier) in pairs]


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
