"""Plain values as TOML text that is pleasant to read: ``tomllib.loads(toml_text(data)) == data``.

Decimals are numbers, which come back as they were by :func:`read_toml`.
Tables stand below their headings, lists of tables as ``[[name]]``; what lies deeper is written inline, a long list with
one item a line.
"""

from __future__ import annotations

import json
import math
import re
import tomllib
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

WIDTH = 100
BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")


def read_toml(text: str) -> dict[str, Any]:
    """The data of a document, its fractions as decimals, digit by digit; :class:`tomllib.TOMLDecodeError`."""
    return tomllib.loads(text, parse_float=_fraction)


def _fraction(text: str) -> Decimal | float:
    try:
        return Decimal(text)
    except InvalidOperation:
        return float(text)  # an exponent beyond all bounds: infinite, or nothing


def toml_text(data: Mapping[str, Any]) -> str:
    """A whole document of texts, numbers, truths, lists and tables; :class:`TypeError` names what is none of these."""
    parts = []
    if top := [line for key, value in data.items() if not _has_heading(value) for line in _pair(key, value)]:
        parts.append("\n".join(top))
    for name, value in data.items():
        if isinstance(value, Mapping):
            parts.append(_table(f"[{toml_key(name)}]", value))
        elif _has_heading(value):
            parts += [_table(f"[[{toml_key(name)}]]", one) for one in value]
    return "\n\n".join(parts) + "\n" if parts else ""


def toml_key(key: str) -> str:
    """A key, quoted where it must be."""
    return key if BARE_KEY.fullmatch(key) else _string(key)


def toml_value(value: Any, *, room: int = WIDTH, indent: str = "") -> str:
    """A value on one line if it fits in ``room``, else its lists with an item a line."""
    flat = _flat(value)
    if len(flat) <= room or not _holds_list(value):
        return flat
    if isinstance(value, Mapping):
        # An inline table is one line, but the lists in it may take several.
        pairs = [f"{toml_key(key)} = {toml_value(one, room=0, indent=indent)}" for key, one in value.items()]
        return f"{{ {', '.join(pairs)} }}"
    deeper = indent + "  "
    items = [f"{deeper}{toml_value(one, room=WIDTH - len(deeper), indent=deeper)},\n" for one in value]
    return f"[\n{''.join(items)}{indent}]"


def _table(heading: str, values: Mapping[str, Any]) -> str:
    return "\n".join([heading, *(line for key, value in values.items() for line in _pair(key, value))])


def _pair(key: str, value: Any) -> list[str]:
    name = toml_key(key)
    return [f"{name} = {toml_value(value, room=WIDTH - len(name) - 3)}"]


def _has_heading(value: Any) -> bool:
    """A table, or a list of nothing but tables."""
    if isinstance(value, Mapping):
        return True
    return _is_list(value) and len(value) > 0 and all(isinstance(one, Mapping) for one in value)


def _holds_list(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(_holds_list(one) for one in value.values())
    return _is_list(value) and len(value) > 0


def _flat(value: Any) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case float():
            return _float(value)
        case Decimal() if value.is_finite():
            return str(value)  # such as 12.50 and 1E+20, which are numbers of TOML too
        case str():
            return _string(value)
        case Mapping():
            inner = ", ".join(f"{toml_key(key)} = {_flat(one)}" for key, one in value.items())
            return f"{{ {inner} }}" if inner else "{}"
        case _ if _is_list(value):
            return f"[{', '.join(map(_flat, value))}]"
        case _:
            raise TypeError(f"{value!r} has no form in TOML")


def _is_list(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str | bytes)


def _float(value: float) -> str:
    if math.isnan(value):
        return "nan"
    if math.isinf(value):
        return "inf" if value > 0 else "-inf"
    return repr(value)  # the shortest that reads back as the same


def _string(text: str) -> str:
    """JSON's escapes are TOML's, but for DEL, which TOML wants escaped, and pairs of surrogates, which it has not."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
