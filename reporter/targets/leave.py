"""A target left: what was brought there is removed, as far as it is written down there to be ours."""

from __future__ import annotations

from reporter.overlay.archive import FOLDER as COPIES
from reporter.targets.front import Front
from reporter.targets.plan import in_order
from reporter.targets.records import RECORD, decode_dataset
from reporter.targets.removal import remove_period
from reporter.targets.sync import Asked
from reporter.targets.target import Target
from reporter.targets.transferred import Transferred


def leave(asked: Asked, target: Target) -> Transferred:
    """Take the data set from the first page there, then remove its pages and periods."""
    transferred = Transferred()
    record = decode_dataset(target.read(f"{asked.dataset}/{RECORD}"))
    front = Front.read(asked.place, target, lambda one, path, data: one.put(path, data), everything=False)
    if asked.dataset in front.record.datasets:
        front.leave(asked.dataset, asked.root)
    if record is None:
        return transferred
    for path in reversed(in_order(record.files)):
        target.remove(f"{asked.dataset}/{path}")
        transferred.removed()
    for period in sorted(record.periods):
        remove_period(target, f"{asked.dataset}/{period}", transferred)
    target.remove(f"{asked.dataset}/{RECORD}")
    target.remove_folder(f"{asked.dataset}/{COPIES}")
    target.remove_folder(asked.dataset)
    return transferred
