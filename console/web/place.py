"""What every answer needs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated

from fastapi import Depends, Request

from shared.catalog import Catalog
from shared.settings import Settings


@dataclass(frozen=True)
class Place:
    """This installation: its settings and its catalog."""

    settings: Settings
    catalog: Catalog

    def now(self) -> datetime:
        """The present moment, in UTC."""
        return datetime.now(UTC)


def place_of(request: Request) -> Place:
    """The one that the application was made for."""
    place: Place = request.app.state.place
    return place


Here = Annotated[Place, Depends(place_of)]
