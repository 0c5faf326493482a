"""Each command as an operator uses it."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import signal
import socket
import subprocess
import sys
import termios
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests import zygote
from tests.acceptance.command import audit, clean, ids, run, total
from tests.acceptance.pipeline import STAGES, fruit
from tests.acceptance.test_bad_input import lines
from tests.jdc import ftp_server

CONFIG = "fruit/ClickTracks_Config.xml"


@pytest.fixture(scope="module")
def collector(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("collector")
    fruit(folder, days=4)
    return folder


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@contextmanager
def started(*words: str | Path, data: Path, log: Path, port: str = "0") -> Iterator[zygote.Started]:
    """A command that goes on until it is stopped."""
    with log.open("ab") as file:
        told = {**clean(), "PROPROCESSOR_DATA": str(data), "PROPROCESSOR_LOG": "json"}
        process = zygote.start([*map(str, words)], {**told, "PROPROCESSOR_CONSOLE_PORT": port}, file, file)
    try:
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def wait_for(found: Path, text: str, timeout_s: float = 90) -> str:
    deadline = time.monotonic() + timeout_s
    while True:
        content = found.read_text(errors="replace") if found.exists() else ""
        if text in content:
            return content
        assert time.monotonic() < deadline, content[-3000:]
        time.sleep(0.1)


def test_setup_shows_what_is_there_and_stores_the_password_sealed(tmp_path: Path, data: Path, collector: Path) -> None:
    with ftp_server(collector, "pro", "a pass phrase") as url:
        words = ("setup", "--location", f"{url}{CONFIG}", "--user", "pro", "--password-env", "SECRET")
        refused = run(*words, data=data, SECRET="not it")
        assert refused.code == 78
        assert json.loads(run("datasets", "--json", data=data).out) == []
        tested = run(*words, "--test-only", data=data, SECRET="a pass phrase")
        assert tested.code == 0, tested.err
        assert json.loads(run("datasets", "--json", data=data).out) == []
        ran = run(*words, "--timezone", "Europe/Berlin", data=data, SECRET="a pass phrase")
        assert ran.code == 0, ran.err
    shown = {key.strip(): value.strip() for key, value in re.findall(r"^  ([A-Z][a-z ]+?)  +(.*)$", ran.out, re.M)}
    files = sorted((collector / "fruit" / "normal").rglob("*.nlf"))
    assert shown["Site"] == "www.fruit.test"
    assert shown["Subdomains"] == "www"
    assert shown["Servers"] == ", ".join(sorted({f"www/{file.parent.name}" for file in files}))
    assert shown["Files"].startswith(f"{len(files)} ")
    assert shown["First day"] == min(file.name[1:11] for file in files)
    assert shown["Last day"] == max(re.split("_to_", file.name)[1][:10] for file in files)
    (dataset,) = json.loads(run("datasets", "--json", data=data).out)
    assert dataset["schedule"] == "15 3 * * *"
    for path in data.rglob("*"):
        if path.is_file():
            assert b"a pass phrase" not in path.read_bytes(), path
    assert "a pass phrase" not in ran.said


def test_setup_asks_on_a_terminal(data: Path, collector: Path) -> None:
    primary, secondary = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "console", "setup"],
        env={**clean(), "PROPROCESSOR_DATA": str(data), "TERM": "dumb"},
        stdin=secondary,
        stdout=secondary,
        stderr=secondary,
    )
    os.close(secondary)
    with ftp_server(collector, "pro", "hidden") as url:
        answers = [
            ("Location of", f"{url}{CONFIG}"), ("User", "pro"), ("Password", "hidden"), ("Name of the data set", "My fruit"),
            ("Time zone", "Europe/Berlin"), ("Fetch when", "0 4 * * 1"),
        ]  # fmt: skip
        said = ""
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            ready, _, _ = select.select([primary], [], [], 0.2)
            try:
                said += os.read(primary, 65536).decode(errors="replace") if ready else ""
            except OSError:
                break
            # What is typed before the terminal hides it is thrown away.
            hides = not termios.tcgetattr(primary)[3] & termios.ECHO
            if answers and answers[0][0] in said and (hides or answers[0][0] != "Password"):
                os.write(primary, f"{answers.pop(0)[1]}\n".encode())
        try:
            code = process.wait(120)
        except subprocess.TimeoutExpired:
            process.kill()
            code = process.wait()
        assert code == 0, said
    os.close(primary)
    assert answers == []
    assert "hidden" not in said
    assert len(re.findall(r"next fetch Monday \d{4}-\d\d-\d\d 04:00 CES?T", said)) == 3
    assert "Data set my-fruit is stored, its password sealed." in said
    (dataset,) = json.loads(run("datasets", "--json", data=data).out)
    assert (dataset["id"], dataset["schedule"]) == ("my-fruit", "0 4 * * 1")


def test_run_goes_on_where_the_port_of_its_console_is_taken(tmp_path: Path, data: Path) -> None:
    log = tmp_path / "run.log"
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with started(
            "run", "--stages", "fetcher,console", data=data, log=log, port=str(taken.getsockname()[1])
        ) as process:
            said = wait_for(log, "run.stage_ended")
            assert "The console cannot listen on 127.0.0.1" in said
            deadline = time.monotonic() + 30
            while run("healthcheck", "fetcher", data=data).code != 0:
                assert time.monotonic() < deadline
            assert process.poll() is None
            process.send_signal(signal.SIGTERM)
            assert process.wait(120) == 0


def test_run_keeps_the_four_processes_alive_and_a_new_file_is_published_within_seconds(
    tmp_path: Path, data: Path
) -> None:
    folder, out, log = tmp_path / "logs", data / "published", tmp_path / "run.log"
    folder.mkdir()
    (folder / "a.log").write_text(lines(1))
    assert run("setup", "--location", folder, "--name", "shop", data=data).code == 0
    with started("run", data=data, log=log) as process:
        wait_for(out / "shop" / "all" / "audit.json", '"a.log"')
        status = json.loads(run("status", "--json", data=data).out)
        alive = {row["stage"]: row["pid"] for row in status["processes"] if row["alive"]}
        assert set(alive) == set(STAGES)
        assert status["dead_letters"] == 0
        assert {row["queue"] for row in status["queues"]} == {*STAGES, "documents", "mirror"}
        for stage in STAGES:
            assert run("healthcheck", stage, data=data).code == 0
        (console,) = re.findall(r"Console: (http://\S+)", wait_for(log, "Console: "))
        with urllib.request.urlopen(f"{console}healthz", timeout=10) as answer:
            assert answer.read() == b"ok\n"
        os.kill(alive["parser"], signal.SIGKILL)
        begun = time.monotonic()
        (folder / "b.log").write_text(lines(2))
        wait_for(out / "shop" / "all" / "audit.json", '"b.log"')
        assert time.monotonic() - begun < 20
        assert total(out, "shop") == 40
        rows = json.loads(run("status", "--json", data=data).out)["processes"]
        assert {row["stage"] for row in rows if row["alive"]} == set(STAGES)
        assert alive["parser"] not in [row["pid"] for row in rows if row["alive"]]
        process.send_signal(signal.SIGTERM)
        assert process.wait(120) == 0
    assert run("healthcheck", "parser", data=data).code == 1
    rows = json.loads(run("status", "--json", data=data).out)["processes"]
    assert [row for row in rows if row["alive"]] == []


def test_one_command_for_each_process(tmp_path: Path, data: Path) -> None:
    folder = tmp_path / "logs"
    folder.mkdir()
    (folder / "a.log").write_text(lines(1))
    assert run("setup", "--location", folder, "--name", "shop", data=data).code == 0
    processes = []
    for stage in STAGES:
        running = started(stage, data=data, log=tmp_path / f"{stage}.log")
        processes.append((running, running.__enter__()))
    try:
        wait_for(data / "published" / "shop" / "all" / "audit.json", '"a.log"')
        for _, process in processes:
            process.send_signal(signal.SIGTERM)
        assert [process.wait(120) for _, process in processes] == [0, 0, 0, 0]
    finally:
        for running, _ in processes:
            running.__exit__(None, None, None)


def test_data_sets_are_listed_shown_fetched_and_removed(tmp_path: Path, data: Path) -> None:
    folder, out = tmp_path / "logs", tmp_path / "out"
    folder.mkdir()
    (folder / "a.log").write_text(lines(1) + "nonsense\n")
    assert run("process", folder, "--publish", out, data=data).code == 0
    assert ids(run("datasets", "--json", data=data).out) == ["logs"]
    (file,) = json.loads(run("datasets", "show", "logs", "--json", data=data).out)
    assert (file["path"], file["lines"], file["hits"], file["rejects"]) == ("a.log", 21, 20, 1)
    table = run("datasets", data=data).out
    assert str(folder) in table
    assert "a.log" in run("datasets", "show", "logs", data=data).out
    assert "status" in run("datasets", "fetch", "logs", data=data).out
    waiting = {row["queue"]: row["not_done"] for row in json.loads(run("status", "--json", data=data).out)["queues"]}
    assert waiting == {"fetcher": 1, "parser": 0, "analyzer": 0, "reporter": 0, "documents": 0, "mirror": 0}
    unknown = run("datasets", "show", "lugs", data=data)
    assert unknown.code == 65
    assert "logs" in unknown.err
    assert run("datasets", "remove", "logs", data=data).code == 2
    assert run("datasets", "remove", "logs", "--yes", data=data).code == 0
    assert json.loads(run("datasets", "--json", data=data).out) == []
    assert (out / "logs" / "index.html").is_file()


def test_a_dead_letter_is_listed_shown_discarded_and_not_found_twice(tmp_path: Path, data: Path) -> None:
    folder = tmp_path / "logs"
    folder.mkdir()
    (folder / "a.log").write_text(lines(1))
    (folder / "b.log").write_bytes(bytes(range(256)) * 20)
    run("process", folder, "--publish", tmp_path / "out", data=data)
    (letter,) = json.loads(run("failures", "list", "--json", data=data).out)
    assert letter["reason"] == "format_unknown"
    assert letter["id"][:8] in run("failures", "list", data=data).out
    assert "b.log" in run("failures", "show", letter["id"][:8], data=data).out
    assert run("failures", "discard", letter["id"][:8], data=data).code == 0
    assert json.loads(run("failures", "list", "--json", data=data).out) == []
    again = run("failures", "replay", letter["id"], data=data)
    assert again.code == 65
    assert run("failures", "show", "ffffffff", data=data).code == 65


def test_the_demo_makes_what_it_says_and_serves_it(tmp_path: Path, data: Path) -> None:
    log = tmp_path / "demo.log"
    with started("demo", "--data", data, "--days", "10", "--port", "0", data=data, log=log) as process:
        said = wait_for(log, "Ctrl+C ends")
        url = re.search(r"Reports: (http://127\.0\.0\.1:\d+/)", said)
        assert url is not None
        assert "there is no such shop" in said
        with urllib.request.urlopen(url[1], timeout=10) as answer:
            assert "fruit" in answer.read().decode().lower()
        console = re.search(r"Console: (http://127\.0\.0\.1:\d+/)", said)
        assert console is not None
        with urllib.request.urlopen(console[1], timeout=10) as answer:
            assert answer.url == f"{console[1]}first-run"
        process.send_signal(signal.SIGINT)
        assert process.wait(120) in (0, 130)
    out = data / "published"
    (dataset,) = ids(run("datasets", "--json", data=data).out)
    counted = audit(out, dataset)
    raw = sum(path.read_bytes().count(b"\n") for path in (data / "raw").rglob("*") if path.is_file())
    assert len(counted) == 20
    assert sum(row["lines"] for row in counted.values()) == raw
    overview = {name: total(out, dataset, name) for name in ("visits", "page_views", "orders", "downloads")}
    assert all(overview.values()), overview
    assert sum(row["robots"] for row in counted.values()) > 0
    countries = (out / dataset / "all" / "countries.csv").read_text()
    assert "\nall,DE," in countries and "\nall,(unknown)," in countries


def test_the_demo_without_serving_ends_after_publishing(data: Path) -> None:
    ran = run("demo", "--data", data, "--days", "3", "--no-serve", data=data)
    assert ran.code == 0, ran.err
    page = re.search(r"published: (\S+index\.html)", ran.out)
    assert page is not None
    assert Path(page[1]).is_file()
    assert "Reports:" not in ran.out


def test_a_command_stopped_in_the_middle_goes_on_from_there(tmp_path: Path, data: Path, collector: Path) -> None:
    out, log = tmp_path / "out", tmp_path / "process.log"
    with ftp_server(collector, "pro", "secret") as url:
        location = f"{url.replace('://', '://pro:secret@')}{CONFIG}"
        with started("process", location, "--publish", out, data=data, log=log) as process:
            wait_for(log, "fetch.started")
            process.send_signal(signal.SIGINT)
            assert process.wait(120) == 130
        assert "goes on from there" in log.read_text()
        assert "Traceback" not in log.read_text()
        assert run("process", location, "--publish", out, data=data).code == 0
    (dataset,) = ids(run("datasets", "--json", data=data).out)
    raw = sum(path.read_bytes().count(b"\n") for path in (collector / "fruit").rglob("*.nlf"))
    assert sum(row["lines"] for row in audit(out, dataset).values()) == raw


@pytest.mark.timeout(900)  # five runs, of which three make documents
def test_documents_are_asked_for_once_and_go_on_until_they_are_asked_for_no_more(tmp_path: Path, data: Path) -> None:
    folder, out = tmp_path / "logs", tmp_path / "out"
    folder.mkdir()
    (folder / "a.log").write_text(lines(2))

    def documents(*words: str) -> list[str]:
        ran = run("process", folder, "--publish", out, "--periods", "month,all", *words, data=data)
        assert ran.code == 0, ran.said
        return sorted(f"{path.parent.name}/{path.name}" for path in out.glob("*/*/reports.*"))

    month = ["2026-03/reports.pdf", "2026-03/reports.xlsx"]
    assert documents() == []
    assert documents("--documents", "month") == month
    (folder / "b.log").write_text(lines(3))
    assert documents() == month, "kept with the data set"
    (dataset,) = json.loads(run("datasets", "--json", data=data).out)
    assert (dataset["periods"], dataset["documents"]) == (["month", "all"], ["month"])
    page = (out / dataset["id"] / "2026-03" / "pages.html").read_text()
    assert 'href="reports.xlsx"' in page and 'href="reports.pdf"' in page
    assert "reports.xlsx" not in (out / dataset["id"] / "all" / "pages.html").read_text()
    assert run("setup", "--location", folder, "--documents", "all", data=data).code == 0
    assert documents() == ["all/reports.pdf", "all/reports.xlsx"]
    assert documents("--documents", "none") == []
    wrong = run("process", folder, "--publish", out, "--documents", "fortnight", data=data)
    assert wrong.code == 2 and "--documents: fortnight is unknown" in wrong.err


def offered(shell: str, line: str, data: Path) -> list[str]:
    """What a shell would offer behind this line."""
    environment = {
        **clean(),
        "PROPROCESSOR_DATA": str(data),
        "_PROPROCESSOR_COMPLETE": f"complete_{shell}",
        "COMP_WORDS": line,
        "COMP_CWORD": str(len(line.split(" ")) - 1),
        "_TYPER_COMPLETE_ARGS": line,
        "_TYPER_COMPLETE_FISH_ACTION": "get-args",
    }
    program = Path(sys.executable).with_name("proprocessor")
    done = subprocess.run([program], env=environment, capture_output=True, text=True, timeout=60)
    assert done.stderr == ""
    return re.findall(r"[\w-]+", done.stdout)


def test_a_shell_completes_commands_options_and_data_sets(data: Path, collector: Path) -> None:
    assert offered("bash", "proprocessor datasets show ", data) == []
    assert not data.exists(), "a press of a key makes no catalog"
    added = run("setup", "--location", collector / CONFIG, "--name", "apples", data=data)
    assert added.code == 0, added.said
    assert offered("bash", "proprocessor da", data) == ["datasets"]
    assert offered("bash", "proprocessor status --js", data) == ["--json"]
    assert offered("bash", "proprocessor datasets show ", data) == ["apples"]
    assert offered("bash", "proprocessor datasets show b", data) == []
    assert offered("bash", "proprocessor pause a", data) == ["analyzer", "apples"]
    for shell in ("zsh", "fish"):
        assert "apples" in offered(shell, "proprocessor datasets show ", data)
