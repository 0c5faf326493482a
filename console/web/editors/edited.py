"""What a form is about, and what was sent of it: a part of the settings, or an item of one of their lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Request

from console.datasets import slug
from console.stored_settings import Row
from console.web import settings_taken
from console.web.asker import Asker
from console.web.editors.document import Data, with_item
from console.web.editors.faults import Faults
from console.web.editors.offers import offers_of
from console.web.editors.parts import Part
from console.web.editors.reading import Read
from console.web.editors.shapes import table_of
from console.web.editors.widgets import Making, Widget
from console.web.place import Place
from shared.dataset_settings import RESERVED_LABELS
from shared.dataset_settings.checks import Fault
from shared.dataset_settings.checks import Place as Where

Texts = Mapping[str, Sequence[str]]


async def sent(request: Request) -> Texts:
    """The fields of a form, each with all it was sent with. Files are none of them."""
    form = await request.form()
    texts: dict[str, list[str]] = {}
    for name, value in form.multi_items():
        if isinstance(value, str):
            texts.setdefault(name, []).append(value)
    return texts


def last(texts: Texts, name: str) -> str:
    """What a field was sent with; empty where it was not."""
    return (texts.get(name) or ("",))[-1]


Sent = Annotated[Texts, Depends(sent)]


@dataclass(frozen=True)
class Edited:
    """What is edited: a part's tables, or an item of its list by ``name``; without a position a new one."""

    request: Request
    place: Place
    asker: Asker
    row: Row
    part: Part
    stored: Data
    name: str = ""
    position: int | None = None

    @property
    def root(self) -> Where:
        """Where the form lies in the settings."""
        if not self.part.one:
            return ()
        number = len(self.stored.get(self.part.tables[0], ())) if self.position is None else self.position
        return (self.part.tables[0], number)

    @property
    def closed(self) -> tuple[str, ...]:
        """Keys that the asker may not change."""
        return () if self.asker.account.is_administrator else settings_taken.ADMINISTRATORS

    @property
    def base(self) -> str:
        """The address of the part."""
        return f"/datasets/{self.row['id']}/settings/{self.part.id}"

    def read(self, texts: Texts) -> tuple[Any, list[Fault]]:
        """What a form says of it, and what was left empty."""
        read = Read(texts)
        if self.part.one:
            return read.value(table_of(self.part.tables[0]), ()), read.faults
        data = {name: read.value(table_of(name), (name,)) for name in self.part.tables}
        for path in self.closed:
            table, _, key = path.partition(".")
            if table not in data:
                continue
            kept = self.stored.get(table, {})
            if not key:
                data[table] = kept
            elif key in kept:
                data[table][key] = kept[key]
            else:
                data[table].pop(key, None)
        return data, read.faults

    def named(self, item: Any, faults: Sequence[Fault]) -> tuple[Any, list[Fault]]:
        """A new item that has a name and no id gets one that is made of it."""
        key = self.part.named_by
        if not self.part.one or key == "name" or item.get(key) or not item.get("name"):
            return item, list(faults)
        begun, taken = slug(item["name"])[:40], [one[key] for one in self.stored.get(self.part.tables[0], ())]
        free = begun if begun not in taken and begun not in RESERVED_LABELS else f"{begun}-{len(taken) + 2}"
        return {**item, key: free}, [one for one in faults if one.place != (key,)]

    def whole(self, data: Any) -> Data:
        """All settings with it."""
        return with_item(self.part, self.stored, self.position, data) if self.part.one else {**self.stored, **data}

    def widgets(self, data: Any, faults: Faults) -> list[Widget]:
        """The fields of the form."""
        offers = offers_of(self.place, self.row, self.stored)
        making = Making(faults, offers, self.closed, tells_effect=not self.part.one)
        if self.part.one:
            return making.widget(table_of(self.part.tables[0]), data, self.part.tables[0]).inner
        tables = [one for one in self.part.tables if one not in self.closed]
        made = [making.widget(table_of(one), data.get(one), one, (one,)) for one in tables]
        return made[0].inner if len(self.part.tables) == 1 else made
