"""Accounts of who comes from the provider: found, joined or made, with what its claim gives."""

from __future__ import annotations

import structlog

from console.web import audit
from console.web.oidc_admission import Enter, Join, Make, Person, decide
from console.web.place import Place
from shared import accounts, identities
from shared.accounts import Account
from shared.errors import Rejected
from shared.sign_in_settings import Grant

log = structlog.get_logger()


def admit(place: Place, person: Person, address: str) -> Account:
    """The account of a person; :class:`Rejected` says why there is none."""
    now, catalog = place.now(), place.catalog
    known = identities.find(catalog, person.issuer, person.subject)
    named = _named(place, person.email)
    has_identity = named is not None and any(
        one.issuer == person.issuer for one in identities.of_account(catalog, named.name)
    )
    decision = decide(
        person,
        place.settings,
        known=None if known is None else (known, accounts.find(catalog, known.account)),
        named=named,
        named_has_identity=has_identity,
    )
    match decision:
        case Enter(account, identity, grant):
            identities.used(catalog, identity, person.email, now)
            return account if grant is None else _regrant(place, account, grant, address)
        case Join(account):
            _add(place, person, account.name, is_maker=False)
            _note(place, "account.connect", account.name, address, person)
            return account
        case Make(name, grant):
            made = accounts.add(catalog, name, grant.role, None, now, datasets=grant.datasets)
            _add(place, person, name, is_maker=True)
            _note(place, "account.add", name, address, person, role=grant.role, datasets=list(grant.datasets))
            return made


def connect(place: Place, person: Person, name: str) -> None:
    """Let a person sign in to an account that is theirs: they have proved both."""
    known = identities.find(place.catalog, person.issuer, person.subject)
    if known is not None and known.account != name:
        raise Rejected(
            f"This identity signs in to {known.account} already.",
            remedy="Disconnect it there first.",
            reason="oidc_identity_taken",
        )
    if known is None:
        _add(place, person, name, is_maker=False)


def _regrant(place: Place, account: Account, grant: Grant, address: str) -> Account:
    """What the claim gives by now. The last administrator stays one, or nobody could mend the rules."""
    if (account.role, account.datasets) == (grant.role, tuple(sorted(set(grant.datasets)))):
        return account
    try:
        changed = accounts.change(place.catalog, account.name, role=grant.role, datasets=grant.datasets)
    except Rejected as error:
        log.warning("oidc.role_kept", account=account.name, error=str(error))
        return account
    detail = {"role": grant.role, "datasets": list(grant.datasets), "by": place.settings.oidc_issuer}
    now = place.now()
    audit.note(
        place.catalog, "account.change", who=account.name, address=address, now=now, about=account.name, **detail
    )
    return changed


def _named(place: Place, email: str | None) -> Account | None:
    if email is None:
        return None
    return next((one for one in accounts.every(place.catalog) if one.name == email), None)


def _add(place: Place, person: Person, name: str, *, is_maker: bool) -> None:
    identities.add(
        place.catalog, person.issuer, person.subject, name, email=person.email, is_maker=is_maker, now=place.now()
    )


def _note(place: Place, what: str, name: str, address: str, person: Person, **detail: object) -> None:
    given = {"by": person.issuer, "email": person.email, **detail}
    audit.note(place.catalog, what, who=name, address=address, now=place.now(), about=name, **given)
