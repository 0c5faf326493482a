"""What a request says of the answer it can use: which it has already, and how it may be packed (RFC 9110)."""

from __future__ import annotations

from fastapi import Request


def is_known(request: Request, tag: str) -> bool:
    """Whether the asker has what this tag names (``If-None-Match``, weak comparison)."""
    known = {one.removeprefix("W/") for one in _listed(request, "if-none-match")}
    return "*" in known or tag.removeprefix("W/") in known


def accepts_coding(request: Request, coding: str) -> bool:
    """Whether the asker takes what is packed so (``Accept-Encoding``); who does not say so does not."""
    weights = {}
    for one in _listed(request, "accept-encoding"):
        name, *parameters = (word.strip().lower() for word in one.split(";"))
        weights[name] = next((word.removeprefix("q=") for word in parameters if word.startswith("q=")), "1")
    return weights.get(coding, weights.get("*", "0")).strip("0.") != ""


def _listed(request: Request, header: str) -> list[str]:
    return [one.strip() for line in request.headers.getlist(header) for one in line.split(",")]
