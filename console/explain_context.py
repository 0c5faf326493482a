"""What answers of ``explain`` depend on: the settings of a data set, and what is given in their place."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from console.explain import Context
from parser.countries import open_countries
from shared.dataset_settings import DatasetSettings
from shared.hosts import bare_host
from shared.pages import PageRules
from shared.referrer_table import load_table


def context_of(
    settings: DatasetSettings,
    *,
    hosts: Iterable[str] = (),
    format: str | None = None,
    countries: Path | None = None,
    referrers: Path | None = None,
) -> Context:
    """``hosts`` are the site's own beside those of the settings; what else is given goes before them."""
    own = {bare_host(one) for one in (*settings.dataset.hosts, *hosts)}
    return Context(
        pages=PageRules(settings),
        own_hosts=frozenset(own - {""}),
        countries=open_countries(countries),
        referrers=load_table(referrers),
        format=format or settings.source.format,
    )


def plain(value: Any) -> Any:
    """A value of an answer as JSON has it: times of hits are naive UTC."""
    return f"{value.isoformat()}Z" if isinstance(value, datetime) else value
