"""The console knows the stages without loading them; here they are loaded, with all their libraries."""

from __future__ import annotations

import pytest

from console.stages import CONSUMES, QUEUES, STAGES, make_stage


@pytest.mark.parametrize("name", CONSUMES)
def test_a_stage_consumes_what_the_console_says(name: str) -> None:
    stage = make_stage(name)
    assert stage.name == name
    assert stage.consumes == CONSUMES[name]


def test_what_runs_beside_a_stage_has_a_queue_of_its_own() -> None:
    beside = {one.name: one.consumes for name in STAGES for one in make_stage(name).beside}
    assert CONSUMES | beside == QUEUES
