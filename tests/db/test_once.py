"""One story once: copies, new ids, edits, corrections and deleted posts, as feeds bring them."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from db import alike, editions, edits, feeds, items, ledger, queue
from db.news import ItemKeyRow, ItemRow
from db.stores import SqlFeedStore
from digests.edition import EditionState
from digests.feed import FeedUpdate
from digests.item import ARCHIVE, Decision, Item, JudgedItem, Occasion, OccasionKind, Verdict
from digests.revision import What

DAY = timedelta(days=1)
WEEK = "2026-W47"
BODIES = (
    "The drop-in in Harehills opens again on Monday. There is tea, advice and a play corner."
    " Bring a friend and stay for the quiz, which begins when the last cup is washed up.",
    "Small groups can ask for money to buy laptops. The form has two pages and an example."
    " Somebody from the foundation answers questions every weekday before lunch.",
    "A choir for people from everywhere sings in the library. Nobody needs to read music."
    " In spring there is a concert for neighbours, with soup from seven kitchens.",
)
TITLES = ("The drop-in opens again", "Money for laptops", "A choir for everybody")


def post(n, *, site="a", item_id=None, decision=Decision.ACCEPT, occasions=(), place=None, **more):
    words: dict[str, Any] = {
        "item_id": item_id or f"{site}-{n}",
        "title": TITLES[n],
        "link": f"https://{site}.example/2026/11/post-number-{n}/",
        "summary": BODIES[n].split(". ")[0] + ".",
        "body": BODIES[n],
        "published": datetime(2026, 11, 10 + n, 9, tzinfo=UTC),
    }
    verdict = Verdict(decision, (), ("housing",), occasions=occasions, place=place)
    return JudgedItem(Item(**(words | more)), verdict)


class Desk:
    """Feeds and the store, with what a coordinator sees."""

    def __init__(self, sessions, now):
        self.sessions, self.now, self.store = sessions, now, SqlFeedStore(sessions)
        self.feeds = {}

    async def brings(self, site, *posts, archive=False):
        """Let the page of a site show these posts; return how many of them were new."""
        if site not in self.feeds:
            async with self.sessions.begin() as session:
                await feeds.add(session, f"https://{site}.example/feed", self.now, site)
                found = {feed.title: feed for feed in await feeds.all_feeds(session)}
                self.feeds[site] = found[site]
        feed = self.feeds[site]
        known = await self.store.known(feed.id, [each.item.item_id for each in posts])
        new = tuple(each for each in posts if each.item.item_id not in known)
        seen = tuple(each for each in posts if each.item.item_id in known)
        self.now += timedelta(hours=1)
        return await self.store.apply(FeedUpdate(feed, new, seen, archive=archive), self.now)

    async def draft(self):
        async with self.sessions() as session:
            return await ledger.accepted_without_week(session)

    async def rows(self):
        async with self.sessions() as session:
            return list(await session.scalars(select(ItemRow).order_by(ItemRow.id)))

    async def sends(self):
        ids = [item.id for item in await self.draft()]
        async with self.sessions.begin() as session:
            await ledger.freeze(session, WEEK, ids)

    async def says(self, item_id, say):
        async with self.sessions.begin() as session:
            assert await queue.decide(session, item_id, say, by=1, now=self.now)

    async def waiting(self):
        async with self.sessions() as session:
            return await queue.waiting(session)

    async def revised(self):
        async with self.sessions() as session:
            return await edits.revised(session, now=self.now)


@pytest.fixture
def desk(sessions, now):
    return Desk(sessions, now)


async def test_a_story_of_two_feeds_is_told_once_and_kept_twice(desk):
    assert await desk.brings("a", post(0)) == 1
    copy = post(0, site="b", title="Repost: The drop-in opens again – from Site A")
    assert await desk.brings("b", copy, post(1, site="b")) == 1
    first, second, other = await desk.rows()
    assert [item.item.title for item in await desk.draft()] == [TITLES[0], TITLES[1]]
    assert {first.same_as, other.same_as, second.same_as} == {None, first.id}
    async with desk.sessions() as session:
        stored = (await desk.draft())[0]
        assert await queue.also_in(session, stored) == ["b"]


async def test_two_posts_of_one_batch_that_say_the_same_are_one_story(desk):
    again = post(0, item_id="again", link="https://a.example/2026/11/the-same-once-more/")
    assert await desk.brings("a", post(0), again) == 1
    first, copy = await desk.rows()
    assert (len(await desk.draft()), copy.same_as) == (1, first.id)


async def test_ids_that_all_change_make_nothing_new(desk):
    assert await desk.brings("a", *(post(n) for n in range(3))) == 3
    moved = [
        post(n, item_id=f"new-{n}", link=f"http://www.a.example/2026/11/post-number-{n}?utm_id=1")
        for n in range(3)
    ]
    assert [await desk.brings("a", *moved) for _ in range(2)] == [0, 0]
    assert [row.item_id for row in await desk.rows()] == ["new-0", "new-1", "new-2"]
    assert len(await desk.draft()) == 3


async def test_a_copy_of_what_was_left_out_waits_for_a_coordinator(desk):
    await desk.brings("a", post(0))
    await desk.says((await desk.draft())[0].id, queue.Say.LEAVE)
    await desk.brings("b", post(0, site="b"))
    (waits,) = await desk.waiting()
    assert (waits.item.item_id, waits.same_as) == ("b-0", None)
    assert str(waits.reasons[0]) == "It says the same as a post that was left out of the digest."
    assert await desk.draft() == []
    edited = post(0, site="b", summary="Tea, advice and a quiz.")
    await desk.brings("b", edited)  # no way round the coordinator either
    assert [item.item.summary for item in await desk.waiting()] == ["Tea, advice and a quiz."]


async def test_an_old_story_is_new_again_and_an_archived_one_is_not(desk):
    await desk.brings("a", post(0), archive=True)
    assert await desk.draft() == [] and await desk.waiting() == []
    assert await desk.brings("b", post(0, site="b")) == 0
    first, copy = await desk.rows()
    assert (first.week, copy.same_as) == (ARCHIVE, first.id)
    desk.now += timedelta(weeks=30)
    later = post(0, site="c", published=desk.now)
    assert await desk.brings("c", later) == 1


@pytest.mark.parametrize(
    "published",
    [
        pytest.param(datetime(2025, 1, 1, tzinfo=UTC), id="back-dated"),
        pytest.param(datetime(2026, 11, 16, tzinfo=UTC), id="of the future, as the parser cuts it"),
        pytest.param(None, id="without a date"),
    ],
)
async def test_whatever_its_date_an_item_is_stored_once(desk, published):
    assert await desk.brings("a", post(0, published=published)) == 1
    redated = post(0, published=datetime(2026, 11, 15, tzinfo=UTC))
    assert await desk.brings("a", redated) == 0
    (row,) = await desk.rows()
    assert (row.published, row.week) == (redated.item.published, None)
    assert len(await desk.draft()) == 1


async def test_an_edited_post_changes_until_it_is_sent_and_a_persons_words_stay(desk):
    await desk.brings("a", post(0, decision=Decision.REVIEW), post(1))
    (waits,) = await desk.waiting()
    await desk.says(waits.id, queue.Say.KEEP)
    async with desk.sessions.begin() as session:
        assert await ledger.reword(session, waits.id, headline="Tea in Harehills", line=None)
    spam = post(0, title="The drop-in opens on Tuesday", decision=Decision.REJECT)
    await desk.brings("a", spam, post(1))
    item = next(item for item in await desk.draft() if item.id == waits.id)
    assert (item.item.title, item.headline) == ("The drop-in opens on Tuesday", "Tea in Harehills")
    await desk.brings("b", post(0, site="b", title="The drop-in opens on Tuesday"))
    assert len(await desk.draft()) == 2  # the new words are found, too


EVENT = Occasion(OccasionKind.EVENT, date(2026, 12, 1), "1 December")
LATER = Occasion(OccasionKind.EVENT, date(2026, 12, 8), "8 December")


@pytest.mark.parametrize(
    ("edit", "what"),
    [
        pytest.param({"title": "The drop-in opens agian"}, None, id="a typing mistake"),
        pytest.param({"summary": "Other words."}, None, id="other words"),
        pytest.param({"title": "The drop-in is cancelled"}, What.TITLE, id="title"),
        pytest.param({"link": "https://a.example/2026/11/elsewhere-now/"}, What.LINK, id="link"),
        pytest.param(
            {"occasions": (LATER,), "body": BODIES[0] + " It is on 8 December."},
            What.DATES,
            id="date",
        ),
        pytest.param({"place": "Beeston library", "summary": "x"}, What.PLACE, id="place"),
    ],
)
async def test_after_it_was_sent_only_what_matters_is_offered_as_a_correction(desk, edit, what):
    before = {"occasions": (EVENT,), "place": "Harehills chapel"}
    await desk.brings("a", post(0, **before), post(1))
    await desk.sends()
    for _ in range(2):
        await desk.brings("a", post(0, **(before | edit)), post(1))
    found = await desk.revised()
    assert [each.now.what for each in found] == ([] if what is None else [(what,)])
    assert (await desk.rows())[0].title == TITLES[0]  # what was sent stays as it was
    await desk.brings("a", post(0, **before), post(1))
    assert await desk.revised() == []  # the site took it back


async def test_a_correction_goes_into_the_next_edition_once(desk):
    await desk.brings("a", post(0), post(1))
    await desk.sends()
    await desk.brings("a", post(0, title="The drop-in is closed"), post(1))
    (found,) = await desk.revised()
    chosen: dict[str, Any] = {"by": 1, "now": desk.now}
    async with desk.sessions.begin() as session:
        assert await edits.correct(session, found.item.id, mark="other", **chosen) is None
        new = await edits.correct(session, found.item.id, mark=found.now.mark, **chosen)
        assert await edits.correct(session, found.item.id, mark=found.now.mark, **chosen) is None
    (draft,) = await desk.draft()
    assert (draft.id, draft.corrects) == (new, found.item.id)
    assert (draft.item.title, draft.item.link) == ("The drop-in is closed", found.item.item.link)
    await desk.brings("a", post(0, title="The drop-in is closed"), post(1))
    assert await desk.revised() == [] and len(await desk.draft()) == 1


async def test_what_only_daily_readers_got_is_new_in_the_edition_and_corrected_for_them(desk):
    await desk.brings("a", post(0), post(1))
    async with desk.sessions.begin() as session:
        await ledger.mark_daily(session, [1], desk.now.date())
    edited = post(0, title="The drop-in is cancelled", body=f"{BODIES[0]} Sorry.")
    await desk.brings("a", edited, post(1))
    changed, other = await desk.draft()
    assert (changed.item.title, other.item.title) == ("The drop-in is cancelled", TITLES[1])
    (asked,) = await desk.revised()
    assert (asked.only_daily, asked.now.what) == (True, (What.TITLE,))
    await desk.brings("a", post(0, title="The drop-in is cancelled", body="Tea."), post(1))
    (asked,) = await desk.revised()
    assert asked.now.what == (What.TITLE,), "nobody has heard of that yet"
    async with desk.sessions.begin() as session:
        new_id = await edits.correct(session, 1, mark=asked.now.mark, by=1, now=desk.now)
    assert [each.id for each in await desk.draft()] == [1, 2], "the edition needs no correction"
    async with desk.sessions() as session:
        fresh = await ledger.fresh(session, desk.now - DAY)
    assert [(each.id, each.corrects) for each in fresh] == [(new_id, 1)]
    assert await desk.revised() == []


@pytest.mark.parametrize(
    ("edited_first", "only_daily"),
    [
        pytest.param(True, True, id="before the edition"),
        pytest.param(False, False, id="after it"),
    ],
)
async def test_who_has_the_old_words_decides_where_a_correction_goes(
    desk, edited_first, only_daily
):
    await desk.brings("a", post(0), post(1))
    edited = post(0, title="The drop-in is cancelled")
    async with desk.sessions.begin() as session:
        await ledger.mark_daily(session, [1], desk.now.date())
    if edited_first:
        await desk.brings("a", edited, post(1))
    await desk.sends()
    async with desk.sessions.begin() as session:
        await editions.create(session, WEEK, desk.now)
        await editions.move(
            session,
            WEEK,
            old=[EditionState.DRAFT],
            new=EditionState.APPROVED,
            by=1,
            now=desk.now + timedelta(minutes=1),
        )
    if not edited_first:
        await desk.brings("a", edited, post(1))
    (asked,) = await desk.revised()
    assert asked.only_daily is only_daily


async def test_a_change_can_be_left(desk):
    await desk.brings("a", post(0), post(1))
    await desk.sends()
    changed = post(0, title="The drop-in is closed")
    await desk.brings("a", changed, post(1))
    (found,) = await desk.revised()
    async with desk.sessions.begin() as session:
        done = [await edits.leave(session, found.item.id, mark=m) for m in ("x", found.now.mark)]
    await desk.brings("a", changed, post(1))
    assert (done, await desk.revised()) == ([False, True], [])


async def test_a_post_that_its_site_deletes_before_it_was_sent_waits(desk):
    posts = [post(n) for n in range(3)]
    await desk.brings("a", *posts)
    await desk.brings("a", *posts[:2])  # the latest is gone, older ones are there
    assert [item.item.title for item in await desk.draft()] == list(TITLES[:2])
    async with desk.sessions() as session:
        (gone,) = await edits.deleted(session, since=desk.now - DAY)
    assert (gone.item.title, gone.reasons[0]) == (TITLES[2], edits.DELETED)
    await desk.brings("a", *posts)  # a mistake of the site's cache
    assert len(await desk.draft()) == 3 and await desk.waiting() == []


async def test_what_a_coordinator_sends_all_the_same_is_not_asked_about_again(desk):
    posts = [post(n) for n in range(3)]
    await desk.brings("a", *posts)
    await desk.brings("a", *posts[:2])
    await desk.says((await desk.waiting())[0].id, queue.Say.KEEP)
    await desk.brings("a", *posts[:2])
    assert len(await desk.draft()) == 3


async def test_a_post_that_only_daily_readers_got_waits_too_when_its_site_deletes_it(desk):
    posts = [post(n) for n in range(3)]
    await desk.brings("a", *posts)
    async with desk.sessions.begin() as session:
        await ledger.mark_daily(session, [3], desk.now.date())
    await desk.brings("a", *posts[:2])
    assert [item.item.title for item in await desk.draft()] == list(TITLES[:2])
    assert [item.item.title for item in await desk.waiting()] == [TITLES[2]]


@pytest.mark.parametrize(
    "shown",
    [
        pytest.param([2, 1], id="the oldest only slid off the page"),
        pytest.param([], id="the page was not read"),
    ],
)
async def test_a_post_that_is_not_shown_any_more_is_not_deleted(desk, shown):
    await desk.brings("a", *(post(n) for n in range(3)))
    await desk.brings("a", *(post(n) for n in shown))
    assert len(await desk.draft()) == 3


async def test_a_feed_that_nobody_follows_any_more_stores_nothing(desk):
    await desk.brings("a", post(0))
    async with desk.sessions.begin() as session:
        await feeds.remove(session, desk.feeds["a"].id)
    assert await desk.store.apply(FeedUpdate(desk.feeds["a"], (post(1),)), desk.now) == 0


async def test_numbers_go_after_half_a_year(desk):
    await desk.brings("a", post(0))
    async with desk.sessions.begin() as session:
        assert await alike.purge(session, before=desk.now - DAY) == 0
        assert await alike.purge(session, before=desk.now + DAY) == 1
        assert await session.scalar(select(func.count()).select_from(ItemKeyRow)) == 0


async def test_a_partners_post_and_a_feeds_are_one_story(desk):
    await desk.brings("a", post(1))
    async with desk.sessions.begin() as session:
        judged = replace(post(0), item=replace(post(0).item, item_id="post:1"))
        row = ItemRow(
            **items.item_values(judged.item),
            **items.verdict_values(judged.verdict),
            item_id="post:1",
            first_seen=desk.now,
            pinned=False,
        )
        session.add(row)
        await session.flush()
        await alike.index_new(session, [(row.id, judged.item)])
    assert await desk.brings("a", post(0), post(1)) == 0
    assert (await desk.rows())[-1].same_as == row.id
