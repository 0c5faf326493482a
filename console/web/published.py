"""Published reports, for those who may read them: the very files, with a bar that leads to the console."""

from __future__ import annotations

import mimetypes
from datetime import date
from email.utils import formatdate
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote

import sqlalchemy as sa
from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, Response

from analyzer.asked import BETWEEN, asked_period
from analyzer.live import BY_ID
from console.web import live
from console.web.asker import Asker
from console.web.bar import bar, label_of
from console.web.drill import Shown
from console.web.guard import Readable, Reader
from console.web.home import published_folder
from console.web.live_answer import HTML, live_answer
from console.web.negotiation import CODINGS, accepts_coding, is_known
from console.web.noted import noted
from console.web.place import Here, Place
from console.web.problems import NotFound
from console.web.remembered import Remembered
from console.web.view import go, link_below
from reporter.assets import FOLDER as ASSETS
from shared.catalog.schema import publications
from shared.errors import Rejected

router = APIRouter(include_in_schema=False)
POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-eval'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "frame-ancestors 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "object-src 'none'",
    )
)
"""Vega compiles the expressions of charts."""
_folders: Remembered[tuple[Path, str], Path | None] = Remembered()


@router.get("/reports/index.html")
@router.get("/reports/")
@router.get("/reports")
def all_reports(request: Request) -> Response:
    """What published pages link to as the list of data sets."""
    return go(request, "/")


@router.get("/reports/assets/{name}")
def assets(request: Request, place: Here, name: str) -> Response:
    """A file that all pages share: it never changes under its name, and tells nothing of anybody."""
    for root in _roots(place):
        path = below(root / ASSETS, name)
        if path is not None:
            return _file(request, path, {"Cache-Control": "public, max-age=31536000, immutable"})
    raise NotFound("There is no such file.")


@router.get("/live/{dataset}/{report}")
def ask(request: Request, row: Readable, report: str) -> Response:
    """From a form to the address of what it asks for, which can be kept and sent to others who may read it."""
    form = dict(request.query_params)
    days = form.get("period") or "all"
    if form.get("from") or form.get("to"):
        days = f"{form.get('from') or form['to']}{BETWEEN}{form.get('to') or form['from']}"
    query = {"label": label_of(form), "compare": form.get("compare", ""), "trail": form.get("trail", "")}
    return go(request, link_below(f"/reports/{quote(row['id'])}/{quote(days)}/{quote(report)}.html", **query))


@router.get("/reports/{dataset}/{rest:path}")
def report(request: Request, place: Here, asker: Reader, dataset: str, rest: str) -> Response:
    """A page or file of one data set: as it was published, or else answered now. Pages ask each time whether there is a
    newer one."""
    folder = _folder(place, dataset)
    if folder is None:
        raise NotFound(
            f"No reports of {dataset} have been published yet.", remedy="They appear when its files have been analysed."
        )
    if rest in ("", "/"):
        return go(request, f"/reports/{quote(dataset)}/index.html")
    path = below(folder, rest)
    query = {name: request.query_params.get(name, "") for name in ("label", "compare", "trail", "rows", "sort")}
    as_seen = not rest.endswith(HTML) and (query["rows"] or query["sort"])
    headers = {"Cache-Control": "private, no-cache", "Content-Security-Policy": POLICY}
    if asker.share is None and (
        query["label"] or query["compare"] or as_seen or (path is None and rest.count("/") == 1)
    ):
        return live_answer(request, place, asker, dataset, rest, query, headers)
    if path is None:
        raise NotFound("There is no such page.", remedy="Its period may have been removed.")
    if path.suffix == HTML:
        return _page(request, place, asker, dataset, path, headers)
    return _file(request, path, headers)


def _folder(place: Place, dataset: str) -> Path | None:
    """Where a data set's reports lie; asked of the catalog now and then."""
    return _folders.get(
        (place.settings.data, dataset),
        lambda: published_folder(place, dataset),
        holds=lambda found: found is None or found.is_dir(),
    )


def _roots(place: Place) -> list[Path]:
    """Every folder that something was published to."""
    with place.catalog.read() as connection:
        targets = connection.execute(sa.select(publications.c.target).distinct()).scalars()
        return list(dict.fromkeys([place.settings.publish_root, *map(Path, targets)]))


def below(folder: Path, rest: str) -> Path | None:
    """A file in a folder, if it is there, is not hidden and no link leads out."""
    if any(part in ("", "..") or part.startswith(".") for part in rest.split("/")) or "\0" in rest:
        return None
    try:
        path = (folder / rest).resolve()
        return path if path.is_relative_to(folder.resolve()) and path.is_file() else None
    except OSError:  # a name that no file can have
        return None


def _page(request: Request, place: Place, asker: Asker, dataset: str, path: Path, headers: dict[str, str]) -> Response:
    """A page with the bar of the console at its beginning, and the notes on its days."""
    is_report = path.stem in BY_ID or path.stem == "index"
    of_period = path.parent.name if path.parent.name != dataset and is_report else ""
    name = (path.stem if path.stem in BY_ID else "overview") if of_period else ""
    shown = Shown(dataset, of_period, name, trail=request.query_params.get("trail", ""))
    above = bar(request, asker, shown)
    notes = noted(request, place, asker, dataset, *_days(path.parent.name))
    stat = path.stat()
    made_from = f"{stat.st_mtime_ns}.{stat.st_size}.{stat.st_ino}.{path.name}{above}{notes.tag}"
    tag = sha256(made_from.encode()).hexdigest()[:32]
    headers = {**headers, "ETag": f'"{tag}"', "Last-Modified": formatdate(stat.st_mtime, usegmt=True)}
    if is_known(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    data = notes.put_into(live.with_bar(path.read_text(encoding="utf-8"), above))
    return Response(data, headers=headers, media_type="text/html; charset=utf-8")


def _days(folder: str) -> tuple[date, date] | tuple[()]:
    """The days of a period's folder; none of that of all days, and of the data set's own."""
    try:
        found = asked_period(folder)
    except Rejected:
        return ()
    return found.first, found.last


def _file(request: Request, path: Path, headers: dict[str, str]) -> Response:
    """A file as it is, or packed as it lies beside it and the browser takes it."""
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    accepted = request.headers.getlist("accept-encoding")
    for coding, suffix in CODINGS.items():
        packed = path.with_name(path.name + suffix)
        if accepts_coding(accepted, coding) and packed.is_file():
            more = {"Content-Encoding": coding, "Vary": "Accept-Encoding"}
            return _conditional(request, packed, headers | more, kind)
    return _conditional(request, path, headers, kind)


def _conditional(request: Request, path: Path, headers: dict[str, str], kind: str) -> Response:
    stat = path.stat()
    tag = f'"{sha256(f"{stat.st_mtime_ns}.{stat.st_size}.{stat.st_ino}".encode()).hexdigest()[:32]}"'
    headers = {**headers, "ETag": tag}
    if is_known(request, tag):
        return Response(status_code=304, headers=headers)
    return FileResponse(path, headers=headers, media_type=kind, stat_result=stat)
