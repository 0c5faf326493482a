"""What accounts may be."""

from __future__ import annotations

from typing import Literal

Role = Literal["viewer", "editor", "administrator"]
ROLES: tuple[Role, ...] = ("viewer", "editor", "administrator")
"""From the least."""
