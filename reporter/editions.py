"""What the files of a period are made from: where that is as it was, nothing of the period is read or rendered.

A manifest keeps, as ``rendered_from``, the digest of all that pages, JSON and CSV of its period show: the rows of the
period and of the one it is compared with (``made`` in ``analysis.json``; without it, nothing is known), what the
analysis says of all periods (``SHOWN``), the notes, the periods that its pages lead to, whether it still goes on, which
logs are missing, style and scripts, and the code that renders. What the manifest alone tells (settings, own hosts,
sources) is no part of it: when it changes, the manifest is written anew, and nothing else. But documents say what they
were made from: all of that, and what makes them, is part of the digest that a manifest keeps of documents.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator
from dataclasses import astuple, dataclass, replace
from importlib.metadata import version
from importlib.resources import files
from typing import Any

from reporter.assets import Assets
from reporter.deliveries import Deliveries
from reporter.manifest import WAITING, head
from reporter.model import Analysis, Period
from reporter.neighbours import Calendar, Neighbours
from shared.software import SOFTWARE

SHOWN = ("dataset", "name", "timezone", "currency", "software", "labels", "reports", "notes")
"""The parts of ``analysis.json`` that files of every period show."""


@dataclass(frozen=True)
class Edition:
    """A period as it is to be published.

    ``earlier`` is the period it is compared with; ``so_far``: it goes on; ``lacking`` says which days and logs are
    missing; ``documents``: empty, or the state of its spreadsheet and printed reports (:mod:`reporter.manifest`), which
    are made from ``documents_from``, with at most ``pdf_rows`` rows of a report printed, or all; ``documents_at``: of
    when they are, if they are older, in words.
    """

    period: Period
    earlier: Period | None
    neighbours: Neighbours
    so_far: bool
    lacking: str
    rendered_from: str | None
    documents: str = ""
    documents_from: str | None = None
    documents_at: str = ""
    pdf_rows: int | None = None


def editions(
    analysis: Analysis,
    made: Collection[Period],
    published: Collection[Period],
    assets: Assets,
    documents: Collection[str] = (),
    pdf_rows: int | None = None,
) -> Iterator[Edition]:
    """Of the periods that are ``made``; those ``published`` include others, which stay as they are.

    Those of the kinds ``documents`` are to have documents, which are not made with the pages, with at most ``pdf_rows``
    rows of a report printed.
    """
    calendar = Calendar(published)
    deliveries = Deliveries(analysis)
    shared = _digest([analysis.data[name] for name in SHOWN], astuple(assets), RENDERER)
    for period, earlier in _with_earlier(analysis, made):
        neighbours = calendar.neighbours(period)
        rows = [analysis.made(one) for one in (period, earlier) if one is not None]
        notes = analysis.notes(period)
        lacking, so_far = deliveries.told(period)
        days = [f"{one.id} {one.first} {one.last}" for one in (period, earlier) if one is not None]
        key = _digest(shared, rows, notes, so_far, lacking, days, neighbours.ids)
        edition = Edition(period, earlier, neighbours, so_far, lacking, None if None in rows else key)
        if period.kind in documents:
            limits = [pdf_rows] if pdf_rows is not None else []
            made_from = _digest(key, head(analysis, period, lacking), DOCUMENTS, *limits) if None not in rows else None
            edition = replace(edition, documents=WAITING, documents_from=made_from, pdf_rows=pdf_rows)
        yield edition


def front_from(analysis: Analysis, published: Collection[Period], assets: Assets) -> str | None:
    """The same of a data set's own page; ``None``: nobody knows."""
    made = analysis.made(analysis.whole)
    shared = _digest([analysis.data[name] for name in SHOWN], astuple(assets), RENDERER)
    ids = sorted(one.id for one in published)
    return _digest(shared, made, ids, Deliveries(analysis).lacking(analysis.whole)) if made is not None else None


def _with_earlier(analysis: Analysis, made: Collection[Period]) -> Iterator[tuple[Period, Period | None]]:
    """Each period and, if it directly precedes and is whole, the one before it."""
    previous: Period | None = None
    for period in made:
        follows = (
            previous is not None
            and previous.kind == period.kind
            and (period.first - previous.last).days == 1
            and previous.first >= analysis.whole.first
        )
        yield period, previous if follows else None
        previous = period


_text = json.JSONEncoder(default=str).encode


def _digest(*parts: Any) -> str:
    return hashlib.sha256(_text(parts).encode()).hexdigest()


def _renderer() -> str:
    """Tells this program from any other that renders the same rows otherwise."""
    folder = files("reporter")
    sources = [
        one.read_text(encoding="utf-8")
        for place in (folder, folder / "charts", folder / "charts" / "forms", folder / "overlay", folder / "templates")
        for one in sorted(place.iterdir(), key=lambda one: one.name)
        if one.name.endswith((".py", ".html"))
    ]
    return _digest(SOFTWARE, version("altair"), sources)


def _makers() -> str:
    """Tells what makes documents from anything that makes them otherwise."""
    folder = files("reporter") / "documents"
    sources = sorted((one.name, one.read_text(encoding="utf-8")) for one in folder.iterdir() if one.is_file())
    return _digest([version(one) for one in ("typst", "pikepdf", "xlsxwriter", "vl-convert-python")], sources)


RENDERER, DOCUMENTS = _renderer(), _makers()
"""Taken when this is loaded, as the code is: what lies on the disk later may be newer than what runs."""
