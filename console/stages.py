"""The stages by name. Their code is loaded when one is made: ``status`` needs none of their libraries."""

from __future__ import annotations

from importlib import import_module

from shared.messages import AnalysisReady, DatasetDue, Fact, FetchFinished, FileFailed, FileFetched, HitsParsed, PartDue
from shared.work import Stage

CONSUMES: dict[str, tuple[type[Fact], ...]] = {
    "fetcher": (DatasetDue,),
    "parser": (FileFetched, PartDue),
    "analyzer": (HitsParsed, FileFailed, FetchFinished),
    "reporter": (AnalysisReady,),
}
STAGES = tuple(CONSUMES)


def make_stage(name: str) -> Stage:
    """One of them."""
    stage: Stage = import_module(f"{name}.stage").make_stage()
    return stage
