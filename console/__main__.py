"""``python -m console``: the command, where it is not installed."""

from console.cli import main

main()
