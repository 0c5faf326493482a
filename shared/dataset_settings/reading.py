"""A data set's settings from text, every fault told at once with its line and key."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from shared.dataset_settings.checks import Fault, Place, cross_faults
from shared.dataset_settings.lines import line_index
from shared.dataset_settings.model import DatasetSettings
from shared.errors import Misconfigured
from shared.toml_text import read_toml

Check = Callable[[Mapping[str, Any]], Iterable[Fault]]
DECIMAL = re.compile(r"Decimal\('([^']*)'\)")
TOO_DEEP = "it nests tables or lists too deep"


def load_dataset_settings(path: Path, *, also: Check | None = None) -> DatasetSettings:
    """Read a data set's TOML file; :class:`Misconfigured` lists every fault with its line or key."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Misconfigured(f"The settings file {path} cannot be read: {error}.") from error
    return parse_dataset_settings(text, name=str(path), also=also)


def parse_dataset_settings(text: str, *, name: str, also: Check | None = None) -> DatasetSettings:
    """Read the text of a data set's TOML file; ``name`` stands in the error messages.

    ``also`` finds what only a stage can know: it is given the plain data, wrong as they may be.
    """
    try:
        data = read_toml(text)
        found = check_settings(data, also)
    except tomllib.TOMLDecodeError as error:
        raise Misconfigured(f"The settings file {name} is not TOML: {error}.", remedy="Mend that line.") from error
    except RecursionError as error:
        raise Misconfigured(f"The settings file {name} cannot be read: {TOO_DEEP}.") from error
    if isinstance(found, DatasetSettings):
        return found
    lines = line_index(text)
    numbered = sorted(((_line_of(fault.place, lines), fault) for fault in found), key=lambda pair: pair[0])
    faults = [f"{f'line {line}: ' if line else ''}{sentence(fault)}" for line, fault in numbered]
    raise Misconfigured(f"The settings file {name} has {len(faults)} fault(s):", faults=faults)


def read_stored_settings(data: object, *, name: str) -> DatasetSettings:
    """Settings as the catalog keeps them; ``name`` is the data set's id.

    :class:`Misconfigured` where they can be read no longer, since a person or another version wrote them: every fault
    with its key and value, and how to mend them.
    """
    found = check_settings(data) if isinstance(data, Mapping) else [Fault((), "is no table of settings", data)]
    if isinstance(found, DatasetSettings):
        return found
    raise Misconfigured(
        f"The stored settings of the data set {name} can no longer be read: {len(found)} fault(s).",
        faults=map(sentence, found),
        remedy=f"`proprocessor settings export {name} FILE` writes them as they are; mend the file, then "
        f"`proprocessor settings import {name} FILE`.",
    )


def sentence(fault: Fault) -> str:
    """A fault with its key and what stands there."""
    return f"{'.'.join(map(str, fault.place)) or '(file)'}: {fault.text} (found {_short(fault.found)})"


def check_settings(data: Mapping[str, Any], also: Check | None = None) -> DatasetSettings | list[Fault]:
    """Plain settings as a data set's, or all that is wrong with them, each with its place."""
    more = list(also(data)) if also else []
    try:
        settings = DatasetSettings.model_validate(data)
    except ValidationError as error:
        # What has no place comes from the check of the whole, which only runs where nothing else is wrong.
        by_table = [_fault(one) for one in error.errors(include_url=False) if one["loc"]]
        return [*by_table, *cross_faults(data), *more] or [Fault((), "is no table of settings", data)]
    return more or settings


def accepted_settings(data: Mapping[str, Any], otherwise: str) -> DatasetSettings:
    """Plain settings as a data set's; :class:`Misconfigured` says ``otherwise``, and every fault with its key."""
    found = check_settings(data)
    if isinstance(found, DatasetSettings):
        return found
    raise Misconfigured(otherwise, faults=[f"{'.'.join(map(str, one.place))}: {one.text}" for one in found])


def _fault(error: Any) -> Fault:
    """One of pydantic's errors in our words."""
    place, text = tuple(error["loc"]), str(error["msg"]).removeprefix("Value error, ")
    match error["type"]:
        case "extra_forbidden":
            text = f"is no setting{_meant(str(place[-1]), _keys_at(place[:-1]))}"
        case "missing":
            text = "is missing"
        case "model_type" | "dict_type":
            text = "should be a table"
        case "tuple_type":
            text = "should be a list"
        case "too_short":
            text = f"needs at least {error['ctx']['min_length']} of these"
        case "too_long":
            text = f"can have no more than {error['ctx']['max_length']} of these"
    return Fault(place, text, error.get("input"))


def _meant(name: str, known: Iterable[str]) -> str:
    known = list(known)
    if close := get_close_matches(name, known, n=1, cutoff=0.7):
        return f"; did you mean {close[0]}?"
    return f"; there are {', '.join(known)}" if known else ""


def _keys_at(place: Place) -> list[str]:
    """The keys of the table at a place."""
    model: type[BaseModel] = DatasetSettings
    for key in place:
        if isinstance(key, str):
            field = model.model_fields.get(key)
            inner = _model_in(field.annotation) if field else None
            if inner is None:
                return []
            model = inner
    return list(model.model_fields)


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """The table that a field holds, itself or in a list."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for one in get_args(annotation) if (found := _model_in(one)) is not None), None)


def _line_of(place: Place, lines: Mapping[Place, int]) -> int:
    """The line of the innermost part that stands in the file; 0 where none does."""
    for length in range(len(place), 0, -1):
        if (line := lines.get(place[:length])) is not None:
            return line
    return 0


def _short(value: object, limit: int = 60) -> str:
    text = re.sub(r"\s+", " ", DECIMAL.sub(r"\1", repr(value)))
    return text if len(text) <= limit else text[: limit - 1] + "…"
