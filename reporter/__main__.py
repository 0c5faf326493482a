"""``python -m reporter``: this stage as a process of its own."""

import sys

from reporter.stage import make_stage
from shared.process import main

sys.exit(main(make_stage))
