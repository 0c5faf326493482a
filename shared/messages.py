"""Facts that travel between processes: past tense, typed, versioned, small.

A message carries references and facts, never data. Its id is ``uuid5(cause, type + key)``, so that a repeat of the same
work makes the same ids and is recognised. The encoded form is JSON::

    {"type": "file.fetched", "version": 1, "id": "...", "trace": "...", "cause": "...", "body": {...}}

``FACTS`` lists every type; tests/contract/golden holds one sample of each that must stay readable.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from typing import Any, ClassVar

from shared.errors import Rejected

NAMESPACE = uuid.UUID("6f2b5ad4-6a0e-5f5e-9d0f-7a3c8f4b1e21")


@dataclass(frozen=True)
class Fact:
    """Base of all facts. ``KEY`` names the field that tells two facts of one type and cause apart."""

    TYPE: ClassVar[str] = ""
    VERSION: ClassVar[int] = 1
    KEY: ClassVar[str] = ""
    OPTIONAL: ClassVar[bool] = False
    """Whether nobody need listen; any other fact waits in the outbox until somebody does."""

    dataset: str

    def key(self) -> str:
        """What tells this fact from another of its type with the same cause."""
        return str(getattr(self, self.KEY)) if self.KEY else self.dataset


@dataclass(frozen=True)
class DatasetDue(Fact):
    """It is time to fetch a data set. ``slot`` says which run: a planned time, or who asked."""

    TYPE: ClassVar[str] = "dataset.due"
    KEY: ClassVar[str] = "slot"

    slot: str


@dataclass(frozen=True)
class FileFetched(Fact):
    """A raw file lies complete in the store; ``file`` is its id in the catalog."""

    TYPE: ClassVar[str] = "file.fetched"
    KEY: ClassVar[str] = "file"

    file: int
    sha256: str


@dataclass(frozen=True)
class PartDue(Fact):
    """A big file was cut, and a part of it is to be parsed; ``part`` counts from 0."""

    TYPE: ClassVar[str] = "part.due"
    KEY: ClassVar[str] = "part"

    file: int
    part: int


@dataclass(frozen=True)
class FetchFinished(Fact):
    """A fetch round ended. Counts are files; ``error`` is empty when all went well."""

    TYPE: ClassVar[str] = "fetch.finished"
    KEY: ClassVar[str] = "round"

    round: str
    fetched: int
    waiting: int
    error: str


@dataclass(frozen=True)
class HitsParsed(Fact):
    """The hits and rejects of a file lie in Parquet."""

    TYPE: ClassVar[str] = "hits.parsed"
    KEY: ClassVar[str] = "file"

    file: int
    lines: int
    hits: int


@dataclass(frozen=True)
class FileFailed(Fact):
    """A file could not be parsed and waits as a dead letter."""

    TYPE: ClassVar[str] = "file.failed"
    KEY: ClassVar[str] = "file"

    file: int
    reason: str


@dataclass(frozen=True)
class AnalysisReady(Fact):
    """The reports of a data set are computed; ``analysis`` is the digest of what they were computed from."""

    TYPE: ClassVar[str] = "analysis.ready"
    KEY: ClassVar[str] = "analysis"

    analysis: str


@dataclass(frozen=True)
class ReportPublished(Fact):
    """The report folders of a data set are in place. Counts are periods."""

    TYPE: ClassVar[str] = "report.published"
    OPTIONAL: ClassVar[bool] = True
    KEY: ClassVar[str] = "analysis"

    analysis: str
    written: int
    unchanged: int


@dataclass(frozen=True)
class DocumentsDue(Fact):
    """The pages of a period are published, and its documents are to be made; ``analysis``: what was published then."""

    TYPE: ClassVar[str] = "documents.due"
    KEY: ClassVar[str] = "period"

    period: str
    analysis: str


@dataclass(frozen=True)
class TargetDue(Fact):
    """A target is to be brought in step with what is published. ``occasion`` says why: an analysis, or who asked.

    ``everything``: each file again, whatever is known of the target.
    """

    TYPE: ClassVar[str] = "target.due"
    KEY: ClassVar[str] = "target"

    target: str
    occasion: str
    everything: bool = False


FACTS: dict[tuple[str, int], type[Fact]] = {
    (fact.TYPE, fact.VERSION): fact
    for fact in (
        DatasetDue,
        FileFetched,
        PartDue,
        FetchFinished,
        HitsParsed,
        FileFailed,
        AnalysisReady,
        ReportPublished,
        DocumentsDue,
        TargetDue,
    )
}


@dataclass(frozen=True)
class Message:
    """A fact with its identity: ``trace`` joins all that follows one beginning, ``cause`` is the message before."""

    id: str
    trace: str
    cause: str | None
    fact: Fact


def first(fact: Fact, *, origin: str) -> Message:
    """A message nothing caused; ``origin`` makes its id, so the same origin and fact are the same message."""
    identity = str(uuid.uuid5(NAMESPACE, f"{origin}/{fact.TYPE}/{fact.dataset}/{fact.key()}"))
    return Message(id=identity, trace=identity, cause=None, fact=fact)


def follow(cause: Message, fact: Fact) -> Message:
    """A message that ``cause`` led to."""
    identity = uuid.uuid5(uuid.UUID(cause.id), f"{fact.TYPE}/{fact.dataset}/{fact.key()}")
    return Message(id=str(identity), trace=cause.trace, cause=cause.id, fact=fact)


def encode(message: Message) -> bytes:
    """The JSON form, keys sorted."""
    fact = message.fact
    data = {
        "type": fact.TYPE,
        "version": fact.VERSION,
        "id": message.id,
        "trace": message.trace,
        "cause": message.cause,
        "body": _body(fact),
    }
    return json.dumps(data, sort_keys=True, ensure_ascii=False).encode()


def _body(fact: Fact) -> dict[str, Any]:
    """Without what has its default: who knows nothing of such a field can do without it."""
    return {one.name: value for one in fields(fact) if (value := getattr(fact, one.name)) != one.default}


def decode(body: bytes) -> Message:
    """Read a message; :class:`Rejected` (``message_unreadable``, ``message_unknown``) says what is wrong with it."""
    try:
        data = json.loads(body)
        kind, version, content = data["type"], data["version"], data["body"]
        identity, trace, cause = str(uuid.UUID(data["id"])), str(data["trace"]), data["cause"]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Rejected(f"A message is not readable: {error!r}.", reason="message_unreadable") from error
    fact_type = FACTS.get((kind, version)) if isinstance(kind, str) and isinstance(version, int) else None
    if fact_type is None:
        raise Rejected(
            f"Message {identity} has the unknown type {kind!r} version {version!r}.",
            reason="message_unknown",
            remedy="A newer version of the software wrote it: update this process, then replay.",
        )
    return Message(id=identity, trace=trace, cause=cause, fact=_fact(fact_type, content, identity))


def _fact(fact_type: type[Fact], content: object, identity: str) -> Fact:
    """The body as a fact: every field there and of its type; unknown ones are ignored, newer writers may add some.

    What older writers did not know has its default.
    """
    kinds: Mapping[str, type] = {"str": str, "int": int, "bool": bool}
    values: dict[str, Any] = {}
    for field in fields(fact_type):
        default = None if field.default is MISSING else field.default
        value = content.get(field.name, default) if isinstance(content, dict) else None
        expected = kinds[str(field.type)]
        if type(value) is not expected:
            raise Rejected(
                f"Message {identity} ({fact_type.TYPE}): {field.name} should be {field.type}, found {value!r}.",
                reason="message_unreadable",
            )
        values[field.name] = value
    return fact_type(**values)
