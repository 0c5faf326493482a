"""The plain tables of the settings file: one class a table, one field a key (DOMAIN.md section 7)."""

from __future__ import annotations

import re
from functools import cache
from ipaddress import ip_network
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import Field, field_validator

from shared.clock import SystemClock
from shared.errors import Misconfigured
from shared.matchers import Strict, TextMatch

STATIC_EXTENSIONS = tuple(
    "css js mjs map json xml txt ico png jpg jpeg gif svg webp avif bmp woff woff2 ttf eot otf mp3 mp4 webm jar class "
    "vbs ida mid".split()
)
DOWNLOAD_EXTENSIONS = tuple(
    "pdf zip gz tgz bz2 7z rar exe msi dmg deb rpm apk iso csv doc docx xls xlsx ppt pptx".split()
)
Flag = Annotated[bool, Field(strict=True)]
"""``true`` or ``false``, and nothing that only looks like it."""
Days = Annotated[int, Field(strict=True, ge=1, le=36_500)]


def checked_cron(value: str | None) -> str | None:
    """A schedule as it is written; ``ValueError`` says what is wrong with it."""
    from shared.cron import next_run

    if value is not None:
        try:
            next_run(value, SystemClock().now(), "UTC")
        except Misconfigured as error:
            raise ValueError(str(error)) from error
    return value


@cache
def _zones() -> frozenset[str]:
    """Once: they are looked for in every folder of the database."""
    return frozenset(available_timezones())


class DatasetTable(Strict):
    """``[dataset]``: what it is called and how its days and money are written."""

    name: Annotated[str, Field(max_length=200)] = ""
    timezone: str = "UTC"
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] = "EUR"
    hosts: tuple[str, ...] = ()

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        if value not in _zones():
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

    _cron = field_validator("schedule")(checked_cron)


class PrivacyTable(Strict):
    """``[privacy]``: what of a visitor is stored."""

    addresses: Literal["keep", "truncate", "hash"] = "keep"
    honour_opt_out: Flag = False
    drop_parameters: tuple[str, ...] = ()


class RetentionTable(Strict):
    """``[retention]``: how long what is stored is kept; without a number, for ever."""

    raw_days: Days | None = None
    hits_days: Days | None = None
    reports_days: Days | None = None


class VisitsTable(Strict):
    """``[visits]``: when a visit ends."""

    gap_minutes: Annotated[int, Field(strict=True, ge=1, le=1440)] = 30
    new_visit_on_external_referrer: Flag = True
    max_requests: Annotated[int, Field(strict=True, ge=0)] = 0
    short_seconds: Annotated[int, Field(strict=True, ge=0, le=86400)] = 5


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
    hasty_pages: Annotated[int, Field(strict=True, ge=2)] = 30
    pause_seconds: Annotated[float, Field(ge=0, le=3600)] = 1.0
    probed_paths: Annotated[int, Field(strict=True, ge=1)] = 10


class RevenueTable(Strict):
    """``[revenue]``: the URL parameters that carry an order, where the log has no field for it."""

    parameter: str | None = None
    order_parameter: str | None = None


class AttributionTable(Strict):
    """``[attribution]``: which campaign an order belongs to."""

    model: Literal["last", "first"] = "last"
    window_days: Annotated[int, Field(strict=True, ge=0, le=365)] = 30
