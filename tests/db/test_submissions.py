"""What partners write for the digest, in the database: theirs, counted, taken back, forgotten."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from db import items, people, queue, submissions
from db.news import ItemRow, PictureRow
from digests import submission
from digests.item import Decision
from digests.submission import Picture, Post
from digests.topics import Interests

ME, OTHER, ADA = 202, 203, 301
PICTURE = Picture("file", "image/jpeg", b"\xff\xd8\xff", "A table")
DAY = timedelta(days=1)
ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"])


WORDS = "Refugees in Leeds can learn English with us, every week, free of charge, in Harehills."


def judged(now, title="ESOL class", link=None):
    post = Post(title, WORDS if "class" in title.lower() else f"About {title.lower()}.", link)
    return submission.judged(post, title, "A Charity", Interests((), ()), now, now.date())


async def add(sessions, now, *, by=ME, picture=None, **said):
    async with sessions.begin() as session:
        found = judged(now, **said)
        return await submissions.add(session, found, by=by, picture=picture, now=now)


async def test_a_post_is_stored_with_its_picture_and_waits(sessions, now):
    number = await add(sessions, now, picture=PICTURE, link="https://a.example/b")
    async with sessions() as session:
        found = await items.find(session, number)
        assert await submissions.picture(session, number) == PICTURE
        assert await submissions.author(session, number) == ME
        assert [each.id for each in await queue.waiting(session)] == [number]
        assert [each.id for each in await submissions.open_of(session, ME)] == [number]
        assert await submissions.open_of(session, OTHER) == []
    assert found is not None
    assert (found.submitted, found.pictured, found.feed_id) == (True, True, None)
    assert (found.item.source, found.decision) == ("A Charity", Decision.REVIEW)


async def test_only_undecided_posts_of_a_partner_count(sessions, now):
    first = await add(sessions, now)
    await add(sessions, now, title="Another")
    await add(sessions, now, title="Of somebody else", by=OTHER)
    async with sessions.begin() as session:
        await queue.decide(session, first, Decision.REJECT, by=ADA, now=now)
        assert await submissions.waiting(session, ME) == 1
        assert [each.item.title for each in await submissions.open_of(session, ME)] == ["Another"]


@ON_SQLITE
@pytest.mark.parametrize(
    ("changed", "by", "expected"),
    [
        pytest.param({}, ME, True, id="one's own"),
        pytest.param({"decision": Decision.ACCEPT}, ME, True, id="accepted, not sent"),
        pytest.param({}, OTHER, False, id="somebody else's"),
        pytest.param({"week": "2026-W47"}, ME, False, id="in an edition"),
        pytest.param({"daily_on": date(2026, 11, 16)}, ME, False, id="sent to who wants it daily"),
        pytest.param({"decision": Decision.REJECT}, ME, False, id="declined"),
    ],
)
async def test_a_post_is_taken_back_with_its_picture(sessions, now, changed, by, expected):
    number = await add(sessions, now, picture=PICTURE)
    async with sessions.begin() as session:
        row = await session.get_one(ItemRow, number)
        for name, value in changed.items():
            setattr(row, name, value)
        await session.flush()
        assert await submissions.take_back(session, number, by=by) is expected
    async with sessions() as session:
        left = [*await session.scalars(select(ItemRow)), *await session.scalars(select(PictureRow))]
    assert bool(left) is not expected


@ON_SQLITE
@pytest.mark.parametrize(
    ("title", "link", "later", "expected"),
    [
        pytest.param("esol CLASS", None, DAY, "ESOL class", id="the same words"),
        pytest.param("Other", "http://www.a.example/b/?utm_source=x", DAY, "ESOL class", id="page"),
        pytest.param("Other", "https://a.example/", DAY, None, id="a front page proves nothing"),
        pytest.param("ESOL class", None, 365 * DAY, None, id="long ago"),
        pytest.param("Other", None, DAY, None, id="another"),
    ],
)
async def test_a_post_that_is_there_already_is_found(sessions, now, title, link, later, expected):
    await add(sessions, now, link="https://a.example/b")
    await add(sessions, now, title="Front", link="https://a.example/")
    async with sessions() as session:
        item = judged(now, title, link).item
        assert await submissions.like(session, item, now=now + later) == expected


async def test_words_of_a_declined_post_go_after_a_month_and_who_wrote_them(sessions, now):
    declined = await add(sessions, now, picture=PICTURE)
    waits = await add(sessions, now, title="Waits", picture=PICTURE)
    async with sessions.begin() as session:
        await queue.decide(session, declined, Decision.REJECT, by=ADA, now=now)
        assert await queue.empty(session, now + 29 * DAY) == 0
        assert await queue.empty(session, now + 31 * DAY) == 1
    async with sessions() as session:
        row = await session.get_one(ItemRow, declined)
        assert (row.title, row.body, row.source, row.submitted_by) == ("", "", None, None)
        assert await submissions.picture(session, declined) is None
        assert await submissions.picture(session, waits) == PICTURE


async def test_after_forget_a_post_is_nobodys(sessions, now):
    number = await add(sessions, now)
    async with sessions.begin() as session:
        assert "items" in await people.known(session, ME)
        await people.forget(session, ME, now=now)
        assert await submissions.author(session, number) is None
        found = await items.find(session, number)
    assert found is not None
    assert found.submitted


async def test_what_a_feed_said_of_a_post_taken_back_waits_for_a_look(sessions, now):
    number = await add(sessions, now)
    async with sessions.begin() as session:
        session.add(a_copy(now, number))
    async with sessions.begin() as session:
        assert await submissions.take_back(session, number, by=ME)
    async with sessions() as session:
        (left,) = await queue.waiting(session)
    assert (left.item.title, left.same_as) == ("Copy", None)


def a_copy(now, of):
    return ItemRow(
        item_id="copy",
        title="Copy",
        summary="",
        body="",
        decision=Decision.ACCEPT,
        reasons=[],
        topics=[],
        occasions=[],
        first_seen=now,
        pinned=False,
        same_as=of,
    )
