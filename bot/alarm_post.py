"""Alarms by e-mail, to one address: for when Telegram or the database is what fails.

In English, as the command line is. Which alarms have gone by e-mail is in the database, so that
neither a restart nor a second process sends one twice.
"""

import logging
import re
from datetime import timedelta

import db.alarms
import locales
from delivery.mail import Server, SmtpSender, plain
from delivery.model import TryLater
from handlers import alarm_screens
from handlers.context import App
from locales.errors import Text

log = logging.getLogger(__name__)

RECENT = timedelta(days=1)  # an older alarm is not news, where the mail server was away
_DATABASE = Text("The database cannot be reached.")
_NOT_IN_AN_ID = re.compile(r"[^\w.-]", re.ASCII)


class AlarmPost:
    """Sends alarms to *to* through *server*, from *sender*."""

    def __init__(self, app: App, server: Server, sender: str, to: str) -> None:
        self._app = app
        self._server = server
        self._sender = sender
        self._to = to
        self._blind = False  # the mail that says so has gone

    async def tell(self) -> int:
        """Send what coordinators were told and no mail has told yet; return how many mails left.

        What the mail server does not take now is tried again at the next look.
        """
        since, sent = self._app.clock() - RECENT, 0
        async with self._app.sessions() as session:
            waiting = await db.alarms.unmailed(session, since)
        for each in waiting:
            async with self._app.sessions.begin() as session:
                if not await db.alarms.mail(session, each.campaign, self._app.clock()):
                    continue  # another process was faster
            if not await self._send(each.campaign, each.text, is_over=each.is_over):
                async with self._app.sessions.begin() as session:
                    await db.alarms.not_mailed(session, each.campaign)
                break
            sent += 1
        return sent

    async def cannot_look(self) -> None:
        """Tell that the database does not answer; of that nothing can be noted in it."""
        if not self._blind:
            self._blind = await self._send("database", _DATABASE, is_over=False)

    async def can_look(self) -> None:
        """Tell that it answers again, if a mail told that it did not."""
        if self._blind:
            self._blind = not await self._send("database", _DATABASE, is_over=True)

    async def _send(self, name: str, problem: Text | None, *, is_over: bool) -> bool:
        """Hand one mail over; False when it is to be tried again."""
        t, now = locales.translator(locales.SOURCE), self._app.clock()
        if is_over:
            subject, words = "it is over", alarm_screens.over_words(t, problem)
        else:
            problem = problem or Text("Nobody knows what.")
            subject, words = "something does not work", alarm_screens.wrong_words(t, problem)
        ident = _NOT_IN_AN_ID.sub(".", f"{name}.{now:%Y%m%dT%H%M%S}")
        mail = plain(
            self._to,
            f"Fingerpost, {self._app.city}: {subject}",
            "\n\n".join(words) + "\n",
            sender=self._sender,
            message_id=f"<{ident}@{self._sender.rpartition('@')[2]}>",
            now=now,
        )
        post = SmtpSender(self._server, self._sender)
        try:
            outcome = await post.send(mail, self._to)
        finally:
            await post.close()
        taken = not isinstance(outcome, TryLater)
        log.log(
            logging.INFO if taken else logging.WARNING,
            "alarm by e-mail",
            extra={"alarm": name, "outcome": type(outcome).__name__},
        )
        return taken
