"""Matchers of settings: what fits, what is refused, and that no text of a visitor takes long."""

from __future__ import annotations

import re
import time
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from shared.dataset_settings import DatasetSettings, parse_dataset_settings, read_stored_settings, settings_to_toml
from shared.errors import Misconfigured
from shared.matchers import NumberMatch, TextMatch

EXPRESSIONS = (
    "", "^/(thanks|cart)$", r"^/apples/[0-9]+$", "a.*b", "(?i)É|b", r"\d{2,3}", r"\w+\.html", "^$", r"[^/]+/$", "^(?:a|b)*$",
    r"\bcart\b", r"[\"']", r"(?P<kind>a|b)+", "é|\t", r"^\s*a", r"a{0,100}b$",
)  # fmt: skip
ALPHABET = "ab/.0٣éÉ \t\"'cart-_"


TEXTS = st.text(ALPHABET, max_size=20) | st.sampled_from(["/cart", "/thanks", "/apples/12", "", "x.html", "a cart"])


@settings(max_examples=400)
@given(st.sampled_from(EXPRESSIONS), TEXTS)
def test_an_expression_fits_where_python_says_so(expression: str, text: str) -> None:
    assert TextMatch(regex=expression).matches(text) == (re.search(expression, text) is not None)


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        (r"(a+)+$", "a" * 500_000 + "!"),
        (r"^(a|a)*b", "a" * 500_000),
        (r"(x+x+)+y", "x" * 500_000),
        (r"apple.*pear", "apple" * 100_000),
        (r".*.*.*=", "a" * 500_000),
    ],
)
def test_a_very_long_text_takes_no_longer_than_its_length(expression: str, text: str) -> None:
    fits = TextMatch(regex=expression).test()
    started = time.process_time()
    assert not fits(text)
    # Python's engine takes years for the first three, and minutes for the others.
    assert time.process_time() - started < 10


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("(", "unclosed group"),
        ("(?=a)", "look-around, including look-ahead and look-behind, is not supported"),
        (r"(a)\1", "backreferences are not supported"),
        ("(?:(?:a{1000}){1000}){1000}", "size limit"),
        ("a" * 1001, "at most 1000"),
    ],
)
def test_an_expression_that_cannot_be_had_is_refused_in_words(expression: str, said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        TextMatch(regex=expression)


def test_half_a_surrogate_pair_is_a_text_too() -> None:
    assert TextMatch(regex="^/a.$").matches("/a\ud800")


def test_an_amount_is_compared_with_the_digits_that_were_written() -> None:
    text = '[[labels]]\nid = "rich"\nmatch = { revenue = { min = 12345678901234567.89, max = 98765432109876543210 } }\n'
    settings = parse_dataset_settings(text, name="x")
    bounds = settings.labels[0].match.revenue
    assert bounds == NumberMatch(min=Decimal("12345678901234567.89"), max=Decimal(98765432109876543210))
    assert "{ min = 12345678901234567.89, max = 98765432109876543210 }" in settings_to_toml(settings)
    stored = settings.model_dump(mode="json", exclude_none=True)
    assert read_stored_settings(stored, name="x") == settings


@pytest.mark.parametrize(("written", "number"), [("100", 100.0), ("0.10", 0.1), ("-2.5", -2.5), ("1e3", 1000.0)])
def test_an_ordinary_bound_is_a_number_everywhere(written: str, number: float) -> None:
    """So that settings which are stored already keep their digest."""
    text = f'[[labels]]\nid = "rich"\nmatch = {{ revenue = {{ min = {written} }} }}\n'
    settings = parse_dataset_settings(text, name="x")
    assert settings.model_dump(mode="json", exclude_none=True)["labels"][0]["match"] == {"revenue": {"min": number}}
    data = {"labels": [{"id": "rich", "match": {"revenue": {"min": number}}}]}
    assert DatasetSettings.model_validate(data).digest() == settings.digest()
    assert f"min = {number:g} " in settings_to_toml(settings)


@pytest.mark.parametrize("written", ["1e999999999", "1e-999999999", "1e99999999999999999999999", "inf", "nan"])
def test_a_bound_that_nothing_can_be_compared_with_is_a_fault(written: str) -> None:
    text = f'[[labels]]\nid = "rich"\nmatch = {{ revenue = {{ min = {written} }} }}\n'
    with pytest.raises(Misconfigured, match=r"line 3: labels.0.match.revenue"):
        parse_dataset_settings(text, name="x")


@pytest.mark.parametrize("bound", [5e-324, 1.7976931348623157e308, 2.2250738585072014e-308, -0.0])
def test_any_binary_fraction_can_be_a_bound(bound: float) -> None:
    settings = DatasetSettings.model_validate({"labels": [{"id": "a", "match": {"revenue": {"max": bound}}}]})
    assert parse_dataset_settings(settings_to_toml(settings), name="x") == settings


def test_zero_has_no_sign_so_that_equal_settings_are_stored_alike() -> None:
    bounds = NumberMatch.model_validate({"min": -0.0, "max": Decimal("-0.00")})
    assert bounds.model_dump_json() == NumberMatch(min=Decimal(0), max=Decimal(0)).model_dump_json()
    assert "-" not in bounds.model_dump_json()
