"""Editors of a data set's settings: forms, one a part, for what else is written as TOML.

``parts`` is the table of parts, ``shapes`` what the settings' model says of each value, ``moves`` what the buttons of a
form do. A form is read into plain data by ``reading`` and shown again by ``widgets``, as wrong as it may be, with the
``faults`` beside their fields. ``document`` puts a part among all settings; from there on a change goes the way of any
other: shown first, taken, kept in the history (``console.web.settings_taken``).
``overview``, ``tables`` and ``items`` are the pages; ``live`` answers while somebody writes, by ``counts``.
"""

from console.web.editors import costs, items, live, mails, overview, tables, targets, tasks

PAGES = (overview, live, tasks, costs, mails, targets, items, tables)
"""In this order: an address that is one of a part's name comes last."""
