"""What goes from one step of the wizard to the next through the browser, which can neither read nor change it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import timedelta

from console.web import sealed
from console.web.place import Place

PURPOSE = "setup wizard"
"""So that no other sealed text passes for one of these."""
LASTS = timedelta(hours=12)


@dataclass(frozen=True)
class Proven:
    """A source that was tested: only with all of it is it stored, so that a password goes to no other host.

    ``password`` is empty where there is none, or a data set's stored one holds. ``name`` is suggested; ``summary`` says
    what was found; ``account`` is who tested it.
    """

    location: str
    user: str
    password: str = field(repr=False)
    name: str
    summary: str
    account: str

    def is_of(self, location: str, user: str) -> bool:
        """Whether it is this source, asked by this user."""
        return (self.location, self.user) == (location, user)


def seal(place: Place, tested: Proven) -> str:
    """As a text for a page of ours."""
    return sealed.seal(place, PURPOSE, LASTS, asdict(tested))


def unseal(place: Place, text: str, account: str) -> Proven | None:
    """What a page gave back; ``None`` where this account was given no such text, or too long ago."""
    values = sealed.unseal(place, PURPOSE, text)
    return Proven(**values) if values is not None and values.get("account") == account else None
