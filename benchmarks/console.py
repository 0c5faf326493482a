"""How long published pages take from the console, with many readers at once.

``python -m benchmarks.console [--readers 50] [--seconds 30]``: a data set of the demo, its pages asked for by readers
who each look at a page for a second before the next, over HTTP, signed in, as browsers ask (gzip, no cache).
"""

from __future__ import annotations

import argparse
import http.client
import random
import subprocess
import sys
import tempfile
import threading
import time
from datetime import UTC, date, datetime
from pathlib import Path
from urllib.parse import urlsplit

from console.demo.dataset import make_dataset
from console.web import sessions
from shared import accounts
from shared.catalog import open_catalog
from shared.settings import load_settings

LOOKS_S = 1.0


def main() -> None:
    """Measure, and print a line for each share of the requests."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--readers", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=30.0)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-console-") as folder:
        root = Path(folder)
        make_dataset(root, last_day=date(2026, 3, 31), days=60)
        data = root / "data"
        run = [sys.executable, "-m", "console"]
        words = ["process", str(root / "fruit"), "--publish", str(root / "out"), "--data", str(data)]
        subprocess.run([*run, *words], check=True, capture_output=True)
        pages = [str(one.relative_to(root / "out")) for one in (root / "out").glob("*/*/*.html")]
        cookie = _session(data)
        server = subprocess.Popen(
            [*run, "console", "--port", "0", "--data", str(data)], stdout=subprocess.PIPE, text=True
        )
        assert server.stdout is not None
        url = server.stdout.readline().split()[1]
        try:
            times, weight = _ask(url, cookie, pages, given.readers, given.seconds)
        finally:
            server.terminate()
            server.wait()
    times.sort()
    print(
        f"{len(pages):,} pages, {given.readers} readers, {len(times):,} requests, {weight / len(times) / 1024:.0f} KiB each"
    )
    for share in (0.5, 0.95, 0.99, 1.0):
        print(f"  {share:4.0%}  {times[min(len(times) - 1, int(share * len(times)))] * 1000:7.1f} ms")


def _session(data: Path) -> str:
    catalog = open_catalog(load_settings({}, data=data).catalog_url)
    now = datetime.now(UTC)
    accounts.add(catalog, "reader", "administrator", "correct horse", now)
    kept = sessions.begin(catalog, "reader", now, address="", agent="")
    catalog.close()
    return kept


def _ask(url: str, cookie: str, pages: list[str], readers: int, seconds: float) -> tuple[list[float], int]:
    parts, times, weight, lock = urlsplit(url), [], [0], threading.Lock()
    end = time.monotonic() + seconds

    def read(seed: int) -> None:
        chance = random.Random(seed)
        link = http.client.HTTPConnection(parts.hostname or "", parts.port)
        headers = {"Cookie": f"proprocessor={cookie}", "Accept-Encoding": "gzip"}
        time.sleep(chance.random() * LOOKS_S)
        while time.monotonic() < end:
            begun = time.perf_counter()
            link.request("GET", f"/reports/{chance.choice(pages)}", headers=headers)
            answer = link.getresponse()
            body = answer.read()
            took = time.perf_counter() - begun
            assert answer.status == 200, (answer.status, body[:200])
            with lock:
                times.append(took)
                weight[0] += len(body)
            time.sleep(LOOKS_S * (0.5 + chance.random()))

    threads = [threading.Thread(target=read, args=(number,)) for number in range(readers)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return times, weight[0]


if __name__ == "__main__":
    main()
