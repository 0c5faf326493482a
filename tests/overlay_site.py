"""A site of one's own on loopback, which answers as it is told and remembers what it was asked."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Reply = bytes | tuple[int, dict[str, str], bytes] | Callable[[Any], None]
HTML = {"Content-Type": "text/html; charset=utf-8"}


@dataclass
class Site:
    """``replies`` by path with query; ``asked`` are paths with agents, in order."""

    replies: dict[str, Reply] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def paths(self) -> list[str]:
        return [path for path, _ in self.asked]


def page(body: str) -> tuple[int, dict[str, str], bytes]:
    return 200, HTML, body.encode()


def redirect(target: str) -> tuple[int, dict[str, str], bytes]:
    return 302, {"Location": target}, b""


@contextmanager
def served(replies: dict[str, Reply]) -> Iterator[Site]:
    site = Site(replies)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: Any) -> None:
            pass

        def do_GET(self) -> None:
            site.asked.append((self.path, self.headers.get("User-Agent", "")))
            reply = site.replies.get(self.path, (404, {}, b"nothing"))
            if callable(reply):
                reply(self)
                self.close_connection = True
                return
            status, headers, body = (200, HTML, reply) if isinstance(reply, bytes) else reply
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    site.port = server.server_address[1]
    thread = threading.Thread(target=lambda: server.serve_forever(poll_interval=0.05), daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)
