"""Typesetting, by typst."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from importlib.resources import files
from pathlib import Path

import typst


def typeset(template: str, inputs: Mapping[str, str], made_at: datetime, root: Path, *, tagged: bool = True) -> bytes:
    """The PDF of a template of ours and its inputs; images are files in ``root``. ``tagged``: for screen readers."""
    pdf = typst.compile(  # type: ignore[call-overload]  # its stub wants template and root of one type
        _template(template),
        root=root,
        font_paths=_fonts(),
        sys_inputs=dict(inputs),
        format="pdf",
        timestamp=made_at,
        pdf_tags=tagged,
    )
    return bytes(pdf)


@cache
def _template(name: str) -> bytes:
    """With what all of them need before it."""
    folder = files("reporter.documents")
    return b"\n".join((folder / one).read_bytes() for one in ("table.typ", name))


@cache
def _fonts() -> typst.Fonts:
    """Looked for once: there may be thousands."""
    return typst.Fonts()
