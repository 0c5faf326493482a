"""Regular expressions of settings, tried in linear time: the one door to the engine of pydantic (Rust's ``regex``).

Whoever writes an expression means well, but visitors write the texts: with an engine that backtracks, ``(a+)+$`` and
a long address of a page would hold an analyzer for hours, and even ``a.*b`` takes the square of the length. The
dialect is Python's but for what cannot be had in linear time: look-around, back-references, atomic groups.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from pydantic_core import SchemaError, SchemaValidator, core_schema

from shared.texts import encodable


@lru_cache(maxsize=1000)
def finder(expression: str) -> Callable[[str], bool]:
    """A function that says whether a part of a text fits; :class:`ValueError` says why there can be none."""
    try:
        schema = core_schema.str_schema(pattern=encodable(expression), regex_engine="rust-regex")
        fits = SchemaValidator(schema).isinstance_python
    except SchemaError as error:
        # Of several lines, which draw where it is, the last one says what it is.
        said = str(error).rstrip().rpartition("\n")[2].strip()
        raise ValueError(said.removeprefix("SchemaError: ").removeprefix("error: ")) from error
    return lambda text: fits(encodable(text))
