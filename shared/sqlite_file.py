"""How every SQLite file of ours is opened: the catalog's and the embedded queue's."""

from __future__ import annotations

import sqlite3
import time

BUSY_TIMEOUT_S = 60.0
PAUSE_S = 0.01


def prepare(connection: sqlite3.Connection) -> None:
    """WAL lets readers and one writer work at once; FULL keeps what is committed through a power cut.

    The change to WAL is the one thing SQLite does not wait for: of several who make a file at once, it tells all but
    one that the file is locked.
    """
    deadline = time.monotonic() + BUSY_TIMEOUT_S
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL").close()
            break
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(PAUSE_S)
    connection.execute("PRAGMA synchronous=FULL").close()
