"""News that newcomers asked for: asked, asked again, dropped, stopped, on both databases."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from db import alerts, broadcasts, people, subscriptions
from db.models import AlertRow
from delivery.broadcast import Audience, Narrowing, Shape
from directory import alerting
from directory.alerting import ANYWHERE, MOST, Alert
from tests.db.sending import a_campaign, started

ME, OTHER = 101, 102


@pytest.fixture
def today(now):
    return now.date()


@pytest.fixture
def ask(sessions, now, today):
    """Ask for news, in a transaction of its own."""

    async def asked(need, district=ANYWHERE, *, chat=ME, days=0, language="en"):
        wanted = Alert(need, district, today + timedelta(days=days))
        async with sessions.begin() as session:
            return await alerts.ask(session, chat, wanted, language, now=now)

    return asked


async def found(sessions, chat=ME):
    async with sessions() as session:
        return [(each.need, each.district) for each in await alerts.of(session, chat)]


async def rows(sessions, *columns):
    async with sessions() as session:
        wanted = select(*columns).order_by(AlertRow.chat_id, AlertRow.need)
        return [tuple(row) for row in await session.execute(wanted)]


async def test_asking_again_begins_the_half_year_anew(sessions, ask, today):
    assert await ask("food", "east")
    assert await ask("food", "east", days=30, language="ar")
    assert await rows(sessions, AlertRow.created_on, AlertRow.language) == [
        (today + timedelta(days=30), "ar")
    ]


async def test_the_whole_city_and_its_parts_take_each_others_place(sessions, ask):
    for need, district in (("food", "east"), ("food", "west"), ("esol", "east")):
        await ask(need, district)
    assert await found(sessions) == [("esol", "east"), ("food", "east"), ("food", "west")]
    await ask("food")
    assert await found(sessions) == [("esol", "east"), ("food", ANYWHERE)]
    await ask("food", "south")
    assert await found(sessions) == [("esol", "east"), ("food", "south")]


async def test_a_chat_can_have_only_so_many(sessions, ask):
    needs = alerting.alertable()
    for need in needs[: MOST - 1]:
        assert await ask(need)
    assert await ask("advice_general", "east")
    assert not await ask("advice_general", "west")
    assert not await ask("older_people")
    assert await ask("advice_general"), "in the place of the one about a part"
    assert await ask(needs[0], days=1), "one that is there already"
    assert len(await found(sessions)) == MOST
    assert await ask("older_people", chat=OTHER)


async def test_dropping_one_and_stopping_all(sessions, ask, now):
    for need in ("food", "esol", "transport"):
        await ask(need, "east")
    await ask("food", chat=OTHER)
    async with sessions.begin() as session:
        await alerts.drop(session, ME, "food", "west", now=now)
        await alerts.drop(session, ME, "food", "east", now=now)
    assert await found(sessions) == [("esol", "east"), ("transport", "east")]
    async with sessions.begin() as session:
        assert await alerts.stop(session, ME, now=now)
        assert not await alerts.stop(session, ME, now=now)
    assert await found(sessions) == []
    assert await found(sessions, OTHER) == [("food", ANYWHERE)]


async def an_update(sessions, now, chats, *, audience=Audience.ALERTS, **only):
    """Queue an update for *audience*, narrowed to *only*, and return its campaign."""
    async with sessions.begin() as session:
        number = await broadcasts.create(
            session,
            author_id=1,
            texts={"en": "News."},
            audience=audience,
            now=now,
            shape=Shape(Narrowing(**only)),
        )
    return await a_campaign(sessions, now, chats, name=f"broadcast:{number}")


async def test_what_waits_and_nobody_asks_for_any_more_is_skipped(sessions, ask, now):
    await ask("food", "east")
    await ask("esol")
    food = await an_update(sessions, now, [ME, OTHER], needs=("food",), districts=("east", "west"))
    both = await an_update(sessions, now, [ME], needs=("food", "esol"), districts=("west",))
    await an_update(sessions, now, [ME], needs=("esol",))
    digest = await an_update(sessions, now, [ME], audience=Audience.SUBSCRIBERS)
    await ask("food", "west")
    async with sessions.begin() as session:
        await alerts.drop(session, ME, "esol", ANYWHERE, now=now)
    sent = sorted((each.campaign, each.chat_id) for each in await started(sessions, now))
    assert sent == [(food, ME), (food, OTHER), (both, ME), (digest, ME)]


async def test_after_a_stop_only_what_was_not_asked_for_as_news_still_comes(sessions, ask, now):
    await ask("food", "east")
    await an_update(sessions, now, [ME], needs=("food",))
    await an_update(sessions, now, [ME])
    subscribed = await an_update(sessions, now, [ME], audience=Audience.SUBSCRIBERS)
    async with sessions.begin() as session:
        await alerts.stop(session, ME, now=now)
    assert [each.campaign for each in await started(sessions, now)] == [subscribed]


async def test_stopping_the_digest_leaves_news_that_was_asked_for(sessions, ask, now, today):
    await ask("food")
    async with sessions.begin() as session:
        await subscriptions.subscribe(session, ME, today=today)
    news = await an_update(sessions, now, [ME], needs=("food",))
    await an_update(sessions, now, [ME], audience=Audience.SUBSCRIBERS)
    async with sessions.begin() as session:
        await subscriptions.unsubscribe(session, ME, now=now)
    assert [each.campaign for each in await started(sessions, now)] == [news]


async def test_who_blocked_the_bot_is_paused_until_they_write(sessions, ask, now, today):
    await ask("food")
    await ask("esol", "east")
    async with sessions.begin() as session:
        await people.pause_all(session, [ME], "blocked", now=now)
    assert await rows(sessions, AlertRow.paused_at) == [(now,), (now,)]
    async with sessions.begin() as session:
        assert await people.met(session, ME, today=today) == (None, False), "no row but alerts"
        await people.seen(session, ME, today=today)
        assert await people.met(session, ME, today=today) == (None, True)
    assert await rows(sessions, AlertRow.paused_at) == [(None,), (None,)]


async def test_alerts_speak_the_language_that_was_chosen_last(sessions, ask, today):
    await ask("food", language="en")
    await ask("food", chat=OTHER, language="en")
    async with sessions.begin() as session:
        await people.choose_language(session, ME, "ar", today=today)
    assert await rows(sessions, AlertRow.language) == [("ar",), ("en",)]


async def test_to_be_forgotten_ends_them_also_for_somebody_without_a_row(sessions, ask, now):
    await ask("food")
    async with sessions.begin() as session:
        assert await people.everybody(session) == {ME}  # what a restored backup looks at
        assert [*await people.known(session, ME)] == ["alerts"]
        await people.forget(session, ME, now=now)
        assert await people.everybody(session) == set()
    assert await found(sessions) == []
