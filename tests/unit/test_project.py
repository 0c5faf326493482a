"""What holds for the project as a whole: locks, licences, documentation."""

import re
import subprocess
import tomllib
from pathlib import Path
from typing import cast

import pytest

from analyzer.reports import REPORTS
from console.cli import make_app
from console.web.api.document import described
from console.web.app import make_app as make_web_app
from console.web.place import Place
from parser.formats import FORMATS
from parser.rejects import REASONS
from shared.dataset_settings import KEYS, Key, parse_dataset_settings
from shared.dataset_settings.keys import REQUIRED, default_text
from shared.label_tasks import TASKS
from shared.matchers import NumberMatch, TextMatch

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def direct() -> set[str]:
    named = [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["dev"]]
    return {re.split(r"[\[<>=!~ ]", one)[0].lower() for one in named}


def committed() -> list[Path]:
    done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    return [ROOT / name for name in done.stdout.split("\0") if name]


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_a_lock_has_versions_and_hashes_and_no_address(lock: str) -> None:
    text = (ROOT / lock).read_text()
    assert "://" not in text
    entries = re.findall(r"^([A-Za-z0-9_.-]+)==\S+.*?\\\n((?:    --hash=sha256:[0-9a-f]{64}.*\n)+)", text, re.MULTILINE)
    names = {name.lower() for name, _ in entries}
    wanted = direct() if "dev" in lock else {re.split(r"[\[<>=!~ ]", one)[0].lower() for one in PROJECT["dependencies"]}
    assert wanted - names == set()
    assert len(entries) == len(re.findall(r"^[A-Za-z0-9]", text, re.MULTILINE))


def test_every_dependency_has_its_reason() -> None:
    text = (ROOT / "docs" / "dependencies.md").read_text().lower()
    assert [name for name in sorted(direct()) if f"| {name} |" not in text] == []


def test_nothing_names_a_machine_of_ours() -> None:
    words = ["/wo" + "rk/", "/tmp" + "/w/", "pypi" + ".org", "deb.debian" + ".org", "registry.npm" + "js"]
    wrong = []
    for path in committed():
        if path.is_file() and path.suffix not in (".png", ".gz"):
            text = path.read_text(encoding="utf-8", errors="replace")
            wrong += [f"{path.relative_to(ROOT)}: {word}" for word in words if word in text]
    assert wrong == []


def test_every_command_is_documented() -> None:
    text = (ROOT / "docs" / "commands.md").read_text()
    names = [command.name for command in make_app().registered_commands]
    names += [
        f"{group.name} {command.name}"
        for group in make_app().registered_groups
        if group.typer_instance
        for command in group.typer_instance.registered_commands
    ]
    assert [name for name in names if f"`proprocessor {name}" not in text] == []


def test_every_operation_of_the_api_is_documented() -> None:
    text = (ROOT / "docs" / "api.md").read_text()
    paths = described(make_web_app(cast(Place, None)))["paths"]
    told = re.findall(r"^\| `([A-Z]+ /api/v1/\S+)` \|", text, re.MULTILINE)
    assert sorted(told) == sorted(f"{method.upper()} {path}" for path, methods in paths.items() for method in methods)


def test_every_setting_of_a_data_set_is_documented() -> None:
    """With its default, unit, meaning and effect, as the table of keys has them."""
    text = (ROOT / "docs" / "settings.md").read_text()
    wrong = []
    for key in KEYS.values():
        table, _, name = key.path.partition(".")
        if not key.path.startswith("labels.match."):
            listed = ("labels", "campaigns", "funnels", "mails", "targets")
            heading = f"### [[{table}]]" if table in listed else f"### [{table}]"
            section = text.partition(heading)[2].partition("\n### ")[0]
            wrong += [row for row in [key_row(key, name)] if row not in section]
    assert wrong == []


def test_every_criterion_of_a_label_is_documented_with_an_example() -> None:
    text = (ROOT / "docs" / "labels.md").read_text()
    criteria = [key for key in KEYS.values() if key.path.startswith("labels.match.")]
    rows = [f"{key_row(key, key.path.removeprefix('labels.match.'))} `{key.example}` |" for key in criteria]
    assert len(rows) > 40
    assert [row for row in rows if row not in text] == []


def test_every_matcher_and_task_is_documented() -> None:
    text = (ROOT / "docs" / "labels.md").read_text()
    ways = [*TextMatch.model_fields, *NumberMatch.model_fields]
    assert [name for name in ways if f"\n| `{name}` | " not in text.partition("## Matchers")[2]] == []
    assert [task.id for task in TASKS if f"\n| `{task.id}` | {task.title} | {task.question} | " not in text] == []
    rows = re.findall(r"\n\| `(\w+)` \|.*\| `(\{ .* \})` \|", text.partition("## Matchers")[2].partition("\n## ")[0])
    assert [name for name, _ in rows] == ways
    for name, example in rows:
        kind = NumberMatch if name in NumberMatch.model_fields else TextMatch
        assert name in kind.model_validate(tomllib.loads(f"match = {example}")["match"]).model_fields_set


@pytest.mark.parametrize(
    "name", ["settings.md", "labels.md", "costs.md", "privacy.md", "mail.md", "alerts.md", "targets.md"]
)
def test_settings_in_the_documentation_are_read(name: str) -> None:
    blocks = re.findall(r"```toml\n(.*?)```", (ROOT / "docs" / name).read_text(), re.DOTALL)
    assert blocks or name not in ("settings.md", "labels.md")
    for block in blocks:
        parse_dataset_settings(block, name=name)


def key_row(key: Key, name: str) -> str:
    default = default_text(key)
    shown = default if default in ("–", REQUIRED) or "…" in default else f"`{default}`"
    return f"| `{name}` | {shown} | {key.unit} | {key.meaning} | {key.effect} |"


def test_every_report_and_column_is_documented() -> None:
    text = (ROOT / "docs" / "reports.md").read_text()
    missing = []
    for report in REPORTS:
        if f"## {report.id}" not in text:
            missing.append(report.id)
        section = text.partition(f"## {report.id}")[2].partition("\n## ")[0]
        columns = [*report.dimensions, *report.measures]
        missing += [f"{report.id}.{one.id}" for one in columns if f"| `{one.id}` | {one.title} | " not in section]
    assert missing == []


def test_every_format_and_reject_reason_is_documented() -> None:
    text = (ROOT / "docs" / "formats.md").read_text()
    assert [name for name in (*FORMATS, *REASONS) if f"| `{name}` |" not in text] == []
    assert [reason for reason in REASONS.values() if reason not in text] == []


def test_every_reason_of_an_error_is_documented() -> None:
    text = (ROOT / "docs" / "errors.md").read_text()
    reasons = set()
    for package in ("analyzer", "console", "fetcher", "parser", "reporter", "shared"):
        for path in (ROOT / package).rglob("*.py"):
            reasons |= set(re.findall(r'reason="([a-z_]+)"', path.read_text()))
            reasons |= set(re.findall(r'_wrong\(name, .*"(config_[a-z_]+)"\)', path.read_text()))
    assert [reason for reason in sorted(reasons) if f"| `{reason}` |" not in text] == []
