"""``proprocessor mail``: what was sent and what was not, e-mail to look at and to try, bounces, who gets none."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from console.arguments import Dataset
from console.command_log import log_command
from console.mail import MAILS, STATES, checked_address, delivery_rows, resolved_words, send_test, size_words
from console.mail import allow as allow_again
from console.mail import resolve as resolve_one
from console.options import AsJson, Data, catalog_of
from console.output import complain, print_json, print_table, say
from shared.catalog import Catalog
from shared.errors import EXIT_BAD_INPUT, EXIT_DONE, EXIT_FAILED, EXIT_UNREACHABLE, Misconfigured
from shared.process import make_tools
from shared.settings import Settings
from shared.work import Tools

app = typer.Typer(
    help="Scheduled e-mail: list, preview, test, resolve, bounces, who gets none.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
COLUMNS = {
    "id": "Id",
    "dataset": "Data set",
    "event": "Event",
    "period": "Period",
    "recipient": "Recipient",
    "state": "State",
    "due_at": "Due (UTC)",
    "sent_at": "Sent (UTC)",
    "attempts": "Attempts",
    "partial": "Partial",
    "reason": "Reason",
}
SUPPRESSED_COLUMNS = {
    "address": "Address",
    "why": "Why",
    "dataset": "Data set",
    "event": "Event",
    "since": "Since (UTC)",
    "reason": "Reason",
}
EXIT_CODES = {"sent": EXIT_DONE, "refused": EXIT_BAD_INPUT, "later": EXIT_UNREACHABLE, "unknown": EXIT_FAILED}
"""What became of a test, as an exit code."""
Event = Annotated[str, typer.Argument(help="Id of the event in its settings.")]
Period = Annotated[
    str | None, typer.Option("--period", help="2015-05-17, 2015-W20 or 2015-05; default: the last whole one.")
]


@app.command("list")
def list_mail(
    dataset: Annotated[str | None, typer.Option("--dataset", help="Of one data set only.")] = None,
    state: Annotated[str | None, typer.Option("--state", help=f"Only: {', '.join(STATES)}.")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, help="So many of the newest.")] = 50,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """List what was sent, waits, failed or is unknown, and the addresses that get no e-mail any more."""
    from reporter.mail import suppression

    if state is not None and state not in STATES:
        raise typer.BadParameter(f"--state: {state!r} is none; there are {', '.join(STATES)}.")
    _, catalog = catalog_of(data)
    rows = delivery_rows(catalog, kind=MAILS, dataset=dataset, state=state)[-limit:]
    addresses = suppression.listed(catalog)
    if as_json:
        print_json({"deliveries": rows, "suppressed": addresses})
        return
    print_table([row | {"id": row["id"][:8]} for row in rows], COLUMNS, empty="No e-mail was due yet.")
    if addresses:
        say("")
        print_table(addresses, SUPPRESSED_COLUMNS, empty="")
        say("`proprocessor mail allow ADDRESS` lets one get e-mail again.")
    if unknown := [row["id"][:8] for row in rows if row["state"] == "unknown"]:
        say("")
        say(
            f"Nobody knows whether {', '.join(unknown)} went out. Ask the recipient, or look into the log of the "
            "mail server, then `proprocessor mail resolve ID --sent` or `--again`."
        )


@app.command("preview")
def preview(
    dataset: Dataset,
    event: Event,
    period: Period = None,
    out: Annotated[str | None, typer.Option("-o", "--out", help="File; - is standard output.")] = None,
    data: Data = None,
) -> None:
    """Write the e-mail of an event into a file, which any e-mail program opens. Nothing is sent."""
    from reporter.mail.trial import make_trial

    settings, catalog = catalog_of(data)
    now = datetime.now(UTC)
    trial = make_trial(catalog, settings, dataset, event, period_id=period, recipient=None, now=now)
    if out == "-":
        sys.stdout.buffer.write(trial.message)
        sys.stdout.flush()
        return
    path = Path(out or f"{dataset}-{event}-{trial.period.id}.eml")
    path.write_bytes(trial.message)
    say(f"{path}: “{trial.edition.content.subject}”, to {trial.recipient}, {len(trial.message):,} bytes.")
    for one in trial.lacks:
        say(f"Partial: {one}")
    if too_much := size_words(trial):
        say(too_much)


@app.command("test")
def test(
    dataset: Dataset,
    event: Event,
    to: Annotated[str, typer.Option("--to", help="Your own address.")],
    period: Period = None,
    data: Data = None,
) -> int:
    """Send the e-mail of an event to yourself, now. It counts as nothing: the event is sent as if it had not been."""
    settings, catalog = catalog_of(data)
    _check(to)
    tried = send_test(settings, catalog, dataset, event, to=to, period=period, now=datetime.now(UTC))
    (say if tried.outcome == "sent" else complain)(tried.sentence)
    return EXIT_CODES[tried.outcome]


@app.command("resolve")
def resolve(
    delivery: Annotated[str, typer.Argument(help="Id, or its beginning.")],
    sent: Annotated[bool, typer.Option("--sent", help="It went out.")] = False,
    again: Annotated[bool, typer.Option("--again", help="It did not: send it.")] = False,
    data: Data = None,
) -> None:
    """Say what became of an e-mail that nobody knows of, or have one that failed sent again."""
    if sent == again:
        raise typer.BadParameter("give --sent or --again (one of them).")
    _, catalog = catalog_of(data)
    found = resolve_one(catalog, delivery, sent=sent, now=datetime.now(UTC))
    log_command(catalog, "mail.resolve", found.dataset or None, delivery=found.id, outcome="sent" if sent else "again")
    say(resolved_words(found, sent=sent))


@app.command("bounce")
def bounce(
    files: Annotated[list[Path] | None, typer.Argument(help="E-mails; without, one from standard input.")] = None,
    data: Data = None,
) -> None:
    """Read delivery reports that came back to the sender: an address that failed for good gets no more e-mail."""
    from reporter.mail import inbound

    tools = _tools(*catalog_of(data))
    for message in [path.read_bytes() for path in files] if files else [sys.stdin.buffer.read()]:
        for one in inbound.take(tools, message):
            if one.effect:
                log_command(tools.catalog, "mail.bounce", told=one.sentence)
            say(one.sentence)


@app.command("allow")
def allow(address_text: Annotated[str, typer.Argument(metavar="ADDRESS")], data: Data = None) -> None:
    """Let an address get e-mail again that bounced or unsubscribed."""
    _, catalog = catalog_of(data)
    _check(address_text)
    allowed = allow_again(catalog, address_text)
    log_command(catalog, "mail.allow", recipient=allowed)
    say(f"{allowed} gets e-mail again, from the next period on.")


@app.command("unsubscribe")
def unsubscribe(token: Annotated[str, typer.Argument(help="As it stands in the link.")], data: Data = None) -> None:
    """Do what a link to unsubscribe asks for."""
    from reporter.mail import inbound

    tools = _tools(*catalog_of(data))
    done = inbound.unsubscribe(tools, token.rpartition("/")[2])
    if done.effect:
        log_command(tools.catalog, "mail.unsubscribe", told=done.sentence)
    say(done.sentence)


def _check(text: str) -> None:
    try:
        checked_address(text)
    except Misconfigured as error:
        raise typer.BadParameter(error.message) from error


def _tools(settings: Settings, catalog: Catalog) -> Tools:
    return make_tools(settings, catalog, "console")
