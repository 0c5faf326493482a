"""The table ``[overlay]`` of the settings file: copies of the site's own pages, on which links carry their clicks."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlsplit

from pydantic import Field, field_validator

from shared.dataset_settings.key import Key
from shared.dataset_settings.tables import Flag, checked_cron
from shared.matchers import Strict

LONGEST_DELAY_S = 60


class OverlayTable(Strict):
    """``[overlay]``: which pages are fetched, from where, how often and how politely."""

    base: str = ""
    pages: Annotated[int, Field(strict=True, ge=0, le=500)] = 25
    schedule: str | None = None
    delay_seconds: Annotated[float, Field(ge=0, le=LONGEST_DELAY_S)] = 1.0
    asset_hosts: tuple[str, ...] = ()
    allow_private: Flag = False
    user_agent: Annotated[str, Field(max_length=200, pattern=r"^[ -~]*$")] = ""

    @field_validator("base")
    @classmethod
    def _address_of_a_site(cls, value: str) -> str:
        if not value:
            return value
        try:
            parts = urlsplit(value)
            whole = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        except ValueError:
            whole = False
        if not whole or "@" in parts.netloc or parts.path.strip("/") or parts.query or parts.fragment:
            raise ValueError(
                f"{value!r} is not the address of a site: scheme, host and perhaps a port, such as https://www.fruit.test"
            )
        return f"{parts.scheme}://{parts.netloc.lower()}"

    _cron = field_validator("schedule")(checked_cron)


OVERLAY_KEYS = (
    Key(
        "overlay.base",
        "URL",
        "none",
        "Where the site answers, such as `https://www.fruit.test`; without it, `https` and the first own host.",
    ),
    Key("overlay.pages", "pages", "none", "So many of the most viewed pages are kept as copies; 0 to 500."),
    Key(
        "overlay.schedule",
        "cron expression",
        "none",
        "When copies are fetched anew, in the data set's time zone; without, on request.",
    ),
    Key(
        "overlay.delay_seconds",
        "seconds",
        "none",
        "Pause between two requests, 0 to 60; a longer `Crawl-delay` of the site's robots.txt wins.",
    ),
    Key(
        "overlay.asset_hosts",
        "list of hosts",
        "none",
        "Hosts besides the own ones from which styles, images and fonts may be fetched.",
    ),
    Key(
        "overlay.allow_private",
        "true or false",
        "none",
        "Whether the site may answer at a private or loopback address; other addresses inside stay refused.",
    ),
    Key(
        "overlay.user_agent",
        "text",
        "none",
        "What requests call themselves, in place of name and version of the software.",
    ),
)
