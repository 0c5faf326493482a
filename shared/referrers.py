"""Where a visit comes from: medium, source, search term (DOMAIN.md sections 7 and 8).

Pure; ask once for each distinct referrer. Hostile text never raises: what cannot be read is direct or a plain referral.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from typing import Literal
from urllib.parse import unquote_to_bytes, urlsplit

from shared.hosts import LONGEST, bare_host, registrable_domain
from shared.referrer_table import ReferrerTable, Row, load_table
from shared.texts import encodable

Medium = Literal["search", "social", "email", "paid", "ai", "referral", "internal", "direct"]
MEDIA: dict[str, Medium] = {
    "search": "search",
    "social": "social",
    "email": "email",
    "paid": "paid",
    "ai": "ai",
    "referral": "referral",
}
"""Kind of a row to medium."""
CHARSETS: dict[str, str] = {
    "Baidu": "gb18030",
    "Sogou": "gb18030",
    "Daum": "euc-kr",
    "Naver": "euc-kr",
    "Yandex": "cp1251",
    "Mail.ru": "cp1251",
    "Rambler": "cp1251",
    "Goo": "euc-jp",
    "Seznam": "cp1250",
}
"""What terms of old links are written in where they are not UTF-8; elsewhere Latin-1."""
WEBMAIL = re.compile(
    r"(?:web|e|my|light|rich|secure)?-?mail(?:er|box|business)?(?:-?\d+\w?|-bap|pro\d*)?|lightmailer[\w-]*|deref-[\w-]+"
    r"|owa|roundcube|horde|squirrelmail|zimbra\d*|rainloop|snappymail|sogo\d*|messagerie\w*|poczta|correo\w*|posta"
)
"""First label, below somebody's domain, of a host where mail is read."""
SEARCHES = re.compile(r"i?search\d*|websearch|suche|recherche|buscador|busca|buscar|cerca|ricerca|szukaj|arama|zoeken")
"""First label of a search engine nobody has listed; it counts only with a term."""
USUAL_PARAMETERS = ("q", "query", "p", "text", "searchfor", "keyword", "keywords", "k", "wd", "s")
TERM_LENGTH = 500
APP = "android-app://"


@dataclass(frozen=True, slots=True)
class Referrer:
    """What a referrer says. ``source`` is a readable name, or the domain; ``term`` as it was typed.

    ``domain`` is registrable (for an app its package); ``rule`` is the row of the table, or the reason, that decided.
    """

    medium: Medium
    source: str | None
    term: str | None
    domain: str | None
    rule: str


DIRECT = Referrer("direct", None, None, None, "no referrer")
NO_HOST = Referrer("direct", None, None, None, "no host in it")


def read_referrer(url: str | None, own_hosts: Collection[str] = (), table: ReferrerTable | None = None) -> Referrer:
    """What one raw referrer says; ``own_hosts`` are bare (:func:`shared.hosts.bare_host`)."""
    if not url or url.strip() in ("", "-"):
        return DIRECT
    url = encodable(url.strip())
    parts = _split(url)
    if parts is None:
        return NO_HOST
    host, path, query, fragment = parts
    app = url.lower().startswith(APP)
    domain = host if app else registrable_domain(host)
    if host in own_hosts:
        return Referrer("internal", None, None, domain, f"own host {host}")
    row = (table or own_table()).find(host, path or "/", query)
    if row is None:
        return _generic(host, domain, query)
    term = term_of(row, query, fragment) if row.kind == "search" else None
    return Referrer(MEDIA[row.kind], row.name, term, domain, f"{row.table}: {row.part}")


def term_of(row: Row, query: str, fragment: str) -> str | None:
    """The search term: the first of the row's parameters that is not empty, in the query, else behind ``#``."""
    return _term(row.parameters, CHARSETS.get(row.name, "latin-1"), query, fragment.lstrip("/!?"))


@cache
def own_table() -> ReferrerTable:
    """The table of this package."""
    return load_table()


def _split(url: str) -> tuple[str, str, str, str] | None:
    """Bare host, path, query, fragment; ``None`` where there is no host, or what can be none."""
    if "://" not in url:
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    host = bare_host(parts.netloc.rpartition("@")[2])
    return (host, parts.path, parts.query, parts.fragment) if 0 < len(host) <= LONGEST else None


def _generic(host: str, domain: str, query: str) -> Referrer:
    """By the first label of the host, where no row names it."""
    label = host.partition(".")[0]
    if host != domain or "-" in label:
        if WEBMAIL.fullmatch(label):
            return Referrer("email", domain, None, domain, f"generic: {label} is where mail is read")
        if host != domain and SEARCHES.fullmatch(label):
            term = _term(USUAL_PARAMETERS, "latin-1", query)
            if term is not None:
                return Referrer("search", domain, term, domain, f"generic: {label} with a term")
    return Referrer("referral", domain, None, domain, "no row for it")


def _term(names: Collection[str], charset: str, *queries: str) -> str | None:
    for query in queries:
        pairs: dict[str, str] = {}
        for pair in query.split("&") if query else ():
            name, _, value = pair.partition("=")
            if value:
                pairs.setdefault(name, value)
        for name in names:
            if name in pairs and (term := _decode(pairs[name], charset)):
                return term
    return None


def _decode(value: str, charset: str) -> str | None:
    """As it was typed, spaces made single; an address is what was linked to, no term."""
    raw = unquote_to_bytes(value.replace("+", " ").encode(errors="replace"))
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        text = raw.decode(charset, errors="replace")
    text = " ".join(text.replace("\0", "").split())[:TERM_LENGTH]
    return None if not text or text.startswith(("http://", "https://")) else text
