"""Reports of any days, with one more label, beside other days: pages and files like those that are published.

They lie below the same address as published ones, so that links between reports hold:
``/reports/<dataset>/2026-03-02..2026-03-08/pages.html?label=referrer~partner&compare=previous``.
"""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlencode

from analyzer.asked import asked_period, compared_with
from analyzer.live import BY_ID, Answer, whole_of
from console.live_report import AskedDays, LiveReport, ask, live_report
from console.report_answer import period_of, report_of
from console.report_documents import MEDIA_TYPES, document_apart, file_name, live_document
from console.report_label import simple_label
from console.web.drill import label_words
from console.web.home import published_folder
from console.web.place import Place
from console.web.seen import ALL_ROWS, Seen, read_seen
from console.web.turns import PATIENCE_S, a_turn
from reporter import assets
from reporter.charts import layouts
from reporter.course_report import ENDING as COURSE
from reporter.documents import Kind
from reporter.editions import RENDERER, Edition
from reporter.exits import ENDING as EXITS
from reporter.html_report import Site, render_report
from reporter.model import Analysis, Period, Report
from reporter.neighbours import Calendar
from reporter.rest import REST, render_rest
from shared.errors import Rejected

KEPT = 32
"""Answers that a reader pages through, goes back to, or takes as a file."""
ENDINGS = {
    ".html": "text/html; charset=utf-8",
    COURSE: "text/csv; charset=utf-8",
    EXITS: "text/csv; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
    ".json": "application/json",
    REST: "text/javascript; charset=utf-8",
    ".xlsx": MEDIA_TYPES["xlsx"],
    ".pdf": MEDIA_TYPES["pdf"],
}
SKIP = "Skip to the report</a>"
OWN_LINK = re.compile(
    r'(href|data-rest)="((?:\.\./[^"/]+/)?[a-z_]+(?:\.html|(?:\.course|\.exits)?\.csv|\.json|\.rows\.js))"'
)
_kept: OrderedDict[str, tuple[Answer | None, Answer]] = OrderedDict()
_lock = threading.Lock()


@dataclass(frozen=True)
class Asked:
    """What is asked of an analysis: a report of some days, with a label as one word, beside other days."""

    folder: Path
    report: str
    days: AskedDays
    label: str
    ending: str
    query: str
    seen: Seen = ALL_ROWS

    @property
    def key(self) -> str:
        """The same for the same answer: an analysis never changes."""
        other = self.days.other
        told = (self.folder.name, self.report, self.days.asked.id, other and other.id, self.label, RENDERER)
        return sha256(repr(told).encode()).hexdigest()

    @property
    def tag(self) -> str:
        """For ``ETag``: tells also how it is written."""
        return sha256(f"{self.key}{self.ending}{self.query}{self.seen}".encode()).hexdigest()[:32]


def read_asked(folder: Path, path: str, query: Mapping[str, str]) -> Asked:
    """What an address asks for; :class:`Rejected` where there is no such report, period or label."""
    days, _, name = path.partition("/")
    ending = next((one for one in ENDINGS if name.endswith(one)), "")
    report = name.removesuffix(ending)
    if not ending or report not in BY_ID:
        raise Rejected("There is no such page.", remedy="Its period may have been removed.", reason="no_such_page")
    whole = whole_of(Analysis(folder).data)
    asked = asked_period(days, whole)
    wanted, label = query.get("compare", ""), query.get("label", "")
    other = compared_with(asked, wanted, whole) if wanted else None
    if label:
        simple_label(label)
    kept = {name: value for name in ("label", "compare", "trail") if (value := query.get(name))}
    return Asked(folder, report, AskedDays(asked, other), label, ending, urlencode(kept), read_seen(query))


def written(place: Place, asked: Asked, above: str) -> str:
    """The page or file; ``above`` stands at the beginning of a page."""
    found = _answered(place, asked)
    live = live_report(asked.folder, found, asked.days)
    match asked.ending:
        case ".csv":
            return _as_seen(live, asked).as_csv()
        case ".json":
            return _as_seen(live, asked).as_json()
        case ending if ending in (COURSE, EXITS):
            return live.beside_as_csv(ending)
        case ".html":
            return with_bar(_linked(_page(place, live, found[-1]), asked.query), above)
        case _:
            return render_rest(live.analysis, live.report)


def document(place: Place, asked: Asked, remarks: Sequence[str]) -> tuple[bytes, str]:
    """The report as a spreadsheet, or printed; and what the file is called. It takes a turn, as the answer did."""
    kind: Kind = "xlsx" if asked.ending == ".xlsx" else "pdf"
    found = _answered(place, asked)
    with a_turn(PATIENCE_S):
        live = _as_seen(live_report(asked.folder, found, asked.days), asked)
        printed = live_document(live, [*remarks, *asked.seen.told(live.report)], place.settings.pdf_rows)
        made = document_apart(printed, kind)
    return made, file_name(live.analysis.data["dataset"], live, kind)


def _as_seen(live: LiveReport, asked: Asked) -> LiveReport:
    return replace(live, report=asked.seen.of(live.report), whole=live.report) if asked.seen != ALL_ROWS else live


def with_bar(page: str, above: str) -> str:
    """A page with something above it, but below the link that skips to the report."""
    return page.replace(SKIP, SKIP + above, 1)


def _page(place: Place, live: LiveReport, after: Answer) -> str:
    analysis, days, other = live.analysis, period_of(live.days.asked), live.days.other
    calendar = Calendar(_published(place, analysis))
    edition = Edition(
        period=days,
        earlier=period_of(other) if other is not None and live.before is not None else None,
        neighbours=calendar.neighbours(days) if calendar.has(days) else calendar.around(days),
        so_far=live.so_far,
        lacking=live.lacking,
        rendered_from=None,
    )
    place.settings.publish_root.mkdir(parents=True, exist_ok=True)
    site = Site(analysis, assets.write(place.settings.publish_root), layouts())
    shown, compared = report_of(after, analysis.zone), live.report if other is not None else None
    return render_report(site, edition, shown, _listed(analysis), live.before, compared=compared)


def _answered(place: Place, asked: Asked) -> tuple[Answer | None, Answer]:
    """The answer of the days that it is compared with, and its own; kept for a while."""
    with _lock:
        if asked.key in _kept:
            _kept.move_to_end(asked.key)
            return _kept[asked.key]
    with a_turn(PATIENCE_S):
        label = simple_label(asked.label).model_copy(update={"name": label_words(asked.label)}) if asked.label else None
        found = ask(asked.folder, place.settings, asked.days, label, asked.report)
    with _lock:
        _kept[asked.key] = found
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
    return found


def _published(place: Place, analysis: Analysis) -> list[Period]:
    folder = published_folder(place, analysis.data["dataset"])
    return [one for one in analysis.periods() if folder is not None and (folder / one.id).is_dir()]


def _listed(analysis: Analysis) -> dict[str, Report]:
    """For the list of reports beside a page, which needs no rows."""
    return {
        one["id"]: Report(one["id"], one["title"], one["question"], one["group"], (), (), (), {})
        for one in analysis.data["reports"]
    }


def _linked(page: str, query: str) -> str:
    """Links to other reports, and to the same as a file, ask for the same label and comparison."""
    if not query:
        return page
    return OWN_LINK.sub(lambda found: f'{found[1]}="{found[2]}?{query.replace("&", "&amp;")}"', page)
