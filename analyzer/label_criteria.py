"""The criteria of labels (DOMAIN.md sections 4 and 7): what of a visit each one compares, and how.

A fact is a view of ``queries/prepare/50_texts.sql`` and ``51_numbers.sql``. A visit may have several texts, and then
one that fits is enough; what is not there fits nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import parse_qsl

from analyzer.cookies import cookie_value
from analyzer.exclusion import address_rule
from analyzer.funnels import is_page
from shared.dataset_settings import CookieMatch, Criterion, NamedMatch, ReferrerMatch
from shared.errors import Misconfigured
from shared.matchers import TextMatch

Test = Callable[..., object]
"""Says by what is true in Python whether a text fits; of what has a name, name and text."""


@dataclass(frozen=True)
class Texts:
    """How texts are compared: the test of a matcher; where the texts of a fact stand, unless it holds them itself."""

    test: Callable[[Any], Test]
    texts: str | None = None
    named: bool = False

    @property
    def numbered(self) -> bool:
        """Whether the fact holds numbers."""
        return self.texts is not None and not self.named


def given(criterion: Criterion) -> tuple[str, Any]:
    """The one thing that a criterion asks for, and what is wanted of it."""
    return next((name, wanted) for name in Criterion.model_fields if (wanted := getattr(criterion, name)) is not None)


def page_test(match: TextMatch) -> Test:
    return lambda page: is_page(match, page)


def referrer_test(match: ReferrerMatch) -> Test:
    """The whole referrer, or the values of one of its parameters."""
    name, fits = match.parameter, match.test()
    if name is None:
        return fits
    return lambda url: any(map(fits, _values(url.partition("?")[2], name)))


def parameter_test(match: NamedMatch) -> Test:
    """A parameter of a query; without a value empty ones do not count, as elsewhere."""
    fits = _value_test(match.value)
    return lambda query: any(map(fits, _values(query, match.name)))


def cookie_test(match: CookieMatch) -> Test:
    fits = _value_test(match.value)

    def test(header: str) -> object:
        value = cookie_value(header, (match.name,))
        return value is not None and fits(value)

    return test


def named_test(match: NamedMatch) -> Test:
    fits = _value_test(match.value)
    return lambda name, text: name == match.name and fits(text)


def address_test(match: TextMatch) -> Test:
    """``equals`` and ``any_of`` name patterns as ``[exclude]`` has them, or texts, where addresses are kept hashed."""
    named = (match.equals,) if match.equals is not None else match.any_of
    if named is None:
        return match.test()
    rules = [(_beginning(one), rule) for one in named if (rule := _address_rule(one)) is not None]

    def test(address: str) -> object:
        return address in named or any(
            # Asking for the beginning first is ten times as quick as reading every address.
            (":" in address or address.startswith(start)) and rule(address)
            for start, rule in rules
        )

    return test


TEXTS: dict[str, Texts] = {
    "referrer": Texts(referrer_test),  # { contains = "partner.test" }, { parameter = "q", equals = "apples" }
    "search_engine": Texts(TextMatch.test),  # { any_of = ["Google", "Bing"] }
    "search_term": Texts(TextMatch.test),  # { contains = "apple" }
    "channel": Texts(TextMatch.test),  # { equals = "paid" }
    "entry_page": Texts(page_test, "text_page"),  # { equals = "/landing" }
    "saw_page": Texts(page_test, "text_page"),  # { starts_with = "/blog/" }
    "exit_page": Texts(page_test, "text_page"),  # { equals = "/cart" }
    "exit_link": Texts(TextMatch.test),  # { contains = "bank.test" }
    "campaign": Texts(TextMatch.test),  # { equals = "spring" }
    "cookie": Texts(cookie_test, "text_cookie"),  # { name = "member", value = { equals = "gold" } }
    "first_cookie": Texts(cookie_test, "text_cookie"),  # { name = "member", first_page = true }
    "address": Texts(address_test, "text_address"),  # { any_of = ["192.0.2.214-219", "10.0.0.0/8"] }
    "parameter": Texts(parameter_test, "text_query"),  # { name = "variant", value = { equals = "b" } }
    "custom": Texts(named_test, "text_custom", named=True),  # { name = "plan", value = { equals = "gold" } }
    "country": Texts(TextMatch.test),  # { any_of = ["DE", "AT", "CH"] }
    "language": Texts(TextMatch.test),  # { starts_with = "de" }
    "browser": Texts(TextMatch.test),  # { equals = "Firefox" }
    "os": Texts(TextMatch.test),  # { starts_with = "Windows" }
    "device": Texts(TextMatch.test),  # { equals = "mobile" }
    "funnel_stage": Texts(named_test, "text_funnel_stage", named=True),  # { name = "buy", value = { equals = "Cart" } }
}
NUMBERS = frozenset({"weekday", "hour", "revenue", "page_views", "seconds", "status"})
"""``{ min = 2 }``, ``{ min = 400, max = 599 }``"""
FLAGS = frozenset({"search", "ai", "short", "returning"})
"""``true``, ``false``; ``visitor = "returning"``"""


def _value_test(match: TextMatch | None) -> Test:
    """Without a matcher it is enough that there is a value."""
    return match.test() if match is not None else lambda _text: True


def _values(query: str, name: str) -> list[str]:
    """The values of a parameter in a query, decoded. Most queries do not have it, and are not taken apart."""
    if name not in query and "%" not in query and "+" not in query:
        return []
    return [value for key, value in parse_qsl(query, errors="replace") if key == name]


@cache
def _address_rule(pattern: str) -> Callable[[str], bool] | None:
    try:
        return address_rule((pattern,))
    except Misconfigured:
        return None


def _beginning(pattern: str) -> str:
    """How every IPv4 address that fits a pattern begins, as far as whole octets of it say so."""
    network, slash, bits = pattern.strip().partition("/")
    if (slash and not bits.isdecimal()) or "." in network.partition("-")[2]:
        return ""
    known = []
    for octet in network.split(".")[: int(bits) // 8 if slash else 4]:
        if not octet.isdecimal():
            break
        known.append(str(int(octet)))
    return ".".join(known) + ("." if 0 < len(known) < 4 else "")
