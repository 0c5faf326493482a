"""The tables of the catalog: facts about data sets, files, parses, analyses and messages; never data itself.

Changes go through ``migrations/``; tests/integration compares what they make with what is written here.
"""

from __future__ import annotations

import sqlalchemy as sa

from shared.catalog.account_tables import accounts, attempts, identities, recovery_codes
from shared.catalog.console_tables import audit, pauses, sessions, shares, tokens, views
from shared.catalog.mail_tables import deliveries, incidents, mail_plans, suppressed
from shared.catalog.metadata import BigId, UtcDateTime, metadata
from shared.catalog.note_tables import day_notes
from shared.catalog.overlay_tables import overlay_plans, snapshots
from shared.catalog.parse_tables import growths, parts, readings

__all__ = [
    "accounts",
    "analyses",
    "attempts",
    "audit",
    "contents",
    "costs",
    "datasets",
    "day_notes",
    "dead_letters",
    "deliveries",
    "files",
    "growths",
    "identities",
    "inbox",
    "incidents",
    "mail_plans",
    "metadata",
    "outbox",
    "overlay_plans",
    "parts",
    "pauses",
    "processes",
    "publications",
    "readings",
    "recovery_codes",
    "rounds",
    "sessions",
    "shares",
    "snapshots",
    "suppressed",
    "tokens",
    "tombstones",
    "views",
]


datasets = sa.Table(
    "datasets",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("location", sa.Text, nullable=False),
    sa.Column("username", sa.Text),
    sa.Column("sealed_password", sa.Text),
    sa.Column("password_env", sa.Text),
    sa.Column("settings", sa.JSON, nullable=False),
    sa.Column("site", sa.JSON),
    sa.Column("periods", sa.Text, nullable=False),
    sa.Column("publish", sa.Text),
    sa.Column("schedule", sa.Text),
    sa.Column("next_due", UtcDateTime),
    sa.Column("analysis", sa.Text),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("hits_from", sa.Date),
    sa.Column("documents", sa.Text, nullable=False, server_default=sa.text("''")),
)
"""``periods`` are the kinds that are published, ``documents`` those of them that have documents. ``hits_from`` is the
first day whose hits retention has kept; before it, what is published stays as it is."""

rounds = sa.Table(
    "rounds",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("dataset", sa.Text, nullable=False, index=True),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("started_at", UtcDateTime, nullable=False),
    sa.Column("finished_at", UtcDateTime),
    sa.Column("listed", sa.Integer, nullable=False, default=0),
    sa.Column("fetched", sa.Integer, nullable=False, default=0),
    sa.Column("waiting", sa.Integer, nullable=False, default=0),
    sa.Column("skipped", sa.Integer, nullable=False, default=0),
    sa.Column("size_bytes", sa.BigInteger, nullable=False, default=0),
    sa.Column("error", sa.Text),
)

files = sa.Table(
    "files",
    metadata,
    sa.Column("id", BigId, primary_key=True, autoincrement=True),
    sa.Column("dataset", sa.Text, nullable=False),
    sa.Column("server", sa.Text, nullable=False),
    sa.Column("path", sa.Text, nullable=False),
    sa.Column("size_bytes", sa.BigInteger, nullable=False),
    sa.Column("modified", UtcDateTime),
    sa.Column("sha256", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("content", sa.Text),
    sa.Column("error", sa.Text),
    sa.Column("round", sa.Text, nullable=False),
    sa.Column("fetched_at", UtcDateTime, nullable=False),
    sa.Column("format", sa.Text),
    sa.Column("held", sa.Text),
    sa.UniqueConstraint("dataset", "path", "sha256"),
    sa.Index(None, "dataset", "state"),
)
"""``content`` is the parse that counts; ``held`` one that does not, since it has too many rejects; ``format`` what a
person named for this path, whatever the data set says."""

contents = sa.Table(
    "contents",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("sha256", sa.Text, nullable=False, index=True),
    sa.Column("folder", sa.Text, nullable=False),
    sa.Column("format", sa.Text, nullable=False),
    sa.Column("lines", sa.BigInteger, nullable=False),
    sa.Column("directives", sa.BigInteger, nullable=False),
    sa.Column("hits", sa.BigInteger, nullable=False),
    sa.Column("rejects", sa.BigInteger, nullable=False),
    sa.Column("first_ts", UtcDateTime),
    sa.Column("last_ts", UtcDateTime),
    sa.Column("plain_sha256", sa.Text, nullable=False, index=True),
    sa.Column("plain_bytes", sa.BigInteger, nullable=False),
    sa.Column("head", sa.LargeBinary, nullable=False),
    sa.Column("parts", sa.JSON, nullable=False),
    sa.Column("cookies_logged", sa.Boolean, nullable=False),
    sa.Column("reject_reasons", sa.JSON, nullable=False),
    sa.Column("parsed_at", UtcDateTime, nullable=False),
    sa.Column("parser_version", sa.Integer, nullable=False, server_default="1"),
)

analyses = sa.Table(
    "analyses",
    metadata,
    sa.Column("dataset", sa.Text, primary_key=True),
    sa.Column("digest", sa.Text, primary_key=True),
    sa.Column("folder", sa.Text, nullable=False),
    sa.Column("sources", sa.Integer, nullable=False),
    sa.Column("page_views", sa.BigInteger, nullable=False),
    sa.Column("visits", sa.BigInteger, nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
)

costs = sa.Table(
    "costs",
    metadata,
    sa.Column("dataset", sa.Text, primary_key=True),
    sa.Column("file", sa.Text, primary_key=True),
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("campaign", sa.Text, primary_key=True),
    sa.Column("cost", sa.Text, nullable=False),
    sa.Column("clicks", sa.BigInteger),
    sa.Column("impressions", sa.BigInteger),
    sa.Column("layout", sa.Text, nullable=False),
    sa.Column("imported_at", UtcDateTime, nullable=False),
)
"""``cost`` is a decimal number as text: SQLite would make it a binary one. ``file`` is the name of the import."""

tombstones = sa.Table(
    "tombstones",
    metadata,
    sa.Column("dataset", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("cookie", sa.Text, primary_key=True),
    sa.Column("digest", sa.Text, primary_key=True),
    sa.Column("made_with", sa.Text, nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("receipts", sa.JSON, nullable=False),
)
"""Who was forgotten: ``kind`` is ``address`` or ``visitor``, ``cookie`` the name of the cookie that held the visitor's
key (else empty), ``digest`` a keyed one of the address or key, ``made_with`` tells that key from others."""

publications = sa.Table(
    "publications",
    metadata,
    sa.Column("dataset", sa.Text, primary_key=True),
    sa.Column("target", sa.Text, primary_key=True),
    sa.Column("analysis", sa.Text, nullable=False),
    sa.Column("kinds", sa.Text, nullable=False),
    sa.Column("periods", sa.Integer, nullable=False),
    sa.Column("published_at", UtcDateTime, nullable=False),
    sa.Column("documents", sa.Text, nullable=False, server_default=sa.text("''")),
)

targets = sa.Table(
    "targets",
    metadata,
    sa.Column("dataset", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("location", sa.Text),
    sa.Column("published_at", UtcDateTime),
    sa.Column("synced_at", UtcDateTime),
    sa.Column("sent_files", sa.Integer),
    sa.Column("sent_bytes", sa.BigInteger),
    sa.Column("removed_files", sa.Integer),
    sa.Column("error", sa.Text),
    sa.Column("failed_at", UtcDateTime),
    sa.Column("sealed_password", sa.Text),
    sa.Column("sealed_for", sa.Text),
)
"""What was last mirrored: to which ``location``, of which publication (its ``published_at``). What lies there, the
target itself tells. ``sealed_for`` is the location that the password was given for."""

inbox = sa.Table(
    "inbox",
    metadata,
    sa.Column("queue", sa.Text, primary_key=True),
    sa.Column("message", sa.Text, primary_key=True),
    sa.Column("done_at", UtcDateTime, nullable=False, index=True),
)

outbox = sa.Table(
    "outbox",
    metadata,
    sa.Column("seq", BigId, primary_key=True, autoincrement=True),
    sa.Column("message", sa.Text, nullable=False, unique=True),
    sa.Column("cause", sa.Text, index=True),
    sa.Column("type", sa.Text, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("sent_at", UtcDateTime, index=True),
)

dead_letters = sa.Table(
    "dead_letters",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("queue", sa.Text, nullable=False),
    sa.Column("message", sa.Text, nullable=False),
    sa.Column("type", sa.Text, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Column("dataset", sa.Text),
    sa.Column("subject", sa.Text),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("error", sa.Text, nullable=False),
    sa.Column("exit_code", sa.Integer, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("died_at", UtcDateTime, nullable=False),
    sa.Column("settled_at", UtcDateTime),
)

processes = sa.Table(
    "processes",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("stage", sa.Text, nullable=False),
    sa.Column("host", sa.Text, nullable=False),
    sa.Column("pid", sa.Integer, nullable=False),
    sa.Column("started_at", UtcDateTime, nullable=False),
    sa.Column("seen_at", UtcDateTime, nullable=False),
    sa.Column("doing", sa.Text),
)
