"""From hits to visits, slowly and plainly: loops over dictionaries, nothing shared with analyzer/.

A *hit* is a dictionary with the parser's columns and ``source`` (number of its file) and ``line``. Definitions:
DOMAIN.md sections 3, 6 and 8. The rows of the reports are made of the visits in ``reports``.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from ipaddress import ip_address, ip_network
from zoneinfo import ZoneInfo

from tests.oracle import arrivals, health, labels, overlaps, traits
from tests.oracle.texts import (
    DOWNLOAD,
    STATIC,
    amount_of,
    bare,
    cookie_of,
    extension_of,
    first_parameter,
    page_of,
    referrer_host,
)

LOGGED = (
    "ts address host method path query status bytes referrer agent cookie order_total order_id screen exit_url custom"
    " language"
).split()


def told(hit: dict) -> tuple[int, tuple]:
    """The second of a hit, and all that its line says."""
    return int((hit["ts"] - datetime(1970, 1, 1)).total_seconds() // 1), tuple(hit[name] for name in LOGGED)


class Oracle:
    """``rules``: gap_s, split, max_requests, short_s, zone, case_sensitive, default_pages, ignore, excluded (networks),
    excluded_pages (beginnings), persistent, session (cookie names), hosts, revenue, order, behaviour (hasty_pages, pause_s,
    probed_paths, exclude). As in the settings' file: attribution, labels, campaigns, funnels. Costs that were imported:
    costs, each (date, campaign, amount). What texts mean: agents, addresses, referrers, assistants; and domain, a
    function from a host to the domain it belongs to.
    """

    def __init__(self, hits: list[dict], files: list[dict], rules: dict) -> None:
        self.rules, self.files = rules, files
        self.zone = ZoneInfo(rules["zone"])
        starts = sorted(
            range(len(files)),
            key=lambda n: (
                files[n]["first_ts"] is None,
                (files[n]["first_ts"], files[n]["last_ts"]) if files[n]["first_ts"] else (),
                files[n]["server"],
                files[n]["file"],
            ),
        )
        order = {source: place for place, source in enumerate(starts)}
        self.all_hits = hits
        for server in {file["server"] for file in files}:
            self._settle([n for n in starts if files[n]["server"] == server and not files[n]["duplicate"]])
        self.hits = sorted(
            (h for h in hits if not files[h["source"]]["duplicate"] and not h["repeat"]),
            key=lambda h: (h["ts"], order[h["source"]], h["line"]),
        )
        for hit in hits:
            hit["day"] = self.day(hit["ts"])
        self.calendar = self._calendar()
        self._hosts()
        self._judge()
        self.robots = health.robot_hits(self)
        self._visits()
        arrivals.understand(self)
        traits.describe(self)
        labels.join(self)

    def _settle(self, sources: list[int]) -> None:
        """Marks what another file of the server has too (Law 2). A line is all that was logged, and so is its second."""
        counted = overlaps.settle([[told(h) for h in self.all_hits if h["source"] == source] for source in sources])
        for h in self.all_hits:
            if h["source"] in sources:
                h["repeat"] = sources.index(h["source"]) not in counted[told(h)]

    def local(self, ts: datetime) -> datetime:
        return ts.replace(tzinfo=UTC).astimezone(self.zone)

    def day(self, ts: datetime) -> date:
        return self.local(ts).date()

    def _hosts(self) -> None:
        self.own = {bare(host) for host in self.rules["hosts"]}
        if not self.own:
            counted = Counter(
                referrer_host(h["referrer"])
                for h in self.hits
                if extension_of(h) in STATIC and referrer_host(h["referrer"])
            )
            if counted:
                self.own = {min(counted, key=lambda host: (-counted[host], host))}

    def external(self, hit: dict) -> bool:
        host = referrer_host(hit["referrer"])
        return bool(host) and host not in self.own

    def _visitor(self, at: int) -> str:
        hit = self.hits[at]
        sender = (hit["address"], hit["agent"])
        named = [(kind, self.rules[kind]) for kind in ("persistent", "session") if self.rules[kind]]
        for kind, name in named:
            for later in self.hits[at:]:
                if (later["address"], later["agent"]) != sender:
                    continue
                if (later["ts"] - hit["ts"]).total_seconds() > self.rules["gap_s"]:
                    break
                value = cookie_of(later["cookie"], name)
                if value is not None:
                    return f"{kind} {value}"
        return f"a {sender}"

    def _judge(self) -> None:
        for at, hit in enumerate(self.hits):
            hit["number"] = at
            hit["visitor"] = self._visitor(at)
            hit["page"] = page_of(hit, self.rules)
            hit["excluded"] = any(
                ip_address(hit["address"]) in ip_network(net) for net in self.rules["excluded"]
            ) or any(hit["page"].startswith(beginning) for beginning in self.rules["excluded_pages"])
        for hit in self.hits:
            hit["category"] = self._category(hit)
        self.asked = {(h["visitor"], h["day"]) for h in self.hits if h["page"].split("?")[0] == "/robots.txt"}
        self.behaviour = self._behaving_like_robots(self.rules["behaviour"])
        robots = set(self.asked)
        if self.rules["behaviour"]["exclude"]:
            robots |= {(visitor, day) for visitor, day, _ in self.behaviour}
        for hit in self.hits:
            if hit["category"] != "excluded" and (hit["visitor"], hit["day"]) in robots:
                hit["category"] = "robots"

    def _category(self, hit: dict) -> str:
        """What the line itself says, the first that fits."""
        extension, method, status = extension_of(hit), hit["method"], hit["status"]
        if hit["excluded"]:
            return "excluded"
        if hit["robot"]:
            return "robots"
        if extension in STATIC and method not in ("EXIT", "DOWNLOAD"):
            return "static"
        if method == "DOWNLOAD" or (extension in DOWNLOAD and method == "GET" and status in (200, 206, 304)):
            return "downloads"
        if method == "EXIT":
            return "exits"
        if method in ("GET", "POST") and extension not in DOWNLOAD and (200 <= status < 300 or status == 304):
            return "page_views"
        return "other"

    def _behaving_like_robots(self, limits: dict) -> dict[tuple[str, date, str], list[dict]]:
        """Visitor, day and rule to the hits that the rule looks at."""
        days = defaultdict(list)
        for hit in self.hits:
            if hit["category"] in ("page_views", "other"):
                days[hit["visitor"], hit["day"]].append(hit)
        found = {}
        for key, hits in days.items():
            views = [h for h in hits if h["category"] == "page_views"]
            times = [h["ts"] for h in views]
            lasted_s = (max(times) - min(times)).total_seconds() if times else 0
            if len(times) >= limits["hasty_pages"] and lasted_s <= limits["pause_s"] * (len(times) - 1):
                found[*key, "no pauses"] = views
            missing = [h for h in hits if h["status"] in (404, 410)]
            if len({h["page"] for h in missing}) >= limits["probed_paths"] and 2 * len(missing) >= len(hits):
                found[*key, "probing"] = hits
        return found

    def _visits(self) -> None:
        self.visits: list[dict] = []
        self.outside: list[dict] = []
        running: dict[str, dict] = {}  # by visitor
        for hit in self.hits:
            if hit["category"] not in ("page_views", "downloads", "exits"):
                continue
            visit = running.get(hit["visitor"])
            if visit and (hit["ts"] - visit["last_event"]).total_seconds() > self.rules["gap_s"]:
                visit = running.pop(hit["visitor"], None) and None
            if hit["category"] != "page_views":
                if visit is None:
                    self.outside.append(hit)
                else:
                    visit["last_event"] = hit["ts"]
                    visit["clicks"].append(hit)
                    visit["events"].append(hit)
                continue
            arrival = (hit["page"], hit["query"] or "", hit["referrer"])
            if visit is not None:
                limit = self.rules["max_requests"]
                if limit and len(visit["views"]) >= limit:
                    visit = None
                elif self.rules["split"] and self.external(hit) and arrival != visit["arrival"]:
                    visit = None
            if visit is None:
                visit = {"visitor": hit["visitor"], "views": [], "clicks": [], "events": [], "arrival": arrival}
                running[hit["visitor"]] = visit
                self.visits.append(visit)
            visit["views"].append(hit)
            visit["events"].append(hit)
            visit["last_event"] = hit["ts"]
        self._orders()
        first_day: dict[str, date] = {}
        for visit in self.visits:
            views = visit["views"]
            visit["day"] = self.day(views[0]["ts"])
            visit["hour"] = self.local(views[0]["ts"]).hour
            visit["us"] = round((views[-1]["ts"] - views[0]["ts"]) / timedelta(microseconds=1))
            visit["short"] = visit["us"] <= self.rules["short_s"] * 1_000_000
            first_day[visit["visitor"]] = min(first_day.get(visit["visitor"], visit["day"]), visit["day"])
        for visit in self.visits:
            entry = visit["views"][0]
            if self.rules["persistent"] and self.files[entry["source"]]["cookies_logged"]:
                visit["returning"] = cookie_of(entry["cookie"], self.rules["persistent"]) is not None
            else:
                visit["returning"] = first_day[visit["visitor"]] < visit["day"]

    def _orders(self) -> None:
        seen: set[str] = set()
        for visit in self.visits:
            visit["orders"], visit["revenue"] = 0, Decimal("0.00")
        views = [(view["number"], visit, at) for visit in self.visits for at, view in enumerate(visit["views"])]
        for _, visit, at in sorted(views, key=lambda one: one[0]):
            view = visit["views"][at]
            amount = self.amount_of(view)
            identity = view["order_id"] or first_parameter(view["query"], self.rules["order"])
            if amount is None or identity in seen:
                continue
            if identity:
                seen.add(identity)
            elif at:
                before = visit["views"][at - 1]
                if (before["page"], self.amount_of(before)) == (view["page"], amount):
                    continue
            visit["orders"] += 1
            visit["revenue"] += amount

    def amount_of(self, view: dict) -> Decimal | None:
        return amount_of(view["order_total"] or first_parameter(view["query"], self.rules["revenue"]))

    def _calendar(self) -> dict[str, list[date]]:
        """Of each period all its days, in order, from the first day with lines to the last."""
        self.days = {hit["day"] for hit in self.all_hits}
        self.days |= {self.day(ts) for f in self.files for ts in (*f["rejects"], *f["directives"]) if ts is not None}
        found: dict[str, list[date]] = defaultdict(list)
        day = min(self.days)
        while day <= max(self.days):
            for name in names_of(day):
                found[name].append(day)
            day += timedelta(days=1)
        return found

    def periods(self) -> dict[str, set[date]]:
        """Every period with its days that have lines, by kind and time."""
        found: dict[str, set[date]] = defaultdict(set)
        for kind in range(5):
            for day in sorted(self.days):
                found[names_of(day)[kind]].add(day)
        return found


def names_of(day: date) -> tuple[str, str, str, str, str]:
    """The periods that a day lies in."""
    year, week, _ = day.isocalendar()
    return (day.isoformat(), f"{year:04d}-W{week:02d}", day.isoformat()[:7], day.isoformat()[:4], "all")
