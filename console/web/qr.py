"""QR codes as SVG within a page, so that no other host is asked: the one door to segno."""

from __future__ import annotations

import segno

SCALE = 4


def qr_svg(text: str) -> str:
    """Black on white with its margin, whatever the page's colours are: cameras want it so."""
    return segno.make(text, error="m", micro=False).svg_inline(scale=SCALE, dark="#000", light="#fff", border=4)
