"""Share links: made and taken back by editors, followed by anybody."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from console.web import shares
from console.web.guard import SHARE_COOKIE, Editable, Known, Ours, note, note_guest
from console.web.place import Here, Place
from console.web.problems import NotFound
from console.web.view import go, link, number_of, page
from shared.errors import Rejected

router = APIRouter(include_in_schema=False)
Text = Annotated[str, Form()]


@router.get("/datasets/{dataset}/shares")
def list_shares(request: Request, place: Here, asker: Known, row: Editable) -> Response:
    """Those that hold, and a form for another."""
    return _page(request, place, asker, row["id"])


@router.post("/datasets/{dataset}/shares", dependencies=[Ours])
def add(request: Request, place: Here, asker: Known, row: Editable, name: Text = "", days: Text = "30") -> Response:
    """Make one, and show it this once."""
    dataset = row["id"]
    try:
        number = number_of(days)
        made, text = shares.add(
            place.catalog, dataset, name=name, made_by=asker.account.name, days=number, now=place.now()
        )
    except Rejected as error:
        return _page(request, place, asker, dataset, error=str(error), status=422)
    note(place, asker, "share.add", dataset, id=made, name=name, days=number)
    return _page(request, place, asker, dataset, made=share_link(request, place, text))


@router.post("/datasets/{dataset}/shares/remove", dependencies=[Ours])
def remove(request: Request, place: Here, asker: Known, row: Editable, id: Text = "") -> Response:
    """Take one back: it leads nowhere at once."""
    gone = shares.remove(place.catalog, id, row["id"])
    note(place, asker, "share.remove", row["id"], id=id)
    said = "The link leads nowhere now." if gone else "It led nowhere already."
    return go(request, f"/datasets/{quote(row['id'])}/shares", said)


@router.get("/share/{text}")
def follow(request: Request, place: Here, text: str) -> Response:
    """Let this browser read the reports that the link is for."""
    found = shares.find(place.catalog, text, place.now())
    if found is None:
        raise NotFound("This link is over, or was taken back.", remedy="Ask for another one.", reason="share_over")
    note_guest(request, place, "share.follow", f"share {found.name}", found.dataset, id=found.id)
    answer = go(request, f"/reports/{quote(found.dataset)}/index.html")
    answer.set_cookie(
        SHARE_COOKIE,
        text,
        max_age=int((found.expires_at - place.now()).total_seconds()),
        path=f"{link(request, '')}/reports/{quote(found.dataset)}",
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="lax",
    )
    return answer


def share_link(request: Request, place: Place, text: str) -> str:
    """The address of a link: where the settings say that the console is, else where it was asked."""
    asked = f"{request.url.scheme}://{request.url.netloc}{link(request, '')}"
    return shares.address_of(place.settings.console_url or asked, text)


def _page(
    request: Request, place: Here, asker: Known, dataset: str, *, error: str = "", made: str = "", status: int = 200
) -> Response:
    found = shares.of_dataset(place.catalog, dataset, place.now())
    values = {"dataset": dataset, "shares": found, "error": error, "made": made}
    return page(request, "shares.html", asker=asker, status_code=status, **values)
