"""Telling the coordinators what they need to know: through the outbox, so never lost."""

from collections.abc import Callable
from datetime import datetime
from html import escape

from sqlalchemy.ext.asyncio import AsyncSession

import db.outbox
import db.people
import locales
from delivery.model import Content, Kind
from digests.refresh import Round
from handlers.context import App
from locales.errors import N_, Text
from people.model import Role


async def coordinators(
    session: AsyncSession,
    campaign: str,
    build: Callable[[locales.Translator], Content],
    *,
    now: datetime,
    leave_out: int | None = None,
) -> int:
    """Queue a notice for every coordinator, each in their language; return how many get it.

    *campaign* names the occasion: queueing it twice reaches nobody twice.
    """
    people = [
        each
        for each in await db.people.with_role(session, Role.COORDINATOR)
        if each.id != leave_out
    ]
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
    """Queue a notice for one coordinator, in their language; twice reaches them once."""
    person = await db.people.find(session, person_id)
    language = locales.choose(person.language if person else None)
    await db.outbox.open_campaign(session, campaign, Kind.NOTICE, now)
    content = build(locales.translator(language))
    await db.outbox.enqueue(session, campaign, language, content, [person_id], now)


async def feeds(app: App, done: Round) -> None:
    """Tell the coordinators, once each, which feeds have failed for a day or work again."""
    now = app.clock()
    failing = N_("The feed {url} has failed for a day: {error} I go on trying.")
    gone = N_("The feed {url} does not exist any more, says its server. I do not ask it again.")
    news = [(feed, gone if feed.stopped else failing) for feed in done.failing_for_a_day]
    news += [(feed, N_("The feed {url} works again.")) for feed in done.recovered]
    for feed, sentence in news:
        text = Text(sentence, {"url": feed.url, "error": feed.error or ""})
        async with app.sessions.begin() as session:
            await coordinators(
                session, f"notice:feed:{feed.id}:{now:%Y%m%d%H%M}", _told(text), now=now
            )


def _told(text: Text) -> Callable[[locales.Translator], Content]:
    return lambda t: Content((escape(t.say(text)),))
