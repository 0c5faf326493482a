"""Where in the text of a TOML file a key or a list's item stands, by its place: keys and positions from the top.

Only for text that ``tomllib`` has read: what is not TOML ends in any place at all.
"""

from __future__ import annotations

import re
import tomllib

Place = tuple[str | int, ...]
BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
BARE = re.compile(r"[A-Za-z0-9_-]+")
STRING = re.compile(
    r'"""(?:\\.|[^\\])*?"""(?:"{1,2}(?!"))?|' + r"'''.*?'''(?:'{1,2}(?!'))?|" + r'"(?:\\.|[^"\\\n])*"|' + r"'[^'\n]*'",
    re.DOTALL,
)
SCALAR = re.compile(r"[^,\]}#\n]*")


def line_index(text: str) -> dict[Place, int]:
    """Every place in the text with its line, counted from 1."""
    return _Reader(text).lines


class _Reader:
    """One pass over the text."""

    def __init__(self, text: str) -> None:
        self._text, self._at, self._line, self._counted = text, 0, 1, 0
        self._lists: dict[Place, int] = {}
        self.lines: dict[Place, int] = {}
        table: Place = ()
        self._skip(BLANK)
        while self._at < len(text):
            if text[self._at] == "[":
                table = self._heading()
            else:
                self._pair(table)
            self._skip(BLANK)

    def _heading(self) -> Place:
        is_list = self._text.startswith("[[", self._at)
        line = self._here()
        self._at += 2 if is_list else 1
        keys = self._keys("]")
        self._at += 2 if is_list else 1
        place: Place = ()
        for key in keys[:-1]:
            place = (*place, key)
            self.lines.setdefault(place, line)
            place = self._inside(place)
        place = (*place, keys[-1])
        if is_list:
            self.lines.setdefault(place, line)
            self._lists[place] = self._lists.get(place, -1) + 1
        place = self._inside(place)
        self.lines.setdefault(place, line)
        return place

    def _inside(self, place: Place) -> Place:
        """A list's name in a heading means its last item."""
        return (*place, self._lists[place]) if place in self._lists else place

    def _pair(self, table: Place) -> None:
        line = self._here()
        place = table
        for key in self._keys("="):
            place = (*place, key)
            self.lines.setdefault(place, line)
        self._at += 1
        self._value(place)

    def _keys(self, end: str) -> list[str]:
        """``a."b c".d``; stands before ``end`` then."""
        keys = []
        while True:
            self._skip(BLANK)
            if self._text[self._at] in "\"'":
                keys.append(next(iter(tomllib.loads(f"{self._skip(STRING)} = 0"))))
            else:
                keys.append(self._skip(BARE))
            self._skip(BLANK)
            if self._text[self._at] == end:
                return keys
            self._at += 1

    def _value(self, place: Place) -> None:
        self._skip(BLANK)
        self.lines.setdefault(place, self._here())
        match self._text[self._at]:
            case "[":
                self._several(place, "]")
            case "{":
                self._several(place, "}")
            case '"' | "'":
                self._skip(STRING)
            case _:
                self._skip(SCALAR)

    def _several(self, place: Place, end: str) -> None:
        """A list or an inline table, to behind its end."""
        self._at += 1
        number = 0
        self._skip(BLANK)
        while self._text[self._at] != end:
            if end == "}":
                self._pair(place)
            else:
                self._value((*place, number))
                number += 1
            self._skip(BLANK)
            if self._text[self._at] == ",":
                self._at += 1
                self._skip(BLANK)
        self._at += 1

    def _skip(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self._text, self._at)
        assert found is not None, self._text[self._at : self._at + 20]
        self._at = found.end()
        return found[0]

    def _here(self) -> int:
        self._line += self._text.count("\n", self._counted, self._at)
        self._counted = self._at
        return self._line
