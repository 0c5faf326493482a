"""What a person answers about a new data set, checked as a whole: settings, or what is wrong beside each field."""

from dataclasses import asdict, dataclass
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import available_timezones

from fastapi import Form

from console.datasets import Edit
from console.settings_tasks import add_labels, find_task, task_labels, used_engines
from console.stored_settings import with_source
from console.web.wizard_schedule import CHOICES, Timetable, runs_in_words, schedule_of, timetable_of
from shared.dataset_settings import DatasetSettings, Label, check_settings
from shared.errors import Rejected
from shared.label_tasks import TASKS, TOP
from shared.referrer_table import names_of

# Without annotations of the future: FastAPI reads the fields of this dataclass as those of a form.
Text = Annotated[str, Form()]
Several = Annotated[list[str] | None, Form()]
FIELDS: dict[tuple[str | int, ...], str] = {
    ("dataset", "name"): "name",
    ("dataset", "timezone"): "timezone",
    ("source", "schedule"): "cron",
}
KNOWN_TASKS = tuple(task.id for task in TASKS)


@dataclass
class Answers:
    """The form as it was sent; ``goal`` are pages, ``engines`` names, with commas between."""

    name: Text = ""
    timezone: Text = "UTC"
    every: Text = "daily"
    at: Text = "03:15"
    weekday: Text = "monday"
    cron: Text = ""
    task: Several = None
    goal: Text = ""
    engines: Text = "Google, Bing, DuckDuckGo"

    @property
    def timetable(self) -> Timetable:
        """When it is to be fetched."""
        return Timetable(self.every, self.at, self.weekday, self.cron)


@dataclass(frozen=True)
class Checked:
    """Answers that were checked: an edit of settings, or ``faults`` (field to sentences)."""

    edit: Edit | None
    schedule: str | None
    faults: dict[str, str]


def first_answers(name: str, kept: DatasetSettings | None, analysis: Path | None) -> Answers:
    """What stands in the form at first; of a data set that is known, what it has."""
    if kept is None:
        return Answers(name)
    engines = used_engines(analysis)[:TOP] if analysis else []
    kept_name = kept.dataset.name or name
    answers = Answers(kept_name, kept.dataset.timezone, **asdict(timetable_of(kept.source.schedule)))
    if engines:
        answers.engines = ", ".join(engines)
    return answers


def check(answers: Answers, kept: DatasetSettings | None) -> Checked:
    """Everything that is wrong is told at once."""
    schedule, faults = schedule_of(answers.timetable)
    labels, wrong = _labels(answers, kept)
    faults |= wrong
    if not answers.name.strip():
        faults["name"] = "There is no name yet. Reports stand under it."
    edit = partial(_answered, answers=answers, schedule=schedule, labels=labels)
    try:
        found = check_settings(edit(kept or DatasetSettings()).model_dump(mode="json", exclude_none=True))
    except Rejected as error:
        return Checked(None, schedule, faults | {"task": str(error)})
    for fault in found if isinstance(found, list) else ():
        field = FIELDS.get(fault.place[:2], "")
        faults.setdefault(field, f"{_capital(fault.text)}.".replace("..", "."))
    return Checked(None if faults else edit, schedule, faults)


def choices() -> dict[str, Any]:
    """What the form offers."""
    return {"zones": zones(), "every_choices": CHOICES, "tasks": TASKS, "engine_names": names_of("search")}


def zones() -> list[str]:
    """Time zones a person may mean: those of places, and UTC."""
    return [
        "UTC",
        *sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith(("Etc/", "SystemV/"))),
    ]


def preview(answers: Answers, now: Any) -> tuple[list[str], dict[str, str]]:
    """The next runs in words; or what is wrong, by field."""
    schedule, faults = schedule_of(answers.timetable)
    return ([], faults) if faults else runs_in_words(schedule, answers.timezone.strip(), now)


def _answered(
    settings: DatasetSettings, answers: Answers, schedule: str | None, labels: tuple[Label, ...]
) -> DatasetSettings:
    """The settings with what was answered; not validated, so that all faults are found together."""
    named = {"name": answers.name.strip(), "timezone": answers.timezone.strip()}
    with_labels = add_labels(settings, labels) if labels else settings
    chosen = with_labels.model_copy(update={"dataset": with_labels.dataset.model_copy(update=named)})
    return with_source(chosen, schedule=schedule)


def _labels(answers: Answers, kept: DatasetSettings | None) -> tuple[tuple[Label, ...], dict[str, str]]:
    """The labels of the tasks that were chosen; two tasks may share one."""
    labels: dict[str, Label] = {}
    faults: dict[str, str] = {}
    pages, engines = listed(answers.goal), listed(answers.engines)
    for name in answers.task or ():
        if name not in KNOWN_TASKS:
            faults["task"] = f"There is no task {name!r}. Choose from these."
            continue
        wrong = {"goal": partial(_wrong_pages, pages), "engines": partial(_wrong_engines, engines, kept)}.get(name)
        if wrong is not None and (said := wrong()):
            faults[name] = said
            continue
        labels |= {label.id: label for label in task_labels(find_task(name), pages, engines, None)}
    return tuple(labels.values()), faults


def _wrong_pages(pages: list[str]) -> str:
    if not pages:
        return "Which page is the goal? Write its path, such as /thanks; /thanks* for all that begin so."
    for page in pages:
        if "://" in page:
            return f"{page} is a whole address. Write the path alone, such as /thanks."
        if "/" not in page:
            return f"{page} is no path. It begins with a slash, such as /{page}."
        if page.endswith("*") and len(pages) > 1:
            return f"{page} stands alone. Write one that ends in *, or whole paths."
    return ""


def _wrong_engines(engines: list[str], kept: DatasetSettings | None) -> str:
    if not engines:
        return f"Which engines? Write up to {TOP} names, with commas between."
    if len(engines) > TOP:
        return f"These are {len(engines)} names. Write up to {TOP}."
    if kept is not None and kept.source.referrers:
        return ""  # its own table may name others
    known = {name.lower(): name for name in names_of("search")}
    for engine in engines:
        if engine not in known.values():
            close = known.get(engine.lower()) or next(iter(get_close_matches(engine, known.values(), n=1)), "")
            remedy = f"Is {close} meant?" if close else "Look it up in the list."
            return f"{engine} is no search engine that is known. {remedy}"
    return ""


def listed(text: str) -> list[str]:
    """What was entered with commas between, or on lines; each once."""
    return list(dict.fromkeys(one.strip() for one in text.replace("\n", ",").split(",") if one.strip()))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
