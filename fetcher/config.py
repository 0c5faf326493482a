"""ClickTracks_Config.xml (DOMAIN.md section 1): hostile input, read with lxml."""

from __future__ import annotations

import re

import structlog
from lxml import etree

from fetcher.names import is_safe_name
from shared.errors import Rejected
from shared.site import Site, Subdomain

MAX_BYTES = 1 << 20
ROOT = "CLICKTRACKSSERVER"
NUMBERED = re.compile(r"([A-Z]+?)([0-9]{1,9})")
UNIX_SECONDS = re.compile(r"[0-9]{1,12}")
log = structlog.get_logger()


def read_config(data: bytes, name: str) -> Site:
    """The site a config describes; :class:`Rejected` names the file, the line, what is wrong and what to do."""
    root = _parse(data, name)
    parts = root.find("SUBDOMAINS")
    subdomains = tuple(_subdomain(element, name) for element in _numbered(parts, "SUBDOMAIN", name))
    site_name = _text(root.find("SITE"), "NAME")
    hosts = dict.fromkeys(host for host in (site_name, *(h for sub in subdomains for h in sub.hosts)) if host)
    stamp = _text(root, "TIMESTAMP")
    return Site(site_name, tuple(hosts), subdomains, int(stamp) if UNIX_SECONDS.fullmatch(stamp) else None)


def _parse(data: bytes, name: str) -> etree._Element:
    if len(data) > MAX_BYTES:
        raise _wrong(name, "is larger than 1 MiB", "config_too_large")
    if not data.strip():
        raise _wrong(name, "is empty", "config_empty")
    if (at := _first(data, b"<!DOCTYPE", b"<!ENTITY")) >= 0:
        raise _entities(name, data.count(b"\n", 0, at) + 1)
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        line, column = error.position
        raise _wrong(name, f"is not XML: line {line}, column {column}: {error.msg}", "config_not_xml") from error
    except (ValueError, LookupError) as error:
        raise _wrong(name, f"is not XML: {error}", "config_not_xml") from error
    # In an encoding in which the bytes did not show it.
    if root.getroottree().docinfo.internalDTD is not None or any(el.tag is etree.Entity for el in root.iter()):
        raise _entities(name, 1)
    if root.tag != ROOT:
        raise _wrong(name, f"line {root.sourceline}: begins with <{root.tag}>, not <{ROOT}>", "config_not_config")
    return root


def _subdomain(element: etree._Element, name: str) -> Subdomain:
    aliases = _text(element, "ALTWEBSRVNAMES") or _text(element, "ALTWEBSERVERNAMES")
    servers = [_folder(server, name) for server in _numbered(element.find("SERVERS"), "SERVER", name)]
    return Subdomain(
        key=str(element.tag),
        name=_folder(element, name),
        hosts=_split(aliases),
        scripting=_text(element, "SERVERSCRIPTING") or "none",
        default_pages=_split(_text(element, "DEFAULTPAGES")),
        case_sensitive=_text(element, "CASESENSITIVE") != "0",
        session_cookie=_text(element, "SESSIONID") or None,
        persistent_cookie=_text(element, "PERSISTENTCOOKIEID") or None,
        servers=tuple(dict.fromkeys(server for server in servers if server)),
        case_sensitive_params=_text(element, "CASESENSITIVEPARAMS") != "0",
        dummy_parameter=_text(element, "DUMMYPARAMETER") or None,
    )


def _folder(element: etree._Element, name: str) -> str:
    """The NAME of a subdomain or server, which is a folder's."""
    folder = _text(element, "NAME")
    if folder and not is_safe_name(folder):
        where = f"line {element.sourceline}: <{element.tag}>"
        raise _wrong(name, f"{where} names a folder {folder!r}, which leads out of the data set", "config_unsafe_name")
    return folder


def _numbered(parent: etree._Element | None, prefix: str, name: str) -> list[etree._Element]:
    """The children ``SUBDOMAIN1``, ``SUBDOMAIN2`` ... by number; COUNT is not trusted, what is there counts."""
    if parent is None:
        return []
    found = []
    for child in parent:
        match = NUMBERED.fullmatch(str(child.tag))
        if match and match[1] == prefix:
            found.append((int(match[2]), child))
    said = _text(parent, "COUNT")
    if said != str(len(found)) and (said or found):
        log.warning("config.count_differs", file=name, element=str(parent.tag), said=said, found=len(found))
    return [child for _, child in sorted(found, key=lambda pair: pair[0])]


def _text(parent: etree._Element | None, tag: str) -> str:
    element = parent.find(tag) if parent is not None else None
    return (element.text or "").strip() if element is not None else ""


def _split(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in re.split(r"[;,]", text) if part.strip())


def _first(data: bytes, *marks: bytes) -> int:
    return min((at for mark in marks if (at := data.find(mark)) >= 0), default=-1)


def _entities(name: str, line: int) -> Rejected:
    return _wrong(name, f"line {line}: has a DOCTYPE or entities, which no collector writes", "config_entities")


def _wrong(name: str, what: str, reason: str) -> Rejected:
    return Rejected(
        f"{name} {what}.", remedy="Point at the ClickTracks_Config.xml that the collector wrote.", reason=reason
    )
