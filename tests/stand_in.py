"""A server that answers as it is told, in place of a console: hostile, or stopping at a wanted moment."""

from __future__ import annotations

import hashlib
import json
import tarfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from typing import Any

API = "/api/v1/datasets/shop"


@dataclass
class StandIn:
    """``answers`` by path; ``held`` is the path at which it says that it was ``reached``, and answers no more."""

    answers: dict[str, bytes] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    status: int = 200
    held: str = ""
    reached: threading.Event = field(default_factory=threading.Event)
    url: str = ""

    def publish(self, periods: Mapping[str, Mapping[str, bytes]], files: Mapping[str, bytes] | None = None) -> None:
        """These periods with these files, and files of none."""
        self.answers.clear()
        told = []
        for period, content in periods.items():
            manifest = json.dumps({"files": {name: sha256(data) for name, data in content.items()}}).encode()
            told.append({"id": period, "kind": "month", "digest": sha256(manifest)})
            self.answers |= {f"{API}/published/{period}/{name}": data for name, data in content.items()}
            self.answers[f"{API}/published/{period}/manifest.json"] = manifest
            self.answers[f"{API}/periods/{period}/archive"] = tar(content)
        self.answers |= {f"{API}/published/{name}": data for name, data in (files or {}).items()}
        common = [{"path": name, "sha256": sha256(data)} for name, data in (files or {}).items()]
        self.tell({"periods": told, "files": common, "assets": []})

    def tell(self, listing: Any) -> None:
        """What is published, as it says."""
        self.answers[f"{API}/published"] = json.dumps(listing).encode()


def tar(content: Mapping[str, bytes]) -> bytes:
    made = BytesIO()
    with tarfile.open(fileobj=made, mode="w") as archive:
        for name, data in content.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, BytesIO(data))
    return made.getvalue()


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@contextmanager
def standing_in() -> Iterator[StandIn]:
    """It, on a free port."""
    told = StandIn()
    over = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            told.asked.append(self.path)
            if self.path == told.held:
                told.reached.set()
                over.wait()
                return
            data = told.answers.get(self.path)
            self.send_response(told.status if data is not None else 404)
            self.send_header("Content-Length", str(len(data or b"")))
            self.end_headers()
            self.wfile.write(data or b"")

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    told.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield told
    finally:
        over.set()
        server.shutdown()
        thread.join()
        server.server_close()
