"""What follows a failure."""

import pytest

from shared.errors import EXIT_BAD_INPUT, EXIT_FAILED, LostRace, Misconfigured, Rejected, Transient, Unreachable
from shared.retry import Again, Dead, Settled, decide


@pytest.mark.parametrize(("attempt", "after_s"), [(1, 5.0), (2, 60.0), (3, 600.0), (4, 3600.0)])
def test_a_transient_error_is_tried_again_ever_later(attempt: int, after_s: float) -> None:
    assert decide(Transient("busy"), attempt) == Again(after_s)


def test_the_fifth_attempt_is_the_last() -> None:
    decision = decide(Unreachable("jdc.fruit.test does not answer."), 5)
    assert decision == Dead("unreachable", "jdc.fruit.test does not answer.", 69)


def test_input_that_will_never_do_is_not_tried_again() -> None:
    error = Rejected("a.log.gz ends early.", reason="gzip_truncated", remedy="Fetch it again.")
    assert decide(error, 1) == Dead("gzip_truncated", "a.log.gz ends early. Fetch it again.", EXIT_BAD_INPUT)


def test_a_setting_that_a_person_must_change_lists_its_faults() -> None:
    decision = decide(Misconfigured("Two faults:", faults=["a", "b"]), 1)
    assert isinstance(decision, Dead)
    assert decision.text == "Two faults:\n  - a\n  - b"


def test_a_lost_race_is_settled() -> None:
    assert decide(LostRace("done"), 1) == Settled()


def test_a_defect_of_ours_is_a_dead_letter_too() -> None:
    assert decide(ZeroDivisionError("x"), 1) == Dead("defect", "ZeroDivisionError: x", EXIT_FAILED)
