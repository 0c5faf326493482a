"""Who asks, and whether they may.

A browser shows a cookie, a program ``Authorization: Bearer`` and a token. What changes something is believed of a
browser only with the text that our own pages carry (``form_token``), so that no other site can make it ask.
"""

from __future__ import annotations

import hmac
import re
from typing import Annotated

from fastapi import Depends, Form, Request

from console import datasets
from console.stored_settings import Row
from console.web import audit, sessions, shares, tokens
from console.web.asker import Asker, form_token_of
from console.web.place import Here, Place
from console.web.problems import CodeNeeded, Forbidden, NotFound, NotSignedIn
from console.web.sessions import Session
from shared.accounts import Account

COOKIE = "proprocessor"
LOOPBACK = ("127.0.0.1", "::1")
FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip")
LOCAL_NAMES = ("localhost", "127.0.0.1", "::1")
SHARE_COOKIE = "proprocessor-share"
FORM_HEADER = "X-Form-Token"
WITHOUT_CODE = ("/account/code", "/sign-out")
"""Where who must have a second factor gets one, or leaves."""
DATASET = re.compile(r"[a-z0-9_-]{1,100}")
"""What an id may be. Nothing else is asked of the catalog: not every one takes every text."""


def asker_of(request: Request, place: Here) -> Asker | None:
    """Who asks; ``None`` for somebody who is not signed in."""
    now, address = place.now(), address_of(request)
    given = request.headers.get("authorization", "")
    if given[:7].lower() == "bearer " and _is_for_programs(request):
        token = tokens.find(place.catalog, given[7:].strip(), now)
        return None if token is None else Asker(token.account, address, token=token)
    if kept := request.cookies.get(COOKIE):
        # A page that renews itself is not used by anybody.
        session = sessions.find(place.catalog, kept, now, is_used="hx-request" not in request.headers)
        if session is not None and lacks_code(place, session) and not _path(request).startswith(WITHOUT_CODE):
            raise CodeNeeded
        return None if session is None else Asker(session.account, address, session=session)
    return None


def lacks_code(place: Place, session: Session) -> bool:
    """Whether the settings want a second factor that the account does not have yet. A provider asks for its own."""
    account, wanted = session.account, place.settings.totp_required
    concerned = wanted == "everybody" or (wanted == "administrators" and account.is_administrator)
    return concerned and not account.has_totp and session.origin is None


def _path(request: Request) -> str:
    return request.url.path.removeprefix(request.scope.get("root_path", ""))


def _is_for_programs(request: Request) -> bool:
    """Pages are for people: nobody manages accounts, or sees who is signed in, with a token that leaked."""
    path = _path(request)
    return path == "/metrics" or path.startswith(("/api/", "/reports/"))


def signed_in(asker: Annotated[Asker | None, Depends(asker_of)]) -> Asker:
    """Who asks, for what is nobody else's to see."""
    if asker is None:
        raise NotSignedIn
    return asker


Guest = Annotated[Asker | None, Depends(asker_of)]
Known = Annotated[Asker, Depends(signed_in)]


def ours(request: Request, place: Here, asker: Guest, form_token: Annotated[str, Form()] = "") -> None:
    """For forms: refuse what another site made a browser ask."""
    _believe(request, place, asker, request.headers.get(FORM_HEADER) or form_token)


def ours_api(request: Request, place: Here, asker: Guest) -> None:
    """The same for programs, and scripts of our pages: what they send is no form."""
    _believe(request, place, asker, request.headers.get(FORM_HEADER, ""))


def from_here(request: Request) -> None:
    """For signing in: there is no session yet to take advantage of, and the browser's own word must do."""
    if not _is_from_here(request):
        raise Forbidden("This request comes from another site.", reason="other_site")


FromHere = Depends(from_here)
Ours = Depends(ours)
OursApi = Depends(ours_api)
"""For every answer that changes something."""


def _believe(request: Request, place: Place, asker: Asker | None, given: str) -> None:
    if asker is not None and asker.token is not None:
        return
    from_here(request)
    if asker is not None and not hmac.compare_digest(form_token_of(place, asker).encode(), given.encode()):
        raise Forbidden(
            "This page was made for another sign-in.", remedy="Load it again, then repeat.", reason="bad_form_token"
        )


def administrator(asker: Known) -> Asker:
    """For what only administrators may do."""
    if not asker.account.is_administrator or not asker.may("operate"):
        raise Forbidden("Only an administrator may do that.", reason="not_administrator")
    return asker


Administrator = Annotated[Asker, Depends(administrator)]


def by_browser(asker: Known) -> Asker:
    """A token that leaked must not make others, or lock its owner out."""
    if asker.session is None:
        raise Forbidden("This is done in a browser, not with a token.", reason="not_with_a_token")
    return asker


ByBrowser = Annotated[Asker, Depends(by_browser)]


def readable(place: Here, asker: Known, dataset: str) -> Row:
    """A data set that the asker reads. Of others nobody learns whether they are there."""
    if not DATASET.fullmatch(dataset) or not asker.account.may_read(dataset) or not asker.may("read"):
        raise NotFound(f"There is no data set {dataset!r} that you may read.", reason="unknown_dataset")
    return datasets.find(place.catalog, dataset)


Readable = Annotated[Row, Depends(readable)]


def editable(place: Here, asker: Known, dataset: str) -> Row:
    """A data set whose settings the asker may change."""
    row = readable(place, asker, dataset)
    if not asker.account.may_edit or not asker.may("write"):
        raise Forbidden("Only an editor of this data set may change it.", reason="not_editor")
    return row


def with_lines(asker: Known, row: Readable) -> Row:
    """A data set of whose logs the asker may see lines: they tell of visitors, and are none of a viewer's."""
    if not asker.account.may_edit:
        raise Forbidden("Only an editor of this data set may see lines of its logs.", reason="not_editor")
    return row


def reader_of(request: Request, place: Here, asker: Guest, dataset: str) -> Asker:
    """Who reads the reports of a data set: an account that may, or who follows a share link to it."""
    if asker is not None and asker.account.may_read(dataset) and asker.may("read"):
        return asker
    text = request.cookies.get(SHARE_COOKIE)
    share = shares.find(place.catalog, text, place.now()) if text else None
    if share is not None and share.dataset == dataset:
        guest = Account(f"share {share.name}", "viewer", (dataset,), share.created_at, None)
        return Asker(guest, address_of(request), share=share)
    if asker is None:
        raise NotSignedIn
    raise NotFound(f"There is no data set {dataset!r} that you may read.", reason="unknown_dataset")


Reader = Annotated[Asker, Depends(reader_of)]
Editable = Annotated[Row, Depends(editable)]
WithLines = Annotated[Row, Depends(with_lines)]


def address_of(request: Request) -> str:
    """Where a request comes from; behind a trusted proxy, what that says."""
    return request.client.host if request.client else ""


def is_local(request: Request, place: Place) -> bool:
    """Whether somebody sits at this machine, and asks it by its own name: not through a proxy, nor by a name that
    another site has led here (DNS rebinding)."""
    forwarded = any(name in request.headers for name in FORWARDED)
    behind = forwarded or bool(request.scope.get("root_path")) or place.settings.console_url is not None
    return not behind and address_of(request) in LOOPBACK and request.url.hostname in LOCAL_NAMES


def note(place: Place, asker: Asker, what: str, about: str | None = None, **detail: object) -> None:
    """Keep that the asker did something."""
    who = asker.account.name
    if asker.token is not None:
        detail = {**detail, "token": asker.token.name}
    audit.note(place.catalog, what, who=who, address=asker.address, now=place.now(), about=about, **detail)


def note_guest(request: Request, place: Place, what: str, who: str, about: str | None, **detail: object) -> None:
    """Keep that somebody did something who is not signed in, or was not before."""
    audit.note(place.catalog, what, who=who, address=address_of(request), now=place.now(), about=about, **detail)


def _is_from_here(request: Request) -> bool:
    """As the browser says. One that says nothing is none of today's, or no browser."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("origin")
    host = request.headers.get("host", "")
    return origin is None or origin in (f"http://{host}", f"https://{host}")
