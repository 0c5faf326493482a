"""What the parser makes of one agent, referrer, address, page or line, and by which rule: plain rows, no I/O."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from itertools import chain, islice
from typing import Any

from parser.agents import read_agent
from parser.countries import Countries, explain_address
from parser.detect import LOOKED_AT, choose
from parser.readers import LineReader, reader_of
from parser.records import Directive, Hit, Record, Reject, split_url
from parser.rejects import REASONS
from shared.campaigns import campaign_of, channel_of
from shared.errors import Rejected
from shared.pages import PageRules
from shared.referrer_table import ReferrerTable
from shared.referrers import read_referrer
from shared.texts import encodable

Explained = dict[str, Any]


@dataclass(frozen=True)
class Context:
    """What the answers depend on besides the value. ``own_hosts`` are bare; ``format`` is of lines."""

    pages: PageRules
    own_hosts: frozenset[str]
    countries: Countries
    referrers: ReferrerTable
    format: str = "auto"


def explain_agent(value: str, _: Context) -> Explained:
    """``robot``, ``name``, ``purpose``, browser, system and device."""
    return asdict(read_agent(value))


def explain_referrer(value: str, context: Context) -> Explained:
    """``medium``, ``source``, ``term``, ``domain`` and the ``channel`` of a visit that has no campaign marks."""
    found = read_referrer(value, context.own_hosts, context.referrers)
    return asdict(found) | {"channel": channel_of(found)}


def explain_country(value: str, context: Context) -> Explained:
    """``country``."""
    return asdict(explain_address(value, context.countries))


def explain_page(value: str, context: Context) -> Explained:
    """``page``, its ``kind``, and the campaign marks of its query; ``value`` is a URL, or a path with its query."""
    _, path, query = split_url(value)
    return _place(path or "/", query, context)


EXPLAINERS: dict[str, Callable[[str, Context], Explained]] = {
    "agent": explain_agent,
    "referrer": explain_referrer,
    "address": explain_country,
    "page": explain_page,
}
"""Everything but lines, which hang together: a header holds for those behind it."""
KINDS = (*EXPLAINERS, "line")


def explain(kind: str, values: Iterable[str], context: Context) -> Iterator[Explained]:
    """A row a value, in the same order, as the values come; each with ``value`` and ``rule``."""
    if kind == "line":
        yield from _explain_lines(values, context)
        return
    explainer = EXPLAINERS[kind]
    for value in values:
        yield {"value": encodable(value)} | explainer(encodable(value), context)


def _place(path: str, query: str | None, context: Context) -> Explained:
    found = context.pages.page_of(path, query)
    extension = path.rpartition(".")[2].lower()
    kinds = (
        (found.excluded, "excluded", "[exclude] pages"),
        (found.robots_txt, "robots", "robots.txt: who asks for it is a robot that day"),
        (found.static, "static", f"[pages] static_extensions: {extension}"),
        (found.download, "download", f"[pages] download_extensions: {extension}"),
        (True, "page", "no static extension and no download"),
    )
    kind, rule = next((kind, rule) for holds, kind, rule in kinds if holds)
    marks = campaign_of(query)
    return {"page": found.page, "kind": kind, "campaign": marks.name, "network": marks.network, "rule": rule}


def _explain_lines(values: Iterable[str], context: Context) -> Iterator[Explained]:
    values = iter(values)
    first = list(islice(values, LOOKED_AT))
    name = _format_of(context.format, first)
    reader: LineReader = reader_of(name)
    for value in chain(first, values):
        text = encodable(value)
        yield {"value": text, "format": name} | _explain_record(reader.read(text), name, context)


def _format_of(named: str, lines: list[str]) -> str:
    """Lines of no format are explained as combined ones: why they are rejected is what was asked."""
    try:
        return choose(named, lines, "explain").format
    except Rejected:
        return "combined"


def _explain_record(record: Record, name: str, context: Context) -> Explained:
    match record:
        case Directive():
            return {"kind": "directive", "reason": None, "rule": "a line about the log, or blank"}
        case Reject(reason=reason):
            return {"kind": "reject", "reason": reason, "rule": REASONS[reason]}
        case Hit():
            return {"kind": "hit", "reason": None, "rule": f"format {name}"} | _explain_hit(record, context)


def _explain_hit(hit: Hit, context: Context) -> Explained:
    """The hit's own fields, then what they mean; which rule said what stands in ``rules``."""
    page = _place(hit.path, hit.query, context)
    agent = asdict(read_agent(hit.agent))
    referrer = read_referrer(hit.referrer, context.own_hosts, context.referrers)
    country = explain_address(hit.address, context.countries)
    rules = {"page": page.pop("rule"), "agent": agent.pop("rule"), "referrer": referrer.rule, "country": country.rule}
    meaning = {"page_kind": page.pop("kind")} | page | agent | asdict(referrer) | {"country": country.country}
    del meaning["rule"]
    meaning["channel"] = channel_of(referrer, campaign_of(hit.query))
    return asdict(hit) | meaning | {"rules": rules}
