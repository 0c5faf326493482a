"""A process that has loaded the software and waits to be told what to run: each command is a fork of it.

Starting Python and loading the libraries takes longer than most commands that tests run. What is forked is a process of
its own all the same, with its own environment, files, signals and end.
"""

from __future__ import annotations

import array
import atexit
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import IO, Any

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


class Started:
    """A command that goes on, told and ended as :class:`subprocess.Popen` does it."""

    def __init__(self, link: socket.socket) -> None:
        self._link = link
        self.pid = self._number()
        self.returncode: int | None = None

    def poll(self) -> int | None:
        if self.returncode is None and select.select([self._link], [], [], 0)[0]:
            self._end()
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        if self.returncode is None:
            if not select.select([self._link], [], [], timeout)[0]:
                raise TimeoutError(f"process {self.pid} goes on after {timeout} s")
            self._end()
        assert self.returncode is not None
        return self.returncode

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def _end(self) -> None:
        self.returncode = self._number()
        self._link.close()

    def _number(self) -> int:
        """A line, and nothing of the next one."""
        said = b""
        while not said.endswith(b"\n"):
            said += self._link.recv(1) or b"\n"
        return int(said)


def start(words: list[str], environment: dict[str, str], out: IO[bytes], err: IO[bytes]) -> Started:
    """Start a command, without standard input, in a session of its own."""
    link = socket.socket(socket.AF_UNIX)
    link.connect(_address())
    files = array.array("i", [out.fileno(), err.fileno()])
    told = json.dumps({"words": words, "environment": environment, "cwd": str(Path.cwd())}).encode()
    link.sendmsg([len(told).to_bytes(4, "big")], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, files)])
    link.sendall(told)
    return Started(link)


def run(words: list[str], environment: dict[str, str], timeout_s: float) -> tuple[int, str, str]:
    """Run a command to its end: its exit code, what it wrote, and what it complained of."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        started = start(words, environment, out, err)
        try:
            code = started.wait(timeout_s)
        except TimeoutError:
            started.kill()
            started.wait()
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
