"""The ready-made sets of labels."""

from __future__ import annotations

import pytest

from shared.dataset_settings import DatasetSettings, Label
from shared.label_tasks import TASKS, Task, reached_goal, top_search_engines
from shared.matchers import TextMatch

GIVEN = {"pages": (TextMatch(starts_with="/thanks"),), "engines": (("Google", "Bing", "DuckDuckGo"),), "nothing": ()}


def labels_of(task: Task) -> tuple[Label, ...]:
    return task.labels(*GIVEN[task.needs])


@pytest.mark.parametrize("task", TASKS, ids=[task.id for task in TASKS])
def test_each_task_gives_labels_that_the_settings_take(task: Task) -> None:
    labels = [label.model_dump(exclude_none=True) for label in labels_of(task)]
    settings = DatasetSettings.model_validate({"labels": labels})
    assert len(settings.labels) >= 2
    assert all(label.name for label in settings.labels)


def test_tasks_are_told_apart() -> None:
    assert len({task.id for task in TASKS}) == len({task.title for task in TASKS}) == len(TASKS) == 7


def test_the_goal_is_any_page_of_the_matcher() -> None:
    reached, missed = reached_goal(TextMatch(any_of=("/thanks", "/done")))
    assert reached.match == missed.match
    assert reached.match.saw_page == TextMatch(any_of=("/thanks", "/done"))
    assert (reached.inverse, missed.inverse) == (False, True)


def test_of_the_search_engines_found_the_first_three_different_ones_count() -> None:
    labels = top_search_engines(["Google", "Yahoo!", "Google", "Bing", "DuckDuckGo"])
    assert [(label.id, label.name) for label in labels] == [
        ("from-google", "From Google"),
        ("from-yahoo", "From Yahoo!"),
        ("from-bing", "From Bing"),
    ]
    assert top_search_engines([]) == ()


def test_engines_whose_names_are_nearly_alike_get_different_ids() -> None:
    assert [label.id for label in top_search_engines(["Ask", "Ask!", "ask?"])] == [
        "from-ask",
        "from-ask-2",
        "from-ask-3",
    ]
    assert [label.id for label in top_search_engines(["百度"])] == ["from"]
