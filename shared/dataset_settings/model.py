"""All settings of a data set, and what they are named by."""

from __future__ import annotations

import hashlib
import json

from pydantic import model_validator

from shared.dataset_settings.checks import cross_faults
from shared.dataset_settings.groups import Campaign, Funnel, Label
from shared.dataset_settings.mails import AlertsTable, Mail
from shared.dataset_settings.overlay import OverlayTable
from shared.dataset_settings.tables import (
    AttributionTable,
    DatasetTable,
    ExcludeTable,
    PagesTable,
    PrivacyTable,
    RetentionTable,
    RevenueTable,
    RobotsTable,
    SourceTable,
    VisitsTable,
)
from shared.dataset_settings.target_table import Target
from shared.matchers import Strict

NO_NUMBER = frozenset({"location", "user", "password_env", "schedule", "reject_limit"})
"""Keys of ``[source]`` that change no number of what is read. The reject limit says which files count, and those are
named beside the digest."""


class DatasetSettings(Strict):
    """All settings of a data set; every key has a default."""

    dataset: DatasetTable = DatasetTable()
    source: SourceTable = SourceTable()
    privacy: PrivacyTable = PrivacyTable()
    retention: RetentionTable = RetentionTable()
    visits: VisitsTable = VisitsTable()
    pages: PagesTable = PagesTable()
    exclude: ExcludeTable = ExcludeTable()
    robots: RobotsTable = RobotsTable()
    revenue: RevenueTable = RevenueTable()
    attribution: AttributionTable = AttributionTable()
    overlay: OverlayTable = OverlayTable()
    alerts: AlertsTable = AlertsTable()
    labels: tuple[Label, ...] = ()
    campaigns: tuple[Campaign, ...] = ()
    funnels: tuple[Funnel, ...] = ()
    mails: tuple[Mail, ...] = ()
    targets: tuple[Target, ...] = ()

    @model_validator(mode="after")
    def _fits_together(self) -> DatasetSettings:
        if found := cross_faults(self.model_dump()):
            raise ValueError("; ".join(f"{'.'.join(map(str, fault.place))}: {fault.text}" for fault in found))
        return self

    def digest(self) -> str:
        """Hex digest of every setting that can change a number, or the name or colour it is shown with.

        Where the raw data comes from and when, how long it is kept, who is told of it, where reports are mirrored to,
        and copies of pages, cannot.
        """
        others = dict.fromkeys(("retention", "overlay", "alerts", "mails", "targets"), True)
        data = self.model_dump(mode="json", exclude={"source": set(NO_NUMBER), **others})
        return hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()
