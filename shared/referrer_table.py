"""The table of referring sites: ``tables/referrers.tsv``, and the user's own file of the same shape before it.

A row is ``domain part, name, kind, parameters``, separated by tabs; ``#`` begins a comment. The domain part:

========================== =========================================================================
``duckduckgo.com``         that host (a leading ``www.`` never counts)
``*.facebook.com``         that host and everything below it
``google.*``               under every ending that registries sell names under: google.de, google.co.uk
``mail*.orange.fr``        hosts whose first label begins so: mail02.orange.fr
``bing.com/images``        paths that begin so
``google.*/search?udm=2``  and with that parameter in the query
``com.slack``              an app: the package in ``android-app://com.slack``
========================== =========================================================================

The most specific row decides: the longest host, then the longest path. Kind ``referral`` takes a host out of what lies
around it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from pathlib import Path

from shared.errors import Misconfigured
from shared.hosts import bare_host, country_suffix

KINDS = ("search", "social", "email", "paid", "ai", "referral")
REMEMBERED = 50_000
"""Hosts whose rows are kept at hand: they repeat far more than URLs do."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row; ``part`` as it is written, the rest taken apart. ``parameters`` may carry the search term.

    ``table`` is the name of the file it stands in.
    """

    table: str
    part: str
    name: str
    kind: str
    parameters: tuple[str, ...]
    path: str
    condition: str

    def fits(self, path: str, query: str) -> bool:
        """Whether path and query are what the row asks for."""
        return path.startswith(self.path) and (not self.condition or self.condition in query.split("&"))


class ReferrerTable:
    """Rows by host. An earlier row beats a later one with the same domain part."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._exact: dict[str, list[Row]] = defaultdict(list)
        self._below: dict[str, list[Row]] = defaultdict(list)
        self._beginning: dict[str, list[tuple[str, Row]]] = defaultdict(list)
        for row in rows:
            self._add(row)
        for kept in (*self._exact.values(), *self._below.values()):
            kept.sort(key=lambda row: (-len(row.path), not row.condition))
        self._rows = lru_cache(REMEMBERED)(self._rows_of)

    def find(self, host: str, path: str, query: str) -> Row | None:
        """The row for a bare host, path and raw query."""
        return next((row for row in self._rows(host) if row.fits(path, query)), None)

    def _add(self, row: Row) -> None:
        host = _split_part(row.part)[0]
        label, _, rest = host.partition(".")
        if label == "*":
            self._below[rest].append(row)
            self._exact[rest].append(row)
        elif label.endswith("*"):
            self._beginning[rest].append((label[:-1], row))
        else:
            self._exact[host].append(row)

    def _rows_of(self, host: str) -> tuple[Row, ...]:
        """Every row for a host, the most specific first."""
        suffix = country_suffix(host)
        stem = host[: -len(suffix)] + "*" if suffix and host != suffix else ""
        label, _, rest = host.partition(".")
        rows = list(self._exact.get(host, ()))
        for below in filter(None, (rest, stem.partition(".")[2])):
            rows += [row for start, row in self._beginning.get(below, ()) if label.startswith(start)]
        rows += self._exact.get(stem, ())
        for name in (host, stem):
            while "." in name:
                name = name.partition(".")[2]
                rows += self._below.get(name, ())
        return tuple(rows)


def load_table(extra: Path | None = None) -> ReferrerTable:
    """The table, the user's own rows first; :class:`Misconfigured` lists every fault of the user's file."""
    text = (files("shared") / "tables" / "referrers.tsv").read_text(encoding="utf-8")
    return ReferrerTable([*(_read_user_file(extra) if extra else ()), *read_rows(text, "referrers.tsv")])


@cache
def names_of(kind: str) -> tuple[str, ...]:
    """The names that the table gives sites of a kind, such as ``search``; sorted."""
    text = (files("shared") / "tables" / "referrers.tsv").read_text(encoding="utf-8")
    return tuple(sorted({row.name for row in read_rows(text, "referrers.tsv") if row.kind == kind}))


def read_rows(text: str, name: str) -> list[Row]:
    """The rows of a file's text; ``name`` stands in the error."""
    rows: list[Row] = []
    faults: list[str] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip() and not line.startswith("#"):
            row = _read_row(line, Path(name).name)
            if isinstance(row, Row):
                rows.append(row)
            else:
                faults.append(f"line {number}: {row}")
    if faults:
        raise Misconfigured(f"The table of referrers {name} has {len(faults)} fault(s):", faults=faults)
    return rows


def _read_user_file(path: Path) -> list[Row]:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Misconfigured(f"The table of referrers {path} cannot be read: {error}.") from error
    return read_rows(text, str(path))


def _read_row(line: str, table: str) -> Row | str:
    """A row, or what is wrong with it."""
    columns = [one.strip() for one in line.split("\t")]
    if len(columns) not in (3, 4):
        return f"expected domain part, name, kind and parameters with tabs between, found {len(columns)} column(s)"
    part, name, kind = columns[:3]
    if kind not in KINDS:
        return f"the kind is one of {', '.join(KINDS)}; found {kind!r}"
    host, path, condition = _split_part(part)
    if not name or not host.strip("*.") or "*" in host.strip("*").replace(".*", "").replace("*.", ""):
        return f"the domain part is a host, *.host, host.* or begin*.host, and the name is not empty; found {part!r}"
    parameters = columns[3] if len(columns) == 4 else ""
    return Row(table, part, name, kind, tuple(filter(None, parameters.split(","))), path, condition)


def _split_part(part: str) -> tuple[str, str, str]:
    """Host, path and condition; an app's package keeps its capitals out too, since hosts are compared in lower case."""
    place, _, condition = part.partition("?")
    host, slash, path = place.partition("/")
    return bare_host(host), slash + path, condition
