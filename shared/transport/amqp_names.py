"""How the queues at RabbitMQ are named and made."""

from __future__ import annotations

from typing import Any

EXCHANGE = "proprocessor"
DEAD_EXCHANGE = "proprocessor.dead"
EXPIRY_SLACK_MS = 600_000
CONSUMER_TIMEOUT_MS = 86_400_000


def queue_arguments(queue: str, delivery_limit: int) -> dict[str, Any]:
    """Of a stage's queue; its dead go where they are collected from."""
    return {
        "x-queue-type": "quorum",
        "x-delivery-limit": delivery_limit,
        # From RabbitMQ 3.12 on; before, the broker's own setting (30 minutes) ends longer work: see docs/queues.md.
        "x-consumer-timeout": CONSUMER_TIMEOUT_MS,
        "x-dead-letter-exchange": DEAD_EXCHANGE,
        "x-dead-letter-routing-key": queue,
        # At least once needs reject-publish: a message is dropped here only when it lies safely there.
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
    }


def wait_arguments(queue: str, delay_ms: int) -> dict[str, Any]:
    """Of a queue whose messages return to a stage's when they expire."""
    return {
        "x-queue-type": "quorum",
        "x-message-ttl": delay_ms,
        # Declared again with each message, so it outlives every message in it.
        "x-expires": 2 * delay_ms + EXPIRY_SLACK_MS,
        "x-dead-letter-exchange": EXCHANGE,
        "x-dead-letter-routing-key": own_key(queue),
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
    }


def queue_name(queue: str) -> str:
    """Of a stage's queue."""
    return f"{EXCHANGE}.{queue}"


def dead_name(queue: str) -> str:
    """Of the queue of its dead."""
    return f"{EXCHANGE}.{queue}.dead"


def wait_name(queue: str, delay_s: float) -> str:
    """Of the queue in which its messages wait so long."""
    return f"{EXCHANGE}.{queue}.wait.{milliseconds(delay_s)}"


def milliseconds(delay_s: float) -> int:
    """As RabbitMQ counts delays; at least one."""
    return max(1, round(delay_s * 1000))


def own_key(queue: str) -> str:
    """The routing key that leads to this queue alone."""
    return f"queue:{queue}"
