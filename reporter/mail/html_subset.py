"""The HTML and CSS that Outlook, Gmail and Apple Mail share, as a list: what is not on it is a fault.

Outlook on Windows lays out with Word: tables, and no floats, flex, positions or rounded corners. Gmail drops scripts,
forms, outer style sheets, and a style attribute in which it does not like one declaration. Outlook alone
passes over ``max-width``, draws no border of a row, and does not hand down every style to cells; comments that only it
reads say these again.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser

ATTRIBUTES: dict[str, set[str]] = {
    **{name: set() for name in ("head", "title", "thead", "tbody", "strong", "br")},
    "html": {"lang", "xmlns:o"},
    "meta": {"charset", "name", "content"},
    "body": set(),
    "table": {"role", "width", "cellpadding", "cellspacing", "border"},
    "tr": {"align", "valign"},
    "td": {"align", "valign", "colspan"},
    "th": {"align", "valign", "colspan", "scope"},
    "h1": set(),
    "h2": set(),
    "h3": set(),
    "p": set(),
    "span": set(),
    "a": {"href"},
    "div": set(),
    "img": {"src", "width", "height", "alt"},
}
"""Elements, and the attributes each may have beside ``style`` and ``class`` (which then means nothing)."""
EMPTY = {"meta", "br", "img"}
COLOR = r"#[0-9a-f]{6}"
LENGTH = r"(?:0|[0-9]{1,3}px)"
PROPERTIES: dict[str, str] = {
    "color": COLOR,
    "background-color": COLOR,
    "font-family": r"[A-Za-z0-9 ,'\"-]+",
    "font-size": r"1[2-9]px|2[0-9]px",
    "font-weight": "normal|bold",
    "line-height": r"[0-9]{2}px",
    "text-align": "left|right|center",
    "text-decoration": "none|underline",
    "vertical-align": "top|bottom|middle",
    "word-break": "break-word",
    "width": rf"100%|{LENGTH}",
    "max-width": LENGTH,
    "height": rf"auto|{LENGTH}",
    "margin": rf"{LENGTH}(?: {LENGTH}){{0,3}}",
    "padding": rf"{LENGTH}(?: {LENGTH}){{0,3}}",
    "border": rf"0|{LENGTH} solid {COLOR}",
    "border-top": rf"{LENGTH} solid {COLOR}",
    "border-left": rf"{LENGTH} solid {COLOR}",
    "border-bottom": rf"{LENGTH} solid {COLOR}",
    "border-collapse": "collapse",
}
"""Properties, each with the values it may have."""
UNSEEN = {"display": "none", "max-height": "0", "overflow": "hidden", "mso-hide": "all"}
"""The whole style of the one ``div``, which lists of e-mails show behind the subject; only Outlook reads the last."""
ADDRESSES = {"href": re.compile(r"(https?://|mailto:)\S+"), "src": re.compile(r"cid:[A-Za-z0-9._@-]+")}
FOR_OUTLOOK = {
    '[if mso]><table role="presentation" width="640" cellpadding="0" cellspacing="0" border="0"><tr><td><![endif]',
    "[if mso]></td></tr></table><![endif]",
    "[if mso]><xml><o:OfficeDocumentSettings><o:AllowPNG/><o:PixelsPerInch>96</o:PixelsPerInch>"
    "</o:OfficeDocumentSettings></xml><![endif]",
    "[if mso]><style>td,th{font-family:Segoe UI,Arial,sans-serif}p{font-size:16px;line-height:24px}"
    ".data td,.data th{border-bottom:1px solid #dfe2e6;font-size:14px;line-height:20px}</style><![endif]",
}
"""The comments there may be: Outlook reads them."""
MAX_BYTES = 100_000
"""Gmail cuts off what is longer."""


def faults(html: str) -> list[str]:
    """Everything that is not on the list, in words."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    found = [*reader.found, *(f"<{one}> is not closed" for one in reader.open)]
    if (size := len(html.encode())) > MAX_BYTES:
        found.append(f"{size:,} bytes are more than {MAX_BYTES:,}, which Gmail cuts off")
    return found


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ATTRIBUTES:
            self.found.append(f"<{tag}> is not shared by all")
        for name, value in attrs:
            self._attribute(tag, name, value or "")
        given = dict(attrs)
        if tag == "img":
            self.found += [f"<img> has no {name}" for name in ("alt", "width", "height") if not given.get(name)]
        if tag == "div" and _declarations(given.get("style") or "") != [*UNSEEN.items()]:
            self.found.append("<div> is seen")
        if tag not in EMPTY:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in EMPTY:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.found.append(f"</{tag}> closes something else")

    def handle_comment(self, data: str) -> None:
        if data not in FOR_OUTLOOK:
            self.found.append(f"a comment: {data[:40]}")

    def handle_decl(self, decl: str) -> None:
        if decl.lower() != "doctype html":
            self.found.append(f"a declaration: {decl[:40]}")

    def handle_pi(self, data: str) -> None:
        self.found.append(f"a processing instruction: {data[:40]}")

    def unknown_decl(self, data: str) -> None:
        self.found.append(f"a declaration: {data[:40]}")

    def _attribute(self, tag: str, name: str, value: str) -> None:
        if name == "class":
            return
        if name == "style":
            self._style(tag, value)
        elif name not in ATTRIBUTES.get(tag, set()):
            self.found.append(f"<{tag} {name}> is not shared by all")
        elif name in ADDRESSES and not ADDRESSES[name].fullmatch(value):
            self.found.append(f"<{tag} {name}> leads to {value[:60]!r}")

    def _style(self, tag: str, value: str) -> None:
        for name, given in _declarations(value) if tag != "div" else ():
            if name not in PROPERTIES:
                self.found.append(f"<{tag}> has the property {name}")
            elif not re.fullmatch(PROPERTIES[name], given):
                self.found.append(f"<{tag}> has {name}: {given}")


def _declarations(style: str) -> list[tuple[str, str]]:
    """Property and value of each."""
    parts = (one.partition(":") for one in style.split(";") if one.strip())
    return [(name.strip(), given.strip()) for name, _, given in parts]
