"""A fetched page as it is shown: cleaned by a list of what may stay, its links numbered, its styles within it.

What stays is what draws. Scripts, frames, forms' targets, ``base``, ``meta`` and every address go; styles stand in the
page, images and fonts are put in later, by name. Browsers and this parser may disagree about broken markup: whatever
comes of that is held by the frame it is shown in, which has no scripts, no origin, and a policy that loads nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

import lxml.html
from lxml import etree

from reporter.overlay.addresses import Target
from reporter.overlay.media import SVG_ELEMENTS, is_harmless
from reporter.overlay.names import read_url
from reporter.overlay.styles import Sources, clean_declarations, clean_sheet, clean_style

POLICY = (
    "default-src 'none'; img-src data:; font-src data:; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'"
)
ELEMENTS = frozenset(
    "html head body title style a abbr acronym address area article aside b bdi bdo big blockquote br button "
    "caption center cite code col colgroup data dd del details dfn dialog dir div dl dt em fieldset figcaption "
    "figure font footer form h1 h2 h3 h4 h5 h6 header hgroup hr i img input ins kbd label legend li main map "
    "mark menu meter nav ol optgroup option output p picture pre progress q rp rt ruby s samp search section "
    "select small span strike strong sub summary sup table tbody td textarea tfoot th thead time tr tt u ul var "
    "wbr".split()
)
SVG = frozenset(one.lower() for one in SVG_ELEMENTS) - {"title"}
GONE = frozenset(
    "script template object embed applet iframe frame frameset noembed noframes xmp plaintext listing math audio video "
    "canvas source track param base meta link portal fencedframe".split()
)
"""They go with all that is in them; of what is neither here nor there, the content stays."""
VOID = frozenset("embed source track param base link meta frame".split())
"""Of those, they that can have no content."""
ATTRIBUTES = frozenset(
    "class id dir lang title role width height align valign bgcolor color border cellpadding cellspacing colspan "
    "rowspan span scope hidden alt open type value placeholder checked selected disabled rows cols size start "
    "reversed for name label low high max min optimum nowrap noshade face clear compact multiple readonly "
    "datetime shape coords usemap frame rules text".split()
)
LATER = ("src", "data-src", "data-lazy-src", "data-original")
"""Where an image's address stands; pages that load them by script keep it elsewhere."""

DOCTYPE = re.compile(r"\s*<!doctype", re.IGNORECASE)
COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
FREE = re.compile(r"(aria|data)-[a-z][a-z0-9-]*")
BARRED = "data-pp"
"""Marks the links that carry bars."""
LONGEST_TEXT = 80


@dataclass(frozen=True)
class Link:
    """A link of a page; ``placed``: it can carry a bar. An ``area`` of an image cannot."""

    target: Target
    text: str
    placed: bool


@dataclass(frozen=True)
class Marks:
    """Names for what is put in later, which no page can contain: the nonce is made from all of its bytes."""

    nonce: str

    def link(self, number: int) -> str:
        """Where the bars of a link stand."""
        return f"{self.nonce}L{number:x}."

    def media(self, sha256: str) -> str:
        """An image or font."""
        return f"{self.nonce}M{sha256}."

    def style(self) -> str:
        """Where the style of the bars stands."""
        return f"{self.nonce}S0."

    def split(self, text: str) -> list[tuple[str, str]]:
        """Pieces of text, each with what follows it: ``L`` and a number, ``M`` and a digest, ``S0``, or nothing."""
        pieces = re.split(f"{self.nonce}([LMS][0-9a-f]+)\\.", text)
        return list(zip(pieces[::2], [*pieces[1::2], ""], strict=True))


@dataclass
class Page:
    """What came of a page."""

    html: str = ""
    title: str = ""
    links: list[Link] = field(default_factory=list)


def clean_page(
    text: str, url: str, marks: Marks, sources: Sources, target_of: Callable[[str], Target | None]
) -> Page | None:
    """A page cleaned; ``None`` where there is nothing in it. ``target_of`` says where a link leads."""
    parser = lxml.html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=False)
    whole = text.replace("\0", "").encode("utf-8", errors="replace")
    try:
        root = lxml.html.document_fromstring(whole, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None
    cleaner = _Cleaner(root, url, marks, sources, target_of)
    cleaner.clean()
    head = root.find("head")
    if head is None:
        head = lxml.html.Element("head")
        root.insert(0, head)
    for one in (
        lxml.html.Element("meta", {"http-equiv": "Content-Security-Policy", "content": POLICY}),
        lxml.html.Element("meta", charset="utf-8"),
    ):
        head.insert(0, one)
    begins = "<!DOCTYPE html>\n" if DOCTYPE.match(COMMENT.sub("", text[:4096])) else ""
    cleaner.page.html = begins + lxml.html.tostring(root, encoding="unicode") + marks.style()
    return cleaner.page


class _Cleaner:
    """Cleans a tree in place."""

    def __init__(
        self,
        root: lxml.html.HtmlElement,
        url: str,
        marks: Marks,
        sources: Sources,
        target_of: Callable[[str], Target | None],
    ) -> None:
        self.root, self.marks, self.sources, self._target_of = root, marks, sources, target_of
        base = next((one.get("href") for one in root.iter("base") if one.get("href")), None)
        self.base = (read_url(url, base) if base else None) or url
        self._itself = target_of(url)
        self._hrefs: dict[lxml.html.HtmlElement, str] = {}
        self.page = Page()

    def clean(self) -> None:
        """Leave only what may stay."""
        for element in list(self.root.iter()):
            self._element(element)
        title = self.root.find(".//title")
        self.page.title = "" if title is None else " ".join((title.text or "").split())[:200]
        # Last, since nothing may come behind it: what is numbered stays where it is.
        for name in ("a", "area"):
            for element in self.root.iter(name):
                self._link(element)

    def _element(self, element: lxml.html.HtmlElement) -> None:
        name = element.tag
        if (
            not isinstance(name, str)
            or (name in GONE and not self._is_sheet(element))
            or (name == "style" and _in_svg(element))
        ):
            _drop(element)
        elif self._is_sheet(element):
            self._sheet(element)
        elif name not in ELEMENTS and name not in SVG:
            if element.getparent() is not None:
                element.drop_tag()
        elif name == "style":
            self._replace_text(element, clean_style(element.text or "", self.base, self.sources))
            self._attributes(element, ("media",))
        else:
            image = self._image(element) if name in ("img", "input") else None
            href = element.attrib.pop("href", None) if name in ("a", "area") else None
            self._attributes(element)
            if image is not None:
                element.set("src", image)
            if href is not None:
                self._hrefs[element] = str(href)

    def _is_sheet(self, element: lxml.html.HtmlElement) -> bool:
        rel = (element.get("rel") or "").lower().split()
        return element.tag == "link" and "stylesheet" in rel and "alternate" not in rel and bool(element.get("href"))

    def _sheet(self, element: lxml.html.HtmlElement) -> None:
        """A style sheet's text in place of the link to it."""
        url = read_url(self.base, element.get("href"))
        text = clean_sheet(url, self.sources) if url else None
        if text is None:
            _drop(element)
            return
        element.tag = "style"
        self._attributes(element, ("media",))
        self._replace_text(element, text)

    def _replace_text(self, element: lxml.html.HtmlElement, text: str) -> None:
        for child in list(element):
            element.remove(child)
        element.text = text

    def _image(self, element: lxml.html.HtmlElement) -> str | None:
        """The first address that is kept; candidates for larger screens are left out."""
        sets = (element.get("srcset") or element.get("data-srcset") or "").split(",")
        for text in (*(element.get(name) for name in LATER), sets[0].strip().partition(" ")[0]):
            url = text if text and text.startswith("data:") else read_url(self.base, text) if text else None
            if url and (kept := self.sources.media(url)):
                return kept
        return None

    def _attributes(self, element: lxml.html.HtmlElement, only: tuple[str, ...] | None = None) -> None:
        """Keep those that draw."""
        in_svg = element.tag in SVG
        for name, value in list(element.attrib.items()):
            name, value = str(name), str(value)
            if only is not None:
                if name not in only or re.search(r"[<>]", value):
                    del element.attrib[name]
            elif name == "style":
                element.set(name, clean_declarations(value, self.base, self.sources))
            elif name == "background" and not in_svg:
                url = read_url(self.base, value)
                self._set_or_drop(element, name, self.sources.media(url) if url else None)
            elif in_svg:
                if not is_harmless(name, value) or not re.fullmatch(r"[A-Za-z_][\w.:-]*", name):
                    del element.attrib[name]
            elif name not in ATTRIBUTES and (not FREE.fullmatch(name) or name == BARRED or "//" in value):
                del element.attrib[name]

    def _set_or_drop(self, element: lxml.html.HtmlElement, name: str, value: str | None) -> None:
        if value is None:
            del element.attrib[name]
        else:
            element.set(name, value)

    def _link(self, element: lxml.html.HtmlElement) -> None:
        """Number a link, if it leads to anything that is counted; nothing is left of its address."""
        href = self._hrefs.get(element)
        url = read_url(self.base, href) if href and not href.lstrip().startswith("#") else None
        target = self._target_of(url) if url else None
        if target is None or target == self._itself:
            return
        number = len(self.page.links)
        shown = re.sub(f"{self.marks.nonce}[LMS][0-9a-f]+\\.", " ", element.text_content())
        text = " ".join(shown.split()) or next(
            (one.get("alt") for one in element.iter("img") if one.get("alt")), element.get("alt") or ""
        )
        placed = element.tag == "a" and not _in_svg(element)
        self.page.links.append(Link(target, text[:LONGEST_TEXT], placed))
        if placed:
            element.set("tabindex", "0")
            element.set(BARRED, "")
            _append(element, self.marks.link(number))


def _append(element: lxml.html.HtmlElement, text: str) -> None:
    if len(element):
        element[-1].tail = (element[-1].tail or "") + text
    else:
        element.text = (element.text or "") + text


def _in_svg(element: lxml.html.HtmlElement) -> bool:
    return any(one.tag == "svg" for one in element.iterancestors())


def _drop(element: lxml.html.HtmlElement) -> None:
    """Take it out; what this parser, unlike browsers, takes for its content, stays."""
    if element.getparent() is None:
        return
    if element.tag in VOID:
        element.drop_tag()
    else:
        element.drop_tree()
