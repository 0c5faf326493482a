"""What agents, referrers, addresses, pages and lines of a log are taken for, and by which rule."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, JsonValue

from console.web.api.contract import Told, problems, router
from console.web.explained import MOST_LETTERS, MOST_VALUES, explained
from console.web.guard import Known, OursApi
from console.web.place import Here
from shared.dataset_settings import Slug

routes = router("explanations")
Kind = Literal["agent", "referrer", "address", "page", "line"]


class Explainable(Told):
    """What is to be explained."""

    kind: Kind = Field(description="What the values are; lines hang together, a header holds for those behind it.")
    values: list[Annotated[str, Field(max_length=MOST_LETTERS)]] = Field(min_length=1, max_length=MOST_VALUES)
    dataset: Slug | None = Field(
        default=None, description="By the settings of this data set: its pages, hosts, format, tables. For its editors."
    )
    hosts: list[Annotated[str, Field(max_length=253)]] = Field(
        default=[], max_length=100, description="Further hosts of the site's own."
    )


class Explanations(Told):
    """A row a value, in the same order."""

    kind: Kind
    items: list[dict[str, JsonValue]] = Field(
        description="Each has `value`, `rule` (a hit, `rules`), and what it is taken for; as `explain --json` has it."
    )


@routes.post("/explain", dependencies=[OursApi], responses=problems(400, 413, 503))
def explain_values(place: Here, asker: Known, asked: Explainable) -> Explanations:
    """What the parser makes of values, and by which rule. Nothing is stored. Needs of a token the scope `read`."""
    rows = explained(place, asker, asked.kind, asked.values, dataset=asked.dataset, hosts=asked.hosts)
    return Explanations(kind=asked.kind, items=rows)
