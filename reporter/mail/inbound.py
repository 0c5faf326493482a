"""What came back to the sender takes effect: addresses that bounced, and those that unsubscribed.

``mail_bounces`` is a Maildir (``new`` and ``cur``), or a folder of ``.eml`` files. What was read is moved: within a
Maildir from ``new`` to ``cur`` as seen; in a plain folder into ``read`` beside the files. Nothing is deleted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from reporter.mail import bounces, deliveries, suppression
from reporter.mail.bounces import MAX_BYTES, Report, Wish
from reporter.mail.deliveries import Delivery
from reporter.mail.unsubscribe import read_token, token_key
from shared.errors import Rejected
from shared.store import disk_errors
from shared.work import Tools

READ = "read"
AT_ONCE = 200


@dataclass(frozen=True)
class Took:
    """What an e-mail led to, in a sentence; ``effect``: whether anything changed."""

    sentence: str
    effect: bool = False


def take(tools: Tools, data: bytes) -> list[Took]:
    """Let one e-mail take effect."""
    match bounces.read(data):
        case Wish(token):
            return [_unsubscribe(tools, token)]
        case Report() as report:
            return _bounced(tools, report)
        case _:
            return [Took("It is no delivery report and no wish to unsubscribe.")]


def unsubscribe(tools: Tools, token: str) -> Took:
    """Let a token take effect; :class:`Rejected` where it is none of ours."""
    found = read_token(token_key(tools.settings), token)
    new = suppression.unsubscribe(tools.catalog, found, tools.clock.now())
    done = "is unsubscribed" if new else "was unsubscribed before"
    return Took(f"{found.recipient} {done} from {found.event} of {found.dataset}.", effect=new)


def poll(tools: Tools) -> int:
    """Read what lies in the folder of the settings; gives how many e-mails that were."""
    folder = tools.settings.mail_bounces
    if folder is None:
        return 0
    number = 0
    with disk_errors(folder):
        for path, seen in _waiting(folder):
            with path.open("rb") as file:
                data = file.read(MAX_BYTES)
            for one in take(tools, data):
                tools.log.info("mail.came_back", file=path.name, told=one.sentence)
            seen.parent.mkdir(exist_ok=True)
            path.rename(seen)
            number += 1
            if number >= AT_ONCE:
                break
    return number


def _waiting(folder: Path) -> Iterator[tuple[Path, Path]]:
    """Each e-mail that is unread, and where it lies once it is read."""
    new = folder / "new"
    if new.is_dir():
        for path in sorted(new.iterdir()):
            yield path, folder / "cur" / f"{path.name}:2,S"
        return
    for path in sorted(folder.glob("*.eml")):
        if path.is_file():
            yield path, folder / READ / path.name


def _unsubscribe(tools: Tools, token: str) -> Took:
    try:
        return unsubscribe(tools, token)
    except Rejected as error:
        return Took(str(error))


def _bounced(tools: Tools, report: Report) -> list[Took]:
    known = _known(tools, report)
    if known is None:
        return [Took("It is about no e-mail that was sent from here: nothing is done.")]
    # A forwarding server may name the address it forwarded to; the e-mail went to one address only.
    found = []
    for failure in report.failures:
        if not failure.permanent:
            found.append(Took(f"{known.recipient} is not reached yet ({failure.said}); the servers go on trying."))
            continue
        now = tools.clock.now()
        new = suppression.bounce(tools.catalog, known.recipient, failure.said, now)
        deliveries.bounced(tools.catalog, known, failure.said, now)
        done = "gets no more e-mail" if new else "got none any more before"
        found.append(Took(f"{known.recipient} {done}: {failure.said}.", effect=new))
    return found or [Took("It names no recipient that failed.")]


def _known(tools: Tools, report: Report) -> Delivery | None:
    for identity in report.ids:
        for one in deliveries.by_message_id(tools.catalog, identity):
            return one
    return None
