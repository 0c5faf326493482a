"""The server of the console: the one door to uvicorn."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import uvicorn
from fastapi import FastAPI
from starlette.types import Message

from console.web.app import make_app
from console.web.place import Place
from console.web.view import prepare
from shared.errors import Misconfigured

END_S = 10.0
BACKLOG = 512


@dataclass(frozen=True)
class WebOptions:
    """Where the console listens; ``root_path`` is the prefix that a proxy serves it under, ``proxies`` whom we believe
    where a request came from."""

    host: str = "127.0.0.1"
    port: int = 8080
    root_path: str = ""
    proxies: str = "127.0.0.1,::1"


@contextmanager
def console_serving(place: Place, options: WebOptions) -> Iterator[str]:
    """Serve while the block lasts; gives the address. :class:`Misconfigured` where nothing can be listened to there."""
    app = make_app(place)
    prepare()
    config = uvicorn.Config(
        app,
        root_path=options.root_path,
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=True,
        forwarded_allow_ips=options.proxies,
        timeout_graceful_shutdown=int(END_S / 2),
    )
    with _listening(options) as listener:
        server = uvicorn.Server(config)

        def serve() -> None:
            asyncio.run(_ask_for_nothing(app))
            server.run([listener])

        thread = threading.Thread(target=serve, name="console", daemon=True)
        thread.start()
        host = f"[{options.host}]" if ":" in options.host else options.host
        try:
            yield f"http://{host}:{listener.getsockname()[1]}{options.root_path}/"
        finally:
            server.should_exit = True
            thread.join(timeout=END_S)
            app.state.imports.stop()


async def _ask_for_nothing(app: FastAPI) -> None:
    """Routes are put together when the first request looks through them, which all who come with it would wait for."""

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(_message: Message) -> None:
        return

    scope = {"type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http"}
    where = {"path": "/nothing/here", "raw_path": b"/nothing/here", "root_path": "", "query_string": b""}
    who = {"headers": [(b"host", b"localhost")], "client": ("127.0.0.1", 0), "server": ("127.0.0.1", 80)}
    await app({**scope, **where, **who}, receive, send)


@contextmanager
def _listening(options: WebOptions) -> Iterator[socket.socket]:
    family = socket.AF_INET6 if ":" in options.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((options.host, options.port))
        except OSError as error:
            raise Misconfigured(
                f"The console cannot listen on {options.host} port {options.port}: {error.strerror}.",
                remedy="Choose another with --host and --port; --port 0 takes a free one.",
                reason="cannot_listen",
            ) from error
        listener.listen(BACKLOG)
        yield listener
