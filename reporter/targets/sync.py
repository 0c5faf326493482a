"""A target brought in step with what is published: each thing after what it leads to, what is no more in the end.

At any moment, whatever can be reached from the first page there is there:

1. assets, new periods, and new files of periods that are there already: nothing leads to them yet;
2. files that replace others, period by period, each index after its pages;
3. the data set's index, then the first page;
4. what is published no longer is written down as if it were not there, and then removed.
"""

from __future__ import annotations

import posixpath
import uuid
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

import structlog

from reporter.targets.folder import FolderTarget
from reporter.targets.front import Front
from reporter.targets.hands import Hands, Job
from reporter.targets.plan import Difference, begun, difference, forgotten
from reporter.targets.records import (
    ADDING,
    RECORD,
    REPLACING,
    DatasetRecord,
    Files,
    PeriodRecord,
    decode_dataset,
    decode_period,
    encode_dataset,
    encode_period,
)
from reporter.targets.removal import leave_period, remove_files, remove_period
from reporter.targets.snapshot import Snapshot, taken
from reporter.targets.target import UPLOAD, Target
from reporter.targets.target import taken as taken_by_others
from reporter.targets.transferred import Transferred

log = structlog.get_logger()


@dataclass(frozen=True)
class Asked:
    """What is to be mirrored, and how. ``key`` names the target among those of this installation."""

    root: Path
    dataset: str
    place: str
    key: str
    everything: bool = False
    """Bring all files again, whatever is known to lie there, and take over what lies in their places."""


def synchronise(asked: Asked, hands: Hands, keep_alive: Callable[[], None] = lambda: None) -> Transferred:
    """Bring a target in step; done again, nothing is transferred.

    :class:`Misconfigured` (``target_taken``) where a file of others lies in the place of one of ours.
    """
    transferred = Transferred()
    target = hands.first

    def put(one: Target, path: str, data: bytes) -> None:
        one.put(path, data)
        transferred.sent(len(data))

    front = Front.read(asked.place, target, put, everything=asked.everything)
    record = decode_dataset(target.read(f"{asked.dataset}/{RECORD}")) or DatasetRecord()
    if asked.everything:
        record.files = forgotten(record.files)
        record.periods = dict.fromkeys(record.periods, REPLACING)

    def is_changed(period: str, fingerprint: str) -> bool:
        return record.periods.get(period) != fingerprint

    with taken(asked.root, asked.dataset, asked.key, is_changed) as snapshot:
        _Sync(asked, hands, keep_alive, snapshot, front, record, transferred).run()
    return transferred


@dataclass
class _Period:
    """A period that is to change. ``known`` is what is written down there, and is kept up to date.

    ``given_up``: what this run brought before it was interrupted, and is wanted no more. Nothing leads to it, and what
    it leads to may never come.
    """

    id: str
    wanted: Files
    known: Files
    fresh: frozenset[str]
    plan: Difference
    given_up: frozenset[str]
    is_new: bool


@dataclass
class _Sync:
    """One run."""

    asked: Asked
    hands: Hands
    keep_alive: Callable[[], None]
    snapshot: Snapshot
    front: Front
    record: DatasetRecord
    transferred: Transferred

    def run(self) -> None:
        """All steps, in their order."""
        gone = [one for one in self.record.periods if one not in self.snapshot.periods]
        pages = difference(self.snapshot.pages, self.record.files)
        self.front.bring_assets(self.snapshot, everything=self.asked.everything)
        if self.snapshot.changed or gone or pages:
            self._bring(gone, pages)
        else:
            self.front.bring_home(self.snapshot)
        self.transferred.removed(self.front.drop_assets())

    def _bring(self, gone: list[str], pages: Difference) -> None:
        periods = self._begin(pages, gone)
        self.hands.work((self._add(one) for one in periods if one.plan.added or one.given_up), self.keep_alive)
        self.record.run = ""  # from now on pages may lead to what was added
        self._write()
        self.hands.work((self._replace(one) for one in periods if one.plan.replaced), self.keep_alive)
        for path in (*pages.added, *pages.replaced):
            self._put(self.hands.first, f"{self.asked.dataset}/{path}")
        self.front.bring_home(self.snapshot)
        stale = [one for one in periods if one.plan.removed]
        # Of what goes, one page may lead to another: before any goes, all is written down as if it were not there.
        if pages.removed:
            self.record.files = begun(self.record.files, adding=pages.removed)
            self._write()
        self.hands.work([*map(self._leave, stale), *map(self._leave_period, gone)], self.keep_alive)
        self.hands.work([*map(self._shorten, stale), *map(self._remove, gone)], self.keep_alive)
        for path in pages.removed:
            self.hands.first.remove(f"{self.asked.dataset}/{path}")
            self.transferred.removed()
        self.record = DatasetRecord(dict(self.snapshot.pages), dict(self.snapshot.periods))
        self._write()

    def _begin(self, pages: Difference, gone: list[str]) -> list[_Period]:
        """Write down what is about to change, and read what is known of it."""
        target, dataset = self.hands.first, self.asked.dataset
        there = target.names(dataset)
        self._refuse_others(there & {path for path in pages.added if path not in self.record.files}, dataset)
        for name in there:
            if name.startswith(UPLOAD):
                target.remove(f"{dataset}/{name}")
        self.record.periods |= dict.fromkeys([*self.snapshot.changed, *gone], REPLACING)
        self.record.files = begun(self.record.files, adding=pages.added, replacing=[*pages.replaced, *pages.removed])
        goes_on = bool(self.record.run)
        self.record.run = self.record.run or uuid.uuid4().hex
        self._write()
        if goes_on:
            self.hands.work(map(self._give_up, gone), self.keep_alive)
        found: dict[str, _Period] = {}

        def look(period: str) -> Job:
            def job(one: Target) -> None:
                found[period] = self._look(one, period, is_there=period in there)

            return job

        self.hands.work(map(look, self.snapshot.changed), self.keep_alive)
        return [found[one] for one in self.snapshot.changed]

    def _look(self, target: Target, period: str, *, is_there: bool) -> _Period:
        """What is to be done for a period, from what is written down in its folder."""
        folder, wanted = f"{self.asked.dataset}/{period}", self.snapshot.changed[period]
        record = (decode_period(target.read(f"{folder}/{RECORD}")) if is_there else None) or PeriodRecord({})
        known = forgotten(record.files) if self.asked.everything else record.files
        fresh = record.fresh if record.run == self.record.run else frozenset()
        given_up = frozenset(path for path in fresh if path not in wanted)
        known = begun(known, adding=given_up)
        plan = difference(wanted, known, fresh)
        unknown = [path for path in plan.added if path not in known]
        for parent in {posixpath.dirname(path) for path in unknown} if is_there else ():
            place = posixpath.join(folder, parent).rstrip("/")
            names = target.names(place)
            here = {posixpath.basename(path) for path in unknown if posixpath.dirname(path) == parent}
            self._refuse_others(names & here, place)
        fresh |= set(plan.added)
        return _Period(period, wanted, known, fresh, plan, given_up, is_new=not is_there or not target.names(folder))

    def _refuse_others(self, names: Collection[str], folder: str) -> None:
        if names and not self.asked.everything:
            raise taken_by_others(self.asked.place, f"{folder}/{min(names)}")

    def _add(self, period: _Period) -> Job:
        def job(target: Target) -> None:
            if isinstance(target, FolderTarget) and period.is_new:
                self._swap(target, period)
                return
            self._note(target, period, begun(period.known, adding=period.plan.added))
            for path in period.plan.added:
                self._put(target, f"{self._folder(period)}/{path}")
            self._note(target, period, period.known | {path: period.wanted[path] for path in period.plan.added})

        return job

    def _replace(self, period: _Period) -> Job:
        def job(target: Target) -> None:
            if isinstance(target, FolderTarget) and target.files(self._folder(period)) <= {*period.known, RECORD}:
                self._swap(target, period)
                return
            self._note(target, period, begun(period.known, replacing=period.plan.replaced))
            for path in period.plan.replaced:
                self._put(target, f"{self._folder(period)}/{path}")
            self._note(target, period, period.known | period.wanted)

        return job

    def _swap(self, target: FolderTarget, period: _Period) -> None:
        """All at once. What is published no longer stays until nothing leads to it."""
        changed = period.plan.added if period.is_new else period.plan.replaced
        read = {path: self.snapshot.read(f"{self._folder(period)}/{path}") for path in changed}
        there = {path: digest for path, digest in period.known.items() if digest != ADDING}
        period.known = there | period.wanted
        files = {path: read.get(path) for path in period.known}
        target.swap(self._folder(period), {**files, RECORD: self._encoded(period)})
        for data in read.values():
            self.transferred.sent(len(data))

    def _give_up(self, period: str) -> Job:
        """Write down of a period that goes that what this run brought is as if it were not there."""

        def job(target: Target) -> None:
            place = f"{self.asked.dataset}/{period}/{RECORD}"
            record = decode_period(target.read(place))
            if record is not None and record.run == self.record.run and record.fresh:
                target.put(place, encode_period(PeriodRecord(begun(record.files, adding=record.fresh))))

        return job

    def _leave(self, period: _Period) -> Job:
        """Write down of what a period has no longer that nothing leads to it."""

        def job(target: Target) -> None:
            self._note(target, period, begun(period.known, adding=period.plan.removed))

        return job

    def _leave_period(self, period: str) -> Job:
        """Write it down of a whole period, as far as it is known to be ours."""

        def job(target: Target) -> None:
            leave_period(target, f"{self.asked.dataset}/{period}")

        return job

    def _shorten(self, period: _Period) -> Job:
        """Remove what a period has no longer."""

        def job(target: Target) -> None:
            remove_files(target, self._folder(period), period.plan.removed, self.transferred)
            self._note(target, period, period.wanted)

        return job

    def _remove(self, period: str) -> Job:
        """Remove a whole period, as far as it is known to be ours."""

        def job(target: Target) -> None:
            remove_period(target, f"{self.asked.dataset}/{period}", self.transferred)

        return job

    def _put(self, target: Target, path: str) -> None:
        data = self.snapshot.read(path)
        target.put(path, data)
        self.transferred.sent(len(data))

    def _note(self, target: Target, period: _Period, files: Files) -> None:
        period.known = files
        target.put(f"{self._folder(period)}/{RECORD}", self._encoded(period))

    def _encoded(self, period: _Period) -> bytes:
        return encode_period(PeriodRecord(period.known, self.record.run, period.fresh & period.known.keys()))

    def _folder(self, period: _Period) -> str:
        return f"{self.asked.dataset}/{period.id}"

    def _write(self) -> None:
        self.hands.first.put(f"{self.asked.dataset}/{RECORD}", encode_dataset(self.record))
