"""The rows of the reports about hits: errors and robots."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from typing import TYPE_CHECKING

from tests.oracle.basics import Rows, by_bytes, ordered

if TYPE_CHECKING:
    from tests.oracle.numbers import Oracle


def errors(oracle: Oracle, period: str, days: set[date], label: str) -> Rows:
    """A label covers the hits of its visits' visitors between a visit's first and last event."""
    counted: Counter[tuple] = Counter()
    stays = [
        (visit["visitor"], visit["events"][0]["ts"], visit["events"][-1]["ts"])
        for visit in oracle.visits
        if label in visit["labels"]
    ]
    for hit in oracle.hits:
        if hit["category"] != "other" or hit["status"] < 400 or hit["day"] not in days:
            continue
        if label == "all" or any(who == hit["visitor"] and a <= hit["ts"] <= b for who, a, b in stays):
            counted[hit["status"], hit["page"].split("?")[0], hit["referrer"]] += 1
    return sorted(
        ((*key, n) for key, n in counted.items()), key=lambda row: (-row[3], row[0], by_bytes(row[1]), by_bytes(row[2]))
    )


def error_name(hit: dict) -> str:
    return f"{hit['status']} {hit['page'].split('?')[0]}"


def robot_hits(oracle: Oracle) -> list[tuple[dict, str, str]]:
    """The hits of robots with the robot's name and purpose."""
    found = []
    for hit in oracle.hits:
        if hit["category"] == "robots":
            found.append((hit, *robot_of(oracle, hit)))
    return found


def robot_of(oracle: Oracle, hit: dict) -> tuple[str, str]:
    """What it says it is, else what it did that day."""
    if (hit["agent"] or "-").strip() in ("", "-"):
        return "(no agent)", "other"
    agent = oracle.rules["agents"][hit["agent"]]
    if agent["robot"]:
        return agent["name"], agent["purpose"]
    day = (hit["visitor"], hit["day"])
    if day in oracle.asked:
        return "(asked for robots.txt)", "unnamed"
    return min(rule for *key, rule in oracle.behaviour if tuple(key) == day), "behaviour"


def marked_hits(oracle: Oracle) -> list[tuple[dict, str, str]]:
    """The hits by which a visitor looks like a robot and is counted as a visitor."""
    if oracle.rules["behaviour"]["exclude"]:
        return []
    return [
        (hit, rule, "marked, counted as visitors")
        for (_, _, rule), hits in oracle.behaviour.items()
        for hit in hits
        if hit["category"] != "robots"
    ]


def robots(oracle: Oracle, period: str, days: set[date], label: str) -> Rows:
    if label != "all":
        return []
    every = [one for one in oracle.robots + marked_hits(oracle) if one[0]["day"] in days]
    found = []
    for name, purpose in {one[1:] for one in every}:
        hits = [hit for hit, *robot in every if robot == [name, purpose]]
        times = [hit["ts"] for hit in hits]
        sizes = [hit["bytes"] for hit in hits if hit["bytes"] is not None]
        size = sum(sizes) if sizes else None
        found.append((name, purpose, len(hits), len({hit["page"] for hit in hits}), min(times), max(times), size))
    return ordered(found, 2)


def robots_course(oracle: Oracle, period: str, days: set[date], label: str) -> Rows:
    """By day, by month where it is more than 190 days; the eight with most hits each, the others together."""
    came = [one for one in oracle.robots + marked_hits(oracle) if one[0]["day"] in days]
    if label != "all" or not came or re.fullmatch(r"\d{4}-\d\d-\d\d", period):
        return []
    first, last = (which(hit["day"] for hit, *_ in came) for which in (min, max))
    digits = len("2026-03-01") if (last - first).days < 190 else len("2026-03")
    counted = Counter((robot, purpose) for _, robot, purpose in came)
    chosen = [row[:2] for row in ordered(((*robot, n) for robot, n in counted.items()), 2)][:8]
    rows: Rows = []
    for named in [*chosen, (None, None)]:
        hits = [hit for hit, *robot in came if (tuple(robot) if tuple(robot) in chosen else (None, None)) == named]
        parts = Counter(hit["day"].isoformat()[:digits] for hit in hits)
        rows += [(part, *named, n) for part, n in sorted(parts.items())]
    return rows


def robot_pages(oracle: Oracle, period: str, days: set[date], label: str) -> Rows:
    if label != "all":
        return []
    times: dict[tuple, list] = {}
    for hit, robot, _ in oracle.robots:
        if hit["day"] in days:
            times.setdefault((hit["page"], robot), []).append(hit["ts"])
    return ordered([(*both, len(found), max(found)) for both, found in times.items()], 2)
