"""Settings with five labels of kinds that people use: what the whole pipeline is measured with."""

from __future__ import annotations

SETTINGS = """
[dataset]
name = "measured"
timezone = "{zone}"
hosts = ["{host}"]

[[labels]]
id = "searched"
match = {{ search = true }}

[[labels]]
id = "brief"
match = {{ short = true }}

[[labels]]
id = "again"
match = {{ visitor = "returning" }}

[[labels]]
id = "section"
match = {{ saw_page = {{ starts_with = "{section}" }} }}

[[labels]]
id = "campaigns"
match = {{ channel = {{ equals = "campaign" }} }}
"""


def five_labels(host: str, section: str, zone: str = "UTC") -> str:
    """The settings' TOML: of the site's own host, and the beginning of the pages that one label is about."""
    return SETTINGS.format(host=host, section=section, zone=zone)
