"""What makes two requests one page (DOMAIN.md sections 3 and 8)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from shared.dataset_settings import DatasetSettings
from shared.hosts import bare_host
from shared.site import Site, Subdomain

CLICK_IDS = frozenset("gclid gbraid wbraid dclid msclkid fbclid ttclid twclid li_fat_id".split())
UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
UNKNOWN = Subdomain(key="", name="")
REMEMBERED = 50_000
"""Paths and queries whose meaning is kept at hand: most come again and again."""


@dataclass(frozen=True)
class Page:
    """What a place is: its page, and the facts that follow from its path."""

    page: str
    static: bool
    download: bool
    robots_txt: bool
    excluded: bool


class Origins:
    """Whose pages a log tells of. With more than one subdomain each has rules and a host of its own."""

    def __init__(self, site: Site, settings: DatasetSettings) -> None:
        self._subdomains, self._settings = site.subdomains, settings
        self._by_host = {bare_host(host): sub for sub in site.subdomains for host in sub.hosts}
        self._by_name = {sub.name: sub for sub in site.subdomains}
        self._known: dict[tuple[str, str], PageRules] = {}

    def rules_of(self, server: str, host: str | None) -> PageRules:
        """By host, else by the folder the log lay in (``<subdomain>/<server>``); the same object for the same rules."""
        subdomain, name = self._origin(server, host)
        key = (subdomain.key, name)
        if key not in self._known:
            self._known[key] = PageRules(self._settings, subdomain, name)
        return self._known[key]

    def _origin(self, server: str, host: str | None) -> tuple[Subdomain, str]:
        if len(self._subdomains) <= 1:
            return self._subdomains[0] if self._subdomains else UNKNOWN, ""
        found = self._by_host.get(bare_host(host)) if host else None
        found = found or self._by_name.get(server.partition("/")[0])
        if found is None:
            return UNKNOWN, bare_host(host or "")
        return found, (found.hosts[0] if found.hosts else found.name).lower()


class PageRules:
    """The rules of one subdomain; ``host`` stands before its paths. Pure; call it once for each distinct place."""

    def __init__(self, settings: DatasetSettings, subdomain: Subdomain = UNKNOWN, host: str = "") -> None:
        self._host, self._excluded = host, settings.exclude.pages
        self._static = frozenset(one.lower().lstrip(".") for one in settings.pages.static_extensions)
        self._download = frozenset(one.lower().lstrip(".") for one in settings.pages.download_extensions)
        self._fold_path = _fold(subdomain.case_sensitive)
        self._fold_parameter = _fold(subdomain.case_sensitive_params)
        self._default_pages = {
            self._fold_path(one) for one in (*settings.pages.default_pages, *subdomain.default_pages) if one
        }
        dummy = (subdomain.dummy_parameter,) if subdomain.dummy_parameter else ()
        self._ignored = {self._fold_parameter(one) for one in (*settings.pages.ignore_parameters, *dummy)}
        self._path = lru_cache(REMEMBERED)(self._read_path)
        self._parameters = lru_cache(REMEMBERED)(self._read_parameters)

    def page_of(self, path: str, query: str | None) -> Page:
        """The page of a place, and whether it is static, a download, ``/robots.txt`` or excluded."""
        folder, static, download, robots_txt = self._path(path)
        parameters = self._parameters(query) if query else ""
        local = f"{folder}?{parameters}" if parameters else folder
        page = self._host + local
        # With several hosts, too, `starts_with = "/admin"` means what it says.
        excluded = any(match.matches(page) or match.matches(local) for match in self._excluded)
        return Page(page, static, download, robots_txt, excluded)

    def _read_path(self, raw: str) -> tuple[str, bool, bool, bool]:
        path = self._fold_path(clean_path(raw))
        name = path.rpartition("/")[2]
        extension = name.rpartition(".")[2].lower() if "." in name else ""
        folder = path.removesuffix(name) if name in self._default_pages else path
        return folder, extension in self._static, extension in self._download, path == "/robots.txt"

    def _read_parameters(self, query: str) -> str:
        kept = []
        for parameter in map(self._fold_parameter, _unescape(query.partition("#")[0]).split("&")):
            name = parameter.partition("=")[0]
            mark = name.lower()
            if parameter and not mark.startswith("utm_") and mark not in CLICK_IDS and name not in self._ignored:
                kept.append(parameter)
        return "&".join(sorted(kept))


def clean_path(path: str) -> str:
    """``/a/../b``, ``//``, ``%7E`` and fragments as RFC 3986 section 6 has them."""
    path = _unescape(path.partition("#")[0])
    if path.startswith("/") and "//" not in path and "/." not in path:
        return path
    segments: list[str] = []
    parts = path.split("/")
    for part in parts:
        if part == "..":
            if segments:
                segments.pop()
        elif part not in ("", "."):
            segments.append(part)
    folder = "/" if segments and parts[-1] in ("", ".", "..") else ""
    return "/" + "/".join(segments) + folder


def _unescape(text: str) -> str:
    """Only what need not be escaped: anything else could change what the text means."""
    return ESCAPE.sub(_unescape_one, text) if "%" in text else text


def _unescape_one(match: re.Match[str]) -> str:
    character = chr(int(match[1], 16))
    return character if character in UNRESERVED else match[0].upper()


def _fold(case_sensitive: bool) -> Callable[[str], str]:
    return str if case_sensitive else str.lower
