"""What the parser makes of values that somebody gives, as a data set reads them: for the API and the page."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from console.stored_settings import stored_settings
from console.web.api.access import configured, reader
from console.web.asker import Asker
from console.web.guard import readable
from console.web.place import Place
from console.web.turns import a_turn
from shared.dataset_settings import DatasetSettings

MOST_VALUES = 100
MOST_LETTERS = 10_000
PATIENCE_S = 10.0


def explained(
    place: Place, asker: Asker, kind: str, values: Sequence[str], *, dataset: str | None, hosts: Sequence[str] = ()
) -> list[dict[str, Any]]:
    """A row a value, in the same order. ``dataset``: by its settings, which only its editors may see."""
    from console.explain import explain  # which loads what agents are told by
    from console.explain_context import context_of, plain

    if dataset is None:
        reader(asker)
        settings = DatasetSettings()
    else:
        settings = stored_settings(configured(asker, readable(place, asker, dataset)))
    countries, referrers = (
        Path(one) if one else None for one in (settings.source.countries, settings.source.referrers)
    )
    context = context_of(settings, hosts=hosts, countries=countries, referrers=referrers)
    with a_turn(PATIENCE_S):
        return [{key: plain(value) for key, value in row.items()} for row in explain(kind, values, context)]
