"""Whether a colour can be told from another, or read on it."""

from __future__ import annotations

from functools import cache

ENOUGH = 3.0
"""Contrast of what is drawn with what is behind it (WCAG 2.2, 1.4.11)."""


@cache
def readable(color: str, behind: str) -> str:
    """The colour, made darker or lighter until it can be told from what is behind it."""
    toward = 0.0 if luminance(behind) > 0.18 else 255.0
    channels = _channels(color)
    for step in range(101):
        mixed = [one + (toward - one) * step / 100 for one in channels]
        found = "#" + "".join(f"{round(one):02x}" for one in mixed)
        if contrast(found, behind) >= ENOUGH:
            return found
    return found


def contrast(one: str, other: str) -> float:
    """From 1 to 21 (WCAG 2.2, contrast ratio)."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def luminance(color: str) -> float:
    """From 0 to 1 (WCAG 2.2, relative luminance)."""
    scaled = (one / 255 for one in _channels(color))
    red, green, blue = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in scaled)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _channels(color: str) -> list[int]:
    return [int(color[at : at + 2], 16) for at in (1, 3, 5)]
