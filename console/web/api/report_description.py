"""What the description of the API says of answers that are a report."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from console.web.api.contract import problems
from console.web.api.representation import DOCUMENTS, LIVE_TYPES, MEDIA_TYPES, Format

REPORT_SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "description": "The report as published; a part of its rows also has `total`, `offset`, `limit`.",
    "required": [
        "schema",
        "dataset",
        "report",
        "period",
        "timezone",
        "currency",
        "labels",
        "columns",
        "rows",
        "totals",
    ],
    "properties": {
        "schema": {"const": "proprocessor/report/1"},
        "dataset": {"type": "string"},
        "report": {"type": "string"},
        "period": {"type": "object"},
        "compared_with": {
            "type": "object",
            "description": "The days beside these: how many (`days`), and of how many there is data (`days_there`). "
            "Where that is not all, or of these days some are missing, `difference` and `change` are empty.",
        },
        "lacking": {
            "type": "string",
            "description": "Which days and logs are missing, and what is therefore not compared, in words; else empty.",
        },
        "timezone": {"type": "string"},
        "currency": {"type": "string"},
        "labels": {"type": "array", "items": {"type": "object"}},
        "names": {
            "type": "object",
            "description": "Of `funnel` and `labels`: what settings call the funnels, or labels, that rows are about, "
            "by dimension and id.",
        },
        "columns": {"type": "array", "items": {"type": "object"}},
        "rows": {"type": "array", "items": {"type": "object"}, "description": "Dimensions, then measures by label."},
        "totals": {"type": "object", "description": "Measures by label."},
        "course": {
            "type": "object",
            "description": "Of `robots`: `columns` and `rows` that tell how the hits of those that came most spread "
            "over the days, or months. Not there where that says nothing more.",
        },
        "exits": {
            "type": "object",
            "description": "Of `funnel`: `columns` and `rows` that tell to which page visits went that did not go on, "
            "or `(exit)` where they left the site. Not there where every visit goes on.",
        },
        "total": {"type": "integer", "description": "Of a part: how many rows there are in all."},
        "offset": {"type": "integer"},
        "limit": {"type": ["integer", "null"]},
    },
}


def described(*more: int, live: bool = False) -> dict[int | str, dict[str, Any]]:
    """What a description says of answers that are a report; ``more`` are statuses of errors beyond the usual ones."""
    binary = {"schema": {"type": "string", "format": "binary"}}
    content: dict[str, Any] = {MEDIA_TYPES[one]: binary for one in (Format.PARQUET, Format.ARROW)}
    content |= {
        MEDIA_TYPES[Format.JSON]: {"schema": REPORT_SCHEMA},
        MEDIA_TYPES[Format.CSV]: {"schema": {"type": "string"}},
    }
    content |= {LIVE_TYPES[one]: binary for one in DOCUMENTS} if live else {}
    tagged = {"headers": {"ETag": {"schema": {"type": "string"}, "description": "For `If-None-Match`."}}}
    return {
        200: {"description": "The report.", "content": content, **tagged},
        304: {"description": "The asker has it already.", **tagged},
        **problems(406, *more),
    }
