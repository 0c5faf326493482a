"""A real S3 server (moto), behind a gate that can be shut in the middle of an upload."""

from __future__ import annotations

import logging
import os
import select
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import cache

import boto3
import pytest
from moto import backends
from moto.server import ThreadedMotoServer

from tests.jdc_faults import HOST, Faults

REGION = "us-east-1"


@cache
def _running() -> int:
    """The port of the one that serves all buckets as long as this process lives: its end alone takes half a second."""
    services = frozenset(backends.list_of_moto_modules())  # else its folders are looked through at each request, twice
    backends.list_of_moto_modules = lambda: services
    server = ThreadedMotoServer(ip_address=HOST, port=0, verbose=False)
    server.start()
    return int(server.get_host_and_port()[1])


@contextmanager
def s3_server(bucket: str, user: str, password: str, *, faults: Faults | None = None) -> Iterator[str]:
    """Serve an empty bucket, of a name that no other has; gives the endpoint's URL."""
    logging.getLogger("werkzeug").setLevel(logging.CRITICAL)
    with ExitStack() as stack:
        monkeypatch = stack.enter_context(pytest.MonkeyPatch.context())
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            monkeypatch.delenv(name)
        port = _running()
        url = stack.enter_context(_gate(port, faults or Faults()))
        client = s3_client(f"http://{HOST}:{port}", user, password)
        client.create_bucket(Bucket=bucket)
        client.close()
        yield url


def s3_client(endpoint: str, user: str, password: str):
    return boto3.client(
        "s3", endpoint_url=endpoint, aws_access_key_id=user, aws_secret_access_key=password, region_name=REGION
    )


@contextmanager
def _gate(port: int, faults: Faults) -> Iterator[str]:
    listener = socket.create_server((HOST, 0), backlog=64)
    listener.settimeout(0.05)
    stopping = threading.Event()
    threads: list[threading.Thread] = []

    def serve() -> None:
        while not stopping.is_set():
            with suppress(TimeoutError):
                client, _ = listener.accept()
                thread = threading.Thread(target=_pass_on, args=(client, port, faults, stopping), daemon=True)
                threads.append(thread)
                thread.start()

    main = threading.Thread(target=serve, name="s3-gate", daemon=True)
    main.start()
    try:
        yield f"http://{HOST}:{listener.getsockname()[1]}"
    finally:
        stopping.set()
        for thread in (main, *threads):
            thread.join(10)
        listener.close()


def _pass_on(client: socket.socket, port: int, faults: Faults, stopping: threading.Event) -> None:
    """Until one side ends, or the gate is shut by an upload that is to be cut; it stays so until someone opens it."""
    with client, socket.create_connection((HOST, port)) as server:
        while not stopping.is_set():
            ready, _, _ = select.select([client, server], [], [], 0.05)
            for one in ready:
                with suppress(ConnectionError):
                    data = one.recv(1 << 16)
                    if not data:
                        return
                    if one is client and data.startswith(b"PUT /") and faults.cuts_put(data[5:80].decode("latin-1")):
                        faults.shut = True
                    if faults.shut:
                        return
                    (server if one is client else client).sendall(data)
                    continue
                return
