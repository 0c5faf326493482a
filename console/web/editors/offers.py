"""What may be chosen in a form and is not in the model: reports, labels, funnels, files of costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from analyzer.reports import REPORTS
from console.stored_settings import Row
from console.web.place import Place
from shared.costs import list_costs


def offers_of(place: Place, row: Row, data: Mapping[str, Any]) -> dict[str, Sequence[tuple[str, str]]]:
    """Key to values with their titles, of a data set with these settings."""
    reports = [(one.id, one.title) for one in REPORTS]
    labels = [(one["id"], one.get("name") or one["id"]) for one in data.get("labels", ())]
    funnels = [(one["id"], one.get("name") or one["id"]) for one in data.get("funnels", ())]
    with place.catalog.read() as connection:
        costs = [(one["name"], one["name"]) for one in list_costs(connection, row["id"])]
    everybody = [("all", "All visitors")]
    return {
        "labels.hide_in": reports,
        "mails.reports": reports,
        "mails.labels": [*everybody, *labels],
        "labels.match.label": [*everybody, *labels],
        "labels.match.funnel_stage.name": funnels,
        "campaigns.cost.file": costs,
    }
