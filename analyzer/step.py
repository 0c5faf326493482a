"""One step of an analysis: from hits to cells and facts, and, if it is the last, to reports."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import chain

from analyzer.arrivals import write_click_evidence
from analyzer.cells import ALL_CELLS, count, roll_up
from analyzer.description import write_description
from analyzer.earlier import Anew, Before, Earlier, add_earlier_cells, put_earlier
from analyzer.engine import Engine
from analyzer.facts import name_facts, write_month_facts, write_whole_facts
from analyzer.folders import CELLS, DESCRIPTION, FACTS, ROLLED, STATE, Folder, link_tree
from analyzer.hosts import OwnHosts
from analyzer.inputs import AnalysisInputs
from analyzer.load import by_start
from analyzer.prepare import prepare
from analyzer.results import write_cells, write_reports
from analyzer.scope import Past, Scope, make_scope, put_scope
from analyzer.state import KnownSource, State, basis_of
from analyzer.units import month_of
from analyzer.window import Window
from shared.errors import Rejected

VERSION = 8
"""Raised when the same hits give other numbers: everything is then analysed again."""


@dataclass(frozen=True)
class AnalysisSummary:
    """The size of an analysis; from which day on it counted anew (``2026-03-01``), if not everything."""

    visits: int
    page_views: int
    counted_from: str | None = None


@dataclass
class Step:
    """``window``: what is counted. ``earlier``: from which it goes on; ``past``: what was published before."""

    engine: Engine
    inputs: AnalysisInputs
    known: Sequence[KnownSource]
    out: Folder
    window: Window
    earlier: Earlier | None
    past: Past | None
    keep_alive: Callable[[], None]

    def keep(self) -> None:
        """Write what a further step goes on from."""
        own = self._count()
        scope = make_scope(self.engine, self.earlier, None, self.window, ())
        self._sum(scope, chain.from_iterable(scope.months.values()), course=False)
        self._write_kept(scope, own)

    def finish(self) -> AnalysisSummary:
        """The same, and all reports."""
        own = self._count()
        self._check_lines()
        scope = make_scope(self.engine, self.earlier, self.past, self.window, self._repriced())
        _refuse_nothing(self.inputs, scope)
        self._sum(scope, scope.units(), course=True)
        published = self.past.published if self.past else None
        before = published.folder if published else None
        made = write_reports(self.engine, self.out, scope, before, self.keep_alive, at_once=self.inputs.are_few)
        put_scope(self.engine, scope, scope.rebuilt)
        self._write_kept(scope, own)
        write_click_evidence(self.engine, self.out)
        write_description(
            self.engine, self.inputs, self.known, self.out.path / DESCRIPTION, scope, published, own, made
        )
        visits, views = self.engine.rows(self.engine.text("size.sql"))[0]
        since = self.past.touched_from.isoformat() if self.past else None
        return AnalysisSummary(int(visits), int(views), since)

    @property
    def _before(self) -> Before | None:
        """Of which days stay as they were."""
        first_day = self.window.first_day
        return Before(self.earlier.folder, first_day) if self.earlier and first_day else None

    def _count(self) -> OwnHosts:
        """From hits to the cells of the days that are counted; gives the site's own hosts."""
        put_earlier(self.engine, self.earlier, self.past.published if self.past else None)
        own = prepare(self.engine, self.inputs, self.known, self.window, self.keep_alive)
        self._refuse_contradictions(own)
        for _ in self.engine.each(partial(count, window=self.window), ALL_CELLS):
            self.keep_alive()
        return own

    def _refuse_contradictions(self, own: OwnHosts) -> None:
        """What was taken for granted of the days before must still be so."""
        if self.earlier is None:
            return
        if set(own.hosts) != set(self.earlier.state.own_hosts):
            raise Anew("another host is taken for the site's own")
        if self.engine.rows(self.engine.text("agents_told_differently.sql"))[0][0]:
            raise Anew("agents are known as something else now")

    def _check_lines(self) -> None:
        """Law 1, to the end: the audit tells of every line that was parsed."""
        counted = dict(self.engine.rows(self.engine.text("counted_lines.sql", **self.window.days)))
        for source, known in zip(by_start(self.inputs.sources), self.known, strict=True):
            found = counted.get(known.id, 0)
            if found != source.lines:
                told = f"Law 1 is broken: {source.file} has {source.lines} lines, the audit tells of {found}"
                raise Anew(told) if self.window.first_day else AssertionError(told)

    def _repriced(self) -> Collection[date] | None:
        """The days on which campaigns cost something else than before; ``None`` for any."""
        if self.engine.rows("(FROM costed EXCEPT FROM earlier_costed) UNION (FROM earlier_costed EXCEPT FROM costed)"):
            return None
        return [row[0] for row in self.engine.rows(self.engine.text("repriced_days.sql"))]

    def _sum(self, scope: Scope, units: Iterable[int], *, course: bool) -> None:
        """Add to the cells what stays of these units, and the months."""
        if before := self._before:
            add_earlier_cells(self.engine, before, units, course=course)
        for _ in self.engine.each(partial(roll_up, months=scope.months), ALL_CELLS):
            self.keep_alive()

    def _write_kept(self, scope: Scope, own: OwnHosts) -> None:
        """Cells and facts of the months counted, those of the others by links, and the state."""
        months = scope.recounted
        if before := self._before:
            stay = {month_of(day) for day in scope.days} - {month_of(day) for day in months}
            for month in sorted(stay):
                link_tree(before.folder.month(month), self.out.month(month), (CELLS, ROLLED, FACTS))
        write_cells(self.engine, self.out, months)
        name_facts(self.engine)
        write_month_facts(self.engine, self.out, months, before)
        write_whole_facts(self.engine, self.out)
        basis = basis_of(self.inputs, VERSION)
        days = tuple(scope.days)
        state = State(basis, self._next_number(), tuple(own.hosts), days, tuple(self.known))
        state.write(self.out.path / STATE)
        self.keep_alive()

    def _next_number(self) -> int:
        tables = (
            ("hit", "events"),
            ("place", "place_ids"),
            ("sender", "sender_ids"),
            ("referrer", "referrer_ids"),
            ("cookie", "cookie_ids"),
        )
        highest = " UNION ALL ".join(f"SELECT max({column}) AS number FROM {table}" for column, table in tables)
        return int(self.engine.rows(f"SELECT coalesce(max(number), {self.window.base}) FROM ({highest})")[0][0])


def _refuse_nothing(inputs: AnalysisInputs, scope: Scope) -> None:
    if not scope.periods:
        lines = sum(source.lines for source in inputs.sources)
        raise Rejected(
            f"{inputs.dataset}: none of the {lines:,} lines could be read as a visit to a page.",
            remedy="`proprocessor datasets show` tells how many were rejected; name the format with --format.",
            reason="no_hits",
        )
