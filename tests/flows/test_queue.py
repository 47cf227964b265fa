"""Coordinators work through what waits: one tap a post, with a way back, and sources as a whole."""

import asyncio
from datetime import timedelta

import pytest

import db.feeds
import db.queue
from digests.feed import Trust
from digests.item import Decision
from handlers.callbacks import Route, encode
from tests.flows.stage import ADA, BEN, STALE, assemble
from tests.flows.test_digest import post

QUEUE = encode(Route.QUEUE, "review", 0)


async def waiting(stage, count, kind=Decision.REVIEW):
    """Let *count* posts wait, each first seen a minute after the last; return their ids."""
    ids = []
    for n in range(1, count + 1):
        ids.append(await post(stage, f"Doubtful {n}", kind))
        stage.clock.advance(timedelta(minutes=1))
    return ids


async def labels(stage):
    async with stage.sessions() as session:
        return [(e.title, e.label.value) for e in await db.queue.examples(session)]


async def first(stage, who=ADA, kind="review"):
    await stage.forges(who, encode(Route.QUEUE, kind, 0))
    return await stage.presses(who, "Check them one by one")


async def test_twenty_posts_take_twenty_taps(crew):
    await waiting(crew, 20)
    shown = await first(crew)
    assert "Post 1 of 20" in shown.text
    for n in range(1, 21):
        assert f"Doubtful {n}" in shown.text.replace("\u2068", "").replace("\u2069", "")
        assert len(shown.buttons) <= 8
        shown = await crew.presses(ADA, "Add to the digest")
    assert "None." in shown.text
    async with crew.sessions() as session:
        assert (await db.queue.counts(session))[Decision.ACCEPT] == 20


@pytest.mark.parametrize(
    ("label", "told", "learned"),
    [
        pytest.param("Add to the digest", "is in the digest.", "news", id="kept: an example"),
        pytest.param("It is spam", "is spam. I will know", "spam", id="spam: an example"),
        pytest.param("Leave it out", "is left out.", None, id="left out: says nothing of spam"),
    ],
)
async def test_each_answer_is_told_learned_and_can_be_taken_back(crew, label, told, learned):
    await waiting(crew, 2)
    await first(crew)
    shown = await crew.presses(ADA, label)
    assert told in shown.text
    assert "Doubtful 2" in shown.text
    assert await labels(crew) == ([("Doubtful 1", learned)] if learned else [])
    shown = await crew.presses(ADA, "Undo")
    assert "Post 1 of 2" in shown.text
    assert "Doubtful 1" in shown.text
    assert await labels(crew) == []
    audit = [row for row in (await crew.rows())["audit"] if "undo_item" in row]
    assert len(audit) == 1


async def test_pressed_twice_it_is_done_once_and_two_coordinators_do_not_overrule(crew):
    (one, _) = await waiting(crew, 2)
    data = encode(Route.ITEM_ACT, one, "accept", "review", 0)
    await crew.forges(ADA, data)
    before = await crew.rows()
    shown = await crew.forges(ADA, data)
    assert "is in the digest." in shown.text
    shown = await crew.forges(BEN, encode(Route.ITEM_ACT, one, "spam", "review", 0))
    assert "Another coordinator has already decided about" in shown.text
    await crew.forges(BEN, encode(Route.ITEM_ACT, one, "undo", "review", 0))
    assert await crew.rows() == before


async def test_two_at_once_decide_once(staff, pack, clock):
    (one,) = await waiting(staff, 1)
    other = assemble(staff.sessions, pack, clock)
    async with other.application:
        await asyncio.gather(
            staff.forges(ADA, encode(Route.ITEM_ACT, one, "accept", "review", 0)),
            other.forges(BEN, encode(Route.ITEM_ACT, one, "spam", "review", 0)),
        )
    audits = [row for row in (await staff.rows())["audit"] if any("_item" in str(c) for c in row)]
    assert len(audits) == 1


async def test_a_post_can_wait_while_the_next_is_looked_at(crew):
    await waiting(crew, 3)
    await first(crew)
    shown = await crew.presses(ADA, "Next post")
    assert "Post 2 of 3" in shown.text
    shown = await crew.presses(ADA, "Leave it out")
    assert "Doubtful 3" in shown.text


async def test_the_card_tells_the_source_the_dates_and_the_days_that_are_left(crew, clock):
    await waiting(crew, 1)
    clock.advance(timedelta(days=27))
    shown = await first(crew)
    assert "https://example.org/feed" in shown.text
    assert "You watch it: I check each post for spam." in shown.text
    assert "Its words are deleted in 2 days, if nobody decides." in shown.text
    assert "A made-up reason." in shown.text


async def test_a_source_is_trusted_from_the_card_and_the_post_still_waits(crew):
    (one,) = await waiting(crew, 1)
    await first(crew)
    shown = await crew.presses(ADA, "Trust its source")
    assert "You trust it" in shown.text
    assert not any("Trust its source" in label for label in shown.labels)
    before = await crew.rows()
    await crew.forges(ADA, encode(Route.SOURCE, 1, "trusted", one, "review", 0))
    assert await crew.rows() == before


async def test_a_muted_source_leaves_the_queue_and_comes_back(crew):
    await waiting(crew, 2)
    await first(crew)
    shown = await crew.presses(ADA, "Mute its source")
    assert "is muted. Nobody gets its posts." in shown.text
    assert "None." in shown.text
    async with crew.sessions() as session:
        feed = await db.feeds.find(session, 1)
        assert feed is not None and feed.trust is Trust.MUTED
        assert await db.queue.waiting(session) == []
    shown = await crew.presses(ADA, "Undo")
    assert "Post 1 of 2" in shown.text


async def test_held_posts_say_how_many_go_soon(crew, clock):
    await waiting(crew, 2, Decision.REJECT)
    shown = await crew.says(ADA, "/held")
    assert "are deleted within" not in shown.text
    clock.advance(timedelta(days=25))
    shown = await crew.says(ADA, "/held")
    assert "The words of 2 posts are deleted within 7 days, if nobody decides." in shown.text
    shown = await crew.presses(ADA, "Check them one by one")
    assert "Doubtful 2" in shown.text, "the newest first"
    shown = await crew.presses(ADA, "It is spam")
    assert "Doubtful 1" in shown.text


async def test_a_button_to_a_post_without_words_is_stale(crew, clock):
    (one,) = await waiting(crew, 1, Decision.REJECT)
    clock.advance(timedelta(days=31))
    async with crew.sessions.begin() as session:
        assert await db.queue.empty(session, clock()) == 1
    shown = await crew.forges(ADA, encode(Route.ITEM, one, "reject", 0))
    assert STALE in shown.text


@pytest.mark.parametrize("data", ["1:j:1:eat:review:0", "1:j:1:spam:mars:0", "1:2:1:loved:1:e:0"])
async def test_what_no_button_says_is_stale(crew, data):
    await waiting(crew, 1)
    before = await crew.rows()
    shown = await crew.forges(ADA, data)
    assert STALE in shown.text
    assert await crew.rows() == before
