"""The settings of one data set: the TOML file of DOMAIN.md section 7.

``load_dataset_settings(path)`` reads a file and reports every fault at once, each with its line or key. Every key has a
default. ``digest`` names the settings that change numbers; where the raw data comes from does not.
"""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Iterable
from decimal import Decimal
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import Field, ValidationError, field_validator, model_validator

from shared.clock import SystemClock
from shared.errors import Misconfigured
from shared.matchers import NumberMatch, Strict, TextMatch

STATIC_EXTENSIONS = tuple(
    "css js mjs map json xml txt ico png jpg jpeg gif svg webp avif bmp woff woff2 ttf eot otf mp3 mp4 webm jar class "
    "vbs ida mid".split()
)
DOWNLOAD_EXTENSIONS = tuple(
    "pdf zip gz tgz bz2 7z rar exe msi dmg deb rpm apk iso csv doc docx xls xlsx ppt pptx".split()
)
Slug = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$")]
Money = Annotated[Decimal, Field(ge=0, max_digits=18, decimal_places=6)]
RESERVED_LABELS = frozenset({"all"})


class DatasetTable(Strict):
    """``[dataset]``: what it is called and how its days and money are written."""

    name: Annotated[str, Field(max_length=200)] = ""
    timezone: str = "UTC"
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] = "EUR"
    hosts: tuple[str, ...] = ()

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        if value not in available_timezones():
            raise ValueError(f"{value!r} is not a time zone of the IANA database; write for example 'Europe/Berlin'")
        return value

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of the data set's days."""
        return ZoneInfo(self.timezone)


class SourceTable(Strict):
    """``[source]``: where raw data comes from, and when."""

    location: str = ""
    user: str | None = None
    password_env: str | None = None
    schedule: str | None = None
    format: str = "auto"
    reject_limit: Annotated[float, Field(ge=0, le=1)] = 0.5
    trusted_proxies: tuple[str, ...] = ()
    countries: str | None = None
    referrers: str | None = None

    @field_validator("trusted_proxies")
    @classmethod
    def _networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for one in value:
            try:
                ip_network(one, strict=False)
            except ValueError as error:
                raise ValueError(f"{one!r} is not an address or CIDR block, such as 10.0.0.0/8") from error
        return value

    @field_validator("schedule")
    @classmethod
    def _cron(cls, value: str | None) -> str | None:
        from shared.cron import next_run

        if value is not None:
            try:
                next_run(value, SystemClock().now(), "UTC")
            except Misconfigured as error:
                raise ValueError(str(error)) from error
        return value


class PrivacyTable(Strict):
    """``[privacy]``: what of a visitor is stored."""

    addresses: Literal["keep", "truncate", "hash"] = "keep"
    honour_opt_out: bool = False
    drop_parameters: tuple[str, ...] = ()


class VisitsTable(Strict):
    """``[visits]``: when a visit ends."""

    gap_minutes: Annotated[int, Field(ge=1, le=1440)] = 30
    new_visit_on_external_referrer: bool = True
    max_requests: Annotated[int, Field(ge=0)] = 0
    short_seconds: Annotated[int, Field(ge=0, le=86400)] = 5


class PagesTable(Strict):
    """``[pages]``: what makes two requests one page."""

    ignore_parameters: tuple[str, ...] = ()
    default_pages: tuple[str, ...] = ()
    static_extensions: tuple[str, ...] = STATIC_EXTENSIONS
    download_extensions: tuple[str, ...] = DOWNLOAD_EXTENSIONS


class ExcludeTable(Strict):
    """``[exclude]``: visitors and pages that are not counted."""

    addresses: tuple[str, ...] = ()
    pages: tuple[TextMatch, ...] = ()

    @field_validator("addresses")
    @classmethod
    def _readable(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for address in value:
            if not re.fullmatch(r"[0-9a-fA-F:.*/-]+", address):
                raise ValueError(f"{address!r} is not an address, CIDR block, or pattern such as 192.0.2.*")
        return value


class RobotsTable(Strict):
    """``[robots]``: when a visitor behaves like one, and whether that excludes."""

    by_behaviour: Literal["mark", "exclude"] = "mark"
    hasty_pages: Annotated[int, Field(ge=2)] = 30
    pause_seconds: Annotated[float, Field(ge=0, le=3600)] = 1.0
    probed_paths: Annotated[int, Field(ge=1)] = 10


class RevenueTable(Strict):
    """``[revenue]``: the URL parameters that carry an order, where the log has no field for it."""

    parameter: str | None = None
    order_parameter: str | None = None


class AttributionTable(Strict):
    """``[attribution]``: which campaign an order belongs to."""

    model: Literal["last", "first"] = "last"
    window_days: Annotated[int, Field(ge=0, le=365)] = 30


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

    name: Annotated[str, Field(min_length=1, max_length=200)]
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
    first_page: bool = False


class NamedMatch(Strict):
    """A URL parameter or custom variable."""

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
    search: bool | None = None
    ai: bool | None = None
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
    short: bool | None = None
    visitor: Literal["new", "returning"] | None = None
    status: NumberMatch | None = None
    funnel_stage: NamedMatch | None = None

    @model_validator(mode="after")
    def _exactly_one(self) -> Criterion:
        given = [name for name in Criterion.model_fields if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError(f"give exactly one criterion; found {given or 'none'}")
        return self


class Label(Strict):
    """``[[labels]]``: a named, coloured group of visits."""

    id: Slug
    name: str = ""
    color: Annotated[str, Field(pattern=r"^#[0-9A-Fa-f]{6}$")] | None = None
    match: Criterion
    inverse: bool = False


class DatasetSettings(Strict):
    """All settings of a data set."""

    dataset: DatasetTable = DatasetTable()
    source: SourceTable = SourceTable()
    privacy: PrivacyTable = PrivacyTable()
    visits: VisitsTable = VisitsTable()
    pages: PagesTable = PagesTable()
    exclude: ExcludeTable = ExcludeTable()
    robots: RobotsTable = RobotsTable()
    revenue: RevenueTable = RevenueTable()
    attribution: AttributionTable = AttributionTable()
    labels: tuple[Label, ...] = ()
    campaigns: tuple[Campaign, ...] = ()
    funnels: tuple[Funnel, ...] = ()

    @model_validator(mode="after")
    def _names_are_unique(self) -> DatasetSettings:
        for kind, names in (
            ("labels", [label.id for label in self.labels]),
            ("campaigns", [campaign.name for campaign in self.campaigns]),
            ("funnels", [funnel.id for funnel in self.funnels]),
        ):
            twice = sorted({name for name in names if names.count(name) > 1})
            if twice:
                raise ValueError(f"{kind}: {', '.join(twice)} given twice")
        if reserved := RESERVED_LABELS & {label.id for label in self.labels}:
            raise ValueError(f"labels: {', '.join(sorted(reserved))} is reserved")
        return self

    def digest(self) -> str:
        """Hex digest of every setting that can change a number; the source's place and timetable cannot.

        Nor can the reject limit: it says which files count, and those are named beside this digest.
        """
        no_number = {"location", "user", "password_env", "schedule", "reject_limit"}
        data = self.model_dump(mode="json", exclude={"source": no_number})
        return hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()


def load_dataset_settings(path: Path) -> DatasetSettings:
    """Read a data set's TOML file; :class:`Misconfigured` lists every fault with its line or key."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Misconfigured(f"The settings file {path} cannot be read: {error}.") from error
    return parse_dataset_settings(text, name=str(path))


def parse_dataset_settings(text: str, *, name: str) -> DatasetSettings:
    """Read the text of a data set's TOML file; ``name`` stands in the error messages."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Misconfigured(f"The settings file {name} is not TOML: {error}.", remedy="Mend that line.") from error
    try:
        return DatasetSettings.model_validate(data)
    except ValidationError as error:
        lines = text.splitlines()
        faults = [_fault(found, lines) for found in error.errors()]
        raise Misconfigured(f"The settings file {name} has {len(faults)} fault(s):", faults=faults) from error


def _fault(found: Any, lines: list[str]) -> str:
    """One pydantic error as a sentence with the key and, where it can be found, the line."""
    keys: Iterable[str | int] = found["loc"]
    path = ".".join(str(key) for key in keys) or "(file)"
    text = found["msg"].removeprefix("Value error, ")
    number = _line_of([key for key in found["loc"] if isinstance(key, str)], lines)
    return f"{f'line {number}: ' if number else ''}{path}: {text} (found {_short(found.get('input'))})"


def _line_of(keys: list[str], lines: list[str]) -> int | None:
    """The line of the innermost key that can be seen below its table's heading."""
    for key in reversed(keys):
        start = 0
        for number, line in enumerate(lines):
            if re.match(rf"\s*\[+\s*{re.escape(keys[0])}\b", line):
                start = number
                break
        for number in range(start, len(lines)):
            if re.match(rf"\s*(?:\[+\s*)?(?:.*[{{,]\s*)?['\"]?{re.escape(key)}['\"]?\s*(?:=|\])", lines[number]):
                return number + 1
    return None


def _short(value: object, limit: int = 60) -> str:
    text = repr(value)
    return text if len(text) <= limit else text[: limit - 1] + "…"
