"""Which visits carry which label: the tables ``labels``, ``hidden_labels`` and ``membership`` (DOMAIN.md section 4).

The labels of all reports are joined in one pass: each criterion gives a set of visits, and a label is what its
criteria make of these sets.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from graphlib import TopologicalSorter
from itertools import cycle
from typing import Any

from analyzer.dimensions import NUMBER, TEXT
from analyzer.engine import Engine, quote
from analyzer.inputs import AnalysisInputs
from analyzer.label_criteria import FLAGS, given
from analyzer.label_facts import Leaf, meet
from shared.dataset_settings import Criterion, Label

ALL = "all"
COLORS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#882255", "#999933")
"""Of labels without a colour of their own, in order: safe for colour-blind readers."""


MOST_BITS = 120


def join_labels(engine: Engine, inputs: AnalysisInputs) -> None:
    """Make the tables; needs all that is known of ``visits``."""
    labels = inputs.settings.labels
    engine.make(
        "every_label",
        {"label": TEXT, "label_order": NUMBER},
        {"label": [ALL, *(label.id for label in labels)], "label_order": range(len(labels) + 1)},
    )
    hidden = [(label.id, report) for label in labels for report in label.hide_in]
    engine.make(
        "hidden_labels",
        {"label": TEXT, "report": TEXT},
        {"label": [label for label, _ in hidden], "report": [report for _, report in hidden]},
    )
    engine.run("CREATE VIEW labels AS FROM every_label")
    engine.run(f"CREATE TABLE membership AS SELECT visit, {quote(ALL)} AS label FROM visits")
    if labels:
        _join(engine, labels)


def show_labels(engine: Engine, report: str) -> None:
    """Let ``labels`` be those that a report shows, in this connection alone; else they are all."""
    hidden = f"SELECT label FROM hidden_labels WHERE report = {quote(report)}"
    engine.run(f"CREATE OR REPLACE TEMPORARY VIEW labels AS FROM every_label WHERE label NOT IN ({hidden})")


def number_sets(engine: Engine) -> None:
    """Make ``label_sets`` and ``classes``; needs ``known_sets`` and ``counted_visits``.

    Bits of a number are quicker to gather than lists, as long as there are enough of them.
    """
    number = engine.rows("SELECT max(label_order) FROM every_label")[0][0]
    key, labels = "list(label_order ORDER BY label_order)", "set_key"
    if number <= MOST_BITS:
        key = "bit_or(CAST(1 AS HUGEINT) << CAST(label_order AS INTEGER))"
        labels = f"list_filter(range(1, {number + 1}), lambda bit: (set_key >> CAST(bit AS INTEGER)) % 2 = 1)"
    engine.run_file("prepare/44_label_sets.sql", key=key, labels=labels)
    engine.run_file("prepare/44_labels_of_sets.sql")


def describe_labels(labels: Sequence[Label]) -> list[dict[str, Any]]:
    """As they stand in ``analysis.json``; ``hide_in`` names the reports in which a label has no rows."""
    chosen = {label.color.upper() for label in labels if label.color}
    free = cycle([color for color in COLORS if color not in chosen] or COLORS)
    told: list[dict[str, Any]] = [{"id": ALL, "name": "All visitors", "color": None, "hide_in": []}]
    for label in labels:
        color = label.color or next(free)
        told.append({"id": label.id, "name": label.name or label.id, "color": color, "hide_in": list(label.hide_in)})
    return told


def criteria_of(labels: Iterable[Label]) -> Iterator[Leaf]:
    """Every criterion of these labels, nested ones too, with what is wanted of it."""
    asked = [label.match for label in labels]
    while asked:
        name, wanted = given(asked.pop())
        if name in ("all", "any"):
            asked.extend(wanted)
        else:
            yield name, wanted


def _join(engine: Engine, labels: Sequence[Label]) -> None:
    engine.run_file("prepare/50_texts.sql")
    engine.run_file("prepare/51_numbers.sql")
    leaves: dict[Leaf, int] = {}
    conditions = {label.id: condition_of_label(label, leaves) for label in labels}
    meet(engine, leaves)
    for label in _after_those_they_need(labels):
        engine.run(f"INSERT INTO membership SELECT visit, {quote(label)} FROM visits WHERE {conditions[label]}")


def _after_those_they_need(labels: Sequence[Label]) -> Iterable[str]:
    needs = {label.id: [wanted for name, wanted in criteria_of([label]) if name == "label"] for label in labels}
    return [label for label in TopologicalSorter(needs).static_order() if label != ALL]


def condition_of_label(label: Label, leaves: dict[Leaf, int]) -> str:
    condition = _condition(label.match, leaves)
    return f"NOT ({condition})" if label.inverse else condition


def _condition(criterion: Criterion, leaves: dict[Leaf, int]) -> str:
    """A criterion as a condition on ``visit``, of numbers and ids of labels only; ``leaves`` takes what it needs."""
    name, wanted = given(criterion)
    match name:
        case "all":
            return _joined(" AND ", "true", wanted, leaves)
        case "any":
            return _joined(" OR ", "false", wanted, leaves)
        case "label":
            return f"visit IN (SELECT visit FROM membership WHERE label = {quote(wanted)})"
        case "visitor":
            name, wanted = "returning", wanted == "returning"
        case "cookie" if wanted.first_page:
            name = "first_cookie"
    number = leaves.setdefault((name, True if name in FLAGS else wanted), len(leaves))
    met = f"visit IN (SELECT visit FROM met WHERE criterion = {number})"
    return f"NOT {met}" if wanted is False else met


def _joined(word: str, nothing: str, criteria: Sequence[Criterion], leaves: dict[Leaf, int]) -> str:
    return word.join(f"({_condition(one, leaves)})" for one in criteria) or nothing
