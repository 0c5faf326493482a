"""A data set's settings as people and programs change them: allowed, taken, kept in a history."""

from __future__ import annotations

from console.settings_change import SettingsChange, set_going, store_change
from console.settings_history import WHAT, notes_of, told
from console.stored_settings import Row
from console.web.asker import Asker
from console.web.guard import note
from console.web.place import Place
from console.web.problems import Forbidden

ADMINISTRATORS = (
    "source.location", "source.user", "source.password_env", "source.countries", "source.referrers", "targets",
    "overlay", "alerts",
)  # fmt: skip
"""Keys by which this machine reads, writes or asks elsewhere, or shows what stands in its environment."""
ACCESS = ("location", "username", "password_env", "sealed_password")


def check_rights(asker: Asker, row: Row, change: SettingsChange) -> None:
    """Where data comes from and goes to, only administrators change."""
    if asker.account.is_administrator:
        return
    moved = [f"source.{name}" for name in ACCESS if change.columns[name] != row[name]]
    refused = [*moved, *(one for one in paths(change) if one.startswith(ADMINISTRATORS))]
    if refused or change.unreadable:
        raise Forbidden(
            f"Only an administrator changes {', '.join(dict.fromkeys(refused)) or 'settings that cannot be read'}.",
            remedy="Leave that as it is, or ask one.",
            reason="not_administrator",
        )


def take(place: Place, asker: Asker, row: Row, change: SettingsChange, why: str = "") -> None:
    """Store a change, with how it was before, and set going what it needs; unless it changes nothing."""
    check_rights(asker, row, change)
    if change.is_same:
        return
    now = place.now()
    store_change(place.catalog, change, now)
    note(place, asker, WHAT, row["id"], **told(row, change, why))
    set_going(place.settings, place.catalog, change, now)


def note_stored(place: Place, asker: Asker, before: Row | None, after: Row, why: str = "") -> None:
    """Keep that a data set was made, or what was changed of one that was ``before``."""
    for what, detail in notes_of(before, after, why):
        note(place, asker, what, after["id"], **detail)


def paths(change: SettingsChange) -> list[str]:
    """The keys that it changes."""
    return [one.path for one in change.changes]
