"""Robots by agent: listed (crawler-user-agents, MIT), in our own table, or speaking like one (DOMAIN.md section 3).

What does not name itself is a robot too. Behaviour is not looked at here.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from json import loads

from parser.patterns import Patterns
from shared.texts import encodable

LISTED, OURS, GENERIC = "crawler-user-agents", "robots.tsv", "generic"
PURPOSES = (
    "search ai_training ai_assistant seo monitoring feed library scanner social other".split()  # social: link previews
)
TAGS: dict[str, str] = {
    "search-engine": "search",
    "ai-crawler": "ai_training",
    "seo": "seo",
    "monitoring": "monitoring",
    "feed-reader": "feed",
    "http-library": "library",
    "scanner": "scanner",
    "social-preview": "social",
}
"""Tag of crawler-user-agents to purpose; any other is ``other``."""
NARROWED: dict[str, str] = {
    r"008\/": r"\b008\/",
    r"RED\/": r"\bRED\/",
    r"AP3A\.240617\.008": r"Build/AP3A\.240617\.008; wv\) AppleWebKit/537\.36 \(KHTML, like Gecko\) Version/4\.0 "
    r"Chrome/142\.0\.7444\.142 Mobile",
}
"""Listed expressions that people's agents match too (a version ending in 008, the app of WIRED, a build of Android 15
that millions of phones have), and what is tried instead."""
GENERIC_RULES: tuple[tuple[str, str, str], ...] = (
    ("bot", r"(?i)\b[\w.-]*(?:bot|crawler|spider|scraper)s?\b", "other"),
    ("bot", r"(?i)[a-z0-9](?:bot|crawler|spider)(?:[/ ;)_-]|$)", "other"),
    ("feed", r"(?i)\bfeed-?(?:fetcher|parser|burner)", "feed"),
    ("address of an operator", r"(?i)\+ ?https?://|compatible; [^;()]+; ?(?:https?://|www\.)", "other"),
    ("mail of an operator", r"(?i)[\w.+-]+(?:@|\(at\)| at )[\w-]+(?:\.| dot )[a-z]{2,}", "other"),
    ("monitor", r"(?i)\b(?:uptime\w*|monitoring|health-?check\w*|lighthouse)\b", "monitoring"),
    ("preview", r"(?i)\blink ?preview\w*", "social"),
    ("scanner", r"(?i)\b(?:scanner|validator|link ?check\w*)\b", "scanner"),
    (
        "automation",
        r"(?i)\b(?:crawl\w*|spidering|archiver|fetcher|headless\w*|phantomjs|playwright|puppeteer|selenium|webdriver"
        r"|prerender|webhooks?)\b",
        "other",
    ),
    (
        "library",
        r"(?i)\b(?:python[-/\w]*|urllib\w*|aiohttp|httpx|libwww-perl|lwp[-:\w]*|curl|libcurl|pycurl|wget|go-http-client"
        r"|okhttp|axios|node-fetch|undici|[\w-]*http-?client|guzzlehttp|ruby|mechanize|scrapy|reqwest|java|php|perl)"
        r"/v?\d",
        "library",
    ),
)
"""Robots that nobody has listed: label, expression, purpose."""
NOT_ROBOTS = re.compile(r"\bcubot\b", re.IGNORECASE)
"""A phone."""
PRODUCT = re.compile(r"(?<![\w.!-])[\w.!-]*?[A-Za-z][\w.!-]*")
"""A word with a letter in it, looked for from its beginning only: an agent may be nothing but digits."""
NO_NAMES = frozenset(
    "bot bots robot robots crawler crawlers webcrawler spider spiders scraper mozilla msie compatible".split()
)


@dataclass(frozen=True, slots=True)
class Robot:
    """Name, what it comes for (one of :data:`PURPOSES`), and the rule that decided."""

    name: str | None
    purpose: str
    rule: str


def is_robot(agent: str | None) -> bool:
    """Whether an agent is empty, a known crawler, or speaks like one."""
    return is_empty(agent) or _match(encodable(agent or "")) is not None


def find_robot(agent: str | None) -> Robot | None:
    """The robot that an agent names; ``None`` for people."""
    if is_empty(agent):
        return Robot(None, "other", "empty agent")
    text = encodable(agent or "")
    found = _match(text)
    return None if found is None else _describe(text, *found)


def is_empty(agent: str | None) -> bool:
    """``-`` is how logs write nothing."""
    return not agent or agent.strip() in ("", "-")


def _match(agent: str) -> tuple[str, str] | None:
    found = _rules().first(agent)
    if found is not None and NOT_ROBOTS.search(agent):
        return _rules().first(NOT_ROBOTS.sub("", agent))
    return found


def _describe(agent: str, rule: str, matched: str) -> Robot:
    named = _names().first(agent)
    if named is not None:
        name, _, purpose = named[0].partition("\t")
        return Robot(name, purpose, rule)
    return Robot(_readable(agent, rule, matched), _purposes()[rule], rule)


def _readable(agent: str, rule: str, matched: str) -> str | None:
    """The matched text of a listed robot and of a bot by its name; else the first product that is no ``Mozilla``."""
    if rule.startswith(LISTED) or rule == f"{GENERIC}: bot":
        name = matched.strip(" /;:()_-")
        if name and name.lower() not in NO_NAMES:
            return name
    after = agent.partition("compatible;")[2] or agent
    return next((one[0] for one in PRODUCT.finditer(after) if one[0].lower() not in NO_NAMES), None)


@cache
def _rules() -> Patterns:
    """Every rule, in the order in which they decide."""
    rows = [(NARROWED.get(one, one), f"{LISTED}: {one}") for one in _listed()]
    rows += [(expression, f"{OURS}: {expression}") for expression, _, _ in own_table()]
    rows += [(expression, f"{GENERIC}: {label}") for label, expression, _ in GENERIC_RULES]
    return Patterns(rows)


@cache
def _names() -> Patterns:
    """Our own table once more: it names and sorts what others only list."""
    return Patterns((expression, f"{name}\t{purpose}") for expression, name, purpose in own_table())


@cache
def _purposes() -> dict[str, str]:
    """Purpose by rule, for robots that our own table does not name."""
    purposes = {f"{LISTED}: {one}": purpose for one, purpose in _listed().items()}
    return purposes | {f"{GENERIC}: {label}": purpose for label, _, purpose in GENERIC_RULES}


@cache
def _listed() -> dict[str, str]:
    """Expression to purpose, in the order of the list; older lists have no tags."""
    entries = loads((files("crawleruseragents") / "crawler-user-agents.json").read_text(encoding="utf-8"))
    return {one["pattern"]: TAGS.get((one.get("tags") or ["other"])[0], "other") for one in entries}


@cache
def own_table() -> tuple[tuple[str, str, str], ...]:
    """``tables/robots.tsv``: expression, readable name, purpose."""
    text = (files("parser") / "tables" / OURS).read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return tuple((row[0], row[1], row[2]) for row in csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
