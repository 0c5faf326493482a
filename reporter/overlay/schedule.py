"""Copies fetched as ``[overlay] schedule`` says, or when somebody asks, beside the reporter's other work: a round takes
minutes."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from reporter.each import each_with
from reporter.overlay.round import fetch_copies, subject_of
from shared.catalog import Catalog
from shared.catalog.engine import insert_new
from shared.catalog.schema import overlay_plans
from shared.clock import Every
from shared.cron import next_run
from shared.errors import ProprocessorError
from shared.work import Tools

LOOKED_AT_EVERY = timedelta(seconds=30)
ASKED = ""
"""The schedule of a round that somebody asked for, where there is no other."""


@dataclass(frozen=True)
class Round:
    """One that is due: of these pages, else of the most viewed ones."""

    dataset: str
    pages: tuple[str, ...] = ()


class Scheduler:
    """Looks for rounds that are due and makes them, one at a time, in a thread that ends with the process."""

    def __init__(self) -> None:
        self._thread: threading.Thread | None = None
        self._looks = Every(LOOKED_AT_EVERY)

    def tick(self, tools: Tools) -> None:
        """Called about once a second."""
        if self._thread is not None and self._thread.is_alive():
            return
        if self._looks.is_due(tools.clock.now()) and (found := due(tools)):
            self._thread = threading.Thread(target=fetch_due, args=(tools, found), daemon=True)
            self._thread.start()

    def join(self, timeout_s: float) -> None:
        """Wait for the round at hand."""
        if self._thread is not None:
            self._thread.join(timeout_s)


def due(tools: Tools) -> list[Round]:
    """The rounds whose time has come, each given to one caller only, however many there are."""
    now = tools.clock.now()
    found: list[Round] = []
    with tools.catalog.read() as connection:
        plans = {row.dataset: row for row in connection.execute(sa.select(overlay_plans)).all()}
    for asked in [name for name, plan in plans.items() if plan.schedule == ASKED]:
        del plans[asked]
        if (taken := _take(tools, asked)) is not None:
            found.append(taken)
    for row, settings in each_with(tools, "overlay", "overlay.failed"):
        if settings is None:
            continue
        dataset, plan, schedule = row["id"], plans.get(row["id"]), settings.overlay.schedule
        if not schedule:
            if plan is not None:
                _forget(tools, dataset)
            continue
        following = next_run(schedule, now, settings.dataset.timezone)
        if plan is None or plan.schedule != schedule:
            _plan(tools, dataset, schedule, following)
        elif plan.next_due <= now and _claim(tools, dataset, plan.next_due, following):
            found.append(Round(dataset, tuple(plan.pages or ())))
    return found


def ask(catalog: Catalog, dataset: str, now: datetime, pages: Sequence[str] = ()) -> None:
    """Have a round made soon, of these pages or else of the most viewed ones, whatever the timetable says, which goes
    on as before. What was asked for and not begun yet is made with it."""
    same = overlay_plans.c.dataset == dataset
    with catalog.write() as connection:
        wanted = {"next_due": now, "pages": list(pages) or None}
        if insert_new(connection, overlay_plans, dataset=dataset, schedule=ASKED, **wanted):
            return
        plan = connection.execute(sa.select(overlay_plans).where(same)).one()
        if plan.next_due <= now:  # of all, or of those as well
            wanted["pages"] = list(dict.fromkeys((*plan.pages, *pages))) if plan.pages and pages else None
        connection.execute(sa.update(overlay_plans).where(same).values(**wanted))


def waits_since(catalog: Catalog, dataset: str, now: datetime) -> datetime | None:
    """Since when a round is due that no reporter has taken; ``None``: none is."""
    query = sa.select(overlay_plans.c.next_due).where(overlay_plans.c.dataset == dataset)
    with catalog.read() as connection:
        moment: datetime | None = connection.execute(query.where(overlay_plans.c.next_due <= now)).scalar()
    return moment


def fetch_due(tools: Tools, found: Sequence[Round]) -> None:
    """Make these rounds; one that fails is told of, and tried again when it is due."""
    for one in found:
        dataset = one.dataset
        try:
            subject = subject_of(tools.catalog, tools.data, tools.settings.publish_root, dataset)
            tried = fetch_copies(subject, tools.clock, pages=one.pages)
        except ProprocessorError as error:
            tools.log.warning("overlay.failed", dataset=dataset, error=str(error))
        except Exception as error:  # noqa: BLE001 - a thread has nobody to tell
            tools.log.error("overlay.failed", dataset=dataset, error=f"{type(error).__name__}: {error}")
        else:
            failed = [page for page in tried if page.error]
            tools.log.info("overlay.finished", dataset=dataset, pages=len(tried), failed=len(failed))


def _plan(tools: Tools, dataset: str, schedule: str, following: datetime) -> None:
    values = {"schedule": schedule, "next_due": following}
    with tools.catalog.write() as connection:
        if not insert_new(connection, overlay_plans, dataset=dataset, **values):
            same = overlay_plans.c.dataset == dataset
            connection.execute(sa.update(overlay_plans).where(same).values(**values))


def _claim(tools: Tools, dataset: str, planned: datetime, following: datetime) -> bool:
    """Move the plan on; whoever does it makes the round: the row is the referee."""
    same = sa.and_(overlay_plans.c.dataset == dataset, overlay_plans.c.next_due == planned)
    moved = sa.update(overlay_plans).where(same).values(next_due=following, pages=None)
    with tools.catalog.write() as connection:
        return connection.execute(moved).rowcount == 1


def _take(tools: Tools, dataset: str) -> Round | None:
    """The same of a round that somebody asked for: the row goes."""
    same = sa.and_(overlay_plans.c.dataset == dataset, overlay_plans.c.schedule == ASKED)
    with tools.catalog.write() as connection:
        plan = connection.execute(sa.delete(overlay_plans).where(same).returning(overlay_plans.c.pages)).first()
    return None if plan is None else Round(dataset, tuple(plan.pages or ()))


def _forget(tools: Tools, dataset: str) -> None:
    with tools.catalog.write() as connection:
        connection.execute(sa.delete(overlay_plans).where(overlay_plans.c.dataset == dataset))
