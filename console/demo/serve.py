"""Servers on loopback: the demo's collector by FTP and HTTP, and published folders for a browser."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from http.server import BaseHTTPRequestHandler, SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from pyftpdlib.authorizers import DummyAuthorizer
from pyftpdlib.handlers import FTPHandler
from pyftpdlib.servers import ThreadedFTPServer

from console.demo import site
from console.ftp_threads import running
from console.web.negotiation import CODINGS, accepts_coding

USER = "pro"


class _Quiet(SimpleHTTPRequestHandler):
    """Files of one folder; nothing is printed, and hidden names are not there."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_arguments: Any) -> None:
        """Said elsewhere, if at all."""

    def send_head(self) -> Any:
        if self.is_hidden():
            self.send_error(404)
            return None
        return super().send_head()

    def is_hidden(self) -> bool:
        """Whether the name that is asked for is hidden, or leads upwards."""
        return any(part.startswith(".") for part in self.path.split("/"))


class _Published(_Quiet):
    """Published reports: pages are always asked for anew, assets never change under their name and lie there packed."""

    def send_head(self) -> Any:
        path = self.path.partition("?")[0]
        accepted = self.headers.get_all("Accept-Encoding", [])
        for coding, suffix in CODINGS.items() if path.startswith("/assets/") and not self.is_hidden() else ():
            packed = Path(self.translate_path(path + suffix))
            if accepts_coding(accepted, coding) and packed.is_file():
                return self._send_packed(packed, coding, self.guess_type(path))
        return super().send_head()

    def _send_packed(self, packed: Path, coding: str, kind: str) -> Any:
        file = packed.open("rb")
        self.send_response(200)
        headers = {"Content-Type": kind, "Content-Encoding": coding, "Content-Length": str(packed.stat().st_size)}
        for name, value in {**headers, "Vary": "Accept-Encoding"}.items():
            self.send_header(name, value)
        self.end_headers()
        return file

    def end_headers(self) -> None:
        kept = "max-age=31536000, immutable" if self.path.startswith("/assets/") else "no-cache"
        self.send_header("Cache-Control", kept)
        self.send_header("X-Content-Type-Options", "nosniff")
        super().end_headers()

    def list_directory(self, path: Any) -> Any:
        del path
        self.send_error(404)


class _Shop(BaseHTTPRequestHandler):
    """The fruit shop's own pages."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_arguments: Any) -> None:
        """Said nowhere."""

    def do_GET(self) -> None:
        found = site.answer(self.path.partition("?")[0])
        if found is None:
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("Content-Type", found[0])
        self.send_header("Content-Length", str(len(found[1])))
        self.end_headers()
        self.wfile.write(found[1])


@contextmanager
def serve_ftp(folder: Path, password: str) -> Iterator[str]:
    """Serve a folder read-only by FTP on a free port; gives ``ftp://host:port/``. The user is :data:`USER`."""
    logging.getLogger("pyftpdlib").setLevel(logging.ERROR)
    authorizer = DummyAuthorizer()
    authorizer.add_user(USER, password, str(folder), perm="elr")
    handler = type("DemoHandler", (FTPHandler,), {"authorizer": authorizer, "banner": "proprocessor demo"})
    server = ThreadedFTPServer(("127.0.0.1", 0), handler)
    with running(server):
        yield f"ftp://127.0.0.1:{server.address[1]}/"


@contextmanager
def serve_folder(folder: Path) -> Iterator[str]:
    """Serve a folder by HTTP with plain listings on a free port; gives ``http://host:port/``."""
    with _http(partial(_Quiet, directory=str(folder)), "127.0.0.1", 0) as url:
        yield url


@contextmanager
def serve_shop() -> Iterator[str]:
    """Serve the shop's own pages on a free port; gives ``http://host:port/``."""
    with _http(_Shop, "127.0.0.1", 0) as url:
        yield url


@contextmanager
def serve_published(folder: Path, port: int, host: str = "127.0.0.1") -> Iterator[str]:
    """Serve published reports; a port that is taken is replaced by a free one."""
    handler = partial(_Published, directory=str(folder))
    with _http(handler, host, port) as url:
        yield url


@contextmanager
def _http(handler: Any, host: str, port: int) -> Iterator[str]:
    try:
        server = ThreadingHTTPServer((host, port), handler)
    except OSError:
        server = ThreadingHTTPServer((host, 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=partial(server.serve_forever, poll_interval=0.1), daemon=True)
    thread.start()
    try:
        yield f"http://{host}:{server.server_address[1]}/"
    finally:
        with suppress(OSError):
            server.shutdown()
            server.server_close()
