"""Published reports by FTP, as people with accounts reach them: real clients, the real command."""

from __future__ import annotations

import ftplib
import io
import json
import re
import signal
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyotp
import pytest
import sqlalchemy as sa

from console import datasets as registry
from reporter.swap import new_folder_beside, put_in_place
from shared.accounts import add
from shared.attempts import FREE_FAILURES
from shared.catalog import open_catalog
from shared.catalog.schema import attempts
from shared.dataset_settings import DatasetSettings
from shared.ftp import Tls
from shared.roles import Role
from shared.second_factor import switch_on
from shared.secrets import SecretBox
from shared.totp import new_secret
from tests import zygote
from tests.acceptance.command import clean, run
from tests.acceptance.test_commands import wait_for
from tests.jdc import self_signed
from tests.mirror_case import Publication

PASSWORD = "a pass phrase"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Three published data sets, one of them elsewhere, and accounts."""
    data, elsewhere = tmp_path / "data", tmp_path / "elsewhere"
    catalog = open_catalog(f"sqlite:///{data / 'catalog.db'}")
    for name, root in (("shop", data / "published"), ("blog", data / "published"), ("far", elsewhere)):
        chosen = DatasetSettings.model_validate({"dataset": {"name": name}})
        place = registry.read_place(str(tmp_path / name))
        publish = root if root == elsewhere else None
        registry.register(catalog, place, chosen, registry.Access(), now=datetime.now(UTC), publish=publish)
        Publication({"2026-01": {"pages": name}, "2026-02": {"pages": name * 50_000}}, dataset=name).write(root)
    people: dict[str, tuple[Role, list[str]]] = {
        "anna": ("viewer", ["shop"]), "carl": ("editor", ["shop", "far"]), "boss": ("administrator", []), "none": ("viewer", []),
    }  # fmt: skip
    for name, (role, readable) in people.items():
        add(catalog, name, role, PASSWORD, datetime.now(UTC), datasets=readable)
    catalog.close()
    (data / "published/index.html").write_text("all data sets")
    (data / "published/shop/.secret").write_text("hidden")
    (data / "published/shop/out.html").symlink_to(data / "catalog.db")
    return data


@contextmanager
def serving(data: Path, *options: str | Path) -> Iterator[tuple[str, int, Path]]:
    """The command; gives host, port and its log."""
    log = data.parent / "ftp.log"
    log.unlink(missing_ok=True)
    with log.open("ab") as file:
        words = ["serve-ftp", "--port", "0", *map(str, options)]
        told = {**clean(), "PROPROCESSOR_DATA": str(data), "PROPROCESSOR_LOG": "json"}
        process = zygote.start(words, told, file, file)
    try:
        found = re.search(r"ftps?://([\d.]+):(\d+)/", wait_for(log, "Ctrl+C ends"))
        assert found is not None
        yield found[1], int(found[2]), log
        process.send_signal(signal.SIGTERM)
        assert process.wait(120) == 0
        assert "Traceback" not in log.read_text()
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


@contextmanager
def client(address: tuple[str, int, Path], name: str, password: str = PASSWORD) -> Iterator[ftplib.FTP]:
    ftp = ftplib.FTP(timeout=30)
    try:
        ftp.connect(address[0], address[1])
        ftp.login(name, password)
        yield ftp
    finally:
        ftp.close()


def get(ftp: ftplib.FTP, path: str) -> bytes:
    found: list[bytes] = []
    ftp.retrbinary(f"RETR {path}", found.append)
    return b"".join(found)


def contents(root: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in root.rglob("*") if path.is_file() and not path.is_symlink()}


def tree(ftp: ftplib.FTP, folder: str = "/") -> set[str]:
    """All files, as ``MLSD`` lists them."""
    found = set()
    for name, facts in list(ftp.mlsd(folder)):
        path = f"{folder.rstrip('/')}/{name}"
        if facts["type"] == "dir":
            found |= tree(ftp, path)
        elif facts["type"] == "file":
            found.add(path)
    return found


def on_disk(root: Path, *datasets: str) -> set[str]:
    found = set()
    for name in ("assets", *datasets):
        paths = (path for path in (root / name).rglob("*") if path.is_file() and not path.is_symlink())
        found |= {
            f"/{path.relative_to(root)}"
            for path in paths
            if not any(part.startswith(".") for part in path.relative_to(root).parts)
        }
    return found


def test_each_account_sees_its_data_sets_and_nothing_else(data: Path, tmp_path: Path) -> None:
    published = data / "published"
    with serving(data) as server:
        with client(server, "anna") as ftp:
            assert tree(ftp) == on_disk(published, "shop")
            assert sorted(ftp.nlst("/")) == ["assets", "shop"]
            assert get(ftp, "/shop/2026-02/pages.html") == (published / "shop/2026-02/pages.html").read_bytes()
            ftp.cwd("/shop/2026-01")
            assert ftp.pwd() == "/shop/2026-01"
            assert get(ftp, "rows/pages.json") == (published / "shop/2026-01/rows/pages.json").read_bytes()
            assert ftp.size("pages.html") == (published / "shop/2026-01/pages.html").stat().st_size
            lines: list[str] = []
            ftp.retrlines("LIST /shop", lines.append)
            assert {line.split()[-1] for line in lines} >= {"index.html", "2026-01", "2026-02"}
            hidden = (
                "/index.html", "/blog/index.html", "/blog/../blog/index.html", "/far/index.html", "/shop/.secret", "/shop/out.html",
                "/shop/.proprocessor-summary.json", "/../catalog.db", "/shop/../../catalog.db", "/.proprocessor-lock", "/shop/2026-01",
                "/assets/../blog/index.html", "/assets/../../catalog.db", "/none",
            )  # fmt: skip
            for path in hidden:
                with pytest.raises(ftplib.error_perm):
                    get(ftp, path)
                with pytest.raises(ftplib.error_perm):
                    ftp.size(path)
            for folder in ("/blog", "/far", "/none", "/shop/index.html"):
                with pytest.raises(ftplib.error_perm):
                    ftp.cwd(folder)
                with pytest.raises(ftplib.error_perm):
                    list(ftp.mlsd(folder))
            ftp.cwd("/")
            ftp.cwd("..")
            assert ftp.pwd() == "/"
        with client(server, "carl") as ftp:
            assert sorted(ftp.nlst("/")) == ["assets", "far", "shop"]
            assert get(ftp, "/far/2026-01/pages.html") == (tmp_path / "elsewhere/far/2026-01/pages.html").read_bytes()
        with client(server, "BOSS ") as ftp:
            assert sorted(ftp.nlst("/")) == ["assets", "blog", "far", "index.html", "shop"]
            assert get(ftp, "/index.html") == b"all data sets"
        with client(server, "none") as ftp:
            assert ftp.nlst("/") == []


def test_nothing_can_be_written(data: Path) -> None:
    before = contents(data / "published")
    commands = (
        "DELE /shop/index.html", "MKD /shop/new", "RMD /shop/2026-01", "RNFR /shop/index.html", "APPE /shop/index.html",
        "STOR /shop/new.html", "STOU", "SITE CHMOD 777 /shop/index.html", "MFMT 20200101000000 /shop/index.html",
    )  # fmt: skip
    with serving(data) as server, client(server, "boss") as ftp:
        for command in commands:
            with pytest.raises(ftplib.Error):
                ftp.voidcmd(command)
        with pytest.raises(ftplib.error_perm):
            ftp.storbinary("STOR /shop/new.html", io.BytesIO(b"new"))
    after = contents(data / "published")
    assert after == before


def test_who_may_not_is_refused_and_too_many_guesses_make_all_wait(data: Path) -> None:
    run("users", "disable", "carl", data=data)
    with serving(data) as server:
        for name, password in (("anna", "wrong"), ("nobody", PASSWORD), ("carl", PASSWORD), ("anonymous", "a@b")):
            with pytest.raises(ftplib.error_perm, match=r"^530 .*wrong"), client(server, name, password):
                pass
        catalog = open_catalog(f"sqlite:///{data / 'catalog.db'}")
        with catalog.write() as connection:
            counted = connection.execute(sa.select(attempts.c.name, attempts.c.failures)).all()
            names = {"anna": 1, "nobody": 1, "carl": 1, "anonymous": 1}
            assert {row.name: row.failures for row in counted} == {**names, "127.0.0.1": 4}
            many = {"failures": FREE_FAILURES + 8, "last_at": datetime.now(UTC)}
            connection.execute(sa.update(attempts).where(attempts.c.name == "anna").values(**many))
        catalog.close()
        with pytest.raises(ftplib.error_perm, match="Too many failures"), client(server, "anna"):
            pass
        with client(server, "boss") as ftp:
            assert ftp.pwd() == "/"
        log = server[2].read_text()
    assert PASSWORD not in log
    assert "ftp.refused" in log and "ftp.signed_in" in log


def test_an_account_that_signs_in_with_a_code_is_refused_and_told_why(data: Path) -> None:
    """FTP cannot ask for one; a wrong password is told nothing of it."""
    catalog = open_catalog(f"sqlite:///{data / 'catalog.db'}")
    secret, now = new_secret(), datetime.now(UTC)
    switch_on(catalog, SecretBox("any"), "anna", secret, pyotp.TOTP(secret).at(now), now)
    catalog.close()
    with serving(data) as server:
        with pytest.raises(ftplib.error_perm, match="with a one-time code, and cannot here"), client(server, "anna"):
            pass
        with pytest.raises(ftplib.error_perm, match=r"^530 .*wrong"), client(server, "anna", "wrong"):
            pass
    assert run("users", "totp-off", "anna", data=data).code == 0
    with serving(data) as server, client(server, "anna") as ftp:
        assert ftp.pwd() == "/"


def test_an_account_that_is_disabled_or_changed_meanwhile_sees_it_within_seconds(data: Path) -> None:
    with serving(data) as server, client(server, "anna") as ftp:
        assert sorted(ftp.nlst("/")) == ["assets", "shop"]
        assert run("users", "change", "anna", "--dataset", "blog", data=data).code == 0
        _until(lambda: sorted(ftp.nlst("/")) == ["assets", "blog"])
        assert run("users", "disable", "anna", data=data).code == 0
        _until(lambda: ftp.nlst("/") == [])


def _until(reached: Any) -> None:
    deadline = time.monotonic() + 30
    while not reached():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.1)


def test_a_download_that_runs_while_its_period_is_replaced_ends_whole(data: Path) -> None:
    """Pages of a period are replaced again and again while they are read: each is one of the two, whole."""
    target = data / "published/shop/2026-02"
    versions = [b"old" * 700_000, b"new" * 900_000]
    with serving(data) as server, client(server, "anna") as ftp:
        (target / "pages.html").write_bytes(versions[0])
        seen = set()
        for number in range(6):
            connection = ftp.transfercmd("RETR /shop/2026-02/pages.html")
            first = connection.recv(1000)
            aside = new_folder_beside(target)
            (aside / "pages.html").write_bytes(versions[(number + 1) % 2])
            put_in_place(aside, target)
            with connection.makefile("rb") as rest:
                seen.add(first + rest.read())
            connection.close()
            ftp.voidresp()
        assert seen == set(versions)


def test_with_a_certificate_nothing_travels_unencrypted(data: Path) -> None:
    with self_signed() as (certificate, key), serving(data, "--certificate", certificate, "--key", key) as server:
        with pytest.raises(ftplib.error_perm), client(server, "anna"):
            pass
        ftp = Tls(context=ssl.create_default_context(cafile=str(certificate)), timeout=30)
        ftp.connect(server[0], server[1])
        ftp.login("anna", PASSWORD)
        with pytest.raises(ftplib.error_perm):
            ftp.nlst("/")
        ftp.prot_p()
        connection = ftp.transfercmd("RETR /shop/index.html")
        assert isinstance(connection, ssl.SSLSocket)
        assert connection.recv(1 << 16) == (data / "published/shop/index.html").read_bytes()
        connection.close()
        ftp.close()


def test_ports_and_address_for_data_are_those_that_were_given(data: Path) -> None:
    with serving(data, "--passive-ports", "61000-61200", "--masquerade", "192.0.2.7") as server:
        with client(server, "anna") as ftp:
            numbers = [int(one) for one in re.findall(r"\d+", ftp.sendcmd("PASV").partition("(")[2])]
        assert numbers[:4] == [192, 0, 2, 7]
        assert 61000 <= numbers[4] * 256 + numbers[5] <= 61200


def test_faults_of_the_command_are_told(data: Path, tmp_path: Path) -> None:
    (tmp_path / "no.pem").write_text("nothing")
    with serving(data) as (_, port, _):
        cases: list[tuple[tuple[str | Path, ...], int, str]] = [
            (("--port", str(port)), 78, "cannot listen"),
            (("--port", "0", "--certificate", tmp_path / "no.pem"), 78, "cannot be used"),
            (("--passive-ports", "9-3"), 2, "no range"),
            (("--masquerade", "home"), 2, "no address"),
        ]
        for words, code, text in cases:
            ran = run("serve-ftp", *words, data=data)
            assert (ran.code, text in ran.err) == (code, True), ran.said


def test_accounts_on_the_command_line(data: Path) -> None:
    listed = {one["name"]: one for one in json.loads(run("users", "list", "--json", data=data).out)}
    assert {name: (one["role"], one["datasets"]) for name, one in listed.items()} == {
        "anna": ("viewer", ["shop"]), "boss": ("administrator", []), "carl": ("editor", ["far", "shop"]), "none": ("viewer", []),
    }  # fmt: skip
    assert not any("password" in one for one in listed.values())
    cases = [
        (
            ("add", "new", "--dataset", "shop", "--dataset", "blog", "--password-env", "SECRET"),
            0,
            "viewer, reads blog, shop",
        ),
        (("remove", "new", "--yes"), 0, "removed"),
        (("add", "anna", "--password-env", "SECRET"), 65, "already"),
        (("add", "new", "--dataset", "shap", "--password-env", "SECRET"), 65, "shap"),
        (("add", "new", "--role", "king", "--password-env", "SECRET"), 2, "king"),
        (("add", "new", "--password-env", "WEAK"), 65, "too weak"),
        (("add", "new", "--password-env", "MISSING"), 78, "MISSING"),
        (("add", "new"), 2, "--password-env"),
        (("remove", "anna"), 2, "--yes"),
        (("remove", "nobody", "--yes"), 65, "no account"),
        (("change", "anna", "--no-datasets"), 0, "no data set"),
        (("password", "anna", "--password-env", "OTHER"), 0, "another password"),
        (("remove", "anna", "--yes"), 0, "removed"),
    ]
    for words, code, text in cases:
        ran = run("users", *words, data=data, SECRET=PASSWORD, WEAK="short", OTHER="another phrase")
        assert (ran.code, text in ran.said) == (code, True), (words, ran.said)
        assert PASSWORD not in ran.said
    assert [one["name"] for one in json.loads(run("users", "list", "--json", data=data).out)] == [
        "boss",
        "carl",
        "none",
    ]
    assert "administrator" in run("users", "list", data=data).out
