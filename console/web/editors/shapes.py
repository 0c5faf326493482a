"""How each value of the settings is entered, as their model says: nothing is listed here that stands there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from types import NoneType
from typing import Any, Literal, get_args, get_origin

from annotated_types import MaxLen, MinLen
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from shared.dataset_settings import CostTable, Criterion, DatasetSettings
from shared.dataset_settings.mails import TIME
from shared.matchers import NumberMatch, TextMatch

Kind = Literal[
    "text", "long", "color", "time", "number", "flag", "choice", "several", "lines", "range", "table", "one", "list"
]
"""``one``: one key of several, and what it is; ``lines``: texts, one a line; ``several``: some of a few words."""
LONG = 1000
"""A text that may have more signs has lines."""
COLOR = "^#[0-9A-Fa-f]{6}$"
WAYS = tuple(TextMatch.model_fields)
JOINTS = ("all", "any")


@dataclass(frozen=True)
class Shape:
    """How one value is entered. ``default`` is what holds where nothing is given, ``number`` what numbers become.

    ``model`` is the table's, or that of a choice of ``one``; ``item`` the shape of what is in a list, ``least`` how
    many there must be.
    """

    kind: Kind
    required: bool = False
    default: Any = None
    options: tuple[str, ...] = ()
    model: type[BaseModel] | None = None
    item: Shape | None = None
    least: int = 0
    number: type[Any] = int

    @property
    def choices(self) -> tuple[str, ...]:
        """Of ``one``, the keys of which one is given."""
        assert self.model is not None
        return WAYS if issubclass(self.model, TextMatch) else tuple(self.model.model_fields)

    @property
    def beside(self) -> tuple[str, ...]:
        """Of ``one``, the keys that may be given as well."""
        assert self.model is not None
        return tuple(name for name in self.model.model_fields if name not in self.choices)

    def inner(self, name: str) -> Shape:
        """The shape of a key of the table."""
        assert self.model is not None
        return shape_of(self.model.model_fields[name])


@cache
def shape_of_model(model: type[BaseModel], *, required: bool = True) -> Shape:
    """A table, or what is one key of several."""
    if issubclass(model, NumberMatch):
        return Shape("range", required, model=model)
    kind: Kind = "one" if issubclass(model, TextMatch | Criterion | CostTable) else "table"
    return Shape(kind, required, model=model)


def shape_of(field: FieldInfo) -> Shape:
    """The shape of a field of a model."""
    required = field.is_required()
    default = None if required else field.default
    kinds = list(_unwrapped(field.annotation))
    optional, kinds = NoneType in kinds, [one for one in kinds if one is not NoneType]
    (kind,) = kinds
    patterns = [getattr(one, "pattern", None) for one in (*field.metadata, *_metadata(field.annotation))]
    least = next((one.min_length for one in field.metadata if isinstance(one, MinLen)), 0)
    if get_origin(kind) is tuple:
        return _list(kind, required, default, least)
    if get_origin(kind) is Literal:
        return Shape("choice", required, default, tuple(map(str, get_args(kind))))
    if kind is bool:
        return (
            Shape("choice", required, default, ("true", "false"), number=bool)
            if optional
            else Shape("flag", default=default)
        )
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return shape_of_model(kind, required=not optional)
    if kind in (int, float, Decimal):
        return Shape("number", required, default, number=kind)
    if any(isinstance(one, MaxLen) and one.max_length > LONG for one in field.metadata):
        return Shape("long", required, default)
    special: dict[Any, Kind] = {COLOR: "color", TIME: "time"}
    return Shape(next((special[one] for one in patterns if one in special), "text"), required, default)


def table_of(name: str) -> Shape:
    """A table of the settings, or an item of one of their lists."""
    shape = shape_of(DatasetSettings.model_fields[name])
    return shape.item if shape.item is not None else shape


def blank(shape: Shape) -> Any:
    """What stands in a form before anything is entered."""
    match shape.kind:
        case "table":
            assert shape.model is not None
            inner = {name: shape.inner(name) for name in shape.model.model_fields}
            return {name: blank(one) for name, one in inner.items() if one.required or one.kind == "table"}
        case "one":
            chosen = "saw_page" if shape.model is Criterion else shape.choices[0]
            return {chosen: blank(shape.inner(chosen))}
        case "list":
            assert shape.item is not None
            return [blank(shape.item) for _ in range(max(shape.least, 1))]
        case "lines" | "several":
            return []
        case "range":
            return {}
        case _:
            return shape.default if shape.default is not None else ""


def at(shape: Shape, place: tuple[str | int, ...]) -> Shape | None:
    """The shape of what lies at a place, or ``None`` where nothing can lie."""
    for key in place:
        if isinstance(key, int) and shape.item is not None:
            shape = shape.item
        elif isinstance(key, str) and shape.model is not None and key in shape.model.model_fields:
            shape = shape.inner(key)
        else:
            return None
    return shape


def _list(kind: Any, required: bool, default: Any, least: int) -> Shape:
    (inner, *_) = get_args(kind)
    for one in _unwrapped(inner):
        if isinstance(one, type) and issubclass(one, BaseModel):
            return Shape("list", required, default, item=shape_of_model(one), least=least)
        if get_origin(one) is Literal:
            return Shape("several", required, default, tuple(map(str, get_args(one))), least=least)
    return Shape("lines", required, default, least=least)


def _unwrapped(annotation: Any) -> Iterator[Any]:
    """The types that a value may have: without what is said of them beside, one by one."""
    if isinstance(annotation, type) or get_origin(annotation) in (tuple, Literal):
        yield annotation
    elif metadata := getattr(annotation, "__metadata__", None):
        assert metadata
        yield from _unwrapped(annotation.__origin__)
    else:
        for one in get_args(annotation):
            yield from _unwrapped(one)


def _metadata(annotation: Any) -> Iterator[Any]:
    """What is said beside a type, at any depth."""
    for one in getattr(annotation, "__metadata__", ()):
        yield from getattr(one, "metadata", ())
    if get_origin(annotation) is not tuple:
        for one in get_args(annotation):
            yield from _metadata(one)
