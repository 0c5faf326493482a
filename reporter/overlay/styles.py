"""Style sheets without any address: images and fonts are put in by name, sheets that are imported stand in place."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import tinycss2
from tinycss2.serializer import serialize_identifier

from reporter.overlay.media import LOCAL
from reporter.overlay.names import read_url

FORBIDDEN = frozenset("src image image-set -webkit-image-set cross-fade -webkit-cross-fade element expression".split())
"""Functions that name files otherwise than by ``url``."""
NESTED_ONLY = frozenset(("import", "charset", "namespace"))
CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
BLOCKS = {"() block": "()", "[] block": "[]", "{} block": "{}"}
NOTHING = 'url("data:,")'
SPLIT = "/**/"
"""In place of what is left out: without it, what stands around it could become one word, such as ``url``."""
DEEPEST_IMPORT = 4
Node = Any
"""Of tinycss2, which has no types."""


@dataclass(frozen=True)
class Sources:
    """What a style sheet or page may name, by address: text that stands for an image or font; a sheet's text, where it
    came from, and its encoding by HTTP. ``None``: it is not kept."""

    media: Callable[[str], str | None]
    sheet: Callable[[str], tuple[bytes, str, str | None] | None]


def clean_sheet(url: str, sources: Sources, depth: int = 0) -> str | None:
    """The text of the style sheet at an address, with all it imports; ``None`` where it is not kept."""
    found = sources.sheet(url) if depth < DEEPEST_IMPORT else None
    if found is None:
        return None
    data, base, charset = found
    try:
        rules, _ = tinycss2.parse_stylesheet_bytes(data, protocol_encoding=charset)
        return "".join(_Writer(base, sources, depth).rules(rules))
    except RecursionError:  # nobody nests so deep in earnest
        return None


def clean_style(text: str, base: str, sources: Sources) -> str:
    """The text of a ``style`` element."""
    try:
        rules = tinycss2.parse_stylesheet(text)
        return "".join(_Writer(base, sources, 0).rules(rules))
    except RecursionError:
        return ""


def clean_declarations(text: str, base: str, sources: Sources) -> str:
    """The text of a ``style`` attribute."""
    try:
        return _Writer(base, sources, 0).values(tinycss2.parse_component_value_list(text))
    except RecursionError:
        return ""


@dataclass(frozen=True)
class _Writer:
    """Writes parsed CSS again; what names a file goes through ``sources``."""

    base: str
    sources: Sources
    depth: int

    def rules(self, rules: Iterable[Node]) -> Iterable[str]:
        for rule in rules:
            match rule.type:
                case "qualified-rule":
                    yield f"{self.values(rule.prelude)}{{{self.values(rule.content)}}}\n"
                case "at-rule" if rule.lower_at_keyword == "import":
                    yield self._imported(rule.prelude)
                case "at-rule" if rule.lower_at_keyword not in NESTED_ONLY:
                    inner = f"{{{self.values(rule.content)}}}\n" if rule.content is not None else ";\n"
                    yield f"@{serialize_identifier(rule.at_keyword)}{self.values(rule.prelude)}{inner}"

    def values(self, nodes: Sequence[Node]) -> str:
        """Component values as text. ``</`` would end the element that the text stands in."""
        text = "".join(self._texts(nodes)).replace("</", "<\\/").replace("<!--", SPLIT)
        return CONTROL.sub("\ufffd", text)

    def _texts(self, nodes: Sequence[Node]) -> Iterable[str]:
        before: Node = None
        for node in nodes:
            match node.type:
                case "comment" | "error":
                    yield SPLIT
                case "url":
                    yield self._url(node.value)
                case "function" if node.lower_name == "url":
                    yield self._url("".join(one.value for one in node.arguments if one.type == "string"))
                case "function" if node.lower_name in FORBIDDEN:
                    yield "removed()"
                case "function":
                    yield f"{serialize_identifier(node.name)}({self.values(node.arguments)})"
                case "() block" | "[] block" | "{} block" as block:
                    yield f"{BLOCKS[block][0]}{self.values(node.content)}{BLOCKS[block][1]}"
                case "at-keyword" if node.lower_value in NESTED_ONLY:
                    yield "removed"
                case "ident" if _is_colon(before) and node.lower_value in ("link", "any-link"):
                    yield "is(a)"  # a copy's links lead nowhere, and would not be taken for links
                case _:
                    yield node.serialize()
            before = node

    def _url(self, text: str) -> str:
        if text.startswith("#"):
            return f'url("{text}")' if LOCAL.match(text) else NOTHING
        url = text if text.startswith("data:") else read_url(self.base, text)
        kept = self.sources.media(url) if url else None
        return f'url("{kept}")' if kept else NOTHING

    def _imported(self, prelude: Sequence[Node]) -> str:
        """The sheet in place of the rule, for the media that the rule names."""
        found = [node for node in prelude if node.type != "whitespace"]
        if not found:
            return ""
        first, rest = found[0], prelude[prelude.index(found[0]) + 1 :]
        if first.type == "function" and first.lower_name == "url":
            text = "".join(one.value for one in first.arguments if one.type == "string")
        elif first.type in ("url", "string"):
            text = first.value
        else:
            return ""
        url = read_url(self.base, text)
        sheet = clean_sheet(url, self.sources, self.depth + 1) if url else None
        media = self.values([node for node in rest if not _is_layer(node)]).strip()
        return "" if sheet is None else f"@media {media}{{\n{sheet}}}\n" if media else sheet


def _is_colon(node: Node) -> bool:
    return node is not None and node.type == "literal" and node.value == ":"


def _is_layer(node: Node) -> bool:
    named = node.lower_name if node.type == "function" else node.lower_value if node.type == "ident" else ""
    return named in ("layer", "supports")
