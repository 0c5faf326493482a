"""Who asks."""

from __future__ import annotations

import hmac
from dataclasses import dataclass

from console.web.place import Place
from console.web.sessions import Session
from console.web.shares import Share
from console.web.tokens import Scope, Token
from shared.accounts import Account
from shared.secrets import digest_key


@dataclass(frozen=True)
class Asker:
    """An account that asks, by a browser's session or a program's token; or who follows a share link, as if it were
    one."""

    account: Account
    address: str
    session: Session | None = None
    token: Token | None = None
    share: Share | None = None

    def may(self, scope: Scope) -> bool:
        """Whether what it came with goes so far. A session goes as far as its account."""
        return self.token is None or scope in self.token.scopes


def form_token_of(place: Place, asker: Asker | None) -> str:
    """What pages made for this session carry."""
    if asker is None or asker.session is None:
        return ""
    key = digest_key(place.settings, "form")
    return hmac.digest(key, asker.session.id.encode(), "sha256").hex()
