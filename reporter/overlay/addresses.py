"""Which page of the data set an address is, and at which address a page lies. The rules are the analyzer's own."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from reporter.overlay.names import PORTS, exit_name, read_url
from shared.dataset_settings import DatasetSettings
from shared.errors import Misconfigured
from shared.hosts import bare_host
from shared.pages import Origins
from shared.site import Site

Kind = Literal["page", "file", "exit"]


@dataclass(frozen=True)
class Target:
    """What a link leads to: a page, a file that is downloaded, or an address of another site."""

    kind: Kind
    name: str


def host_and_port(url: str) -> tuple[str, int]:
    """Of an address of :func:`read_url`."""
    parts = urlsplit(url)
    return parts.hostname or "", parts.port or PORTS[parts.scheme]


class Addresses:
    """Those of one data set's site.

    ``own_hosts`` are bare. :class:`Misconfigured` where nothing says where the site answers.
    """

    def __init__(self, settings: DatasetSettings, site: Site, own_hosts: Collection[str]) -> None:
        first = next(iter((*site.hosts, *settings.dataset.hosts, *own_hosts)), "")
        base = settings.overlay.base or (f"https://{first}" if first else "")
        read = read_url("", base)
        if read is None:
            raise Misconfigured(
                "Nothing says at which address the site answers.", remedy='Set [overlay] base = "https://…".'
            )
        self.base = read.rstrip("/")
        parts = urlsplit(self.base)
        self._scheme, self._port = parts.scheme, f":{parts.port}" if parts.port else ""
        self._origins, self._hosts_in_pages = Origins(site, settings), len(site.subdomains) > 1
        named = (*site.hosts, *settings.dataset.hosts, *own_hosts, parts.hostname or "")
        self.own = frozenset(bare_host(one) for one in named) - {""}
        self._assets = self.own | frozenset(bare_host(one) for one in settings.overlay.asset_hosts) - {""}
        self.rules = [
            settings.pages.model_dump(),
            settings.exclude.model_dump(),
            site.to_json(),
            self.base,
            sorted(self.own),
        ]
        """All that decides which page an address is."""
        self._ports = frozenset((*PORTS.values(), parts.port or PORTS[parts.scheme]))

    def url_of(self, page: str) -> str | None:
        """Where a page lies; ``None`` where its name is no path, as a log may have it."""
        host, path = "", page
        if self._hosts_in_pages:
            host, slash, path = page.partition("/")
            path = slash + path
        if not path.startswith("/"):
            return None
        # What begins with two slashes would be a host.
        path = "/" + path.lstrip("/") if path.startswith("//") else path
        base = f"{self._scheme}://{host}{self._port}" if host else self.base
        return read_url("", base + path.replace("#", "%23").replace("\\", "%5C"))

    def target_of(self, url: str) -> Target | None:
        """What an address of :func:`read_url` is; ``None`` where nobody counts: a style, an image, an excluded page."""
        parts = urlsplit(url)
        if bare_host(parts.hostname or "") not in self.own:
            return Target("exit", exit_name(url))
        found = self._origins.rules_of("", parts.hostname).page_of(parts.path or "/", parts.query)
        if found.download:
            return Target("file", found.page)
        if found.static or found.excluded or found.robots_txt:
            return None
        return Target("page", found.page)

    def why_not(self, url: str, *, asset: bool) -> str | None:
        """Why nothing is fetched from an address of :func:`read_url`, in words; ``None``: it may be asked."""
        host, port = host_and_port(url)
        if bare_host(host) not in (self._assets if asset else self.own):
            return f"{host} is no host of the data set"
        if port not in self._ports:
            return f"port {port} is not the site's"
        return None
