"""Structured logs: JSON lines for machines, coloured text on a terminal; no secret in either."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

SECRET_FIELD = re.compile(r"password|secret|token|authorization|credential", re.IGNORECASE)
URL_USERINFO = re.compile(r"(?P<scheme>[a-zA-Z][a-zA-Z0-9+.-]*://)[^/\s]+@")
"""Up to the last ``@`` before the path: people write ``@`` and quotes in passwords unescaped."""
MASK = "***"


def configure(mode: str = "auto", level: str = "info", stage: str = "") -> None:
    """Set up structlog and the libraries' own logging, to standard error.

    ``mode`` is ``text``, ``json`` or ``auto`` (text on a terminal); ``level`` the least that is written.
    """
    text = mode == "text" or (mode == "auto" and sys.stderr.isatty())
    number = logging.getLevelNamesMapping()[level.upper()]
    shared: list[structlog.types.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
        mask_secrets,
    ]
    # A traceback that the renderer formats itself would show the values of local variables, unmasked.
    last: structlog.types.Processor = (
        structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback)
        if text
        else structlog.processors.JSONRenderer()
    )
    structlog.configure(
        processors=[*shared, last],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    structlog.contextvars.clear_contextvars()
    if stage:
        structlog.contextvars.bind_contextvars(process=stage)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processor=last))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(max(number, logging.WARNING))
    for noisy in ("pika", "paramiko"):
        # They report as errors what we catch, say in our words and try again.
        logging.getLogger(noisy).setLevel(logging.CRITICAL)


def mask_secrets(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Mask fields that are called a secret, and the user part of URLs in any text."""
    for key, value in event.items():
        event[key] = _masked(key, value)
    return event


def _masked(key: str, value: Any) -> Any:
    if SECRET_FIELD.search(key):
        return MASK
    match value:
        case str():
            return URL_USERINFO.sub(rf"\g<scheme>{MASK}@", value)
        case dict():
            return {name: _masked(str(name), inner) for name, inner in value.items()}
        case list() | tuple():
            return [_masked(key, inner) for inner in value]
        case BaseException():
            return _masked(key, repr(value))
        case _:
            return value
