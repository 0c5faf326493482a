"""Hosts: the site's own, and those visitors come from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from shared.dataset_settings import DatasetSettings
from shared.hosts import bare_host, host_of, registrable_domain
from shared.site import Site

DIRECT = "(direct)"


@dataclass(frozen=True)
class OwnHosts:
    """The site's own hosts, bare, and who named them."""

    hosts: tuple[str, ...]
    origin: Literal["config", "settings", "referrers", "none"]


@dataclass(frozen=True)
class Referrer:
    """A distinct referrer. External: from a host that is not the site's own."""

    external: bool
    domain: str
    url: str | None


def named_hosts(site: Site, settings: DatasetSettings) -> OwnHosts | None:
    """The hosts that the config and the settings name; ``None`` when neither names any."""
    named = {bare_host(host) for host in (*site.hosts, *settings.dataset.hosts)} - {""}
    if not named:
        return None
    return OwnHosts(tuple(sorted(named)), "config" if any(bare_host(host) for host in site.hosts) else "settings")


def choose_own_hosts(static_hosts: Iterable[tuple[str, int]]) -> OwnHosts:
    """The host that most requests for static files name as their referrer.

    ``static_hosts``: the hosts with how often they are named; a tie goes to the alphabet.
    """
    counted = dict(static_hosts)
    if not counted:
        return OwnHosts((), "none")
    best = min(counted, key=lambda host: (-counted[host], host))
    return OwnHosts((best,), "referrers")


def read_referrer(raw: str | None, own: OwnHosts) -> Referrer:
    """What a raw referrer says."""
    host = host_of(raw) if raw else ""
    if not raw or not host or host in own.hosts:
        return Referrer(external=False, domain=DIRECT, url=None)
    return Referrer(external=True, domain=registrable_domain(host), url=raw.partition("#")[0])
