"""The job that sends mails: each is composed, handed to the mail server and settled on its own.

It needs neither Telegram nor its outbox: each of the two goes on when the other is down.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import date, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

import db.archive
import db.leases
import db.ledger
import db.mail_readers
import db.mails
import locales
from db.leases import Fence
from delivery.mail import Envelope, Server, SmtpSender, message
from delivery.model import Outcome, Status, TryLater
from digests import letter, signup
from digests.compile import compile_daily, is_past
from digests.edition import Digest, EditionState, Empty
from digests.letter import Letter
from digests.mailing import CONFIRM, DAILY, DIGEST, Mail
from handlers import digest_screens, mail_screens, notify
from handlers.context import App
from handlers.editions import gather
from handlers.pages import site_of
from locales import Translator

log = logging.getLogger(__name__)

PER_SECOND = 5  # far below what mail services allow, and over 10,000 readers in an hour
_AT_ONCE = 20  # claimed together; each claim holds for five minutes
_PUT_OFF = timedelta(hours=1)
_NOT_OURS = TryLater(timedelta(), "another process sends now", flood=True)
_ISOLATES = {0x2066: None, 0x2067: None, 0x2068: None, 0x2069: None}  # UAX 9: not for headers


class MailServerAway(Exception):
    """The mail server is away or refuses all of us: the mails wait. Says why."""


class Mailing:
    """Sends the due mails of one installation through one server.

    *sleep* is passed in so that tests need not wait.
    """

    def __init__(
        self,
        app: App,
        server: Server,
        sender: str,
        *,
        per_second: float = PER_SECOND,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        """*sender*: the address that the mails come from."""
        self._app = app
        self._sender = sender
        self._smtp = SmtpSender(server, sender)
        self._pause = 1 / per_second
        self._sleep = sleep
        self._trouble: tuple[datetime, str] | None = None
        self._failing_since = app.clock()
        self._fence: Callable[[], Fence | None] | None = None

    async def run(self, fence: Callable[[], Fence | None] | None = None) -> int:
        """Send what is due and return how many mails were handed over.

        *fence* gives the lease by which this process may go on, None when it must not; left
        out, nobody else sends mails.

        Raises:
            MailServerAway: it is; nothing is lost, and nothing was sent twice.
        """
        if self._trouble is not None and self._app.clock() < self._trouble[0]:
            raise MailServerAway(self._trouble[1])
        self._trouble, handed = None, 0
        self._fence = fence
        editions = _Editions(self._app)
        try:
            while self._goes_on() and (waiting := await self._claim()):
                handed += await self._send(waiting, editions)
        finally:
            await self._smtp.close()
        return handed

    async def _claim(self) -> list[Mail]:
        async with self._app.sessions.begin() as session:
            return await db.mails.claim(session, _AT_ONCE, self._app.clock())

    def _goes_on(self) -> bool:
        return self._fence is None or self._fence() is not None

    async def _may_start(self, session: AsyncSession) -> bool:
        """Ask the database too: this process may have slept while another took over."""
        if self._fence is None:
            return True
        fence = self._fence()
        return fence is not None and await db.leases.holds(session, fence)

    async def _send(self, waiting: list[Mail], editions: "_Editions") -> int:
        handed = 0
        for place, mail in enumerate(waiting):
            if not self._goes_on():
                await self._release(waiting[place:], self._app.clock())
                break
            outcome = await self._one(mail, editions)
            if outcome is None:
                continue
            if isinstance(outcome, TryLater) and outcome.flood:
                until = self._app.clock() + outcome.wait
                await self._release(waiting[place + 1 :], until)
                self._trouble = (until, outcome.reason)
                raise MailServerAway(outcome.reason)
            handed += 1
            await self._sleep(self._pause)
        return handed

    async def _one(self, mail: Mail, editions: "_Editions") -> Outcome | None:
        """Compose, hand over and settle one mail; None when it did not leave."""
        composed = await editions.compose(mail)
        now = self._app.clock()
        if composed is None:
            async with self._app.sessions.begin() as session:
                await db.mails.skip(session, mail, now)
            return None
        envelope = self._envelope(mail, composed)
        # before it counts as on its way: what cannot be made has not been sent
        made = message(envelope, self._sender, self._name(mail), now)
        async with self._app.sessions.begin() as session:
            if not await self._may_start(session):
                return None
            if not await db.mails.start(session, mail, envelope.message_id, now):
                return None
        if not self._goes_on():
            # asleep meanwhile: certainly not sent, and whoever took over may send it
            async with self._app.sessions.begin() as session:
                await db.mails.settle(session, mail, _NOT_OURS, self._app.clock())
            return None
        outcome = await self._smtp.send(made, mail.reader.address)
        async with self._app.sessions.begin() as session:
            status = await db.mails.settle(session, mail, outcome, self._app.clock())
            if status in (Status.FAILED, Status.UNKNOWN):
                await self._put_off_if_failing(session, mail.campaign)
        return outcome

    async def _put_off_if_failing(self, session: AsyncSession, campaign: str) -> None:
        """Let the rest of *campaign* wait an hour when too much fails, and tell, once."""
        now = self._app.clock()
        why = await db.mails.failing(session, campaign, self._failing_since)
        if why is None:
            return
        self._failing_since = now
        waiting = await db.mails.put_off(session, campaign, now + _PUT_OFF)
        log.error("mails fail, the others wait", extra={"campaign": campaign, "waiting": waiting})
        await notify.coordinators(
            session,
            f"notice:mails:{campaign}",
            lambda t: mail_screens.failing(t, t.say(why), waiting),
            now=now,
        )

    async def _release(self, mails: list[Mail], until: datetime) -> None:
        if mails:
            async with self._app.sessions.begin() as session:
                await db.mails.release(session, mails, until=until)

    def _envelope(self, mail: Mail, composed: Letter) -> Envelope:
        site = site_of(self._app, _translator(mail))
        stops = not mail.campaign.startswith(f"{CONFIRM}:")
        return Envelope(
            to=mail.reader.address,
            subject=composed.subject.translate(_ISOLATES),
            text=composed.text,
            html=composed.html,
            message_id=f"<{mail.campaign.replace(':', '.')}.{mail.id}@{site.host}>",
            language=mail.reader.wish.language,
            list_id=f"digest.{site.host}",
            stop=site.url(f"stop/{mail.reader.token}") if stops else None,
        )

    def _name(self, mail: Mail) -> str:
        t = _translator(mail)
        name = t.fill(t.gettext("News for partners in {city}"), city=self._app.city)
        return name.translate(_ISOLATES)


class _Editions:
    """Composes mails; what many of them share is read once."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._shown: dict[str, digest_screens.Review | None] = {}
        self._alts: dict[int, str] = {}  # what stands for an item's picture

    async def compose(self, mail: Mail) -> Letter | None:
        """Return the mail's words, None when it has nothing to tell this reader."""
        t = _translator(mail)
        kind, _, ident = mail.campaign.partition(":")
        if kind == CONFIRM:
            days = db.mail_readers.UNCONFIRMED.days
            return signup.asking_mail(t, site_of(self._app, t), mail.reader, days=days)
        digest = {DIGEST: self._weekly, DAILY: self._daily}[kind]
        found = await digest(ident, mail.reader.wish.topics)
        if found is None:
            return None
        shown = self._shown.get(ident)
        has_page = shown is not None and not shown.is_empty  # the news of a day have none
        site = site_of(self._app, t, pictures=await self._pictures(found))
        # beside the loop: a long one takes some 50 ms
        return await asyncio.to_thread(
            letter.letter, found, t, site, mail.reader.token, has_page=has_page
        )

    async def _pictures(self, digest: Digest) -> dict[int, str]:
        items = (item for section in digest.sections for item in section.items if item.pictured)
        unknown = [item.id for item in items if item.id not in self._alts]
        if unknown:
            async with self._app.sessions() as session:
                self._alts |= await db.archive.pictures(session, unknown)
        return self._alts

    async def _weekly(self, week: str, wanted: frozenset[str]) -> Digest | None:
        if week not in self._shown:
            async with self._app.sessions() as session:
                found = await gather(session, self._app, week)
            approved = found.edition.state is EditionState.APPROVED
            self._shown[week] = found if approved and found.edition.week == week else None
        shown = self._shown[week]
        if shown is None:
            return None
        shown = digest_screens.on_day(shown, self._app.today())
        digest = digest_screens.digest_of(shown, self._app.topics, wanted)
        if digest_screens.has_news(digest, wanted):
            return digest
        return Digest(week, ()) if shown.empty is Empty.SHORT else None

    async def _daily(self, day: str, wanted: frozenset[str]) -> Digest | None:
        today = date.fromisoformat(day)
        async with self._app.sessions() as session:
            items = await db.ledger.told_on(session, today)
        # it may have been held since
        fresh = [each for each in items if not is_past(each, max(today, self._app.today()))]
        digest = compile_daily(fresh, wanted, self._app.topics, today=today)
        return digest if digest.sections else None


def _translator(mail: Mail) -> Translator:
    return locales.translator(locales.choose(mail.reader.wish.language))
