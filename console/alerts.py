"""Alerts for who looks after them: what went wrong since when, and whether everybody was told.

The command line, the API and the pages of the console show the same by these.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from console.mail import delivery_rows
from shared.catalog import Catalog

if TYPE_CHECKING:
    from reporter.alerts.incidents import Incident

KINDS = ("alert", "webhook")
"""Kinds of delivery that tell of an incident."""
MISSED = ("failed", "unknown")


def incidents_of(catalog: Catalog, *, dataset: str | None = None, only_open: bool = False) -> list[Incident]:
    """Of a data set or of all, the oldest first."""
    from reporter.alerts.incidents import find

    where: dict[str, Any] = {"dataset": dataset} if dataset is not None else {}
    return [*find(catalog, **where, **({"state": "open"} if only_open else {}))]


def incident_rows(catalog: Catalog, incidents: Sequence[Incident]) -> list[dict[str, Any]]:
    """These, with what was to be told of each to whom (``notices``), and in how many words (``told``)."""
    notices = defaultdict(list)
    for one in delivery_rows(catalog, kind=KINDS):
        notices[one["period"].partition("/")[0]].append(one)
    return [asdict(one) | {"notices": notices[one.id], "told": _told(notices[one.id])} for one in incidents]


def missed_words(notice: dict[str, Any]) -> str:
    """Who was not told, and why; empty for who was, or may yet be."""
    return f"{notice['recipient']}: {notice['state']}. {notice['reason']}" if notice["state"] in MISSED else ""


def _told(notices: Sequence[dict[str, Any]]) -> str:
    sent = sum(one["state"] == "sent" for one in notices)
    return f"{sent} of {len(notices)}"
