"""What a sync has moved."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field


@dataclass
class Transferred:
    """What a sync has moved; records are not counted."""

    sent_files: int = 0
    sent_bytes: int = 0
    removed_files: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False, compare=False)

    def sent(self, size_bytes: int) -> None:
        """A file has been brought."""
        with self._lock:
            self.sent_files += 1
            self.sent_bytes += size_bytes

    def removed(self, number: int = 1) -> None:
        """Files have been removed."""
        with self._lock:
            self.removed_files += number
