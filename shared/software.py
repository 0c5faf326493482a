"""What this software calls itself."""

from importlib.metadata import PackageNotFoundError, version

try:
    VERSION = version("proprocessor")
except PackageNotFoundError:  # run from a copy that was never installed
    VERSION = "0"
SOFTWARE = f"proprocessor {VERSION}"
