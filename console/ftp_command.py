"""``proprocessor serve-ftp``: published folders for accounts, by FTP or FTPS."""

from __future__ import annotations

import re
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated

import typer

from console.options import Data, catalog_of
from console.output import complain, say
from shared import accounts
from shared.errors import EXIT_DONE
from shared.logging import configure
from shared.process import stop_on_signals

PORTS = re.compile(r"(\d{1,5})-(\d{1,5})")


def serve_ftp(
    host: Annotated[
        str, typer.Option("--host", envvar="PROPROCESSOR_FTP_HOST", help="Address to listen on.")
    ] = "127.0.0.1",
    port: Annotated[
        int, typer.Option("--port", envvar="PROPROCESSOR_FTP_PORT", min=0, max=65535, help="Port; 0 takes a free one.")
    ] = 2121,
    certificate: Annotated[
        Path | None,
        typer.Option(
            "--certificate", envvar="PROPROCESSOR_FTP_CERTIFICATE", help="PEM file: then FTPS, and only that."
        ),
    ] = None,
    key: Annotated[
        Path | None, typer.Option("--key", envvar="PROPROCESSOR_FTP_KEY", help="Its key; else in the same file.")
    ] = None,
    passive_ports: Annotated[
        str | None,
        typer.Option(
            "--passive-ports", envvar="PROPROCESSOR_FTP_PASSIVE_PORTS", help="For data, such as 60000-60100; else any."
        ),
    ] = None,
    masquerade: Annotated[
        str | None,
        typer.Option(
            "--masquerade",
            envvar="PROPROCESSOR_FTP_MASQUERADE",
            help="Address told to clients, where they reach this machine by another than its own.",
        ),
    ] = None,
    data: Data = None,
) -> int:
    """Serve published reports read-only by FTP to accounts until stopped; each sees only its data sets."""
    from console.ftp_server import FtpOptions, ftp_serving

    ports, address = _ports(passive_ports), _address(masquerade)
    settings, catalog = catalog_of(data)
    configure(settings.log, settings.log_level, "ftp")
    if certificate is None and not _is_loopback(host):
        complain("Without --certificate, passwords and reports travel unencrypted: anybody on the way can read them.")
    if not accounts.every(catalog):
        complain("There is no account yet: `proprocessor users add NAME` makes one.")
    stop = stop_on_signals()
    with ftp_serving(settings, catalog, FtpOptions(host, port, certificate, key, ports, address)) as url:
        way = "explicit FTPS (AUTH TLS)" if certificate else "FTP"
        say(f"Reports by {way}: {url}  (Ctrl+C ends)")
        stop.wait()
    return EXIT_DONE


def _ports(text: str | None) -> range | None:
    if text is None:
        return None
    found = PORTS.fullmatch(text.strip())
    first, last = (int(one) for one in found.groups()) if found else (1, 0)
    if not 1024 <= first <= last <= 65535:
        raise typer.BadParameter(f"--passive-ports: {text} is no range from 1024 to 65535, such as 60000-60100.")
    return range(first, last + 1)


def _address(text: str | None) -> str | None:
    if text is not None:
        try:
            ip_address(text)
        except ValueError as error:
            raise typer.BadParameter(f"--masquerade: {text} is no address.") from error
    return text


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
