"""What a request says of the answer it can use: which it has already, and how it may be packed (RFC 9110)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fastapi import Request

CODINGS = {"br": ".br", "gzip": ".gz"}
"""How files lie packed beside others, the smallest first: by the ending of their names."""


def is_known(request: Request, tag: str) -> bool:
    """Whether the asker has what this tag names (``If-None-Match``, weak comparison)."""
    known = {one.removeprefix("W/") for one in _listed(request.headers.getlist("if-none-match"))}
    return "*" in known or tag.removeprefix("W/") in known


def accepts_coding(accepted: Iterable[str], coding: str) -> bool:
    """Whether who sent these lines of ``Accept-Encoding`` takes what is packed so; who does not say so does not."""
    weights = {}
    for one in _listed(accepted):
        name, *parameters = (word.strip().lower() for word in one.split(";"))
        weights[name] = next((word.removeprefix("q=") for word in parameters if word.startswith("q=")), "1")
    return weights.get(coding, weights.get("*", "0")).strip("0.") != ""


def _listed(lines: Iterable[str]) -> list[str]:
    return [one.strip() for line in lines for one in line.split(",")]
