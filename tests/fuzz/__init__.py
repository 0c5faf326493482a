"""Hostile input without end: ``python -m tests.fuzz`` (docs/development.md). No part of ``make test``."""
