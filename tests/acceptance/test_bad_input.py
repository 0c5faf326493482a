"""What is wrong ends in a clear message and the right exit code, and nothing is lost."""

from __future__ import annotations

import gzip
import json
import os
import random
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.acceptance.command import audit, ids, run, total
from tests.jdc import Faults, ftp_server, http_server, sftp_server

BAD_INPUT, UNREACHABLE, MISCONFIGURED = 65, 69, 78
LINE = '192.0.2.{} - - [{:02}/Mar/2026:10:00:00 +0000] "GET /{} HTTP/1.1" 200 9 "-" "Mozilla/5.0 (X11; Linux) Firefox/140.0"\n'
CONFIG = """<?xml version="1.0"?>
<CLICKTRACKSSERVER><SITE><NAME>fruit</NAME></SITE><SUBDOMAINS><COUNT>1</COUNT><SUBDOMAIN1><NAME>{}</NAME>
<SERVERS><COUNT>1</COUNT><SERVER1><NAME>{}</NAME></SERVER1></SERVERS></SUBDOMAIN1></SUBDOMAINS></CLICKTRACKSSERVER>
"""


def lines(day: int, number: int = 20) -> str:
    """A page view each."""
    return "".join(LINE.format(one, day, f"page-{one}") for one in range(number))


def logs(folder: Path) -> Path:
    folder.mkdir()
    (folder / "a.log").write_text(lines(1))
    (folder / "b.log").write_text(lines(2))
    return folder


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.mark.parametrize("scheme", ["ftp", "ftps", "http", "https", "sftp"])
def test_an_unreachable_server_is_named_and_later_fetched_from(tmp_path: Path, data: Path, scheme: str) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    ran = run("process", f"{scheme}://127.0.0.1:{port}/logs/", "--publish", tmp_path / "out", data=data)
    assert ran.code == UNREACHABLE
    assert f"127.0.0.1:{port}" in ran.err
    assert "Nothing was published." in ran.err
    assert not (tmp_path / "out").exists() or not any((tmp_path / "out").iterdir())


def test_a_fetch_that_died_is_replayed_when_the_server_is_back(tmp_path: Path, data: Path) -> None:
    logs(tmp_path / "logs")
    faults = Faults(broken={"logs/a.log": 1000})
    with http_server(tmp_path, faults=faults) as url:
        assert run("process", f"{url}logs/", "--publish", tmp_path / "out", data=data).code == UNREACHABLE
        (letter,) = json.loads(run("failures", "list", "--json", data=data).out)
        faults.broken.clear()
        assert run("failures", "replay", letter["id"], data=data).code == 0
        ran = run("process", f"{url}logs/", "--publish", tmp_path / "out", data=data)
    assert ran.code == 0
    assert total(tmp_path / "out", ids(run("datasets", "--json", data=data).out)[0]) == 40


@pytest.mark.parametrize(
    ("user", "password"), [("pro", "wrong"), ("nobody", "secret"), (None, None)], ids=["password", "user", "none"]
)
@pytest.mark.parametrize("scheme", ["ftp", "http", "sftp"])
def test_wrong_credentials_are_told_without_telling_them(
    tmp_path: Path, data: Path, scheme: str, user: str | None, password: str | None
) -> None:
    logs(tmp_path / "logs")
    servers = {
        "ftp": lambda: ftp_server(tmp_path, "pro", "secret"),
        "http": lambda: http_server(tmp_path, auth="digest"),
        "sftp": lambda: sftp_server(tmp_path, "pro", "secret"),
    }
    options = ["--user", user, "--password-env", "SECRET"] if user else []
    with servers[scheme]() as url:
        words = ("process", f"{url}logs/", "--publish", tmp_path / "out", *options)
        ran = run(*words, data=data, SECRET=password or "")
    assert ran.code == MISCONFIGURED
    assert "credentials" in ran.err.lower() or "user" in ran.err.lower()
    assert "wrong" not in ran.said.replace("wrongly", "")


@pytest.mark.parametrize(
    ("content", "reason", "says"),
    [
        (b"", "config_empty", "is empty"),
        (b"this is no XML", "config_not_xml", "line 1"),
        (b"<CLICKTRACKSSERVER><SITE></CLICKTRACKSSERVER>", "config_not_xml", "line 1"),
        (b"<html><body>404</body></html>", "config_not_config", "<html>"),
        (
            b'<?xml version="1.0"?>\n<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>\n<CLICKTRACKSSERVER>&b;</CLICKTRACKSSERVER>',
            "config_entities",
            "line 2",
        ),
        (
            b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><CLICKTRACKSSERVER><SITE><NAME>&a;</NAME></SITE></CLICKTRACKSSERVER>',
            "config_entities",
            "line 1",
        ),
        (CONFIG.format("..", "web1").encode(), "config_unsafe_name", "'..'"),
        (CONFIG.format("www", "../../../etc").encode(), "config_unsafe_name", "etc"),
        (CONFIG.format("/etc", "web1").encode(), "config_unsafe_name", "/etc"),
        (random.Random(1).randbytes(5000), "config_not_xml", "not XML"),
    ],
    ids=["empty", "text", "unclosed", "html", "bomb", "external", "up", "server up", "absolute", "random"],
)
def test_a_config_that_is_none_is_told_with_its_line(
    tmp_path: Path, data: Path, content: bytes, reason: str, says: str
) -> None:
    config = tmp_path / "ClickTracks_Config.xml"
    config.write_bytes(content)
    ran = run("process", config, "--publish", tmp_path / "out", data=data)
    assert ran.code == BAD_INPUT
    assert str(config) in ran.err
    assert says in ran.err
    assert "root:" not in ran.said
    (letter,) = json.loads(run("failures", "list", "--json", data=data).out)
    assert letter["reason"] == reason


def test_an_empty_data_set_and_an_empty_folder_are_told(tmp_path: Path, data: Path) -> None:
    (tmp_path / "nothing").mkdir()
    jdc = tmp_path / "jdc"
    (jdc / "normal" / "www" / "web1").mkdir(parents=True)
    (jdc / "ClickTracks_Config.xml").write_text(CONFIG.format("www", "web1"))
    (jdc / "access.log").write_text("still being written\n")
    for place in (tmp_path / "nothing", jdc / "ClickTracks_Config.xml"):
        ran = run("process", place, "--publish", tmp_path / "out", data=data)
        assert ran.code == BAD_INPUT
        assert "holds no log files" in ran.err
        assert str(place) in ran.err


def test_what_is_not_there_is_told(tmp_path: Path, data: Path) -> None:
    for place in ("missing.log", "missing/", "missing/ClickTracks_Config.xml"):
        ran = run("process", f"{tmp_path}/{place}", "--publish", tmp_path / "out", data=data)
        assert ran.code in (BAD_INPUT, UNREACHABLE)
        assert "missing" in ran.err


@pytest.mark.parametrize("damage", ["random", "truncated gzip", "damaged gzip"])
def test_a_damaged_file_is_a_replayable_dead_letter_and_the_rest_is_published(
    tmp_path: Path, data: Path, damage: str
) -> None:
    folder, out = logs(tmp_path / "logs"), tmp_path / "out"
    packed = gzip.compress(lines(3, 1000).encode())
    broken = folder / ("c.log" if damage == "random" else "c.log.gz")
    middle = len(packed) // 2
    broken.write_bytes(
        {
            "random": random.Random(2).randbytes(20000),
            "truncated gzip": packed[:middle],
            "damaged gzip": packed[:middle] + b"????????" + packed[middle + 8 :],
        }[damage]
    )
    ran = run("process", folder, "--publish", out, data=data)
    assert ran.code == BAD_INPUT
    assert broken.name in ran.err
    assert "1 of 3 files could not be read" in ran.err
    assert total(out, "logs") == 40
    (letter,) = json.loads(run("failures", "list", "--json", data=data).out)
    shown = run("failures", "show", letter["id"], data=data)
    assert shown.code == 0
    assert broken.name in shown.out
    # Replayed as it is, it dies again; mended, it counts.
    assert run("failures", "replay", letter["id"], data=data).code == 0
    assert run("process", folder, "--publish", out, data=data).code == BAD_INPUT
    broken.write_bytes(lines(3, 1000).encode() if damage == "random" else packed)
    assert run("process", folder, "--publish", out, data=data).code == 0
    assert total(out, "logs") == 1040
    assert audit(out, "logs")[broken.name]["hits"] == 1000


@contextmanager
def tmpfs(folder: Path, size_kib: int) -> Iterator[None]:
    """A disk of its own."""
    folder.mkdir()
    if os.geteuid() != 0:
        pytest.skip("only root can make a small disk")
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size_kib}k", "tmpfs", folder], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


def again(folder: Path, options: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{options}", folder], check=True)


def big(folder: Path) -> Path:
    folder.mkdir()
    for day in range(1, 21):
        text = "".join(
            LINE.format(one % 250, day, random.Random(day * 10000 + one).randbytes(40).hex()) for one in range(1000)
        )
        (folder / f"{day:02}.log").write_text(text)
    return folder


@pytest.mark.parametrize("size_kib", [600, 1500, 3500, 4800])
def test_a_full_disk_is_told_and_with_more_room_the_work_goes_on(tmp_path: Path, size_kib: int) -> None:
    folder, disk, out = big(tmp_path / "logs"), tmp_path / "disk", tmp_path / "out"
    with tmpfs(disk, size_kib):
        data = disk / "data"
        ran = run("process", folder, "--publish", out, "--periods", "all", data=data)
        assert ran.code not in (0, BAD_INPUT), ran.said
        assert "full" in ran.err, ran.err
        assert str(disk) in ran.err or "disk" in ran.err
        again(disk, "size=300m")
        ran = run("process", folder, "--publish", out, "--periods", "all", data=data)
        assert ran.code == 0, ran.said
        assert total(out, "logs", "page_views") == 20000
        assert {row["duplicates"] for row in audit(out, "logs").values()} == {0}


def test_a_full_publish_disk_leaves_the_last_edition_whole(tmp_path: Path, data: Path) -> None:
    folder, disk = logs(tmp_path / "logs"), tmp_path / "disk"
    with tmpfs(disk, 100_000):
        out = disk / "out"
        assert run("process", folder, "--publish", out, data=data).code == 0
        before = {path: path.read_bytes() for path in sorted(out.rglob("*.*")) if path.is_file()}
        (folder / "c.log").write_text(lines(3))
        used = sum(path.stat().st_blocks * 512 for path in disk.rglob("*")) // 1024
        again(disk, f"size={used + 40}k")
        ran = run("process", folder, "--publish", out, data=data)
        assert ran.code not in (0, BAD_INPUT), ran.said
        assert "full" in ran.err
        assert {path: path.read_bytes() for path in before} == before
        again(disk, "size=100m")
        assert run("process", folder, "--publish", out, data=data).code == 0
        assert total(out, "logs") == 60


@pytest.mark.parametrize("which", ["data", "out"])
def test_a_read_only_folder_is_told_and_later_used(tmp_path: Path, which: str) -> None:
    folder, disk = logs(tmp_path / "logs"), tmp_path / "disk"
    with tmpfs(disk, 100_000):
        places = {"data": tmp_path / "data", "out": tmp_path / "out", which: disk / which}
        again(disk, "ro")
        ran = run("process", folder, "--publish", places["out"], data=places["data"])
        assert ran.code == MISCONFIGURED, ran.said
        assert str(disk) in ran.err
        assert "ead-only" in ran.err
        again(disk, "rw")
        assert run("process", folder, "--publish", places["out"], data=places["data"]).code == 0
        assert total(places["out"], "logs") == 40


def test_a_queue_or_database_that_does_not_answer_is_told(tmp_path: Path, data: Path) -> None:
    folder = logs(tmp_path / "logs")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    started = time.monotonic()
    queue = f"amqp://guest:guest@127.0.0.1:{port}/"
    ran = run("process", folder, "--publish", tmp_path / "out", data=data, PROPROCESSOR_QUEUE=queue)
    assert ran.code == UNREACHABLE
    assert f"127.0.0.1:{port}" in ran.err
    assert "guest:guest" not in ran.said
    assert time.monotonic() - started < 180
    database = f"postgresql+psycopg://pro:hidden@127.0.0.1:{port}/pro"
    ran = run("process", folder, "--publish", tmp_path / "out", data=data, PROPROCESSOR_CATALOG=database)
    assert ran.code == UNREACHABLE
    assert f"127.0.0.1:{port}" in ran.err
    assert "hidden" not in ran.said


def test_every_fault_of_the_settings_is_told_at_once(tmp_path: Path, data: Path) -> None:
    folder = logs(tmp_path / "logs")
    wrong = tmp_path / "wrong.toml"
    wrong.write_text('[dataset]\ntimezone = "Mars/Olympus"\n[visits]\ngap_minutes = -3\nnonsense = 1\n')
    ran = run("process", folder, "--publish", tmp_path / "out", "--settings", wrong, data=data)
    assert ran.code == MISCONFIGURED
    for word in ("wrong.toml", "timezone", "gap_minutes", "nonsense"):
        assert word in ran.err
    ran = run("status", data=data, PROPROCESSOR_LEASE_S="soon", PROPROCESSOR_QUEUE="carrier-pigeon:")
    assert ran.code == MISCONFIGURED
    assert "LEASE_S" in ran.err.upper()
    assert "QUEUE" in ran.err.upper()


@pytest.mark.parametrize(
    "words",
    [
        ("proces",),
        ("process",),
        ("process", "x", "--publish", "y", "--periods", "decade"),
        ("process", "x", "--publish", "y", "--no-such-option"),
        ("setup",),
        ("datasets", "remove", "x"),
    ],
    ids=" ".join,
)
def test_a_command_written_wrongly_ends_with_2(data: Path, words: tuple[str, ...]) -> None:
    ran = run(*words, data=data)
    assert ran.code in (2, BAD_INPUT if words[0] == "datasets" else 2)
    assert ran.err.strip()
