"""The settings of one data set: the TOML file of DOMAIN.md section 7.

``tables``, ``groups``, ``overlay``, ``mails`` and ``target_table`` are the model, one class a table; ``model`` puts them together.
``reading`` tells every fault at once, each with its line and key: those of a table by itself, and those of ``checks``
between tables. ``writing`` gives the TOML text that reads back as the same settings. ``keys`` says of each key its unit,
effect and meaning (``table_keys``, ``group_keys``, ``mail_keys``, ``target_keys``), ``changes`` what differs between two
settings and what must be done for it. ``reserved`` are names of reports.
Every key has a default. ``DatasetSettings.digest`` names the settings that change numbers; where the raw data comes from does not.
"""

from shared.dataset_settings.changes import Change, changes_between, effect_of
from shared.dataset_settings.groups import (
    CHANNELS,
    Campaign,
    CampaignMatch,
    CookieMatch,
    CostTable,
    Criterion,
    Funnel,
    FunnelGroup,
    FunnelStage,
    Label,
    Money,
    NamedMatch,
    ReferrerMatch,
    Slug,
)
from shared.dataset_settings.key import Effect, Key
from shared.dataset_settings.keys import KEYS
from shared.dataset_settings.mails import WEEKDAYS, AlertsTable, Mail
from shared.dataset_settings.model import DatasetSettings
from shared.dataset_settings.overlay import OverlayTable
from shared.dataset_settings.reading import (
    accepted_settings,
    check_settings,
    load_dataset_settings,
    parse_dataset_settings,
    read_stored_settings,
)
from shared.dataset_settings.reserved import RESERVED_LABELS
from shared.dataset_settings.tables import (
    DOWNLOAD_EXTENSIONS,
    STATIC_EXTENSIONS,
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
from shared.dataset_settings.writing import settings_to_toml

__all__ = [
    "CHANNELS",
    "DOWNLOAD_EXTENSIONS",
    "KEYS",
    "RESERVED_LABELS",
    "STATIC_EXTENSIONS",
    "WEEKDAYS",
    "AlertsTable",
    "AttributionTable",
    "Campaign",
    "CampaignMatch",
    "Change",
    "CookieMatch",
    "CostTable",
    "Criterion",
    "DatasetSettings",
    "DatasetTable",
    "Effect",
    "ExcludeTable",
    "Funnel",
    "FunnelGroup",
    "FunnelStage",
    "Key",
    "Label",
    "Mail",
    "Money",
    "NamedMatch",
    "OverlayTable",
    "PagesTable",
    "PrivacyTable",
    "ReferrerMatch",
    "RetentionTable",
    "RevenueTable",
    "RobotsTable",
    "Slug",
    "SourceTable",
    "Target",
    "VisitsTable",
    "accepted_settings",
    "changes_between",
    "check_settings",
    "effect_of",
    "load_dataset_settings",
    "parse_dataset_settings",
    "read_stored_settings",
    "settings_to_toml",
]
