"""Headings of files that tell costs: one table, a row a kind of file and language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

OWN, GOOGLE, MICROSOFT = "own columns", "Google Ads", "Microsoft Ads"
REQUIRED = ("date", "campaign", "cost")


@dataclass(frozen=True, slots=True)
class Layout:
    """A kind of file, with the headings its columns may have, in lower case.

    ``comma``: cents usually stand behind one. ``month_first``: ``3/4/2024`` is in March. ``export``: totals may follow.
    """

    title: str
    date: tuple[str, ...]
    campaign: tuple[str, ...]
    cost: tuple[str, ...]
    clicks: tuple[str, ...]
    impressions: tuple[str, ...]
    currency: tuple[str, ...]
    comma: bool = False
    month_first: bool = False
    export: bool = True

    def columns(self, headings: Sequence[str]) -> dict[str, int | None]:
        """Which column is what; ``None`` for what is not there."""
        found: dict[str, int | None] = {}
        for name in (*REQUIRED, "clicks", "impressions", "currency"):
            known: tuple[str, ...] = getattr(self, name)
            found[name] = next((headings.index(one) for one in known if one in headings), None)
        return found

    def fits(self, headings: Sequence[str]) -> bool:
        """Whether all are there that must be."""
        found = self.columns(headings)
        return all(found[name] is not None for name in REQUIRED)


IMPR = ("impr.", "impressions")
CODE = ("currency code", "currencycode", "currency")
LAYOUTS: tuple[Layout, ...] = (
    Layout(OWN, ("date",), ("campaign",), ("cost",), ("clicks",), IMPR, ("currency",), export=False),
    Layout(GOOGLE, ("day", "date"), ("campaign", "campaign name"), ("cost",), ("clicks",), IMPR, CODE),
    Layout(
        MICROSOFT,
        ("gregorian date", "gregoriandate", "time period", "timeperiod", "date", "day"),
        ("campaign", "campaign name", "campaignname"),
        ("spend",),
        ("clicks",),
        IMPR,
        CODE,
        month_first=True,
    ),
    Layout(
        GOOGLE, ("tag", "datum"), ("kampagne",), ("kosten",), ("klicks",), ("impr.", "impressionen"),
        ("währungscode",), comma=True,
    ),
    Layout(
        GOOGLE, ("jour",), ("campagne",), ("coût",), ("clics",), IMPR, ("code de la devise", "code de devise"),
        comma=True,
    ),
    Layout(
        GOOGLE, ("día",), ("campaña",), ("coste", "costo"), ("clics",), ("impr.", "impresiones"),
        ("código de moneda",), comma=True,
    ),
    Layout(
        GOOGLE, ("giorno",), ("campagna",), ("costo",), ("clic",), ("impr.", "impressioni"), ("codice valuta",),
        comma=True,
    ),
    Layout(
        GOOGLE, ("dag",), ("campagne",), ("kosten",), ("klikken",), ("vert.", "vertoningen"), ("valutacode",),
        comma=True,
    ),
)  # fmt: skip
"""Own columns first, since exports may be called so too."""


def plain_heading(text: str) -> str:
    """As headings are compared."""
    return " ".join(text.strip().strip('"').casefold().split())


def missing_day(headings: Sequence[str]) -> bool:
    """Whether campaign and cost are there: then only the day is missing."""
    return any(
        any(one in headings for one in layout.campaign) and any(one in headings for one in layout.cost)
        for layout in LAYOUTS
    )
