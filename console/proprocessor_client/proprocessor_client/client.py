"""What can be asked of a server."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from os import PathLike
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pandas as pd

from proprocessor_client.connection import Connection, Query
from proprocessor_client.errors import ClientError
from proprocessor_client.frames import list_frame, report_frame
from proprocessor_client.local_copy import Pulled, pull
from proprocessor_client.names import check_dataset

ARROW = "application/vnd.apache.arrow.stream"
PAGE = 500
DATASETS = {
    "id": "text",
    "name": "text",
    "state": "text",
    "wrong": "flag",
    "files": "count",
    "files_waiting": "count",
    "files_failed": "count",
    "visits": "count",
    "page_views": "count",
    "last_fetch": "time",
    "next_due": "time",
    "analysed_at": "time",
    "published_at": "time",
}
ANNOTATIONS = {
    "id": "text",
    "first": "date",
    "last": "date",
    "text": "text",
    "label": "text",
    "color": "text",
    "made_by": "text",
    "created_at": "time",
}
PERIODS = {"id": "text", "kind": "text", "first": "date", "last": "date", "published_at": "time"}


class Client:
    """A console, asked with a token. Every error is a :class:`ClientError`.

    ``url`` is the console's address, with the prefix it is served under; ``token`` is made at ``/account`` and needs
    the scope ``read``, for :meth:`annotate` also ``write``; ``timeout_s`` is how long the server may be silent.
    """

    def __init__(self, url: str, token: str, *, timeout_s: float = 60.0) -> None:
        self._connection = Connection(url, token, timeout_s)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of what is open."""
        self._connection.close()

    @property
    def received(self) -> int:
        """The bytes of all answers, packed as they came."""
        return self._connection.received

    def datasets(self) -> pd.DataFrame:
        """The data sets that one may read, a row each, and how fresh they are."""
        return list_frame(self._every("datasets"), DATASETS)

    def periods(self, dataset: str) -> pd.DataFrame:
        """The published periods of a data set: ``id``, ``kind``, ``first``, ``last``, ``published_at``."""
        return list_frame(self._every("datasets", check_dataset(dataset), "periods"), PERIODS)

    def report(
        self,
        dataset: str,
        report: str,
        period: str | None = None,
        *,
        first: str | date | None = None,
        last: str | date | None = None,
        label: str | None = None,
        compare: str | None = None,
    ) -> pd.DataFrame:
        """A report: ``label``, dimensions and measures, a row for each thing and label; see :func:`report_frame`.

        ``period`` is ``2026-03-17``, ``2026-W12``, ``2026-03``, ``2026`` or ``all``, at first ``all``: what is
        published of it, if it is. Any other days (``first`` to ``last``), one more ``label`` (``channel=paid``), and
        ``compare`` (``previous``, ``year``, a period) are answered by the server then and there.
        """
        where = ("datasets", check_dataset(dataset))
        asked = {"from": _day(first), "to": _day(last), "label": label, "compare": compare}
        if all(one is None for one in asked.values()):
            try:
                return self._report(*where, "periods", period or "all", "reports", report)
            except ClientError as error:
                if error.reason not in ("unknown_period", "not_published"):
                    raise
        return self._report(*where, "reports", report, query={"period": period, **asked})

    def annotations(
        self, dataset: str, *, first: str | date | None = None, last: str | date | None = None
    ) -> pd.DataFrame:
        """The notes on days of a data set, a row each; only those with a day from ``first`` to ``last``, if given."""
        days = {"from": _day(first), "to": _day(last)}
        return list_frame(self._every("datasets", check_dataset(dataset), "annotations", query=days), ANNOTATIONS)

    def annotate(
        self,
        dataset: str,
        text: str,
        first: str | date,
        last: str | date | None = None,
        *,
        label: str | None = None,
        color: str | None = None,
    ) -> str:
        """Make a note on a day, or on all days to ``last``, as an editor; gives its id.

        ``label`` is the id of the label that it is about, ``color`` is like ``#0072B2``.
        """
        note = {"text": text, "first": _day(first), "last": _day(last), "label": label, "color": color}
        made = self._connection.post("datasets", check_dataset(dataset), "annotations", body=note)
        return str(made["id"])

    def pull(self, folder: str | PathLike[str], dataset: str, periods: Collection[str] | None = None) -> Pulled:
        """Keep a copy of a data set's published folder, ``folder/<dataset>``, in step: only what changed is asked for.

        ``periods`` are the kinds wanted (``day``, ``week``, ``month``, ``year``, ``all``), at first every one; others
        stay as they are. The copy can be used meanwhile: every file is the old or the new one, a period's manifest is
        written last. What was cut short goes on where it ended.
        """
        return pull(self._connection, Path(folder), dataset, periods)

    def _report(self, *path: str, query: Query | None = None) -> pd.DataFrame:
        return report_frame(self._connection.fetch(*path, query=query, accept=ARROW))

    def _every(self, *path: str, query: Query | None = None) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        while True:
            part = self._connection.json(*path, query={**(query or {}), "limit": PAGE, "offset": len(found)})
            try:
                items, total = list(part["items"]), int(part["total"])
            except (KeyError, TypeError, ValueError) as error:
                raise ClientError.no_console("The server's list is none of a console's.") from error
            found += items
            if len(found) >= total or not items:
                return found


def _day(given: str | date | None) -> str | None:
    return given.isoformat() if isinstance(given, date) else given
