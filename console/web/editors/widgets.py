"""What a form shows: for each value its field, with what it means, what stands there and what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from console.settings_values import SOURCES
from console.web.editors.faults import Faults
from console.web.editors.reading import COMPARED
from console.web.editors.shapes import JOINTS, Kind, Shape, blank
from shared.dataset_settings import KEYS, Criterion, Key
from shared.dataset_settings.checks import Place
from shared.dataset_settings.keys import REQUIRED, default_text
from shared.matchers import TextMatch

TITLES = {
    "equals": "is exactly",
    "contains": "contains",
    "starts_with": "starts with",
    "ends_with": "ends with",
    "any_of": "is one of",
    "regex": "matches the expression",
    "all": "All of these",
    "any": "Any of these",
    "min": "at least",
    "max": "at most",
    "ai": "AI assistant",
    "color": "Colour",
    "search": "Any search",
    "os": "Operating system",
    "to": "Recipients",
    "match": "Visits that",
    "inverse": "Inverse",
    "campaigns.match": "Recognised by",
    "dataset": "Data set",
    "dataset.timezone": "Time zone",
    "source.password_env": "Variable with the password",
    "source.countries": "Table of countries",
    "source.referrers": "Table of referring sites",
    "retention.raw_days": "Days that raw files are kept",
    "retention.hits_days": "Days that hits are kept",
    "retention.reports_days": "Days that reports are kept",
    "exclude.pages": "Pages that are not counted",
    "exclude.addresses": "Addresses that are not counted",
    "overlay.base": "Address of the site",
    "targets.password_env": "Variable with the password",
    "alerts.webhook_secret_env": "Variable with the secret",
    "hide_in": "Not shown in these reports",
    "attach": "Attached files",
    "fixed": "Fixed",
    "file": "An imported file",
    "mails.compare": "Compared with",
    "none": "nothing",
    "previous": "the period before",
    "year": "the same period a year before",
    "true": "yes",
    "false": "no",
}
"""What keys are called where their name in words is not enough."""
EFFECTS = {
    "none": "A change moves no number.",
    "analysis": "A change analyses anew.",
    "import": "A change reads raw files again.",
}
EMPHASIS = re.compile(r"\*(\w[^*`]*)\*")
Offers = Mapping[str, Sequence[tuple[str, str]]]
"""Key to the values that may be chosen there, each with its title: what the model does not list."""


@dataclass
class Widget:
    """A field, or a group of them. ``options`` are values with their titles, ``suggests`` what is offered."""

    kind: Kind
    place: Place
    title: str
    value: Any = ""
    key: Key | None = None
    default: str = ""
    fault: str = ""
    options: Sequence[tuple[str, str]] = ()
    inner: list[Widget] = field(default_factory=list)
    suggests: str = ""
    required: bool = False
    is_criterion: bool = False
    is_matcher: bool = False
    tells_effect: bool = False
    is_compared: bool = False

    @property
    def name(self) -> str:
        """In the form. What is compared with has the same name whichever way it is compared."""
        return ".".join(map(str, self._called))

    @property
    def id(self) -> str:
        """In the page."""
        return "f-" + "-".join(map(str, self._called))

    @property
    def _called(self) -> Place:
        return (*self.place[:-1], COMPARED) if self.is_compared else self.place

    @property
    def unit(self) -> str:
        """What numbers are counted in, where its name does not say it."""
        told = self.key.unit if self.key is not None and self.kind == "number" else ""
        return "" if told in ("", "name", "money") or told in str(self.place[-1]) else told

    @property
    def effect(self) -> str:
        """What a change of it needs."""
        return EFFECTS.get(self.key.effect, "") if self.key is not None and self.tells_effect else ""

    @property
    def parts(self) -> list[tuple[str, bool]]:
        """What the key means, cut at what is code."""
        meaning = EMPHASIS.sub(r"\1", self.key.meaning) if self.key else ""
        return [(text, number % 2 == 1) for number, text in enumerate(meaning.split("`"))]

    def every(self) -> Iterator[Widget]:
        """It, and all that is in it."""
        yield self
        for one in self.inner:
            yield from one.every()

    def first(self) -> str:
        """The id of the first field in it, to write into."""
        return next((one.id for one in self.every() if one.kind not in ("table", "list")), self.id)


@dataclass(frozen=True)
class Making:
    """What widgets are made with. ``closed`` are keys that the asker may not change."""

    faults: Faults
    offers: Offers = field(default_factory=dict)
    closed: Collection[str] = ()
    tells_effect: bool = False

    def widget(self, shape: Shape, data: Any, path: str, place: Place = (), title: str = "") -> Widget:
        """For what stands there; ``path`` is that of the key, without positions."""
        key = KEYS.get(path)
        made = Widget(
            shape.kind,
            place,
            title or TITLES.get(path) or _title(place),
            key=key,
            required=shape.required,
            suggests=path if path in SOURCES else "",
        )
        made.tells_effect = self.tells_effect
        if key is not None and place:
            text = default_text(key)
            made.default = "" if text in ("–", REQUIRED, "[]") or shape.kind in ("flag", "lines") else text
        match shape.kind:
            case "table":
                self._table(made, shape, data, path)
            case "one":
                self._one(made, shape, data, path)
            case "list":
                self._list(made, shape, data, path)
            case _:
                made.value = _value(shape.kind, data)
                _offer(made, shape, self.offers.get(path))
        made.fault = self.faults.at(place, key, below=shape.kind not in ("table", "one", "list"))
        return made

    def _table(self, made: Widget, shape: Shape, data: Any, path: str) -> None:
        assert shape.model is not None
        given = data if isinstance(data, Mapping) else {}
        for name in shape.model.model_fields:
            below = f"{path}.{name}" if path else name
            if below.startswith(tuple(self.closed)):
                continue
            inner = shape.inner(name)
            shown = given.get(name, inner.default)
            made.inner.append(self.widget(inner, shown, below, (*made.place, name)))

    def _one(self, made: Widget, shape: Shape, data: Any, path: str) -> None:
        given = data if isinstance(data, Mapping) else {}
        is_criterion, is_matcher = shape.model is Criterion, issubclass(shape.model or Criterion, TextMatch)
        made.is_criterion, made.is_matcher = is_criterion, is_matcher
        path = "labels.match" if is_criterion else path
        made.options = [(name, TITLES.get(name) or _words(name)) for name in shape.choices]
        made.value = next((name for name in shape.choices if name in given), "")
        if made.value:
            below = path if is_matcher else f"{path}.{made.value}"
            chosen = replace(shape.inner(made.value), required=True)
            inner = self.widget(chosen, given[made.value], below, (*made.place, made.value))
            inner.is_compared = is_matcher
            made.inner.append(inner)
            made.key = inner.key if is_criterion else made.key
        for name in shape.beside:
            made.inner.append(self.widget(shape.inner(name), given.get(name), f"{path}.{name}", (*made.place, name)))

    def _list(self, made: Widget, shape: Shape, data: Any, path: str) -> None:
        assert shape.item is not None
        items = list(data) if isinstance(data, list | tuple) else []
        made.value = _one_of(made.place)
        for number, item in enumerate(items or [blank(shape.item)] * shape.least):
            title = f"{made.value} {number + 1}"
            made.inner.append(self.widget(shape.item, item, path, (*made.place, number), title))


def _value(kind: Kind, data: Any) -> Any:
    """What stands in a field."""
    match kind:
        case "flag":
            return bool(data)
        case "lines" | "several":
            return list(map(str, data or ()))
        case "range":
            given = data if isinstance(data, Mapping) else {}
            return {end: _text(given.get(end)) for end in ("min", "max")}
        case _:
            return _text(data)


def _offer(made: Widget, shape: Shape, offered: Sequence[tuple[str, str]] | None) -> None:
    """What may be chosen: by the model, or as the data set has it. What stands there can stay."""
    if made.kind in ("choice", "several"):
        named = str.upper if made.kind == "several" else _words
        made.options = [(one, named(TITLES.get(one) or one)) for one in shape.options]
    elif offered is not None and made.kind == "lines":
        made.kind, titles = "several", dict(offered)
        first = [one for one in made.value if one in titles]
        made.options = [(one, titles[one]) for one in (*first, *(one for one in titles if one not in first))]
    elif offered is not None:
        made.kind = "choice"
        own = [] if not made.value or made.value in dict(offered) else [(made.value, made.value)]
        made.options = [*own, *offered]
    if made.kind == "choice" and not made.value:
        made.options = [("", "–"), *made.options]


def _text(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case Decimal():
            return f"{value:f}"
        case _:
            return str(value)


def _words(name: str) -> str:
    return name.replace("_", " ").capitalize()


def _title(place: Place) -> str:
    name = str(place[-1]) if place else ""
    return TITLES.get(name) or _words(name)


def _one_of(place: Place) -> str:
    """What an item of a list is called."""
    name = str(place[-1]) if place else ""
    return "Criterion" if name in JOINTS else {"pages": "Page"}.get(name, _words(name).removesuffix("s"))
