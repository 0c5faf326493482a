"""Locations as people write them, and the ids that data sets get of them."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

from shared.errors import Rejected

CONFIG_NAME = "ClickTracks_Config.xml"
RESERVED = frozenset({"assets", "fetcher", "parser", "analyzer", "reporter", "documents", "mirror", "console"})
SCHEMES = ("ftp", "ftps", "http", "https", "sftp")


@dataclass(frozen=True)
class Place:
    """A location without credentials, and those it carried."""

    location: str
    user: str | None = None
    password: str | None = None


def read_place(location: str) -> Place:
    """Split credentials off a URL; make a path absolute."""
    try:
        parts = urlsplit(location)
        _ = parts.port, parts.hostname
    except ValueError as error:
        raise Rejected(
            f"The location is not well-formed: {error}.",
            remedy="Write it as ftp://host/folder/ or as a path.",
            reason="unknown_location",
        ) from error
    if parts.scheme.lower() not in SCHEMES:
        if re.match(r"^[a-zA-Z][a-zA-Z0-9+.-]+://", location):
            raise Rejected(
                f"The location {location} has the unknown scheme {parts.scheme!r}.",
                remedy=f"Known are {', '.join(SCHEMES)} and paths.",
                reason="unknown_scheme",
            )
        return Place(str(Path(location).expanduser().resolve()))
    host = parts.netloc.rpartition("@")[2]
    clean = urlunsplit((parts.scheme.lower(), host, parts.path, "", ""))
    user = unquote(parts.username) if parts.username else None
    return Place(clean, user, unquote(parts.password) if parts.password else None)


def slug(text: str) -> str:
    """A name as an id: lower case letters, digits, ``-``."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9_]+", "-", plain).strip("-_")[:60].strip("-_") or "dataset"


def id_for(location: str, name: str) -> str:
    """A data set's id by its name, else its folder, else its file or host; never that of a stage or of shared files."""
    made = _id_for(location, name)
    return f"{made}-data" if made in RESERVED else made


def _id_for(location: str, name: str) -> str:
    if name:
        return slug(name)
    path = [part for part in unquote(urlsplit(location).path if "://" in location else location).split("/") if part]
    if path and path[-1] == CONFIG_NAME:
        path.pop()
    last = path[-1] if path else urlsplit(location).hostname or "dataset"
    return slug(re.sub(r"(\.(log|txt|nlf|gz|\d+))+$", "", last) or last)
