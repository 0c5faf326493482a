"""The command ``proprocessor``."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from typing import Annotated

import typer

from console.output import complain
from console.stages import STAGES
from shared.errors import EXIT_FAILED, EXIT_USAGE, ProprocessorError
from shared.lean import collect_seldom, end_at_once, leave_out_pandas
from shared.logging import configure
from shared.software import SOFTWARE

EXIT_STOPPED = 130
"""By Ctrl+C, as a shell has it."""

STAGE_COMMAND = "stage"
COMMANDS = {
    "demo": "run_command:demo",
    "process": "run_command:process",
    "setup": "setup_command:setup",
    "run": "processes:run",
    **dict.fromkeys(STAGES, f"processes:{STAGE_COMMAND}"),
    "explain": "explain_command:explain",
    "healthcheck": "processes:healthcheck",
    "serve": "processes:serve",
    "serve-ftp": "ftp_command:serve_ftp",
    "console": "web_command:console",
    "datasets": "manage:datasets_app",
    "status": "manage:status",
    "doctor": "doctor_command:doctor",
    "pause": "pause_command:pause",
    "resume": "pause_command:resume",
    "failures": "failures_command:app",
    "formats": "formats_command:app",
    "rejects": "rejects_command:app",
    "costs": "costs_command:app",
    "overlay": "overlay_command:app",
    "reparse": "reparse_command:reparse",
    "report": "report_command:report",
    "pull": "pull_command:pull",
    "settings": "settings_command:app",
    "mail": "mail_command:app",
    "targets": "targets_command:app",
    "users": "users_command:app",
    "tokens": "tokens_command:app",
    "shares": "shares_command:app",
    "views": "views_command:app",
    "notes": "notes_command:app",
    "log": "log_command:log",
    "alerts": "alerts_command:app",
    "forget": "forget_command:forget",
    "retention": "retention_command:retention",
}
"""Command to its function, or group of commands: a module of this package, loaded when it is needed."""
MAKING_FRAMES = {"pull"}
"""It is a client of the API, as others write them."""


def make_app(*names: str) -> typer.Typer:
    """The command line with these commands; without, with all."""
    app = typer.Typer(
        name="proprocessor",
        help="Self-hosted web analytics: fetch raw visit data, count every line once, publish finished reports.",
        no_args_is_help=True,
        add_completion=True,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    app.callback()(_options)
    for name in names or COMMANDS:
        module, _, attribute = COMMANDS[name].partition(":")
        if attribute == STAGE_COMMAND:
            app.command(name)(import_module(f"console.{module}").stage_command(name))
            continue
        command = getattr(import_module(f"console.{module}"), attribute)
        if isinstance(command, typer.Typer):
            app.add_typer(command, name=name)
        else:
            app.command(name)(command)
    return app


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(SOFTWARE)
        raise typer.Exit


def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say the version.")
    ] = False,
) -> None:
    del version


def main() -> None:
    """Run the command; every error ends in a sentence and the exit code that DESIGN.md gives it."""
    collect_seldom()
    configure("auto", "warning", "console")
    if not MAKING_FRAMES.intersection(_meant()):
        leave_out_pandas()
    try:
        code = make_app(*_meant())(standalone_mode=False)
    except typer.TyperException as error:
        # Every one of them is about how the command was written.
        complain(f"{_sentence(error)} Try: proprocessor {' '.join([*_meant(), '--help'])}")
        code = EXIT_USAGE
    except ProprocessorError as error:
        complain(str(error))
        code = error.exit_code
    except (KeyboardInterrupt, typer.Abort):
        code = EXIT_STOPPED
    except BrokenPipeError:
        sys.stderr.close()
        code = EXIT_FAILED
    except Exception as error:  # noqa: BLE001 - a person must never be shown a stack trace
        complain(f"Unexpected: {type(error).__name__}: {error}\nPlease report this with {_trace_file(error)}.")
        code = EXIT_FAILED
    if code == EXIT_STOPPED:  # typer gives it too, for Ctrl+C
        complain("Stopped. What was done stays done; the same command goes on from there.")
    end_at_once()
    sys.exit(code if isinstance(code, int) else 0)


def _sentence(error: typer.TyperException) -> str:
    format_message = getattr(error, "format_message", None)
    return str(format_message()) if format_message is not None else str(error)


def _meant() -> tuple[str, ...]:
    """The command that was meant, if there is one of that name. Others need not be made ready: each takes a while.

    The first word tells: before it there are only options without a value.
    """
    named = next((word for word in sys.argv[1:] if not word.startswith("-")), "")
    return (named,) if named in COMMANDS else ()


def _trace_file(error: Exception) -> Path:
    """Keep the stack trace in a file: it is for us, not for the person at the terminal."""
    import tempfile
    import traceback

    with tempfile.NamedTemporaryFile("w", prefix="proprocessor-", suffix=".txt", delete=False) as file:
        traceback.print_exception(error, file=file)
    return Path(file.name)
