"""A transport by its URL."""

from __future__ import annotations

from pathlib import Path

from shared.errors import Misconfigured
from shared.transport.interface import Transport

LEASE_S = 60.0
DELIVERY_LIMIT = 20
"""A message whose takers died so often is dead: it kills them. RabbitMQ 4 has the same number as its default."""


def open_transport(
    url: str, *, lease_s: float = LEASE_S, delivery_limit: int = DELIVERY_LIMIT, heartbeat_s: int = 30
) -> Transport:
    """Open the queue that a URL names. ``lease_s`` is for ``sqlite:``, ``heartbeat_s`` for ``amqp:``."""
    scheme = url.partition(":")[0]
    if scheme == "sqlite":
        from shared.transport.sqlite import SqliteTransport

        path = url.removeprefix("sqlite:")
        if path.startswith("//"):
            path = path.removeprefix("//")
        return SqliteTransport(Path(path), lease_s=lease_s, delivery_limit=delivery_limit)
    if scheme in ("amqp", "amqps"):
        from shared.transport.amqp import AmqpTransport

        return AmqpTransport(url, heartbeat_s=heartbeat_s, delivery_limit=delivery_limit)
    raise Misconfigured(
        f"The setting queue has the unknown scheme {scheme!r}.", remedy="Write sqlite:, amqp://… or amqps://…."
    )
