"""The digest by e-mail, asked for in the bot: an address, and a mail that asks for a yes.

Nothing links a Telegram account to an address: the links in each mail change and stop it.
"""

import secrets

from sqlalchemy.ext.asyncio import AsyncSession
from telegram import Update

import db.drafts
import db.mail_readers
import db.subscriptions
from digests.mailing import Wish, read_address
from digests.signup import HOURS as MAIL_HOURS
from digests.subscription import Frequency, Subscription
from handlers import begun, mail_screens, reply, screens
from handlers.callbacks import StaleButton
from handlers.context import Context
from locales.errors import N_, UserError
from people.drafts import Draft
from people.model import Action

KIND = "email"  # of a draft: it holds no address, only that one is waited for
MOST_A_DAY = 3  # addresses that one person may give


class NoMails(UserError):
    """There is no mail server here."""

    message = N_("The digest does not come by e-mail here.")


class NotAnAddress(UserError):
    """What was written is no address that we can send to."""

    message = N_("I cannot send to this address. Please write it again, like name@example.org.")


class EnoughAddresses(UserError):
    """Somebody gave several addresses today."""

    message = N_("That is enough for today. Please come back tomorrow.")


async def began(update: Update, context: Context) -> None:
    """Ask somebody who gets the digest, or works with us, for an address.

    Raises:
        NoMails: there is no mail server.
        OtherDraft: something else was begun.
    """
    if not context.app.mails:
        raise NoMails
    me = context.person.id
    shown = mail_screens.ask(context.t)
    async with context.app.sessions.begin() as session:
        if await _may(session, context):
            await begun.refuse_other(session, me, KIND)
            await db.drafts.put(session, Draft(me, KIND, "address"), context.app.clock())
        else:
            told = context.t.gettext("You do not get the digest. Send /subscribe to get it.")
            shown = screens.told(context.t, told)
    await reply.show(update, context, shown)


async def pressed(update: Update, context: Context) -> None:
    """Ask for an address, or stop asking, as the button says."""
    assert context.press is not None
    if context.press.arg(0) == "ask":
        await began(update, context)
        return
    if context.press.arg(0) != "no":
        raise StaleButton(context.press.arg(0))
    async with context.app.sessions.begin() as session:
        draft = await db.drafts.find(session, context.person.id)
        if draft is not None and draft.kind == KIND:
            await db.drafts.delete(session, context.person.id)
    told = context.t.gettext("Nothing was sent.")
    await reply.show(update, context, screens.told(context.t, told))


async def written(update: Update, context: Context) -> bool:
    """Take an address that was asked for; say whether the text was one.

    Other words are left to those who understand them: they may speak of danger.

    Raises:
        NotAnAddress: it looks like one, and nothing can be sent there.
        EnoughAddresses: this person gave several today.
    """
    message = update.effective_message
    text = (message.text or "").strip() if message is not None else ""
    if "@" not in text or len(text.split()) != 1 or context.outage is not None:
        return False
    me = context.person.id
    async with context.app.sessions() as session:
        draft = await db.drafts.find(session, me)
        if draft is None or draft.kind != KIND:
            return False
    if (address := read_address(text)) is None:
        raise NotAnAddress
    await _ask(context, address)
    await reply.send(update, context, mail_screens.sent(context.t))
    return True


async def _ask(context: Context, address: str) -> None:
    """Queue the mail that asks for a yes, with the person's own choices; note nobody."""
    me, app = context.person.id, context.app
    if not any(app.once.is_first(app.today(), "email", me, n) for n in range(MOST_A_DAY)):
        raise EnoughAddresses
    async with app.sessions.begin() as session:
        await db.drafts.delete(session, me)
        own = await db.subscriptions.find(session, me)
        await db.mail_readers.ask(
            session,
            address,
            _wish(context.t.language, own),
            token=secrets.token_urlsafe(32),
            now=app.clock(),
        )


def _wish(language: str, own: Subscription | None) -> Wish:
    """Return what somebody gets in Telegram; who wants urgent updates only: once a week."""
    if own is None:
        return Wish(language)
    urgent = own.frequency is Frequency.URGENT
    often = Frequency.WEEKLY if urgent else own.frequency
    hour = own.hour if own.hour in MAIL_HOURS else None
    return Wish(language, own.topics, often, own.day, hour)


async def _may(session: AsyncSession, context: Context) -> bool:
    """Say whether the person is a partner, a coordinator or a reader of the digest."""
    if context.person.may(Action.EDIT_OWN_SERVICE):
        return True
    return await db.subscriptions.find(session, context.person.id) is not None
