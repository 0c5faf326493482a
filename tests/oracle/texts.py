"""What single texts mean, slowly and plainly: pages, hosts, amounts, cookies, parameters, matchers.

Definitions: DOMAIN.md sections 3, 5, 7 and 8.
"""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from ipaddress import ip_address, ip_network
from urllib.parse import parse_qsl, unquote_plus, urlsplit

STATIC = set(
    "css js mjs map json xml txt ico png jpg jpeg gif svg webp avif bmp woff woff2 ttf eot otf mp3 mp4 webm jar class vbs ida mid".split()
)
DOWNLOAD = set("pdf zip gz tgz bz2 7z rar exe msi dmg deb rpm apk iso csv doc docx xls xlsx ppt pptx".split())
NETWORKS = {
    "gclid": "Google Ads", "gbraid": "Google Ads", "wbraid": "Google Ads", "dclid": "Google Display",
    "msclkid": "Microsoft Ads", "fbclid": "Meta", "ttclid": "TikTok", "twclid": "X", "li_fat_id": "LinkedIn",
}  # fmt: skip
"""Click ids and who issues them; of several in a query the first here names the network."""
CLICK_IDS = set(NETWORKS)


def bare(host: str) -> str:
    host = host.lower()
    if ":" in host and not host.startswith("["):
        host = host.split(":")[0]
    return host[4:] if host.startswith("www.") else host


def plain(text: str) -> str:
    """RFC 3986 section 6.2.2: what need not be escaped is not, and other escapes are in capitals."""
    result, at = "", 0
    while at < len(text):
        piece = text[at : at + 3]
        if len(piece) == 3 and piece[0] == "%" and all(one in "0123456789abcdefABCDEF" for one in piece[1:]):
            meant = chr(int(piece[1:], 16))
            result += meant if meant.isascii() and (meant.isalnum() or meant in "-._~") else piece.upper()
            at += 3
        else:
            result += text[at]
            at += 1
    return result


def clean_path(path: str, rules: dict) -> str:
    path = plain(path.split("#")[0])
    stack: list[str] = []
    parts = path.split("/")
    for part in parts:
        if part == "..":
            if stack:
                stack.pop()
        elif part not in ("", "."):
            stack.append(part)
    path = "/" + "/".join(stack) + ("/" if stack and parts[-1] in ("", ".", "..") else "")
    if not rules["case_sensitive"]:
        path = path.lower()
    name = path.split("/")[-1]
    if name and name in rules["default_pages"]:
        path = path[: -len(name)]
    return path


def page_of(hit: dict, rules: dict) -> str:
    kept = []
    for parameter in plain((hit["query"] or "").split("#")[0]).split("&"):
        key = parameter.split("=")[0]
        if (
            parameter
            and not key.lower().startswith("utm_")
            and key.lower() not in CLICK_IDS
            and key not in rules["ignore"]
        ):
            kept.append(parameter)
    return clean_path(hit["path"], rules) + ("?" + "&".join(sorted(kept)) if kept else "")


def extension_of(hit: dict) -> str:
    name = hit["path"].split("#")[0].split("/")[-1]
    return name.split(".")[-1].lower() if "." in name else ""


def referrer_host(referrer: str | None) -> str:
    if not referrer or "://" not in referrer:
        return ""
    return bare(urlsplit(referrer).netloc.split("@")[-1])


def amount_of(text: str | None) -> Decimal | None:
    if text is None or not re.fullmatch(r"[0-9]+(\.[0-9]+)?", text):
        return None
    return Decimal(text).quantize(Decimal("0.01"), ROUND_HALF_UP)


def cookie_of(raw: str | None, name: str | None) -> str | None:
    """The cookie's value; an empty one does not count."""
    for piece in (raw or "").split(";"):
        key, _, value = piece.strip().partition("=")
        if name and key == name and value:
            return value
    return None


def parameters_of(query: str | None, *, empty: bool = False) -> list[tuple[str, str]]:
    """Names and values, decoded, in order; those without a value do not count unless they are asked for."""
    return parse_qsl(query or "", keep_blank_values=empty)


def first_parameter(query: str | None, name: str | None) -> str | None:
    for key, value in parameters_of(query):
        if key == name:
            return value
    return None


def marks_of(query: str | None) -> dict[str, str]:
    """``utm_*`` and click ids of a query, by their names in lower case: the first value that is not empty."""
    found: dict[str, str] = {}
    for pair in (query or "").split("#")[0].split("&"):
        name, _, value = pair.partition("=")
        name, value = name.lower(), unquote_plus(value).strip()
        if value and (name in CLICK_IDS or name.startswith("utm_")) and name not in found:
            found[name] = value
    return found


def text_fits(matcher: dict, text: str | None) -> bool:
    """Exactly one of the six ways to compare a text; what is not there fits none."""
    if text is None:
        return False
    ((way, wanted),) = matcher.items()
    match way:
        case "equals":
            return text == wanted
        case "contains":
            return wanted in text
        case "starts_with":
            return text.startswith(wanted)
        case "ends_with":
            return text.endswith(wanted)
        case "any_of":
            return text in wanted
        case "regex":
            return re.search(wanted, text) is not None
    raise AssertionError(way)


def number_fits(matcher: dict, number: float) -> bool:
    return ("min" not in matcher or number >= matcher["min"]) and ("max" not in matcher or number <= matcher["max"])


def address_fits(matcher: dict, address: str) -> bool:
    """``equals`` and ``any_of`` name patterns: an address, CIDR, or octets with ``*`` and ranges."""
    ((way, wanted),) = matcher.items()
    if way == "equals":
        return address_is(wanted, address)
    if way == "any_of":
        return any(address_is(one, address) for one in wanted)
    return text_fits(matcher, address)


def address_is(pattern: str, address: str) -> bool:
    if "*" not in pattern and "-" not in pattern:
        return ip_address(address) in ip_network(pattern, strict=False)
    octets = address.split(".")
    if len(octets) != 4:
        return False
    for wanted, octet in zip(pattern.split("."), octets, strict=False):
        low, _, high = wanted.partition("-")
        if wanted != "*" and not int(low) <= int(octet) <= int(high or low):
            return False
    return True
