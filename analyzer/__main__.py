"""``python -m analyzer``: this stage as a process of its own."""

import sys

from analyzer.stage import make_stage
from shared.process import main

sys.exit(main(make_stage))
