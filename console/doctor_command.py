"""``proprocessor doctor``: is everything well, and what to do where it is not."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from console.options import AsJson, Data, settings_of
from console.output import complain, out, print_json
from shared.errors import EXIT_DONE, EXIT_FAILED

MARKS = {"good": "good ", "look": "look ", "wrong": "WRONG"}


def doctor(
    sources: Annotated[
        bool, typer.Option("--sources/--no-sources", help="Whether to connect to the source of each data set.")
    ] = True,
    data: Data = None,
    as_json: AsJson = False,
) -> int:
    """Look at disk, catalog, queue, clock, mail, sign-in, sources, versions; say what to do; 1 if anything is wrong."""
    from console.doctor import examine

    found = []
    for one in examine(settings_of(data), sources=sources):
        found.append(one)
        if not as_json:
            out.print(f"{MARKS[one.state]}  {one.about}: {one.text}", markup=False)
            if one.state != "good" and one.remedy:
                out.print(f"       {one.remedy}", markup=False)
    if as_json:
        print_json([asdict(one) for one in found])
    wrong = sum(one.state == "wrong" for one in found)
    if wrong and not as_json:
        complain(f"{wrong} {'thing is' if wrong == 1 else 'things are'} wrong.")
    return EXIT_FAILED if wrong else EXIT_DONE
