"""What may stand in a header of an e-mail, and what leads to a place on the web: texts a person or a site wrote."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

MAX_ADDRESS = 254
ADDRESS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?")
"""One plain address and nothing that could end a header: no name, no comment, no quotes, no space, ASCII only."""
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


def address(text: str) -> str:
    """An address as it stands; :class:`ValueError` where it is none."""
    if len(text) > MAX_ADDRESS or not ADDRESS.fullmatch(text) or ".." in text:
        raise ValueError(f"{text!r} is not an e-mail address; write for example 'ann@fruit.test'")
    return text


def one_line(text: str) -> str:
    """A text that may stand in a header; :class:`ValueError` where it has line breaks or other control characters."""
    if CONTROL.search(text):
        raise ValueError("should be one line, without control characters")
    return text


def web_address(text: str) -> str:
    """An address of the web with a host and no credentials; :class:`ValueError` else."""
    parts = urlsplit(one_line(text))
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or " " in text:
        raise ValueError(f"{text!r} is not an address such as 'https://reports.fruit.test/'")
    return text


def check_mail_setting(name: str, value: str) -> None:
    """:class:`ValueError` where a process setting that mail is made with cannot be used."""
    match name:
        case "mail_sender":
            address(value)
        case "alert_to":
            for one in value.split(","):
                address(one.strip())
        case "site_url" | "console_url":
            web_address(value)
        case _:
            one_line(value)
