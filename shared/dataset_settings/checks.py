"""Faults that no table has by itself: names given twice, names that are none, labels that need one another.

All work on plain data as the TOML file gives it, also where other parts of it are wrong, so that a person sees every
fault at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from shared.dataset_settings.reserved import RESERVED_LABELS

Place = tuple[str | int, ...]
Plain = Mapping[str, Any]


class Fault(NamedTuple):
    """What is wrong, and where: keys and positions from the top."""

    place: Place
    text: str
    found: object


def cross_faults(data: Plain) -> list[Fault]:
    """Every fault, in the order of the lists; what has the wrong type is passed over, since that is told elsewhere."""
    return [
        *_twice(data, "labels", "id"),
        *_twice(data, "campaigns", "name"),
        *_twice(data, "funnels", "id"),
        *_twice(data, "mails", "id"),
        *_twice(data, "targets", "name"),
        *_reserved(data),
        *_unknown(data),
        *_cycles(data),
        *_stages(data),
    ]


def criteria(match: object, place: Place) -> Iterator[tuple[Place, Plain]]:
    """A criterion and all that are nested in it, each with its place."""
    if not isinstance(match, Mapping):
        return
    yield place, match
    for joint in ("all", "any"):
        for number, one in _items(match.get(joint)):
            yield from criteria(one, (*place, joint, number))


def _tables(data: Plain, kind: str) -> Iterator[tuple[int, Plain]]:
    return _items(data.get(kind))


def _items(value: object) -> Iterator[tuple[int, Plain]]:
    if isinstance(value, list | tuple):
        yield from ((number, one) for number, one in enumerate(value) if isinstance(one, Mapping))


def _names(data: Plain, kind: str, key: str = "id") -> list[str]:
    return [table[key] for _, table in _tables(data, kind) if isinstance(table.get(key), str)]


def _twice(data: Plain, kind: str, key: str) -> Iterator[Fault]:
    seen = set()
    for number, table in _tables(data, kind):
        name = table.get(key)
        if isinstance(name, str):
            if name in seen:
                yield Fault((kind, number, key), f"{name} is given twice", name)
            seen.add(name)


def _reserved(data: Plain) -> Iterator[Fault]:
    for number, label in _tables(data, "labels"):
        name = label.get("id")
        if isinstance(name, str) and name in RESERVED_LABELS:
            yield Fault(
                ("labels", number, "id"), f"{name} is reserved: it is all visitors or a column of a report", name
            )


def _unknown(data: Plain) -> Iterator[Fault]:
    """Criteria that name a label, or a funnel and its stages; and e-mail that names a label."""
    labels = ["all", *_names(data, "labels")]
    funnels = {one["id"]: one for _, one in _tables(data, "funnels") if isinstance(one.get("id"), str)}
    for number, label in _tables(data, "labels"):
        for place, one in criteria(label.get("match"), ("labels", number, "match")):
            if isinstance(name := one.get("label"), str) and name not in labels:
                yield Fault((*place, "label"), f"there is no label {name!r}{_there_are(labels)}", name)
            if isinstance(stage := one.get("funnel_stage"), Mapping):
                yield from _unknown_stages(stage, (*place, "funnel_stage"), funnels)
    for number, mail in _tables(data, "mails"):
        chosen = mail.get("labels")
        for position, name in enumerate(chosen if isinstance(chosen, list | tuple) else ()):
            if isinstance(name, str) and name not in labels:
                place = ("mails", number, "labels", position)
                yield Fault(place, f"there is no label {name!r}{_there_are(labels)}", name)


def _unknown_stages(wanted: Plain, place: Place, funnels: Mapping[str, Plain]) -> Iterator[Fault]:
    name = wanted.get("name")
    if not isinstance(name, str):
        return
    if name not in funnels:
        yield Fault((*place, "name"), f"there is no funnel {name!r}{_there_are(list(funnels))}", name)
        return
    stages = _names(funnels[name], "stages", "name")
    for one in _exact(wanted.get("value")):
        if one not in stages:
            yield Fault((*place, "value"), f"the funnel {name} has no stage {one!r}{_there_are(stages)}", one)


def _exact(match: object) -> list[str]:
    """The texts that a matcher names whole."""
    if not isinstance(match, Mapping):
        return []
    several = match.get("any_of")
    given = [match.get("equals"), *(several if isinstance(several, list | tuple) else ())]
    return [one for one in given if isinstance(one, str)]


def _cycles(data: Plain) -> Iterator[Fault]:
    """Labels that need themselves: those that stay when each that needs no other one is taken away, again and again."""
    labels = [(number, one) for number, one in _tables(data, "labels") if isinstance(one.get("id"), str)]
    needs = {one["id"]: _needed(one, number) for number, one in reversed(labels)}
    needs = {name: {one: at for one, at in wanted.items() if one in needs} for name, wanted in needs.items()}
    while True:
        while free := {name for name, wanted in needs.items() if not wanted}:
            needs = {
                name: {one: at for one, at in wanted.items() if one not in free}
                for name, wanted in needs.items()
                if name not in free
            }
        if not needs:
            return
        circle = _circle({name: next(iter(wanted)) for name, wanted in needs.items()})
        way = " needs ".join([*circle, circle[0]])
        yield Fault(needs[circle[0]][circle[1 % len(circle)]], f"labels need one another: {way}", circle[0])
        needs[circle[0]] = {}


def _needed(label: Plain, number: int) -> dict[str, Place]:
    found = criteria(label.get("match"), ("labels", number, "match"))
    return {one["label"]: (*place, "label") for place, one in found if isinstance(one.get("label"), str)}


def _circle(following: Mapping[str, str]) -> list[str]:
    """The circle that is reached from the last one: labels come here in reverse, so it is the file's first."""
    one = list(following)[-1]
    seen: list[str] = []
    while one not in seen:
        seen.append(one)
        one = following[one]
    return seen[seen.index(one) :]


def _stages(data: Plain) -> Iterator[Fault]:
    """A row of the report is a stage and a group, so their names must differ."""
    for number, funnel in _tables(data, "funnels"):
        place: Place = ("funnels", number)
        yield from (Fault((*place, *one.place), one.text, one.found) for one in _twice(funnel, "stages", "name"))
        for position, stage in _tables(funnel, "stages"):
            inner = (*place, "stages", position)
            yield from (Fault((*inner, *one.place), one.text, one.found) for one in _twice(stage, "groups", "name"))


def _there_are(names: list[str]) -> str:
    return f"; there are {', '.join(names)}" if names else "; there is none"
