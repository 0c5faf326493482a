"""What a process of ours can do without."""

from __future__ import annotations

import gc
import sys

OBJECTS_BETWEEN_COLLECTIONS = 100_000
"""Pages and rows are hundreds of thousands of small objects without cycles: to seek some as often as Python does takes
a tenth of the time.
"""


class _Nowhere:
    """An import hook, as of :data:`sys.meta_path`."""

    @staticmethod
    def find_spec(name: str, path: object = None, target: object = None) -> None:
        """``None``: others may know."""
        del path, target
        if name == "pandas":
            raise ModuleNotFoundError("This process does without pandas.", name=name)


def leave_out_pandas() -> None:
    """Let ``import pandas`` fail in this process from now on.

    pyarrow and DuckDB load it where it is installed, whether or not anything needs it: it takes 0.4 s, and 40 MB. For
    processes that make no frames, before anything else is done. What has been loaded already stays.
    """
    sys.meta_path.insert(0, _Nowhere)


def collect_seldom() -> None:
    """Seek cycles of objects less often than Python does, and never among what there is now."""
    gc.freeze()
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS)


def end_at_once() -> None:
    """Before the last line: to seek cycles among all there is, only to throw it away, takes half a second."""
    gc.freeze()
