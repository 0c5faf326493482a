"""The text part: the same words and numbers for programs, and people, that show no HTML."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from reporter.mail.content import Content, Section
from reporter.mail.html import Addressee
from reporter.mail.text_table import WIDTH, cleaned, table, wide


def render_text(content: Content, addressee: Addressee) -> str:
    """The whole part; lines of at most :data:`WIDTH` signs, but for addresses."""
    parts = [_head(content), *map(_section, content.sections), *_further(content), _foot(content, addressee)]
    return "\n\n\n".join(parts) + "\n"


def _head(content: Content) -> str:
    title = cleaned(f"{content.name}: {content.period}")
    blocks = [f"{title}\n{'=' * min(wide(title), WIDTH)}\n{content.dates}"]
    if content.begins:
        blocks.append(_wrapped(f"! {content.begins}", "  "))
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
        blocks.append("\n".join(f"{one['letter'] or ' '} {cleaned(one['name'])}" for one in content.labels))
    return "\n\n".join(blocks)


def _section(section: Section) -> str:
    blocks = [f"{section.title}\n{'-' * wide(section.title)}\n{section.question}"]
    if section.news:
        blocks.append(_wrapped(section.news))
    if section.empty:
        blocks.append(_wrapped(section.empty))
    blocks += ["\n".join(table(one)) for one in section.grids]
    if section.exits is not None:
        blocks += [section.exits.question, *("\n".join(table(one)) for one in section.exits.grids)]
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


def _wrapped(text: str, indent: str = "") -> str:
    return textwrap.fill(cleaned(text), WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)
