"""The analyzer as a stage: ``hits.parsed``, ``file.failed`` and ``fetch.finished`` in, ``analysis.ready`` out.

A data set is analysed when nothing of it is under way: no fetch round open, no fetched file unparsed. What was computed
from the same inputs and settings before is not computed again.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections import defaultdict
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from analyzer.analysis import STEPS, VERSION, AnalysisSummary, analyze
from analyzer.folders import DESCRIPTION
from analyzer.inputs import AnalysisInputs, Source
from analyzer.sources import Chosen, Parsed, choose
from shared.catalog.engine import insert_new
from shared.catalog.schema import analyses, contents, datasets, files, growths, rounds
from shared.costs import DayCost, current_costs
from shared.dataset_settings import read_stored_settings
from shared.errors import Rejected, Transient
from shared.messages import AnalysisReady, FetchFinished, FileFailed, HitsParsed, Message
from shared.retry import Dead
from shared.site import Site
from shared.software import SOFTWARE
from shared.work import Done, Obituary, Stage, Work

NAME = "analyzer"
KEPT_ANALYSES = 3
OLDEST_PARSER = 2
"""The first version of the parser that wrote side tables."""
SUMMARY_FILE = "summary.json"
LEFT_S = 2 * 86_400


def make_stage() -> Stage:
    """The stage for :mod:`shared.runner`."""
    return Stage(name=NAME, consumes=(HitsParsed, FileFailed, FetchFinished), handle=handle, bury=bury)


def handle(work: Work) -> Done:
    """Analyse a data set if it is complete and has changed."""
    dataset_id = work.message.fact.dataset
    with work.tools.catalog.read() as connection:
        dataset = connection.execute(sa.select(datasets).where(datasets.c.id == dataset_id)).mappings().first()
        waiting = _waiting_for(connection, dataset_id)
        parsed, grown = _parsed(connection, dataset_id), _growths(connection)
        costs = current_costs(connection, dataset_id)
    if dataset is None or waiting or not parsed:
        work.log.info("analysis.waits", dataset=dataset_id, why=waiting or "nothing to analyse")
        return Done()
    refuse_older(dataset_id, [content["parser_version"] for _, content in parsed])
    inputs = _inputs(work, dict(dataset), parsed, grown, costs)
    digest = inputs_digest(inputs)
    folder = f"analyses/{dataset_id}/{digest}"
    there = _folder_of(work, dataset_id, digest)
    known = there is not None and (there / DESCRIPTION).is_file()
    if known and dataset["analysis"] == digest:
        work.log.info("analysis.unchanged", dataset=dataset_id, analysis=digest)
        return Done()
    used = frozenset(content["id"] for _, content in parsed)
    try:
        summary = None if known else _analyze(work, inputs, folder, _folder_of(work, dataset_id, dataset["analysis"]))
    except Exception as error:
        with work.tools.catalog.read() as connection:
            if not _counts_all(connection, dataset_id, used):
                raise _replaced(dataset_id) from error
        raise
    size = len(inputs.sources)
    return Done(write=lambda connection: _record(connection, work, digest, folder, summary, size, used))


def _counts_all(connection: sa.Connection, dataset: str, used: frozenset[str]) -> bool:
    """Whether all contents that were read still count: retention and ``forget`` put others in their place."""
    query = sa.select(files.c.content).where(files.c.dataset == dataset, files.c.content.is_not(None))
    return used <= set(connection.execute(query).scalars())


def _replaced(dataset: str) -> Transient:
    return Transient(f"{dataset}: hits were replaced while they were analysed.", reason="hits_replaced")


def refuse_older(dataset: str, parser_versions: Iterable[int]) -> None:
    """:class:`Rejected` where hits were written by a parser that did not write what is read here."""
    older = sum(version < OLDEST_PARSER for version in parser_versions)
    if older:
        raise Rejected(
            f"{dataset}: {older:,} files were parsed by an older version of this software, whose hits lack what this "
            "one analyses.",
            remedy=f"`proprocessor reparse {dataset}` reads them again from the raw files kept.",
            reason="parsed_by_older",
        )


def inputs_digest(inputs: AnalysisInputs) -> str:
    """Names an analysis by all that its numbers depend on."""
    sources = [(one.file, one.server, one.folder.name, one.duplicate_of) for one in inputs.sources]
    costs = [(one.day.isoformat(), one.campaign, str(one.cost)) for one in inputs.costs]
    data = [VERSION, inputs.software, inputs.name, inputs.settings_digest, inputs.site.to_json(), sources, costs]
    return hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()


def bury(connection: sa.Connection, message: Message, dead: Dead) -> Obituary:
    """Nothing follows: the last analysis stays the current one."""
    del connection, dead
    return Obituary(message.fact.dataset, "analysis")


def _waiting_for(connection: sa.Connection, dataset: str) -> str:
    """What is still under way, in words; empty when nothing is."""
    open_rounds = sa.select(sa.func.count()).where(rounds.c.dataset == dataset, rounds.c.state == "open")
    if connection.execute(open_rounds).scalar_one():
        return "a fetch is under way"
    unparsed = sa.select(sa.func.count()).where(files.c.dataset == dataset, files.c.state == "fetched")
    number = connection.execute(unparsed).scalar_one()
    return f"{number} fetched files are not parsed yet" if number else ""


def _parsed(connection: sa.Connection, dataset: str) -> list[tuple[Parsed, dict[str, Any]]]:
    query = sa.select(files.c.id.label("file"), files.c.server, files.c.path, contents)
    rows = connection.execute(query.join(contents, files.c.content == contents.c.id).where(files.c.dataset == dataset))
    return [
        (Parsed(row["file"], row["server"], row["path"], row["plain_sha256"], row["id"]), dict(row))
        for row in rows.mappings()
    ]


def _growths(connection: sa.Connection) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for row in connection.execute(sa.select(growths)):
        found[row.smaller].add(row.larger)
    return {smaller: frozenset(larger) for smaller, larger in found.items()}


def _inputs(
    work: Work,
    dataset: dict[str, Any],
    parsed: list[tuple[Parsed, dict[str, Any]]],
    grown: dict[str, frozenset[str]],
    costs: tuple[DayCost, ...],
) -> AnalysisInputs:
    settings = read_stored_settings(dataset["settings"], name=dataset["id"])
    rows = {content["id"]: content for _, content in parsed}
    smaller = _turned_round(grown)
    return AnalysisInputs(
        dataset=dataset["id"],
        name=settings.dataset.name or dataset["id"],
        settings=settings,
        site=Site.from_json(dataset["site"] or {}),
        sources=tuple(
            _source(work, one, rows[one.parsed.content], smaller) for one in choose([p for p, _ in parsed], grown)
        ),
        software=SOFTWARE,
        settings_digest=settings.digest(),
        costs=costs,
    )


def _source(work: Work, chosen: Chosen, content: dict[str, Any], smaller: Mapping[str, set[str]]) -> Source:
    return Source(
        file=chosen.parsed.path,
        server=chosen.parsed.server,
        sha256=content["sha256"],
        folder=work.tools.data / content["folder"],
        parts=tuple(content["parts"]),
        lines=content["lines"],
        directives=content["directives"],
        hits=content["hits"],
        rejects=content["rejects"],
        first_ts=content["first_ts"],
        last_ts=content["last_ts"],
        cookies_logged=content["cookies_logged"],
        duplicate_of=chosen.duplicate_of,
        format=content["format"],
        plain_sha256=content["plain_sha256"],
        parser_version=content["parser_version"],
        grown_from=_grown_from(content["plain_sha256"], smaller),
    )


def _turned_round(grown: Mapping[str, frozenset[str]]) -> dict[str, set[str]]:
    """Digest to those of what it begins with, from digest to those of what begins with it."""
    smaller: dict[str, set[str]] = defaultdict(set)
    for one, larger in grown.items():
        for other in larger:
            smaller[other].add(one)
    return smaller


def _grown_from(digest: str, smaller: Mapping[str, set[str]]) -> frozenset[str]:
    """Digests of all that a content is a continuation of."""
    found: set[str] = set()
    asked = [digest]
    while asked:
        new = smaller.get(asked.pop(), set()) - found
        found |= new
        asked += new
    return frozenset(found)


def _folder_of(work: Work, dataset: str, digest: str | None) -> Path | None:
    """Where an analysis was recorded to be."""
    query = sa.select(analyses.c.folder).where(analyses.c.dataset == dataset, analyses.c.digest == digest)
    with work.tools.catalog.read() as connection:
        folder = connection.execute(query).scalar()
    return work.tools.data / folder if folder else None


def _analyze(work: Work, inputs: AnalysisInputs, folder: str, previous: Path | None) -> AnalysisSummary:
    """Compute into a folder named by the inputs."""
    settings = work.tools.settings
    final = work.tools.data / folder
    if final.is_dir():
        # Its writer was killed between renaming and recording, or is about to record: what has its name is whole.
        return AnalysisSummary(**json.loads((final / SUMMARY_FILE).read_text()))
    clear_leftovers(work.tools.store.staging, work.now())
    work.log.info("analysis.started", dataset=inputs.dataset, files=len(inputs.sources))
    with work.tools.store.folder_once(folder) as aside:
        summary = analyze(
            inputs,
            aside,
            memory_limit_mb=settings.memory_limit_mb,
            threads=settings.threads,
            temp_dir=work.tools.store.staging,
            keep_alive=lambda: work.keep_alive(f"analysing {inputs.dataset}"),
            previous=previous,
        )
        (aside / SUMMARY_FILE).write_text(json.dumps(asdict(summary)))
    work.log.info("analysis.finished", dataset=inputs.dataset, **asdict(summary))
    return summary


def clear_leftovers(staging: Path, now: datetime) -> None:
    """Throw away what analyses left that were killed long ago: no analysis takes so long."""
    for path in staging.glob(f"{STEPS}*"):
        with suppress(OSError):
            if now.timestamp() - path.stat().st_mtime > LEFT_S:
                shutil.rmtree(path, ignore_errors=True)


def _record(
    connection: sa.Connection,
    work: Work,
    digest: str,
    folder: str,
    summary: AnalysisSummary | None,
    sources: int,
    used: frozenset[str],
) -> list[AnalysisReady]:
    dataset = work.message.fact.dataset
    if connection.execute(sa.select(datasets.c.id).where(datasets.c.id == dataset).with_for_update()).first() is None:
        return []
    if not _counts_all(connection, dataset, used):
        if summary is not None:
            work.tools.store.drop_folder(folder)  # it may tell of who was forgotten meanwhile
        raise _replaced(dataset)
    if summary is not None:
        insert_new(
            connection,
            analyses,
            dataset=dataset,
            digest=digest,
            folder=folder,
            sources=sources,
            page_views=summary.page_views,
            visits=summary.visits,
            created_at=work.now(),
        )
    if not (work.tools.data / folder).is_dir():
        raise Transient(f"The analysis folder {folder} vanished while it was recorded.")
    connection.execute(sa.update(datasets).where(datasets.c.id == dataset).values(analysis=digest))
    _forget_old(connection, work, dataset, digest)
    return [AnalysisReady(dataset, digest)]


def _forget_old(connection: sa.Connection, work: Work, dataset: str, current: str) -> None:
    """Keep the newest few analyses: the reporter may still be reading the one before."""
    query = sa.select(analyses.c.digest, analyses.c.folder).where(
        analyses.c.dataset == dataset, analyses.c.digest != current
    )
    rows = connection.execute(query.order_by(analyses.c.created_at.desc())).all()
    for row in rows[KEPT_ANALYSES - 1 :]:
        key = (analyses.c.dataset == dataset) & (analyses.c.digest == row.digest)
        connection.execute(sa.delete(analyses).where(key))
        shutil.rmtree(work.tools.data / row.folder, ignore_errors=True)
