"""E-mail for who looks after it: what became of each, one shown or tried, one resolved, an address allowed again.

The command line, the API and the pages of the console do the same by these.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, get_args

from shared.catalog import Catalog
from shared.errors import Misconfigured, Rejected
from shared.mail_address import address
from shared.settings import Settings
from shared.texts import number_of

if TYPE_CHECKING:
    from reporter.mail.deliveries import Delivery
    from reporter.mail.trial import Trial

State = Literal["waiting", "sending", "sent", "failed", "unknown", "skipped"]
Outcome = Literal["sent", "refused", "later", "unknown"]
STATES: tuple[State, ...] = get_args(State)
MAILS = ("report", "alert")
"""Kinds of delivery that are e-mail."""
ID = re.compile(r"[0-9a-f-]{1,36}")
UNKNOWN = (
    "Ask the recipient, or look into the log of the mail server; then say what happened. It is not sent by itself."
)
WORDS: dict[Outcome, str] = {
    "sent": "Sent to {to}. The server said: {said}",
    "refused": "The server refused it: {said}",
    "later": "The server does not take it now: {said}",
    "unknown": "Nobody knows whether it went out. {said}",
}


@dataclass(frozen=True)
class Tried:
    """What became of a test, and what the server said."""

    to: str
    outcome: Outcome
    said: str

    @property
    def sentence(self) -> str:
        """The same for a person."""
        return WORDS[self.outcome].format(to=self.to, said=self.said)


def delivery_rows(catalog: Catalog, **where: Any) -> list[dict[str, Any]]:
    """Deliveries with these values, the oldest first."""
    from reporter.mail import deliveries

    return [asdict(one) for one in deliveries.find(catalog, **_given(where))]


def newest_mail(
    catalog: Catalog, *, offset: int, limit: int, dataset: str | None = None, state: str | None = None
) -> tuple[int, list[Delivery]]:
    """How many e-mails there are of a data set and in a state, and some of them, the newest first."""
    from reporter.mail import deliveries

    where = _given({"kind": MAILS, "dataset": dataset, "state": state})
    return deliveries.newest(catalog, offset=offset, limit=limit, **where)


def checked_address(text: str) -> str:
    """An address as it was entered; :class:`Misconfigured` where it is none."""
    try:
        return address(text.strip())
    except ValueError as error:
        raise Misconfigured(f"{error}.", remedy="Write it as name@example.org.", reason="bad_header") from error


def size_words(trial: Trial) -> str:
    """What was left out so that Gmail shows the whole e-mail; empty where all that is asked for stands in it."""
    from reporter.mail.html_subset import MAX_BYTES

    content, asked = trial.edition.content, trial.edition.event.mail
    told = []
    if content.rows < asked.rows:
        told.append(f"each long table shows {content.rows} rows and not {asked.rows}")
    if content.further:
        names = ", ".join(one.title for one in content.further)
        told.append(f"{number_of(len(content.further), 'report is', 'reports are')} only named ({names})")
    if trial.html_bytes > MAX_BYTES:
        return f"Its HTML has {trial.html_bytes:,} bytes; Gmail shows {MAX_BYTES:,} and a link to the rest."
    if not told:
        return ""
    text = f"Gmail shows {MAX_BYTES:,} bytes of HTML, so {' and '.join(told)}."
    return f"{text} Fewer reports or labels leave more room to each."


def send_test(
    settings: Settings, catalog: Catalog, dataset: str, event: str, *, to: str, period: str | None, now: datetime
) -> Tried:
    """Send the e-mail of an event to somebody, now, marked as a test. It counts as nothing.

    A process of its own makes it: a server answers others meanwhile.
    """
    from reporter.mail.making import edition_apart
    from reporter.mail.smtp import Later, Refused, Sent, Unknown, require
    from reporter.mail.trial import as_test, make_trial, send_trial

    require(settings)
    recipient = checked_address(to)
    trial = make_trial(
        catalog, settings, dataset, event, period_id=period, recipient=recipient, now=now, make=edition_apart
    )
    match send_trial(settings, as_test(trial, settings, now)):
        case Sent(said):
            return Tried(recipient, "sent", said)
        case Refused(said):
            return Tried(recipient, "refused", said)
        case Later(said):
            return Tried(recipient, "later", said)
        case Unknown(said):
            return Tried(recipient, "unknown", said)


def resolve(catalog: Catalog, delivery: str, *, sent: bool, now: datetime) -> Delivery:
    """Say what became of the one whose id begins so: it went out, or it is to be sent again. Gives it as it was."""
    from reporter.mail import deliveries

    if not ID.fullmatch(delivery):  # not every catalog takes every text
        raise Rejected(
            f"No delivery has the id {delivery!r}.",
            remedy="`proprocessor mail list` shows the ids.",
            reason="unknown_delivery",
        )
    found = deliveries.one(catalog, delivery)
    deliveries.resolve(catalog, found, sent=sent, now=now)
    return found


def resolved_words(found: Delivery, *, sent: bool) -> str:
    """What was done, a sentence."""
    what = "counts as sent" if sent else "is sent again: a running reporter does so within seconds"
    return f"{found.event} of {found.period} to {found.recipient} {what}."


def allow(catalog: Catalog, text: str) -> str:
    """Let an address get e-mail again that bounced or unsubscribed; gives it. :class:`Rejected` where it gets all."""
    from reporter.mail import suppression

    to = checked_address(text)
    if not suppression.allow(catalog, to):
        raise Rejected(
            f"{to} is not kept from any e-mail.",
            remedy="`proprocessor mail list` shows who is.",
            reason="not_suppressed",
        )
    return to


def _given(where: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in where.items() if value is not None}
