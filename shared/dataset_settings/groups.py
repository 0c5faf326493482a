"""The lists of the settings file: ``[[labels]]``, ``[[campaigns]]``, ``[[funnels]]`` (DOMAIN.md sections 4 to 7)."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from shared.dataset_settings.reserved import REPORTS
from shared.dataset_settings.tables import Flag
from shared.matchers import NumberMatch, Strict, TextMatch

Slug = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$")]
Money = Annotated[Decimal, Field(ge=0, max_digits=18, decimal_places=6)]
Name = Annotated[str, Field(min_length=1, max_length=200)]
CHANNELS = ("paid", "email", "campaign", "search", "ai", "social", "referral", "direct")
"""Every channel there is, in the order in which they are tried."""
BOUNDS: dict[str, tuple[float, float]] = {"weekday": (1, 7), "hour": (0, 23), "status": (100, 599)}
"""Criteria whose numbers are whole and lie between two: the week's days from Monday, the day's hours, HTTP's codes."""


class CostTable(Strict):
    """One way to say what a campaign costs."""

    fixed: Money | None = None
    per_click: Money | None = None
    per_day: Money | None = None
    file: str | None = None

    @model_validator(mode="after")
    def _one_way(self) -> CostTable:
        if sum(value is not None for value in (self.fixed, self.per_click, self.per_day, self.file)) != 1:
            raise ValueError("give exactly one of fixed, per_click, per_day, file")
        return self


class CampaignMatch(Strict):
    """How a visit's entry page view is recognised."""

    page: str | None = None
    parameter: str | None = None
    referrer: TextMatch | None = None

    @model_validator(mode="after")
    def _some_way(self) -> CampaignMatch:
        if self.page is None and self.parameter is None and self.referrer is None:
            raise ValueError("give page, parameter or referrer")
        return self


class Campaign(Strict):
    """``[[campaigns]]``, in order: the first that matches wins."""

    name: Name
    match: CampaignMatch
    cost: CostTable | None = None


class FunnelGroup(Strict):
    """Pages that count as one."""

    name: Annotated[str, Field(min_length=1)]
    pages: TextMatch


class FunnelStage(Strict):
    """One step of a funnel."""

    name: Annotated[str, Field(min_length=1)]
    groups: Annotated[tuple[FunnelGroup, ...], Field(min_length=1)]


class Funnel(Strict):
    """``[[funnels]]``."""

    id: Slug
    name: str = ""
    stages: Annotated[tuple[FunnelStage, ...], Field(min_length=2)]


class ReferrerMatch(TextMatch):
    """A referrer, optionally one of its parameters."""

    parameter: str | None = None


class CookieMatch(Strict):
    """A cookie by name; with ``value`` also by content."""

    name: str
    value: TextMatch | None = None
    first_page: Flag = False


class NamedMatch(Strict):
    """A URL parameter, a custom variable, or a funnel by its id with the name of a stage."""

    name: str
    value: TextMatch | None = None


class Criterion(Strict):
    """One criterion, or several joined by ``all`` / ``any`` (DOMAIN.md section 4)."""

    all: tuple[Criterion, ...] | None = None
    any: tuple[Criterion, ...] | None = None
    label: Slug | None = None
    referrer: ReferrerMatch | None = None
    search_engine: TextMatch | None = None
    search_term: TextMatch | None = None
    search: Flag | None = None
    ai: Flag | None = None
    channel: TextMatch | None = None
    entry_page: TextMatch | None = None
    saw_page: TextMatch | None = None
    exit_page: TextMatch | None = None
    exit_link: TextMatch | None = None
    campaign: TextMatch | None = None
    cookie: CookieMatch | None = None
    address: TextMatch | None = None
    parameter: NamedMatch | None = None
    custom: NamedMatch | None = None
    country: TextMatch | None = None
    language: TextMatch | None = None
    browser: TextMatch | None = None
    os: TextMatch | None = None
    device: TextMatch | None = None
    weekday: NumberMatch | None = None
    hour: NumberMatch | None = None
    revenue: NumberMatch | None = None
    page_views: NumberMatch | None = None
    seconds: NumberMatch | None = None
    short: Flag | None = None
    visitor: Literal["new", "returning"] | None = None
    status: NumberMatch | None = None
    funnel_stage: NamedMatch | None = None

    @model_validator(mode="after")
    def _exactly_one(self) -> Criterion:
        given = [name for name in Criterion.model_fields if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError(f"give exactly one criterion; found {', '.join(given) or 'none'}")
        return self

    @field_validator("weekday", "hour", "revenue", "page_views", "seconds", "status")
    @classmethod
    def _can_be(cls, value: NumberMatch | None, info: object) -> NumberMatch | None:
        if value is not None:
            low, high = BOUNDS.get(str(getattr(info, "field_name", "")), (-math.inf, math.inf))
            _check_bounds(value, low, high)
        return value

    @field_validator("channel")
    @classmethod
    def _known_channel(cls, value: TextMatch | None) -> TextMatch | None:
        for one in _exact(value):
            if one not in CHANNELS:
                raise ValueError(f"{one!r} is not a channel; there are {', '.join(CHANNELS)}")
        return value


class Label(Strict):
    """``[[labels]]``: a named, coloured group of visits."""

    id: Slug
    name: str = ""
    color: Annotated[str, Field(pattern=r"^#[0-9A-Fa-f]{6}$")] | None = None
    match: Criterion
    inverse: Flag = False
    hide_in: tuple[str, ...] = ()

    @field_validator("hide_in")
    @classmethod
    def _known_reports(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if unknown := [one for one in value if one not in REPORTS]:
            raise ValueError(f"{', '.join(map(repr, unknown))} is not a report; there are {', '.join(REPORTS)}")
        return value


def _check_bounds(match: NumberMatch, low: float, high: float) -> None:
    given = [one for one in (match.min, match.max) if one is not None]
    if not all(math.isfinite(one) for one in given):
        raise ValueError("min and max are finite numbers")
    if math.isfinite(low) and not all(low <= one <= high and one == int(one) for one in given):
        raise ValueError(f"min and max are whole numbers from {low:g} to {high:g}")
    if match.min is not None and match.max is not None and match.min > match.max:
        raise ValueError("min is larger than max, so nothing fits; join two criteria with any for a range that wraps")


def _exact(match: TextMatch | None) -> tuple[str, ...]:
    """The texts that a matcher names whole."""
    if match is None:
        return ()
    return (*(match.any_of or ()), *([match.equals] if match.equals is not None else []))
