"""How much work it is to render periods, and how it is shared out. The unit is the row of a label: about 1 µs."""

from __future__ import annotations

from collections.abc import Sequence

from reporter.model import Analysis
from reporter.period_folder import Task

PERIOD_COST = 70_000
"""What the pages of a period without rows cost."""
WORTH_WORKERS = 1_000_000
"""Less is rendered sooner here than by workers, which must be started."""
CHUNK_COST = 1_000_000
CHUNKS_PER_WORKER = 4
"""Of what is read together there is not much more than this: it must fit into memory, and all are to end at once."""


def shared_out(analysis: Analysis, tasks: Sequence[Task], workers: int) -> tuple[list[list[Task]], int]:
    """The tasks in chunks, each of which is read together, those with the longest first; and for how many workers.

    For none where they are not worth it.
    """
    rows = analysis.rows([one.edition.period for one in tasks])
    costs = {one.edition.period.id: rows[one.edition.period.id] + PERIOD_COST for one in tasks}
    whole = sum(costs.values())
    # Rows stand by folder, kind and time: so what is in a chunk is beside each other.
    tasks = sorted(tasks, key=lambda one: analysis.tables_of(one.edition.period.id))
    if workers < 2 or whole < WORTH_WORKERS:
        return _chunks(tasks, costs, CHUNK_COST), 0
    chunks = _chunks(tasks, costs, min(CHUNK_COST, whole // (workers * CHUNKS_PER_WORKER)))
    return chunks, min(workers, len(chunks)) if len(chunks) > 1 else 0


def _chunks(tasks: Sequence[Task], costs: dict[str, int], limit: int) -> list[list[Task]]:
    """Those that follow each other, not much more costly than ``limit``; the costliest first."""
    chunks: list[list[Task]] = []
    cost = limit
    for task in tasks:
        period = task.edition.period.id
        if cost + costs[period] / 2 > limit:
            chunks.append([])
            cost = 0
        chunks[-1].append(task)
        cost += costs[period]
    return sorted(chunks, key=lambda one: sum(costs[task.edition.period.id] for task in one), reverse=True)
