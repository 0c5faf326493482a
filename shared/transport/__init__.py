"""Queues between processes, in two implementations under one suite of laws.

``sqlite:PATH`` is the default: a file beside the catalog, several processes on one host, nothing to install.
``amqp://`` and ``amqps://`` is RabbitMQ 3.10 or newer: durable quorum queues, publisher confirms, dead letters.
``open_transport(url)`` gives one; :class:`Transport` says what it does.
"""

from shared.transport.interface import (
    BrokenQueue,
    DeadDelivery,
    Delivery,
    Envelope,
    QueueDepth,
    StaleDelivery,
    Transport,
    UnroutableMessage,
)
from shared.transport.opener import open_transport

__all__ = [
    "BrokenQueue",
    "DeadDelivery",
    "Delivery",
    "Envelope",
    "QueueDepth",
    "StaleDelivery",
    "Transport",
    "UnroutableMessage",
    "open_transport",
]
