"""The settings of signing in: roles that a claim gives, addresses of a provider, what needs what."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from console.web.oidc_admission import person_of
from console.web.oidc_provider import check_description
from shared.errors import Misconfigured
from shared.settings import load_settings
from shared.sign_in_settings import Grant, parse_grant, parse_rules
from shared.totp import step_of, uri_of

ISSUER = "https://login.fruit.test/realm"


@pytest.mark.parametrize(
    "text, grant",
    [
        ("viewer", Grant("viewer")),
        (" administrator ", Grant("administrator")),
        ("editor:shop+blog", Grant("editor", ("shop", "blog"))),
        ("viewer: shop + ", Grant("viewer", ("shop",))),
    ],
)
def test_a_grant_is_a_role_and_data_sets(text: str, grant: Grant) -> None:
    assert parse_grant(text) == grant


def test_rules_are_read_in_order_and_the_last_equals_sign_counts() -> None:
    found = parse_rules("cn=bosses,dc=fruit=administrator; sales = viewer:shop;")
    assert found == (("cn=bosses,dc=fruit", Grant("administrator")), ("sales", Grant("viewer", ("shop",))))


@pytest.mark.parametrize(
    "values, fault",
    [
        ({"ISSUER": "http://login.fruit.test", "CLIENT_ID": "x"}, "PROPROCESSOR_OIDC_ISSUER: should begin with https"),
        ({"ISSUER": "https://login.fruit.test/?a=1", "CLIENT_ID": "x"}, "should have neither ? nor #"),
        ({"ISSUER": "https://me@login.fruit.test", "CLIENT_ID": "x"}, "is not an address"),
        ({"ISSUER": ISSUER}, "oidc_client_id: should be given"),
        ({"DEFAULT": "boss"}, "PROPROCESSOR_OIDC_DEFAULT: 'boss' should begin with viewer, editor, administrator"),
        ({"ROLES": "staff=viewer"}, "PROPROCESSOR_OIDC_ROLES: needs oidc_claim"),
        ({"ROLES": "staff", "CLAIM": "groups"}, "'staff' should be like 'staff=editor:shop'"),
        ({"SCOPES": "email"}, "PROPROCESSOR_OIDC_SCOPES: should contain openid"),
        ({"ONLY": "true"}, "PROPROCESSOR_OIDC_ONLY: needs oidc_issuer"),
    ],
)
def test_faults_are_told_with_what_to_write(values: dict[str, str], fault: str) -> None:
    with pytest.raises(Misconfigured) as refused:
        load_settings({f"PROPROCESSOR_OIDC_{name}": value for name, value in values.items()})
    assert any(fault in one for one in refused.value.faults), refused.value.faults


def test_a_provider_on_this_machine_may_speak_plainly() -> None:
    settings = load_settings(
        {}, oidc_issuer="http://localhost:8000", oidc_client_id="x", oidc_domains="A.test, @b.test"
    )
    assert settings.oidc_domain_names == ("a.test", "b.test")


def description(**changes: Any) -> dict[str, Any]:
    names = ("authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint")
    return {"issuer": ISSUER, **{name: f"https://api.fruit.test/{name}" for name in names}, **changes}


@pytest.mark.parametrize(
    "changes",
    [
        {"issuer": f"{ISSUER}/"},
        {"token_endpoint": "http://login.fruit.test/token"},
        {"jwks_uri": "http://127.0.0.1/keys"},
        {"userinfo_endpoint": "http://169.254.169.254/"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"authorization_endpoint": None},
        {"token_endpoint": "https://me:secret@login.fruit.test/token"},
    ],
)
def test_what_a_provider_says_of_itself_is_looked_at(changes: dict[str, Any]) -> None:
    check_description(ISSUER, description())
    with pytest.raises(Misconfigured):
        check_description(ISSUER, description(**changes))


@pytest.mark.parametrize(
    "claims, claim, values",
    [
        ({"groups": ["a", "b", 3, True, {"c": 1}]}, "groups", ("a", "b", "3")),
        ({"role": "a"}, "role", ("a",)),
        ({"resource_access": {"stats": {"roles": ["a"]}}}, "resource_access.stats.roles", ("a",)),
        ({"https://fruit.test/roles": ["a"]}, "https://fruit.test/roles", ("a",)),
        ({"a": "text"}, "a.b", ()),
        ({}, "groups", ()),
        ({"groups": ["a"]}, None, ()),
    ],
)
def test_a_claim_has_one_value_or_several_and_may_lie_within_others(
    claims: dict[str, Any], claim: str | None, values: tuple[str, ...]
) -> None:
    assert person_of(ISSUER, {"sub": "1", **claims}, claim).values == values


@pytest.mark.parametrize(
    "claims, email",
    [
        ({"email": "Anna@Fruit.test", "email_verified": True}, "anna@fruit.test"),
        ({"email": "anna@fruit.test", "email_verified": "true"}, "anna@fruit.test"),
        ({"email": "anna@fruit.test", "email_verified": False}, None),
        ({"email": "anna@fruit.test", "email_verified": "false"}, None),
        ({"email": "anna@fruit.test", "email_verified": 1}, None),
        ({"email": "anna@fruit.test"}, None),
        ({"email": ["anna@fruit.test"], "email_verified": True}, None),
    ],
)
def test_an_address_counts_only_when_it_is_verified(claims: dict[str, Any], email: str | None) -> None:
    assert person_of(ISSUER, {"sub": "1", **claims}, None).email == email


SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
"""Of RFC 6238, appendix B; its codes have eight digits, of which these are the last six."""


@pytest.mark.parametrize(
    "seconds, code",
    [(59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (1234567890, "005924"), (20000000000, "353130")],
)
def test_codes_are_those_of_the_standard(seconds: int, code: str) -> None:
    now = datetime.fromtimestamp(seconds, UTC)
    assert step_of(SECRET, code, now) == seconds // 30
    assert step_of(SECRET, f" {code[:3]} {code[3:]}", now) == seconds // 30
    for wrong in ("", "1", f"{code}0", code[::-1] + "x", "١٢٣٤٥٦", "²²²²²²"):
        assert step_of(SECRET, wrong, now) is None


def test_an_authenticator_reads_who_it_is_for() -> None:
    assert uri_of(SECRET, "anna@fruit.test") == (
        f"otpauth://totp/proprocessor:anna%40fruit.test?secret={SECRET}&issuer=proprocessor"
    )
