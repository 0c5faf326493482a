"""Images and fonts, known by their bytes: what a server says they are counts for nothing."""

from __future__ import annotations

import re
from base64 import b64encode

from lxml import etree

SVG = "image/svg+xml"
BEGINNINGS = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"BM", "image/bmp"),
    (b"\x00\x00\x01\x00", "image/x-icon"),
    (b"wOFF", "font/woff"),
    (b"wOF2", "font/woff2"),
    (b"\x00\x01\x00\x00", "font/ttf"),
    (b"true", "font/ttf"),
    (b"OTTO", "font/otf"),
)
SVG_ELEMENTS = frozenset(
    "svg g path rect circle ellipse line polyline polygon text tspan textPath defs use symbol clipPath mask "
    "marker linearGradient radialGradient stop pattern title desc filter feBlend feColorMatrix "
    "feComponentTransfer feComposite feFlood feFuncA feFuncB feFuncG feFuncR feGaussianBlur feMerge feMergeNode "
    "feMorphology feOffset feTile".split()
)
SVG_NAMESPACE = "http://www.w3.org/2000/svg"
HREF = ("href", "{http://www.w3.org/1999/xlink}href")
LOCAL = re.compile(r"#[A-Za-z_][\w.:-]*\Z")
LOCAL_URL = re.compile(r"url\(\s*(['\"]?)#[A-Za-z_][\w.:-]*\1\s*\)", re.IGNORECASE)
REACHES_OUT = re.compile(r"[\\@]|url|src|image|expression|import|javascript|/\*", re.IGNORECASE)
"""In a value from which local ones are taken: what is none of these names no other file."""


def media_type(data: bytes) -> str | None:
    """``None``: it is neither an image nor a font."""
    for beginning, found in BEGINNINGS:
        if data.startswith(beginning):
            return found
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    if data[4:12] in (b"ftypavif", b"ftypavis"):
        return "image/avif"
    return SVG if b"<svg" in data[:4096] else None


def data_url(data: bytes) -> str | None:
    """An image or font as an address that asks nobody; SVG only with what draws. ``None``: it is none, or broken."""
    found = media_type(data)
    if found == SVG:
        cleaned = clean_svg(data)
        if cleaned is None:
            return None
        data = cleaned
    return f"data:{found};base64,{b64encode(data).decode()}" if found else None


def clean_svg(data: bytes) -> bytes | None:
    """Shapes, text and paint; no script, style sheet, animation or other file."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    if root.tag != f"{{{SVG_NAMESPACE}}}svg":
        return None
    for element in list(root.iter()):
        name = element.tag
        if not isinstance(name, str) or name.removeprefix(f"{{{SVG_NAMESPACE}}}") not in SVG_ELEMENTS:
            _drop(element)
            continue
        for attribute, value in list(element.attrib.items()):
            if not is_harmless(str(attribute), str(value)):
                del element.attrib[attribute]
    cleaned: bytes = etree.tostring(root)  # the root alone: no DTD
    return cleaned


def is_harmless(name: str, value: str) -> bool:
    """Whether an attribute of SVG draws and does nothing else."""
    if name in HREF or name.lower() in ("xlink:href", "src"):
        return LOCAL.match(value.strip()) is not None
    plain = name.rpartition("}")[2].lower()
    if plain.startswith("on") or plain == "base":
        return False
    return REACHES_OUT.search(LOCAL_URL.sub("", value)) is None


def _drop(element: etree._Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)
