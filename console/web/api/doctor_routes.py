"""Whether everything is well, and what to do where it is not. For administrators."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query
from pydantic import Field

from console.doctor import State, examine
from console.web.api.contract import Told, problems, router
from console.web.guard import Administrator, note
from console.web.place import Here
from console.web.turns import PATIENCE_S, a_turn

routes = router("operations")


class FindingTold(Told):
    """What was looked at."""

    about: str = Field(description="versions, data folder, catalog, clock, queue ..., or data set and its id")
    state: State = Field(description="good; look (it works, but a person should know); wrong")
    text: str = Field(description="How it is, a sentence.")
    remedy: str = Field(description="What to do; empty where nothing is.")


class Findings(Told):
    """All of them."""

    items: list[FindingTold]
    wrong: int = Field(description="How many things are wrong.")


@routes.get("/doctor", responses=problems(503))
def examine_installation(
    place: Here,
    asker: Administrator,
    sources: Annotated[bool, Query(description="Whether to connect to the source of each data set.")] = True,
) -> Findings:
    """Look at disk, catalog, queue, clock, mail, sign-in, sources and versions, as `proprocessor doctor` does."""
    with a_turn(PATIENCE_S):  # servers that say nothing are waited for
        found = [FindingTold.model_validate(one) for one in examine(place.settings, sources=sources)]
    note(place, asker, "doctor", sources=sources)
    return Findings(items=found, wrong=sum(one.state == "wrong" for one in found))
