"""URLs without some of their parameters (settings, ``[privacy] drop_parameters``).

A parameter stands in a query, but also behind ``;`` in a path, in a fragment, and in the value of another parameter,
encoded once more: ``/login?next=%2Fme%3Femail%3Dann``. A value that holds one goes whole: rather too much than a rest.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from urllib.parse import unquote_plus

ENCODED_TIMES = 3
"""A URL in a URL in a URL: deeper, nobody reads it any more."""
SEPARATOR = re.compile(r"[;?&#]|%(?:25)*(?:3[bf]|26|23)", re.IGNORECASE)
"""Where in a part of a path a parameter may begin, encoded or not."""


class Dropped:
    """Takes parameters of these names out, case and ``[]`` behind the name aside."""

    def __init__(self, names: Iterable[str]) -> None:
        any_of = "|".join(re.escape(name) for name in sorted(filter(None, names))) or "(?!)"
        name = rf"(?:amp;)?(?:{any_of})"
        self._name = re.compile(rf"\s*{name}(?:\[[^\]=]*\])*\s*", re.IGNORECASE)
        # Where its end is searched for, an opening bracket is enough: looking for the closing ones would take the
        # square of a text's length.
        self._anywhere = re.compile(rf"(?:^|[/?&;#])\s*{name}\s*(?:[=&;#/\[]|$)", re.IGNORECASE)
        self._with_value = re.compile(rf"(?:^|[?&;#])\s*{name}\s*[=\[]", re.IGNORECASE)

    def from_query(self, query: str | None) -> str | None:
        """A query without them; ``None`` when nothing is left."""
        if not query or not self._is_suspect(query):
            return query
        kept = (self._from_pair(pair) for pair in query.split("&"))
        return "&".join(pair for pair in kept if pair is not None) or None

    def from_url(self, url: str | None) -> str | None:
        """A URL, with or without a host, without them in path, query and fragment."""
        if not url or not self._is_suspect(url):
            return url
        address, _, fragment = url.partition("#")
        path, _, query = address.partition("?")
        kept = "/".join(self._from_segment(segment) for segment in path.split("/"))
        if rest := self.from_query(query):
            kept += f"?{rest}"
        if fragment and not self._holds(fragment):
            kept += f"#{fragment}"
        return kept

    def from_path(self, path: str | None) -> str | None:
        """The path of a request, which always is one."""
        return self.from_url(path) or "/"

    def _from_pair(self, pair: str) -> str | None:
        """``name=value``, or several with ``;`` between; ``None`` when nothing is left of it."""
        kept = [one for one in pair.split(";") if not self._is_dropped(one)]
        return ";".join(kept) if kept else None

    def _from_segment(self, segment: str) -> str:
        """What stands between two slashes: a name, and perhaps ``;`` and parameters."""
        name, *parameters = segment.split(";")
        if self._holds(name):
            name = SEPARATOR.split(name, maxsplit=1)[0]
            name = "" if self._holds(name) else name
        return ";".join([name, *(one for one in parameters if not self._is_dropped(one))])

    def _is_dropped(self, pair: str) -> bool:
        name, _, value = pair.partition("=")
        names = (text.partition("=")[0] for text in _decodings(name))
        return any(map(self._name.fullmatch, names)) or self._holds(value) or self._holds(name)

    def _is_suspect(self, text: str) -> bool:
        """Whether one of the names stands in it at all: most texts are kept as they are."""
        return any(self._anywhere.search(one) for one in _decodings(text))

    def _holds(self, text: str) -> bool:
        return any(self._with_value.search(one) for one in _decodings(text))


def _decodings(text: str) -> Iterator[str]:
    """The text, and what it is when it is decoded once, twice ..."""
    yield text
    for _ in range(ENCODED_TIMES):
        if "%" not in text and "+" not in text:
            return
        text = unquote_plus(text, errors="replace")
        yield text
