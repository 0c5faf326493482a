"""Settings of a data set: read as TOML or JSON, checked and taken as TOML."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import Depends, Header, Path, Query, Request
from fastapi.responses import JSONResponse, Response
from pydantic import Field

from console.settings_change import read_settings, settings_change, settings_header
from console.settings_history import before_of, history
from console.stored_settings import Row, stored_settings
from console.web.api.access import Configured
from console.web.api.contract import MAX_NUMBER, Limit, Told, problems, router
from console.web.api.representation import tag_of
from console.web.guard import Editable, Known, OursApi
from console.web.negotiation import is_known
from console.web.place import Here
from console.web.problems import HttpProblem
from console.web.settings_taken import check_rights, take
from shared.dataset_settings import settings_to_toml
from shared.dataset_settings.writing import as_json
from shared.errors import Misconfigured

routes = router("settings")
TOML = "application/toml"
Everything = Annotated[bool, Query(alias="all", description="Every key, defaults too.")]
BODY = {"requestBody": {"required": True, "content": {TOML: {"schema": {"type": "string"}}}}}
GIVEN: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The settings.",
        "content": {"application/json": {"schema": {"type": "object"}}, TOML: {"schema": {"type": "string"}}},
        "headers": {"ETag": {"schema": {"type": "string"}, "description": "For `If-Match` of what replaces them."}},
    },
    304: {"description": "The asker has them already."},
}


BEFORE: dict[int | str, dict[str, Any]] = {
    200: {"description": "The settings.", "content": {TOML: {"schema": {"type": "string"}}}}
}
Number = Annotated[int, Path(ge=0, le=MAX_NUMBER, description="Number of the change.")]


class ChangeTold(Told):
    """One key, or one label, campaign, funnel or target; texts as in the file, null where there is none."""

    path: str
    before: str | None
    after: str | None
    effect: str = Field(description="analysis, import (raw files are read again) or none (on numbers)")


class Taken(Told):
    """What changes, and whether it was stored."""

    dataset: str
    changes: list[ChangeTold]
    effect: str = Field(description="The most that any change needs.")
    stored: bool = Field(description="False for a dry run, and where everything is so already.")


class KeyChanged(Told):
    """A key, or one label, campaign, funnel or target, before and after."""

    path: str
    before: str | None
    after: str | None


class Changed(Told):
    """A change of the history."""

    number: int
    at: datetime
    who: str
    why: str | None
    effect: str
    changes: list[KeyChanged]


class Changes(Told):
    """The last of them."""

    items: list[Changed]


@routes.get("/datasets/{dataset}/settings", responses=GIVEN)
def get_settings(request: Request, row: Configured, everything: Everything = False) -> Response:
    """The settings as JSON, or as TOML where `Accept` has `application/toml`: what differs from the defaults."""
    settings = stored_settings(row)
    headers = {"ETag": _tag(row), "Cache-Control": "private, no-cache", "Vary": "Accept, Cookie"}
    if is_known(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    if TOML in request.headers.get("accept", ""):
        text = settings_to_toml(settings, everything=everything, header=settings_header(row))
        return Response(text, headers=headers, media_type=TOML)
    return JSONResponse(as_json(settings, everything=everything), headers=headers)


async def text_of(request: Request) -> str:
    """The settings that were sent."""
    body = await request.body()
    if not body:  # would take every default
        raise Misconfigured(
            "No settings were sent.",
            remedy="Send them as TOML; a comment alone stands for the defaults.",
            reason="no_settings",
        )
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        raise Misconfigured(f"The settings are not UTF-8: {error}.") from error


@routes.put(
    "/datasets/{dataset}/settings", dependencies=[OursApi], openapi_extra=BODY, responses=problems(400, 412, 413, 503)
)
def put_settings(
    place: Here,
    asker: Known,
    row: Editable,
    text: Annotated[str, Depends(text_of)],
    dry_run: Annotated[bool, Query(description="Say what would change, and store nothing.")] = False,
    if_match: Annotated[str | None, Header(description="The ETag of the settings that these replace.")] = None,
) -> Taken:
    """Take settings, whole, of a TOML text. Every fault is told at once, and then nothing is stored.

    Where data comes from and goes to, only administrators change.
    """
    if if_match not in (None, "*") and _tag(row) not in str(if_match):
        raise HttpProblem(
            412, "The settings were changed meanwhile.", remedy="Get them again.", reason="changed_meanwhile"
        )
    change = settings_change(row, read_settings(place.catalog, row["id"], text), place.settings)
    check_rights(asker, row, change)
    stored = not dry_run and not change.is_same
    if stored:
        take(place, asker, row, change)
    changes = [ChangeTold.model_validate(one) for one in change.changes]
    return Taken(dataset=row["id"], changes=changes, effect=change.effect, stored=stored)


@routes.get("/datasets/{dataset}/settings/changes")
def list_changes(place: Here, row: Configured, limit: Limit = 50) -> Changes:
    """Who changed what, the last first. `GET .../settings/changes/NUMBER` has the settings before: put them back."""
    return Changes(
        items=[
            Changed(
                number=one.seq,
                at=one.at,
                who=one.who,
                why=one.detail.get("why"),
                effect=str(one.detail.get("effect", "")),
                changes=[KeyChanged(**change) for change in one.detail.get("changes", ())],
            )
            for one in history(place.catalog, row["id"], limit)
        ]
    )


@routes.get("/datasets/{dataset}/settings/changes/{number}", responses=BEFORE, response_class=Response)
def get_before(place: Here, row: Configured, number: Number) -> Response:
    """The settings as they were before a change, as TOML."""
    text = before_of(place.catalog, row["id"], number) or "# All as by default.\n"
    return Response(text, headers={"Cache-Control": "no-store"}, media_type=TOML)


def _tag(row: Row) -> str:
    names = ("settings", "location", "username", "password_env", "schedule")
    return tag_of(*(repr(row[name]) for name in names))
