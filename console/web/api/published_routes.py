"""Published reports: which periods there are, each report in several formats, and the very files."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Annotated, Any

from fastapi import Path, Request
from fastapi.responses import Response
from pydantic import Field

from analyzer.live import BY_ID
from console.web.api.contract import Limit, Offset, Page, Told, cut, router
from console.web.api.published_files import (
    PublishedPeriod,
    archive_of,
    common_files,
    file_in,
    file_of_period,
    folder_of,
    published_periods,
    shared_assets,
)
from console.web.api.report_description import described
from console.web.api.representation import Chosen, Parted, Source, represent, tag_of
from console.web.guard import Known, Readable
from console.web.negotiation import is_known
from console.web.place import Here
from console.web.problems import NotFound
from reporter.assets import FOLDER as ASSETS

routes = router("published reports")
PeriodId = Annotated[str, Path(description="`2015-05-17`, `2015-W20`, `2015-05`, `2015` or `all`.")]
ReportId = Annotated[str, Path(description="`overview`, `trend`, `pages` ...: `GET /reports` lists them.")]
PLAIN, TAR = "application/octet-stream", "application/x-tar"


def _given(media_type: str) -> dict[int | str, dict[str, Any]]:
    return {
        200: {
            "description": "The file.",
            "content": {media_type: {"schema": {"type": "string", "format": "binary"}}},
        },
        304: {"description": "The asker has it already."},
    }


FILE, ARCHIVE = _given(PLAIN), _given(TAR)


class ReportKind(Told):
    """A report that there is of every period."""

    id: str
    title: str
    question: str
    group: str
    dimensions: list[str]
    measures: list[str]


class ReportKinds(Told):
    """All of them, in their order."""

    items: list[ReportKind]


class PeriodTold(Told):
    """A published period."""

    id: str
    kind: str = Field(description="day, week, month, year or all")
    first: date
    last: date
    published_at: str = Field(description="When its numbers last changed.")
    digest: str = Field(description="SHA-256 of its `manifest.json`, which has that of every file of it.")
    files: int = Field(description="How many files it has, without the manifest.")
    frozen: str | None = Field(description="Where retention has removed its hits: the first day whose hits were kept.")


class PeriodPage(Page):
    """Some of the periods, by name."""

    items: list[PeriodTold]


class FileTold(Told):
    """A file and what is in it."""

    path: str
    sha256: str
    size_bytes: int


class PublishedFolder(Told):
    """All that is published of a data set: what a copy must have, and nothing else."""

    dataset: str
    periods: list[PeriodTold]
    files: list[FileTold] = Field(description="Those that belong to no period.")
    assets: list[FileTold] = Field(description="Those that the pages of all data sets share.")


@routes.get("/reports")
def list_reports(asker: Known) -> ReportKinds:
    """The reports that there are of every period."""
    del asker
    return ReportKinds(
        items=[
            ReportKind(
                id=one.id,
                title=one.title,
                question=one.question,
                group=one.group,
                dimensions=[column.id for column in one.dimensions],
                measures=[column.id for column in one.measures],
            )
            for one in BY_ID.values()
        ]
    )


@routes.get("/datasets/{dataset}/periods")
def list_periods(place: Here, row: Readable, limit: Limit = 1000, offset: Offset = 0) -> PeriodPage:
    """The published periods of a data set."""
    found = cut(published_periods(folder_of(place, row["id"])), offset, limit)
    return PeriodPage(**found | {"items": [_told(one) for one in found["items"]]})


@routes.get("/datasets/{dataset}/periods/{period}/reports/{report}", responses=described())
def get_published_report(
    request: Request, place: Here, row: Readable, period: PeriodId, report: ReportId, chosen: Chosen, part: Parted
) -> Response:
    """A published report: as JSON or CSV the very file, or the same as Parquet or Arrow."""
    if report not in BY_ID:
        listed = ", ".join(BY_ID)
        raise NotFound(f"There is no report {report!r}.", remedy=f"There are {listed}.", reason="unknown_report")
    folder = folder_of(place, row["id"])
    text = file_of_period(folder, period, f"{report}.json")
    source = Source(
        hashlib.sha256(text).hexdigest(), lambda: text, lambda: file_of_period(folder, period, f"{report}.csv")
    )
    return represent(request, source, chosen, part)


@routes.get("/datasets/{dataset}/periods/{period}/archive", responses=ARCHIVE)
def get_period_archive(request: Request, place: Here, row: Readable, period: PeriodId) -> Response:
    """All files of a published period at once, as a tar: for who has few of them."""
    data, digest = archive_of(folder_of(place, row["id"]), period)
    return _file(request, data, TAR, digest)


@routes.get("/datasets/{dataset}/published")
def get_published_folder(place: Here, row: Readable) -> PublishedFolder:
    """All that is published of a data set, with digests: for who keeps a copy in step."""
    folder = folder_of(place, row["id"])
    return PublishedFolder(
        dataset=row["id"],
        periods=[_told(one) for one in published_periods(folder)],
        files=[FileTold.model_validate(one) for one in common_files(folder)],
        assets=[FileTold.model_validate(one) for one in shared_assets(folder)],
    )


@routes.get("/datasets/{dataset}/published/{path:path}", responses=FILE)
def get_published_file(request: Request, place: Here, row: Readable, path: str) -> Response:
    """A file of a data set's published folder, such as `all/manifest.json`."""
    return _file(request, file_in(folder_of(place, row["id"]), path))


@routes.get("/datasets/{dataset}/assets/{path:path}", responses=FILE)
def get_asset(request: Request, place: Here, row: Readable, path: str) -> Response:
    """A file that the pages of all data sets share; they look for it beside the folder of the data set."""
    return _file(request, file_in(folder_of(place, row["id"]).parent / ASSETS, path))


def _file(request: Request, data: bytes, media_type: str = PLAIN, digest: str = "") -> Response:
    """Never as something that a browser would show: pages of reports have an address of their own.

    ``digest`` is another where the bytes should be, in place of theirs.
    """
    tag = tag_of(media_type, digest or hashlib.sha256(data).hexdigest())
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
    if is_known(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    return Response(data, headers=headers, media_type=media_type)


def _told(one: PublishedPeriod) -> PeriodTold:
    period, manifest = one.period, one.manifest
    return PeriodTold(
        id=period.id,
        kind=period.kind,
        first=period.first,
        last=period.last,
        published_at=str(manifest.get("published_at", "")),
        digest=one.digest,
        files=len(manifest.get("files", ())),
        frozen=manifest.get("frozen"),
    )
