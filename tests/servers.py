"""Private RabbitMQ and PostgreSQL servers on free ports, whoever runs the tests and whatever else runs here."""

from __future__ import annotations

import contextlib
import json
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
import uuid
from pathlib import Path

import pika
import psycopg

DEADLINE_S = 120.0
SPARE = 4
"""How many virtual hosts are made at once: to be told takes the broker longer than to make one."""


class NotInstalled(RuntimeError):
    """The program is not on this machine."""


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def wait_for(what: str, ready, log: Path, process: subprocess.Popen | None = None) -> None:
    """Until ``ready()`` gives true; with the end of the server's log when it does not."""
    deadline = time.monotonic() + DEADLINE_S
    while not ready():
        ended = process is not None and process.poll() is not None
        if ended or time.monotonic() > deadline:
            tail = log.read_text(errors="replace")[-3000:] if log.exists() else "(no log)"
            raise RuntimeError(f"{what} did not get ready{' (it ended)' if ended else ''}:\n{tail}")
        time.sleep(0.1)


class RabbitMQ:
    """A broker of its own node, with its own epmd; what it keeps survives stop and start."""

    def __init__(self) -> None:
        self._program = next(
            (
                p
                for p in ("/usr/lib/rabbitmq/bin/rabbitmq-server", shutil.which("rabbitmq-server"))
                if p and Path(p).exists()
            ),
            None,
        )
        if self._program is None:
            raise NotInstalled("rabbitmq-server")
        self._folder = Path(tempfile.mkdtemp(prefix="rabbit-"))
        self.port = free_port()
        self._log = self._folder / "server.log"
        self._process: subprocess.Popen | None = None
        self._spare: list[str] = []
        (self._folder / "enabled_plugins").write_text("[].\n")
        (self._folder / "rabbitmq.conf").write_text(
            f"listeners.tcp.1 = 127.0.0.1:{self.port}\nvm_memory_high_watermark.absolute = 512MB\n"
            "disk_free_limit.absolute = 1MB\nlog.file.level = warning\n"
        )
        (self._folder / ".erlang.cookie").write_text("proprocessortests")
        (self._folder / ".erlang.cookie").chmod(0o400)
        self._environment = {
            "PATH": f"/usr/lib/rabbitmq/bin:{os.environ['PATH']}",
            "HOME": str(self._folder),
            "LANG": "C.UTF-8",
            "RABBITMQ_NODENAME": f"test{self.port}@localhost",
            "RABBITMQ_DIST_PORT": str(free_port()),
            "ERL_EPMD_PORT": str(free_port()),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_CONFIG_FILE": str(self._folder / "rabbitmq.conf"),
            "RABBITMQ_CONF_ENV_FILE": str(self._folder / "none"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self._folder / "enabled_plugins"),
            "RABBITMQ_MNESIA_BASE": str(self._folder / "mnesia"),
            "RABBITMQ_LOG_BASE": str(self._folder / "log"),
            "RABBITMQ_PID_FILE": str(self._folder / "pid"),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "+S 2:2 +sbwt none +sbwtdcpu none +sbwtdio none",
        }

    @property
    def url(self) -> str:
        return f"amqp://guest:guest@127.0.0.1:{self.port}/%2F"

    def start(self) -> None:
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [str(self._program)], env=self._environment, stdout=log, stderr=log, start_new_session=True
            )
        wait_for("RabbitMQ", self._answers, self._log, self._process)

    def stop(self, *, hard: bool = False) -> None:
        if self._process is None:
            return
        os.killpg(self._process.pid, 9 if hard else 15)
        try:
            self._process.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, 9)
            self._process.wait()
        self._process = None

    def restart(self) -> None:
        self.stop()
        self.start()

    def virtual_host(self) -> str:
        """The URL of a virtual host that is new and empty."""
        if not self._spare:
            self._spare = [f"v{uuid.uuid4().hex[:8]}" for _ in range(SPARE)]
            every = {"user": "guest", "configure": ".*", "write": ".*", "read": ".*"}
            told = {"vhosts": [{"name": one} for one in self._spare]}
            told["permissions"] = [{**every, "vhost": one} for one in self._spare]
            file = self._folder / "definitions.json"
            file.write_text(json.dumps(told))
            self._control("import_definitions", str(file))
        return f"amqp://guest:guest@127.0.0.1:{self.port}/{self._spare.pop()}"

    def lose_queue(self, name: str) -> None:
        """What a broker killed while it made a queue leaves: the queue is known, and nothing serves it."""
        member = f"{{list_to_atom({json.dumps('%2F_' + name)}), node()}}"
        self._control("eval", f"ok = ra:force_delete_server(quorum_queues, {member}).")

    def remove(self) -> None:
        self.stop(hard=True)
        with contextlib.suppress(OSError):
            for _ in range(20):  # it stays as long as it has not seen that the node is gone
                told = subprocess.run(["epmd", "-kill"], env=self._environment, capture_output=True, timeout=20)
                if b"living nodes" not in told.stdout + told.stderr:
                    break
                time.sleep(0.05)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _control(self, *words: str) -> None:
        program = "/usr/lib/rabbitmq/bin/rabbitmqctl"
        subprocess.run([program, "-q", *words], env=self._environment, check=True, capture_output=True)

    def _answers(self) -> bool:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=2) as probe:
            probe.close()
            return self._speaks()
        return False

    def _speaks(self) -> bool:
        try:
            pika.BlockingConnection(pika.URLParameters(self.url + "?socket_timeout=2&connection_attempts=1")).close()
        except (pika.exceptions.AMQPError, OSError):
            return False
        return True


class PostgreSQL:
    """A cluster of its own. PostgreSQL refuses root: run by root, it becomes another user."""

    def __init__(self) -> None:
        found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
        path = shutil.which("postgres")
        if not found and not path:
            raise NotInstalled("postgresql")
        self._bin = found[-1] if found else Path(str(path)).parent
        self._folder = Path(tempfile.mkdtemp(prefix="postgres-"))
        self.port = free_port()
        self._log = self._folder / "server.log"
        self._process: subprocess.Popen | None = None
        self._user = self._other_user()
        if self._user:
            shutil.chown(self._folder, self._user)
        self._run("initdb", "-D", str(self._folder / "data"), "-U", "tests", "-A", "trust", "-E", "UTF8", "--no-sync")

    @property
    def url(self) -> str:
        return f"postgresql+psycopg://tests@127.0.0.1:{self.port}/postgres"

    def start(self) -> None:
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={self._folder} -c fsync=off"
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [*self._as_user(), str(self._bin / "postgres"), "-D", str(self._folder / "data"), *options.split()],
                stdout=log,
                stderr=log,
                start_new_session=True,
                cwd=self._folder,
            )
        wait_for("PostgreSQL", self._answers, self._log, self._process)

    def stop(self) -> None:
        if self._process is None:
            return
        self._run("pg_ctl", "stop", "-D", str(self._folder / "data"), "-m", "immediate", "-w")
        self._process.wait(30)
        self._process = None

    def restart(self) -> None:
        self.stop()
        self.start()

    def create_database(self, name: str) -> str:
        with psycopg.connect(host="127.0.0.1", port=self.port, user="tests", dbname="postgres", autocommit=True) as c:
            c.execute(f'CREATE DATABASE "{name}"')
        return f"postgresql+psycopg://tests@127.0.0.1:{self.port}/{name}"

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _answers(self) -> bool:
        try:
            psycopg.connect(
                host="127.0.0.1", port=self.port, user="tests", dbname="postgres", connect_timeout=2
            ).close()
        except psycopg.Error:
            return False
        return True

    def _other_user(self) -> str | None:
        if os.getuid() != 0:
            return None
        for name in ("postgres", "nobody"):
            with contextlib.suppress(KeyError):
                return pwd.getpwnam(name).pw_name
        raise RuntimeError("PostgreSQL refuses root, and there is no user postgres or nobody")

    def _as_user(self) -> list[str]:
        return ["setpriv", f"--reuid={self._user}", "--clear-groups", "--"] if self._user else []

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [*self._as_user(), str(self._bin / program), *arguments], capture_output=True, text=True, cwd=self._folder
        )
        if done.returncode:
            raise RuntimeError(f"{program} failed: {done.stderr or done.stdout}")
