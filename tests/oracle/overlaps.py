"""What several files of one server tell of the same second, slowly and plainly: every chain is written out.

A *file* is the list of its hits, each (second, what the line says). Definitions: DOMAIN.md sections 2 and 8, Law 2.
Of files that tell the same of the second in which they touch, two never stand in one chain.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator

Hit = tuple[int, Hashable]
File = list[Hit]


def first(file: File) -> int:
    return min(second for second, _ in file)


def last(file: File) -> int:
    return max(second for second, _ in file)


def lines_of(file: File, second: int) -> Counter[Hashable]:
    return Counter(line for when, line in file if when == second)


def touch(one: File, following: File) -> bool:
    second = last(one)
    return second == first(following) and lines_of(one, second) != lines_of(following, second)


def overlap(one: File, other: File) -> bool:
    """Whether they touch in a second of which both tell the same."""
    return any(
        last(a) == first(b) and lines_of(a, last(a)) == lines_of(b, last(a)) for a, b in ((one, other), (other, one))
    )


def chains(files: list[File]) -> Iterator[list[int]]:
    """Every chain, by the places of its files; files without hits are in none."""

    def longer(chain: list[int]) -> Iterator[list[int]]:
        yield chain
        for place, file in enumerate(files):
            if place in chain or not file:
                continue
            if touch(files[chain[-1]], file) and not any(overlap(files[one], file) for one in chain):
                yield from longer([*chain, place])

    for place, file in enumerate(files):
        if file:
            yield from longer([place])


def truth(files: list[File]) -> Counter[Hit]:
    """How often each line happened in its second."""
    found: Counter[Hit] = Counter()
    for chain in chains(files):
        told = sum((Counter(files[place]) for place in chain), Counter())
        found |= told
    return found


def settle(files: list[File]) -> dict[Hit, list[int]]:
    """Of each line the files whose copies count: of the chains that have it most often the first, in the files' order."""
    counted = [Counter(file) for file in files]
    best: dict[Hit, tuple[int, list[int]]] = {}
    for chain in chains(files):
        for hit in {hit for place in chain for hit in counted[place]}:
            having = sorted(place for place in chain if hit in counted[place])
            told = (-sum(counted[place][hit] for place in having), having)
            best[hit] = min(best.get(hit, told), told)
    return {hit: having for hit, (_, having) in best.items()}
