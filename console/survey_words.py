"""What a location offers, as a person reads it: the same words on a terminal and in a browser."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from console.output import out, print_table, say, size

if TYPE_CHECKING:
    from console.sample import Sample
    from console.survey import Survey

HIT_COLUMNS = {
    "line": "Line",
    "time": "Time (UTC)",
    "who": "Host or address",
    "page": "Page",
    "status": "Status",
    "referrer": "Referrer",
    "agent": "Agent",
}
REJECT_COLUMNS = {"line": "Line", "reason": "Reason", "means": "Meaning", "raw": "What stands there"}
SHOWN_CHARACTERS = 120


def survey_rows(found: Survey) -> list[tuple[str, str]]:
    """What was found, each with its heading."""
    return [
        ("Site", found.site or "–"),
        ("Own hosts", ", ".join(found.hosts) or "–"),
        ("Subdomains", ", ".join(found.subdomains) or "–"),
        ("Servers", ", ".join(found.servers) or "–"),
        ("Files", f"{found.files:,} ({size(found.size_bytes)})" if found.size_bytes else f"{found.files:,}"),
        ("First day", found.first_day.isoformat() if found.first_day else "–"),
        ("Last day", found.last_day.isoformat() if found.last_day else "–"),
        ("Log format", format_words(found.sample)),
    ]


def format_words(sample: Sample | None) -> str:
    """The format of the file that was looked at."""
    if sample is None or sample.format is None:
        return "–"
    return sample.format + (f", packed with {sample.compression}" if sample.compression else "")


def sample_sentences(sample: Sample) -> list[str]:
    """How much of a file's first lines is read, and what to do where that is wrong."""
    if sample.error is not None:
        return [sample.error]
    if not sample.lines:
        return [f"{sample.file} has no lines yet. Its format is looked at again when it is read."]
    said = [f"Of the first {sample.lines:,} lines of {sample.file}, {sample.read:,} can be read."]
    if sample.others:
        names = ", ".join(f"{one['format']} ({one['confidence']:.0%})" for one in sample.others)
        said.append(f"As well or nearly: {names}. If one of them is meant, name it as [source] format in the settings.")
    return said


def hit_row(hit: Mapping[str, Any]) -> dict[str, Any]:
    """A hit by :data:`HIT_COLUMNS`."""
    page = hit["path"] + (f"?{hit['query']}" if hit.get("query") else "")
    return {
        "line": hit["line"],
        "time": f"{hit['ts']:%Y-%m-%d %H:%M:%S}",
        "who": " ".join(str(one) for one in (hit.get("host"), hit["address"]) if one),
        "page": _short(page),
        "status": hit["status"],
        "referrer": _short(hit.get("referrer") or "–"),
        "agent": _short(hit.get("agent") or "–"),
    }


def reject_row(reject: Mapping[str, Any]) -> dict[str, Any]:
    """A line that cannot be read, by :data:`REJECT_COLUMNS`."""
    return {**reject, "raw": _short(reject["raw"])}


def show_survey(found: Survey) -> None:
    """All of it, on a terminal."""
    for heading, text in survey_rows(found):
        out.print(f"  {heading:<11}", text, markup=False)
    for note in found.notes:
        say(f"  {note}")
    if found.sample is None:
        return
    say("")
    for sentence in sample_sentences(found.sample):
        say(sentence)
    if found.sample.hits:
        print_table([hit_row(one) for one in found.sample.hits], HIT_COLUMNS, empty="")
    if found.sample.rejects:
        say("Not read:")
        print_table([reject_row(one) for one in found.sample.rejects], REJECT_COLUMNS, empty="")


def _short(text: str) -> str:
    from parser.kept_rejects import visible

    return visible(text, SHOWN_CHARACTERS)
