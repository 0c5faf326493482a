"""Tabs of a browser that is signed in, or will be, to the console; none may complain."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import BrowserContext, Page

from tests.web_console import PASSWORD

REFUSED = "status of 422"
"""Part of what a browser says of a form with faults."""


def sign_in(context: BrowserContext, console: str, first: str = "/sign-in", then: str = "/") -> None:
    """As the administrator, from the page that was asked for first."""
    page = context.new_page()
    page.goto(console + first)
    page.get_by_label("Name").fill("boss")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(console + then)
    page.close()


@contextmanager
def quiet_tab(context: BrowserContext, *, width: int | None = None, but: str | None = None) -> Iterator[Page]:
    """A tab; nothing may stand in its console when it is done, except errors with the text ``but``."""
    opened = context.new_page()
    if width is not None:
        opened.set_viewport_size({"width": width, "height": 900})
    complaints: list[str] = []

    def listen(said: object) -> None:
        if said.type == "error" and (but is None or but not in said.text):  # type: ignore[attr-defined]
            complaints.append(said.text)  # type: ignore[attr-defined]

    opened.on("console", listen)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    yield opened
    assert complaints == []
    opened.close()
