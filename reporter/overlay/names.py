"""How an address is named where nothing else of a site need be known."""

from __future__ import annotations

from urllib.parse import quote, urljoin, urlsplit, urlunsplit

PORTS = {"http": 80, "https": 443}
LONGEST = 4096
"""Characters of an address; what is longer is none."""
KEPT = "/%:&=?~#+!$,;'@()*[]"
"""What a browser does not escape, beside letters, digits and ``-._``."""


def read_url(base: str, text: str) -> str | None:
    """An address that stands in a page or style sheet, as a browser reads it; ``None``: none of the web."""
    text = "".join(one for one in text.strip("".join(map(chr, range(33)))) if one not in "\t\r\n")
    before, mark, after = text.partition("?")
    try:
        parts = urlsplit(urljoin(base, before.replace("\\", "/") + mark + after))
        if parts.scheme not in PORTS or not parts.hostname:
            return None
        host = parts.hostname.encode("idna").decode() if not parts.hostname.isascii() else parts.hostname
        host = f"[{host}]" if ":" in host else host
        port = f":{parts.port}" if parts.port not in (None, PORTS[parts.scheme]) else ""
        path, query = (quote(one, safe=KEPT, errors="replace") for one in (parts.path or "/", parts.query))
    except (ValueError, UnicodeError):
        return None
    url = urlunsplit((parts.scheme, f"{host}{port}", path, query, ""))
    return url if len(url) <= LONGEST else None


def exit_name(url: str) -> str:
    """An address of another site as it is compared: a link and a logged click seldom agree to the letter."""
    read = read_url("", url)
    return url if read is None else read
