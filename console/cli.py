"""The command ``proprocessor``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from console import (
    costs_command,
    explain_command,
    failures_command,
    forget_command,
    formats_command,
    manage,
    processes,
    rejects_command,
    reparse_command,
    report_command,
    retention_command,
    run_command,
    settings_command,
    setup_command,
)
from console.output import complain
from console.stages import STAGES
from shared.errors import EXIT_FAILED, EXIT_USAGE, ProprocessorError
from shared.logging import configure
from shared.software import SOFTWARE

EXIT_STOPPED = 130
"""By Ctrl+C, as a shell has it."""

app = typer.Typer(
    name="proprocessor",
    help="Self-hosted web analytics: fetch raw visit data, count every line once, publish finished reports.",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command("demo")(run_command.demo)
app.command("process")(run_command.process)
app.command("setup")(setup_command.setup)
app.command("run")(processes.run)
for stage in STAGES:
    app.command(stage)(processes.stage_command(stage))
app.command("explain")(explain_command.explain)
app.command("healthcheck")(processes.healthcheck)
app.command("serve")(processes.serve)
app.add_typer(manage.datasets_app, name="datasets")
app.command("status")(manage.status)
app.add_typer(failures_command.app, name="failures")
app.add_typer(formats_command.app, name="formats")
app.add_typer(rejects_command.app, name="rejects")
app.add_typer(costs_command.app, name="costs")
app.command("reparse")(reparse_command.reparse)
app.command("report")(report_command.report)
app.add_typer(settings_command.app, name="settings")
app.command("forget")(forget_command.forget)
app.command("retention")(retention_command.retention)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(SOFTWARE)
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say the version.")
    ] = False,
) -> None:
    del version


def main() -> None:
    """Run the command; every error ends in a sentence and the exit code that DESIGN.md gives it."""
    configure("auto", "warning", "console")
    try:
        code = app(standalone_mode=False)
    except typer.TyperException as error:
        # Every one of them is about how the command was written.
        complain(f"{_sentence(error)} Try: proprocessor {_command()}--help")
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
    sys.exit(code if isinstance(code, int) else 0)


def _sentence(error: typer.TyperException) -> str:
    format_message = getattr(error, "format_message", None)
    return str(format_message()) if format_message is not None else str(error)


def _command() -> str:
    """The command that was meant, if there is one of that name."""
    named = next((word for word in sys.argv[1:] if not word.startswith("-")), "")
    known = {command.name for command in app.registered_commands} | {group.name for group in app.registered_groups}
    return f"{named} " if named in known else ""


def _trace_file(error: Exception) -> Path:
    """Keep the stack trace in a file: it is for us, not for the person at the terminal."""
    import tempfile
    import traceback

    with tempfile.NamedTemporaryFile("w", prefix="proprocessor-", suffix=".txt", delete=False) as file:
        traceback.print_exception(error, file=file)
    return Path(file.name)
