"""The one door to Jinja: templates of ours, everything that is put in escaped, nothing that is missing passed over."""

from __future__ import annotations

from jinja2 import Environment, PackageLoader, StrictUndefined

__all__ = ["Environment", "environment_of"]


def environment_of(package: str, folder: str = "templates") -> Environment:
    """For the templates in a folder of a package."""
    return Environment(
        loader=PackageLoader(package, folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
