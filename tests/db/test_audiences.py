"""Whom an update is for: the same query counts them and freezes them."""

import pytest
from sqlalchemy import select

from db import audiences, broadcasts, outbox, people, subscriptions
from db.models import AlertRow
from db.sending import RecipientRow
from delivery.broadcast import Audience, Narrowing
from delivery.model import Content, Kind, Status
from digests.subscription import ChatKind
from people.model import Role

GROUP = -9


@pytest.fixture
async def city(sessions, now):
    """Partners of two organisations, coordinators, subscribers, and some who are paused."""
    today = now.date()
    async with sessions.begin() as session:
        await people.choose_language(session, 1, "en", today=today)  # only looks
        await people.choose_language(session, 2, "ar", today=today)
        await people.make_partner(session, 2, "Org", today=today)
        await people.seed_coordinators(session, [3, 5], today=today)
        await people.choose_language(session, 4, "fa", today=today)
        await people.set_role(session, 7, Role.PARTNER, "Other ORG", today=today)
        await people.set_role(session, 8, Role.PARTNER, "ORG", today=today)
        for chat in (2, 4, 6):
            await subscriptions.subscribe(session, chat, today=today)
        await subscriptions.subscribe(session, GROUP, today=today, kind=ChatKind.GROUP, thread_id=7)
        await subscriptions.set_language(session, GROUP, "ar")
        await subscriptions.set_topic(
            session, 4, "esol", wanted=False, all_topics=("housing", "esol")
        )
        for gone in (5, 6):
            await people.pause(session, gone, now=now)
    return sessions


@pytest.mark.parametrize(
    ("audience", "expected"),
    [
        pytest.param(
            Audience.PARTNERS, [(2, "ar"), (3, None), (7, None), (8, None)], id="partners too"
        ),
        pytest.param(Audience.COORDINATORS, [(3, None)], id="coordinators only"),
        pytest.param(Audience.SUBSCRIBERS, [(GROUP, "ar"), (2, "ar"), (4, "fa")], id="readers"),
        pytest.param(
            Audience.EVERYONE,
            [(GROUP, "ar"), (2, "ar"), (3, None), (4, "fa"), (7, None), (8, None)],
            id="each once",
        ),
    ],
)
async def test_audiences(city, audience, expected):
    async with city() as session:
        found = await audiences.members(session, audience)
    assert [(each.chat_id, each.language) for each in found] == expected


@pytest.mark.parametrize(
    ("only", "expected"),
    [
        pytest.param(Narrowing(languages=("ar",)), [GROUP, 2], id="a language, of groups too"),
        pytest.param(
            Narrowing(languages=("en", "fa")), [3, 4, 7, 8], id="who chose none gets English"
        ),
        pytest.param(Narrowing(topics=("housing",)), [GROUP, 2, 4], id="all topics is each"),
        pytest.param(Narrowing(topics=("esol",)), [GROUP, 2], id="not who chose others"),
        pytest.param(Narrowing(organisations=("org",)), [2, 8], id="whatever the case"),
        pytest.param(
            Narrowing(languages=("ar",), organisations=("Org", "Other org")), [2], id="every part"
        ),
        pytest.param(Narrowing(needs=("food",)), [], id="needs are of alerts"),
        pytest.param(Narrowing(districts=("LS9",)), [], id="districts are of alerts"),
    ],
)
async def test_narrowing(city, only, expected):
    async with city() as session:
        found = await audiences.members(session, Audience.EVERYONE, only)
    assert [each.chat_id for each in found] == expected


async def test_a_copy_goes_to_the_topic_of_a_forum(city):
    async with city() as session:
        group, *_ = await audiences.members(session, Audience.SUBSCRIBERS)
    assert (group.address.chat_id, group.address.thread_id) == (GROUP, 7)


async def test_whose_digest_is_paused_hears_of_no_topic(city, now):
    async with city.begin() as session:
        await subscriptions.unsubscribe(session, 2, now=now)
        found = await audiences.members(session, Audience.EVERYONE, Narrowing(topics=("housing",)))
    assert [each.chat_id for each in found] == [GROUP, 4]


async def test_organisations_whatever_the_case_once(city):
    async with city() as session:
        found = await audiences.organisations(session, Audience.PARTNERS)
        none = await audiences.organisations(session, Audience.COORDINATORS)
    assert [each.casefold() for each in found] == ["org", "other org"]
    assert none == []


class TestNewcomersWhoAskedForNews:
    """Alerts: a need, and a district or the whole city."""

    @pytest.fixture
    async def asked(self, sessions, now):
        today = now.date()
        rows = (
            (10, "food", "east", "ar"),
            (10, "food", "", "ar"),  # fits twice
            (10, "esol", "south", "ar"),
            (11, "food", "", "fa"),
            (12, "housing", "east", "en"),
            (12, "food", "south", "en"),
            (13, "food", "east", "en"),  # paused alone
            (14, "food", "east", "en"),  # paused as a person
            (15, "food", "east", "en"),  # a partner too
        )
        async with sessions.begin() as session:
            for chat, need, district, language in rows:
                paused = now if chat == 13 else None
                session.add(
                    AlertRow(
                        chat_id=chat,
                        need=need,
                        district=district,
                        language=language,
                        created_on=today,
                        paused_at=paused,
                    )
                )
            await people.choose_language(session, 9, "en", today=today)  # only looks
            await people.choose_language(session, 10, "so", today=today)
            await people.choose_language(session, 14, "en", today=today)
            await people.set_role(session, 15, Role.PARTNER, "Org", today=today)
            await session.flush()
            await people.pause(session, 14, now=now)
        return sessions

    @pytest.mark.parametrize(
        ("only", "expected"),
        [
            pytest.param(Narrowing(), [10, 11, 12, 15], id="each once, nobody who is paused"),
            pytest.param(Narrowing(needs=("food",)), [10, 11, 12, 15], id="a need"),
            pytest.param(Narrowing(needs=("esol", "housing")), [10, 12], id="any of the needs"),
            pytest.param(
                Narrowing(districts=("south",)), [10, 11, 12], id="a district, or anywhere"
            ),
            pytest.param(
                Narrowing(needs=("food",), districts=("east",)),
                [10, 11, 15],
                id="need and district of one alert: not of two",
            ),
            pytest.param(
                Narrowing(needs=("esol",), districts=("east", "west")), [], id="another district"
            ),
            pytest.param(Narrowing(languages=("so",)), [10], id="a language, the person's own"),
            pytest.param(Narrowing(languages=("fa",)), [11], id="the alert's where there is none"),
            pytest.param(Narrowing(topics=("esol",)), [], id="topics are of the digest"),
            pytest.param(Narrowing(organisations=("Org",)), [], id="organisations are of staff"),
        ],
    )
    async def test_who_is_reached(self, asked, only, expected):
        async with asked() as session:
            found = await audiences.members(session, Audience.ALERTS, only)
        assert [each.chat_id for each in found] == expected

    async def test_in_which_language(self, asked):
        async with asked() as session:
            found = await audiences.members(session, Audience.ALERTS)
        assert [(each.chat_id, each.language) for each in found] == [
            (10, "so"),
            (11, "fa"),
            (12, "en"),
            (15, "en"),
        ]

    @pytest.mark.parametrize("audience", [each for each in Audience if each != "alerts"])
    async def test_no_other_audience_reaches_them(self, asked, audience):
        async with asked() as session:
            found = await audiences.members(session, audience)
        assert {each.chat_id for each in found} <= {15}
        async with asked() as session:
            assert await audiences.organisations(session, Audience.ALERTS) == []


@pytest.mark.parametrize(
    ("audience", "left"),
    [
        pytest.param(Audience.PARTNERS, {2}, id="partners"),
        pytest.param(Audience.SUBSCRIBERS, {2, 7}, id="readers"),
        pytest.param(Audience.EVERYONE, {2}, id="both, and no reader"),
    ],
)
async def test_what_waits_for_a_role_ends_with_it(city, now, audience, left):
    async with city.begin() as session:
        number = await broadcasts.create(
            session, author_id=3, texts={"en": "x"}, audience=audience, now=now
        )
        campaign = f"broadcast:{number}"
        await outbox.open_campaign(session, campaign, Kind.URGENT, now)
        await outbox.enqueue(session, campaign, "en", Content(("x",)), [2, 7], now)
        await audiences.leave_staff(session, 7, now)
        waits = await session.scalars(
            select(RecipientRow.chat_id).where(RecipientRow.status == Status.QUEUED)
        )
        assert set(waits) == left
