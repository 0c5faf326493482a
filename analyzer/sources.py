"""Which parsed files an analysis counts, and which only repeat another (DOMAIN.md, Law 2).

For each server the contents that count are the largest of each line of growth, each once. A file whose content is
another file's, or the beginning of it, is still shown in the audit, all its hits as duplicates; an older version of a
file that grew is that file, and not shown. Files that overlap otherwise all count:
:mod:`analyzer.settle` tells their lines apart.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Parsed:
    """One version of a file, parsed. ``file`` is its id in the catalog: later versions have greater ones."""

    file: int
    server: str
    path: str
    plain_sha256: str
    content: str


@dataclass(frozen=True)
class Chosen:
    """A row of the audit: a version of a file, and the path of the one that counts in its place, if one does."""

    parsed: Parsed
    duplicate_of: str | None

    @property
    def duplicate(self) -> bool:
        """Whether it does not count."""
        return self.duplicate_of is not None


def choose(parsed: Iterable[Parsed], growths: Mapping[str, frozenset[str]]) -> list[Chosen]:
    """``growths`` maps a content's plain digest to those it is the beginning of; the order of ``parsed`` is nothing."""
    servers: dict[str, list[Parsed]] = defaultdict(list)
    for one in parsed:
        servers[one.server].append(one)
    chosen = [row for name in sorted(servers) for row in _choose_of_server(servers[name], growths)]
    return sorted(chosen, key=lambda row: (row.parsed.server, row.parsed.path, row.parsed.plain_sha256))


def _choose_of_server(parsed: list[Parsed], growths: Mapping[str, frozenset[str]]) -> list[Chosen]:
    present = {one.plain_sha256 for one in parsed}
    complete = {digest for digest in present if not growths.get(digest, frozenset()) & present}
    newest: dict[str, Parsed] = {}
    for one in parsed:
        if one.path not in newest or one.file > newest[one.path].file:
            newest[one.path] = one
    counted: dict[str, Parsed] = {}
    for one in sorted(parsed, key=lambda one: (newest[one.path] is not one, one.path, one.file)):
        if one.plain_sha256 in complete:
            counted.setdefault(one.plain_sha256, one)
    shown = {id(one) for one in counted.values()}
    named = _distinct_names([*counted.values(), *(one for one in newest.values() if id(one) not in shown)])
    path_of = {digest: named[id(one)].path for digest, one in counted.items()}
    rows = [Chosen(named[id(one)], None) for one in counted.values()]
    for one in newest.values():
        if id(one) not in shown:
            digest = one.plain_sha256
            while digest not in path_of:
                digest = min(growths[digest] & present)
            rows.append(Chosen(named[id(one)], path_of[digest]))
    return rows


def _distinct_names(rows: Iterable[Parsed]) -> dict[int, Parsed]:
    """A log that began anew under its old name, the old content seen nowhere else, is two rows: name them apart."""
    seen: dict[str, int] = defaultdict(int)
    result = {}
    for one in sorted(rows, key=lambda one: (one.path, -one.file)):
        seen[one.path] += 1
        number = seen[one.path]
        result[id(one)] = one if number == 1 else replace(one, path=f"{one.path} (earlier {number - 1})")
    return result
