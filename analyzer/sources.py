"""Which parsed files an analysis counts, and which only repeat another (DOMAIN.md, Law 2).

For each server the contents that count are the largest of each line of growth, each once. A file whose content is
another file's, or the beginning of it, is still shown in the audit, all its hits as duplicates; an older version of a
file that grew is that file, and not shown.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass


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
    """A row of the audit: a version of a file, and whether it counts."""

    parsed: Parsed
    duplicate: bool


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
    rows = [Chosen(one, duplicate=False) for one in counted.values()]
    shown = {id(one) for one in counted.values()}
    rows += [Chosen(one, duplicate=True) for one in newest.values() if id(one) not in shown]
    return _distinct_names(rows)


def _distinct_names(rows: list[Chosen]) -> list[Chosen]:
    """A log that began anew under its old name, the old content seen nowhere else, is two rows: name them apart."""
    seen: dict[str, int] = defaultdict(int)
    result = []
    for row in sorted(rows, key=lambda row: (row.parsed.path, -row.parsed.file)):
        seen[row.parsed.path] += 1
        number = seen[row.parsed.path]
        if number > 1:
            one = row.parsed
            name = f"{one.path} (earlier {number - 1})"
            row = Chosen(Parsed(one.file, one.server, name, one.plain_sha256, one.content), row.duplicate)
        result.append(row)
    return result
