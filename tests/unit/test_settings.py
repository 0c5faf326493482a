"""Settings of a process: order of sources, all faults at once, secrets not shown."""

from pathlib import Path

import pytest

from shared.errors import Misconfigured
from shared.settings import Settings, load_settings


def test_nothing_given_runs_on_one_machine(tmp_path: Path) -> None:
    settings = load_settings({"PROPROCESSOR_DATA": str(tmp_path)})
    assert settings.catalog_url == f"sqlite:///{tmp_path}/catalog.db"
    assert settings.queue_url == f"sqlite:{tmp_path}/queue.db"
    assert settings.publish_root == tmp_path / "published"


def test_an_option_beats_the_environment_and_that_beats_the_file(tmp_path: Path) -> None:
    (tmp_path / "proprocessor.toml").write_text("threads = 3\ndownloads = 5\nlog = 'json'\n")
    environment = {"PROPROCESSOR_DATA": str(tmp_path), "PROPROCESSOR_THREADS": "7", "PROPROCESSOR_DOWNLOADS": "6"}
    settings = load_settings(environment, threads=9)
    assert (settings.threads, settings.downloads, settings.log) == (9, 6, "json")


def test_a_secret_may_lie_in_a_file(tmp_path: Path) -> None:
    secret = tmp_path / "queue"
    secret.write_text("amqp://u:p@host/\n")
    settings = load_settings({"PROPROCESSOR_QUEUE_FILE": str(secret), "PROPROCESSOR_DATA": str(tmp_path)})
    assert settings.queue_url == "amqp://u:p@host/"
    assert "u:p" not in repr(settings)


def test_every_fault_is_listed_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "proprocessor.toml").write_text("thread = 3\nlog_level = 'loud'\n")
    environment = {
        "PROPROCESSOR_DATA": str(tmp_path),
        "PROPROCESSOR_THREADS": "many",
        "PROPROCESSOR_CATALOG": "mysql://x",
        "PROPROCESSOR_QUEUE_FILE": str(tmp_path / "absent"),
    }
    with pytest.raises(Misconfigured) as refused:
        load_settings(environment)
    text = "\n".join(refused.value.faults)
    for place in (
        "unknown key thread",
        "log_level",
        "PROPROCESSOR_THREADS",
        "PROPROCESSOR_CATALOG",
        "PROPROCESSOR_QUEUE_FILE",
    ):
        assert place in text
    assert len(refused.value.faults) == 5
    assert refused.value.exit_code == 78


def test_a_file_that_is_not_toml_is_named(tmp_path: Path) -> None:
    (tmp_path / "proprocessor.toml").write_text("threads = = 3\n")
    with pytest.raises(Misconfigured, match=r"proprocessor\.toml.*line 1"):
        load_settings({"PROPROCESSOR_DATA": str(tmp_path)})


def test_every_setting_is_documented() -> None:
    text = (Path(__file__).parents[2] / "docs" / "settings.md").read_text()
    missing = [name for name in Settings.model_fields if f"`PROPROCESSOR_{name.upper()}`" not in text]
    assert missing == []
