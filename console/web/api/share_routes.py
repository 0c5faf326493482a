"""Share links and saved views of a data set: listed, made, taken back."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Annotated

from fastapi import Path, Request
from pydantic import Field

from console.web import shares, views
from console.web.api.access import need
from console.web.api.contract import Limit, Offset, Page, Told, cut, problems, router
from console.web.guard import Editable, Known, OursApi, Readable, note
from console.web.place import Here
from console.web.problems import NotFound
from console.web.share_pages import share_link
from console.web.shares import MOST_DAYS

routes = router("shares and views")
Id = Annotated[uuid.UUID, Path(description="Its id.")]
Name = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^\x00]*\S[^\x00]*$")]


class ShareTold(Told):
    """A link by which anybody reads the published reports of the data set; never with its text."""

    id: str
    name: str = Field(description="Who it is for.")
    made_by: str
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None


class SharePage(Page):
    """Some of the links that are not over, the newest first."""

    items: list[ShareTold]


class NewShare(Told):
    """A link to be made."""

    name: Name
    days: int = Field(default=30, ge=1, le=MOST_DAYS, description="So long it lasts.")


class MadeShare(Told):
    """A link that was made. Nobody can be shown its address again."""

    id: str
    link: str


class ViewTold(Told):
    """A page of reports that is saved under a name."""

    id: str
    name: str
    path: str = Field(description="Below /reports/DATASET/: period or range, report, and what is asked of it.")
    made_by: str
    created_at: datetime


class ViewPage(Page):
    """Some of the saved views, by name."""

    items: list[ViewTold]


class NewView(Told):
    """A view to be saved."""

    name: Name
    path: str = Field(max_length=views.MAX_PATH, description="As `all/pages.html?label=country%3DAT`.")


@routes.get("/datasets/{dataset}/shares")
def list_shares(place: Here, row: Editable, limit: Limit = 100, offset: Offset = 0) -> SharePage:
    """The links that are not over. Needs an editor, and of a token the scope `write`."""
    found = [_share(one) for one in shares.of_dataset(place.catalog, row["id"], place.now())]
    return SharePage.model_validate(cut(found, offset, limit))


@routes.post("/datasets/{dataset}/shares", status_code=201, dependencies=[OursApi], responses=problems(400))
def add_share(request: Request, place: Here, asker: Known, row: Editable, new: NewShare) -> MadeShare:
    """Make one."""
    made, text = shares.add(
        place.catalog, row["id"], name=new.name, made_by=asker.account.name, days=new.days, now=place.now()
    )
    note(place, asker, "share.add", row["id"], id=made, name=new.name, days=new.days)
    return MadeShare(id=made, link=share_link(request, place, text))


@routes.delete("/datasets/{dataset}/shares/{id}", status_code=204, dependencies=[OursApi])
def remove_share(place: Here, asker: Known, row: Editable, id: Id) -> None:
    """Take one back: it leads nowhere at once."""
    if not shares.remove(place.catalog, str(id), row["id"]):
        raise NotFound(f"There is no share link {id}.", reason="unknown_share")
    note(place, asker, "share.remove", row["id"], id=str(id))


@routes.get("/datasets/{dataset}/views")
def list_views(place: Here, row: Readable, limit: Limit = 100, offset: Offset = 0) -> ViewPage:
    """The saved views, which all readers of the data set see."""
    found = [_view(one) for one in views.of_dataset(place.catalog, row["id"])]
    return ViewPage.model_validate(cut(found, offset, limit))


@routes.post("/datasets/{dataset}/views", status_code=201, dependencies=[OursApi], responses=problems(400))
def add_view(place: Here, asker: Known, row: Readable, new: NewView) -> ViewTold:
    """Save one. Whoever reads the data set may; of a token the scope `write` is needed."""
    need(asker, "write")
    made = views.add(
        place.catalog, row["id"], name=new.name, path=new.path, made_by=asker.account.name, now=place.now()
    )
    note(place, asker, "view.add", row["id"], id=made.id, name=made.name)
    return _view(made)


@routes.delete("/datasets/{dataset}/views/{id}", status_code=204, dependencies=[OursApi])
def remove_view(place: Here, asker: Known, row: Readable, id: Id) -> None:
    """Forget one of one's own; an editor, anybody's."""
    need(asker, "write")
    whose = None if asker.account.may_edit else asker.account.name
    if not views.remove(place.catalog, str(id), row["id"], made_by=whose):
        raise NotFound(f"There is no view {id} of yours.", reason="unknown_view")
    note(place, asker, "view.remove", row["id"], id=str(id))


def _share(one: shares.Share) -> ShareTold:
    return ShareTold(**{name: getattr(one, name) for name in ShareTold.model_fields})


def _view(one: views.View) -> ViewTold:
    return ViewTold(**{name: getattr(one, name) for name in ViewTold.model_fields})
