"""Ready-made labels for a data set: what a task needs is given, or found in the last analysis."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import typer

from shared.dataset_settings import DatasetSettings, Label
from shared.errors import Rejected
from shared.label_tasks import TASKS, Task
from shared.matchers import TextMatch


def find_task(name: str) -> Task:
    """The task of this id; a usage error names those there are."""
    found = next((task for task in TASKS if task.id == name), None)
    if found is None:
        raise typer.BadParameter(f"there is no task {name!r}; there are {', '.join(task.id for task in TASKS)}.")
    return found


def task_labels(task: Task, pages: Sequence[str], engines: Sequence[str], analysis: Path | None) -> tuple[Label, ...]:
    """The labels of a task. Without ``engines`` they are those of the ``analysis``, the most visits first."""
    match task.needs:
        case "pages":
            if not pages:
                raise typer.BadParameter(
                    f"{task.id} needs --page: the page that is the goal, or /thanks* for all such."
                )
            return task.labels(_pages(pages))
        case "engines":
            found = engines or (used_engines(analysis) if analysis else [])
            if not found:
                raise Rejected("No search engine has led to the data set yet.", remedy="Name some with --engine.")
            return task.labels(found)
        case _:
            return task.labels()


def used_engines(analysis: Path) -> list[str]:
    """Search engines of a whole analysis, the most visits first."""
    import pyarrow.parquet as pq

    from analyzer.folders import REPORTS

    filters = [("period", "=", "all"), ("label", "=", "all")]
    path = analysis / REPORTS / "search.parquet"
    visits: Counter[str] = Counter()
    if not path.is_file():
        return []
    table = pq.read_table(path, columns=["engine", "visits"], filters=filters)
    for row in table.to_pylist():
        visits[row["engine"]] += row["visits"]
    return sorted(visits, key=lambda engine: (-visits[engine], engine))


def add_labels(settings: DatasetSettings, labels: Sequence[Label]) -> DatasetSettings:
    """The settings with these labels behind their own; one that is there already stays as it is.

    :class:`Rejected` where another label has its id.
    """
    known = {label.id: label for label in settings.labels}
    taken = [label.id for label in labels if _rule(known.get(label.id, label)) != _rule(label)]
    if taken:
        raise Rejected(
            f"The data set has other labels named {', '.join(taken)}.", remedy="Rename or remove them first."
        )
    added = [label for label in labels if label.id not in known]
    data = settings.model_dump()
    data["labels"] = [*data["labels"], *(label.model_dump() for label in added)]
    return DatasetSettings.model_validate(data)


def _rule(label: Label) -> tuple[Any, bool]:
    """What makes two labels the same group of visits, whatever they are called and painted."""
    return (label.match, label.inverse)


def _pages(pages: Sequence[str]) -> TextMatch:
    if len(pages) > 1:
        if starred := [page for page in pages if page.endswith("*")]:
            raise typer.BadParameter(f"--page {starred[0]} stands alone: give one that ends in *, or whole pages.")
        return TextMatch(any_of=tuple(pages))
    (page,) = pages
    return TextMatch(starts_with=page[:-1]) if page.endswith("*") else TextMatch(equals=page)
