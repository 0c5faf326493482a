"""Which visits carry which label (DOMAIN.md sections 4 and 7). Criteria are dictionaries, as the settings' file has them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.oracle.arrivals import referrer_parameters, url_of
from tests.oracle.texts import address_fits, cookie_of, number_fits, parameters_of, text_fits

if TYPE_CHECKING:
    from tests.oracle.numbers import Oracle


def join(oracle: Oracle) -> None:
    """Gives each visit the set of its ``labels``."""
    for visit in oracle.visits:
        visit["labels"] = {"all"}
        for label in oracle.rules["labels"]:
            if carries(oracle, label, visit):
                visit["labels"].add(label["id"])


def shown_in(oracle: Oracle, report: str) -> list[str]:
    """``all``, then the labels that are not hidden in the report."""
    return ["all", *(label["id"] for label in oracle.rules["labels"] if report not in label.get("hide_in", ()))]


def carries(oracle: Oracle, label: dict, visit: dict) -> bool:
    return fits(oracle, label["match"], visit) != label.get("inverse", False)


def fits(oracle: Oracle, criterion: dict, visit: dict) -> bool:
    ((name, wanted),) = criterion.items()
    entry, views = visit["views"][0], visit["views"]
    match name:
        case "all":
            return all(fits(oracle, one, visit) for one in wanted)
        case "any":
            return any(fits(oracle, one, visit) for one in wanted)
        case "label":
            if wanted == "all":
                return True
            (label,) = (one for one in oracle.rules["labels"] if one["id"] == wanted)
            return carries(oracle, label, visit)
        case "referrer":
            url = url_of(oracle, entry)
            matcher = {way: value for way, value in wanted.items() if way != "parameter"}
            if "parameter" not in wanted:
                return text_fits(matcher, url)
            given = referrer_parameters(url)
            return any(key == wanted["parameter"] and text_fits(matcher, value) for key, value in given)
        case "search_engine":
            return text_fits(wanted, visit["engine"])
        case "search_term":
            return text_fits(wanted, visit["term"])
        case "search":
            return (visit["engine"] is not None) == wanted
        case "ai":
            return (visit["assistant"] is not None) == wanted
        case "entry_page":
            return text_fits(wanted, entry["page"])
        case "exit_page":
            return text_fits(wanted, views[-1]["page"])
        case "saw_page":
            return any(text_fits(wanted, view["page"]) for view in views)
        case "exit_link":
            return any(
                text_fits(wanted, click["exit_url"]) for click in visit["clicks"] if click["category"] == "exits"
            )
        case "channel" | "campaign" | "country" | "language" | "browser" | "os" | "device":
            return text_fits(wanted, visit[name])
        case "cookie":
            looked_at = views[:1] if wanted.get("first_page") else views
            values = [cookie_of(view["cookie"], wanted["name"]) for view in looked_at]
            return any(value is not None and value_fits(wanted, value) for value in values)
        case "address":
            return address_fits(wanted, entry["address"])
        case "parameter":
            given = [pair for view in views for pair in parameters_of(view["query"])]
            return any(key == wanted["name"] and value_fits(wanted, value) for key, value in given)
        case "custom":
            return any(key == wanted["name"] and value_fits(wanted, value) for key, value in visit["custom"])
        case "weekday":
            return number_fits(wanted, visit["day"].isoweekday())
        case "hour":
            return number_fits(wanted, visit["hour"])
        case "revenue":
            return number_fits(wanted, float(visit["revenue"]))
        case "page_views":
            return number_fits(wanted, len(views))
        case "seconds":
            return number_fits(wanted, visit["us"] / 1_000_000)
        case "short":
            return visit["short"] == wanted
        case "visitor":
            return visit["returning"] == (wanted == "returning")
        case "status":
            return any(number_fits(wanted, hit["status"]) for hit in hits_within(oracle, visit))
        case "funnel_stage":
            return any(value_fits(wanted, stage) for stage in stages_reached(oracle, wanted["name"], visit))
    raise AssertionError(name)


def value_fits(wanted: dict, value: str) -> bool:
    """Without a value, being there is enough."""
    return "value" not in wanted or text_fits(wanted["value"], value)


def hits_within(oracle: Oracle, visit: dict) -> list[dict]:
    """All that the visitor asked for from the visit's first to its last event, if it counts."""
    first, last = visit["events"][0]["ts"], visit["events"][-1]["ts"]
    return [
        hit
        for hit in oracle.hits
        if hit["visitor"] == visit["visitor"]
        and first <= hit["ts"] <= last
        and hit["category"] not in ("excluded", "robots")
    ]


def stages_reached(oracle: Oracle, funnel_id: str, visit: dict) -> list[str]:
    """The stages of which the visit viewed a page."""
    reached = []
    for funnel in oracle.rules["funnels"]:
        if funnel["id"] == funnel_id:
            for stage in funnel["stages"]:
                if any(text_fits(g["pages"], view["page"]) for g in stage["groups"] for view in visit["views"]):
                    reached.append(stage["name"])
    return reached
