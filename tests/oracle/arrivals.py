"""Where visits come from and what that costs: channel, search, campaign, attribution (DOMAIN.md sections 5, 7 and 8)."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tests.oracle.texts import CLICK_IDS, NETWORKS, clean_path, marks_of, parameters_of, text_fits

if TYPE_CHECKING:
    from tests.oracle.numbers import Oracle

SEARCH_NETWORKS = {"gclid": "Google", "gbraid": "Google", "wbraid": "Google", "msclkid": "Bing"}
"""Whose ads lead here from its search, where the referrer is silent."""
NOWHERE = {"medium": "direct", "source": None, "term": None}


def understand(oracle: Oracle) -> None:
    """Gives each visit ``channel``, ``engine``, ``term``, ``assistant``, ``clicked`` and ``campaign``."""
    for visit in oracle.visits:
        entry = visit["views"][0]
        came_from = oracle.rules["referrers"][entry["referrer"]] if oracle.external(entry) else NOWHERE
        marks = marks_of(entry["query"])
        own = own_campaign(oracle, entry, marks)
        own = None if own == "(none)" else own  # the row of visits without a campaign
        assistant = came_from["source"] if came_from["medium"] == "ai" else None
        if came_from is NOWHERE:  # assistants name themselves in the link
            assistant = oracle.rules["assistants"].get(marks.get("utm_source"))
        visit["assistant"] = assistant
        visit["channel"] = channel_of(came_from, marks, own, assistant)
        visit["engine"] = came_from["source"] if came_from["medium"] == "search" else None
        if came_from is NOWHERE:
            visit["engine"] = SEARCH_NETWORKS.get(click_id_of(marks))
        visit["term"] = (came_from["term"] or marks.get("utm_term")) if visit["engine"] else None
        visit["campaign"], visit["clicked"] = own, own is not None
    attribute(oracle.visits, **oracle.rules["attribution"])
    oracle.clicks = clicks_by_day(oracle.visits)
    oracle.costs = costs_by_day(oracle)


def own_campaign(oracle: Oracle, entry: dict, marks: dict[str, str]) -> str | None:
    for campaign in oracle.rules["campaigns"]:
        if campaign_fits(oracle, campaign["match"], entry):
            return campaign["name"]
    return marks.get("utm_campaign") or NETWORKS.get(click_id_of(marks))


def click_id_of(marks: dict[str, str]) -> str | None:
    for name in NETWORKS:
        if name in marks:
            return name
    return None


def campaign_fits(oracle: Oracle, match: dict, entry: dict) -> bool:
    """A landing path with parameters, a parameter on any page, a referrer; of several given, all."""
    given = parameters_of(entry["query"], empty=True)
    if "page" in match:
        path, _, query = match["page"].partition("?")
        if clean_path(path, oracle.rules) != clean_path(entry["path"], oracle.rules):
            return False
        if not set(parameters_of(query, empty=True)) <= set(given):
            return False
    if "parameter" in match:
        name, equals, _ = match["parameter"].partition("=")
        if equals and parameters_of(match["parameter"], empty=True)[0] not in given:
            return False
        if not equals and name not in dict(given):
            return False
    return "referrer" not in match or (oracle.external(entry) and text_fits(match["referrer"], entry["referrer"]))


def channel_of(came_from: dict, marks: dict[str, str], own: str | None, assistant: str | None) -> str:
    """The first that fits in the order paid, email, campaign, search, ai, social, referral, direct."""
    medium = marks.get("utm_medium", "").lower()
    if CLICK_IDS & set(marks) or medium in ("cpc", "ppc", "display", "cpm") or medium.startswith("paid"):
        return "paid"
    if came_from["medium"] == "email" or medium in ("email", "e-mail", "e_mail"):
        return "email"
    if own is not None:
        return "campaign"
    if came_from["medium"] == "search":
        return "search"
    if assistant is not None:
        return "ai"
    if came_from["medium"] == "social":
        return "social"
    return "direct" if came_from is NOWHERE else "referral"


def attribute(visits: list[dict], model: str, window_days: int) -> None:
    """A visit without a campaign of its own has that of an earlier visit of its visitor, start to start."""
    for at, visit in enumerate(visits):
        if visit["clicked"]:
            continue
        start = visit["views"][0]["ts"]
        for earlier in visits[:at]:
            if not earlier["clicked"] or earlier["visitor"] != visit["visitor"]:
                continue
            if start - earlier["views"][0]["ts"] > timedelta(seconds=window_days * 86_400):
                continue
            if model == "last" or visit["campaign"] is None:
                visit["campaign"] = earlier["campaign"]


def clicks_by_day(visits: list[dict]) -> Counter[tuple[str, date]]:
    return Counter((visit["campaign"], visit["day"]) for visit in visits if visit["clicked"])


def costs_by_day(oracle: Oracle) -> dict[str, dict[date, Fraction]]:
    """What each campaign costs on which day; a campaign without any cost is not in it."""
    clicks = oracle.clicks
    costs: dict[str, dict[date, Fraction]] = {}
    for campaign in oracle.rules["campaigns"]:
        days = sorted(day for name, day in clicks if name == campaign["name"])
        for model, amount in (campaign.get("cost") or {}).items():
            if model == "file":
                continue
            mine = costs.setdefault(campaign["name"], {})
            if model == "fixed" and days:
                mine[days[0]] = Fraction(Decimal(amount))
            if model == "per_click":
                for day in days:
                    mine[day] = Fraction(Decimal(amount)) * clicks[campaign["name"], day]
            if model == "per_day" and days:
                for n in range((days[-1] - days[0]).days + 1):
                    mine[days[0] + timedelta(days=n)] = Fraction(Decimal(amount))
    own_model = set(costs)
    for day, name, amount in oracle.rules["costs"]:
        if name in own_model:
            continue
        mine = costs.setdefault(name, {})
        mine[day] = mine.get(day, Fraction(0)) + Fraction(amount)
    costs.pop("(none)", None)  # visits without a campaign cost nothing
    return costs


def cost_of(oracle: Oracle, campaign: str, days: list[date], label: str) -> Fraction | None:
    """Of a campaign in these days. A label takes its share by clicks of the campaign-day; without clicks, ``all`` has it."""
    if campaign not in oracle.costs:
        return None
    mine = clicks_by_day([visit for visit in oracle.visits if label in visit["labels"]])
    total = Fraction(0)
    for day in days:
        cost = oracle.costs[campaign].get(day, Fraction(0))
        if oracle.clicks[campaign, day]:
            total += cost * mine[campaign, day] / oracle.clicks[campaign, day]
        elif label == "all":
            total += cost
    return total


def money(amount: Fraction | None) -> Decimal | None:
    """To the cent, half up."""
    if amount is None:
        return None
    return (Decimal((amount * 100 + Fraction(1, 2)).__floor__()) / 100).quantize(Decimal("0.01"))


def url_of(oracle: Oracle, view: dict) -> str | None:
    """The external referrer without its fragment."""
    return view["referrer"].split("#")[0] if oracle.external(view) else None


def referrer_parameters(referrer: str | None) -> list[tuple[str, str]]:
    return parameters_of(urlsplit(referrer).query) if referrer else []
