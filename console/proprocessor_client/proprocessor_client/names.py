"""Names that a server sends: none of them may lead out of the folder that they are meant for."""

from __future__ import annotations

import re
from pathlib import Path

from proprocessor_client.errors import ClientError

DATASET = re.compile(r"[a-z0-9_][a-z0-9_-]{0,99}")
PERIOD = re.compile(r"\d{4}(?:-\d\d(?:-\d\d)?|-W\d\d)?|all", re.ASCII)
PART = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,199}")
SHA256 = re.compile(r"[0-9a-f]{64}")
MAX_PARTS = 4


def check_dataset(text: str) -> str:
    """The id of a data set; :class:`ClientError` (``unsafe_name``) where it can be none."""
    return text if DATASET.fullmatch(text) else _refuse(text)


def check_period(text: object) -> str:
    """The id of a period."""
    return text if isinstance(text, str) and PERIOD.fullmatch(text) else _refuse(text)


def check_path(text: object) -> str:
    """A path below a folder, of plain names: nothing hidden, no way up, no drive."""
    parts = text.split("/") if isinstance(text, str) else []
    good = 0 < len(parts) <= MAX_PARTS and all(PART.fullmatch(one) for one in parts)
    return str(text) if good else _refuse(text)


def check_digest(text: object) -> str:
    """A SHA-256 in hexadecimal."""
    return text if isinstance(text, str) and SHA256.fullmatch(text) else _refuse(text)


def below(folder: Path, path: str) -> Path:
    """Where a path lies in a folder; refused where a link that is there leads out of it."""
    found = folder / path
    if found.is_symlink() or not found.parent.resolve().is_relative_to(folder.resolve()):
        raise ClientError(
            f"{found} is a link, or below one that leads out of {folder}.",
            reason="link_leads_out",
            remedy="Remove it, or pull into another folder.",
        )
    return found


def _refuse(text: object) -> str:
    raise ClientError(
        f"The server sent {text!r:.200} where a plain name belongs.",
        reason="unsafe_name",
        remedy="Check that the address is that of a proprocessor console.",
    )
