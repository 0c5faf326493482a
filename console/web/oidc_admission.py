"""Whether who comes from the provider is let in, and to which account. Pure: a decision, and why not in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shared.accounts import NAME, Account, plain_name
from shared.errors import Rejected
from shared.identities import Identity
from shared.settings import Settings
from shared.sign_in_settings import Grant


@dataclass(frozen=True)
class Person:
    """Who the provider says that somebody is. ``email`` only where it says that it has verified it."""

    issuer: str
    subject: str
    email: str | None
    values: tuple[str, ...] = ()
    """Of the claim that roles are read from."""


@dataclass(frozen=True)
class Enter:
    """The account that this identity has. ``grant``: what its claim gives by now, where the provider made it."""

    account: Account
    identity: Identity
    grant: Grant | None = None


@dataclass(frozen=True)
class Join:
    """An account whose name is the verified e-mail address, and which no other identity has."""

    account: Account


@dataclass(frozen=True)
class Make:
    """A new account."""

    name: str
    grant: Grant


Decision = Enter | Join | Make


def person_of(issuer: str, claims: Mapping[str, Any], claim: str | None) -> Person:
    """Of checked claims."""
    email, verified = claims.get("email"), claims.get("email_verified")
    # Some providers write a boolean as text.
    known = isinstance(email, str) and (verified is True or verified == "true")
    return Person(issuer, claims["sub"], plain_name(str(email)) if known else None, _values(claims, claim))


def grant_of(person: Person, settings: Settings) -> Grant | None:
    """What the first rule that fits gives, else the default."""
    for value, grant in settings.oidc_rules:
        if value in person.values:
            return grant
    return settings.oidc_default_grant


def decide(
    person: Person,
    settings: Settings,
    *,
    known: tuple[Identity, Account] | None,
    named: Account | None,
    named_has_identity: bool,
) -> Decision:
    """``known`` is the identity with its account; ``named`` the account whose name is the person's e-mail address.

    :class:`Rejected` says why somebody is not let in, and what to do.
    """
    _check_domain(person, settings)
    if known is not None:
        identity, account = known
        _check_enabled(account)
        rules = identity.is_maker and bool(settings.oidc_rules)
        return Enter(account, identity, _granted(person, settings) if rules else None)
    if person.email is None:
        raise Rejected(
            "The provider names no e-mail address of yours that it has verified.",
            remedy="Verify it there; or sign in with a password, and connect your account at your name.",
            reason="oidc_no_email",
        )
    if named is not None:
        return _join(named, has_identity=named_has_identity)
    if not settings.oidc_new_accounts:
        raise Rejected(
            f"{person.email} has no account here.", remedy="Ask an administrator for one.", reason="oidc_no_account"
        )
    if NAME.fullmatch(person.email) is None:
        raise Rejected(
            f"{person.email[:100]} cannot be the name of an account.",
            remedy="Ask an administrator for an account with another name, and connect it.",
            reason="oidc_no_account",
        )
    return Make(person.email, _granted(person, settings))


def _join(named: Account, *, has_identity: bool) -> Join:
    _check_enabled(named)
    if has_identity:
        raise Rejected(
            f"The account {named.name} belongs to another identity of the provider.",
            remedy="An administrator disconnects that one first, if it is you.",
            reason="oidc_other_identity",
        )
    if named.is_administrator:
        # Who manages the provider must not become administrator here by an e-mail address alone.
        raise Rejected(
            f"{named.name} is an administrator, and is not connected by an e-mail address.",
            remedy="Sign in with the password, and connect it at your name.",
            reason="oidc_administrator",
        )
    return Join(named)


def _check_enabled(account: Account) -> None:
    if account.disabled_at is not None:
        raise Rejected(
            f"The account {account.name} is disabled.", remedy="Ask an administrator.", reason="oidc_disabled"
        )


def _check_domain(person: Person, settings: Settings) -> None:
    domains = settings.oidc_domain_names
    if domains and (person.email is None or person.email.rpartition("@")[2] not in domains):
        raise Rejected(
            f"Only verified e-mail addresses of {', '.join(domains)} may sign in here.",
            remedy="Choose another account at the provider, or ask an administrator.",
            reason="oidc_domain",
        )


def _granted(person: Person, settings: Settings) -> Grant:
    grant = grant_of(person, settings)
    if grant is None:
        raise Rejected(
            "The provider does not say what you may do here.",
            remedy="Ask for the group that goes with it; an administrator sets it in oidc_roles.",
            reason="oidc_no_role",
        )
    return grant


def _values(claims: Mapping[str, Any], claim: str | None) -> tuple[str, ...]:
    """Of a claim, which may lie within others: one text or several."""
    if not claim:
        return ()
    found: Any = claims.get(claim)
    if found is None:
        found = claims
        for part in claim.split("."):
            found = found.get(part) if isinstance(found, dict) else None
    given = found if isinstance(found, list) else [found]
    return tuple(str(one) for one in given if isinstance(one, str | int) and not isinstance(one, bool))
