"""Forgetting a visitor: who is meant, and what is said of it before and after."""

from __future__ import annotations

from typing import Any

from parser.forget import Wanted
from shared.dataset_settings import DatasetSettings
from shared.errors import Rejected
from shared.texts import number_of
from shared.tombstones import FORGOTTEN


def wanted_of(visitor: str | None, address: str | None) -> Wanted:
    """Who is meant by the value of a cookie, or by an address; :class:`Rejected` where that is not one of them."""
    value = (address if visitor is None else visitor) or ""
    if (visitor is None) == (address is None) or not value.strip():
        raise Rejected(
            "Nobody knows who is to be forgotten.",
            remedy="Give the value of a visitor's cookie, or an address: one of them.",
            reason="forget_nobody",
        )
    if value.strip() == FORGOTTEN:
        raise Rejected(f"{FORGOTTEN} stands for those who are forgotten already.")
    return Wanted("visitor" if address is None else "address", value.strip())


def would_be_removed(receipt: dict[str, Any]) -> str:
    """What a preview found, as a sentence."""
    return f"{_hits_of(receipt)} would be removed, {number_of(len(receipt['periods']), 'period')} touched."


def is_removed(receipt: dict[str, Any]) -> str:
    """What was removed, as a sentence."""
    is_or_are = "is" if receipt["hits"] == 1 else "are"
    return (
        f"Receipt {receipt['id']}: {_hits_of(receipt)} {is_or_are} removed, "
        f"{number_of(len(receipt['periods']), 'period')} touched, "
        f"{number_of(receipt['raw_files_deleted'], 'raw file')} deleted. What is fetched later obeys it."
    )


def left_over(receipt: dict[str, Any], settings: DatasetSettings) -> list[str]:
    """What a person should know that is not removed, or not yet: sentences."""
    found = []
    if receipt.get("also_kept_by"):
        found.append(
            f"These data sets have some of the same files and keep them: {', '.join(receipt['also_kept_by'])}. "
            "Forget the visitor there too."
        )
    if number := receipt["files_not_parsed"]:
        files = number_of(number, "file is", "files are")
        theirs, they_are = ("its raw file stays", "it is") if number == 1 else ("their raw files stay", "they are")
        found.append(f"{files} not parsed yet; {theirs} until {they_are}.")
    if receipt["kind"] == "address" and settings.privacy.addresses != "keep":
        found.append(
            "Addresses are not stored whole here (see docs/privacy.md): not all that came from it can be told."
        )
    return found


def _hits_of(receipt: dict[str, Any]) -> str:
    days, files = number_of(len(receipt["days"]), "day"), number_of(len(receipt["files"]), "file")
    return f"{number_of(receipt['hits'], 'hit')} of {days} in {files}"


def logged(receipt: dict[str, Any]) -> dict[str, Any]:
    """What the log says of it: not who was forgotten."""
    kept = {name: receipt[name] for name in ("kind", "hits", "raw_files_deleted")}
    return {"receipt": receipt["id"], "files": len(receipt["files"]), **kept}
