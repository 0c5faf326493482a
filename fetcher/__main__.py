"""``python -m fetcher``: this stage as a process of its own."""

import sys

from fetcher.stage import make_stage
from shared.process import main

sys.exit(main(make_stage))
