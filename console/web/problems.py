"""Errors as answers: a page in words for a person, ``application/problem+json`` (RFC 9457) for a program."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from fastapi.routing import iter_route_contexts
from starlette.exceptions import HTTPException
from starlette.routing import Match, Route

from console.web.view import go, page
from shared.errors import LostRace, Misconfigured, ProprocessorError, Rejected, Transient

POLICY = (
    "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; frame-ancestors 'none'; "
    "form-action 'self'; base-uri 'none'; object-src 'none'"
)
CAREFUL = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "content-security-policy": POLICY,
    "cross-origin-opener-policy": "same-origin",
    "x-frame-options": "SAMEORIGIN",
}
"""What browsers keep to, of every answer that says nothing else."""
API = "/api/"
BY_REASON = {
    "unknown_dataset": 404,
    "unknown_account": 404,
    "unknown_stage": 404,
    "unknown_failure": 404,
    "unknown_file": 404,
    "unknown_note": 404,
    "unknown_report": 404,
    "account_twice": 409,
    "unknown_delivery": 404,
    "unknown_event": 404,
    "unknown_target": 404,
    "already_settled": 409,
    "not_suppressed": 409,
    "nothing_to_resolve": 409,
    "nothing_published": 409,
    "overlay_no_analysis": 409,
    "parse_missing": 409,
    "too_many_notes": 409,
}
HEADERS = {401: {"WWW-Authenticate": "Bearer"}, 429: {"Retry-After": "60"}, 503: {"Retry-After": "5"}}
NAMES = {400: "not_well_formed", 404: "no_such_page", 405: "not_allowed_here", 413: "too_much"}
WORDS = {404: "There is no such page.", 405: "That cannot be done here.", 413: "That is too much at once."}
log = structlog.get_logger()


class NotSignedIn(ProprocessorError):
    """Nobody is, or no longer."""

    def __init__(self) -> None:
        super().__init__(
            "You are not signed in.",
            remedy="Sign in, or give a token: `Authorization: Bearer …`.",
            reason="not_signed_in",
        )


class CodeNeeded(ProprocessorError):
    """Somebody is, whose account must have a second factor and has none yet."""

    def __init__(self) -> None:
        super().__init__(
            "This installation asks for a one-time code beside the password.",
            remedy="Switch it on at your account, under `/account/code`.",
            reason="code_needed",
        )


class Forbidden(ProprocessorError):
    """Somebody is, who may not do this."""


class NotFound(ProprocessorError):
    """There is no such thing, or it is not theirs to know."""


class HttpProblem(ProprocessorError):
    """What only HTTP knows, with its status."""

    def __init__(self, status: int, message: str, *, remedy: str = "", reason: str) -> None:
        super().__init__(message, remedy=remedy, reason=reason)
        self.status = status


def status_of(error: ProprocessorError) -> int:
    """The HTTP status that says who can act."""
    match error:
        case HttpProblem():
            return error.status
        case NotSignedIn():
            return 401
        case Forbidden() | CodeNeeded():
            return 403
        case NotFound():
            return 404
        case LostRace():
            return 409
        case Rejected():
            return BY_REASON.get(error.reason, 422)
        case Misconfigured():
            return 422
        case Transient():
            return 503
        case _:
            return BY_REASON.get(error.reason, 409)


def handle(app: FastAPI) -> None:
    """Have the application answer every error so."""
    app.add_exception_handler(ProprocessorError, _ours)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _unexpected)


def _ours(request: Request, error: Exception) -> Response:
    assert isinstance(error, ProprocessorError)
    if isinstance(error, NotSignedIn) and not _is_api(request):
        if request.method in ("GET", "HEAD"):
            root = request.scope.get("root_path", "")
            asked = request.url.path.removeprefix(root) + (f"?{request.url.query}" if request.url.query else "")
            return RedirectResponse(f"{root}/sign-in?next={quote(asked, safe='')}", 303)
        return RedirectResponse(f"{request.scope.get('root_path', '')}/sign-in", 303)
    if isinstance(error, CodeNeeded) and not _is_api(request):
        return go(request, "/account/code", error.message)
    faults = error.faults if isinstance(error, Misconfigured) else ()
    return problem(request, status_of(error), error.message, error.remedy, error.reason, faults)


def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    faults = [f"{'.'.join(str(one) for one in found['loc'][1:])}: {found['msg']}" for found in error.errors()]
    return problem(request, 422, "What was asked for is not well-formed.", "", "not_well_formed", faults)


def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    said = WORDS.get(error.status_code, str(error.detail))
    answer = problem(request, error.status_code, said, "", NAMES.get(error.status_code, "http"))
    answer.headers.update(error.headers or {})
    if error.status_code == 405:
        answer.headers["Allow"] = ", ".join(sorted(_allowed(request)))
    return answer


def _allowed(request: Request) -> set[str]:
    """What can be done with a path: several operations may have the same. Plain words go before a pattern."""
    routes = (one.original_route for one in iter_route_contexts(request.app.routes))
    found: dict[int, set[str]] = {}
    for one in routes:
        if isinstance(one, Route) and one.matches(request.scope)[0] is not Match.NONE:
            found.setdefault(len(one.param_convertors), set()).update(one.methods or ())
    return found[min(found)] if found else set()


def _unexpected(request: Request, error: Exception) -> Response:
    log.error("console.unexpected", path=request.url.path, error=f"{type(error).__name__}: {error}", exc_info=error)
    answer = problem(request, 500, "Something went wrong here.", "The console's log says what.", "unexpected")
    answer.headers.update(CAREFUL)  # it is made outside of all that adds them
    return answer


def problem(
    request: Request, status: int, message: str, remedy: str, reason: str, faults: Sequence[str] = ()
) -> Response:
    """One error. ``reason`` is a short stable code."""
    if _is_api(request):
        return JSONResponse(_told(status, message, remedy, reason, faults), status, _headers(status), PROBLEM)
    values = {"status": status, "message": message, "remedy": remedy, "faults": faults}
    return page(request, "problem.html", asker=None, status_code=status, **values)


def too_much(request: Request) -> Response:
    """The answer to a request that is too long: nothing of it is read."""
    answer = (
        problem(request, 413, WORDS[413], "", NAMES[413]) if _is_api(request) else PlainTextResponse(WORDS[413], 413)
    )
    answer.headers["Connection"] = "close"
    return answer


PROBLEM = "application/problem+json"


def _told(status: int, message: str, remedy: str, reason: str, faults: Sequence[str]) -> Mapping[str, Any]:
    told = {"type": "about:blank", "title": message, "status": status, "reason": reason}
    if remedy:
        told["detail"] = remedy
    return told | ({"faults": list(faults)} if faults else {})


def _headers(status: int) -> dict[str, str]:
    return HEADERS.get(status, {})


def _is_api(request: Request) -> bool:
    """Whether a program asks, or a script of ours for events."""
    if request.headers.get("accept", "").startswith("text/event-stream"):
        return True
    return request.url.path.removeprefix(request.scope.get("root_path", "")).startswith(API)
