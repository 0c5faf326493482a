"""``overlay.html`` of a period: its numbers, and the frame in which copies are shown."""

from __future__ import annotations

from reporter.editions import Edition
from reporter.html_report import Reports, Site, render_page, script_json
from reporter.overlay.numbers import numbers_of


def has_overlay(reports: Reports) -> bool:
    """Whether an analysis tells what it takes."""
    return "paths" in reports and "pages" in reports


def render_overlay(site: Site, edition: Edition, reports: Reports) -> str:
    """The page; copies are put into it by its script, from where they lie for all periods."""
    numbers = numbers_of(site.analysis, reports)
    return render_page(
        "overlay.html",
        site,
        edition,
        reports,
        "overlay",
        numbers=script_json(numbers),
        shown=numbers["labels"],
        definition=numbers["definition"],
        overlay_style=site.assets.overlay_style,
        overlay_script=site.assets.overlay_script,
    )
