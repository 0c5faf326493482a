"""Rejected lines of a data set: how many of each reason, the lines, and all of them as a file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from io import TextIOWrapper
from itertools import islice
from typing import IO, Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from console import datasets, rejects
from console.web.api.streaming import streamed
from console.web.dataset_pages import Start, asked_path
from console.web.guard import Known, WithLines
from console.web.place import Here, Place
from console.web.view import page
from parser.kept_rejects import visible
from shared.errors import Rejected

router = APIRouter(include_in_schema=False)
LINES_A_PAGE = 50
SHOWN_CHARACTERS = 300
CSV = "text/csv"


@router.get("/datasets/{dataset}/rejects")
def list_rejects(
    request: Request,
    place: Here,
    asker: Known,
    row: WithLines,
    file: str = "",
    reason: str = "",
    start: Start = 0,
) -> Response:
    """Of all its current files or one, of all reasons or one."""
    path, why = asked_path(file), rejects.known_reason(reason or None)
    versions = _versions(place, row["id"], path)
    counted = rejects.count_reasons(versions)
    number = sum(counted.values()) if why is None else counted.get(why, 0)
    start = min(start, max(0, number - 1))
    rows, error = list[dict[str, Any]](), ""
    try:
        rows = list(islice(rejects.reject_rows(place.settings.data, versions, why, start=start), LINES_A_PAGE))
    except Rejected as lost:
        error = f"The lines cannot be shown: {lost.message} Have the file read again."
    for one in rows:
        one["shown"] = visible(one["raw"], SHOWN_CHARACTERS)
    values: dict[str, Any] = {
        "dataset": row["id"],
        "path": path,
        "reason": why,
        "reasons": rejects.reason_rows(counted),
        "all": sum(counted.values()),
        "number": number,
        "rows": rows,
        "error": error,
        "start": start,
        "a_page": LINES_A_PAGE,
    }
    return page(request, "rejects.html", asker=asker, **values)


@router.get("/datasets/{dataset}/rejects.csv")
def download(place: Here, row: WithLines, file: str = "", reason: str = "") -> Response:
    """The same lines, whole."""
    versions = _versions(place, row["id"], asked_path(file))
    rows = rejects.reject_rows(place.settings.data, versions, rejects.known_reason(reason or None))
    return as_csv(rows, {"Content-Disposition": f'attachment; filename="{row["id"]}-rejects.csv"'})


def as_csv(rows: Iterable[dict[str, Any]], headers: Mapping[str, str]) -> Response:
    """All of them in a file, as ``rejects export`` writes it."""
    kept = {"Cache-Control": "private, no-cache", "Vary": "Accept, Cookie"}
    return streamed(partial(_write, rows), {**kept, **headers}, CSV)


def _write(rows: Iterable[dict[str, Any]], file: IO[bytes]) -> None:
    text = TextIOWrapper(file, encoding="utf-8", newline="")
    try:
        rejects.write_csv(text, rows)
    finally:
        text.detach()  # the file is not its to close


def _versions(place: Place, dataset: str, path: str | None) -> list[rejects.Version]:
    datasets.find(place.catalog, dataset, path)
    return rejects.versions(place.catalog, dataset, path)
