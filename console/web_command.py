"""``proprocessor console``: the console in a browser, and the API."""

from __future__ import annotations

from typing import Annotated

import typer

from console.options import Data, settings_of
from console.output import say
from shared.catalog import open_catalog
from shared.errors import EXIT_DONE
from shared.logging import configure
from shared.process import stop_on_signals


def console(
    host: Annotated[
        str, typer.Option("--host", help="Address to listen on.", envvar="PROPROCESSOR_CONSOLE_HOST")
    ] = "127.0.0.1",
    port: Annotated[
        int,
        typer.Option("--port", min=0, max=65535, help="Port; 0 takes a free one.", envvar="PROPROCESSOR_CONSOLE_PORT"),
    ] = 8080,
    root_path: Annotated[
        str,
        typer.Option(
            "--root-path",
            help="Prefix that a proxy serves it under, such as /stats.",
            envvar="PROPROCESSOR_CONSOLE_ROOT_PATH",
        ),
    ] = "",
    proxies: Annotated[
        str,
        typer.Option(
            "--proxies",
            help="Addresses of proxies that say where a request came from, with commas between.",
            envvar="PROPROCESSOR_CONSOLE_PROXIES",
        ),
    ] = "127.0.0.1,::1",
    data: Data = None,
) -> int:
    """Serve the console until stopped: set up, read, manage, in a browser or by the API."""
    from console.web.entrance import first_run_code, is_first_run
    from console.web.place import Place
    from console.web.server import WebOptions, console_serving

    settings = settings_of(data)
    configure(settings.log, settings.log_level, "console")
    place = Place(settings, open_catalog(settings.catalog_url))
    prefix = f"/{root_path.strip('/')}" if root_path.strip("/") else ""
    stop = stop_on_signals()
    with console_serving(place, WebOptions(host, port, prefix, proxies)) as url:
        say(f"Console: {url}  (Ctrl+C ends)")
        if is_first_run(place):
            say(f"Nobody has an account yet: {url}first-run?code={first_run_code(place)} makes the administrator.")
        stop.wait()
    place.catalog.close()
    return EXIT_DONE
