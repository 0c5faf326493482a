"""What a request says of the answer it can use."""

from __future__ import annotations

import pytest
from fastapi import Request

from console.web.negotiation import accepts_coding, is_known


def asks(**headers: str) -> Request:
    """A request with these headers; an underscore stands for a dash."""
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "headers": raw})


@pytest.mark.parametrize("given", ['"abc"', 'W/"abc"', '"x", W/"abc"', "*"])
@pytest.mark.parametrize("tag", ['"abc"', 'W/"abc"'])
def test_a_tag_is_known(given: str, tag: str) -> None:
    assert is_known(asks(if_none_match=given), tag)


@pytest.mark.parametrize("given", ["", '"abcd"', "abc", '"x""abc"', '"x", "y"'])
def test_a_tag_is_not_known(given: str) -> None:
    assert not is_known(asks(if_none_match=given), '"abc"')


def test_who_sends_no_tag_knows_none() -> None:
    assert not is_known(asks(), '"abc"')


@pytest.mark.parametrize("given", ["br", "gzip, br", "gzip;q=0.5, BR;q=0.1", "*", "gzip;q=0, *;q=0.2"])
def test_a_coding_is_accepted(given: str) -> None:
    assert accepts_coding([given], "br")


@pytest.mark.parametrize("given", ["", "gzip", "br;q=0", "br; q=0.000, gzip", "*;q=0", "brotli", "br;q=0, *"])
def test_a_coding_is_not_accepted(given: str) -> None:
    assert not accepts_coding([given], "br")
