"""What an agent says of itself: a robot or a browser, on which system and kind of device (DOMAIN.md section 3).

Pure: ask once for each distinct agent. Families are those of uap-core, robots those of :mod:`parser.robots`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from parser.patterns import OTHER, Patterns, browser_of, os_of
from parser.robots import find_robot
from shared.texts import encodable

DEVICES: tuple[tuple[str, str], ...] = (
    ("console", r"(?i)playstation|xbox|nintendo|steam deck|dreamcast"),
    (
        "tv",
        r"(?i)smart-?tv|\btv;|appletv|apple tv|\btvos|google ?tv|android tv|webtv|hbbtv|web0s|webos\.tv|netcast|bravia"
        r"|roku|crkey|viera|aquos ?browser|\bce-html|\baft[a-z]{1,4}\b|philipstv|dtv;|vidaa|vewd|tizen[^)]*\btv\b",
    ),
    ("other", r"(?i)watchos|apple ?watch|\bwatch\d+,\d+|quest \d|oculusbrowser|kindle/"),
    ("tablet", r"(?i)ipad|tablet|playbook|nexus (?:7|9|10)\b|\bsm-[tx]\d|\bgt-[np]\d|\bkf[a-z]{2,5} build|silk/"),
    (
        "mobile",
        r"(?i)mobi|iphone|ipod|phone|blackberry|\bbb10\b|opera mini|symbian|series ?[3-9]0|nokia|midp|docomo|kddi"
        r"|softbank|j-phone|up\.browser|up\.link|webos/|palm|windows ce|iemobile|maemo|meego|\bkaios|bada|brew|j2me"
        r"|ucweb|\bwap\b|obigo|maui|samsung-|\bios\b",
    ),
    ("tablet", r"^Mozilla/5\.0 .*Android"),
    ("mobile", r"Android"),
    (
        "desktop",
        r"(?i)windows|win(?:9[58x]|nt|32|64)\b|macintosh|mac[ _]?os|mac_p|darwin|x11|linux|\bcros\b|bsd|solaris|sunos"
        r"|ubuntu|cygwin|serenityos|amiga|beos|haiku|os/2",
    ),
)
"""Kind of device to what agents hold; the first row decides. On Android a browser without ``Mobile`` is a tablet."""


@dataclass(frozen=True, slots=True)
class Agent:
    """What an agent is. ``name`` and ``purpose`` are a robot's, browser and system also those a robot pretends to be.

    ``purpose`` is one of :data:`parser.robots.PURPOSES`, ``device`` desktop, mobile, tablet, tv, console or other;
    families unknown to uap-core are ``Other``; ``rule`` is what decided between robot and person.
    """

    robot: bool
    name: str | None
    purpose: str | None
    browser: str
    browser_version: str | None
    os: str
    os_version: str | None
    device: str
    rule: str


def read_agent(agent: str | None) -> Agent:
    """What one agent is; never raises."""
    robot = find_robot(agent)
    text = encodable(agent or "")
    browser, browser_version = browser_of(text)
    os, os_version = os_of(text)
    found = _devices().first(text)
    device = found[0] if found else "other"
    if robot is None:
        rule = "uap-core: no family" if browser == OTHER else f"uap-core: {browser}"
        return Agent(False, None, None, browser, browser_version, os, os_version, device, rule)
    return Agent(True, robot.name, robot.purpose, browser, browser_version, os, os_version, device, robot.rule)


def read_agents(agents: Iterable[str | None]) -> list[Agent]:
    """What each is, in the same order; meant for distinct agents, since nothing is remembered."""
    return [read_agent(agent) for agent in agents]


@cache
def _devices() -> Patterns:
    return Patterns((expression, device) for device, expression in DEVICES)
