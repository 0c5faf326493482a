"""HTTP and HTTPS as a source: the one door to requests."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar
from urllib.parse import quote, urljoin, urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.auth import HTTPBasicAuth, HTTPDigestAuth
from urllib3.exceptions import HTTPError

from fetcher.checksums import SUMS_NAME, read_sums
from fetcher.listings import read_html, read_json
from fetcher.location import PORTS, Credentials, Location
from fetcher.names import is_safe_name, read_size, spellings
from fetcher.source import CHUNK_BYTES, CannotResume, Entry, Gone, Listing
from shared.remote import failed, forbidden, refused

MAX_LISTING_BYTES = 64 << 20
MAX_REDIRECTS = 5
SIZES_AT_ONCE = 8
"""Listings without sizes need a question for each file."""
NOT_THERE = (404, 410)
T = TypeVar("T")


class _Adapter(HTTPAdapter):
    """Trusts what the system trusts (and ``SSL_CERT_FILE``), as FTPS does, besides the list of requests."""

    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        super().init_poolmanager(*arguments, **options, ssl_context=ssl.create_default_context())


class HttpSource:
    """See :class:`fetcher.source.Source`. Redirects are followed at the same place only, so credentials stay there."""

    def __init__(self, location: Location, credentials: Credentials, *, timeout_s: float, verify: bool = True) -> None:
        self._location, self._credentials, self._timeout_s = location, credentials, timeout_s
        host = f"[{location.host}]" if ":" in location.host else location.host
        self._place = f"{location.scheme}://{host}:{location.port}"
        self._session = requests.Session()
        self._session.trust_env, self._session.verify = False, verify
        self._session.headers.update({"User-Agent": "proprocessor fetcher", "Accept-Encoding": "identity"})
        if verify:
            self._session.mount("https://", _Adapter(pool_maxsize=SIZES_AT_ONCE))
        self._etags: dict[str, str] = {}

    def list_folder(self, folder: str, names: tuple[str, ...] = ()) -> Listing:
        """Of ``SHA256SUMS``, then of a JSON or HTML listing; names that only one of them knows count, too."""
        sums = self._sums(folder)
        try:
            found = self._each_spelling(folder, self._listed)
        except Gone:
            if not sums and not names:
                raise
            found = [Entry(name, is_folder=False) for name in names]
        entries = {entry.name: entry for entry in found if entry.name != SUMS_NAME}
        for name in sums:
            entries.setdefault(name, Entry(name, is_folder=False))
        good = [entries[name] for name in sorted(entries) if is_safe_name(name)]
        if any(entry.size_bytes is None and not entry.is_folder for entry in good):
            with ThreadPoolExecutor(SIZES_AT_ONCE) as pool:
                sized = list(pool.map(lambda entry: self._sized(folder, entry), good))
        else:
            sized = [*good]
        bad = tuple(name for name in sorted(entries) if not is_safe_name(name))
        return Listing(tuple(entry for entry in sized if entry is not None), sums, bad)

    @contextmanager
    def open(self, path: str, offset: int) -> Iterator[Iterator[bytes]]:
        headers = {}
        if offset:
            headers["Range"] = f"bytes={offset}-"
            if etag := self._etags.get(path):
                headers["If-Range"] = etag
        with self._each_spelling(path, lambda url: self._get(url, headers=headers)) as response:
            if offset and not _begins_at(response, offset):
                raise CannotResume(f"{self._place} sends files from their beginning only, or {path} has changed.")
            if (etag := response.headers.get("ETag")) and not etag.startswith("W/"):
                self._etags[path] = etag
            yield self._chunks(response)

    def close(self) -> None:
        self._session.close()  # it opens connections again when asked to

    def _sums(self, folder: str) -> dict[str, str]:
        path = f"{folder}/{SUMS_NAME}".lstrip("/")
        try:
            with self._each_spelling(path, lambda url: self._get(url, as_listing=True)) as response:
                # A site that answers everything with a page of its own has no checksums on it.
                return read_sums(self._body(response))
        except Gone:
            return {}

    def _listed(self, url: str) -> list[Entry]:
        headers = {"Accept": "application/json, text/html;q=0.9"}
        with self._get(f"{url}/", headers=headers, as_listing=True) as response:
            data = self._body(response)
            entries = read_json(data) if "json" in response.headers.get("Content-Type", "") else None
            return read_html(data, response.url) if entries is None else entries

    def _sized(self, folder: str, entry: Entry) -> Entry | None:
        """Ask for the size where the listing has none; ``None`` where nothing is."""
        if entry.is_folder or entry.size_bytes is not None:
            return entry
        path = f"{folder}/{entry.name}".lstrip("/")
        try:
            response = self._each_spelling(path, lambda url: self._follow("HEAD", url, {}))
        except Gone:
            return None
        with response:
            if not _is_good(response):
                return entry  # the download will say what is wrong
            size = read_size(response.headers.get("Content-Length", ""))
            return replace(entry, size_bytes=size, modified=_modified(response) or entry.modified)

    def _get(self, url: str, *, headers: dict[str, str] | None = None, as_listing: bool = False) -> requests.Response:
        """A good answer, or an error. ``as_listing``: a folder that may not be listed has no listing."""
        response = self._follow("GET", url, headers or {})
        if _is_good(response):
            return response
        response.close()
        said = f"{response.status_code} {response.reason}"
        match response.status_code:
            case requests.codes.forbidden if not as_listing:
                raise forbidden(url, said)
            case requests.codes.forbidden:
                raise Gone(f"{url} is not listed ({said}).")
            case requests.codes.requested_range_not_satisfiable:
                raise CannotResume(f"{url} is shorter than what is here already.")
        raise failed(url, said)

    def _follow(self, method: str, url: str, headers: dict[str, str]) -> requests.Response:
        """Ask, sign in, and follow redirects; what is not there is :class:`Gone`."""
        response = self._ask(method, url, headers)
        for _ in range(MAX_REDIRECTS):
            if response.status_code == requests.codes.unauthorized and self._sign_in(response):
                response = self._ask(method, url, headers)
            target = response.headers.get("Location")
            if not response.is_redirect or not target:
                break
            response.close()
            url = self._same_place(url, target)
            response = self._ask(method, url, headers)
        if response.status_code == requests.codes.unauthorized:
            response.close()
            raise refused(self._place, f"{response.status_code} {response.reason}")
        if response.status_code in NOT_THERE:
            response.close()
            raise Gone(f"{url} is not there ({response.status_code}).")
        return response

    def _ask(self, method: str, url: str, headers: dict[str, str]) -> requests.Response:
        # An answer without a body is read at once: its connection then serves the next question.
        with_body = method != "HEAD"
        try:
            return self._session.request(
                method, url, headers=headers, timeout=self._timeout_s, allow_redirects=False, stream=with_body
            )
        except (requests.RequestException, HTTPError, OSError, ValueError) as error:
            raise failed(self._place, _reason(error)) from error

    def _sign_in(self, response: requests.Response) -> bool:
        """Answer the way the server asks: digest if it offers that, else basic. Once."""
        if self._credentials.user is None or self._session.auth is not None:
            return False
        user, password = self._credentials.user, self._credentials.password or ""
        offered = response.headers.get("WWW-Authenticate", "").lower()
        response.close()
        if "digest" in offered:
            self._session.auth = HTTPDigestAuth(user, password)
        else:
            self._session.auth = HTTPBasicAuth(user.encode(), password.encode())
        return True

    def _same_place(self, url: str, target: str) -> str:
        """The target of a redirect: the same scheme, host and port; or https instead of http."""
        try:
            full = urljoin(url, target)
            parts = urlsplit(full)
            where = (parts.scheme, parts.hostname, parts.port or PORTS.get(parts.scheme))
        except ValueError as error:
            raise failed(self._place, f"it sends us to {target!r}") from error
        host = self._location.host
        if where not in ((self._location.scheme, host, self._location.port), ("https", host, PORTS["https"])):
            raise failed(self._place, f"it sends us to another place, {parts.scheme}://{parts.netloc}; name that one")
        return full

    def _body(self, response: requests.Response) -> bytes:
        data = bytearray()
        for chunk in self._chunks(response):
            data += chunk
            if len(data) > MAX_LISTING_BYTES:
                raise failed(response.url, "the listing is larger than 64 MiB")
        return bytes(data)

    def _chunks(self, response: requests.Response) -> Iterator[bytes]:
        try:
            while chunk := response.raw.read(CHUNK_BYTES, decode_content=False):
                yield chunk
        except (HTTPError, OSError, ValueError) as error:
            raise failed(self._place, _reason(error)) from error

    def _each_spelling(self, path: str, act: Callable[[str], T]) -> T:
        """Try the spellings of a path until one is there."""
        gone: Gone | None = None
        for raw in spellings(path):
            full = self._location.base.encode(errors="surrogateescape") + (b"/" + raw if raw else b"")
            try:
                return act(self._place + quote(full, safe="/"))
            except Gone as error:
                gone = gone or error
        assert gone is not None
        raise gone


def _is_good(response: requests.Response) -> bool:
    return 200 <= response.status_code < 300


def _begins_at(response: requests.Response, offset: int) -> bool:
    said = response.headers.get("Content-Range", "").lower()
    return response.status_code == requests.codes.partial_content and said.startswith(f"bytes {offset}-")


def _modified(response: requests.Response) -> datetime | None:
    try:
        return parsedate_to_datetime(response.headers.get("Last-Modified", "")).astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        return None


def _reason(error: BaseException) -> str:
    """The innermost word of the operating system."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, OSError) and seen.strerror:
            return seen.strerror
        seen = seen.__context__ or seen.__cause__
    return str(error)[:200]
