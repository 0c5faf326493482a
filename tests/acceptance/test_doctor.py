"""`proprocessor doctor` says what is well, what is not, and what to do."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.command import run
from tests.acceptance.test_bad_input import lines
from tests.mail_server import mail_server


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """An installation with one data set that was processed."""
    logs = tmp_path / "logs"
    logs.mkdir()
    (logs / "a.log").write_text(lines(1))
    ran = run("process", logs, "--publish", tmp_path / "out", "--periods", "all", data=tmp_path / "data")
    assert ran.code == 0
    return tmp_path / "data"


def found(data: Path, code: int, *words: str, **environment: str) -> dict[str, list[dict[str, Any]]]:
    ran = run("doctor", "--json", *words, data=data, **environment)
    assert ran.code == code, ran.said
    told: dict[str, list[dict[str, Any]]] = {}
    for one in json.loads(ran.out):
        told.setdefault(one["about"], []).append(one)
    return told


def test_what_is_well_is_said_and_what_does_not_run_is_to_be_looked_at(data: Path) -> None:
    told = found(data, 0)
    assert {"versions", "data folder", "published folder", "catalog", "clock", "queue", "processes", "dead letters",
            "mail", "data set logs"} == set(told)  # fmt: skip
    assert [one["state"] for about, findings in told.items() for one in findings if about != "processes"] == [
        "good"
    ] * 10
    (processes,) = told["processes"]
    assert processes["state"] == "look"
    assert "proprocessor run" in processes["remedy"]
    shown = run("doctor", data=data)
    assert "good   clock: It is " in shown.out
    assert "look   processes: Not running: fetcher, parser, analyzer, reporter." in shown.out


def test_each_thing_that_is_wrong_is_told_with_what_to_do(data: Path, tmp_path: Path) -> None:
    shutil.rmtree(tmp_path / "logs")
    nobody = {"SMTP_HOST": "127.0.0.1", "SMTP_PORT": "1", "SMTP_TLS": "none", "MAIL_SENDER": "reports@fruit.test"}
    told = found(
        data,
        1,
        PROPROCESSOR_QUEUE="amqp://guest:guest@127.0.0.1:1/",
        **{f"PROPROCESSOR_{name}": value for name, value in nobody.items()},
    )
    wrong = {about for about, findings in told.items() if any(one["state"] == "wrong" for one in findings)}
    assert wrong == {"queue", "mail", "data set logs"}
    assert all(one["remedy"] for findings in told.values() for one in findings if one["state"] == "wrong")
    (elsewhere,) = found(data, 0, "--no-sources")["data set logs"]
    assert elsewhere["state"] == "good"
    without = found(data, 1, PROPROCESSOR_CATALOG="postgresql://nobody@127.0.0.1:1/none")
    assert without["catalog"][0]["state"] == "wrong"


def test_mail_is_tried_and_nothing_sent(data: Path) -> None:
    with mail_server() as server:
        told = found(data, 0, "--no-sources", **server.settings())
        assert told["mail"][0]["text"] == "127.0.0.1 lets us in."
        assert server.connections == 1
        assert server.taken == []
