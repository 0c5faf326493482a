"""A test that everybody who would be told of an alert is reached."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from shared.catalog import Catalog
from shared.dataset_settings import DatasetSettings
from shared.errors import Rejected
from shared.settings import Settings


def told_in_trial(process: Settings, catalog: Catalog, dataset: str | None) -> list[dict[str, Any]]:
    """Rows of :func:`tell_in_trial` of a data set or of the installation; :class:`Rejected` where it is nobody."""
    from reporter.alerts.audience import INSTALLATION, settings_of

    found = settings_of(catalog, dataset) if dataset is not None else None
    if dataset is not None and found is None:
        raise Rejected(
            f"There is no data set {dataset!r}.", remedy="`proprocessor datasets` lists them.", reason="unknown_dataset"
        )
    rows = [*tell_in_trial(process, dataset or INSTALLATION, found)]
    if not rows:
        raise Rejected(
            "Nobody is told.",
            remedy="Name somebody in `[alerts]` of its settings, or by PROPROCESSOR_ALERT_TO or _ALERT_WEBHOOK.",
            reason="nobody_told",
        )
    return rows


def trial_words(rows: Sequence[Mapping[str, Any]]) -> str:
    """Who was reached, in a line."""
    return "; ".join(
        f"{one['recipient']}: {'reached' if one['reached'] else 'not reached, ' + one['said']}" for one in rows
    )


def tell_in_trial(process: Settings, dataset: str, settings: DatasetSettings | None) -> Iterator[dict[str, Any]]:
    """Tell everybody who would be told; of each the recipient, the way, whether it was reached, and what it said.

    Without settings they are those who are told of the installation.
    """
    from reporter.alerts.audience import audience_of, hook_of
    from reporter.alerts.incidents import Incident
    from reporter.alerts.notices import Notice, name_of_dataset

    now = datetime.now(UTC)
    text = "This is a test: alerts reach you. Nothing is wrong."
    incident = Incident(str(uuid.uuid4()), dataset, "test", "test", text, now, None, None)
    notice = Notice(incident, "test", name_of_dataset(dataset, settings))
    for address in audience_of(process, settings).addresses:
        yield {"recipient": address, "way": "e-mail", **_by_mail(process, notice, address, now)}
    if (hook := hook_of(process, settings)) is not None:
        yield {"way": "webhook", **_by_webhook(process, notice, hook, now)}


def _by_mail(process: Settings, notice: Any, address: str, now: datetime) -> dict[str, Any]:
    from reporter.alerts.notices import envelope_of, mail_of
    from reporter.mail.smtp import Sent, connect
    from shared.errors import ProprocessorError

    identity = uuid.uuid4().hex
    try:
        with connect(process) as connection:
            envelope = envelope_of(process, address, f"<{identity}@trial.invalid>", now)
            outcome = connection.send(address, mail_of(notice, envelope), identity)
    except ProprocessorError as error:
        return {"reached": False, "said": str(error)}
    return {"reached": isinstance(outcome, Sent), "said": outcome.said}


def _by_webhook(process: Settings, notice: Any, hook: Any, now: datetime) -> dict[str, Any]:
    from reporter.alerts.notices import body_of
    from reporter.alerts.webhook import Post, name_of, post
    from reporter.mail.smtp import Sent

    name = name_of(hook.url)
    if hook.missing:
        return {"recipient": name, "reached": False, "said": f"It cannot be signed: {hook.missing}."}
    delivery = str(uuid.uuid4())
    sent = Post(hook.url, hook.secret, body_of(notice, delivery), delivery, int(now.timestamp()))
    outcome = post(sent, private=process.webhooks_private)
    return {"recipient": name, "reached": isinstance(outcome, Sent), "said": outcome.said}
