"""Settings of a process, in detail: what wins, what is refused, and that no secret is shown."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from shared.errors import Misconfigured
from shared.settings import load_settings

SECRET = "pw-4711"


def load(folder: Path, **environment: str) -> object:
    return load_settings({"PROPROCESSOR_DATA": str(folder), **{f"PROPROCESSOR_{k}": v for k, v in environment.items()}})


def faults(folder: Path, **environment: str) -> list[str]:
    with pytest.raises(Misconfigured) as refused:
        load(folder, **environment)
    assert SECRET not in str(refused.value)
    return list(refused.value.faults)


def test_a_value_in_a_file_beats_the_plain_one(tmp_path: Path) -> None:
    (tmp_path / "threads").write_text(" 5\n")
    settings = load_settings(
        {
            "PROPROCESSOR_DATA": str(tmp_path),
            "PROPROCESSOR_THREADS": "3",
            "PROPROCESSOR_THREADS_FILE": str(tmp_path / "threads"),
        }
    )
    assert settings.threads == 5


def test_what_is_empty_is_not_given(tmp_path: Path) -> None:
    (tmp_path / "proprocessor.toml").write_text("threads = 6\n")
    settings = load_settings({"PROPROCESSOR_DATA": str(tmp_path), "PROPROCESSOR_THREADS": ""}, downloads=None)
    assert (settings.threads, settings.downloads) == (6, 4)


def test_the_file_may_lie_anywhere_but_must_be_there_when_named(tmp_path: Path) -> None:
    (tmp_path / "other.toml").write_text("downloads = 9\npublish = '/srv/reports'\n")
    (tmp_path / "proprocessor.toml").write_text("downloads = 1\n")
    settings = load_settings({"PROPROCESSOR_DATA": str(tmp_path), "PROPROCESSOR_CONFIG": str(tmp_path / "other.toml")})
    assert (settings.downloads, settings.publish_root) == (9, Path("/srv/reports"))
    assert faults(tmp_path, CONFIG=str(tmp_path / "absent")) == [
        f"PROPROCESSOR_CONFIG: {tmp_path / 'absent'} does not exist"
    ]


def test_the_file_of_the_data_folder_that_an_option_names_is_read(tmp_path: Path) -> None:
    (tmp_path / "proprocessor.toml").write_text("downloads = 9\n")
    settings = load_settings({"PROPROCESSOR_DATA": "/elsewhere"}, data=tmp_path)
    assert (settings.data, settings.downloads) == (tmp_path, 9)


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("threads", "0", "greater than or equal to 1"),
        ("threads", "2.5", "integer"),
        ("downloads", "65", "less than or equal to 64"),
        ("timeout_s", "0", "greater than 0"),
        ("timeout_s", "nan", "less than or equal to 3600"),
        ("lease_s", "0.5", "greater than or equal to 1"),
        ("memory_limit_mb", "127", "greater than or equal to 128"),
        ("queue_wait_s", "-1", "greater than or equal to 0"),
        ("fetch_every_s", "0", "greater than 0"),
        ("log", "xml", "'auto', 'text' or 'json'"),
        ("log_level", "INFO", "'debug', 'info', 'warning' or 'error'"),
        ("catalog", f"mysql://u:{SECRET}@host", "postgresql:"),
        ("queue", f"redis://:{SECRET}@host", "amqp:"),
    ],
)
def test_a_bad_value_is_named_by_its_place_and_what_was_expected(
    tmp_path: Path, name: str, value: str, expected: str
) -> None:
    (fault,) = faults(tmp_path, **{name.upper(): value})
    assert fault.startswith(f"PROPROCESSOR_{name.upper()}: ")
    assert expected in fault
    (tmp_path / "proprocessor.toml").write_text(f'{name} = "{value}"\n')
    (fault,) = faults(tmp_path)
    assert fault.startswith(f"{tmp_path / 'proprocessor.toml'}: {name}: ")


def test_a_bad_option_is_named_as_it_is_written(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured) as refused:
        load_settings({"PROPROCESSOR_DATA": str(tmp_path), "PROPROCESSOR_LEASE_S": "5"}, lease_s=0, threads="x")
    assert [fault.partition(":")[0] for fault in refused.value.faults] == ["--lease-s", "--threads"]


@pytest.mark.parametrize("content", [b"\xff\xfe", b"threads = ", b"[threads]\nx = 1\n"])
def test_a_file_that_cannot_be_used_is_one_fault(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "proprocessor.toml").write_bytes(content)
    (fault,) = faults(tmp_path)
    assert str(tmp_path / "proprocessor.toml") in fault


def test_a_folder_where_the_file_should_be_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "proprocessor.toml").mkdir()
    (fault,) = faults(tmp_path)
    assert "directory" in fault.lower()


def test_no_secret_is_shown(tmp_path: Path) -> None:
    settings = load(
        tmp_path,
        CATALOG=f"postgresql://u:{SECRET}@host/db",
        QUEUE=f"amqps://u:{SECRET}@host/",
        SECRET_KEY=SECRET,
    )
    assert SECRET not in f"{settings!r} {settings}"


def test_a_url_is_used_as_it_was_given(tmp_path: Path) -> None:
    settings = load_settings(
        {
            "PROPROCESSOR_DATA": str(tmp_path),
            "PROPROCESSOR_CATALOG": "sqlite:////srv/other.db",
            "PROPROCESSOR_QUEUE": "sqlite:/srv/queue.db",
        }
    )
    assert (settings.catalog_url, settings.queue_url) == ("sqlite:////srv/other.db", "sqlite:/srv/queue.db")


def test_settings_do_not_change(tmp_path: Path) -> None:
    settings = load_settings({"PROPROCESSOR_DATA": str(tmp_path)})
    with pytest.raises(ValidationError):
        settings.threads = 3
