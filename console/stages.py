"""The stages by name. Their code is loaded when one is made: ``status`` needs none of their libraries."""

from __future__ import annotations

from importlib import import_module

from shared.messages import (
    AnalysisReady,
    DatasetDue,
    DocumentsDue,
    Fact,
    FetchFinished,
    FileFailed,
    FileFetched,
    HitsParsed,
    PartDue,
    TargetDue,
)
from shared.work import Stage

CONSUMES: dict[str, tuple[type[Fact], ...]] = {
    "fetcher": (DatasetDue,),
    "parser": (FileFetched, PartDue),
    "analyzer": (HitsParsed, FileFailed, FetchFinished),
    "reporter": (AnalysisReady,),
}
STAGES = tuple(CONSUMES)
QUEUES: dict[str, tuple[type[Fact], ...]] = CONSUMES | {"documents": (DocumentsDue,), "mirror": (TargetDue,)}
"""With those of stages that run beside another, in its process."""


def make_stage(name: str) -> Stage:
    """One of them."""
    stage: Stage = import_module(f"{name}.stage").make_stage()
    return stage
