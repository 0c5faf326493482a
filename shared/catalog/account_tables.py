"""The tables of accounts: who there is, what they sign in with, and failed attempts to."""

from __future__ import annotations

import sqlalchemy as sa

from shared.catalog.metadata import BigId, UtcDateTime, metadata

accounts = sa.Table(
    "accounts",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("datasets", sa.JSON, nullable=False),
    sa.Column("password", sa.Text, nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("disabled_at", UtcDateTime),
    sa.Column("totp", sa.Text),
    sa.Column("totp_since", UtcDateTime),
    sa.Column("totp_step", BigId),
)
"""``datasets`` are ids, for who is no administrator; ``password`` is an argon2id hash with its parameters, empty where
there is none. ``totp`` is the sealed secret of one-time codes (null: none are asked for), ``totp_step`` the step of
30 s whose code was used last."""

recovery_codes = sa.Table(
    "recovery_codes",
    metadata,
    sa.Column("digest", sa.Text, primary_key=True),
    sa.Column("account", sa.Text, nullable=False, index=True),
)
"""Of each account with one-time codes, those that stand in for a lost device and were not used yet."""

identities = sa.Table(
    "identities",
    metadata,
    sa.Column("issuer", sa.Text, primary_key=True),
    sa.Column("subject", sa.Text, primary_key=True),
    sa.Column("account", sa.Text, nullable=False, index=True),
    sa.Column("email", sa.Text),
    sa.Column("is_maker", sa.Boolean, nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("used_at", UtcDateTime, nullable=False),
)
"""Who signs in to an account by a provider (OpenID Connect); ``email`` is shown and never compared. ``is_maker``: the
account was made by it, and has the role that the provider's claim says."""

attempts = sa.Table(
    "attempts",
    metadata,
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("failures", sa.Integer, nullable=False),
    sa.Column("last_at", UtcDateTime, nullable=False, index=True),
)
"""Failed attempts to sign in. ``kind`` is ``name`` (``name`` is one, whether there is such an account or not), ``code``
(an account, its password was right) or ``address`` (a network they came from)."""
