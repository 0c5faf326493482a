"""Who may import whom, one door per library, and sizes that ask for a reason."""

import ast
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
STAGES = ("fetcher", "parser", "analyzer", "reporter")
PACKAGES = (*STAGES, "console", "shared")
DOORS: dict[str, tuple[str, ...]] = {
    "pika": ("shared/transport/amqp.py", "shared/transport/amqp_link.py"),
    "sqlite3": ("shared/sqlite_file.py", "shared/transport/sqlite.py"),
    "duckdb": ("parser/engine.py", "analyzer/engine.py"),
    "requests": ("fetcher/http.py",),
    "urllib3": ("fetcher/http.py",),
    "ftplib": ("fetcher/ftp.py", "fetcher/ftp_tls.py"),
    "paramiko": ("fetcher/sftp.py",),
    "watchdog": ("fetcher/watch.py",),
    "lxml": ("fetcher/config.py", "fetcher/listings.py"),
    "cronsim": ("shared/cron.py",),
    "cryptography": ("shared/secrets.py",),
    "alembic": ("shared/catalog/migrate.py", "shared/catalog/migrations"),
    "publicsuffixlist": ("shared/hosts.py",),
    "ua_parser": ("parser/patterns.py",),
    "ua_parser_rs": ("parser/patterns.py",),
    "iptocc": ("parser/countries.py",),
    "maxminddb": ("parser/countries.py",),
    "pandas": ("reporter/model.py",),
    "jinja2": ("reporter/html_report.py",),
    "altair": ("reporter/chart.py",),
    "vl_convert": ("reporter/assets.py",),
    "pyftpdlib": ("console/demo/serve.py",),
    "typer": ("console/",),
    "rich": ("console/",),
}
"""Library to the modules (or folders) that may import it: the door turns its errors and types into ours."""
LONG_FILES: dict[str, str] = {}
LONG_FUNCTIONS = {
    "console/demo/people.py:choose_arrival": "one case a kind of arrival",
    "parser/fast.py:w3c": "one query, written out",
    "shared/catalog/migrations/versions/v0001_first_tables.py:upgrade": "a migration is a list",
}
MAX_FILE, MAX_FUNCTION = 300, 45


@cache
def modules() -> tuple[tuple[str, ast.Module], ...]:
    return tuple(
        (str(path.relative_to(ROOT)), ast.parse(path.read_text(encoding="utf-8")))
        for package in PACKAGES
        for path in sorted((ROOT / package).rglob("*.py"))
    )


def imported(tree: ast.Module) -> set[str]:
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return names


def test_shared_knows_no_stage_and_no_stage_another() -> None:
    wrong = []
    for name, tree in modules():
        package = name.partition("/")[0]
        allowed = {"console": set(PACKAGES), "shared": {"shared"}}.get(package, {"shared", package})
        wrong += [
            f"{name} imports {one}"
            for one in imported(tree)
            if one.partition(".")[0] in PACKAGES and one.partition(".")[0] not in allowed
        ]
    assert wrong == []


@pytest.mark.parametrize("library", sorted(DOORS))
def test_a_library_has_one_door(library: str) -> None:
    found = [name for name, tree in modules() if any(one.partition(".")[0] == library for one in imported(tree))]
    assert found, f"nobody imports {library}: take its row out"
    assert [name for name in found if not name.startswith(DOORS[library])] == []


def test_only_the_console_prints() -> None:
    wrong = [
        name
        for name, tree in modules()
        if not name.startswith("console/")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    ]
    assert wrong == []


def test_a_long_file_says_why() -> None:
    long = {name for name, _ in modules() if len((ROOT / name).read_text(encoding="utf-8").splitlines()) > MAX_FILE}
    assert long - set(LONG_FILES) == set()
    assert set(LONG_FILES) - long == set(), "no longer long: take the row out"


def test_a_long_function_says_why() -> None:
    long = {
        f"{name}:{node.name}"
        for name, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.lineno + 1 > MAX_FUNCTION
    }
    assert long - set(LONG_FUNCTIONS) == set()
    assert set(LONG_FUNCTIONS) - long == set(), "no longer long: take the row out"


def test_every_package_has_a_manual_page() -> None:
    for package in PACKAGES:
        text = ast.get_docstring(ast.parse((ROOT / package / "__init__.py").read_text(encoding="utf-8")))
        assert text and len(text.splitlines()) > 3, package
