"""A form as plain data, as far as it goes: what is no number stays the text that it is, so that nothing is lost."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from console.web.editors.shapes import JOINTS, WAYS, Shape, blank
from shared.dataset_settings.checks import Fault, Place
from shared.errors import Rejected

KIND = "kind"
"""What the choice among the keys of a table is called in a form."""
COMPARED = "text"
"""What is compared with, in whichever way."""
MOST_FIELDS = 1000
"""The library that reads forms takes no more of some kinds either."""
MOST_DEPTH = 30
INTEGER = re.compile(r"[+-]?[0-9]{1,18}", re.ASCII)
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
MISSING = "is missing: fill it in"


@dataclass
class Read:
    """What a form says; ``faults`` are of what was left empty. Places begin at the form's top."""

    texts: Mapping[str, Sequence[str]]
    faults: list[Fault] = field(default_factory=list)

    def __post_init__(self) -> None:
        if len(self.texts) > MOST_FIELDS or any(name.count(".") > MOST_DEPTH for name in self.texts):
            raise Rejected(
                f"This form has more than {MOST_FIELDS:,} fields, or nests too deep.",
                remedy="Edit that part in the file of settings.",
                reason="too_much_of_a_form",
            )
        self._items: dict[str, set[int]] = {}
        self._inner: set[str] = set()
        for name in self.texts:
            parts = name.split(".")
            for length in range(1, len(parts)):
                above = ".".join(parts[:length])
                self._inner.add(above)
                if parts[length].isascii() and parts[length].isdigit() and len(parts[length]) < 6:
                    self._items.setdefault(above, set()).add(int(parts[length]))

    def value(self, shape: Shape, at: Place, place: Place | None = None) -> Any:
        """What was entered at a place; ``None`` where nothing was. Items are counted anew: ``place`` is theirs then."""
        place = at if place is None else place
        name = ".".join(map(str, at))
        match shape.kind:
            case "table":
                assert shape.model is not None
                found = {
                    key: self.value(shape.inner(key), (*at, key), (*place, key)) for key in shape.model.model_fields
                }
                return {key: value for key, value in found.items() if value is not None}
            case "one":
                return self._one(shape, name, at, place)
            case "list":
                assert shape.item is not None
                numbers = sorted(self._items.get(name, ()))
                return [self.value(shape.item, (*at, old), (*place, new)) for new, old in enumerate(numbers)]
            case "range":
                found = {end: self._text(f"{name}.{end}").strip() for end in ("min", "max")}
                return {end: text for end, text in found.items() if text}
            case "lines" | "several":
                return self._lines(name)
            case "flag":
                return name in self.texts
            case "number":
                return self._filled(shape, place, _number(self._text(name).strip(), shape.number))
            case "choice":
                text = self._text(name)
                return {"true": True, "false": False}.get(text, text) if shape.number is bool else text or None
            case "long":
                return self._text(name).strip() or None
            case _:
                return self._filled(shape, place, self._text(name).strip())

    def _one(self, shape: Shape, name: str, at: Place, place: Place) -> Any:
        chosen = self._text(f"{name}.{KIND}")
        if chosen not in shape.choices:
            return {} if shape.required else None
        inner = shape.inner(chosen)
        if inner.kind == "text" and chosen in WAYS:
            value: Any = self._compared(name, chosen)
        elif chosen in WAYS:
            value = self._lines(f"{name}.{COMPARED}") or self._lines(f"{name}.{chosen}")
        elif self._is_sent(f"{name}.{chosen}"):
            value = self.value(inner, (*at, chosen), (*place, chosen))
        else:
            value = self._switched(shape, name, at, place, chosen)
        if value in (None, "", []):
            value = [] if inner.kind in ("list", "lines") else ""
            self.faults.append(Fault((*place, chosen), MISSING, value))
        found = {chosen: value}
        for key in shape.beside:
            if (more := self.value(shape.inner(key), (*at, key), (*place, key))) is not None:
                found[key] = more
        return found

    def _is_sent(self, name: str) -> bool:
        return name in self.texts or name in self._inner

    def _switched(self, shape: Shape, name: str, at: Place, place: Place, chosen: str) -> Any:
        """What stands under a key that was chosen just now: as far as it can be, what stood under the one before.

        A criterion becomes the first of those that it is joined with; those of one joint become those of the other.
        """
        inner = shape.inner(chosen)
        before = next((key for key in shape.choices if self._is_sent(f"{name}.{key}")), None)
        if before is not None:
            old = shape.inner(before)
            if old.kind == inner.kind == "list" or (old.model is inner.model and old.kind == inner.kind == "one"):
                return self.value(inner, (*at, before), (*place, chosen))
            if chosen in JOINTS:
                value = self.value(old, (*at, before), (*place, chosen, 0, before))
                return [{before: "" if value is None else value}]
        value = blank(inner)
        if value:
            self.faults.append(Fault((*place, chosen), MISSING, ""))
        return value

    def _compared(self, name: str, chosen: str) -> str:
        """The text, under the name of all ways or its own; of several lines the first one that says something."""
        text = self._text(f"{name}.{COMPARED}") or self._text(f"{name}.{chosen}")
        return next((line for line in text.splitlines() if line.strip()), "")

    def _filled(self, shape: Shape, place: Place, value: Any) -> Any:
        if value in (None, ""):
            if shape.required:
                self.faults.append(Fault(place, MISSING, ""))
                return ""
            return None
        return value

    def _text(self, name: str) -> str:
        return CONTROL.sub("", (self.texts.get(name) or ("",))[-1]).replace("\r\n", "\n")

    def _lines(self, name: str) -> list[str]:
        texts = (CONTROL.sub("", one) for one in self.texts.get(name, ()))
        return [line.strip() for text in texts for line in text.splitlines() if line.strip()]


def _number(text: str, kind: type[Any]) -> Any:
    """As the model wants it; a text where it is none, which the model then says."""
    if kind is int:
        return int(text) if INTEGER.fullmatch(text) else text
    if kind is float:
        try:
            return float(text)
        except ValueError:
            return text
    return text
