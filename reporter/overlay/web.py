"""One request of the web, which goes where its host was found to be and nowhere else.

The host's addresses are looked up once and all judged (:mod:`reporter.inside`); the connection is made to one
of them, so that a second answer of the name server cannot lead elsewhere. Proxies of the environment are not asked. A
whole answer has a size and a time.
"""

from __future__ import annotations

import os
import socket
import ssl
import threading
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse
from urllib.parse import urlsplit

from reporter.inside import refusal
from reporter.overlay.addresses import host_and_port
from reporter.time_limit import cut_after
from shared.errors import ProprocessorError

CONNECT_S = 10.0
ANSWER_S = 30.0
CHUNK_BYTES = 1 << 16
MOST_ADDRESSES = 4
ZLIB_ANY = zlib.MAX_WBITS | 32
Resolve = Callable[[str, int], Sequence[str]]


class NotFetched(ProprocessorError):
    """A page or what belongs to it could not be had; the message says why, to a person."""


@dataclass(frozen=True)
class Answer:
    """Names of ``headers`` are lower case; ``body`` is decoded."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes


def look_up(host: str, port: int) -> list[str]:
    """The addresses of a host, as the system knows them."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[4][0]) for address in found))


@dataclass(frozen=True)
class Web:
    """How requests are made."""

    user_agent: str
    allow_private: bool = False
    resolve: Resolve = look_up
    answer_s: float = ANSWER_S

    def get(self, url: str, limit_bytes: int) -> Answer:
        """Ask once; a redirect is an answer. :class:`NotFetched` where none comes, or one that is too large."""
        host, port = host_and_port(url)
        addresses = self._addresses(host, port)
        parts = urlsplit(url)
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        context = ssl.create_default_context() if parts.scheme == "https" else None
        failed: OSError | None = None
        for address in addresses[:MOST_ADDRESSES]:
            connection = _Pinned(host, port, address, context)
            try:
                connection.reach()
            except OSError as error:
                failed = error
                continue
            with _closed(connection, self.answer_s) as ran_out:
                late = f"{host}: no whole answer within {self.answer_s:g} s"
                try:
                    answer = self._ask(connection, url, path, limit_bytes)
                except (OSError, HTTPException, ValueError, zlib.error) as error:
                    raise NotFetched(late if ran_out.is_set() else f"{host}: {_words(error)}") from error
                if ran_out.is_set():  # what was cut may look whole
                    raise NotFetched(late)
                return answer
        raise NotFetched(f"{host} port {port} does not answer: {_words(failed)}", reason="overlay_unreachable")

    def _addresses(self, host: str, port: int) -> Sequence[str]:
        try:
            addresses = self.resolve(host, port)
        except (OSError, UnicodeError) as error:
            raise NotFetched(f"the host {host} is not known: {_words(error)}", reason="overlay_unreachable") from error
        for address in addresses:
            if why := refusal(address, allow_private=self.allow_private):
                raise NotFetched(
                    f"{host} is not asked: {why}",
                    remedy="" if self.allow_private else "[overlay] allow_private allows a site of your own network.",
                    reason="overlay_inside",
                )
        if not addresses:
            raise NotFetched(f"the host {host} has no address", reason="overlay_unreachable")
        return addresses

    def _ask(self, connection: _Pinned, url: str, path: str, limit: int) -> Answer:
        connection.connect()
        headers = {"User-Agent": self.user_agent, "Accept-Encoding": "gzip", "Connection": "close", "Accept": "*/*"}
        connection.request("GET", path, headers=headers)
        response = connection.getresponse()
        body = _body(response, limit)
        named = {name.lower(): value for name, value in response.getheaders()}
        return Answer(url, response.status, named, body)


class _Pinned(HTTPConnection):
    """A connection to one address, for a host by its name."""

    def __init__(self, host: str, port: int, address: str, context: ssl.SSLContext | None) -> None:
        super().__init__(host, port, timeout=CONNECT_S)
        self.default_port = 443 if context else 80
        self._address, self._tls, self._name = address, context, host
        self.raw: socket.socket | None = None

    def reach(self) -> None:
        """Connect, but not yet speak."""
        self.raw = socket.create_connection((self._address, self.port), CONNECT_S)

    def connect(self) -> None:
        assert self.raw is not None
        self.sock = self._tls.wrap_socket(self.raw, server_hostname=self._name) if self._tls else self.raw


@contextmanager
def _closed(connection: _Pinned, after_s: float) -> Iterator[threading.Event]:
    """Closes a connection at the end, and cuts it after so many seconds; the event says that it was cut."""
    assert connection.raw is not None
    other = socket.socket(fileno=os.dup(connection.raw.fileno()))
    try:
        with cut_after(after_s, lambda: other) as ran_out:
            yield ran_out
    finally:
        connection.close()
        connection.raw.close()
        other.close()


def _body(response: HTTPResponse, limit: int) -> bytes:
    """The whole body, decoded, of at most so many bytes whatever it is packed as."""
    coding = (response.getheader("Content-Encoding") or "identity").strip().lower()
    if coding not in ("identity", "gzip", "x-gzip", "deflate", ""):
        raise NotFetched(f"the answer is packed as {coding[:20]!r}, which was not asked for")
    unpack = zlib.decompressobj(ZLIB_ANY) if coding not in ("identity", "") else None
    data = bytearray()
    while chunk := response.read(CHUNK_BYTES):
        data += chunk if unpack is None else unpack.decompress(chunk, limit + 1 - len(data))
        if len(data) > limit or (unpack is not None and unpack.unconsumed_tail):
            raise NotFetched(f"larger than {limit / (1 << 20):g} MiB", reason="overlay_too_large")
    # What is cut short is given as if it were whole.
    if response.length or (unpack is not None and not unpack.eof and data):
        raise NotFetched("the answer ends early")
    return bytes(data)


def _words(error: BaseException | None) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted ({error.verify_message})"
    if isinstance(error, TimeoutError):
        return "it is silent"
    if isinstance(error, HTTPException) or (isinstance(error, OSError) and not error.strerror):
        return f"what it sends is no whole answer of HTTP ({type(error).__name__})"
    return str(error.strerror if isinstance(error, OSError) else error)[:200]
