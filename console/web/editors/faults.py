"""What is wrong with a form, beside the field that it is about, in words of somebody who fills in forms."""

from __future__ import annotations

import re
from collections.abc import Sequence

from shared.dataset_settings.checks import Fault, Place
from shared.dataset_settings.key import Key
from shared.dataset_settings.reading import sentence

WORDS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), said)
    for pattern, said in (
        (r"String should match pattern .*", "This should be written as: {unit}."),
        (r"String should have at least 1 character", "This is missing: fill it in."),
        (r"String should have at most (\d+) characters?", "This is too long: {0} characters at most."),
        (
            r"Input should be a valid (?:integer|number|decimal).*",
            "This should be a number, written with digits, with a point before fractions.",
        ),
        (r"Input should be greater than or equal to (.*)", "This should be {0} or more."),
        (r"Input should be less than or equal to (.*)", "This should be {0} or less."),
        (r"(?:Tuple|List) should have at least (\d+) items?.*", "At least {0} should be given."),
        (r"(?:Tuple|List) should have at most (\d+) items?.*", "At most {0} may be given."),
        (r"Input should be (.*)", "This should be {0}."),
        (r"Decimal input should have (.*)", "This should have {0}."),
        (r"give exactly one criterion.*", "Choose what the visits have in common."),
        (r"give exactly one of .*", "Choose one way."),
        (r"give (.*)", "Give {0}."),
        (r"is (missing.*)", "This is {0}."),
    )
)
"""How a fault begins, and what is said of it; the first that fits."""


class Faults:
    """Those of one form. Each is told beside one field, or with the rest above the form."""

    def __init__(self, faults: Sequence[Fault] = (), root: Place = ()) -> None:
        """``root`` is the place of the form in the settings."""
        own, self._others = [], []
        for one in faults:
            if one.place[: len(root)] == root:
                own.append(one._replace(place=one.place[len(root) :]))
            else:
                self._others.append(one)
        self._left = own
        self.number = len(faults)

    def at(self, place: Place, key: Key | None, *, below: bool = True) -> str:
        """What is said of a field; of a group, what is said of it alone."""
        found = [one for one in self._left if (one.place[: len(place)] if below else one.place) == place]
        self._left = [one for one in self._left if one not in found]
        said = dict.fromkeys(in_words(one, key, exact=one.place == place) for one in found)
        return " ".join(said)

    def rest(self) -> list[str]:
        """What belongs to no field that is shown."""
        return [sentence(one) for one in (*self._left, *self._others)]


def in_words(fault: Fault, key: Key | None, *, exact: bool = True) -> str:
    """A fault as a sentence; of one among several texts, which one it is."""
    text = fault.text
    for pattern, said in WORDS:
        if found := pattern.fullmatch(text):
            unit = key.unit if key is not None else "another form"
            text = said.format(*found.groups(), unit=unit)
            break
    begins_with_it = isinstance(fault.found, str) and bool(fault.found) and text.startswith(fault.found)
    text = text if begins_with_it else text[:1].upper() + text[1:]
    text = text if text.endswith((".", "?")) else f"{text}."
    return text if exact or not isinstance(fault.found, str) or fault.found in text else f"{fault.found}: {text}"
