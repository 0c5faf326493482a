"""What the reporter does for alerts between two messages: look, open or recover incidents, tell of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from reporter.alerts import conditions, facts
from reporter.alerts.audience import INSTALLATION, audience_of
from reporter.alerts.conditions import CHANGE, DEAD_LETTERS, DISK, NO_DATA, REJECTS, Right, Verdict, Wrong
from reporter.alerts.incidents import Notices, judge, open_incident
from reporter.alerts.notices import call_due, prepare
from reporter.each import each_with
from reporter.mail.complete import Progress, read_progress
from reporter.mail.deliveries import Sender
from reporter.mail.planning import id_key
from reporter.mail.send import send_due
from reporter.mail.smtp import is_set_up
from reporter.mail.timetable import bounds_of, last_whole
from shared.clock import Every
from shared.dataset_settings import DatasetSettings
from shared.errors import Misconfigured
from shared.work import Tools

LOOK = timedelta(minutes=1)
SEND = timedelta(seconds=10)
Judged = tuple[str, Verdict]


class Watcher:
    """Looks now and then; for one process."""

    def __init__(self) -> None:
        self.sender = Sender()
        self._looks, self._sends = Every(LOOK), Every(SEND)
        self._counted: dict[str, tuple[str, facts.Visits | None]] = {}

    def tick(self, tools: Tools) -> None:
        """Do what is due."""
        now = tools.clock.now()
        if self._looks.is_due(now):
            self.look(tools)
        if self._sends.is_due(now):
            call_due(tools, self.sender)
            if is_set_up(tools.settings):
                send_due(tools, self.sender, "alert", prepare)

    def look(self, tools: Tools) -> None:
        """Judge every condition of every data set that tells anybody, and of the installation."""
        for row, settings in each_with(tools, "alerts", "alerts.failed"):
            if settings is None or not settings.alerts.tells:
                continue
            judged = self._of_dataset(tools, row["id"], settings, row["analysis"])
            try:
                self._settle(tools, row["id"], settings, judged)
            except (Misconfigured, FileNotFoundError) as error:
                tools.log.error("alerts.failed", dataset=row["id"], error=str(error))
        if audience_of(tools.settings, None):
            self._settle(tools, INSTALLATION, None, _of_installation(tools))

    def _settle(self, tools: Tools, dataset: str, settings: DatasetSettings | None, judged: Iterator[Judged]) -> None:
        domain = (tools.settings.mail_sender or "localhost").rpartition("@")[2]
        notices = Notices(audience_of(tools.settings, settings), id_key(tools.settings), domain)
        for condition, verdict in judged:
            if isinstance(verdict, Wrong | Right):
                new = judge(tools.catalog, dataset, condition, verdict, notices, tools.clock.now())
                if new:
                    tools.log.warning(f"alert.{new}", dataset=dataset, condition=condition, told=verdict.text)

    def _of_dataset(
        self, tools: Tools, dataset: str, settings: DatasetSettings, analysis: str | None
    ) -> Iterator[Judged]:
        alerts, now, zone = settings.alerts, tools.clock.now(), settings.dataset.zone
        with tools.catalog.read() as connection:
            progress = read_progress(connection, dataset)
        if alerts.data_by is not None:
            day = facts.expected_day(now, alerts.data_by, zone)
            yield NO_DATA, conditions.no_data(day, alerts.data_by, *facts.late_servers(progress, day, zone))
        visits = self._visits(tools, dataset, settings, analysis or "", progress) if alerts.change_limit else None
        if visits is not None:
            limits = (alerts.change_limit, alerts.change_share)
            yield CHANGE, conditions.change(visits.day, visits.visits, visits.before, *limits)
        if alerts.reject_share < 1:
            yield REJECTS, conditions.rejects(*facts.lines_lately(tools.catalog, dataset, now), alerts.reject_share)
        if alerts.dead_letters:
            yield DEAD_LETTERS, conditions.dead_letters(*facts.waiting_letters(tools.catalog, dataset))

    def _visits(
        self, tools: Tools, dataset: str, settings: DatasetSettings, analysis: str, progress: Progress
    ) -> facts.Visits | None:
        """Of yesterday, once it is complete; read once for each analysis and day."""
        zone, now = settings.dataset.zone, tools.clock.now()
        yesterday = last_whole("day", now.astimezone(zone).date())
        if progress.lacks(*bounds_of(yesterday, zone.key), now, zone):
            return None
        key = f"{analysis} {yesterday.id}"
        if self._counted.get(dataset, ("", None))[0] != key:
            found = facts.published_analysis(tools.catalog, dataset, tools.data)
            self._counted[dataset] = (key, facts.visits_of(found, yesterday.first) if found is not None else None)
        return self._counted[dataset][1]


def _of_installation(tools: Tools) -> Iterator[Judged]:
    yield DEAD_LETTERS, conditions.dead_letters(*facts.waiting_letters(tools.catalog, INSTALLATION))
    is_open = open_incident(tools.catalog, INSTALLATION, DISK) is not None
    verdicts = [
        conditions.disk(place, free, total, tools.settings.alert_disk_free, is_open=is_open)
        for place, free, total in facts.disks(tools.settings)
    ]
    wrong = [one.text for one in verdicts if isinstance(one, Wrong)]
    right = [one.text for one in verdicts if isinstance(one, Right)]
    if wrong:
        yield DISK, Wrong(" ".join(wrong))
    elif right:
        yield DISK, Right(" ".join(right))
