"""What is done on the command line stands in the same log as what is done in a browser or by the API."""

from __future__ import annotations

import getpass
import os
from datetime import UTC, datetime
from typing import Any

from console.settings_history import notes_of
from console.stored_settings import Row
from console.web import audit
from shared.catalog import Catalog

COMMAND_LINE = "command line"
"""Who it was, for the log: no account is asked for by who may read and write the data folder."""


def log_command(catalog: Catalog, what: str, about: str | None = None, **detail: Any) -> None:
    """Keep that a command did something; ``what`` and ``detail`` are those of the browser."""
    now = datetime.now(UTC)
    audit.note(catalog, what, who=COMMAND_LINE, address="", now=now, about=about, user=system_user(), **detail)


def log_stored(catalog: Catalog, before: Row | None, after: Row, why: str) -> None:
    """Keep that a command made a data set, or what it changed of one that was ``before``."""
    for what, detail in notes_of(before, after, why):
        log_command(catalog, what, after["id"], **detail)


def system_user() -> str:
    """The operating system's name for who runs this process; a number where it has none."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a container may run with a number alone
        return str(os.getuid())
