"""Share right of agents and referrers on public suites of cases.

``python -m benchmarks.accuracy [FOLDER]``; the folder holds ``crawler-user-agents``, ``uap-core`` and ``referrers``, by
default ``../shared/data/suites`` beside the project.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import yaml

from parser.agents import read_agents
from parser.patterns import Patterns
from parser.robots import GENERIC_RULES, is_robot, own_table
from shared.referrers import read_referrer
from shared.texts import encodable

SUITES = Path(__file__).resolve().parents[2] / "shared" / "data" / "suites"
BROWSERS = frozenset(
    """115 Browser|360 Secure Browser|AOL|AOL Desktop Gold Browser|AOL Shield Browser|Aloha Browser|Amazon Silk|Android|Atom
    Browser|AVG|Avast Secure Browser|Avira|BOLT|Baidu Browser|Baidu Explorer|Barca|Basilisk|BlackBerry WebKit|Brave
    |Bunjalloo|CCleaner|Camoufox|Chrome|Chrome Frame|Chrome Mobile|Chrome Mobile WebView|Chrome Mobile iOS|Chromium|Chromium
    GOST Browser|Coc Coc|Comodo Dragon|Conkeror|Craving Explorer Browser|Crosswalk|Decentr Web3 Browser|Dolfin|Dolphin|Dragon
    |DuckDuckGo|DuckDuckGo Mobile|Ecosia Android|Ecosia iOS|Edge|Edge Mobile|Espial|FireWeb|Firefox|Firefox (Shiretoko)
    |Firefox Beta|Firefox Mobile|Firefox iOS|HbbTV|HeyTap Browser|HiBrowser|Hola Browser|Honor Browser|Huawei Browser|ICE
    Browser|IE|IE Large Screen|IE Mobile|IceCat|Iron|JiSu Browser|Kindle|Konqueror|Ladybird|Lite Browser|LuaKit
    |Mail.ru Chromium Browser|Maxthon|Midori|Minimo|Mint Browser|MiuiBrowser|Mobile Safari|Mobile Safari UI/WKWebView
    |MozillaDeveloperPreview|MullvadBrowser|Mypal Browser|NCSA Mosaic|NetCast Smart TV|NetFront|NetFront NX|Nokia Browser
    |Nokia OSS Browser|Norton|ONE Browser|Obigo|Oculus Browser|Odin|Open Wave|Openwave|Opera|Opera Coast|Opera GX|Opera Mini
    |Opera Mobile|Opera Neon|Opera Tablet|Opera Touch|Otter|Ovi Browser|Pale Moon|Phantom Browser|Phoenix Browser|Planetweb
    |Puffin|QAX Browser|QQ Browser|QQ Browser Mini|QQ Browser Mobile|QtCarBrowser|Quark|Quark PC|QupZilla|Rekonq|RockMelt
    |Safari|Sailfish Browser|Samsung Internet|Sber Browser|Seznam prohlížeč|Skyfire|Sleipnir|Smart Lenovo Browser|SmartTV
    WebBrowser|Snowshoe|Sparrow Browser|Talon Cyber Security Browser|Teleca Browser|Tenta Browser|UC Browser|UP.Browser|Vewd
    Browser|Vivaldi|VivoBrowser|Waterfox|WebKit Nightly|WeTab|Whale|Wolvic Browser|Yandex Browser|iBrowser Mini|mDolphin
    |qutebrowser|webOS Browser""".replace("\n    |", "|")
    .replace("\n    ", " ")
    .split("|")
)
"""Families of uap-core that are browsers people surf with: their cases are the human agents. Apps, mail programs, players
and libraries are neither robots for certain nor people for certain, and are not counted."""
MEDIA = {"chatbot": "ai"}
"""The suite's word to ours."""


@dataclass(frozen=True)
class Figure:
    """How many of the cases were right (or, for robots among people, wrong)."""

    name: str
    hits: int
    of: int

    @property
    def share(self) -> float:
        """0..1."""
        return self.hits / self.of


def measure(suites: Path) -> dict[str, Figure]:
    """Every figure, by a short key."""
    return {key: Figure(*row) for part in (_robots, _families, _referrers) for key, row in part(suites).items()}


def _robots(suites: Path) -> dict[str, tuple[str, int, int]]:
    crawlers = _json(suites / "crawler-user-agents" / "crawler-user-agents.json")
    agents = [agent for one in crawlers for agent in one["instances"]]
    people = [one["user_agent_string"] for one in _cases(suites, "test_ua.yaml") if one["family"] in BROWSERS]
    generic = Patterns((expression, label) for label, expression, _ in GENERIC_RULES)
    own = Patterns((expression, name) for expression, name, _ in own_table())
    unlisted = sum(_any(agent, generic) for agent in agents)
    ours = sum(_any(agent, generic, own) for agent in agents)
    installed = f"crawler-user-agents {version('crawler-user-agents')}"
    return {
        "crawlers": (f"crawlers found ({installed} is part of the rules)", sum(map(is_robot, agents)), len(agents)),
        "crawlers_ours": ("crawlers found by our table and the generic rules, without the list", ours, len(agents)),
        "crawlers_generic": ("crawlers found by the generic rules alone", unlisted, len(agents)),
        "people": ("human agents called robots (less is better)", sum(map(is_robot, people)), len(people)),
    }


def _any(agent: str, *rules: Patterns) -> bool:
    return any(one.first(encodable(agent)) is not None for one in rules)


def _families(suites: Path) -> dict[str, tuple[str, int, int]]:
    figures = {}
    for key, name, file in (("browser", "browser family", "test_ua.yaml"), ("os", "OS family", "test_os.yaml")):
        cases = _cases(suites, file)
        found = read_agents(one["user_agent_string"] for one in cases)
        right = sum(getattr(agent, key) == one["family"] for agent, one in zip(found, cases, strict=True))
        figures[key] = (f"{name} (uap-core {version('ua-parser-builtins')})", right, len(cases))
    return figures


def _referrers(suites: Path) -> dict[str, tuple[str, int, int]]:
    cases = _json(suites / "referrers" / "referrer-cases.json")
    found = [read_referrer(one["uri"]) for one in cases]
    medium = sum(MEDIA.get(one["medium"], one["medium"]) == got.medium for one, got in zip(cases, found, strict=True))
    figures = {"medium": ("referrer medium", medium, len(cases))}
    for key in ("source", "term"):
        right = sum(one[key] == getattr(got, key) for one, got in zip(cases, found, strict=True))
        figures[key] = (f"referrer {key}", right, len(cases))
    return figures


def _cases(suites: Path, file: str) -> list[dict[str, Any]]:
    text = (suites / "uap-core" / file).read_text(encoding="utf-8")
    cases: list[dict[str, Any]] = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))["test_cases"]
    return cases


def _json(path: Path) -> list[dict[str, Any]]:
    data: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    return data


def table(figures: Iterable[Figure]) -> str:
    """Markdown."""
    rows = ["| what | cases | share |", "| --- | --- | --- |"]
    rows += [f"| {one.name} | {one.hits:,} of {one.of:,} | {one.share:.2%} |" for one in figures]
    return "\n".join(rows)


def main() -> int:
    """Print the table."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("folder", nargs="?", type=Path, default=SUITES)
    folder = arguments.parse_args().folder
    if not folder.is_dir():
        print(f"{folder} is no folder; name the one that holds the suites.", file=sys.stderr)
        return 2
    print(table(measure(folder).values()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
