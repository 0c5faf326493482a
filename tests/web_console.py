"""A console for tests: the application of an installation, asked as a browser asks it."""

from __future__ import annotations

import atexit
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import httpx2
from anyio.from_thread import BlockingPortal, start_blocking_portal
from fastapi.testclient import TestClient

from console.web.app import make_app
from console.web.place import Place
from shared import accounts
from shared.catalog import open_catalog
from shared.roles import Role
from shared.settings import load_settings

PASSWORD = "correct horse"
FORM_TOKEN = re.compile(r'name="form_token" value="([0-9a-f]*)"')
BASE = "http://127.0.0.1"
STEP = timedelta(seconds=30)
"""Of one-time codes."""


@cache
def _loop() -> BlockingPortal:
    """The event loop that answers, as a server has one: else each request would have one of its own, in a new thread."""
    portal = start_blocking_portal()
    opened = portal.__enter__()
    atexit.register(portal.__exit__, None, None, None)
    return opened


class Browser:
    """Keeps cookies, and sends forms as our pages make them."""

    def __init__(self, place: Place, *, address: str = "127.0.0.1", root_path: str = "") -> None:
        self.client = TestClient(
            make_app(place),
            base_url=BASE,
            root_path=root_path,
            client=(address, 50000),
            follow_redirects=False,
            raise_server_exceptions=False,
        )
        self.client.portal = _loop()

    def get(self, path: str, **more: Any) -> httpx2.Response:
        return self.client.get(path, **more)

    def post(self, path: str, data: Mapping[str, Any], *, page: str = "/account", **more: Any) -> httpx2.Response:
        """Send a form of a page."""
        token = FORM_TOKEN.search(self.client.get(page).text)
        with_token = {**data, **({"form_token": token[1]} if token else {})}
        return self.client.post(path, data=with_token, **more)

    def sign_in(self, name: str, password: str = PASSWORD) -> httpx2.Response:
        return self.client.post("/sign-in", data={"name": name, "password": password})

    def said(self) -> str:
        """What the last redirect leads to tells."""
        found = re.search(r'<p class="said" role="status">(.*?)</p>', self.client.get("/").text)
        return found[1] if found else ""


@contextmanager
def place_in(data: Path, catalog_url: str | None = None) -> Iterator[Place]:
    """An installation in a folder."""
    settings = load_settings({}, data=data, catalog=catalog_url)
    catalog = open_catalog(settings.catalog_url)
    try:
        yield Place(settings, catalog)
    finally:
        catalog.close()


@dataclass(frozen=True)
class StillPlace(Place):
    """Where the clock stands still."""

    moment: datetime

    def now(self) -> datetime:
        return self.moment


def still(place: Place) -> Place:
    """In the middle of a step, so that no code is of a step that is over when a slow machine sends it."""
    seconds = place.now().timestamp()
    middle = seconds - seconds % STEP.total_seconds() + STEP.total_seconds() / 2
    return StillPlace(place.settings, place.catalog, datetime.fromtimestamp(middle, UTC))


def with_account(place: Place, name: str, role: Role, *datasets: str) -> Browser:
    """A browser in which an account is signed in, made for it."""
    accounts.add(place.catalog, name, role, PASSWORD, place.now(), datasets=datasets)
    browser = Browser(place)
    assert browser.sign_in(name).status_code == 303
    return browser
