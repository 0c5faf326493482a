"""Notes that people make on days of a data set, such as *Campaign begins*: kept in the catalog, shown above reports."""

from __future__ import annotations

import re
import unicodedata
import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from console.web.remembered import Remembered
from shared.catalog import Catalog
from shared.catalog.schema import day_notes
from shared.errors import Rejected

MAX_TEXT, MOST = 500, 2000
FIRST, LAST = date(1990, 1, 1), date(9000, 1, 1)
ID = re.compile(r"[0-9a-f-]{36}")
"""Nothing else is asked of the catalog: not every one takes every text."""
COLOR = re.compile(r"#[0-9A-Fa-f]{6}")
UNSEEN = frozenset({"Cc", "Cs", "Cn"})
TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""What turns round the letters that follow, beyond the end of a note."""


@dataclass(frozen=True)
class Annotation:
    """One of them; ``first`` and ``last`` are days of the data set, ``label`` is the id of one of its labels."""

    id: str
    dataset: str
    first: date
    last: date
    text: str
    label: str | None
    color: str | None
    made_by: str
    created_at: datetime


_lately: Remembered[tuple[str, str], list[Annotation]] = Remembered()


def plain(text: str) -> str:
    """One paragraph, without what cannot be seen."""
    seen = ("" if one in TURNING else one if unicodedata.category(one) not in UNSEEN else " " for one in text)
    return " ".join("".join(seen).split())


def checked(one: Annotation, labels: Collection[str]) -> Annotation:
    """As it is kept; :class:`Rejected` for what cannot be one. ``labels`` are the ids there are."""
    text = plain(one.text)
    if not text or len(text) > MAX_TEXT:
        found = f"this has {len(text):,}" if text else "this is empty"
        raise Rejected(f"A note has 1 to {MAX_TEXT} characters; {found}.", reason="bad_note")
    if one.last < one.first:
        raise Rejected(f"The note ends on {one.last}, before it begins on {one.first}.", reason="bad_range")
    if one.first < FIRST or one.last > LAST:
        raise Rejected(f"A note lies between {FIRST} and {LAST}.", reason="bad_note")
    if one.color is not None and COLOR.fullmatch(one.color) is None:
        raise Rejected(f"{one.color!r} is no colour.", remedy="Write it as #0072B2.", reason="bad_note")
    if one.label is not None and one.label not in labels:
        there = ", ".join(labels) or "none"
        raise Rejected(f"There is no label {one.label!r}; there are {there}.", reason="unknown_label")
    return replace(one, text=text)


def add(
    catalog: Catalog, dataset: str, values: Mapping[str, Any], labels: Collection[str], *, made_by: str, now: datetime
) -> Annotation:
    """Keep one; ``values`` are ``first``, ``last``, ``text``, and if wished ``label`` and ``color``."""
    given = {"label": None, "color": None, **values}
    made = checked(Annotation(str(uuid.uuid4()), dataset, **given, made_by=made_by, created_at=now), labels)
    with catalog.write() as connection:
        counted = sa.select(sa.func.count()).select_from(day_notes).where(day_notes.c.dataset == dataset)
        if (connection.execute(counted).scalar() or 0) >= MOST:
            raise Rejected(
                f"The data set has {MOST:,} notes.", remedy="Remove some that nobody needs.", reason="too_many_notes"
            )
        connection.execute(sa.insert(day_notes).values(**made.__dict__))
    _written(catalog, dataset)
    return made


def change(catalog: Catalog, dataset: str, id: str, values: Mapping[str, Any], labels: Collection[str]) -> Annotation:
    """Change what ``values`` have of one; gives it as it is then."""
    kept = one(catalog, dataset, id)
    # A label that was removed since may stay where nobody changes it.
    known = {*labels, *([kept.label] if kept.label else [])}
    made = checked(replace(kept, **values), known)
    fields = {name: getattr(made, name) for name in ("first", "last", "text", "label", "color")}
    with catalog.write() as connection:
        connection.execute(sa.update(day_notes).where(_same(dataset, id)).values(**fields))
    _written(catalog, dataset)
    return made


def remove(catalog: Catalog, dataset: str, id: str) -> Annotation:
    """Forget one; gives what it was."""
    kept = one(catalog, dataset, id)
    with catalog.write() as connection:
        connection.execute(sa.delete(day_notes).where(_same(dataset, id)))
    _written(catalog, dataset)
    return kept


def one(catalog: Catalog, dataset: str, id: str) -> Annotation:
    """One of a data set; :class:`Rejected` (``unknown_note``) where there is none of this id."""
    row = None
    if ID.fullmatch(id):
        with catalog.read() as connection:
            row = connection.execute(sa.select(day_notes).where(_same(dataset, id))).mappings().first()
    if row is None:
        raise Rejected("There is no such note.", remedy="It may have been removed.", reason="unknown_note")
    return Annotation(**row)


def lately(catalog: Catalog, dataset: str, first: date | None = None, last: date | None = None) -> list[Annotation]:
    """The same, for pages: asked of the catalog now and then, and as soon as one is written here."""
    found = _lately.get(_key(catalog, dataset), lambda: of_dataset(catalog, dataset))
    return [one for one in found if (first is None or one.last >= first) and (last is None or one.first <= last)]


def of_dataset(catalog: Catalog, dataset: str, first: date | None = None, last: date | None = None) -> list[Annotation]:
    """Those of a data set that have a day among these, by their days."""
    query = sa.select(day_notes).where(day_notes.c.dataset == dataset)
    if first is not None:
        query = query.where(day_notes.c.last >= first)
    if last is not None:
        query = query.where(day_notes.c.first <= last)
    order = (day_notes.c.first, day_notes.c.last, day_notes.c.created_at, day_notes.c.id)
    with catalog.read() as connection:
        return [Annotation(**row) for row in connection.execute(query.order_by(*order)).mappings()]


def told(one: Annotation) -> dict[str, Any]:
    """For the log: what it is, so that a removed one can be written again."""
    found = {"id": one.id, "days": f"{one.first}..{one.last}", "text": one.text}
    return found | ({"label": one.label} if one.label else {}) | ({"color": one.color} if one.color else {})


def _same(dataset: str, id: str) -> sa.ColumnElement[bool]:
    return (day_notes.c.id == id) & (day_notes.c.dataset == dataset)


def _key(catalog: Catalog, dataset: str) -> tuple[str, str]:
    return str(catalog.engine.url), dataset


def _written(catalog: Catalog, dataset: str) -> None:
    _lately.forget(_key(catalog, dataset))
