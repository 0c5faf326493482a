"""How the quick layer is run."""

from __future__ import annotations

from hypothesis import settings

# On a machine that does other things as well, an example may wait longer than it works. What must not take long has
# a test that measures the time it works.
settings.register_profile("unit", deadline=None)
settings.load_profile("unit")
