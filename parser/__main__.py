"""``python -m parser``: this stage as a process of its own."""

import sys

from parser.stage import make_stage
from shared.process import main

sys.exit(main(make_stage))
