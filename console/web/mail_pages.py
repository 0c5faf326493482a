"""What became of e-mail: what was sent, waits, failed or is unknown, with what to do, and addresses that get none."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import Response

from console import datasets
from console.mail import STATES, UNKNOWN, allow, newest_mail, resolve, resolved_words
from console.web.guard import DATASET, Administrator, Ours, note
from console.web.place import Here
from console.web.view import go, number_of, page
from shared.errors import Rejected

router = APIRouter(include_in_schema=False)
AT_ONCE = 100
MOST_PAGES = 100_000
Text = Annotated[str, Form()]
Asked = Annotated[str, Query(max_length=100)]
OUTCOMES = {"sent": True, "again": False}
MENDABLE = ("unknown", "failed", "skipped")
"""What a person may have sent again."""


@router.get("/operations/mail")
def deliveries(
    request: Request,
    place: Here,
    asker: Administrator,
    dataset: Asked = "",
    state: Asked = "",
    part: Asked = "",
) -> Response:
    """The newest of them, of all or one data set, in all states or one; above, those that a person must say of."""
    from reporter.alerts.conditions import CONDITIONS
    from reporter.mail import suppression

    chosen = {
        "dataset": dataset if DATASET.fullmatch(dataset) else None,
        "state": state if state in STATES else None,
    }
    number = min(number_of(part), MOST_PAGES)
    total, found = newest_mail(place.catalog, offset=number * AT_ONCE, limit=AT_ONCE, **chosen)
    unknown = newest_mail(place.catalog, offset=0, limit=AT_ONCE, state="unknown")
    values: dict[str, Any] = {
        "found": found,
        "total": total,
        "unknown": unknown[1],
        "unknown_number": unknown[0],
        "what_to_do": UNKNOWN,
        "suppressed": suppression.listed(place.catalog),
        "states": STATES,
        "mendable": MENDABLE,
        "chosen": chosen,
        "conditions": CONDITIONS,
        "datasets": [row["id"] for row in datasets.overview(place.catalog)],
        "number": number,
        "has_older": total > (number + 1) * AT_ONCE,
    }
    return page(request, "mail.html", asker=asker, **values)


@router.post("/operations/mail/resolve", dependencies=[Ours])
def say(request: Request, place: Here, asker: Administrator, delivery: Text = "", do: Text = "") -> Response:
    """Say what became of an e-mail, or have it sent again."""
    if do not in OUTCOMES:
        raise Rejected(f"{do!r} cannot be done with an e-mail.", reason="unknown_action")
    sent = OUTCOMES[do]
    found = resolve(place.catalog, delivery, sent=sent, now=place.now())
    note(place, asker, "mail.resolve", found.dataset or None, delivery=found.id, outcome=do)
    return go(request, "/operations/mail", resolved_words(found, sent=sent))


@router.post("/operations/mail/allow", dependencies=[Ours])
def allow_again(request: Request, place: Here, asker: Administrator, address: Text = "") -> Response:
    """Let an address get e-mail again."""
    allowed = allow(place.catalog, address)
    note(place, asker, "mail.allow", recipient=allowed)
    return go(request, "/operations/mail", f"{allowed} gets e-mail again, from the next period on.")
