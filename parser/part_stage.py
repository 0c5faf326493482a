"""A big file by several parsers: cut into parts, each parsed by whoever takes it, put together by whoever comes then.

``file.fetched`` cuts the file and leads to a ``part.due`` for each part; the last of these leads to ``file.fetched``
again, which finds all parts done and puts them together. So there is one place where a file ends, whatever its size,
and a dead letter about a file that is held looks the same. Meanwhile the file stays ``fetched``: the analysis waits.

The rows in ``parts`` say how far it is. They come with the first ``part.due`` and go with the row in ``contents``, each
in one transaction. Any message may come twice, and any part may be parsed twice: a part's folder is named by what it
holds, and its row says the same again.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from parser import readings
from parser.assemble import OTHERS, PartResult, join_others, whole
from parser.content import Content, Task, find_task, keep, known, known_in, row_of
from parser.hiding import hide_parsed
from parser.parts import Part, header_from_json, header_to_json, plan
from parser.privacy import Salts
from parser.read import parse_part
from parser.readings import Reading
from shared.catalog.engine import insert_new
from shared.catalog.schema import files, parts
from shared.messages import Fact, FileFailed, FileFetched, PartDue
from shared.work import Done, Work

REASON = "part_failed"


@dataclass(frozen=True)
class Progress:
    """A part and how far it is: ``due``, ``done`` or ``failed``; ``result`` where it was done."""

    part: Part
    state: str
    result: PartResult | None

    def is_done(self, work: Work, task: Task) -> bool:
        """Whether its hits lie there: who removes the folder ``hits`` wants it made again."""
        return self.result is not None and (work.tools.data / task.folder / self.part.folder).is_dir()


def progress_of(work: Work, task: Task) -> list[Progress]:
    """The parts of a content that is being parsed in parts, in order; none where it is not."""
    with work.tools.catalog.read() as connection:
        return _progress(connection, task.content)


def planned(work: Work, task: Task) -> list[Progress]:
    """The parts into which a file is to be cut; none where it is to be parsed whole."""
    found = plan(
        work.tools.store.path(task.file["sha256"]),
        named=task.chosen.format,
        name=task.file["path"],
        part_bytes=work.tools.settings.part_mb << 20,
        keep_alive=lambda: work.keep_alive(f"cutting {task.file['path']}"),
    )
    return [Progress(part, "new", None) for part in found]


def holds_parts(folder: Path) -> bool:
    """Whether there are parts in a content's folder: left there when the catalog was lost, where it has none of it."""
    return any(folder.glob("p*-*-*"))


def set_out(connection: sa.Connection, work: Work, task: Task, progress: Sequence[Progress]) -> list[Fact]:
    """Have those parts parsed that are not done. Of two plans made at once, the first that is written holds."""
    is_new = progress[0].state == "new" and known_in(connection, work, task) is None
    if is_new and _insert(connection, task.content, progress[0]):
        for one in progress[1:]:
            _insert(connection, task.content, one)
    due = [one.part.number for one in _progress(connection, task.content, lock=True) if not one.is_done(work, task)]
    if not due:
        return [_fetched(task)]
    connection.execute(_rows(task.content, due).values(state="due", result=None))
    failed = sa.update(files).where(files.c.id == task.file["id"], files.c.state == "failed")
    connection.execute(failed.values(state="fetched", error=None))
    work.log.info("parse.cut", file=task.file["path"], parts=len(due))
    return [PartDue(task.file["dataset"], task.file["id"], number) for number in due]


def handle(work: Work) -> Done:
    """Parse one part."""
    fact = work.message.fact
    assert isinstance(fact, PartDue)
    task = find_task(work, fact.dataset, fact.file)
    if task is None:
        return Done()
    progress = progress_of(work, task)
    found = next((one for one in progress if one.part.number == fact.part), None)
    if found is None:
        # Whole meanwhile, and said so; or to be read in another way, since the settings were changed after it was cut.
        return Done() if known(work, task) else Done(lambda _: [_fetched(task)])
    result = found.result
    if result is None or not found.is_done(work, task):
        result = _parse(work, task, found.part, len(progress))
    return Done(lambda connection: _record(connection, task, found.part, result))


def assemble(work: Work, task: Task, progress: Sequence[Progress]) -> Content:
    """Put the parts together and keep the parse; from then on it is like one made whole."""
    done = [(one.part, one.result) for one in progress if one.result is not None]
    path, sha256, folder = task.file["path"], task.file["sha256"], work.tools.data / task.folder
    result = whole(done, work.tools.store.path(sha256), sha256, path, task.chosen)
    with work.tools.store.files_into(task.folder) as aside:
        join_others(done, folder, aside, lambda: work.keep_alive(f"putting together {path}"))
    for stray in folder.iterdir():
        # Of another cut of the same content, or of a parse that was made whole but never kept.
        if stray.name not in OTHERS and stray.name not in {part.folder for part, _ in done}:
            shutil.rmtree(stray, ignore_errors=True) if stray.is_dir() else stray.unlink(missing_ok=True)
    content = row_of(task, result, work.now())
    work.commit(lambda connection: _keep(connection, work, content))
    work.log.info("parse.assembled", file=path, parts=len(done), lines=result.lines, hits=result.hits)
    return content


def bury(connection: sa.Connection, fact: PartDue) -> None:
    """Mark a part that cannot be parsed, for whoever finishes the last of the others."""
    sha256 = connection.execute(sa.select(files.c.sha256).where(files.c.id == fact.file)).scalar()
    if sha256 is not None:
        due = parts.c.content.startswith(f"{sha256}-") & (parts.c.number == fact.part) & (parts.c.state == "due")
        connection.execute(sa.update(parts).where(due).values(state="failed"))


def _parse(work: Work, task: Task, part: Part, number_of_parts: int) -> PartResult:
    path, data = task.file["path"], work.tools.data
    doing = f"parsing {path}, part {part.number + 1} of {number_of_parts}"
    salts = Salts(data / "salts")
    salts.forget(work.now().timestamp())
    work.log.info("parse.started", file=path, part=part.number, lines_from=part.first_line)
    with work.tools.store.folder_once(f"{task.folder}/{part.folder}") as aside:
        result = parse_part(
            work.tools.store.path(task.file["sha256"]),
            aside,
            part,
            name=path,
            settings=task.chosen,
            salts=salts,
            watch=Reading(work, task.file["id"], doing, part.number),
            threads=work.tools.settings.threads,
        )
        hide_parsed(aside, result.parts, task.chosen.forgotten)
    work.log.info("parse.finished", file=path, part=part.number, lines=result.lines, hits=result.hits)
    return PartResult.of(result)


def _record(connection: sa.Connection, task: Task, part: Part, result: PartResult) -> list[Fact]:
    """Write what became of a part. The lock makes the last two parts, finished at once, see each other."""
    progress = _progress(connection, task.content, lock=True)
    own = next((one for one in progress if one.part == part), None)
    if own is None:
        return [_fetched(task)]
    if own.state == "done":
        return []
    connection.execute(_rows(task.content, [part.number]).values(state="done", result=result.to_json()))
    readings.note(connection, task.file["id"], part.number, result.lines, part.end - part.start)
    states = {one.state for one in progress if one is not own}
    if states <= {"done"}:
        return _waiting_for(connection, task)
    if "due" in states:
        return []
    # All others are done or dead: nobody else will say that this file waits for a person again.
    failed = sa.update(files).where(files.c.id == task.file["id"], files.c.state == "fetched")
    error = "Another part of this file waits as a dead letter."
    is_new = connection.execute(failed.values(state="failed", error=error, content=None)).rowcount
    return [FileFailed(task.file["dataset"], task.file["id"], REASON)] if is_new else []


def _waiting_for(connection: sa.Connection, task: Task) -> list[Fact]:
    """This file, and others of the same bytes: their own parts may have been done before they asked."""
    query = sa.select(files.c.dataset, files.c.id).where(
        files.c.sha256 == task.file["sha256"], files.c.state == "fetched", files.c.id != task.file["id"]
    )
    others = connection.execute(query.order_by(files.c.id)).all()
    return [_fetched(task), *(FileFetched(one.dataset, one.id, task.file["sha256"]) for one in others)]


def _fetched(task: Task) -> FileFetched:
    return FileFetched(task.file["dataset"], task.file["id"], task.file["sha256"])


def _keep(connection: sa.Connection, work: Work, content: Content) -> tuple[()]:
    connection.execute(sa.delete(parts).where(parts.c.content == content["id"]))
    keep(connection, work, content)
    return ()


def _rows(content: str, numbers: Sequence[int]) -> sa.Update:
    return sa.update(parts).where(parts.c.content == content, parts.c.number.in_(numbers))


def _insert(connection: sa.Connection, content: str, one: Progress) -> bool:
    part = one.part
    return insert_new(
        connection,
        parts,
        content=content,
        number=part.number,
        start_byte=part.start,
        end_byte=part.end,
        first_line=part.first_line,
        header=header_to_json(part.header),
        format=part.format,
        state="due",
    )


def _progress(connection: sa.Connection, content: str, *, lock: bool = False) -> list[Progress]:
    query = sa.select(parts).where(parts.c.content == content).order_by(parts.c.number)
    return [
        Progress(
            Part(
                row["number"],
                row["start_byte"],
                row["end_byte"],
                row["first_line"],
                header_from_json(row["header"]),
                row["format"],
            ),
            row["state"],
            PartResult.from_json(row["result"]) if row["result"] else None,
        )
        for row in connection.execute(query.with_for_update() if lock else query).mappings()
    ]
