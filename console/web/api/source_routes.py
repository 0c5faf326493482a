"""Data sets come and go: a source tested, a data set made of it, one removed. For administrators."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field

from console import datasets
from console.outgoing import make_due
from console.stored_settings import Row, with_source
from console.survey import Survey
from console.web.api.contract import Told, problems, router
from console.web.api.dataset_routes import Dataset, told
from console.web.guard import DATASET, Administrator, OursApi, note
from console.web.place import Here, Place
from console.web.problems import HttpProblem, NotFound
from console.web.settings_taken import note_stored
from console.web.wizard_look import Source, examine, read_source
from shared.dataset_settings import DatasetSettings, accepted_settings
from shared.errors import ProprocessorError, Transient

routes = router("data sets")
Kind = Literal["day", "week", "month", "year", "all"]
Line = Annotated[str, Field(max_length=2000, pattern=r"^[^\x00-\x1f]*$")]


class SourceGiven(Told):
    """Where logs are: a ClickTracks_Config.xml, a folder, a file; by ftp, ftps, sftp, http, https, s3 or a path."""

    location: Line = Field(min_length=1)
    user: Line = ""
    password: str = Field(default="", max_length=1000, repr=False)


class FirstLines(Told):
    """What the first lines of a file say."""

    file: str
    format: str | None
    lines: int = Field(description="So many were looked at.")
    hits: int = Field(description="So many of them could be read.")
    error: str | None


class Found(Told):
    """What a source holds."""

    name: str
    site: str
    hosts: Sequence[str]
    subdomains: Sequence[str]
    servers: Sequence[str]
    files: int
    skipped: int
    size_bytes: int
    first_day: date | None
    last_day: date | None
    notes: Sequence[str]
    first_lines: FirstLines | None


class NewDataset(SourceGiven):
    """A data set to be made. Its other settings are changed as those of any."""

    name: Line = Field(default="", description="Reports stand under it; else what the source is called.")
    timezone: Line = "UTC"
    schedule: Line | None = Field(default=None, description="When it is fetched, a cron expression; else on request.")
    periods: list[Kind] | None = Field(default=None, description="Kinds of period to publish; else all.")
    documents: list[Kind] = Field(default=[], description="Those of them that also have documents.")


@routes.post("/sources/test", dependencies=[OursApi], responses=problems(400, 409, 503))
def test_source(place: Here, asker: Administrator, given: SourceGiven) -> Found:
    """Connect and look, as the setup wizard does; nothing is stored. For administrators."""
    source = read_source(given.location, given.user, given.password)
    known = datasets.known_at(place.catalog, datasets.Place(source.location))
    found, source = _examined(place, source, known)
    note(place, asker, "setup.test", location=source.location, user=source.user, found=True)
    return _found(found)


@routes.post("/datasets", status_code=201, dependencies=[OursApi], responses=problems(400, 409, 503))
def add_dataset(place: Here, asker: Administrator, new: NewDataset) -> Dataset:
    """Test the source, make a data set of it, and have it fetched. For administrators."""
    source = read_source(new.location, new.user, new.password)
    if datasets.known_at(place.catalog, datasets.Place(source.location)) is not None:
        raise HttpProblem(
            409, f"{source.location} has a data set already.", remedy="Change that one.", reason="dataset_known"
        )
    survey, source = _examined(place, source, None)
    dataset = _store(place, source, _settings(new, survey), new)
    note_stored(place, asker, None, datasets.find(place.catalog, dataset))
    with suppress(ProprocessorError):  # it is due all the same, and is sent when the queue answers again
        make_due(place.settings, place.catalog, dataset, place.now())
    row = datasets.find(place.catalog, dataset)
    return told(place, datasets.overview_of(place.catalog, row))


@routes.delete("/datasets/{dataset}", status_code=204, dependencies=[OursApi])
def remove_dataset(place: Here, asker: Administrator, dataset: str) -> None:
    """Forget a data set. Raw files and published folders stay. For administrators."""
    if not DATASET.fullmatch(dataset) or not asker.account.may_read(dataset):
        raise NotFound(f"There is no data set {dataset!r}.", reason="unknown_dataset")
    datasets.remove(place.catalog, dataset, place.settings.data)
    note(place, asker, "dataset.remove", dataset)


def _examined(place: Place, source: Source, known: Row | None) -> tuple[Survey, Source]:
    """A source that does not answer is what was to be found out, and no trouble of ours."""
    try:
        return examine(place, source, known)
    except Transient as error:
        raise HttpProblem(422, error.message, remedy=error.remedy, reason=error.reason) from error


def _settings(new: NewDataset, survey: Survey) -> DatasetSettings:
    begun = DatasetSettings()
    named = {"name": new.name.strip() or survey.name, "timezone": new.timezone}
    made = begun.model_copy(update={"dataset": begun.dataset.model_copy(update=named)})
    plain = with_source(made, schedule=new.schedule).model_dump(mode="json", exclude_none=True)
    return accepted_settings(plain, "These settings have faults.")


def _store(place: Place, source: Source, settings: DatasetSettings, new: NewDataset) -> str:
    return datasets.register(
        place.catalog,
        datasets.Place(source.location),
        settings,
        datasets.Access.of(source.user or None, source.password, place.settings),
        now=place.now(),
        periods=new.periods,
        documents=new.documents,
    )


def _found(survey: Survey) -> Found:
    sample = survey.sample
    values: dict[str, Any] = asdict(survey)
    values.pop("sample")
    first = None
    if sample is not None:
        first = FirstLines(
            file=sample.file,
            format=sample.format,
            lines=sample.lines,
            hits=sample.read,
            error=sample.error,
        )
    return Found(**values, first_lines=first)
