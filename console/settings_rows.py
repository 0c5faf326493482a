"""The settings of a file on their way into the catalog: checked by the stages, settled with what is known, stored."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa

from console.datasets import read_place
from console.outgoing import announce_analysis, announce_targets
from console.stored_settings import Row, with_source
from shared.catalog import Catalog
from shared.catalog.schema import datasets
from shared.cost_files import CostFile, read_cost_file
from shared.dataset_settings import DatasetSettings, DatasetTable
from shared.dataset_settings.checks import Fault
from shared.dataset_settings.reading import Check
from shared.errors import Misconfigured, ProprocessorError
from shared.secrets import open_box
from shared.settings import Settings


def settle_access(settings: DatasetSettings, row: Row, process: Settings) -> tuple[DatasetSettings, dict[str, Any]]:
    """Settings of a file as they hold for this data set, and the columns that go with them.

    Where the file says nothing of the source or its credentials, what is known stays; but another host is never shown
    the credentials of this one. A password in the location is sealed and stands nowhere else.
    """
    source = settings.source
    place = read_place(source.location or row["location"])
    kept = row if _host(place.location) == _host(row["location"]) else dict.fromkeys(("username", "sealed_password"))
    user = source.user or place.user or kept["username"]
    variable = source.password_env or (None if place.password else kept.get("password_env"))
    sealed = kept["sealed_password"]
    if place.password:
        sealed = open_box(process).seal(place.password)
    columns = {
        "location": place.location,
        "username": user,
        "password_env": variable,
        "sealed_password": None if source.password_env else sealed,
        "schedule": source.schedule,
    }
    return with_source(settings, location=place.location, user=user, password_env=variable), columns


def store_settings(
    catalog: Catalog,
    dataset: str,
    settings: DatasetSettings,
    columns: Mapping[str, Any],
    now: datetime,
    *,
    analyse: bool,
    mirror: bool = False,
) -> None:
    """Write them; in the same transaction, ``analyse`` lets an analyzer look at the data set again, and ``mirror`` has
    its targets brought in step.
    """
    values = {
        **columns,
        "settings": settings.model_dump(mode="json", exclude_none=True),
        "next_due": None,  # a fetcher plans anew
    }
    with catalog.write() as connection:
        connection.execute(sa.update(datasets).where(datasets.c.id == dataset).values(**values))
        if analyse:
            announce_analysis(connection, dataset, "settings", now)
        if mirror:
            announce_targets(connection, dataset, "settings", now)


def faults_of_stages(folder: Path | None, known: Collection[str] = ()) -> Check:
    """Finds what is wrong with plain settings as only the stages know it.

    Files of costs lie below ``folder``, that of the settings' file; those ``known`` have been imported and need not.
    Settings that come over the network have no folder: no file of this machine is looked at for them.
    """

    def find(data: Mapping[str, Any]) -> Iterator[Fault]:
        yield from _format_faults(data)
        yield from _address_faults(data)
        yield from _cost_faults(data, folder, known)

    return find


def cost_files(settings: DatasetSettings, folder: Path, known: Collection[str] = ()) -> list[CostFile]:
    """The files of costs that the campaigns name, read; one that is ``known`` and gone stays as it was imported."""
    names = dict.fromkeys(one.cost.file for one in settings.campaigns if one.cost and one.cost.file)
    there = [name for name in names if name not in known or (folder / name).exists()]
    return [read_cost_file(folder / name, settings.dataset.currency, name) for name in there]


def _format_faults(data: Mapping[str, Any]) -> Iterator[Fault]:
    from parser.detect import choose

    named = _at(data, "source", "format")
    if isinstance(named, str) and named != "auto" and (text := _refused(partial(choose, named, (), "source.format"))):
        yield Fault(("source", "format"), text, named)


def _address_faults(data: Mapping[str, Any]) -> Iterator[Fault]:
    from analyzer.exclusion import address_rule

    patterns = _at(data, "exclude", "addresses")
    for number, pattern in enumerate(patterns if isinstance(patterns, list | tuple) else ()):
        if isinstance(pattern, str) and (text := _refused(partial(address_rule, [pattern]))):
            yield Fault(("exclude", "addresses", number), text, pattern)


def _cost_faults(data: Mapping[str, Any], folder: Path | None, known: Collection[str]) -> Iterator[Fault]:
    campaigns, currency = data.get("campaigns"), _at(data, "dataset", "currency") or DatasetTable().currency
    for number, campaign in enumerate(campaigns if isinstance(campaigns, list | tuple) else ()):
        name = _at(campaign, "cost", "file") if isinstance(campaign, Mapping) else None
        if isinstance(name, str) and folder is None and name not in known:
            text = "no costs of this name were imported; `proprocessor costs import` does it"
            yield Fault(("campaigns", number, "cost", "file"), text, name)
        elif isinstance(name, str) and folder is not None and (name not in known or (folder / name).exists()):
            text = _refused(partial(read_cost_file, folder / name, str(currency), name))
            if text:
                yield Fault(("campaigns", number, "cost", "file"), text, name)


def _host(location: str) -> tuple[str, str]:
    parts = urlsplit(location) if "://" in location else None
    return (parts.scheme, parts.netloc.lower()) if parts else ("", "")


def _at(data: Mapping[str, Any], table: str, key: str) -> object:
    inner = data.get(table)
    return inner.get(key) if isinstance(inner, Mapping) else None


def _refused(attempt: Callable[[], object]) -> str:
    """Why it fails, in words; empty when it does not."""
    try:
        attempt()
    except Misconfigured as error:
        return "; ".join(fault.partition(": ")[2] or fault for fault in error.faults) or str(error)
    except ProprocessorError as error:
        return str(error)
    return ""
