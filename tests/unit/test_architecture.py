"""Who may import whom, one door per library, and sizes that ask for a reason."""

import ast
from functools import cache
from pathlib import Path
from typing import NamedTuple

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
    "pydantic_core": ("shared/expressions.py",),
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


class Module(NamedTuple):
    """What is asked of a module: parsed and walked once."""

    name: str
    imports: frozenset[str]
    prints: bool
    long_functions: frozenset[str]


@cache
def modules() -> tuple[Module, ...]:
    paths = (path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py")))
    return tuple(module(str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")) for path in paths)


def module(name: str, text: str) -> Module:
    imports, long_functions, prints = set(), set(), False
    for node in ast.walk(ast.parse(text)):
        match node:
            case ast.Import():
                imports |= {alias.name for alias in node.names}
            case ast.ImportFrom(module=str(source)):
                imports.add(source)
            case ast.FunctionDef() if (node.end_lineno or 0) - node.lineno + 1 > MAX_FUNCTION:
                long_functions.add(node.name)
            case ast.Call(func=ast.Name(id="print")):
                prints = True
    return Module(name, frozenset(imports), prints, frozenset(long_functions))


def test_shared_knows_no_stage_and_no_stage_another() -> None:
    wrong = []
    for one_module in modules():
        name = one_module.name
        package = name.partition("/")[0]
        allowed = {"console": set(PACKAGES), "shared": {"shared"}}.get(package, {"shared", package})
        wrong += [
            f"{name} imports {one}"
            for one in one_module.imports
            if one.partition(".")[0] in PACKAGES and one.partition(".")[0] not in allowed
        ]
    assert wrong == []


@pytest.mark.parametrize("library", sorted(DOORS))
def test_a_library_has_one_door(library: str) -> None:
    found = [one.name for one in modules() if any(name.partition(".")[0] == library for name in one.imports)]
    assert found, f"nobody imports {library}: take its row out"
    assert [name for name in found if not name.startswith(DOORS[library])] == []


def test_only_the_console_prints() -> None:
    assert [one.name for one in modules() if one.prints and not one.name.startswith("console/")] == []


def test_a_long_file_says_why() -> None:
    names = [one.name for one in modules()]
    long = {name for name in names if len((ROOT / name).read_text(encoding="utf-8").splitlines()) > MAX_FILE}
    assert long - set(LONG_FILES) == set()
    assert set(LONG_FILES) - long == set(), "no longer long: take the row out"


def test_a_long_function_says_why() -> None:
    long = {f"{one.name}:{function}" for one in modules() for function in one.long_functions}
    assert long - set(LONG_FUNCTIONS) == set()
    assert set(LONG_FUNCTIONS) - long == set(), "no longer long: take the row out"


def test_every_package_has_a_manual_page() -> None:
    for package in PACKAGES:
        text = ast.get_docstring(ast.parse((ROOT / package / "__init__.py").read_text(encoding="utf-8")))
        assert text and len(text.splitlines()) > 3, package
