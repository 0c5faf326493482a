"""What must be done for a folder at a target to be like the one that is published: pure, from both lists of digests."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from reporter.manifest import MANIFEST
from reporter.targets.records import ADDING, REPLACING, Files

INDEX = "index.html"


@dataclass(frozen=True)
class Difference:
    """Paths in the order in which they are brought: an index after what it leads to, a manifest last."""

    added: tuple[str, ...]
    """Nothing of ours lies there, or it was begun: no page there leads to it yet."""
    replaced: tuple[str, ...]
    removed: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.added or self.replaced or self.removed)


def difference(wanted: Mapping[str, str], known: Mapping[str, str], fresh: Collection[str] = frozenset()) -> Difference:
    """From what is known to lie there to what is wanted, digests by path. To what is ``fresh`` nothing leads yet."""
    differs = [path for path, digest in wanted.items() if known.get(path, ADDING) != digest]
    added = {path for path in differs if path in fresh or known.get(path, ADDING) == ADDING}
    return Difference(
        in_order(added),
        in_order(path for path in differs if path not in added),
        in_order(path for path in known if path not in wanted),
    )


def in_order(paths: Iterable[str]) -> tuple[str, ...]:
    """An index (packed or not) after what it leads to, a manifest last."""
    return tuple(sorted(paths, key=lambda path: (path == MANIFEST, path.startswith(INDEX), path)))


def begun(known: Mapping[str, str], *, adding: Iterable[str] = (), replacing: Iterable[str] = ()) -> Files:
    """What is to be written down before these are brought."""
    return {**known, **dict.fromkeys(adding, ADDING), **dict.fromkeys(replacing, REPLACING)}


def forgotten(known: Mapping[str, str]) -> Files:
    """The same files, of which nothing is believed any more."""
    return {path: ADDING if digest == ADDING else REPLACING for path, digest in known.items()}
