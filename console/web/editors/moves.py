"""What the buttons of a form do with its lists: one more item, one less, one place up or down."""

from __future__ import annotations

from typing import Any, Literal, get_args

from console.web.editors.shapes import Shape, at, blank
from shared.dataset_settings.checks import Place

Verb = Literal["add", "remove", "up", "down"]
VERBS: tuple[Verb, ...] = get_args(Verb)
MOST_ITEMS = 200


def moved(data: Any, shape: Shape, order: str) -> Place | None:
    """Do what a button says, such as ``add:match.any``; gives the place to look at then, ``None`` for no such thing."""
    verb, _, text = order.partition(":")
    place = tuple(int(one) if one.isascii() and one.isdigit() and len(one) < 6 else one for one in text.split("."))
    if verb == "add":
        return _add(data, shape, place)
    number = place[-1]
    items = _value(data, place[:-1])
    if verb not in VERBS or not isinstance(number, int) or not isinstance(items, list) or number >= len(items):
        return None
    if verb == "remove":
        del items[number]
        return place[:-1]
    other = number + (-1 if verb == "up" else 1)
    if 0 <= other < len(items):
        items[number], items[other] = items[other], items[number]
        return (*place[:-1], other)
    return place


def _add(data: Any, shape: Shape, place: Place) -> Place | None:
    wanted = at(shape, place)
    if wanted is None or wanted.kind != "list" or wanted.item is None:
        return None
    above = _value(data, place[:-1])
    if not isinstance(above, dict):
        return None
    items = above.setdefault(place[-1], [])
    if not isinstance(items, list) or len(items) >= MOST_ITEMS:
        return None
    items.append(blank(wanted.item))
    return (*place, len(items) - 1)


def _value(data: Any, place: Place) -> Any:
    for key in place:
        try:
            data = data[key]
        except (KeyError, IndexError, TypeError):
            return None
    return data
