"""Hosts as they are compared, and the domain a host belongs to."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from urllib.parse import urlsplit

from publicsuffixlist import PublicSuffixList

ADDRESS = re.compile(r"\d+\.\d+\.\d+\.\d+|.*:.*", re.DOTALL)
LONGEST = 253
"""Characters of a host's name, by RFC 1035: what is longer is none."""
REMEMBERED = 50_000


def bare_host(host: str) -> str:
    """A host as hosts are compared: lower case, without port and leading ``www.``."""
    host = host.strip().lower()
    if host.startswith("["):
        return host[1:].partition("]")[0]
    if host.count(":") == 1:
        host = host.partition(":")[0]
    return host.rstrip(".").removeprefix("www.")


def host_of(url: str) -> str:
    """The bare host of an absolute URL; empty when it has none."""
    if "://" not in url:
        return ""
    try:
        netloc = urlsplit(url).netloc
    except ValueError:
        return ""
    return bare_host(netloc.rpartition("@")[2])


@lru_cache(REMEMBERED)
def registrable_domain(host: str) -> str:
    """``news.example.co.uk`` to ``example.co.uk``; an address, or a name without a public suffix, stays as it is."""
    if not _is_name(host):
        return host
    return _suffixes(private=True).privatesuffix(host) or host


@lru_cache(REMEMBERED)
def country_suffix(host: str) -> str:
    """``co.uk`` of ``www.example.co.uk``: the ending that registries sell names under; empty for an address."""
    if not _is_name(host):
        return ""
    return _suffixes(private=False).publicsuffix(host) or ""


def _is_name(host: str) -> bool:
    """The list can say something of it: no address, and no half surrogate pair, which no encoding knows."""
    if len(host) > LONGEST or ADDRESS.fullmatch(host):
        return False
    return host.isascii() or not any("\ud800" <= one <= "\udfff" for one in host)


@cache
def _suffixes(*, private: bool) -> PublicSuffixList:
    return PublicSuffixList(only_icann=not private)
