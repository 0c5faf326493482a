"""The items of a list as its page shows them: what each is, in a line of words, and how many visits it has."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from analyzer.labels import describe_labels
from console.live_report import ask
from console.stored_settings import Row
from console.web.editors.counts import days_of
from console.web.editors.parts import Part
from console.web.editors.widgets import TITLES
from console.web.place import Place
from console.web.turns import a_turn
from shared.dataset_settings import Label
from shared.errors import ProprocessorError

PATIENCE_S = 3.0


@dataclass(frozen=True)
class Item:
    """A row: ``name`` is what it is known by, ``told`` what it is. ``color`` and ``visits`` are of labels."""

    name: str
    title: str
    told: str
    color: str = ""
    visits: int | None = None


@dataclass(frozen=True)
class Listed:
    """All rows; ``days`` are those that visits are of, ``every`` all visits of them."""

    items: list[Item]
    days: str = ""
    every: int | None = None


def rows_of(place: Place, row: Row, part: Part, data: Mapping[str, Any]) -> Listed:
    """The items of a part, in their order."""
    items = data.get(part.tables[0], ())
    if part.id == "labels":
        return _labels(place, row, items)
    return Listed(
        [Item(one[part.named_by], one.get("name") or one[part.named_by], TOLD[part.id](one)) for one in items]
    )


def match_words(match: Mapping[str, Any]) -> str:
    """A criterion in words, nested as it is."""
    ((name, wanted),) = match.items()
    title = TITLES.get(name) or name.replace("_", " ").capitalize()
    if name in ("all", "any"):
        inner = ", ".join(match_words(one) for one in wanted)
        return f"{title.lower()} ({inner})"
    return f"{title.lower()}{':' if isinstance(wanted, bool) else ''} {_wanted_words(wanted)}".strip()


def _wanted_words(wanted: Any) -> str:
    match wanted:
        case bool():
            return "yes" if wanted else "no"
        case Mapping() if "name" in wanted:
            value = wanted.get("value")
            return f"{wanted['name']} {_wanted_words(value) if value else ''}".strip()
        case Mapping():
            return ", ".join(
                f"{TITLES.get(way) or way.replace('_', ' ')} {' or '.join(one) if isinstance(one, list) else one}"
                for way, one in wanted.items()
            )
        case _:
            return str(wanted)


def _labels(place: Place, row: Row, items: Any) -> Listed:
    labels = [Label.model_validate(one) for one in items]
    colors = {one["id"]: one["color"] for one in describe_labels(labels)}
    visits, days = _visits(place, row)
    found = []
    for one, item in zip(labels, items, strict=True):
        told = f"{'not: ' if one.inverse else ''}{match_words(item['match'])}"
        found.append(Item(one.id, one.name or one.id, told, colors[one.id] or "", visits.get(one.id)))
    return Listed(found, days, visits.get("all"))


def _visits(place: Place, row: Row) -> tuple[dict[str, int], str]:
    """Visits of each label that was analysed, in the last whole month."""
    counting = days_of(place, row, {})
    if counting.folder is None or counting.days is None:
        return {}, ""
    try:
        with a_turn(PATIENCE_S):
            _, answer = ask(counting.folder, place.settings, counting.days, None, "overview")
    except ProprocessorError:
        return {}, ""
    asked = counting.days.asked
    days = f"{asked.first} to {asked.last}"
    return {label: int(one["visits"] or 0) for label, one in answer.overview.items()}, days


def _campaign(item: Mapping[str, Any]) -> str:
    match, cost = item["match"], item.get("cost", {})
    fits = [f"{name} {one if isinstance(one, str) else _wanted_words(one)}" for name, one in match.items()]
    paid = [f"{TITLES.get(way) or way.replace('_', ' ')} {one}" for way, one in cost.items()]
    return "; ".join([" and ".join(fits), *(f"cost: {one}" for one in paid)])


def _mail(item: Mapping[str, Any]) -> str:
    period, to = item.get("period", "week"), item["to"]
    day = {"week": item.get("weekday", "monday"), "month": f"day {item.get('day_of_month', 1)}"}.get(period, "")
    when = f"each {period}, {day + ' at ' if day else 'at '}{item.get('time', '07:00')}"
    return f"{when}, to {to[0] if len(to) == 1 else f'{len(to)} addresses'}"


TOLD: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "campaigns": _campaign,
    "funnels": lambda item: " → ".join(stage["name"] for stage in item["stages"]),
    "mails": _mail,
    "targets": lambda item: str(item["location"]),
}
