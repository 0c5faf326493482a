"""Events whose time has come become deliveries, one for each recipient."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from reporter.each import each_with
from reporter.mail.deliveries import Planned, plan
from reporter.mail.timetable import following, passed, period_at, plan_of
from shared.catalog.engine import upsert
from shared.catalog.schema import mail_plans
from shared.dataset_settings import DatasetSettings, Mail
from shared.secrets import digest_key
from shared.settings import Settings
from shared.work import Tools

PURPOSE = "mail message id"


def id_key(settings: Settings) -> bytes:
    """What ids of e-mails are made with."""
    return digest_key(settings, PURPOSE)


def plan_due(tools: Tools) -> None:
    """Plan every event that is due; a new one begins with its next moment. Several reporters may do so at once."""
    now = tools.clock.now()
    with tools.catalog.read() as connection:
        known = {(one.dataset, one.event) for one in connection.execute(sa.select(mail_plans))}
    wanted = set()
    for row, settings in each_with(tools, "mails", "mail.failed"):
        if settings is None:
            wanted |= {key for key in known if key[0] == row["id"]}  # nobody knows
            continue
        for mail in settings.mails:
            wanted.add((row["id"], mail.id))
            _plan(tools, row["id"], settings, mail, now)
    for dataset, event in known - wanted:
        gone = (mail_plans.c.dataset == dataset) & (mail_plans.c.event == event)
        with tools.catalog.write() as connection:
            connection.execute(sa.delete(mail_plans).where(gone))


def _plan(tools: Tools, dataset: str, settings: DatasetSettings, mail: Mail, now: datetime) -> None:
    zone = settings.dataset.timezone
    mine = (mail_plans.c.dataset == dataset) & (mail_plans.c.event == mail.id)
    told = plan_of(mail, zone)
    with tools.catalog.read() as connection:
        row = connection.execute(sa.select(mail_plans).where(mine)).first()
    if row is None or row.plan != told:
        values = {"plan": told, "next_due": following(mail, now, zone)}
        with tools.catalog.write() as connection:
            upsert(connection, mail_plans, ("dataset", "event"), dataset=dataset, event=mail.id, **values)
        return
    if row.next_due > now:
        return
    moments, next_due = passed(mail, row.next_due, now, zone)
    key, domain = id_key(tools.settings), (tools.settings.mail_sender or "").rpartition("@")[2]
    with tools.catalog.write() as connection:
        change = sa.update(mail_plans).where(mine, mail_plans.c.next_due == row.next_due).values(next_due=next_due)
        if connection.execute(change).rowcount != 1:
            return  # another reporter was faster
        for due in moments:
            period = period_at(mail, due, zone)
            until = due + timedelta(hours=mail.wait_hours)
            planned = Planned("report", dataset, mail.id, period.id, mail.to, due, until)
            plan(connection, planned, key, domain, now)
    tools.log.info("mail.planned", dataset=dataset, mail=mail.id, periods=len(moments), recipients=len(mail.to))
