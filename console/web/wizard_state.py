"""How far an import is, in numbers and words: of the catalog, whichever processes do it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal
from urllib.parse import quote

import sqlalchemy as sa

from console.how_far import is_published, read_so_far, state_of
from console.local import under_way
from console.manage import process_rows
from console.output import size
from console.stages import STAGES
from console.web.home import published_folder
from console.web.place import Place
from console.web.wizard_import import Imports
from reporter import words
from shared import failures
from shared.catalog.schema import contents, files, rounds
from shared.presence import BEAT_S

State = Literal["running", "waiting", "done", "stopped"]
SEEN_WITHIN = timedelta(seconds=6 * BEAT_S)
"""Whoever waits for a stage wants to know soon that it is not there."""
EVER = datetime(1970, 1, 1, tzinfo=UTC)
SHOWN_ERRORS = 3


@dataclass(frozen=True)
class Progress:
    """``state``: ``running``; ``waiting`` for a process that is not there; ``done`` with a report to read; ``stopped``
    without one. ``lines_s`` and ``left_s`` are ``None`` where that cannot be told."""

    state: State
    stage: str
    listed: int
    fetched: int
    parsed: int
    failed: int
    size_bytes: int
    lines: int
    lines_s: float | None
    left_s: float | None
    dead_letters: int
    errors: tuple[str, ...]
    absent: tuple[str, ...]
    is_here: bool
    address: str

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self)


def progress_of(place: Place, imports: Imports, dataset: str) -> Progress:
    """How far it is now."""
    state = state_of(place.catalog, dataset, EVER)
    fetch = _last_round(place, dataset)
    is_here = imports.is_running(dataset)
    fetching = fetch is not None and fetch["state"] == "open"
    waiting_files = state.fetched - state.parsed - state.failed
    busy = fetching or waiting_files > 0 or is_here or under_way(place.catalog, dataset) is not None
    letters = failures.letters(place.catalog, dataset=dataset)
    absent = () if is_here else _absent(place)
    address = _first_report(place, dataset)
    kind = _kind(busy=busy, done=bool(address) and is_published(place.catalog, dataset), absent=absent)
    size_bytes, lines_s, left_s = _pace(place, dataset, fetch, max(0, state.listed - state.fetched))
    errors = tuple(dict.fromkeys(one.error.partition("\n")[0] for one in letters))[:SHOWN_ERRORS]
    broken = "" if is_here else imports.error(dataset)
    return Progress(
        state=kind,
        stage=_stage(kind, state.stage, absent),
        listed=max(state.listed, state.fetched),
        fetched=state.fetched,
        parsed=state.parsed,
        failed=state.failed,
        size_bytes=size_bytes,
        lines=state.lines,
        lines_s=lines_s,
        left_s=left_s if kind == "running" else None,
        dead_letters=len(letters),
        errors=(*([broken] if broken else ()), *errors),
        absent=absent if kind in ("waiting", "stopped") else (),
        is_here=is_here,
        address=address if kind == "done" else "",
    )


def figures(progress: Progress) -> list[tuple[str, str]]:
    """The numbers, each with its heading."""
    one = progress
    left = "–" if one.left_s is None else words.shown(one.left_s, "seconds", "")
    return [
        ("Files fetched", f"{one.fetched:,} of {one.listed:,}" if one.listed else "–"),
        ("Files read", f"{one.parsed:,} of {one.listed:,}" if one.listed else "–"),
        ("Fetched", size(one.size_bytes)),
        ("Lines", f"{one.lines:,}"),
        ("Lines a second", "–" if one.lines_s is None else f"{one.lines_s:,.0f}"),
        ("Time left", left),
    ]


def _kind(*, busy: bool, done: bool, absent: tuple[str, ...]) -> State:
    if busy:
        return "waiting" if absent else "running"
    return "done" if done else "stopped"


def _stage(kind: State, stage: str, absent: tuple[str, ...]) -> str:
    match kind:
        case "running":
            return {"fetching": "Fetching files", "parsing": "Reading lines"}.get(stage, "Analysing and publishing")
        case "waiting":
            names = " and ".join(filter(None, (", ".join(f"the {one}" for one in absent[:-1]), f"the {absent[-1]}")))
            return f"Waiting for {names}: {'they are' if len(absent) > 1 else 'it is'} not running"
        case "done":
            return "Done: the reports are published"
        case _:
            return "Nothing is under way, and nothing is published yet"


def _absent(place: Place) -> tuple[str, ...]:
    now = place.now()
    there = {row["stage"] for row in process_rows(place.catalog) if now - row["seen_at"] < SEEN_WITHIN}
    return tuple(stage for stage in STAGES if stage not in there)


def _last_round(place: Place, dataset: str) -> dict[str, Any] | None:
    query = sa.select(rounds).where(rounds.c.dataset == dataset).order_by(rounds.c.started_at.desc()).limit(1)
    with place.catalog.read() as connection:
        row = connection.execute(query).mappings().first()
    return dict(row) if row else None


def _pace(
    place: Place, dataset: str, fetch: dict[str, Any] | None, unfetched: int
) -> tuple[int, float | None, float | None]:
    """Bytes of all files; lines a second of the last fetch, and the seconds that what is not read yet may take.

    By bytes, since files differ; one that is not fetched yet counts as an average one.
    """
    is_settled = files.c.state != "fetched"
    bytes_of = sa.func.coalesce(sa.func.sum(files.c.size_bytes), 0)
    settled_bytes = sa.func.coalesce(sa.func.sum(files.c.size_bytes).filter(is_settled), 0)
    lines, last = sa.func.coalesce(sa.func.sum(contents.c.lines), 0), sa.func.max(contents.c.parsed_at)
    whole = sa.select(bytes_of, settled_bytes, sa.func.count()).where(files.c.dataset == dataset)
    joined = files.outerjoin(contents, files.c.content == contents.c.id)
    mine = sa.and_(files.c.dataset == dataset, files.c.round == (fetch["id"] if fetch else ""))
    with place.catalog.read() as connection:
        total, settled, number = map(int, connection.execute(whole).one())
        pace = connection.execute(sa.select(settled_bytes, lines, last).select_from(joined).where(mine)).one()
        lines_begun, bytes_begun = read_so_far(connection, dataset)
    settled += bytes_begun
    done, read, last_at = int(pace[0]) + bytes_begun, int(pace[1]) + lines_begun, pace[2]
    if fetch is None or not done:
        return total, None, None
    left = total - settled + unfetched * total / max(1, number)
    until = place.now() if left or last_at is None else last_at
    seconds = max(0.1, (until - fetch["started_at"]).total_seconds())
    return total, read / seconds, (seconds * left / done if left else None)


def _first_report(place: Place, dataset: str) -> str:
    """The address of the report of all days, else of the list of periods; empty where nothing is published."""
    folder = published_folder(place, dataset)
    if folder is None:
        return ""
    whole = "all/index.html" if (folder / "all" / "index.html").is_file() else "index.html"
    return f"/reports/{quote(dataset)}/{whole}"
