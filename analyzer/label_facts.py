"""Which visits meet which criterion: the table ``met``. Equal criteria of several labels are asked once.

Only what is asked for is looked at, and each distinct text is compared once, whatever the number of visits.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from functools import partial
from typing import Any

from analyzer.dimensions import NUMBER, TEXT, Batch
from analyzer.engine import Columns, Engine
from analyzer.label_criteria import FLAGS, NUMBERS, TEXTS, Test, Texts
from shared.matchers import NumberMatch

Leaf = tuple[str, Any]
"""A fact, and what is wanted of it."""


def meet(engine: Engine, leaves: dict[Leaf, int]) -> None:
    """Make ``met``: the visits that meet each of these, by their numbers; needs the views of facts."""
    engine.run("CREATE TABLE met (criterion BIGINT, visit BIGINT)")
    of_texts: dict[str, list[tuple[int, Any]]] = {}
    for (fact, wanted), number in leaves.items():
        if fact in TEXTS:
            of_texts.setdefault(fact, []).append((number, wanted))
        else:
            engine.run(f"INSERT INTO met SELECT {number}, visit FROM fact_{fact} WHERE {_condition(fact, wanted)}")
    for fact, asked in of_texts.items():
        _meet_texts(engine, fact, asked)


def _condition(fact: str, wanted: Any) -> str:
    """Of numbers, what their bounds say; they become decimals as they are written, so that 0.1 is a tenth."""
    if fact in FLAGS:
        return "true"
    if fact not in NUMBERS or not isinstance(wanted, NumberMatch):
        raise ValueError(f"no criterion of labels is called {fact}")
    bounds = ((">=", wanted.min), ("<=", wanted.max))
    return " AND ".join(f"value {sign} {Decimal(str(bound)):f}" for sign, bound in bounds if bound is not None)


def _meet_texts(engine: Engine, fact: str, asked: list[tuple[int, Any]]) -> None:
    kind = TEXTS[fact]
    tests = [(number, kind.test(wanted)) for number, wanted in asked]
    query = f"SELECT DISTINCT value, value AS text FROM fact_{fact} WHERE value IS NOT NULL"
    if kind.texts is not None:
        query = f"FROM {kind.texts} WHERE text IS NOT NULL AND value IN (SELECT value FROM fact_{fact})"
    schema = {"criterion": NUMBER, "value": NUMBER if kind.numbered else TEXT}
    engine.make_each(f"fits_{fact}", schema, query, partial(_fitting, tests, kind))
    engine.run(
        f"INSERT INTO met SELECT criterion, visit FROM fact_{fact} JOIN fits_{fact} USING (value) "
        "WHERE visit IS NOT NULL"
    )


def _fitting(tests: Iterable[tuple[int, Test]], kind: Texts, batch: Batch) -> Columns:
    """Which values of a batch fit which criterion."""
    names = ("name", "text") if kind.named else ("text",)
    texts = list(zip(*(batch[name] for name in names), strict=True))
    found = [
        (number, value)
        for number, test in tests
        for value, text in zip(batch["value"], texts, strict=True)
        if test(*text)
    ]
    return {"criterion": [number for number, _ in found], "value": [value for _, value in found]}
