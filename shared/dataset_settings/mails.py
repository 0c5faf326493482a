"""``[[mails]]``, scheduled e-mail, and ``[alerts]``, what a person is told of at once. Neither changes a number."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, field_validator

from shared.dataset_settings.groups import Slug
from shared.dataset_settings.reserved import REPORTS
from shared.dataset_settings.tables import Flag
from shared.mail_address import address, one_line, web_address
from shared.matchers import Strict

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
TIME = r"^([01][0-9]|2[0-3]):[0-5][0-9]$"


Address = Annotated[str, AfterValidator(address)]
OneLine = Annotated[str, Field(max_length=200), AfterValidator(one_line)]
WebAddress = Annotated[str, AfterValidator(web_address)]


def _as_once_written(value: Any) -> Any:
    """Settings that are kept may say whether, not with what: that was always the period before."""
    return {True: "previous", False: "none"}[value] if isinstance(value, bool) else value


Comparison = Annotated[Literal["none", "previous", "year"], BeforeValidator(_as_once_written)]


class Mail(Strict):
    """``[[mails]]``: reports that are sent after each day, week or month, to whom and when."""

    id: Slug
    to: Annotated[tuple[Address, ...], Field(min_length=1, max_length=200)]
    reports: Annotated[tuple[str, ...], Field(min_length=1)] = ("overview", "trend", "sources", "pages")
    labels: tuple[Slug, ...] = ()
    period: Literal["day", "week", "month"] = "week"
    compare: Comparison = "previous"
    weekday: Weekday = "monday"
    day_of_month: Annotated[int, Field(strict=True, ge=1, le=28)] = 1
    time: Annotated[str, Field(pattern=TIME)] = "07:00"
    subject: OneLine = ""
    introduction: Annotated[str, Field(max_length=5000)] = ""
    attach: tuple[Literal["pdf", "xlsx", "csv"], ...] = ()
    rows: Annotated[int, Field(strict=True, ge=1, le=50)] = 10
    wait_hours: Annotated[int, Field(strict=True, ge=0, le=240)] = 24

    @field_validator("reports")
    @classmethod
    def _known_reports(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if unknown := [one for one in value if one not in REPORTS]:
            raise ValueError(f"{', '.join(map(repr, unknown))} is not a report; there are {', '.join(REPORTS)}")
        return tuple(dict.fromkeys(value))

    @field_validator("to")
    @classmethod
    def _each_once(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        first: dict[str, str] = {}
        for one in value:
            first.setdefault(one.lower(), one)
        return tuple(first.values())


class AlertsTable(Strict):
    """``[alerts]``: who is told when something is wrong with a data set, and of what."""

    to: Annotated[tuple[Address, ...], Field(max_length=200)] = ()
    webhook: WebAddress | None = None
    webhook_secret_env: str | None = None
    data_by: Annotated[str, Field(pattern=TIME)] | None = None
    change_limit: Annotated[float, Field(ge=0, le=1000)] = 5.0
    change_share: Annotated[float, Field(ge=0, le=100)] = 0.3
    reject_share: Annotated[float, Field(ge=0, le=1)] = 0.1
    dead_letters: Flag = True

    @property
    def tells(self) -> bool:
        """Whether anybody is told."""
        return bool(self.to or self.webhook)
