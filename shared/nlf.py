"""Names of a collector's rotated files: ``G<start>_to_<end>.nlf`` (DOMAIN.md section 1)."""

from __future__ import annotations

import re
from datetime import UTC, datetime

NLF = re.compile(r"G(\d{4}-\d\d-\d\d_\d\d-\d\d-\d\d)_to_(\d{4}-\d\d-\d\d_\d\d-\d\d-\d\d)\.nlf(\.gz)?")
NLF_TIME = "%Y-%m-%d_%H-%M-%S"


def file_times(name: str) -> tuple[datetime, datetime] | None:
    """Start and end that a JDC's file name tells, UTC; ``None`` if it is not one of a rotated file."""
    match = NLF.fullmatch(name)
    try:
        start, end = (
            (datetime.strptime(match[i], NLF_TIME).replace(tzinfo=UTC) for i in (1, 2)) if match else (None, None)
        )
    except ValueError:
        return None
    return (start, end) if start and end else None
