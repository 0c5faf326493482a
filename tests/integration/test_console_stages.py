"""The console knows the stages without loading them; here they are loaded, with all their libraries."""

from __future__ import annotations

import pytest

from console.stages import CONSUMES, make_stage


@pytest.mark.parametrize("name", CONSUMES)
def test_a_stage_consumes_what_the_console_says(name: str) -> None:
    stage = make_stage(name)
    assert stage.name == name
    assert stage.consumes == CONSUMES[name]
