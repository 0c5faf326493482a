"""What a provider might answer instead of what it should: elsewhere, without end, in another format."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from console.web.oidc_http import MAX_BYTES, ProviderSession
from shared.errors import Misconfigured, ProprocessorError, Rejected, Unreachable

ANSWERS: dict[str, tuple[int, dict[str, str], bytes]] = {
    "/good": (200, {}, b'{"a": 1}'),
    "/elsewhere": (302, {"Location": "/good"}, b""),
    "/endless": (200, {}, b"[" * (MAX_BYTES + 1)),
    "/page": (200, {"Content-Type": "text/html"}, b"<html>"),
    "/list": (200, {}, b"[]"),
    "/missing": (404, {}, b"{}"),
    "/broken": (500, {}, b"{}"),
    "/who": (401, {"Content-Type": "application/json"}, b'{"error": "invalid_client"}'),
    "/no": (400, {"Content-Type": "application/json"}, json.dumps({"error": "invalid_grant"}).encode()),
}


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        status, headers, body = ANSWERS[self.path]
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.do_GET()

    def log_message(self, *_: object) -> None:
        """Nobody reads it."""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@contextmanager
def session(address: str) -> Iterator[ProviderSession]:
    with ProviderSession(address, "us", "secret", scope="openid", auth_method="client_secret_basic") as one:
        yield one


@pytest.mark.parametrize(
    "path, kind, words",
    [
        ("/elsewhere", Unreachable, "it sends elsewhere, which is not followed"),
        ("/endless", Unreachable, "the answer does not end"),
        ("/page", Misconfigured, "with something else than JSON"),
        ("/list", Misconfigured, "with something else than JSON"),
        ("/missing", Misconfigured, "answered 404"),
        ("/broken", Unreachable, "it answered 500"),
    ],
)
def test_a_description_that_is_none(address: str, path: str, kind: type[ProprocessorError], words: str) -> None:
    with session(address) as one, pytest.raises(kind, match=words):
        one.json(address + path)


@pytest.mark.parametrize(
    "path, kind, words",
    [
        ("/elsewhere", Unreachable, "it sends elsewhere"),
        ("/endless", Unreachable, "the answer does not end"),
        ("/page", Misconfigured, "with something else than JSON"),
        ("/broken", Unreachable, "it answered 500"),
        ("/who", Misconfigured, "does not know this console"),
        ("/no", Rejected, r"did not take back what it gave your browser \(invalid_grant\)"),
    ],
)
def test_a_token_endpoint_that_gives_none(address: str, path: str, kind: type[ProprocessorError], words: str) -> None:
    with session(address) as one, pytest.raises(kind, match=words):
        one.redeem(address + path, code="c", verifier="v", redirect_uri="http://127.0.0.1/back")


def test_a_good_answer_is_read(address: str) -> None:
    with session(address) as one:
        assert one.json(f"{address}/good") == {"a": 1}


def test_nothing_is_asked_unencrypted_beyond_this_machine(address: str) -> None:
    with session(address) as one, pytest.raises(Unreachable, match="would be asked unencrypted"):
        one.json("http://login.fruit.test/.well-known/openid-configuration")
