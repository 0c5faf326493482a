"""What is removed at a target: only what is written down there to be ours."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable

import structlog

from reporter.targets.plan import begun, in_order
from reporter.targets.records import ADDING, RECORD, PeriodRecord, decode_period, encode_period
from reporter.targets.target import UPLOAD, Target
from reporter.targets.transferred import Transferred

log = structlog.get_logger()


def leave_period(target: Target, folder: str) -> PeriodRecord | None:
    """Write down of a whole period, as far as it is known to be ours, that nothing leads to it; gives what is known."""
    record = decode_period(target.read(f"{folder}/{RECORD}"))
    if record is not None and any(digest != ADDING for digest in record.files.values()):
        record = PeriodRecord(begun({}, adding=record.files))
        target.put(f"{folder}/{RECORD}", encode_period(record))
    return record


def remove_period(target: Target, folder: str, transferred: Transferred) -> None:
    """Remove a whole period, as far as it is written down there to be ours."""
    record = leave_period(target, folder)
    if record is None and target.names(folder):
        log.warning("mirror.left_behind", folder=folder, why="it has no record of what is ours")
        return
    if record is not None:
        remove_files(target, folder, record.files, transferred)
    target.remove(f"{folder}/{RECORD}")
    target.remove_folder(folder)


def remove_files(target: Target, folder: str, paths: Iterable[str], transferred: Transferred) -> None:
    """An index before what it leads to; then the uploads that were cut off, and folders that are empty."""
    paths = in_order(paths)
    for path in reversed(paths):
        target.remove(f"{folder}/{path}")
        transferred.removed()
    for name in target.names(folder):
        if name.startswith(UPLOAD):
            target.remove(f"{folder}/{name}")
    for inner in sorted({posixpath.dirname(path) for path in paths} - {""}, reverse=True):
        target.remove_folder(f"{folder}/{inner}")
