"""Who asks, and the tokens of their account."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from pydantic import Field

from console.web import tokens
from console.web.api.contract import Told, problems, router
from console.web.asker import form_token_of
from console.web.guard import ByBrowser, Known, OursApi, note
from console.web.place import Here
from console.web.problems import NotFound
from console.web.tokens import MAX_NAME, SCOPES, Scope, Token
from shared.roles import Role

routes = router("own account")
MAX_DAYS = 3650
PRINTABLE = r"^[^\x00-\x1f\x7f]*$"
"""Not every catalog takes control characters."""


class Me(Told):
    """Who asks, and how far that goes."""

    name: str
    role: Role
    datasets: list[str] = Field(description="Ids of those the account reads; an administrator reads all.")
    scopes: list[Scope] = Field(description="Those of the token; all of them for a session.")
    has_totp: bool = Field(description="Whether signing in with the account needs a one-time code besides.")
    form_token: str = Field(description="For `X-Form-Token`, of a session; empty for a token, which needs none.")


class TokenTold(Told):
    """A token; never with its text."""

    id: str
    name: str
    scopes: list[Scope]
    created_at: datetime
    expires_at: datetime | None
    used_at: datetime | None


class Tokens(Told):
    """All of an account's, the newest first."""

    items: list[TokenTold]


class NewToken(Told):
    """A token to be made."""

    name: str = Field(max_length=MAX_NAME, pattern=PRINTABLE)
    scopes: list[Scope] = Field(min_length=1, max_length=len(SCOPES))
    days: int | None = Field(default=None, ge=1, le=MAX_DAYS, description="How long it lasts; without end if null.")


class MadeToken(Told):
    """A token that was made. Nobody can be shown its text again."""

    id: str
    token: str


@routes.get("/me")
def get_me(place: Here, asker: Known) -> Me:
    """Who asks."""
    account = asker.account
    scopes = list(SCOPES if asker.token is None else asker.token.scopes)
    form_token = form_token_of(place, asker)
    return Me(
        name=account.name,
        role=account.role,
        datasets=list(account.datasets),
        scopes=scopes,
        has_totp=account.has_totp,
        form_token=form_token,
    )


@routes.get("/tokens")
def list_tokens(place: Here, asker: Known) -> Tokens:
    """The tokens of one's own account."""
    return Tokens(items=[_told(one) for one in tokens.of_account(place.catalog, asker.account.name)])


@routes.post("/tokens", status_code=201, dependencies=[OursApi], responses=problems(400))
def add_token(place: Here, asker: ByBrowser, new: NewToken) -> MadeToken:
    """Make one, in a browser's session: a token that leaked must not make others."""
    now = place.now()
    until = now + timedelta(days=new.days) if new.days else None
    name = asker.account.name
    made, text = tokens.add(place.catalog, name, name=new.name, scopes=new.scopes, now=now, expires_at=until)
    note(place, asker, "token.add", name, id=made, name=new.name, scopes=new.scopes)
    return MadeToken(id=made, token=text)


@routes.delete("/tokens/{id}", status_code=204, dependencies=[OursApi])
def remove_token(place: Here, asker: ByBrowser, id: str) -> None:
    """End one of one's own."""
    try:
        known = tokens.remove(place.catalog, str(uuid.UUID(id)), asker.account.name)
    except ValueError:
        known = False
    if not known:
        raise NotFound(f"There is no token of yours with the id {id!r}.", reason="unknown_token")
    note(place, asker, "token.remove", asker.account.name, id=id)


def _told(token: Token) -> TokenTold:
    columns = ("id", "name", "created_at", "expires_at", "used_at")
    return TokenTold(scopes=list(token.scopes), **{name: getattr(token, name) for name in columns})
