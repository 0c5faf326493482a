"""The answer to who asks for a page or file that was not published so: any days, one more label, beside other days."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from urllib.parse import quote

from fastapi import Request
from fastapi.responses import Response

from console import datasets
from console.live_report import analysis_folder
from console.web import live
from console.web.asker import Asker
from console.web.bar import bar
from console.web.drill import Shown
from console.web.negotiation import is_known
from console.web.noted import lines_of, noted
from console.web.place import Place
from console.web.view import go, link_below

HTML = ".html"
DOCUMENTS = (".xlsx", ".pdf")


def live_answer(
    request: Request,
    place: Place,
    asker: Asker,
    dataset: str,
    rest: str,
    query: Mapping[str, str],
    headers: Mapping[str, str],
) -> Response:
    """``rest`` is the path below the data set's reports; 304 where the asker has it already."""
    period, _, name = rest.partition("/")
    if name == "index.html":
        return go(request, link_below(f"/reports/{quote(dataset)}/{quote(period)}/overview.html", **query))
    folder = analysis_folder(place.catalog, place.settings, datasets.find(place.catalog, dataset))
    asked = live.read_asked(folder, rest, query)
    days = asked.days.asked
    if asked.ending == HTML:
        above = bar(
            request, asker, Shown(dataset, days.id, asked.report, query["label"], query["compare"], query["trail"])
        )
        notes = noted(request, place, asker, dataset, days.first, days.last)
        headers = {**headers, "ETag": _tag(asked, above, notes.tag)}
        if not is_known(request, headers["ETag"]):
            return _given(notes.put_into(live.written(place, asked, above)), asked, headers)
    elif asked.ending in DOCUMENTS:
        remarks = lines_of(place, dataset, days.first, days.last)
        headers = {**headers, "ETag": _tag(asked, *remarks)}
        if not is_known(request, headers["ETag"]):
            made, name = live.document(place, asked, remarks)
            return _given(made, asked, {**headers, "Content-Disposition": f'attachment; filename="{name}"'})
    else:
        headers = {**headers, "ETag": _tag(asked)}
        if not is_known(request, headers["ETag"]):
            return _given(live.written(place, asked, ""), asked, headers)
    return Response(status_code=304, headers=headers)


def _tag(asked: live.Asked, *parts: str) -> str:
    return f'"{sha256(repr((asked.tag, parts)).encode()).hexdigest()[:32]}"'


def _given(made: str | bytes, asked: live.Asked, headers: Mapping[str, str]) -> Response:
    return Response(made, headers=dict(headers), media_type=live.ENDINGS[asked.ending])
