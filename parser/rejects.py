"""Why a line is no hit: every reason there is."""

from __future__ import annotations

REASONS: dict[str, str] = {
    "no_fields": "A line of a W3C log stands before any #Fields: directive.",
    "field_count": "The line has more fields than the #Fields: directive names.",
    "shape": "The line has not the shape of its format: a fragment, or something else altogether.",
    "time": "The time is missing or is no time.",
    "address": "The address of the visitor is missing.",
    "request": "The request is missing or is not METHOD URL PROTOCOL.",
    "status": "The status is missing or is not three digits.",
    "too_long": "The line is longer than 1 MiB.",
}
"""Code to explanation; docs/formats.md lists them, and a test compares."""
