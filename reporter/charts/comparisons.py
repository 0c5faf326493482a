"""Charts that set one thing against another: cost and revenue, before and now, label and label; and the map."""

from __future__ import annotations

from typing import Any

from reporter import words
from reporter.charts.chart import Chart
from reporter.charts.request import Choice, Request, chart
from reporter.charts.shapes import QUESTIONS
from reporter.figures import records_of
from reporter.items import item_named
from reporter.world import names

MOST_CAMPAIGNS, MOST_CHANGES = 12, 10
ROOM = 1.6
NONE = "(none)"
"""How the report calls the visits that no campaign led to."""


def draw_campaigns(asked: Request) -> Chart | None:
    """Cost and revenue of the campaigns that have any, those with most first."""
    found: list[dict[str, Any]] = []
    first: list[str] = []
    for series in asked.series:
        records = [one for one in records_of(asked.report, series.id) if one["campaign"] != NONE]
        records = [one for one in records if one["cost"] or one["revenue"]]
        records.sort(key=lambda one: -max(one["cost"] or 0, one["revenue"] or 0))
        for record in records[:MOST_CAMPAIGNS]:
            roas = words.shown(record["roas"], "number", asked.currency)
            both = {kind: record[kind.lower()] for kind in ("Cost", "Revenue")}
            texts = {kind: words.shown(value, "money", asked.currency) for kind, value in both.items()}
            if series is asked.series[0]:
                first.append(f"{record['campaign']} cost {texts['Cost']}, revenue {texts['Revenue']}")
            for kind, value in both.items():
                row: dict[str, Any] = {
                    "item": str(record["campaign"]),
                    "label": series.name,
                    "kind": kind,
                    "roas": roas,
                }
                row |= {"value": float(value or 0), "text": texts[kind], "end": f"{kind} {texts[kind]}"}
                found.append(row)
    if not first:
        return None
    choice = Choice("Visits of", list(dict.fromkeys(one["label"] for one in found)))
    room = {label: max(one["value"] for one in found if one["label"] == label) * 1.5 for label in choice.values}
    text = f"Bars of cost and revenue: {'; '.join(first)}."
    axis = f"Cost and revenue, {words.SYMBOLS.get(asked.currency, asked.currency)}"
    return chart(asked, "campaigns", QUESTIONS["campaigns"], text, found, choice, axis=axis, room=room)


def draw_changes(asked: Request) -> Chart | None:
    """What rose and fell most of what is more than chance."""
    found: list[dict[str, Any]] = []
    for series in asked.series:
        held = [one for one in records_of(asked.report, series.id, only="held") if one["change"]]
        strongest = sorted(held, key=lambda one: -abs(one["z"] or 0))
        rising = [one for one in strongest if one["change"] > 0][:MOST_CHANGES]
        falling = [one for one in strongest if one["change"] < 0][:MOST_CHANGES]
        for record in sorted([*rising, *falling], key=lambda one: -one["change"]):
            text = words.shown(record["change"], "points", "")
            word = "▲" if record["change"] > 0 else "▼"
            kind = words.named(record["dimension"], "dimension")
            found.append(
                {
                    "item": f"{kind}: {item_named(record['dimension'], record['item'])}",
                    "kind": kind,
                    "label": series.name,
                    "value": record["change"] * 100,
                    "text": text,
                    "end": f"{word} {text}",
                    "was": _of(record["before"], record["share_before"]),
                    "is": _of(record["after"], record["share_after"]),
                }
            )
    if not found:
        return None
    labels = list(dict.fromkeys(one["label"] for one in found))
    told = ", ".join(f"{one['item']} {one['text']}" for one in found if one["label"] == labels[0])
    room = {label: max(abs(one["value"]) for one in found if one["label"] == label) * ROOM for label in labels}
    text = f"Bars of the change of shares of {labels[0]}: {told}."
    return chart(asked, "changes", QUESTIONS["changes"], text, found, Choice("Visits of", labels), room=room)


def draw_overlaps(asked: Request) -> Chart | None:
    """A cell for each pair of labels."""
    others = {one.id: one for one in asked.series}
    found = []
    for series in asked.series:
        for record in records_of(asked.report, series.id):
            if record["other"] in others and record["other"] != asked.series[0].id:
                share = words.shown(record["share"], "rate", "")
                found.append(
                    {
                        "label": series.name,
                        "other": others[record["other"]].name,
                        "letter": others[record["other"]].letter,
                        "share": record["share"] or 0,
                        "percent": share,
                        "text": f"{record['visits']:,}",
                    }
                )
    if len(asked.series) < 2 or not found:
        return None
    told = ", ".join(f"{one['percent']} of {one['label']} are also {one['other']}" for one in found)
    return chart(asked, "labels", QUESTIONS["labels"], f"Table of shares: {told}.", found)


def draw_countries(asked: Request) -> Chart | None:
    """A map. Its rows name a country by label and code: so is it looked up."""
    found: list[dict[str, Any]] = []
    for series in asked.series:
        for record in records_of(asked.report, series.id):
            if record["visits"] and record["country"] in names():
                key = f"{series.name} {record['country']}"
                found.append(
                    {"key": key, "label": series.name, "visits": record["visits"], "text": f"{record['visits']:,}"}
                )
    if not found:
        return None
    labels = list(dict.fromkeys(one["label"] for one in found))
    first = [one for one in found if one["label"] == labels[0]]
    told = ", ".join(f"{one['key'].removeprefix(labels[0]).strip()} {one['text']}" for one in first[:20])
    text = f"Map of visits of {labels[0]} by country: {told}."
    return chart(asked, "countries", QUESTIONS["countries"], text, found, Choice("Visits of", labels))


def _of(number: int, share: float | None) -> str:
    return f"{number:,} ({words.shown(share, 'rate', '')})"
