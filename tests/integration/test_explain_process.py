"""``proprocessor explain`` between a terminal and a pipe."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import subprocess
import sys

COMMAND = [sys.executable, "-m", "console", "explain"]


def test_a_terminal_is_not_waited_for() -> None:
    ours, theirs = pty.openpty()
    done = subprocess.run([*COMMAND, "agent"], stdin=theirs, capture_output=True, text=True, check=False, timeout=60)
    os.close(ours)
    os.close(theirs)
    assert done.returncode == 2
    assert "give at least one value" in done.stderr


def test_a_reader_that_has_seen_enough_is_no_error() -> None:
    with subprocess.Popen(
        [*COMMAND, "agent", "--json"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdin and process.stdout and process.stderr
        process.stdin.write(b"curl/8.5.0\n" * 2)
        process.stdin.flush()
        assert json.loads(process.stdout.readline())["name"] == "curl"
        process.stdout.close()
        with contextlib.suppress(BrokenPipeError):
            process.stdin.write(b"curl/8.5.0\n" * 20_000)
            process.stdin.flush()
        assert process.stderr.read() == b""
        assert process.wait(60) == 0
