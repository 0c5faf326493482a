"""Figures for Prometheus, of the catalog and the queue at the moment they are asked for: the one door to its library.

docs/operations.md lists them; a test compares.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime

from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector

from console import datasets
from console.mail_counts import mail_counts
from console.manage import process_rows, queue_rows
from console.stages import STAGES
from console.web.place import Place
from shared import failures
from shared.store import nearest

__all__ = ["CONTENT_TYPE", "figures"]
CONTENT_TYPE = CONTENT_TYPE_LATEST
PREFIX = "proprocessor"
MOMENTS = {
    "last_fetch": ("dataset_last_fetch_timestamp_seconds", "When the last fetch of a data set began."),
    "analysed_at": ("dataset_last_analysis_timestamp_seconds", "When its newest analysis was made."),
    "published_at": ("dataset_last_publication_timestamp_seconds", "When its reports were published last."),
    "next_due": ("dataset_next_fetch_timestamp_seconds", "When it is to be fetched next."),
}


def figures(place: Place) -> bytes:
    """All of them, as Prometheus reads them."""
    registry = CollectorRegistry()
    registry.register(_Figures(place))
    return generate_latest(registry)


class _Figures(Collector):
    def __init__(self, place: Place) -> None:
        self._place = place

    def collect(self) -> Iterator[GaugeMetricFamily]:
        yield from self._queues()
        yield from self._datasets()
        yield self._processes()
        yield self._dead_letters()
        yield self._disk()
        yield self._mail()

    def _queues(self) -> Iterator[GaugeMetricFamily]:
        rows, error = queue_rows(self._place.settings, self._place.catalog)
        yield _gauge("queue_up", "1 if the queue answers.", [], [([], float(error is None))])
        states = ("ready", "taken", "delayed", "dead")
        depths = [([row["queue"], state], row[state]) for row in rows for state in states]
        yield _gauge("queue_messages", "Messages of a queue, by state.", ["queue", "state"], depths)
        ages = [([row["queue"]], row["oldest_age_s"] or 0) for row in rows]
        yield _gauge("queue_oldest_age_seconds", "Age of the oldest message that is not done.", ["queue"], ages)

    def _datasets(self) -> Iterator[GaugeMetricFamily]:
        rows = datasets.overview(self._place.catalog)
        counts = [
            ([row["id"], state], row[column])
            for row in rows
            for state, column in (("all", "files"), ("waiting", "files_waiting"), ("failed", "files_failed"))
        ]
        yield _gauge("dataset_files", "Files of a data set, by state.", ["dataset", "state"], counts)
        failed = [([row["id"]], float(row["last_fetch_state"] == "failed")) for row in rows]
        yield _gauge("dataset_fetch_failed", "1 if the last fetch of a data set failed.", ["dataset"], failed)
        for column, (name, meaning) in MOMENTS.items():
            yield _gauge(
                name, meaning, ["dataset"], [([row["id"]], _seconds(row[column])) for row in rows if row[column]]
            )

    def _processes(self) -> GaugeMetricFamily:
        alive = Counter(row["stage"] for row in process_rows(self._place.catalog) if row["alive"])
        counts = [([stage], alive[stage]) for stage in STAGES]
        return _gauge("processes", "Processes of a stage that gave a sign of life lately.", ["stage"], counts)

    def _dead_letters(self) -> GaugeMetricFamily:
        counts = Counter((one.queue, one.reason) for one in failures.letters(self._place.catalog))
        rows = [([queue, reason], number) for (queue, reason), number in sorted(counts.items())]
        return _gauge("dead_letters", "Messages that wait for a person, by reason.", ["queue", "reason"], rows)

    def _disk(self) -> GaugeMetricFamily:
        folders = {"data": self._place.settings.data, "published": self._place.settings.publish_root}
        rows = [
            ([name], shutil.disk_usage(there).free) for name, folder in folders.items() if (there := nearest(folder))
        ]
        return _gauge("disk_free_bytes", "Bytes free where data and published reports lie.", ["folder"], rows)

    def _mail(self) -> GaugeMetricFamily:
        counts = mail_counts(self._place.catalog, self._place.now())
        rows = [([state], number) for state, number in counts.items()]
        return _gauge("mail_deliveries", "E-mails and alerts, by state.", ["state"], rows)


def _gauge(name: str, meaning: str, labels: list[str], rows: Sequence[tuple[list[str], float]]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(f"{PREFIX}_{name}", meaning, labels=labels)
    for values, number in rows:
        family.add_metric(values, number)
    return family


def _seconds(moment: datetime) -> float:
    return moment.timestamp()
