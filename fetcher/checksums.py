"""``SHA256SUMS``: ours, beside the files; name and checksum as ``sha256sum`` writes them."""

from __future__ import annotations

import re

from fetcher.names import is_safe_name, read_name

SUMS_NAME = "SHA256SUMS"
MAX_BYTES = 64 << 20
LINE = re.compile(rb"([0-9a-fA-F]{64}) [ *](?:\./)?(.+)")


def read_sums(data: bytes) -> dict[str, str]:
    """Name to hex digest; lines that are neither are left out."""
    found = {}
    for line in data.splitlines():
        match = LINE.fullmatch(line)
        if match and is_safe_name(name := read_name(match[2])):
            found[name] = match[1].decode().lower()
    return found
