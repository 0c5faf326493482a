"""One form, from what was sent to what is shown: its buttons, its preview, and what is taken of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from fastapi.responses import HTMLResponse, Response

from analyzer.labels import COLORS
from console import settings_history
from console.settings_change import FOLLOWS, SettingsChange
from console.stored_settings import Row
from console.web import settings_taken
from console.web.asker import Asker
from console.web.editors.beside import beside
from console.web.editors.counts import Counting
from console.web.editors.document import Data, checked
from console.web.editors.edited import Edited, Texts, last
from console.web.editors.expiring import expiring
from console.web.editors.faults import Faults
from console.web.editors.moves import VERBS, moved
from console.web.editors.parts import Part
from console.web.editors.shapes import table_of
from console.web.editors.widgets import Widget
from console.web.problems import Forbidden
from console.web.secret_texts import digest
from console.web.view import go, link_below, page, part
from console.web.wizard_answers import zones
from shared.dataset_settings.checks import Fault
from shared.dataset_settings.checks import Place as Where

TOO_FEW = "should have at least"
MEANWHILE = "Somebody has changed the settings meanwhile; this shows what your form would change of them now."


@dataclass(frozen=True)
class Shown:
    """How a form is shown: with faults, or with what it would change."""

    faults: Sequence[Fault] = ()
    planned: SettingsChange | None = None
    error: str = ""
    focus: Where | None = None
    days: Texts = field(default_factory=dict)
    status: int = 200


def answer(edited: Edited, texts: Texts) -> Response:
    """What a button of the form asks for."""
    data, faults = edited.read(texts)
    do = last(texts, "do") or "preview"
    if do.partition(":")[0] in VERBS or do == "again":
        shape = table_of(edited.part.tables[0])
        focus = (
            None if do == "again" else moved(data, shape, do) if edited.part.one else _moved_in_tables(edited, data, do)
        )
        return show(edited, data, Shown(focus=focus, days=texts))
    planned = planned_of(edited, data, faults)
    if not isinstance(planned, SettingsChange):
        return show(edited, data, Shown(faults=planned, status=422, days=texts))
    settings_taken.check_rights(edited.asker, edited.row, planned)
    known = last(texts, "known")
    if do == "take" and known != known_of(edited.row):
        return show(edited, data, Shown(planned=planned, error=MEANWHILE, status=409, days=texts))
    if do == "take" and planned.changes:
        return taken(edited, planned)
    return show(edited, data, Shown(planned=planned, days=texts))


def planned_of(edited: Edited, data: Any, faults: Sequence[Fault]) -> SettingsChange | list[Fault]:
    """What taking the form would change, or everything that is wrong; of one place, what was left empty says more."""
    data, faults = edited.named(data, faults)
    own = [one._replace(place=(*edited.root, *one.place)) for one in faults]
    found = checked(edited.place, edited.row, edited.whole(data))
    if isinstance(found, SettingsChange):
        return own or found
    empty = [one.place for one in own]
    told = [*own, *(one for one in found if one.place not in empty)]
    return [one for one in told if not (TOO_FEW in one.text and any(_is_below(other, one) for other in told))]


def _is_below(one: Fault, other: Fault) -> bool:
    """Items that are wrong themselves are not counted, which is not worth telling."""
    return len(one.place) > len(other.place) and one.place[: len(other.place)] == other.place


def taken(edited: Edited, planned: SettingsChange, why: str = "") -> Response:
    """Take a change, and go to where it shows."""
    settings_taken.take(edited.place, edited.asker, edited.row, planned, why)
    number = len(planned.changes)
    said = f"{number} {'setting is' if number == 1 else 'settings are'} changed. {FOLLOWS[planned.effect]}"
    return go(edited.request, edited.base, said)


def known_of(row: Row) -> str:
    """What a form knows of the settings that it would change."""
    return digest(settings_history.text_of(row))


def show(edited: Edited, data: Any, shown: Shown) -> Response:
    """The page, or the form alone where a script asks for it."""
    faults = Faults(shown.faults, edited.root)
    widgets = edited.widgets(data, faults)
    counting = Counting.of(edited.place, edited.row, edited.part, shown.days)
    values: dict[str, Any] = {
        "dataset": edited.row["id"],
        "part": edited.part,
        "name": edited.name,
        "action": link_below(f"{edited.base}/one", name=edited.name) if edited.part.one else edited.base,
        "known": known_of(edited.row),
        "widgets": widgets,
        "faults": faults,
        "rest": faults.rest(),
        "planned": shown.planned,
        "follows": FOLLOWS[shown.planned.effect] if shown.planned else "",
        "expiring": expiring(edited, shown.planned) if shown.planned else (),
        "error": shown.error,
        "focus": _focus(widgets, shown.focus),
        "counting": counting,
        **beside(edited),
        "colors": COLORS,
        "zones": zones,
        "history": [
            one
            for one in settings_history.history(edited.place.catalog, edited.row["id"])
            if any(edited.part.is_in(change["path"]) for change in one.detail["changes"])
        ],
    }
    if "hx-request" in edited.request.headers:
        text = part(edited.request, "edit_form.html", asker=edited.asker, **values)
        return HTMLResponse(text, headers={"Cache-Control": "no-store"})
    return page(edited.request, "edit.html", asker=edited.asker, status_code=shown.status, **values)


def refuse_closed(asker: Asker, part: Part) -> None:
    """What only administrators change, only they open."""
    if part.for_administrators and not asker.account.is_administrator:
        raise Forbidden(
            f"Only an administrator changes {part.title.lower()}.", remedy="Ask one.", reason="not_administrator"
        )


def _moved_in_tables(edited: Edited, data: Data, do: str) -> Where | None:
    """The same in a form of tables: the first part of the place names one."""
    verb, _, text = do.partition(":")
    table, _, rest = text.partition(".")
    if table not in edited.part.tables or not rest:
        return None
    found = moved(data[table], table_of(table), f"{verb}:{rest}")
    return None if found is None else (table, *found)


def _focus(widgets: Sequence[Widget], place: Where | None) -> str:
    """The id of the field that is written into next."""
    if place is None:
        return ""
    found = next((one for widget in widgets for one in widget.every() if one.place == place), None)
    if found is None:
        return ""
    return f"{found.id}-add" if found.kind == "list" else found.first()
