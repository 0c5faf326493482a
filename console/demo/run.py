"""``proprocessor demo``: a collector on loopback, the whole pipeline, the reports."""

from __future__ import annotations

import secrets
import time
from datetime import UTC, datetime, timedelta

from console import datasets
from console.command_log import log_stored
from console.datasets import Access, Place
from console.demo.countries import write_countries
from console.demo.dataset import make_dataset
from console.demo.people import PRODUCTS
from console.demo.serve import USER, serve_folder, serve_ftp, serve_published, serve_shop
from console.output import say
from console.run_command import run_dataset
from reporter.overlay.round import fetch_copies, subject_of
from shared.catalog import open_catalog
from shared.clock import SystemClock
from shared.dataset_settings import DatasetSettings
from shared.process import stop_on_signals
from shared.settings import Settings

NAME = "Fruit shop (sample data)"
LABELS = (
    {"id": "search", "name": "From search engines", "match": {"channel": {"equals": "search"}}},
    {"id": "phones", "name": "On phones", "match": {"device": {"equals": "mobile"}}},
    {"id": "buyers", "name": "Buyers", "match": {"revenue": {"min": "0.01"}}},
)
CAMPAIGNS = (
    {"name": "spring", "match": {"parameter": "src=spring"}, "cost": {"per_click": "0.40"}},
    {"name": "autumn", "match": {"parameter": "utm_campaign=autumn"}, "cost": {"per_click": "1.20"}},
)
FUNNEL = {
    "id": "buying",
    "name": "Buying",
    "stages": [
        {"name": name, "groups": [{"name": name, "pages": pages}]}
        for name, pages in (
            ("Fruit", {"any_of": [f"/{product}" for product in PRODUCTS]}),
            ("Cart", {"starts_with": "/cart"}),
            ("Checkout", {"equals": "/checkout"}),
            ("Thanks", {"equals": "/thanks"}),
        )
    ],
}
CONFIG = "fruit/ClickTracks_Config.xml"


def run_demo(settings: Settings, *, days: int, port: int, serve: bool) -> int:
    """Make, serve, process and show the sample data set; gives the exit code."""
    started = time.monotonic()
    collector = settings.data / "collector"
    made = make_dataset(collector, last_day=datetime.now(UTC).date() - timedelta(days=1), days=days)
    say(
        f"Made a data set of {days} days: {made.files:,} files, {made.lines:,} lines. "
        "All of it is generated: there is no such shop."
    )
    password = secrets.token_urlsafe(12)
    with serve_ftp(collector, password) as ftp, serve_folder(collector) as http, serve_shop() as shop:
        say(f"Its collector answers at {ftp}{CONFIG} and {http}{CONFIG}")
        code = _process(settings, f"{ftp}{CONFIG}", password, shop)
        say(f"Done in {time.monotonic() - started:.1f} s.")
        if code or not serve:
            return code
        return _show(settings, port)


def _process(settings: Settings, location: str, password: str, shop: str) -> int:
    """The same steps as ``process``, by FTP, then copies of the ``shop``'s pages."""
    catalog = open_catalog(settings.catalog_url)
    chosen = DatasetSettings.model_validate(
        {
            "dataset": {"name": NAME, "timezone": "Europe/Berlin", "currency": "EUR"},
            "overlay": {"base": shop, "allow_private": True, "delay_seconds": 0},
            "source": {"countries": str(write_countries(settings.data))},
            "labels": LABELS,
            "campaigns": CAMPAIGNS,
            "funnels": [FUNNEL],
        }
    )
    access = Access.of(USER, password, settings)
    place = Place(location)
    known = datasets.known_at(catalog, place, NAME, moved=True)
    dataset = datasets.register(
        catalog, place, chosen, access, now=datetime.now(UTC), publish=settings.publish_root, moved=True
    )
    log_stored(catalog, known, datasets.find(catalog, dataset), "demo")
    code = run_dataset(settings, catalog, dataset)
    if not code:
        subject = subject_of(catalog, settings.data, settings.publish_root, dataset)
        tried = fetch_copies(subject, SystemClock())
        say(f"{sum(not one.error for one in tried)} of the shop's pages are copied for the link overlay.")
    return code


def _show(settings: Settings, port: int) -> int:
    """The reports, and the console that manages the sample as any other data set."""
    from console.web.place import Place as Installation
    from console.web.server import (
        WebOptions,
        console_serving,
    )  # with libraries that a demo that is not served needs not

    stop = stop_on_signals()
    catalog = open_catalog(settings.catalog_url)
    try:
        with (
            serve_published(settings.publish_root, port) as url,
            console_serving(Installation(settings, catalog), WebOptions(port=0)) as console,
        ):
            say(f"Console: {console}  (the first page makes its administrator)")
            say(f"Reports: {url}  (Ctrl+C ends)")
            stop.wait()
    finally:
        catalog.close()
    return 0
