"""What an analysis must remember for the next one to go on from it (DOMAIN.md, Law 4): ``state.json``."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path

from analyzer.inputs import AnalysisInputs, Source


@dataclass(frozen=True)
class KnownSource:
    """A file as it was counted. ``id`` stays with it while it grows, whatever it is called."""

    id: int
    server: str
    content: str
    plain_sha256: str
    duplicate: bool
    first_ts: datetime | None
    last_ts: datetime | None
    parser_version: int


@dataclass(frozen=True)
class State:
    """``basis`` names all that numbers depend on but files and costs; no number of ours is ``next_number`` or above."""

    basis: str
    next_number: int
    own_hosts: tuple[str, ...]
    days: tuple[date, ...]
    sources: tuple[KnownSource, ...]

    def write(self, path: Path) -> None:
        path.write_text(json.dumps(asdict(self), default=lambda one: one.isoformat()), encoding="utf-8")


def read_state(path: Path) -> State | None:
    """``None`` where there is none that could be read."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        return State(
            basis=data["basis"],
            next_number=data["next_number"],
            own_hosts=tuple(data["own_hosts"]),
            days=tuple(date.fromisoformat(one) for one in data["days"]),
            sources=tuple(KnownSource(**{**one, **_times(one)}) for one in data["sources"]),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _times(source: dict[str, str | None]) -> dict[str, datetime | None]:
    told = {name: source[name] for name in ("first_ts", "last_ts")}
    return {name: datetime.fromisoformat(text) if text else None for name, text in told.items()}


def basis_of(inputs: AnalysisInputs, version: int) -> str:
    """What numbers depend on beside the files and imported costs."""
    data = [version, inputs.software, inputs.settings_digest, inputs.site.to_json()]
    return hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()


def known_as(ordered: Sequence[Source], earlier: Sequence[KnownSource]) -> list[KnownSource]:
    """The files to be counted, with the numbers they had before; a grown file keeps its own."""
    same: dict[tuple[str, str, bool], list[int]] = defaultdict(list)
    grown: dict[tuple[str, str, bool], list[int]] = defaultdict(list)
    for known in earlier:
        same[known.server, known.content, known.duplicate].append(known.id)
        grown[known.server, known.plain_sha256, known.duplicate].append(known.id)
    free = max((one.id for one in earlier), default=0) + 1
    found: list[KnownSource] = []
    taken: set[int] = set()
    for one in ordered:
        before = [*same[one.server, one.folder.name, one.duplicate]]
        before += (number for sha in sorted(one.grown_from) for number in grown[one.server, sha, one.duplicate])
        number = next((there for there in before if there not in taken), free)
        free += number == free
        taken.add(number)
        found.append(
            KnownSource(
                number, one.server, one.folder.name, one.plain_sha256, one.duplicate, one.first_ts, one.last_ts,
                one.parser_version,
            )
        )  # fmt: skip
    return found
