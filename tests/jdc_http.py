"""A real HTTP or HTTPS server with the listings and the authentication of the common ones, and faults."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
import secrets
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from email.utils import formatdate
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from tests.jdc_faults import HOST, Faults

REALM = "jdc"


@contextmanager
def http_server(
    root: Path,
    *,
    listing: str = "html",
    auth: str | None = None,
    user: str = "pro",
    password: str = "secret",
    faults: Faults | None = None,
    tls: tuple[Path, Path] | None = None,
    redirects: dict[str, str] | None = None,
    heads: bool = True,
    etags: bool = True,
) -> Iterator[str]:
    """Serve a folder.

    ``listing``: ``html`` (as ``python -m http.server``), ``nginx`` (HTML with sizes), ``json`` (nginx), ``caddy`` (JSON
    where it is asked for) or ``none``. ``auth``: ``basic`` or ``digest``. ``redirects``: path to target.
    ``heads=False``: HEAD is not allowed.
    """
    faults = faults or Faults()
    site = _Site(root, listing, auth, (user, password), faults, redirects or {}, heads, etags)
    server = _Server(faults, (HOST, 0), partial(_Handler, site))
    if tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*tls)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=partial(server.serve_forever, poll_interval=0.02), name="http-server", daemon=True)
    thread.start()
    try:
        yield f"{'https' if tls else 'http'}://{HOST}:{server.server_address[1]}/"
    finally:
        server.shutdown()
        thread.join(10)
        server.hang_up()
        server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = False
    request_queue_size = 128

    def __init__(self, faults: Faults, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._faults = faults
        self._open: set[socket.socket] = set()

    def process_request(self, request: Any, client_address: Any) -> None:
        self._faults.connections += 1
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._open.discard(request)
        super().shutdown_request(request)

    def hang_up(self) -> None:
        """End the connections that clients keep, so that no thread waits for them."""
        for connection in list(self._open):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away is no error here."""


class _Site:
    def __init__(
        self,
        root: Path,
        listing: str,
        auth: str | None,
        credentials: tuple[str, str],
        faults: Faults,
        redirects: dict[str, str],
        heads: bool,
        etags: bool,
    ) -> None:
        self.root, self.listing, self.auth, self.credentials = root, listing, auth, credentials
        self.faults, self.redirects, self.heads, self.etags = faults, redirects, heads, etags
        self.nonce = secrets.token_hex(8)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def __init__(self, site: _Site, *arguments: Any) -> None:
        self.site = site
        super().__init__(*arguments)

    def log_message(self, *_arguments: Any) -> None:
        """Kept in ``faults.seen``."""

    def do_HEAD(self) -> None:
        self._answer()

    def do_GET(self) -> None:
        self._answer()

    def _answer(self) -> None:
        site = self.site
        path = unquote(urlsplit(self.path).path, errors="surrogateescape").lstrip("/")
        site.faults.note(f"{self.command} {path}")
        if site.auth and not self._is_allowed():
            self._refuse()
        elif "/" + path in site.redirects:
            self._send(302, b"", {"Location": site.redirects["/" + path]})
        elif self.command == "HEAD" and not site.heads:
            self._send(405, b"")
        elif site.faults.fails(path):
            self._send(500, b"broken")
        elif ".." in path.split("/") or path in site.faults.gone or not (site.root / path).exists():
            self._send(404, b"not here")
        elif (site.root / path).is_dir():
            self._list(path)
        else:
            self._file(path)

    def _send(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _file(self, path: str) -> None:
        file = self.site.root / path
        data, stat = file.read_bytes(), file.stat()
        etag = f'"{stat.st_mtime_ns:x}-{stat.st_size:x}"'
        start = self._start(etag)
        if start > 0 and start >= len(data):
            self._send(416, b"", {"Content-Range": f"bytes */{len(data)}"})
            return
        self.send_response(206 if start else 200)
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(data) - 1}/{len(data)}")
        self.send_header("Content-Length", str(len(data) - start))
        self.send_header("Last-Modified", formatdate(stat.st_mtime, usegmt=True))
        if self.site.etags:
            self.send_header("ETag", etag)
        self.end_headers()
        if self.command == "HEAD":
            return
        limit = self.site.faults.cut(path)
        if limit is not None:
            self.wfile.write(data[start : start + limit])
            self.wfile.flush()
            self.connection.close()
            self.close_connection = True
            return
        self.wfile.write(data[start:])
        self.wfile.flush()
        self.site.faults.sent(self.site.root, path)

    def _start(self, etag: str) -> int:
        """Where the answer begins: a range counts only while the file is the one it was asked for."""
        match = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        if not match or self.site.faults.no_resume or self.headers.get("If-Range", etag) != etag:
            return 0
        self.site.faults.note(f"RANGE {match[1]}")
        return int(match[1])

    def _list(self, path: str) -> None:
        folder = self.site.root / path
        if self.site.listing == "none":
            self._send(403, b"no listing")
            return
        if not self.path.endswith("/"):
            self._send(301, b"", {"Location": self.path + "/"})
            return
        rows = [(one.name, one.is_dir(), one.stat()) for one in sorted(folder.iterdir())]
        rows += [(name, False, folder.stat()) for name in self.site.faults.extra_names]
        wants_json = "json" in self.headers.get("Accept", "")
        if self.site.listing == "json" or (self.site.listing == "caddy" and wants_json):
            make = _nginx_json if self.site.listing == "json" else _caddy_json
            body = json.dumps([make(*row) for row in rows]).encode()
            self._send(200, body, {"Content-Type": "application/json"})
            return
        page = _nginx_page if self.site.listing == "nginx" else _python_page
        self._send(200, page(path, rows).encode(errors="replace"), {"Content-Type": "text/html; charset=utf-8"})

    def _is_allowed(self) -> bool:
        given = self.headers.get("Authorization", "")
        user, password = self.site.credentials
        if self.site.auth == "basic":
            return given == "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()
        values = dict(re.findall(r'(\w+)="?([^",]*)"?', given))
        if not given.startswith("Digest ") or values.get("nonce") != self.site.nonce:
            return False
        secret = _md5(f"{user}:{REALM}:{password}")
        asked = _md5(f"{self.command}:{values['uri']}")
        middle = f"{values['nonce']}:{values['nc']}:{values['cnonce']}:{values['qop']}"
        return values["response"] == _md5(f"{secret}:{middle}:{asked}") and values["username"] == user

    def _refuse(self) -> None:
        digest = f'Digest realm="{REALM}", qop="auth", algorithm=MD5, nonce="{self.site.nonce}"'
        challenge = digest if self.site.auth == "digest" else f'Basic realm="{REALM}", charset="UTF-8"'
        self._send(401, b"who are you?", {"WWW-Authenticate": challenge})


def _md5(text: str) -> str:
    return hashlib.md5(text.encode()).hexdigest()


def _nginx_json(name: str, is_folder: bool, stat: Any) -> dict[str, Any]:
    row = {"name": name, "type": "directory" if is_folder else "file", "mtime": formatdate(stat.st_mtime, usegmt=True)}
    return row if is_folder else row | {"size": stat.st_size}


def _caddy_json(name: str, is_folder: bool, stat: Any) -> dict[str, Any]:
    stamp = datetime.fromtimestamp(stat.st_mtime, UTC).isoformat().replace("+00:00", ".123Z")
    shown = f"{name}/" if is_folder else name
    return {
        "name": shown, "size": stat.st_size, "url": f"./{quote(shown)}", "mod_time": stamp, "mode": 420,
        "is_dir": is_folder, "is_symlink": False,
    }  # fmt: skip


def _python_page(path: str, rows: list[tuple[str, bool, Any]]) -> str:
    """As ``python -m http.server`` writes it: names only."""
    lines = [f'<li><a href="{_href(n, f)}">{html.escape(n)}{"/" if f else ""}</a></li>' for n, f, _ in rows]
    title = f"Directory listing for /{html.escape(path)}"
    return (
        f'<!DOCTYPE HTML>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>{title}</title>\n</head>\n'
        f"<body>\n<h1>{title}</h1>\n<hr>\n<ul>\n" + "\n".join(lines) + "\n</ul>\n<hr>\n</body>\n</html>\n"
    )


def _nginx_page(path: str, rows: list[tuple[str, bool, Any]]) -> str:
    """As nginx writes it: times and exact sizes; long names cut short in the text, whole in the link."""
    lines = ['<a href="../">../</a>']
    for name, is_folder, stat in rows:
        when = datetime.fromtimestamp(stat.st_mtime, UTC).strftime("%d-%b-%Y %H:%M")
        text = html.escape(name if len(name) <= 50 else name[:47] + "..>")
        size = "-" if is_folder else str(stat.st_size)
        lines.append(f'<a href="{_href(name, is_folder)}">{text}</a>{" " * 10}{when}{size:>20}')
    body = "\n".join(lines)
    head = f"<html>\n<head><title>Index of /{path}</title></head>\n<body>\n<h1>Index of /{path}</h1><hr><pre>"
    return f"{head}{body}\n</pre><hr></body>\n</html>\n"


def _href(name: str, is_folder: bool) -> str:
    return quote(name, errors="surrogateescape") + ("/" if is_folder else "")
