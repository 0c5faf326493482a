"""A process without pandas, which pyarrow and DuckDB load where it is installed, whether or not anything needs it."""

from __future__ import annotations

import sys


class _Nowhere:
    """An import hook, as of :data:`sys.meta_path`."""

    @staticmethod
    def find_spec(name: str, path: object = None, target: object = None) -> None:
        """``None``: others may know."""
        del path, target
        if name == "pandas":
            raise ModuleNotFoundError("This process does without pandas.", name=name)


def leave_out_pandas() -> None:
    """Let ``import pandas`` fail in this process from now on: it takes 0.4 s, and 40 MB.

    For processes of ours that make no frames, before anything else is done. What has been loaded already stays.
    """
    sys.meta_path.insert(0, _Nowhere)
