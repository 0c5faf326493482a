"""How far each visit goes in each funnel: the tables ``funnel_groups`` and ``funnel_seen``."""

from __future__ import annotations

from collections.abc import Sequence

from analyzer.dimensions import FLAG, NUMBER, TEXT, Batch
from analyzer.engine import Columns, Engine
from analyzer.inputs import AnalysisInputs
from shared.dataset_settings import Funnel
from shared.matchers import TextMatch

GROUP_COLUMNS = {
    "group_id": NUMBER, "funnel": TEXT, "stage_number": NUMBER, "stage": TEXT, "is_last": FLAG, "group_number": NUMBER,
    "group_name": TEXT,
}  # fmt: skip
SEEN_PAGES = "SELECT page, page_name FROM pages WHERE page IN (SELECT page FROM seen)"


def follow_funnels(engine: Engine, inputs: AnalysisInputs) -> None:
    """Make the tables; needs ``seen`` and ``views``, which are not touched where no funnel is set.

    ``group_id`` numbers the groups of all funnels in the order of the settings; stages and groups count from 1.
    """
    matchers = _make_groups(engine, inputs.settings.funnels)

    def read(batch: Batch) -> Columns:
        return _pages_of_groups(matchers, batch["page"], batch["page_name"])

    pages = SEEN_PAGES if matchers else f"{SEEN_PAGES} AND false"
    engine.make_each("funnel_pages", {"page": NUMBER, "group_id": NUMBER}, pages, read)
    engine.run_file("prepare/40_funnels.sql")


def is_page(match: TextMatch, page: str) -> bool:
    """Whether a page's name fits. With several hosts, too, ``equals = "/cart"`` means what it says."""
    return match.matches(page) or (not page.startswith("/") and match.matches("/" + page.partition("/")[2]))


def _make_groups(engine: Engine, funnels: Sequence[Funnel]) -> list[TextMatch]:
    """The table ``funnel_groups``; gives what the pages of each group are, in the order of their ``group_id``."""
    rows = [
        (funnel.id, depth, stage.name, depth == len(funnel.stages), number, group)
        for funnel in funnels
        for depth, stage in enumerate(funnel.stages, start=1)
        for number, group in enumerate(stage.groups, start=1)
    ]
    values = [(group_id, *row[:-1], row[-1].name) for group_id, row in enumerate(rows)]
    columns = {name: [row[place] for row in values] for place, name in enumerate(GROUP_COLUMNS)}
    engine.make("funnel_groups", GROUP_COLUMNS, columns)
    return [row[-1].pages for row in rows]


def _pages_of_groups(matchers: Sequence[TextMatch], pages: Sequence[int], names: Sequence[str]) -> Columns:
    found = [
        (page, group_id)
        for page, name in zip(pages, names, strict=True)
        for group_id, match in enumerate(matchers)
        if is_page(match, name)
    ]
    return {"page": [page for page, _ in found], "group_id": [group_id for _, group_id in found]}
