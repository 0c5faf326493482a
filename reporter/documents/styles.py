"""How cells of a workbook look: each format is made once."""

from __future__ import annotations

from functools import cache
from typing import Any

from reporter.documents.cells import FORMATS, money_format

LINE = "#D1D5DB"
GREY = "#6B7280"
TOTAL = "#F3F4F6"


class Styles:
    """The formats of one workbook."""

    def __init__(self, workbook: Any, currency: str) -> None:
        self._workbook = workbook
        self._formats = {**FORMATS, "money": money_format(currency)}
        self.value = cache(self._value)
        self.band = cache(self._band)
        self.title = self._add(bold=True, font_size=14)
        self.note = self._add(font_color=GREY)
        self.link = self._add(font_color="#0072B2", underline=1)
        self.heading = self._add(bold=True, text_wrap=True, valign="bottom", bottom=1, bottom_color=LINE)
        self.number_heading = self._add(
            bold=True, text_wrap=True, valign="bottom", align="right", bottom=1, bottom_color=LINE
        )

        self.number_heading_quoted = self._add(
            bold=True,
            text_wrap=True,
            valign="bottom",
            align="right",
            bottom=1,
            bottom_color=LINE,
            quote_prefix=True,
        )
        self.hour_heading = self._add(
            bold=True, num_format=self._formats["hour"], valign="bottom", bottom=1, bottom_color=LINE
        )

    def _value(self, kind: str, *, quoted: bool = False, total: bool = False, first: bool = False) -> Any:
        """A cell of a unit. ``quoted``: text stays text even when somebody edits it; ``first`` of a label."""
        told: dict[str, Any] = {"num_format": self._formats[kind]}
        if kind == "text":
            told["align"] = "left"
        elif kind == "flag":
            told["align"] = "center"
        if quoted:
            told["quote_prefix"] = True
        if total:
            told |= {"bold": True, "bg_color": TOTAL}
        if first:
            told |= {"left": 1, "left_color": LINE}
        return self._add(**told)

    def _band(self, color: str | None, ink: str, *, quoted: bool) -> Any:
        """The heading of a label's columns, in its colour; all visitors are grey."""
        told: dict[str, Any] = {
            "bg_color": (color or GREY).upper(),
            "font_color": "#000000" if ink == "#000" else "#FFFFFF",
        }
        if quoted:
            told["quote_prefix"] = True
        return self._add(bold=True, align="left", valign="vcenter", text_wrap=True, **told)

    def _add(self, **told: Any) -> Any:
        return self._workbook.add_format({"font_name": "Calibri", "font_size": 11, "valign": "top", **told})
