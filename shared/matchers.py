"""The text and number matchers of the settings (DOMAIN.md section 7)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_serializer, model_validator

from shared.expressions import finder

REGEX_LIMIT = 1000
Bound = Annotated[Decimal, Field(max_digits=700, decimal_places=350), AfterValidator(lambda value: value or Decimal(0))]
"""All that a binary fraction can be; written out, 1e-999999999 would fill the memory. Zero has no sign."""


class Strict(BaseModel):
    """A table of the settings file: unknown keys are faults, values do not change."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=False)


class TextMatch(Strict):
    """Exactly one of the six ways to compare a text."""

    equals: str | None = None
    contains: str | None = None
    starts_with: str | None = None
    ends_with: str | None = None
    any_of: tuple[str, ...] | None = None
    regex: Annotated[str, Field(max_length=REGEX_LIMIT)] | None = None

    @model_validator(mode="after")
    def _one_way(self) -> TextMatch:
        given = [name for name in TextMatch.model_fields if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError(f"give exactly one of {', '.join(TextMatch.model_fields)}; found {given or 'none'}")
        if self.regex is not None:
            try:
                finder(self.regex)
            except ValueError as error:
                raise ValueError(f"regex does not compile: {error}") from error
        return self

    def matches(self, text: str) -> bool:
        """Whether the text fits; case counts."""
        return bool(self.test()(text))

    def test(self) -> Callable[[str], object]:
        """A function that says whether a text fits, by what is true in Python; for those who ask of many texts."""
        if self.contains is not None:
            part = self.contains
            return lambda text: part in text
        if self.starts_with is not None:
            start = self.starts_with
            return lambda text: text.startswith(start)
        if self.ends_with is not None:
            end = self.ends_with
            return lambda text: text.endswith(end)
        if self.regex is not None:
            return finder(self.regex)
        return frozenset((self.equals,) if self.any_of is None else self.any_of).__contains__


def as_float(value: Decimal) -> float | None:
    """The binary fraction that is written with the same digits; ``None`` where there is none."""
    number = float(value)
    return number if Decimal(repr(number)) == value else None


class NumberMatch(Strict):
    """At least ``min``, at most ``max``, or both (inclusive); decimals, since money is compared with them."""

    min: Bound | None = None
    max: Bound | None = None

    @field_serializer("min", "max", when_used="json")
    def _in_json(self, value: Decimal | None) -> float | str | None:
        """JSON's numbers are read as binary fractions: what would not come back the same is a text."""
        number = None if value is None else as_float(value)
        return str(value) if number is None and value is not None else number

    @model_validator(mode="after")
    def _some_bound(self) -> NumberMatch:
        if self.min is None and self.max is None:
            raise ValueError("give min, max or both")
        return self
