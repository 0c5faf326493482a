"""The application, put together of its pages."""

from __future__ import annotations

import mimetypes

from fastapi import FastAPI, Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from console.web import (
    account,
    alert_pages,
    annotation_pages,
    code_pages,
    dataset_pages,
    doctor_pages,
    entrance,
    explain_pages,
    forget_pages,
    health,
    home,
    mail_pages,
    oidc_pages,
    operations,
    overlay_pages,
    people,
    problems,
    published,
    reject_pages,
    reparse_pages,
    retention_pages,
    second_step,
    settings_pages,
    share_pages,
    unsubscribe,
    view_pages,
    wizard,
    wizard_progress,
)
from console.web.api import routes as api
from console.web.editors import PAGES as EDITORS
from console.web.event_streams import EventStreams
from console.web.place import Place
from console.web.problems import CAREFUL, NotFound, too_much
from console.web.view import static
from console.web.wizard_import import Imports
from shared.software import VERSION

PAGES = (
    entrance, second_step, oidc_pages, home, wizard, wizard_progress, dataset_pages, reparse_pages, reject_pages,
    forget_pages, overlay_pages, retention_pages, settings_pages, *EDITORS, share_pages, view_pages, annotation_pages,
    operations, people, account, code_pages, unsubscribe, health, mail_pages, alert_pages, doctor_pages, explain_pages,
)  # fmt: skip
STATIC = (
    "console.css", "console.js", "bar.css", "bar.js", "notes.js", "style.css", "htmx.min.js", "wizard.js", "editor.js",
)  # fmt: skip
MAX_BODY = 8 * 1024 * 1024
"""Bytes of one request: a settings file or a table of costs is far below."""


def make_app(place: Place) -> FastAPI:
    """The console of an installation. The prefix that a proxy serves it under, the server tells."""
    app = FastAPI(
        title="proprocessor", version=VERSION, docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False
    )
    app.state.place = place
    app.state.imports = Imports()
    app.state.streams = EventStreams()
    for one in PAGES:
        app.include_router(one.router)
    for router in api.ROUTERS:
        app.include_router(router)
    app.add_api_route("/static/{name}", _static, methods=["GET"], include_in_schema=False)
    app.include_router(published.router)
    problems.handle(app)
    app.add_middleware(GZipMiddleware, minimum_size=1000, compresslevel=5)
    app.add_middleware(Careful)
    return app


def _static(name: str, request: Request) -> Response:
    if name not in STATIC:
        raise NotFound("There is no such file.")
    kept = "public, max-age=31536000, immutable" if request.url.query else "no-cache"
    kind = mimetypes.guess_type(name)[0]
    return Response(static(name), media_type=kind, headers={"Cache-Control": kept})


class Careful:
    """Headers that browsers keep to, and an end to requests that are too long."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        left = MAX_BODY

        async def counted() -> Message:
            nonlocal left
            message = await receive()
            left -= len(message.get("body", b""))
            if left < 0:
                raise HTTPException(413)
            return message

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = {name for name, _ in message["headers"]}
                more = [
                    (name.encode(), value.encode()) for name, value in CAREFUL.items() if name.encode() not in given
                ]
                message = {**message, "headers": [*message["headers"], *more]}
            await send(message)

        if _length(scope) > MAX_BODY:
            await too_much(Request(scope, receive))(scope, receive, with_headers)
            return
        await self._app(scope, counted, with_headers)


def _length(scope: Scope) -> int:
    given = dict(scope["headers"]).get(b"content-length", b"0")
    return int(given) if given.isdigit() else 0
