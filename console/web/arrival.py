"""Who has proved who they are is let in: at once, or after a one-time code where the account asks for one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from console.web import sessions
from console.web.guard import COOKIE, address_of, note_guest
from console.web.place import Place
from console.web.sealed import seal, unseal
from console.web.view import go
from shared import second_factor
from shared.accounts import Account

STEP_COOKIE = "proprocessor-step"
STEP_LASTS = timedelta(minutes=10)
PURPOSE = "second step"


@dataclass(frozen=True)
class Half:
    """Somebody whose password, or provider, was right, and whose code is still to come."""

    account: str
    origin: str | None
    next: str


def let_in(
    request: Request, place: Place, account: Account, path: str, *, origin: str | None = None, said: str = ""
) -> Response:
    """Sign in and go on to a page; or first ask for the code. ``origin`` is the issuer of a provider."""
    if not account.has_totp:
        note_guest(request, place, "sign_in", account.name, account.name, **_by(origin))
        return begin(request, place, account.name, path, origin=origin, said=said)
    values = {"account": account.name, "origin": origin, "next": path}
    mark = second_factor.mark_of(place.catalog, account.name)
    answer = go(request, "/sign-in/code")
    kept = seal(place, PURPOSE, STEP_LASTS, {**values, "mark": mark})
    keep(request, answer, STEP_COOKIE, kept, STEP_LASTS)
    return answer


def half_of(request: Request, place: Place) -> Half | None:
    """Who is half signed in with this browser; nobody any more once the account's password or codes were changed."""
    values = unseal(place, PURPOSE, request.cookies.get(STEP_COOKIE, ""))
    if values is None or values.pop("mark") != second_factor.mark_of(place.catalog, values["account"]):
        return None
    return Half(**values)


def complete(request: Request, place: Place, half: Half, *, code: str, said: str = "") -> Response:
    """Sign in who was half; ``code`` says which kind it was, for the log."""
    note_guest(request, place, "sign_in", half.account, half.account, **_by(half.origin), code=code)
    answer = begin(request, place, half.account, half.next, origin=half.origin, said=said)
    drop(request, answer, STEP_COOKIE)
    return answer


def begin(
    request: Request, place: Place, name: str, path: str, *, origin: str | None = None, said: str = ""
) -> RedirectResponse:
    """Begin a session."""
    agent, address = request.headers.get("user-agent", ""), address_of(request)
    kept = sessions.begin(place.catalog, name, place.now(), address=address, agent=agent, origin=origin)
    answer = go(request, path, said)
    keep(request, answer, COOKIE, kept, sessions.LONGEST)
    return answer


def keep(request: Request, answer: Response, cookie: str, text: str, lasts: timedelta) -> None:
    """Have the browser keep a text that no script sees."""
    answer.set_cookie(
        cookie,
        text,
        max_age=int(lasts.total_seconds()),
        path=request.scope.get("root_path") or "/",
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="lax",
    )


def drop(request: Request, answer: Response, cookie: str) -> None:
    """Have the browser forget it."""
    answer.delete_cookie(cookie, path=request.scope.get("root_path") or "/")


def inside(path: str) -> str:
    """A path of ours, never another site's."""
    safe = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return path if safe else "/"


def duration(seconds: float) -> str:
    """How long somebody waits, in words."""
    return f"{seconds / 60:.0f} minutes" if seconds >= 120 else f"{max(1, round(seconds))} seconds"


def _by(origin: str | None) -> dict[str, str]:
    return {"by": origin} if origin else {}
