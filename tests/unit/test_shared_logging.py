"""Logs: readable by machines and people, and no secret in either."""

import json
import logging
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
import structlog

from shared.logging import MASK, configure

SECRET = "pw-4711"
URLS = (
    f"ftp://user:{SECRET}@jdc.fruit.test/data/",
    f"amqp://{SECRET}@host:5672/%2F",
    f"postgresql+psycopg://u:{SECRET}@host/db",
    f"sftp://user:a@b{SECRET}@host/path",
    f"ftp://user:it's{SECRET}@host/path",
    f'ftp://user:"{SECRET}"@host/path',
)


@pytest.fixture(autouse=True)
def _logging_as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    noisy = {name: logging.getLogger(name).level for name in ("pika", "paramiko")}
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, before in noisy.items():
        logging.getLogger(name).setLevel(before)
    structlog.contextvars.clear_contextvars()
    structlog.reset_defaults()


@pytest.fixture(params=["json", "text"])
def mode(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.mark.parametrize("url", URLS)
def test_no_credentials_of_an_address_appear(mode: str, url: str, capsys: pytest.CaptureFixture[str]) -> None:
    configure(mode, "debug")
    structlog.get_logger().info(
        "source.opened", url=url, why=f"cannot open {url}: refused", all=[url], inner={"u": url}
    )
    logging.getLogger("library").warning("retrying %s", url)
    written = capsys.readouterr().err
    assert SECRET not in written
    assert written.count(MASK) == 5
    assert "source.opened" in written
    assert "retrying" in written


@pytest.mark.parametrize(
    "field", ["password", "smtp_password", "secret", "secret_key", "api_token", "Authorization", "credentials"]
)
def test_no_field_that_is_called_a_secret_appears(mode: str, field: str, capsys: pytest.CaptureFixture[str]) -> None:
    configure(mode)
    structlog.get_logger().info("x", **{field: SECRET, "settings": {field: SECRET}, "more": [{field: (SECRET,)}]})
    written = capsys.readouterr().err
    assert SECRET not in written
    assert field in written


def test_a_traceback_shows_no_local_variables_and_no_credentials(mode: str, capsys: pytest.CaptureFixture[str]) -> None:
    def connect(password: str) -> None:
        raise ValueError(f"cannot log in to ftp://user:{password}@host/")

    configure(mode)
    try:
        connect(SECRET)
    except ValueError as error:
        structlog.get_logger().exception("process.defect", error=error)
        logging.getLogger("library").exception("foreign")
    written = capsys.readouterr().err
    assert SECRET not in written
    assert written.count("Traceback") == 2
    assert written.count("in connect") == 2


def test_an_ordinary_address_is_left_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    configure("json")
    plain = "see https://example.org/a?b=c and mail me@example.org"
    structlog.get_logger().info("x", text=plain, count=3, ratio=0.5, nothing=None)
    event = json.loads(capsys.readouterr().err)
    assert (event["text"], event["count"], event["ratio"], event["nothing"]) == (plain, 3, 0.5, None)


def test_json_is_one_object_a_line_with_time_level_and_process(capsys: pytest.CaptureFixture[str]) -> None:
    configure("json", "info", "parser")
    structlog.get_logger().info("file.parsed", lines=12, file="a\nb.log")
    logging.getLogger("library").warning("two\nlines")
    first, second = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert (first["event"], first["level"], first["process"], first["lines"]) == ("file.parsed", "info", "parser", 12)
    assert first["file"] == "a\nb.log"
    assert datetime.fromisoformat(first["timestamp"]).utcoffset() == timedelta(0)
    assert (second["event"], second["level"], second["process"]) == ("two\nlines", "warning", "parser")


def test_what_is_no_terminal_gets_json(capsys: pytest.CaptureFixture[str]) -> None:
    configure("auto")
    structlog.get_logger().info("x")
    assert json.loads(capsys.readouterr().err)["event"] == "x"


def test_text_is_no_json_and_has_no_colours_in_a_file(capsys: pytest.CaptureFixture[str]) -> None:
    configure("text")
    structlog.get_logger().info("file.parsed", lines=12)
    written = capsys.readouterr().err
    assert "file.parsed" in written
    assert "lines=12" in written
    assert not written.startswith("{")
    assert "\x1b" not in written


def test_less_than_the_level_is_not_written(capsys: pytest.CaptureFixture[str]) -> None:
    configure("json", "warning")
    structlog.get_logger().info("quiet")
    structlog.get_logger().warning("loud")
    assert [json.loads(line)["event"] for line in capsys.readouterr().err.splitlines()] == ["loud"]


def test_libraries_are_heard_from_warnings_on_and_some_not_at_all(capsys: pytest.CaptureFixture[str]) -> None:
    configure("json", "debug")
    logging.getLogger("library").info("chatter")
    logging.getLogger("pika.adapters").error("what we say in our words")
    logging.getLogger("paramiko.transport").error("likewise")
    assert capsys.readouterr().err == ""


def test_nothing_goes_to_standard_output(mode: str, capsys: pytest.CaptureFixture[str]) -> None:
    configure(mode)
    structlog.get_logger().error("x")
    assert capsys.readouterr().out == ""
