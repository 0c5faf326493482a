"""Errors say who can act: their exit codes, reasons and texts; and the clock."""

import time
from datetime import UTC, datetime, timedelta

import pytest

from shared import errors
from shared.clock import SystemClock
from shared.errors import LostRace, Misconfigured, ProprocessorError, Rejected, Transient, Unreachable
from shared.transport import StaleDelivery, UnroutableMessage


@pytest.mark.parametrize(
    ("kind", "code", "reason"),
    [
        (ProprocessorError, 1, "proprocessor_error"),
        (Transient, 1, "transient"),
        (Unreachable, 69, "unreachable"),
        (Rejected, 65, "rejected"),
        (Misconfigured, 78, "misconfigured"),
        (LostRace, 1, "lost_race"),
        (UnroutableMessage, 1, "unroutable_message"),
        (StaleDelivery, 1, "stale_delivery"),
    ],
)
def test_an_error_has_its_exit_code_and_reason(kind: type[ProprocessorError], code: int, reason: str) -> None:
    error = kind("It went wrong.")
    assert (error.exit_code, error.reason, str(error)) == (code, reason, "It went wrong.")


def test_exit_codes_are_those_of_the_documentation() -> None:
    codes = {name: value for name, value in vars(errors).items() if name.startswith("EXIT_")}
    assert codes == {
        "EXIT_DONE": 0,
        "EXIT_FAILED": 1,
        "EXIT_USAGE": 2,
        "EXIT_BAD_INPUT": 65,
        "EXIT_UNREACHABLE": 69,
        "EXIT_MISCONFIGURED": 78,
    }


def test_who_can_act_is_told_by_the_kind() -> None:
    assert issubclass(Unreachable, Transient)
    assert issubclass(UnroutableMessage, Transient)
    assert issubclass(StaleDelivery, LostRace)
    assert not issubclass(Misconfigured, Transient)
    assert not issubclass(Rejected, Transient)


def test_a_remedy_follows_the_message_and_a_given_reason_stays() -> None:
    error = Rejected("a.log.gz ends early.", remedy="Fetch it again.", reason="gzip_truncated")
    assert str(error) == "a.log.gz ends early. Fetch it again."
    assert (error.message, error.reason) == ("a.log.gz ends early.", "gzip_truncated")


def test_every_fault_stands_on_a_line_of_its_own() -> None:
    error = Misconfigured("Two faults:", faults=(fault for fault in ("a: x", "b: y")), remedy="Mend them.")
    assert str(error).splitlines() == ["Two faults: Mend them.", "  - a: x", "  - b: y"]
    assert error.faults == ("a: x", "b: y")


def test_the_clock_is_aware_and_its_count_never_goes_back() -> None:
    clock = SystemClock()
    assert clock.now().utcoffset() == timedelta(0)
    assert abs(clock.now() - datetime.fromtimestamp(time.time(), UTC)) < timedelta(seconds=5)
    before = clock.monotonic()
    clock.sleep(0.01)
    assert 0.01 <= clock.monotonic() - before < 5
