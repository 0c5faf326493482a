"""What the reporter does for e-mail between two messages."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from reporter.mail import deliveries, inbound
from reporter.mail.deliveries import Sender
from reporter.mail.making import Maker, Workshop
from reporter.mail.planning import plan_due
from reporter.mail.reports import prepare
from reporter.mail.send import send_due
from reporter.mail.smtp import is_set_up
from shared.clock import Every
from shared.errors import Misconfigured
from shared.work import Tools

LOOK = timedelta(seconds=10)
POLL = timedelta(minutes=1)


class Mailer:
    """Plans, sends and reads what comes back, each now and then; for one process."""

    def __init__(self, maker: Maker | None = None) -> None:
        self.sender = Sender()
        self._maker = maker
        self._looks, self._polls = Every(LOOK), Every(POLL)

    def tick(self, tools: Tools) -> None:
        """Do what is due. Without a server and a sender in the settings, nothing is planned and nothing sent."""
        now = tools.clock.now()
        self._maker = self._maker or Workshop(tools.settings.threads)
        if not self._looks.is_due(now):
            if self._maker.has_news():
                self._send(tools, self._maker)
            return
        for lost in deliveries.find_lost(tools.catalog, self.sender, now):
            tools.log.error("mail.unknown", dataset=lost.dataset, mail=lost.event, delivery=lost.id, said=lost.reason)
        if self._polls.is_due(now):
            self._poll(tools)
        if is_set_up(tools.settings):
            plan_due(tools)
            self._send(tools, self._maker)

    def _send(self, tools: Tools, maker: Maker) -> None:
        send_due(tools, self.sender, "report", partial(prepare, maker))

    def _poll(self, tools: Tools) -> None:
        try:
            inbound.poll(tools)
        except (Misconfigured, OSError) as error:
            tools.log.error("mail.bounces_unread", error=str(error))
