"""Values pasted into a page, and what they are taken for."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import Response

from console import datasets
from console.web.asker import Asker
from console.web.explained import MOST_LETTERS, MOST_VALUES, explained
from console.web.guard import Known, Ours
from console.web.place import Here, Place
from console.web.view import page
from shared.errors import ProprocessorError, Rejected

router = APIRouter(include_in_schema=False)
KINDS = {
    "agent": "agents (browsers and robots)",
    "referrer": "referrers",
    "address": "addresses",
    "page": "pages",
    "line": "lines of a log",
}
UNSHOWN = ("value", "rule", "rules")
Text = Annotated[str, Form()]


@router.get("/explain")
def asked(request: Request, place: Here, asker: Known, dataset: Annotated[str, Query(max_length=100)] = "") -> Response:
    """A form for values."""
    return _page(request, place, asker, "agent", "", dataset)


@router.post("/explain", dependencies=[Ours])
def answered(
    request: Request, place: Here, asker: Known, kind: Text = "agent", values: Text = "", dataset: Text = ""
) -> Response:
    """What they are taken for, one a line, below the form."""
    lines = [one for one in values.replace("\r\n", "\n").split("\n") if one.strip()]
    try:
        if kind not in KINDS:
            raise Rejected("Choose what the values are.", reason="unknown_action")
        if not lines or len(lines) > MOST_VALUES or any(len(one) > MOST_LETTERS for one in lines):
            raise Rejected(
                f"Enter 1 to {MOST_VALUES} values, one a line, of {MOST_LETTERS:,} letters at most.",
                reason="too_many_values",
            )
        rows = explained(place, asker, kind, lines, dataset=dataset or None)
    except ProprocessorError as error:
        return _page(request, place, asker, kind, values, dataset, error=f"{error.message} {error.remedy}".strip())
    return _page(request, place, asker, kind, values, dataset, rows=[_shown(one) for one in rows])


def _page(request: Request, place: Place, asker: Asker, kind: str, values: str, dataset: str, **more: Any) -> Response:
    may = asker.account.may_edit
    editable = [row["id"] for row in datasets.overview(place.catalog) if may and asker.account.may_read(row["id"])]
    told: dict[str, Any] = {"rows": [], "error": "", **more}
    status = 422 if told["error"] else 200
    common: dict[str, Any] = {"kinds": KINDS, "kind": kind, "values": values, "dataset": dataset}
    return page(request, "explain.html", asker=asker, status_code=status, datasets=editable, **common, **told)


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    """What is known of a value; what is not, is left out."""
    known = [(key.replace("_", " "), _words(value)) for key, value in row.items() if key not in UNSHOWN]
    rules = [("", row["rule"])] if row.get("rule") else []
    rules += [(key, rule) for key, rule in row.get("rules", {}).items()]
    return {"value": row["value"], "known": [one for one in known if one[1]], "rules": rules}


def _words(value: Any) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case None:
            return ""
        case dict() | list() | tuple():
            return ", ".join(str(one) for one in value)
        case _:
            return str(value)
