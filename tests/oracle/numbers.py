"""Every number of the reports, slowly and plainly: loops over dictionaries, nothing shared with analyzer/.

A *hit* is a dictionary with the parser's columns and ``source`` (number of its file) and ``line``. Definitions:
DOMAIN.md sections 3, 6 and 8.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from ipaddress import ip_address, ip_network
from urllib.parse import parse_qsl, urlsplit
from zoneinfo import ZoneInfo

from tests.oracle import overlaps

STATIC = set(
    "css js mjs map json xml txt ico png jpg jpeg gif svg webp avif bmp woff woff2 ttf eot otf mp3 mp4 webm jar class vbs ida mid".split()
)
DOWNLOAD = set("pdf zip gz tgz bz2 7z rar exe msi dmg deb rpm apk iso csv doc docx xls xlsx ppt pptx".split())
LOGGED = (
    "ts address host method path query status bytes referrer agent cookie order_total order_id screen exit_url custom"
).split()
CLICK_IDS = set("gclid gbraid wbraid dclid msclkid fbclid ttclid twclid li_fat_id".split())


def bare(host: str) -> str:
    host = host.lower()
    if ":" in host and not host.startswith("["):
        host = host.split(":")[0]
    return host[4:] if host.startswith("www.") else host


def page_of(hit: dict, rules: dict) -> str:
    path = hit["path"].split("#")[0]
    for code in ("7E", "7e"):
        path = path.replace(f"%{code}", "~")
    stack: list[str] = []
    parts = path.split("/")
    for part in parts:
        if part == "..":
            if stack:
                stack.pop()
        elif part not in ("", "."):
            stack.append(part)
    path = "/" + "/".join(stack) + ("/" if stack and parts[-1] in ("", ".", "..") else "")
    if not rules["case_sensitive"]:
        path = path.lower()
    name = path.split("/")[-1]
    if name and name in rules["default_pages"]:
        path = path[: -len(name)]
    kept = []
    for parameter in (hit["query"] or "").split("&"):
        key = parameter.split("=")[0]
        if (
            parameter
            and not key.lower().startswith("utm_")
            and key.lower() not in CLICK_IDS
            and key not in rules["ignore"]
        ):
            kept.append(parameter)
    return path + ("?" + "&".join(sorted(kept)) if kept else "")


def extension_of(hit: dict) -> str:
    name = hit["path"].split("#")[0].split("/")[-1]
    return name.split(".")[-1].lower() if "." in name else ""


def referrer_host(referrer: str | None) -> str:
    if not referrer or "://" not in referrer:
        return ""
    return bare(urlsplit(referrer).netloc.split("@")[-1])


def amount_of(text: str | None) -> Decimal | None:
    if text is None or not re.fullmatch(r"[0-9]+(\.[0-9]+)?", text):
        return None
    return Decimal(text).quantize(Decimal("0.01"), ROUND_HALF_UP)


def cookie_of(raw: str | None, name: str | None) -> str | None:
    for piece in (raw or "").split(";"):
        key, _, value = piece.strip().partition("=")
        if name and key == name and value:
            return value
    return None


def told(hit: dict) -> tuple[int, tuple]:
    """The second of a hit, and all that its line says."""
    return int((hit["ts"] - datetime(1970, 1, 1)).total_seconds() // 1), tuple(hit[name] for name in LOGGED)


class Oracle:
    """``rules``: gap_s, split, max_requests, short_s, zone, case_sensitive, default_pages, ignore, excluded (networks),
    excluded_pages (beginnings), persistent, session (cookie names), hosts, revenue, order."""

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
        self._hosts()
        self._judge()
        self._visits()

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
        for kind, name in (("p", self.rules["persistent"]), ("s", self.rules["session"])):
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
            hit["visitor"] = self._visitor(at)
            hit["page"] = page_of(hit, self.rules)
            hit["excluded"] = any(
                ip_address(hit["address"]) in ip_network(net) for net in self.rules["excluded"]
            ) or any(hit["page"].startswith(beginning) for beginning in self.rules["excluded_pages"])
        for hit in self.hits:
            hit["category"] = self._category(hit)
        robots = {(h["visitor"], self.day(h["ts"])) for h in self.hits if h["page"].split("?")[0] == "/robots.txt"}
        if self.rules.get("by_behaviour") is not None:
            robots |= self._behaving_like_robots(**self.rules["by_behaviour"])
        for hit in self.hits:
            if hit["category"] != "excluded" and (hit["visitor"], self.day(hit["ts"])) in robots:
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

    def _behaving_like_robots(self, hasty_pages: int, pause_s: float, probed_paths: int) -> set:
        days = defaultdict(list)
        for hit in self.hits:
            if hit["category"] in ("page_views", "other"):
                days[hit["visitor"], self.day(hit["ts"])].append(hit)
        found = set()
        for key, hits in days.items():
            times = [h["ts"] for h in hits if h["category"] == "page_views"]
            if len(times) >= hasty_pages and (max(times) - min(times)).total_seconds() <= pause_s * (len(times) - 1):
                found.add(key)
            missing = [h for h in hits if h["status"] in (404, 410)]
            if len({h["page"] for h in missing}) >= probed_paths and 2 * len(missing) >= len(hits):
                found.add(key)
        return found

    def _visits(self) -> None:
        self.visits: list[dict] = []
        self.outside: list[dict] = []
        running: dict[str, dict] = {}
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
                continue
            arrival = (hit["page"], hit["query"] or "", hit["referrer"])
            if visit is not None:
                limit = self.rules["max_requests"]
                if limit and len(visit["views"]) >= limit:
                    visit = None
                elif self.rules["split"] and self.external(hit) and arrival != visit["arrival"]:
                    visit = None
            if visit is None:
                visit = {"visitor": hit["visitor"], "views": [], "clicks": [], "arrival": arrival}
                running[hit["visitor"]] = visit
                self.visits.append(visit)
            visit["views"].append(hit)
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
        for visit, at, view in sorted(
            ((visit, at, view) for visit in self.visits for at, view in enumerate(visit["views"])),
            key=lambda one: self.hits.index(one[2]),
        ):
            parameters = dict(reversed(parse_qsl(view["query"] or "")))
            amount = amount_of(self.total_of(view, parameters))
            identity = view["order_id"] or (parameters.get(self.rules["order"]) if self.rules["order"] else None)
            if amount is None or identity in seen:
                continue
            if identity:
                seen.add(identity)
            elif at:
                before = visit["views"][at - 1]
                earlier = amount_of(self.total_of(before, dict(reversed(parse_qsl(before["query"] or "")))))
                if (before["page"], earlier) == (view["page"], amount):
                    continue
            visit["orders"] += 1
            visit["revenue"] += amount

    def total_of(self, view: dict, parameters: dict) -> str | None:
        return view["order_total"] or (parameters.get(self.rules["revenue"]) if self.rules["revenue"] else None)

    def periods(self) -> dict[str, set[date]]:
        found: dict[str, set[date]] = defaultdict(set)
        days = {self.day(h["ts"]) for h in self.all_hits}
        days |= {self.day(ts) for f in self.files for ts in (*f["rejects"], *f["directives"]) if ts is not None}
        for day in days:
            year, week, _ = day.isocalendar()
            for name in (day.isoformat(), f"{year}-W{week:02d}", day.isoformat()[:7], day.isoformat()[:4], "all"):
                found[name].add(day)
        return found

    def report(self, name: str, period: str, days: set[date]) -> list[tuple]:
        return getattr(self, name)(period, days)

    def of(self, days: set[date]) -> list[dict]:
        return [visit for visit in self.visits if visit["day"] in days]

    def overview(self, period: str, days: set[date]) -> list[tuple]:
        visits = self.of(days)
        n = len(visits)
        views = sum(len(v["views"]) for v in visits)
        short = sum(v["short"] for v in visits)
        clicks = [c for v in visits for c in v["clicks"]] + [c for c in self.outside if self.day(c["ts"]) in days]
        orders = sum(v["orders"] for v in visits)
        returning = sum(v["returning"] for v in visits)
        return [
            (
                n,
                len({v["visitor"] for v in visits}),
                views,
                views / n if n else None,
                sum(v["us"] for v in visits) / (1_000_000 * n) if n else None,
                short,
                short / n if n else None,
                n - returning,
                returning,
                sum(c["category"] == "downloads" for c in clicks),
                sum(c["category"] == "exits" for c in clicks),
                orders,
                sum((v["revenue"] for v in visits), Decimal("0.00")),
                orders / n if n else None,
            )
        ]

    def trend(self, period: str, days: set[date]) -> list[tuple]:
        if re.fullmatch(r"\d{4}-\d\d-\d\d", period):
            (day,) = days
            rows = []
            for hour in range(24):
                visits = [v for v in self.of(days) if v["hour"] == hour]
                views = 0
                for visit in self.of(days):
                    for view in visit["views"]:
                        local = self.local(view["ts"])
                        views += (23 if local.date() > day else local.hour) == hour
                rows.append((None, hour, *self._sums(visits, views)))
            return rows
        every = {self.day(h["ts"]) for h in self.all_hits}
        every |= {self.day(ts) for f in self.files for ts in (*f["rejects"], *f["directives"]) if ts is not None}
        rows = []
        day = min(every)
        while day <= max(every):
            if period == "all" or day in days or self._same(period, day):
                visits = self.of({day})
                rows.append((day, None, *self._sums(visits, sum(len(v["views"]) for v in visits))))
            day += timedelta(days=1)
        return rows

    def _same(self, period: str, day: date) -> bool:
        year, week, _ = day.isocalendar()
        return period in (f"{year}-W{week:02d}", day.isoformat()[:7], day.isoformat()[:4])

    def _sums(self, visits: list[dict], views: int) -> tuple:
        return (
            len(visits),
            len({v["visitor"] for v in visits}),
            views,
            sum(v["short"] for v in visits),
            sum(v["orders"] for v in visits),
            sum((v["revenue"] for v in visits), Decimal("0.00")),
        )

    def pages(self, period: str, days: set[date]) -> list[tuple]:
        rows: dict[str, dict] = defaultdict(
            lambda: {"views": 0, "visits": 0, "entries": 0, "exits": 0, "short": 0, "us": []}
        )
        for visit in self.of(days):
            views = visit["views"]
            for page in {v["page"] for v in views}:
                rows[page]["visits"] += 1
            rows[views[0]["page"]]["entries"] += 1
            rows[views[0]["page"]]["short"] += visit["short"]
            rows[views[-1]["page"]]["exits"] += 1
            for at, view in enumerate(views):
                rows[view["page"]]["views"] += 1
                if at + 1 < len(views):
                    rows[view["page"]]["us"].append(
                        round((views[at + 1]["ts"] - view["ts"]) / timedelta(microseconds=1))
                    )
        return [
            (page, r["views"], r["visits"], r["entries"], r["exits"], r["exits"] / r["views"], r["short"], sum(r["us"]) / (1_000_000 * len(r["us"])) if r["us"] else None)
            for page, r in sorted(rows.items(), key=lambda one: (-one[1]["views"], one[0].encode()))
        ]  # fmt: skip

    def entries(self, period: str, days: set[date]) -> list[tuple]:
        rows: dict[str, list[dict]] = defaultdict(list)
        for visit in self.of(days):
            rows[visit["views"][0]["page"]].append(visit)
        return [
            (page, len(v), sum(x["short"] for x in v), sum(x["short"] for x in v) / len(v), sum(x["orders"] for x in v), sum((x["revenue"] for x in v), Decimal("0.00")))
            for page, v in sorted(rows.items(), key=lambda one: (-len(one[1]), one[0].encode()))
        ]  # fmt: skip

    def exits(self, period: str, days: set[date]) -> list[tuple]:
        rows = [(page, exits, exits / views) for page, views, _, _, exits, *_ in self.pages(period, days) if exits]
        return sorted(rows, key=lambda row: (-row[1], row[0].encode()))

    def referrers(self, period: str, days: set[date]) -> list[tuple]:
        rows: dict[tuple, list[dict]] = defaultdict(list)
        for visit in self.of(days):
            entry = visit["views"][0]
            host = referrer_host(entry["referrer"])
            key = (self.domain(host), entry["referrer"].split("#")[0]) if self.external(entry) else ("(direct)", None)
            rows[key].append(visit)
        return [
            (*key, len(v), sum(x["short"] for x in v) / len(v), sum(x["orders"] for x in v), sum((x["revenue"] for x in v), Decimal("0.00")))
            for key, v in sorted(rows.items(), key=lambda one: (-len(one[1]), one[0][0].encode(), (one[0][1] or "").encode()))
        ]  # fmt: skip

    def domain(self, host: str) -> str:
        """Of the generated hosts: the last two labels; of real ones the caller gives a function."""
        return self.rules.get("domain", lambda one: ".".join(one.split(".")[-2:]))(host)

    def audit(self, period: str, days: set[date]) -> list[tuple]:
        names = ("duplicates", "excluded", "robots", "static", "downloads", "exits", "page_views", "other")
        rows = {}
        for number, file in enumerate(self.files):
            hits = [h for h in self.all_hits if h["source"] == number and self.day(h["ts"]) in days]
            counted = Counter("duplicates" if file["duplicate"] or h["repeat"] else h["category"] for h in hits)
            rejects = sum(
                (ts is None and period == "all") or (ts is not None and self.day(ts) in days) for ts in file["rejects"]
            )
            directives = sum(
                (ts is None and period == "all") or (ts is not None and self.day(ts) in days)
                for ts in file["directives"]
            )
            if hits or rejects or directives:
                total = len(hits) + rejects + directives
                rows[file["file"]] = (
                    file["file"],
                    total,
                    directives,
                    len(hits),
                    rejects,
                    *(counted[name] for name in names),
                )
        return [rows[name] for name in sorted(rows, key=str.encode)]
