"""A label given on the command line or in an address: a file, or ``criterion=value``, or several of these at once."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, get_args

from pydantic import ValidationError

from shared.dataset_settings import CookieMatch, Criterion, Label, NamedMatch
from shared.errors import Misconfigured
from shared.matchers import NumberMatch
from shared.toml_text import read_toml

ASKED = "asked"
SIMPLE = re.compile(r"(?P<criterion>[a-z_]+)(?P<way>[=~])(?P<value>.*)", re.DOTALL)
JOIN = re.compile(r" && ")
RUN, ESCAPED = re.compile(r"&&+"), re.compile(r"(?:&&){2,}")
"""What could be taken for a join in a value is written twice."""
MOST = 8
WAYS = {"=": "equals", "~": "contains"}
FORM = (
    "criterion=value, or criterion~part; as in channel=paid, referrer~partner, page_views=3.., cookie=member:gold; "
    "several joined by &&"
)


def simple_label(text: str) -> Label:
    """``channel=paid`` (equal), ``referrer~partner`` (contains), ``page_views=3..10``, ``parameter=variant:b``.

    ``saw_page=/a && country=AT`` are the visits that all of it is true of.
    """
    parts = criteria_in(text)
    if len(parts) > MOST:
        raise Misconfigured(f"--label joins {len(parts)} criteria; {MOST} are the most.")
    matches = [_match(one, text) for one in parts]
    match = matches[0] if len(matches) == 1 else {"all": matches}
    return _label({"id": ASKED, "name": text, "match": match}, f"--label {text!r}")


def criteria_in(text: str) -> list[str]:
    """The criteria that a label joins, each as text."""
    return [ESCAPED.sub(lambda found: found[0][: len(found[0]) // 2], one) for one in JOIN.split(text)]


def join_criteria(criteria: Iterable[str]) -> str:
    """The label that joins them; none of them is read as two, whatever its value is."""
    return " && ".join(RUN.sub(lambda found: found[0] * 2, one) for one in criteria)


def _match(text: str, whole: str) -> dict[str, Any]:
    found = SIMPLE.fullmatch(text)
    if found is None or found["criterion"] not in Criterion.model_fields or found["criterion"] in ("all", "any"):
        criteria = ", ".join(one for one in Criterion.model_fields if one not in ("all", "any"))
        raise Misconfigured(f"--label {whole!r} is not of the form {FORM}.", remedy=f"Criteria are {criteria}.")
    return {found["criterion"]: _wanted(found["criterion"], found["way"], found["value"])}


def label_in(path: Path) -> Label:
    """The one label of a file: ``[[labels]]`` as in the settings, or its keys alone. The id may be left out."""
    try:
        data = read_toml(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise Misconfigured(f"The label file {path} cannot be read: {error}.") from error
    labels = data.get("labels", [data])
    if not isinstance(labels, list) or len(labels) != 1 or not isinstance(labels[0], Mapping):
        raise Misconfigured(f"The label file {path} should hold one label.")
    return _label({"id": ASKED, **labels[0]}, f"The label file {path}")


def _wanted(criterion: str, way: str, value: str) -> Any:
    """What the settings' file would say."""
    kinds = get_args(Criterion.model_fields[criterion].annotation)
    if NumberMatch in kinds:
        low, between, high = value.partition("..")
        bounds = {"min": low, "max": high if between else low}
        return {name: one for name, one in bounds.items() if one}
    if NamedMatch in kinds or CookieMatch in kinds:
        name, colon, wanted = value.partition(":")
        return {"name": name, **({"value": {WAYS[way]: wanted}} if colon else {})}
    if criterion in ("label", "visitor"):
        return value
    if any(getattr(one, "__origin__", one) is bool for one in kinds):
        return {"true": True, "yes": True, "false": False, "no": False}.get(value.lower(), value)
    return {WAYS[way]: value}


def _label(data: Mapping[str, Any], where: str) -> Label:
    try:
        return Label.model_validate(data)
    except ValidationError as error:
        faults = [
            f"{'.'.join(map(str, one['loc']))}: {one['msg'].removeprefix('Value error, ')}" for one in error.errors()
        ]
        raise Misconfigured(f"{where} has {len(faults)} fault(s):", faults=faults) from error
