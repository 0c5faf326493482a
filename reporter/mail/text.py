"""The text part: the same words and numbers for programs, and people, that show no HTML."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from unicodedata import east_asian_width, normalize

from reporter.mail.content import Content, Section
from reporter.mail.grid import Grid, Heading, Line
from reporter.mail.html import Addressee
from shared.mail_address import CONTROL

WIDTH = 76
KEY_WIDTH = 34
GAP = "  "


def render_text(content: Content, addressee: Addressee) -> str:
    """The whole part; lines of at most :data:`WIDTH` signs, but for addresses and wide tables."""
    parts = [_head(content), *map(_section, content.sections), *_further(content), _foot(content, addressee)]
    return "\n\n\n".join(parts) + "\n"


def _head(content: Content) -> str:
    title = _clean(f"{content.name}: {content.period}")
    blocks = [f"{title}\n{'=' * min(_wide(title), WIDTH)}\n{content.dates}"]
    if content.lacks:
        said = (
            "This report is partial: data is missing, and the numbers will still grow.",
            *content.lacks,
        )
        blocks.append("\n".join(_wrapped(f"! {one}", "  ") for one in said))
    blocks += ["\n".join(_wrapped(line) for line in one.split("\n")) for one in content.introduction]
    blocks.append(_wrapped(content.news))
    if content.compared:
        blocks.append(_wrapped(content.compared))
    if content.labels:
        blocks.append("\n".join(f"{one['letter'] or ' '} {_clean(one['name'])}" for one in content.labels))
    return "\n\n".join(blocks)


def _section(section: Section) -> str:
    blocks = [f"{section.title}\n{'-' * _wide(section.title)}\n{section.question}"]
    if section.news:
        blocks.append(_wrapped(section.news))
    if section.empty:
        blocks.append(_wrapped(section.empty))
    blocks += ["\n".join(_grid(one)) for one in section.grids]
    if section.link:
        blocks.append(f"All of it: {section.link}")
    return "\n\n".join(blocks)


def _further(content: Content) -> Iterator[str]:
    if content.further:
        names = [f"- {one.title}{f': {one.link}' if one.link else ''}" for one in content.further]
        yield "\n".join(["Further reports", "---------------", f"{content.no_room}:", "", *names])


def _foot(content: Content, addressee: Addressee) -> str:
    blocks = ["-- ", *(_wrapped(one) for one in content.notes)]
    if content.link:
        blocks.append(f"All reports of {content.period}: {content.link}")
    event = f" for “{addressee.event}”" if addressee.event else ""
    blocks.append(
        _wrapped(f"It was sent to {addressee.recipient} since the settings of {content.name} name this address{event}.")
    )
    if addressee.unsubscribe:
        blocks.append(f"Unsubscribe: {addressee.unsubscribe}")
    return "\n".join(blocks)


def _grid(grid: Grid) -> Iterator[str]:
    """Numbers to the right; what a number was before stands on a line of its own below it."""
    several = any(cell.note for line in grid.lines for cell in line.cells)
    titles = [_title(one) for one in grid.headings]
    keys = [_key(line, len(grid.dimensions)) for line in grid.lines]
    key_width = min(KEY_WIDTH, max(map(_wide, (" / ".join(grid.dimensions), *keys)), default=0))
    widths = [
        max(*map(_wide, title), *(max(_wide(line.cells[at].text), _wide(line.cells[at].note)) for line in grid.lines))
        for at, title in enumerate(titles)
    ]
    head = list(zip_longest(*titles, fillvalue=""))
    for at, parts in enumerate(head):
        yield _row(" / ".join(grid.dimensions) if at == len(head) - 1 else "", parts, key_width, widths)
    rule = "-" * (key_width + sum(width + len(GAP) for width in widths))
    yield rule
    for line, key in zip(grid.lines, keys, strict=True):
        if line.kind == "total":
            yield rule
        first, *more = _cut(key, key_width) or [""]
        notes = [cell.note for cell in line.cells] if several else []
        yield _row(first, [cell.text for cell in line.cells], key_width, widths)
        for part, below in zip_longest(more, [notes] if any(notes) else [], fillvalue=None):
            yield _row(part or "", below or [""] * len(widths), key_width, widths)


def _title(heading: Heading) -> list[str]:
    label = heading.label
    said = [f"{label['letter']} {_clean(label['name'])}".strip()[:16].strip()] if label else []
    return [*said, *([heading.title] if heading.title else [])] or [""]


def _key(line: Line, dimensions: int) -> str:
    return " / ".join(_clean(one) for one in line.keys if one or dimensions == 1)


def _row(key: str, cells: Sequence[str], key_width: int, widths: Sequence[int]) -> str:
    texts = [
        _padded(key, key_width),
        *(_padded(cell, width, right=True) for cell, width in zip(cells, widths, strict=True)),
    ]
    return GAP.join(texts).rstrip()


def _padded(text: str, width: int, *, right: bool = False) -> str:
    room = " " * max(0, width - _wide(text))
    return f"{room}{text}" if right else f"{text}{room}"


def _wide(text: str) -> int:
    """Columns that a text takes: signs of the far east take two, accents of their own none."""
    return sum(2 if east_asian_width(sign) in "WF" else 1 for sign in normalize("NFC", text))


def _cut(text: str, width: int) -> list[str]:
    return textwrap.wrap(text, width, break_long_words=True, break_on_hyphens=False, drop_whitespace=True)


def _clean(text: str) -> str:
    """One line, whatever a page is called."""
    return " ".join(CONTROL.sub(" ", text).split())


def _wrapped(text: str, indent: str = "") -> str:
    return textwrap.fill(_clean(text), WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)
