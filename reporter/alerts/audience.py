"""Who is told of a data set's incidents, or of the installation's, and with what webhooks are signed."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from reporter.alerts.incidents import Audience
from reporter.alerts.webhook import name_of
from shared.catalog import Catalog
from shared.catalog.schema import datasets
from shared.dataset_settings import DatasetSettings, read_stored_settings
from shared.settings import Settings

INSTALLATION = ""
"""In place of a data set's id."""


@dataclass(frozen=True)
class Hook:
    """A webhook and its secret; ``missing`` says what is missing of it."""

    url: str
    secret: bytes
    missing: str = ""


def settings_of(catalog: Catalog, dataset: str) -> DatasetSettings | None:
    """A data set's settings; ``None``: it is gone. :class:`Misconfigured` where nobody can read them."""
    with catalog.read() as connection:
        row: Any = connection.execute(sa.select(datasets.c.settings).where(datasets.c.id == dataset)).first()
    return read_stored_settings(row.settings, name=dataset) if row is not None else None


def audience_of(process: Settings, settings: DatasetSettings | None) -> Audience:
    """Of a data set with these settings; ``None``: of the installation."""
    if settings is not None:
        alerts = settings.alerts
        return Audience(alerts.to, (name_of(alerts.webhook),) if alerts.webhook else ())
    url = process.alert_webhook.get_secret_value() if process.alert_webhook else None
    return Audience(process.alert_addresses, (name_of(url),) if url else ())


def hook_of(process: Settings, settings: DatasetSettings | None) -> Hook | None:
    """The webhook of a data set with these settings; ``None``: of the installation."""
    if settings is None:
        if process.alert_webhook is None:
            return None
        secret = process.alert_webhook_secret.get_secret_value() if process.alert_webhook_secret else ""
        return _hook(process.alert_webhook.get_secret_value(), secret, "PROPROCESSOR_ALERT_WEBHOOK_SECRET is not set")
    alerts = settings.alerts
    if alerts.webhook is None:
        return None
    variable = alerts.webhook_secret_env
    missing = f"the variable {variable} is not set" if variable else "alerts.webhook_secret_env is not set"
    return _hook(alerts.webhook, os.environ.get(variable or "", ""), missing)


def _hook(url: str, secret: str, missing: str) -> Hook:
    return Hook(url, secret.encode(), "" if secret else missing)
