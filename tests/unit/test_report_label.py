"""A label on the command line says what the settings' file would."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.report_label import criteria_in, join_criteria, simple_label
from shared.dataset_settings import Criterion
from shared.errors import Misconfigured


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("channel=paid", {"channel": {"equals": "paid"}}),
        ("referrer~partner=1", {"referrer": {"contains": "partner=1"}}),
        ("saw_page=/a=b", {"saw_page": {"equals": "/a=b"}}),
        ("page_views=3..", {"page_views": {"min": 3}}),
        ("page_views=..10", {"page_views": {"max": 10}}),
        ("revenue=0.5..10", {"revenue": {"min": 0.5, "max": 10}}),
        ("weekday=1", {"weekday": {"min": 1, "max": 1}}),
        ("short=yes", {"short": True}),
        ("search=false", {"search": False}),
        ("visitor=new", {"visitor": "new"}),
        ("label=paid", {"label": "paid"}),
        ("parameter=variant:b", {"parameter": {"name": "variant", "value": {"equals": "b"}}}),
        ("custom~plan:go", {"custom": {"name": "plan", "value": {"contains": "go"}}}),
        ("cookie=member", {"cookie": {"name": "member"}}),
        ("saw_page=/a && country=AT", {"all": [{"saw_page": {"equals": "/a"}}, {"country": {"equals": "AT"}}]}),
        ("search_term=this &&&& that", {"search_term": {"equals": "this && that"}}),
        ("search_term=this&&that", {"search_term": {"equals": "this&&that"}}),
        ("funnel_stage=buy:Cart", {"funnel_stage": {"name": "buy", "value": {"equals": "Cart"}}}),
    ],
)
def test_the_simple_form(text: str, match: dict[str, Any]) -> None:
    label = simple_label(text)
    assert label.match == Criterion.model_validate(match)
    assert (label.id, label.name) == ("asked", text)


@pytest.mark.parametrize(
    "text", ["", "channel", "=paid", "all=1", "nothing=1", "short=maybe", "hour=x", "visitor=old", "page_views=..", "channel=paid && ",
             "channel=paid && x", " && ".join(["channel=paid"] * 9)]
)  # fmt: skip
def test_what_is_no_label(text: str) -> None:
    with pytest.raises(Misconfigured):
        simple_label(text)


@given(st.lists(st.text("a &=~", min_size=1, max_size=12).map(lambda text: f"saw_page={text}"), min_size=1, max_size=4))
def test_criteria_that_are_joined_are_read_as_they_were(criteria: list[str]) -> None:
    assert criteria_in(join_criteria(criteria)) == criteria
