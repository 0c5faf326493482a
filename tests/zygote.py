"""A process that has loaded the software and waits to be told what to run: each command is a fork of it.

Starting Python and loading the libraries takes longer than most commands that tests run. What is forked is a process of
its own all the same, with its own environment, files, signals and end.
"""

from __future__ import annotations

import array
import atexit
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
SIZE = 1 << 20
LOADED = (
    "console.cli", "console.local", "console.survey", "console.report_documents", "fetcher.stage", "parser.stage",
    "parser.part_stage", "analyzer.stage", "analyzer.live", "reporter.stage", "reporter.targets.stage",
)  # fmt: skip


@cache
def _address() -> str:
    """Start one for this process of the tests; gives where it listens."""
    folder = tempfile.mkdtemp(prefix="zygote-")
    address = f"{folder}/socket"
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.zygote", address], cwd=ROOT, env=environment, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    with process.stdout as said:
        assert said.readline() == b"ready\n"

    @atexit.register
    def _end() -> None:
        process.kill()
        process.wait()

    return address


def run(words: list[str], environment: dict[str, str], timeout_s: float) -> tuple[int, str, str]:
    """Run a command to its end, without standard input: its exit code, what it wrote, and what it complained of."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err, socket.socket(socket.AF_UNIX) as link:
        link.connect(_address())
        files = array.array("i", [out.fileno(), err.fileno()])
        told = json.dumps({"words": words, "environment": environment, "cwd": str(Path.cwd())}).encode()
        link.sendmsg([len(told).to_bytes(4, "big")], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, files)])
        link.sendall(told)
        reader = link.makefile()
        pid = int(reader.readline())
        link.settimeout(timeout_s)
        try:
            code = int(reader.readline())
        except TimeoutError:
            os.kill(pid, signal.SIGKILL)
            raise
        out.seek(0)
        err.seek(0)
        return code, out.read().decode(), err.read().decode()


def _serve(address: str) -> dict[str, Any]:
    """Fork for each who asks; comes back in the fork alone."""
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(address)
        listener.listen(16)
        os.write(1, b"ready\n")
        while True:
            link, _ = listener.accept()
            while _reaped():
                pass
            if os.fork() == 0:
                break
            link.close()
    size, ancillary, _, _ = link.recvmsg(4, socket.CMSG_SPACE(2 * 4))
    files = array.array("i", ancillary[0][2])
    told = json.loads(link.makefile("rb").read(int.from_bytes(size, "big")))
    pid = os.fork()
    if pid:
        link.sendall(f"{pid}\n".encode())
        _, status = os.waitpid(pid, 0)
        link.sendall(f"{os.waitstatus_to_exitcode(status)}\n".encode())
        os._exit(0)
    link.close()
    os.setsid()
    nothing = os.open(os.devnull, os.O_RDONLY)
    for number, file in enumerate((nothing, *files)):
        os.dup2(file, number)
        os.close(file)
    return dict(told)


def _reaped() -> bool:
    try:
        return os.waitpid(-1, os.WNOHANG)[0] != 0
    except ChildProcessError:
        return False


def _become(told: dict[str, Any]) -> None:
    """Be the command: what it finds is as if it had been started."""
    os.environ.clear()
    os.environ.update(told["environment"])
    os.chdir(told["cwd"])
    sys.argv = ["proprocessor", *told["words"]]


if __name__ == "__main__":
    from importlib import import_module

    for name in LOADED:
        import_module(name)
    _become(_serve(sys.argv[1]))
    from console.cli import main

    main()
