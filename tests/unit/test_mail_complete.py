"""What a period lacks before it is sent: which servers are waited for, and until when; pages say the same."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from reporter.mail.complete import Progress

START, END = datetime(2026, 3, 2, tzinfo=UTC), datetime(2026, 3, 3, tzinfo=UTC)
NOW, ZONE = END + timedelta(hours=6), ZoneInfo("UTC")


def progress(**delivered: datetime | None) -> Progress:
    """Everything else is done."""
    return Progress(delivered, fetched_at=END + timedelta(hours=1), next_fetch=None, busy="", is_published=True)


@pytest.mark.parametrize("minutes", [-600, 0, 1, 28, 30])
def test_a_server_whose_log_ends_about_midnight_has_delivered(minutes: int) -> None:
    assert progress(web=END - timedelta(minutes=minutes)).lacks(START, END, NOW, ZONE) == []


def test_a_server_whose_log_ends_earlier_is_waited_for() -> None:
    found = progress(web=END, other=END - timedelta(minutes=31)).lacks(START, END, NOW, ZONE)
    assert found == ["1 of 2 servers have delivered to the end; missing: other (to 2 March 2026, 23:29)."]


def test_a_server_that_had_gone_is_not_waited_for() -> None:
    there = progress(web=END, old=START - timedelta(days=7, seconds=1))
    assert there.waited_for(START) == ["web"]
    assert there.lacks(START, END, NOW, ZONE) == []
    assert progress(web=END, old=START - timedelta(days=7)).late(START, END) == ["old"]


def test_a_server_that_is_named_and_never_came_is_waited_for() -> None:
    assert progress(web=END, new=None).late(START, END) == ["new"]


def test_where_all_have_gone_all_are_waited_for() -> None:
    gone = START - timedelta(days=30)
    found = progress(web=gone, other=gone).lacks(START, END, NOW, ZONE)
    assert found[0].startswith("0 of 2 servers have delivered to the end; missing: other (to 31 January 2026, 00:00)")


def test_without_any_server_nothing_is_complete() -> None:
    assert progress().lacks(START, END, NOW, ZONE) == ["0 of 0 servers have delivered to the end."]
