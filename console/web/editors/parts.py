"""The parts that settings are edited in: one row each."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import BaseModel

from console.web.problems import NotFound
from shared.dataset_settings import DatasetSettings
from shared.dataset_settings.changes import NAMED_BY


@dataclass(frozen=True)
class Part:
    """A page of the editors: one or more tables of the settings, or the items of a list, each with a page of its own.

    ``one`` is what an item is called; without, it is no list. ``docs`` names the page of the documentation.
    """

    id: str
    title: str
    about: str
    tables: tuple[str, ...]
    one: str = ""
    docs: str = "settings"
    for_administrators: bool = False

    @property
    def named_by(self) -> str:
        """The key that tells items apart."""
        return NAMED_BY.get(self.tables[0], "")

    def is_in(self, path: str) -> bool:
        """Whether a change of this path is one of this part."""
        return path.partition(".")[0].partition(" ")[0] in self.tables


PARTS: tuple[Part, ...] = (
    Part(
        "general",
        "General settings",
        "Name, time zone, currency, own hosts, source and timetable, when a visit ends, what is one page, revenue.",
        ("dataset", "source", "visits", "pages", "revenue", "attribution", "robots", "privacy", "overlay"),
    ),
    Part(
        "labels",
        "Labels",
        "Named, coloured groups of visits, which every report shows beside all visitors.",
        ("labels",),
        "label",
        "labels",
    ),
    Part(
        "campaigns",
        "Campaigns",
        "How the entries of a campaign are recognised, and what it costs. The first that fits wins.",
        ("campaigns",),
        "campaign",
        "costs",
    ),
    Part(
        "costs",
        "Imported costs",
        "Files that say what campaigns cost on each day.",
        (),
        docs="costs",
    ),
    Part("funnels", "Funnels", "Ways through the site, in stages of pages.", ("funnels",), "funnel"),
    Part("exclude", "Exclusions", "Visitors and pages that are not counted.", ("exclude",)),
    Part(
        "mails",
        "E-mail events",
        "Reports that are sent after each day, week or month, to whom and when.",
        ("mails",),
        "e-mail event",
        "mail",
    ),
    Part(
        "alerts",
        "Alerts",
        "Who is told at once when something is wrong, and of what.",
        ("alerts",),
        docs="alerts",
        for_administrators=True,
    ),
    Part(
        "targets",
        "Publishing targets",
        "Folders elsewhere that published reports are mirrored to.",
        ("targets",),
        "target",
        "targets",
        for_administrators=True,
    ),
    Part("retention", "Retention", "How long raw files, hits and published reports are kept.", ("retention",)),
)
BY_ID = {one.id: one for one in PARTS}


def find_part(name: str) -> Part:
    """The part of this id; :class:`NotFound` where there is none."""
    if name not in BY_ID:
        raise NotFound("There is no such part of the settings.", remedy="The overview of the settings lists them.")
    return BY_ID[name]


def number_in(part: Part, settings: DatasetSettings) -> int:
    """How many items there are; of tables, how many keys differ from their defaults."""
    if part.one:
        return len(getattr(settings, part.tables[0]))
    tables: list[BaseModel] = [getattr(settings, name) for name in part.tables]
    return sum(
        getattr(table, name) != field.default for table in tables for name, field in type(table).model_fields.items()
    )
