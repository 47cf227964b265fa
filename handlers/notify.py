"""Telling the coordinators what they need to know: through the outbox.

A notice is queued in the transaction that notes the occasion as told, so it is never lost.
"""

import secrets
from collections.abc import Callable, Sequence
from datetime import datetime
from html import escape

from sqlalchemy.ext.asyncio import AsyncSession

import db.feeds
import db.outbox
import db.people
import locales
from delivery.model import Content, Kind
from digests import plan
from digests.feed import News
from handlers.context import App
from locales.errors import N_, Text
from people.model import Person, Role


async def coordinators(
    session: AsyncSession,
    campaign: str,
    build: Callable[[locales.Translator], Content],
    *,
    now: datetime,
    leave_out: int | None = None,
    also: Sequence[Person] = (),
) -> int:
    """Queue a notice for every coordinator, each in their language; return how many get it.

    *campaign* names the occasion: queueing it twice reaches nobody twice. *also*: partners
    whom it concerns.
    """
    everybody = [*await db.people.with_role(session, Role.COORDINATOR), *also]
    people = [each for each in everybody if each.id != leave_out]
    by_language: dict[str, list[int]] = {}
    for person in people:
        by_language.setdefault(locales.choose(person.language), []).append(person.id)
    await db.outbox.open_campaign(session, campaign, Kind.NOTICE, now)
    for language, chat_ids in sorted(by_language.items()):
        content = build(locales.translator(language))
        await db.outbox.enqueue(session, campaign, language, content, chat_ids, now)
    return len(people)


async def one(
    session: AsyncSession,
    campaign: str,
    person_id: int,
    build: Callable[[locales.Translator], Content],
    *,
    now: datetime,
) -> None:
    """Queue a notice for one person, in their language; twice reaches them once."""
    person = await db.people.find(session, person_id)
    language = locales.choose(person.language if person else None)
    await db.outbox.open_campaign(session, campaign, Kind.NOTICE, now)
    content = build(locales.translator(language))
    await db.outbox.enqueue(session, campaign, language, content, [person_id], now)


def private_campaign(occasion: str) -> str:
    """Return a name for a message to one person that says nothing about who it is."""
    return f"{occasion}:{secrets.token_hex(8)}"


async def feeds(app: App) -> None:
    """Tell the coordinators, once each, which feeds fail or work again.

    What to tell is read from the database, not from a round: so what an earlier process did
    not come to say is said now.
    """
    now = app.clock()
    async with app.sessions() as session:
        stored = await db.feeds.all_feeds(session)
    for feed in stored:
        if (heard := plan.news(feed, now)) is None:
            continue
        text = Text(_SENTENCES[heard], {"url": feed.url, "error": feed.error or ""})
        campaign = f"notice:feed:{feed.id}:{now:%Y%m%d%H%M}"
        async with app.sessions.begin() as session:
            await coordinators(session, campaign, _told(text), now=now)
            await db.feeds.mark_told(session, feed.id, told=heard is not News.BACK)


_SENTENCES = {
    News.FAILING: N_("The feed {url} has failed for a day: {error} I go on trying."),
    News.GONE: N_(
        "The feed {url} does not exist any more, says its server. I do not ask it again."
    ),
    News.BACK: N_("The feed {url} works again."),
}


def _told(text: Text) -> Callable[[locales.Translator], Content]:
    return lambda t: Content((escape(t.say(text)),))
