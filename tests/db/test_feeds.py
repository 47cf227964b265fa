from dataclasses import replace
from datetime import timedelta

from db import editions, feeds, items, ledger, queue
from db.stores import SqlFeedStore
from digests.edition import Edition, EditionState
from digests.feed import Back, Feed, FeedUpdate, Trust
from digests.item import Decision, Item, JudgedItem, Verdict
from locales.errors import Text

WEEK = "2026-W47"
HOUR = timedelta(hours=1)


def judged(number: int, decision: Decision = Decision.ACCEPT, **item) -> JudgedItem:
    reasons = (Text("It says “{word}” {n} times.", {"word": "casino", "n": 3}),)
    link, published = item.pop("link", "https://a.b/"), item.pop("published", None)
    return JudgedItem(
        Item(f"id-{number}", f"Title {number}", link, "Short.", published, **item),
        Verdict(decision, reasons, ("housing", "food")),
    )


async def a_feed(sessions, now) -> int:
    async with sessions.begin() as session:
        return await feeds.add(session, "https://a.b/feed", now, "A")


async def test_a_feed_is_added_once(sessions, now):
    async with sessions.begin() as session:
        first = await feeds.add(session, "https://a.b/feed", now, "A")
        assert await feeds.add(session, "https://a.b/feed", now + HOUR, "B") == first
        assert await feeds.all_feeds(session) == [Feed(first, "https://a.b/feed", "A", now)]


async def test_due_feeds_longest_overdue_first(sessions, now):
    async with sessions.begin() as session:
        ids = [await feeds.add(session, f"https://{n}.b/", now) for n in range(5)]
        for id_, hours, stopped in zip(ids, (-1, -3, 1, 0, -2), [False] * 4 + [True], strict=True):
            feed = Feed(id_, f"https://{id_}.b/", None, now + hours * HOUR, stopped=stopped)
            await feeds.save(session, feed)
        found = [feed.id for feed in await feeds.due(session, now, 10)]
        first = [feed.id for feed in await feeds.due(session, now, 1)]
    assert (found, first) == ([ids[1], ids[0], ids[3]], [ids[1]])


async def test_everything_about_a_feed_is_kept(sessions, now):
    feed = Feed(
        await a_feed(sessions, now),
        "https://a.b/new",
        "Title",
        now + HOUR,
        etag='W/"x"',
        last_modified="Mon, 16 Nov 2026 09:00:00 GMT",
        failures=3,
        failing_since=now,
        error="It timed out.",
        moved_to="https://c.d/",
        moves=2,
        stopped=True,
        told=True,
    )
    async with sessions.begin() as session:
        await feeds.mark_told(session, feed.id, told=True)
        await feeds.save(session, replace(feed, told=False))  # as it was read before that
    async with sessions() as session:
        assert await feeds.all_feeds(session) == [feed]
    async with sessions.begin() as session:
        await feeds.mark_told(session, feed.id, told=False)
        assert not (await feeds.all_feeds(session))[0].told


async def test_a_feed_that_moves_onto_another_keeps_its_address(sessions, now):
    async with sessions.begin() as session:
        first = await feeds.add(session, "https://a.b/1", now)
        await feeds.add(session, "https://a.b/2", now)
        await feeds.save(session, Feed(first, "https://a.b/2", "T", now))
        found = await feeds.all_feeds(session)
    assert [feed.url for feed in found] == ["https://a.b/1", "https://a.b/2"]
    assert found[0].title == "T"


async def test_posts_outlive_their_feed(sessions, now):
    feed_id = await a_feed(sessions, now)
    async with sessions.begin() as session:
        await items.add(session, feed_id, [judged(1)], now)
        assert await feeds.remove(session, feed_id)
        assert not await feeds.remove(session, feed_id)
    async with sessions() as session:
        assert (await queue.counts(session))[Decision.ACCEPT] == 1


async def test_an_item_is_stored_once_and_as_it_was_first(sessions, now):
    feed_id = await a_feed(sessions, now)
    changed = replace(judged(1), item=replace(judged(1).item, title="Changed"))
    async with sessions.begin() as session:
        assert await items.add(session, feed_id, [judged(1), judged(1), judged(2)], now) == 2
        assert await items.add(session, feed_id, [changed, judged(3)], now + HOUR) == 1
        found = await ledger.accepted_without_week(session)
        assert await items.known(session, feed_id, ["id-1", "id-9"]) == {"id-1"}
    assert [stored.item.title for stored in found] == ["Title 1", "Title 2", "Title 3"]
    assert (found[0].first_seen, found[0].topics) == (now, ("housing", "food"))
    assert found[0].reasons == judged(1).verdict.reasons


async def test_a_story_in_two_feeds_is_stored_once(sessions, now):
    story = judged(1, link="https://a.b/story")
    async with sessions.begin() as session:
        first, second = [await feeds.add(session, f"https://a.b/{n}", now, "A") for n in (1, 2)]
        assert await items.add(session, first, [story], now) == 1
        without_link = judged(3, link=None)
        assert await items.add(session, second, [story, judged(2, link=None)], now) == 1
        assert await items.add(session, first, [without_link], now) == 1
        found = await ledger.accepted_without_week(session)
    assert [stored.item.title for stored in found] == ["Title 1", "Title 2", "Title 3"]


async def test_known_takes_very_many_ids(sessions, now):
    feed_id = await a_feed(sessions, now)
    async with sessions.begin() as session:
        await items.add(session, feed_id, [judged(39_999)], now)
        asked = [f"id-{n}" for n in range(40_000)]
        assert await items.known(session, feed_id, asked) == {"id-39999"}


async def test_each_item_waits_where_it_belongs(sessions, now):
    feed_id = await a_feed(sessions, now)
    three = [judged(n, decision) for n, decision in enumerate(Decision)]
    async with sessions.begin() as session:
        await items.add(session, feed_id, three, now)
        places = [ledger.accepted_without_week, queue.waiting, queue.held]
        found = [[s.decision for s in await place(session)] for place in places]
        assert await queue.counts(session) == dict.fromkeys(Decision, 1)
    assert found == [[decision] for decision in Decision]


async def test_a_decision_is_made_once(sessions, now):
    feed_id = await a_feed(sessions, now)
    async with sessions.begin() as session:
        await items.add(session, feed_id, [judged(1, Decision.REVIEW)], now)
        (item,) = await queue.waiting(session)
        done = [
            await queue.decide(session, item.id, wanted, by=1, now=now, was=was)
            for wanted, was in [
                (Decision.ACCEPT, Decision.REVIEW),
                (Decision.REJECT, Decision.REVIEW),
                (Decision.ACCEPT, None),
                (Decision.REJECT, None),
            ]
        ]
        assert await queue.held(session) == []  # a person has seen it: not the judge's
        last = await items.find(session, item.id)
    assert done == [True, False, False, True]
    assert last is not None and last.decision is Decision.REJECT


async def test_an_edition_freezes_accepted_items_in_its_order(sessions, now):
    feed_id = await a_feed(sessions, now)
    async with sessions.begin() as session:
        decisions = [Decision.ACCEPT, Decision.ACCEPT, Decision.REVIEW, Decision.ACCEPT]
        await items.add(session, feed_id, [judged(n, d) for n, d in enumerate(decisions)], now)
        one, two, other = await ledger.accepted_without_week(session)
        (review,) = await queue.waiting(session)
        assert await ledger.freeze(session, WEEK, [other.id, review.id, one.id]) == 2
        assert await ledger.freeze(session, "2026-W48", [one.id, two.id]) == 1
        assert await ledger.freeze(session, "2026-W49", []) == 0
        found = await ledger.for_week(session, WEEK)
        late = await queue.decide(session, one.id, Decision.REJECT, by=1, now=now)
    assert [item.id for item in found] == [other.id, one.id]
    assert {item.week for item in found} == {WEEK}
    assert not late


async def test_editions(sessions, now):
    async with sessions.begin() as session:
        assert await editions.latest(session) is None
        assert [await editions.create(session, WEEK, now) for _ in range(2)] == [True, False]
        await editions.create(session, "2026-W46", now)
        moved = [
            await editions.move(session, WEEK, old=[old], new=EditionState.APPROVED, by=7, now=now)
            for old in (EditionState.HELD, EditionState.DRAFT)
        ]
        assert await editions.find(session, "2026-W01") is None
        latest = await editions.latest(session)
    assert moved == [False, True]
    assert latest == Edition(WEEK, EditionState.APPROVED, 7, now)


async def test_the_store_applies_an_update_once(sessions, now):
    store = SqlFeedStore(sessions)
    feed_id = await a_feed(sessions, now)
    (feed,) = await store.due(now, 5)
    update = FeedUpdate(replace(feed, etag="x", next_check=now + HOUR), (judged(1), judged(2)))
    assert [await store.apply(update, now) for _ in range(2)] == [2, 0]
    assert await store.due(now, 5) == []
    assert await store.known(feed_id, ["id-1", "id-2", "id-3"]) == {"id-1", "id-2"}


async def test_a_page_further_back_says_nothing_of_the_posts_before_it(sessions, now):
    store = SqlFeedStore(sessions)
    await a_feed(sessions, now)
    (feed,) = await store.due(now, 5)
    newest = [judged(n, link=None, published=now - n * HOUR) for n in range(10)]
    older = [judged(n, link=None, published=now - n * HOUR) for n in range(10, 20)]
    assert await store.apply(FeedUpdate(feed, tuple(newest)), now) == 10
    assert await store.apply(FeedUpdate(feed, tuple(older), further=True), now) == 10
    async with sessions() as session:
        assert (await queue.counts(session))[Decision.ACCEPT] == 20


async def test_what_is_followed_no_more_takes_no_posts(sessions, now):
    store = SqlFeedStore(sessions)
    feed_id = await a_feed(sessions, now)
    (feed,) = await store.due(now, 5)
    async with sessions.begin() as session:
        await feeds.remove(session, feed_id)
    assert await store.apply(FeedUpdate(feed, (judged(1),)), now) == 0


async def test_an_archive_is_kept_apart(sessions, now):
    store = SqlFeedStore(sessions)
    feed_id = await a_feed(sessions, now)
    (feed,) = await store.due(now, 5)
    many = tuple(judged(n, decision) for n, decision in enumerate(Decision))
    assert await store.apply(FeedUpdate(feed, many, archive=True), now) > 0
    async with sessions() as session:
        assert await feeds.new_since(session, now - HOUR) == {}
        assert set(await store.words(feed_id)) == {"id-0", "id-1", "id-2"}


async def test_a_feed_is_asked_for_its_archive_and_trusted(sessions, now):
    feed_id = await a_feed(sessions, now)
    async with sessions.begin() as session:
        feed = (await feeds.all_feeds(session))[0]
        await feeds.save(session, replace(feed, etag="x", next_check=now + HOUR, stopped=True))
        assert await feeds.read_archive(session, feed_id, now)
        assert [
            await feeds.set_trust(session, feed_id, trust) for trust in (Trust.MUTED, Trust.MUTED)
        ] == [True, False]
        assert await feeds.find(session, feed_id) == replace(
            feed, back_to=Back.ALL, trust=Trust.MUTED
        )
        assert not await feeds.check_now(session, 99, now)
        assert await feeds.find(session, 99) is None
