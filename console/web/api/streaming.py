"""Answers that are written to a file and given in pieces: no process holds them whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from tempfile import TemporaryFile
from typing import IO

from fastapi.responses import Response, StreamingResponse

PIECE_BYTES = 256 * 1024


def streamed(write: Callable[[IO[bytes]], None], headers: Mapping[str, str], media_type: str) -> Response:
    """What is written to a file that has no name; it is gone when nobody reads it any more."""
    file = TemporaryFile()  # noqa: SIM115 - it is read after this has returned
    try:
        write(file)
    except BaseException:
        file.close()
        raise
    headers = {**headers, "Content-Length": str(file.tell())}
    file.seek(0)
    return StreamingResponse(_pieces(file), headers=headers, media_type=media_type)


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while piece := file.read(PIECE_BYTES):
            yield piece
