from datetime import timedelta

import pytest

from db import (
    audit,
    broadcasts,
    changes,
    drafts,
    feeds,
    freshness,
    invites,
    items,
    mail_readers,
    mails,
    outbox,
    outcomes,
    people,
    reports,
    retention,
    shown,
    subscriptions,
    tips,
)
from db.listings import ProposalRow
from db.models import AlertRow, ErasureRow
from db.sending import BroadcastAnswerRow
from delivery.broadcast import Audience
from delivery.model import Kind, Sent, Settlement
from digests.item import Decision, Item, JudgedItem, Verdict
from digests.mailing import Wish
from directory.history import Cause, Deed
from people.drafts import Draft
from people.voice import Asked, Outcome
from tests.db.sending import NAME, a_campaign, started, tally
from tests.db.test_services import a_service

DAY = timedelta(days=1)
DIGEST = "digest:2026-W47"


@pytest.fixture
async def everything(sessions, now):
    """One row of each kind, made now, all finished."""
    await a_campaign(sessions, now, [1])
    await a_campaign(sessions, now, [1], kind=Kind.DIGEST, name=DIGEST)
    parcels = await started(sessions, now)
    async with sessions.begin() as session:
        await outbox.settle(session, [Settlement(p, Sent((1,)), 1, (1,)) for p in parcels], now)
        await drafts.put(session, Draft(1, "broadcast", "text"), now)
        await invites.create(session, "t", "Org", by=1, now=now, expires=now)
        feed_id = await feeds.add(session, "https://a.b/", now)
        rejected = JudgedItem(Item("1", "t", None, "", None), Verdict(Decision.REJECT, (), ()))
        await items.add(session, feed_id, [rejected], now)
        await audit.record(session, actor=1, action="x", subject="y", now=now)
        written = await broadcasts.create(
            session, author_id=1, texts={}, audience=Audience.EVERYONE, now=now
        )
        session.add(BroadcastAnswerRow(broadcast_id=written, chat_id=1, helps=True, at=now))
        wish = {"chat_id": 1, "need": "food", "district": "", "language": "en"}
        session.add(AlertRow(**wish, created_on=now.date()))
        session.add(ErasureRow(mark="0" * 64, at=now))
        await people.choose_language(session, 1, "en", today=now.date())
        await subscriptions.subscribe(session, 2, today=now.date())
        await people.pause(session, 2, now=now)
        await shown.note(session, 1, [7], now=now)
        await tips.add(session, 1, "en", "Thank you", now=now)
        await outcomes.count(session, "2020-W01", Outcome.ZERO, Asked("food"))
        await freshness.phoned(session, "a-service", by=1, now=now)
        await mail_readers.ask(session, "a@example.com", Wish("en"), token="t" * 43, now=now)
        [mail] = await mails.claim(session, 1, now)
        await mails.start(session, mail, "<1@example.com>", now)
        await mails.settle(session, mail, Sent(()), now)
        decided = {"state": "approved", "decided_at": now, "proposed_at": now, "proposed_by": 1}
        session.add(ProposalRow(service_id="a-service", fields=[], **decided))
        deed = Deed(Cause.OWNER, now, by=1)
        await changes.add(session, a_service("a-service"), deed, position=1)


KEPT_FOR = {
    "drafts": 7,
    "mail_subscribers": 7,
    "mails": 90,
    "invites": 30,
    "items": 30,
    "campaigns": 90,
    "digests": 90,
    "broadcasts": 90,
    "subscriptions": 180,
    "people": 180,
    "audit": 730,
    "actors": 730,
    "shown_messages": 2,
    "tips": 30,
    "tasks": 365,
    "proposals": 180,
    "alerts": 180,
    "erasures": 400,
}


@pytest.mark.parametrize(("what", "days"), KEPT_FOR.items())
async def test_each_kind_goes_after_its_time_and_not_before(sessions, now, everything, what, days):
    async with sessions.begin() as session:
        before = await retention.purge(session, now + days * DAY)
        after = await retention.purge(session, now + (days + 1) * DAY)
    assert (before[what], after[what]) == (0, 1)


async def test_purging_says_what_it_did_and_leaves_nothing_for_a_second_time(
    sessions, now, everything
):
    late = now + 1000 * DAY
    async with sessions.begin() as session:
        first, second = [await retention.purge(session, late) for _ in range(2)]
    # the numbers of the post went with its words, and the answer with its update
    every, gone = [*KEPT_FOR, "outcomes"], ["item_keys", "answers"]
    assert first == {**dict.fromkeys(every, 1), **dict.fromkeys(gone, 0)}
    assert second == dict.fromkeys([*every, *gone], 0)


async def test_what_finds_a_story_again_is_kept_for_half_a_year(sessions, now):
    verdict = Verdict(Decision.ACCEPT, (), ())
    kept = JudgedItem(Item("1", "A new class for mothers and babies", None, "", None), verdict)
    async with sessions.begin() as session:
        feed_id = await feeds.add(session, "https://a.b/", now)
        await items.add(session, feed_id, [kept], now)
        before = await retention.purge(session, now + 182 * DAY)
        after = await retention.purge(session, now + 183 * DAY)
    assert (before["item_keys"], after["item_keys"]) == (0, 1)


async def test_counts_are_kept_for_two_years(sessions, now):
    kept, old = now - 729 * DAY, now - 738 * DAY
    async with sessions.begin() as session:
        for moment in (kept, old):
            year, week, _ = moment.isocalendar()
            await outcomes.count(session, f"{year}-W{week:02}", Outcome.ZERO, Asked("food"))
        assert (await retention.purge(session, now))["outcomes"] == 1
        assert len(await outcomes.counted(session, since="")) == 1


async def test_what_still_waits_is_kept(sessions, now):
    await a_campaign(sessions, now, [1], kind=Kind.DIGEST)
    async with sessions.begin() as session:
        await retention.purge(session, now + 1000 * DAY)
    assert (await tally(sessions, NAME)).queued == 1


async def test_that_a_digest_was_queued_is_never_forgotten(sessions, now, everything):
    async with sessions.begin() as session:
        await reports.watch(session, DIGEST, 1, 5)
        await retention.purge(session, now + 91 * DAY)
        assert not await outbox.open_campaign(session, DIGEST, Kind.DIGEST, now + 91 * DAY)
        assert await outbox.find(session, DIGEST) is not None
        assert await outbox.sent_messages(session, DIGEST) == []
        assert await reports.watched(session, DIGEST) == []
    assert (await tally(sessions, DIGEST)).total == 0
    async with sessions.begin() as session:
        assert await outbox.hold_stale(session, now + 200 * DAY) == []


async def test_a_change_outlives_who_made_it(sessions, now, everything):
    async with sessions.begin() as session:
        await retention.purge(session, now + 1000 * DAY)
        [change] = await changes.of_service(session, "a-service")
    assert change.deed == Deed(Cause.OWNER, now, by=None)
