"""``[[targets]]``: where published reports are mirrored to."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, field_validator

from shared.dataset_settings.groups import Slug
from shared.matchers import Strict
from shared.target_location import read_target_location


class Target(Strict):
    """One place. No key changes a number."""

    name: Slug
    location: str
    user: str | None = None
    password_env: str | None = None
    endpoint: Annotated[str, Field(pattern=r"^https?://[^/@?#]+/?$")] | None = None
    region: Annotated[str, Field(pattern=r"^[a-z0-9-]{1,40}$")] | None = None

    @field_validator("location")
    @classmethod
    def _readable(cls, value: str) -> str:
        read_target_location(value)
        return value
