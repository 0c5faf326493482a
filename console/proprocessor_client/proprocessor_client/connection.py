"""How the server is asked: the one door to requests, whose errors become ours."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlsplit

import requests
from requests.auth import AuthBase

from proprocessor_client.errors import ClientError

API = "/api/v1"
TRIES = 4
LONGEST_WAIT_S = 30.0
"""Before a server that is busy is asked again."""
JSON = "application/json"
Query = Mapping[str, str | int | None]


class _Bearer(AuthBase):
    """A token; with it, requests leaves ``.netrc`` alone."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request


@dataclass
class Connection:
    """A server's API. ``received`` are the bytes of all answers as they came, packed; ``asked`` how many there were."""

    url: str
    token: str = field(repr=False)
    timeout_s: float = 60.0
    received: int = 0
    asked: int = 0

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ClientError(
                f"{self.url!r} is no address of a console.",
                reason="bad_address",
                remedy="Write it as https://stats.example.org.",
            )
        self._base = self.url.rstrip("/") + API
        self._session = requests.Session()
        self._session.auth = _Bearer(self.token)

    def json(self, *path: str, query: Query | None = None) -> Any:
        """What is told under a path, its parts not yet quoted; :class:`ClientError` where it is no JSON."""
        try:
            return json.loads(self.fetch(*path, query=query, accept=JSON))
        except ValueError as error:
            raise ClientError.no_console(f"{self.url} does not answer as a console does.") from error

    def post(self, *path: str, body: Mapping[str, Any]) -> Any:
        """What is told of something that was made. It is asked for once: nobody knows what came of a lost answer."""
        status, headers, data = self._ask(self._address(path), {}, JSON, body)
        if status not in (200, 201):
            raise _told(self.url, status, headers, data)
        try:
            return json.loads(data)
        except ValueError as error:
            raise ClientError.no_console(f"{self.url} does not answer as a console does.") from error

    def fetch(self, *path: str, query: Query | None = None, accept: str = "*/*") -> bytes:
        """The same, whatever it is. A busy server is asked again, as late as it says."""
        address = self._address(path)
        given = {key: value for key, value in (query or {}).items() if value is not None}
        for left in reversed(range(TRIES)):
            status, headers, data = self._ask(address, given, accept)
            if status == 200:
                return data
            if status != 503 or not left:
                raise _told(self.url, status, headers, data)
            time.sleep(_wait_s(headers))
        raise AssertionError

    def close(self) -> None:
        """Let go of what is open."""
        self._session.close()

    def _address(self, path: Sequence[str]) -> str:
        return "/".join([self._base, *(quote(one, safe="/") for one in path)])

    def _ask(
        self, address: str, query: Query, accept: str, body: Mapping[str, Any] | None = None
    ) -> tuple[int, Mapping[str, str], bytes]:
        try:
            answer = self._session.request(
                "GET" if body is None else "POST",
                address,
                params=query,
                json=body,
                headers={"Accept": accept},
                timeout=self.timeout_s,
                allow_redirects=False,
                stream=True,
            )
            with answer:
                data = answer.content
                self.received += answer.raw.tell()
        except requests.RequestException as error:
            raise ClientError(
                f"{self.url} does not answer: {type(error).__name__}.",
                reason="unreachable",
                remedy="Check address and network.",
            ) from error
        self.asked += 1
        return answer.status_code, answer.headers, data


def _wait_s(headers: Mapping[str, str]) -> float:
    given = headers.get("Retry-After", "")
    return min(LONGEST_WAIT_S, float(given)) if given.isdigit() else 1.0


def _told(url: str, status: int, headers: Mapping[str, str], data: bytes) -> ClientError:
    """An error as the server tells it (RFC 9457); of any other server, what can be said."""
    if headers.get("Content-Type", "").startswith("application/problem+json"):
        try:
            told = json.loads(data)
            return ClientError(
                str(told["title"]),
                status=status,
                reason=str(told["reason"]),
                remedy=str(told.get("detail", "")),
                faults=[str(one) for one in told.get("faults", ())],
            )
        except (ValueError, KeyError, TypeError):
            pass
    return ClientError.no_console(f"{url} answers {status}.", status)
