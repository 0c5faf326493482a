"""Ready-made sets of labels, each the answer to one question (DOMAIN.md section 4): :data:`TASKS`.

What they give are labels of a data set's settings like any others, to be added, changed and hidden.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from shared.dataset_settings import CHANNELS, Label
from shared.matchers import TextMatch

Labels = tuple[Label, ...]
FREE_CHANNELS = [channel for channel in CHANNELS if channel != "paid"]
TOP = 3


@dataclass(frozen=True)
class Task:
    """A set of labels; ``labels`` takes what it ``needs``: the pages of a goal, the engines found, or nothing."""

    id: str
    title: str
    question: str
    needs: Literal["pages", "engines", "nothing"]
    labels: Callable[..., Labels]


def reached_goal(pages: TextMatch) -> Labels:
    """Visits that saw a page of the goal, and those that did not."""
    match = {"saw_page": pages.model_dump(exclude_none=True)}
    return (
        _label("reached-goal", "Reached the goal", match),
        _label("missed-goal", "Did not reach the goal", match, inverse=True),
    )


def top_search_engines(engines: Sequence[str]) -> Labels:
    """Visits from each of the first three of these engines, the most used first."""
    found = list(dict.fromkeys(engines))[:TOP]
    ids = _ids([f"from-{engine}" for engine in found])
    return tuple(
        _label(one, f"From {engine}", {"search_engine": {"equals": engine}})
        for one, engine in zip(ids, found, strict=True)
    )


def search_against_other() -> Labels:
    """Visits from any search engine, and all others."""
    return (
        _label("from-search", "From search engines", {"search": True}),
        _label("not-from-search", "From elsewhere", {"search": False}),
    )


def paid_against_free_search() -> Labels:
    """Visits from search engines that were paid for, and those that were not; together all from search engines."""
    return (
        _label("paid-search", "Paid search", {"all": [{"search": True}, {"channel": {"equals": "paid"}}]}),
        _label("free-search", "Free search", {"all": [{"search": True}, {"channel": {"any_of": FREE_CHANNELS}}]}),
    )


def short_against_longer() -> Labels:
    """Visits of at most the short limit, and longer ones."""
    return (
        _label("short-stay", "Short visits", {"short": True}),
        _label("longer-stay", "Longer visits", {"short": False}),
    )


def new_against_returning() -> Labels:
    """Visits of visitors not seen before, and of those that came again."""
    return (
        _label("new-visitors", "New visitors", {"visitor": "new"}),
        _label("returning-visitors", "Returning visitors", {"visitor": "returning"}),
    )


def assistants_against_search() -> Labels:
    """Visits from AI assistants, and from search engines."""
    return (
        _label("from-assistants", "From AI assistants", {"ai": True}),
        _label("from-search", "From search engines", {"search": True}),
    )


TASKS: tuple[Task, ...] = (
    Task("goal", "Reached a goal", "Who reaches the goal, and who does not?", "pages", reached_goal),
    Task("engines", "Top three search engines", "Do engines send different visitors?", "engines", top_search_engines),
    Task("search", "Search against other", "Are visitors who searched different?", "nothing", search_against_other),
    Task("paid", "Paid against free search", "Is paid search worth it?", "nothing", paid_against_free_search),
    Task("short", "Short visits", "Who leaves at once?", "nothing", short_against_longer),
    Task("returning", "New against returning", "What do visitors come back for?", "nothing", new_against_returning),
    Task("assistants", "AI assistants against search", "Who asks an assistant?", "nothing", assistants_against_search),
)
"""In the order in which they are offered."""


def _label(identity: str, name: str, match: dict[str, Any], *, inverse: bool = False) -> Label:
    return Label.model_validate({"id": identity, "name": name, "match": match, "inverse": inverse})


def _ids(names: Sequence[str]) -> list[str]:
    """Names as ids of labels, no two alike."""
    ids: list[str] = []
    for name in names:
        one = re.sub(r"[^a-z0-9]+", "-", name.lower())[:60].strip("-")
        number = 2
        while (candidate := one if one not in ids else f"{one}-{number}") in ids:
            number += 1
        ids.append(candidate)
    return ids
