"""Which files a location offers: the hierarchy of a JDC (DOMAIN.md section 1), or plain logs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from fetcher.location import CONFIG_NAME
from fetcher.source import Entry, Gone, Listing, Source
from shared.errors import Rejected
from shared.nlf import file_times
from shared.site import Site, Subdomain

NO_LOGS = re.compile(
    r"(?:^\.|~$|\.(?:zip|tar|7z|rar|tmp|part|swp|xml|html?|json|md|db|sqlite|parquet|pdf|exe|ctc|idx)$)", re.I
)
MAX_DEPTH = 8


@dataclass(frozen=True)
class RemoteFile:
    """A file that is offered. ``path`` is below the location, unique; ``server`` says whose truth it is part of."""

    path: str
    server: str
    size_bytes: int | None
    modified: datetime | None
    sha256: str | None = None

    @property
    def times(self) -> tuple[datetime, datetime] | None:
        """Start and end by the name of a JDC's file; ``None`` for other logs."""
        return file_times(self.path.rpartition("/")[2])

    @property
    def folder(self) -> str:
        """The folder it lies in."""
        return self.path.rpartition("/")[0]


@dataclass(frozen=True)
class Walk:
    """What was found; ``skipped`` counts files that are no logs; ``notes`` are sentences for the log."""

    files: tuple[RemoteFile, ...]
    skipped: int
    notes: tuple[str, ...] = ()


def walk_jdc(source: Source, site: Site) -> Walk:
    """The rotated files of a JDC: ``normal/<subdomain>/<server>/G..._to_....nlf``, as the config directs.

    Where a folder the config names is missing, those that are there are taken, and that is said. ``access.log`` lies
    beside ``normal/`` and is never looked at. :class:`Gone` when nothing can be listed.
    """
    tree = _Tree(source)
    named = {sub.name: sub for sub in site.subdomains if sub.name}
    for subdomain in tree.folders("normal", tuple(named)):
        servers = named.get(subdomain, Subdomain("", subdomain)).servers
        for server in tree.folders(f"normal/{subdomain}", servers):
            tree.take(f"normal/{subdomain}/{server}", f"{subdomain}/{server}")
    if not tree.listed and tree.gone is not None:
        raise tree.gone
    return Walk(tuple(tree.files), tree.skipped, tuple(tree.notes))


def walk_logs(source: Source, only: str | None) -> Walk:
    """Plain logs: one file, or a folder with all below it; each folder is a server."""
    if only is not None:
        return _one_file(source, only)
    files: list[RemoteFile] = []
    notes: list[str] = []
    skipped = 0
    waiting = [("", 0)]
    while waiting:
        folder, depth = waiting.pop()
        try:
            listing = source.list_folder(folder)
        except Gone:
            if not folder:
                raise
            notes.append(f"{folder}/ has disappeared, or may not be listed.")
            continue
        skipped += len(listing.skipped)
        if any(entry.name == CONFIG_NAME for entry in listing.entries):
            notes.append(f"{folder}/ is the data set of a collector and is left out: name its {CONFIG_NAME} instead.")
            continue
        for entry in listing.entries:
            path = f"{folder}/{entry.name}".lstrip("/")
            if NO_LOGS.search(entry.name) and not (entry.is_folder and not entry.name.startswith(".")):
                skipped += 1
            elif not entry.is_folder:
                files.append(_file(folder, folder, entry, listing))
            elif depth < MAX_DEPTH:
                waiting.append((path, depth + 1))
            else:
                notes.append(f"{path}/ lies deeper than {MAX_DEPTH} folders and is left out.")
    return Walk(tuple(sorted(files, key=lambda one: one.path)), skipped, tuple(notes))


def _one_file(source: Source, name: str) -> Walk:
    """The listing gives its size; a server without listings still has the file."""
    try:
        listing = source.list_folder("", (name,))
    except Gone:
        listing = Listing(())
    for entry in listing.entries:
        if entry.name == name and entry.is_folder:
            raise Rejected(
                f"{name} is a folder, not a file.",
                remedy=f"For the logs in it, end the location with a slash: .../{name}/",
                reason="location_is_folder",
            )
        if entry.name == name:
            return Walk((_file("", "", entry, listing),), 0)
    return Walk((RemoteFile(name, "", None, None, listing.checksums.get(name)),), 0)


class _Tree:
    """The folders of a JDC, as they are looked at."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self.files: list[RemoteFile] = []
        self.skipped = 0
        self.notes: list[str] = []
        self.listed = False
        self.gone: Gone | None = None

    def folders(self, parent: str, named: tuple[str, ...]) -> list[str]:
        """The named folders; where one is missing, all that are there.

        A web server may list the folders of files, by their SHA256SUMS, and no folder of folders: then the named ones.
        """
        listing = self._list(parent)
        if listing is None:
            return list(named)
        there = [entry.name for entry in listing.entries if entry.is_folder]
        missing = [name for name in named if name not in there]
        if named and not missing:
            return list(named)
        if missing:
            self.notes.append(
                f"The config names {', '.join(missing)} in {parent}/, which is not there; taken instead: "
                f"{', '.join(there) or 'nothing'}."
            )
        return there

    def take(self, folder: str, server: str) -> None:
        """The rotated files of one server's folder; others are counted."""
        listing = self._list(folder)
        if listing is None:
            return
        self.skipped += len(listing.skipped)
        for entry in listing.entries:
            if file_times(entry.name) is not None and not entry.is_folder:
                self.files.append(_file(folder, server, entry, listing))
            else:
                self.skipped += not entry.is_folder

    def _list(self, folder: str) -> Listing | None:
        try:
            listing = self._source.list_folder(folder)
        except Gone as error:
            self.gone = self.gone or error
            self.notes.append(f"{folder}/ is not there, or may not be listed.")
            return None
        self.listed = True
        return listing


def _file(folder: str, server: str, entry: Entry, listing: Listing) -> RemoteFile:
    path = f"{folder}/{entry.name}".lstrip("/")
    return RemoteFile(path, server, entry.size_bytes, entry.modified, listing.checksums.get(entry.name))
