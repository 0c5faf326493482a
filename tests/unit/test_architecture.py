"""Who may import whom, one door per library, and sizes that ask for a reason."""

import ast
import re
import sys
import tomllib
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[2]
STAGES = ("fetcher", "parser", "analyzer", "reporter")
PACKAGES = (*STAGES, "console", "shared")
CLIENT = "console/proprocessor_client/proprocessor_client/"
DOORS: dict[str, tuple[str, ...]] = {
    "pika": ("shared/transport/amqp.py", "shared/transport/amqp_link.py"),
    "sqlite3": ("shared/sqlite_file.py", "shared/transport/sqlite.py"),
    "duckdb": ("shared/databases.py", "parser/engine.py", "analyzer/engine.py"),
    "authlib": ("console/web/oidc_http.py", "console/web/oidc_tokens.py"),
    "joserfc": ("console/web/oidc_tokens.py", "console/web/oidc_provider.py"),
    "requests": ("fetcher/http.py", "console/web/oidc_http.py", f"{CLIENT}connection.py"),
    "urllib3": ("fetcher/http.py",),
    "ftplib": ("shared/ftp.py", "fetcher/ftp.py", "reporter/targets/ftp.py"),
    "paramiko": ("shared/ssh.py", "fetcher/sftp.py", "reporter/targets/sftp.py"),
    "boto3": ("reporter/targets/s3.py",),
    "botocore": ("reporter/targets/s3.py",),
    "argon2": ("shared/passwords.py",),
    "pyotp": ("shared/totp.py",),
    "segno": ("console/web/qr.py",),
    "watchdog": ("fetcher/watch.py",),
    "pydantic_core": ("shared/expressions.py",),
    "lxml": ("fetcher/config.py", "fetcher/listings.py", "reporter/overlay/markup.py", "reporter/overlay/media.py"),
    "tinycss2": ("reporter/overlay/styles.py",),
    "protego": ("reporter/overlay/guest.py",),
    "cronsim": ("shared/cron.py",),
    "cryptography": ("shared/secrets.py",),
    "alembic": ("shared/catalog/migrate.py", "shared/catalog/migrations"),
    "publicsuffixlist": ("shared/hosts.py",),
    "ua_parser": ("parser/patterns.py",),
    "ua_parser_rs": ("parser/patterns.py",),
    "iptocc": ("parser/countries.py",),
    "maxminddb": ("parser/countries.py",),
    "pandas": (f"{CLIENT}client.py", f"{CLIENT}frames.py"),
    "jinja2": ("shared/templating.py",),
    "css_inline": ("reporter/mail/html.py",),
    "http": ("console/demo/serve.py", "reporter/alerts/webhook.py", "reporter/overlay/web.py"),
    "smtplib": ("reporter/mail/smtp.py",),
    "xlsxwriter": ("reporter/documents/workbook.py",),
    "pikepdf": (
        "reporter/documents/pdf_added.py",
        "reporter/documents/pdf_frame.py",
        "reporter/documents/pdf_letters.py",
    ),
    "typst": ("reporter/documents/typesetting.py",),
    "altair": ("reporter/charts/forms/",),
    "brotli": ("reporter/assets.py",),
    "vl_convert": ("reporter/assets.py", "reporter/charts/images.py", "reporter/documents/pdf_chart.py"),
    "pyftpdlib": ("console/demo/serve.py", "console/ftp_server.py"),
    "fastapi": ("console/web/",),
    "starlette": ("console/web/",),
    "uvicorn": ("console/web/server.py",),
    "prometheus_client": ("console/web/metrics.py",),
    "typer": ("console/",),
    "rich": ("console/",),
}
"""Library to the modules (or folders) that may import it: the door turns its errors and types into ours."""
LONG_FILES: dict[str, str] = {}
LONG_FUNCTIONS = {
    "console/ftp_command.py:serve_ftp": "a command has as many lines as options",
    "console/demo/people.py:choose_arrival": "one case a kind of arrival",
    "parser/fast.py:w3c": "one query, written out",
    "shared/catalog/migrations/versions/v0001_first_tables.py:upgrade": "a migration is a list",
}
MAX_FILE, MAX_FUNCTION = 300, 45
POSSESSIVE_GROUP = re.compile(r"\)(?:[*+?]|\{\d*,?\d*\})\+|\(\?>")


class Module(NamedTuple):
    """What is asked of a module: parsed and walked once."""

    name: str
    imports: frozenset[str]
    prints: bool
    long_functions: frozenset[str]
    texts: frozenset[str]


@cache
def modules() -> tuple[Module, ...]:
    paths = (path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py")))
    return tuple(module(str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")) for path in paths)


def module(name: str, text: str) -> Module:
    imports, long_functions, texts, prints = set(), set(), set(), False
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
            case ast.Constant(value=str(text)):
                texts.add(text)
    return Module(name, frozenset(imports), prints, frozenset(long_functions), frozenset(texts))


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


def test_the_client_is_alone() -> None:
    """Who installs it gets nothing else of ours; and of us, only the command `pull` needs it."""
    allowed = {"__future__", "pandas", "proprocessor_client", "pyarrow", "requests", *sys.stdlib_module_names}
    inside = [one for one in modules() if one.name.startswith(CLIENT)]
    assert inside
    assert {name for one in inside for name in one.imports if name.partition(".")[0] not in allowed} == set()
    users = [one.name for one in modules() if any(name.startswith("proprocessor_client") for name in one.imports)]
    assert [name for name in users if not name.startswith(CLIENT)] == ["console/pull_command.py"]
    project = tomllib.loads((ROOT / CLIENT).parent.joinpath("pyproject.toml").read_text())["project"]
    assert {re.split("[>=]", one)[0] for one in project["dependencies"]} == {"pandas", "pyarrow", "requests"}


@pytest.mark.parametrize("library", sorted(DOORS))
def test_a_library_has_one_door(library: str) -> None:
    found = [one.name for one in modules() if any(name.partition(".")[0] == library for name in one.imports)]
    assert found, f"nobody imports {library}: take its row out"
    assert [name for name in found if not name.startswith(DOORS[library])] == []


def test_no_expression_repeats_a_group_possessively() -> None:
    """Python before 3.11.5, as Debian 12 has it, then finds other texts, or none."""
    assert [one.name for one in modules() if any(POSSESSIVE_GROUP.search(text) for text in one.texts)] == []
    assert (
        POSSESSIVE_GROUP.search("(a|b)*+")
        and POSSESSIVE_GROUP.search("(?>a)")
        and not POSSESSIVE_GROUP.search("[^(]*+")
    )


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
