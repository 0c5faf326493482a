"""A label on the command line says what the settings' file would."""

from __future__ import annotations

from typing import Any

import pytest

from console.report_label import simple_label
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
        ("funnel_stage=buy:Cart", {"funnel_stage": {"name": "buy", "value": {"equals": "Cart"}}}),
    ],
)
def test_the_simple_form(text: str, match: dict[str, Any]) -> None:
    label = simple_label(text)
    assert label.match == Criterion.model_validate(match)
    assert (label.id, label.name) == ("asked", text)


@pytest.mark.parametrize(
    "text", ["", "channel", "=paid", "all=1", "nothing=1", "short=maybe", "hour=x", "visitor=old", "page_views=.."]
)
def test_what_is_no_label(text: str) -> None:
    with pytest.raises(Misconfigured):
        simple_label(text)
