from dataclasses import replace
from datetime import timedelta

import pytest

from db import audiences, outbox, people, subscriptions
from db.stores import SqlOutbox
from delivery.broadcast import Audience
from delivery.model import (
    Button,
    CampaignState,
    Content,
    Failed,
    Gone,
    Kind,
    Sent,
    Settlement,
    Status,
    Tally,
    TryLater,
    Unknown,
)
from delivery.policy import STOOD_STILL
from locales.errors import Text
from people.model import Role
from tests.db.sending import NAME, a_campaign, started, tally

MINUTE = timedelta(minutes=1)


async def settle(sessions, now, *settlements):
    async with sessions.begin() as session:
        await outbox.settle(session, settlements, now)


def sent(parcel, *ids):
    ids = ids or (1000 + parcel.id,)
    return Settlement(parcel, Sent(ids), len(parcel.content.parts), ids)


async def test_a_campaign_is_opened_once(sessions, now):
    async with sessions.begin() as session:
        assert await outbox.open_campaign(session, NAME, Kind.URGENT, now)
        assert not await outbox.open_campaign(session, NAME, Kind.DIGEST, now + MINUTE)
        found = await outbox.find(session, NAME)
    assert found is not None
    assert (found.kind, found.state, found.created_at) == (Kind.URGENT, CampaignState.ACTIVE, now)


async def test_a_chat_gets_one_copy_of_a_campaign(sessions, now):
    async with sessions.begin() as session:
        await outbox.open_campaign(session, NAME, Kind.URGENT, now)
        new = [
            await outbox.enqueue(session, NAME, variant, Content((variant,)), chats, now)
            for variant, chats in [("en", [1, 2, 2]), ("ar", [2, 3]), ("en", [1, 2])]
        ]
    assert new == [2, 1, 0]
    assert await tally(sessions) == Tally(total=3, queued=3)


async def test_no_copies_without_a_campaign(sessions, now):
    async with sessions.begin() as session:
        with pytest.raises(LookupError, match="broadcast:1"):
            await outbox.enqueue(session, NAME, "en", Content(("x",)), [1], now)


async def test_a_copy_waits_for_the_hour_its_reader_chose(sessions, now):
    hour = now + timedelta(days=3)
    async with sessions.begin() as session:
        await outbox.open_campaign(session, NAME, Kind.DIGEST, now)
        await outbox.enqueue(session, NAME, "en", Content(("x",)), [1], now)
        await outbox.enqueue(session, NAME, "en", Content(("x",)), [2], now, not_before=hour)
    assert [parcel.chat_id for parcel in await started(sessions, now)] == [1]
    assert await started(sessions, hour - MINUTE) == []
    assert [parcel.chat_id for parcel in await started(sessions, hour)] == [2]


async def test_a_copy_knows_its_topic_in_a_forum_group(sessions, now):
    async with sessions.begin() as session:
        await outbox.open_campaign(session, NAME, Kind.DIGEST, now)
        chats: list[int | outbox.Address] = [1, outbox.Address(-100, 7), outbox.Address(-100, 8)]
        assert await outbox.enqueue(session, NAME, "en", Content(("x",)), chats, now) == 2
        parcels = await outbox.claim(session, 5, now)
    assert [(parcel.chat_id, parcel.thread_id) for parcel in parcels] == [(1, None), (-100, 8)]


async def test_ten_thousand_recipients_in_one_go(sessions, now):
    await a_campaign(sessions, now, range(1, 10_001))
    assert await tally(sessions) == Tally(total=10_000, queued=10_000)


async def test_a_claimed_copy_comes_with_its_whole_content(sessions, now):
    content = Content(("one", "two"), ((Button("Yes", data="1:y"), Button("Site", url="u")),))
    async with sessions.begin() as session:
        await outbox.open_campaign(session, NAME, Kind.DIGEST, now)
        await outbox.enqueue(session, NAME, "en", content, [7], now)
        (parcel,) = await outbox.claim(session, 5, now)
    assert (parcel.chat_id, parcel.kind, parcel.campaign) == (7, Kind.DIGEST, NAME)
    assert parcel.content == content


async def test_notices_go_before_urgent_before_digests_and_older_before_newer(sessions, now):
    for name, kind, chats in [
        ("digest:1", Kind.DIGEST, [1, 2]),
        ("broadcast:1", Kind.URGENT, [4, 3]),
        ("notice:1", Kind.NOTICE, [5]),
    ]:
        await a_campaign(sessions, now, chats, kind=kind, name=name)
    async with sessions.begin() as session:
        parcels = await outbox.claim(session, 10, now)
    assert [parcel.chat_id for parcel in parcels] == [5, 4, 3, 1, 2]


async def test_a_claim_lasts_five_minutes(sessions, now):
    await a_campaign(sessions, now, [1])
    claimed = []
    for after in (0, 4, 6):
        async with sessions.begin() as session:
            claimed.append(len(await outbox.claim(session, 10, now + after * MINUTE)))
    assert claimed == [1, 0, 1]


async def test_a_claim_that_is_given_back_can_be_taken_at_once(sessions, now):
    await a_campaign(sessions, now, [1, 2])
    store = SqlOutbox(sessions)
    parcels = await store.claim(10, now)
    await store.start(parcels[1:], now)
    await store.release(parcels, now)
    again = await store.claim(10, now)
    assert [parcel.chat_id for parcel in again] == [1], "what has started is still on its way"
    await store.release(parcels, now)
    assert await store.claim(10, now) == [], "nor does a late one give back another's claim"


async def test_who_comes_late_cannot_start_what_another_has_claimed(sessions, now):
    await a_campaign(sessions, now, [1])
    async with sessions.begin() as session:
        late = await outbox.claim(session, 10, now)
    async with sessions.begin() as session:
        again = await outbox.claim(session, 10, now + 6 * MINUTE)
    async with sessions.begin() as session:
        assert await outbox.start(session, late, now + 6 * MINUTE) == set()
        assert await outbox.start(session, again, now + 6 * MINUTE) == {again[0].id}
        assert await outbox.start(session, again, now + 6 * MINUTE) == set()


@pytest.mark.parametrize(
    ("outcome", "kind", "expected"),
    [
        pytest.param(Sent((9,)), Kind.URGENT, {"sent": 1}, id="sent"),
        pytest.param(Gone("blocked"), Kind.URGENT, {"gone": 1}, id="gone"),
        pytest.param(Failed("no"), Kind.URGENT, {"failed": 1}, id="failed"),
        pytest.param(TryLater(MINUTE, "x"), Kind.URGENT, {"queued": 1}, id="later"),
        pytest.param(Unknown("x"), Kind.URGENT, {"queued": 1}, id="unknown, urgent: again"),
        pytest.param(Unknown("x"), Kind.DIGEST, {"unknown": 1}, id="unknown, digest: listed"),
    ],
)
async def test_what_a_settlement_leads_to(sessions, now, outcome, kind, expected):
    await a_campaign(sessions, now, [1], kind=kind)
    (parcel,) = await started(sessions, now)
    assert await tally(sessions) == Tally(total=1, sending=1)
    await settle(sessions, now, Settlement(parcel, outcome, 0))
    found = await tally(sessions)
    assert found == Tally(total=1, **expected)
    assert found.done == ("queued" not in expected)


async def test_later_means_not_before(sessions, now):
    await a_campaign(sessions, now, [1])
    (parcel,) = await started(sessions, now)
    await settle(sessions, now, Settlement(parcel, TryLater(MINUTE, "flood", flood=True), 0))
    assert await started(sessions, now + MINUTE / 2) == []
    (again,) = await started(sessions, now + MINUTE)
    assert (again.id, again.attempts) == (parcel.id, 0)


async def test_a_busy_chat_gets_nothing_else_meanwhile(sessions, now):
    await a_campaign(sessions, now, [1], name="broadcast:1")
    await a_campaign(sessions, now, [1, 2], name="broadcast:2")
    first, *_others = await started(sessions, now, limit=1)
    await settle(sessions, now, Settlement(first, TryLater(MINUTE, "flood", flood=True), 0))
    assert [parcel.chat_id for parcel in await started(sessions, now)] == [2]


async def test_under_way_counts_what_waits_and_what_is_being_sent(sessions, now):
    await a_campaign(sessions, now, [1, 2])
    (first, _) = await started(sessions, now)
    async with sessions() as session:
        assert await outbox.under_way(session) == 2
    await settle(sessions, now, Settlement(first, Sent((501,)), 1, (501,)))
    async with sessions() as session:
        assert await outbox.under_way(session) == 1


async def test_parts_that_arrived_are_remembered_over_attempts(sessions, now):
    await a_campaign(sessions, now, [1], parts=("one", "two", "three"))
    (parcel,) = await started(sessions, now)
    await settle(sessions, now, Settlement(parcel, TryLater(MINUTE, "x"), 1, (501,)))
    (again,) = await started(sessions, now + 2 * MINUTE)
    assert again.parts_sent == 1
    await settle(sessions, now, Settlement(again, Sent((502, 503)), 3, (502, 503)))
    async with sessions() as session:
        assert await outbox.sent_messages(session, NAME) == [(1, (501, 502, 503))]
        assert await outbox.total_accepted(session) == 3


async def test_a_sent_copy_never_waits_again(sessions, now):
    await a_campaign(sessions, now, [1])
    (parcel,) = await started(sessions, now)
    await settle(sessions, now, sent(parcel))
    await settle(sessions, now, Settlement(parcel, TryLater(MINUTE, "late"), 0))
    async with sessions.begin() as session:
        await outbox.recover(session, now + timedelta(days=1), all_claims=True)
    assert await tally(sessions) == Tally(total=1, sent=1)


async def test_an_answer_after_recovery_still_counts(sessions, now):
    await a_campaign(sessions, now, [1], kind=Kind.DIGEST)
    (parcel,) = await started(sessions, now)
    async with sessions.begin() as session:
        await outbox.recover(session, now + 6 * MINUTE)
    await settle(sessions, now, sent(parcel))
    assert await tally(sessions) == Tally(total=1, sent=1)


async def test_a_late_answer_does_not_touch_another_workers_claim(sessions, now):
    await a_campaign(sessions, now, [1])
    (parcel,) = await started(sessions, now)
    async with sessions.begin() as session:
        await outbox.recover(session, now + 6 * MINUTE)
    await started(sessions, now + 6 * MINUTE)
    await settle(sessions, now, Settlement(parcel, Failed("late"), 0))
    assert await tally(sessions) == Tally(total=1, sending=1)


@pytest.mark.parametrize(
    ("kind", "recovered", "expected"),
    [
        pytest.param(Kind.NOTICE, (2, 0), {"queued": 2}, id="notices go again"),
        pytest.param(Kind.URGENT, (2, 0), {"queued": 2}, id="urgent ones go again"),
        pytest.param(Kind.DIGEST, (0, 2), {"unknown": 2}, id="digests are listed"),
    ],
)
async def test_a_crash_on_the_way(sessions, now, kind, recovered, expected):
    await a_campaign(sessions, now, [1, 2], kind=kind)
    await started(sessions, now)
    async with sessions.begin() as session:
        assert await outbox.recover(session, now + MINUTE) == outbox.Recovered(0, 0)
    async with sessions.begin() as session:
        done = await outbox.recover(session, now + MINUTE, all_claims=True)
        unknown = await outbox.unknowns(session, NAME)
    assert done == outbox.Recovered(*recovered)
    assert await tally(sessions) == Tally(total=2, **expected)
    assert unknown == ([1, 2] if kind is Kind.DIGEST else [])


async def test_the_only_sender_need_not_wait_for_old_claims(sessions, now):
    await a_campaign(sessions, now, [1, 2])
    async with sessions.begin() as session:
        await outbox.claim(session, 10, now)
    async with sessions.begin() as session:
        await outbox.recover(session, now, all_claims=True)
    assert len(await started(sessions, now)) == 2


async def test_who_is_gone_is_paused_until_they_write(sessions, now):
    async with sessions.begin() as session:
        await people.set_role(session, 1, Role.PARTNER, "Org", today=now.date())
        await subscriptions.subscribe(session, 1, today=now.date())
    await a_campaign(sessions, now, [1], name="broadcast:1")
    await a_campaign(sessions, now, [1], name="digest:1", kind=Kind.DIGEST)
    (parcel,) = await started(sessions, now, limit=1)
    await settle(sessions, now, Settlement(parcel, Gone("blocked"), 0))
    async with sessions.begin() as session:
        paused = await audiences.members(session, Audience.EVERYONE)
        await people.seen(session, 1, today=now.date())
        back = await audiences.members(session, Audience.EVERYONE)
    assert (paused, back) == ([], [(1, None, None)])
    assert await tally(sessions, "digest:1") == Tally(total=1, gone=1)


async def test_a_moved_group_is_known_by_its_new_id(sessions, now):
    async with sessions.begin() as session:
        await subscriptions.subscribe(session, -5, today=now.date())
    await a_campaign(sessions, now, [-5], name="digest:1", kind=Kind.DIGEST)
    await a_campaign(sessions, now, [-5], name="digest:2", kind=Kind.DIGEST)
    (parcel,) = await started(sessions, now, limit=1)
    await settle(sessions, now, replace(sent(parcel), moved_to=-1005))
    (other,) = await started(sessions, now)
    async with sessions() as session:
        found = await subscriptions.active(session)
        delivered = await outbox.sent_messages(session, "digest:1")
    assert [s.chat_id for s in found] == [-1005]
    assert (other.chat_id, delivered[0].chat_id) == (-1005, -1005)


async def test_a_group_that_moved_and_is_gone_there_gets_nothing_more(sessions, now):
    async with sessions.begin() as session:
        await subscriptions.subscribe(session, -5, today=now.date())
    await a_campaign(sessions, now, [-5], name="digest:1", kind=Kind.DIGEST)
    await a_campaign(sessions, now, [-5], name="digest:2", kind=Kind.DIGEST)
    (parcel,) = await started(sessions, now, limit=1)
    await settle(sessions, now, Settlement(parcel, Gone("kicked"), 0, moved_to=-1005))
    async with sessions() as session:
        assert await subscriptions.active(session) == []
    assert await tally(sessions, "digest:2") == Tally(total=1, gone=1)


async def test_each_chat_that_is_gone_keeps_its_own_reason(sessions, now):
    await a_campaign(sessions, now, [1, 2], name="broadcast:1")
    await a_campaign(sessions, now, [1, 2], name="broadcast:2")
    parcels = await started(sessions, now, limit=2)
    reasons = ["blocked", "deactivated"]
    gone = [Settlement(p, Gone(why), 0) for p, why in zip(parcels, reasons, strict=True)]
    await settle(sessions, now, *gone)
    async with sessions() as session:
        for chat, why in ((1, "blocked"), (2, "deactivated")):
            copies = (await people.known(session, chat))["recipients"]
            assert isinstance(copies, list)
            assert [copy["reason"] for copy in copies] == [why, why]


async def test_a_group_that_moved_to_a_known_one_is_not_doubled(sessions, now):
    async with sessions.begin() as session:
        for chat in (-5, -1005):
            await subscriptions.subscribe(session, chat, today=now.date())
    await a_campaign(sessions, now, [-5, -1005], kind=Kind.DIGEST)
    first, second = await started(sessions, now)
    await settle(sessions, now, replace(sent(first), moved_to=-1005), sent(second))
    async with sessions() as session:
        assert [s.chat_id for s in await subscriptions.active(session)] == [-1005]
    assert await tally(sessions) == Tally(total=2, sent=2)


@pytest.mark.parametrize("state", [CampaignState.PAUSED, CampaignState.HELD])
async def test_nothing_leaves_while_it_is_paused_or_held(sessions, now, state):
    await a_campaign(sessions, now, [1, 2])
    async with sessions.begin() as session:
        claimed = await outbox.claim(session, 1, now)
    why = Text("Because of {n}.", {"n": 5})
    async with sessions.begin() as session:
        assert await outbox.set_state(session, NAME, state, why, now)
        assert not await outbox.set_state(session, NAME, state, why, now)
        paused = await outbox.find(session, NAME)
        assert paused is not None and paused.reason == why
        assert await outbox.start(session, claimed, now) == set()
    assert await started(sessions, now + 6 * MINUTE) == []
    async with sessions.begin() as session:
        await outbox.set_state(session, NAME, CampaignState.ACTIVE, None, now)
    assert len(await started(sessions, now + 6 * MINUTE)) == 2


async def test_cancelling_skips_what_waits_and_is_for_good(sessions, now):
    await a_campaign(sessions, now, [1, 2, 3])
    on_its_way, done = await started(sessions, now, limit=2)
    await settle(sessions, now, sent(done))
    async with sessions.begin() as session:
        assert await outbox.set_state(session, NAME, CampaignState.CANCELLED, None, now)
        assert not await outbox.set_state(session, NAME, CampaignState.ACTIVE, None, now)
    await settle(sessions, now, Settlement(on_its_way, TryLater(MINUTE, "x"), 0))
    assert await tally(sessions) == Tally(total=3, sent=1, skipped=2)


@pytest.mark.parametrize(
    ("kind", "hours", "held"),
    [
        pytest.param(Kind.URGENT, 1.9, False, id="urgent, just under two hours"),
        pytest.param(Kind.URGENT, 2.1, True, id="urgent, over two hours"),
        pytest.param(Kind.DIGEST, 23.9, False, id="a digest, just under a day"),
        pytest.param(Kind.DIGEST, 24.1, True, id="a digest, over a day"),
        pytest.param(Kind.NOTICE, 99, False, id="a notice, never"),
    ],
)
async def test_what_waited_too_long_asks_first(sessions, now, kind, hours, held):
    await a_campaign(sessions, now, [1], kind=kind)
    later = now + timedelta(hours=hours)
    async with sessions.begin() as session:
        assert await outbox.hold_stale(session, later) == ([NAME] if held else [])
    assert len(await started(sessions, later)) == (0 if held else 1)


@pytest.mark.parametrize(
    ("hours", "held"),
    [
        pytest.param(95, False, id="its hour has not come"),
        pytest.param(97, False, id="its hour came an hour ago"),
        pytest.param(121, True, id="its hour came more than a day ago"),
    ],
)
async def test_waiting_for_a_chosen_hour_is_not_too_long(sessions, now, hours, held):
    chosen, later = now + timedelta(hours=96), now + timedelta(hours=hours)
    async with sessions.begin() as session:
        await outbox.open_campaign(session, NAME, Kind.DIGEST, now)
        await outbox.enqueue(session, NAME, "en", Content(("x",)), [1], now, not_before=chosen)
        assert await outbox.hold_stale(session, later) == ([NAME] if held else [])


async def test_what_a_person_confirmed_is_not_held_again(sessions, now):
    await a_campaign(sessions, now, [1])
    later = now + timedelta(hours=3)
    async with sessions.begin() as session:
        await outbox.hold_stale(session, later)
        await outbox.set_state(session, NAME, CampaignState.ACTIVE, None, later)
        assert await outbox.hold_stale(session, later + MINUTE) == []


@pytest.mark.parametrize(
    ("moved_on", "hours", "held"),
    [
        pytest.param(0, 1.9, False, id="for less than two hours"),
        pytest.param(0, 2.1, True, id="for more than two hours"),
        pytest.param(2, 3, False, id="not at all: a copy left an hour ago"),
        pytest.param(2, 4.1, True, id="since the last copy left"),
    ],
)
async def test_what_stood_still_in_the_middle_asks_too(sessions, now, moved_on, hours, held):
    await a_campaign(sessions, now, [1, 2, 3])
    for late in (0, moved_on):
        moment = now + timedelta(hours=late)
        (parcel,) = await started(sessions, moment, limit=1)
        await settle(sessions, moment, sent(parcel))
    later = now + timedelta(hours=hours)
    async with sessions.begin() as session:
        assert await outbox.hold_stale(session, later) == ([NAME] if held else [])
        found = await outbox.find(session, NAME)
    assert found is not None
    assert found.reason == (STOOD_STILL if held else None)
    assert len(await started(sessions, later)) == (0 if held else 1)


async def test_what_is_tried_again_and_again_does_not_stand_still(sessions, now):
    await a_campaign(sessions, now, [1, 2])
    moment = now
    while moment < now + timedelta(hours=2, minutes=5):
        for parcel in await started(sessions, moment):
            later = TryLater(timedelta(), "no connection")
            await settle(sessions, moment, Settlement(parcel, later, 0))
        moment += timedelta(minutes=5)
        async with sessions.begin() as session:
            assert await outbox.hold_stale(session, moment) == []


async def test_after_a_restore_nothing_leaves(sessions, now):
    await a_campaign(sessions, now, [1])
    async with sessions.begin() as session:
        assert await outbox.hold_all(session, now) == [NAME]
    assert await started(sessions, now) == []
    async with sessions() as session:
        (held,) = await outbox.in_state(session, CampaignState.HELD)
    assert "backup" in str(held.reason)


async def test_a_campaign_that_fails_pauses_itself_and_says_why(sessions, now):
    await a_campaign(sessions, now, range(1, 101))
    parcels = await started(sessions, now, limit=11)
    await settle(sessions, now, *(Settlement(p, Failed("bad"), 0) for p in parcels[:10]))
    assert len(await started(sessions, now, limit=1)) == 1
    await settle(sessions, now, Settlement(parcels[10], Failed("bad"), 0))
    assert await started(sessions, now) == []
    async with sessions() as session:
        found = await outbox.find(session, NAME)
    assert found is not None and found.state is CampaignState.PAUSED
    assert str(found.reason) == "11 of the first 11 messages failed."


async def test_a_digest_pauses_itself_when_no_answers_come(sessions, now):
    await a_campaign(sessions, now, range(1, 101), kind=Kind.DIGEST)
    parcels = await started(sessions, now, limit=20)
    await settle(sessions, now, *(Settlement(p, Unknown("timed out"), 0) for p in parcels))
    assert await started(sessions, now) == []
    assert await tally(sessions) == Tally(total=100, queued=80, unknown=20)


async def test_the_failures_of_before_do_not_count_after_somebody_said_go_on(sessions, now):
    await a_campaign(sessions, now, range(1, 101))
    parcels = await started(sessions, now, limit=12)
    await settle(sessions, now, *(Settlement(p, Failed("bad"), 0) for p in parcels))
    async with sessions.begin() as session:
        await outbox.set_state(session, NAME, CampaignState.ACTIVE, None, now + MINUTE)
    (parcel,) = await started(sessions, now + MINUTE, limit=1)
    await settle(sessions, now + MINUTE, Settlement(parcel, Failed("bad"), 0))
    assert len(await started(sessions, now + MINUTE, limit=1)) == 1


async def test_blocked_people_do_not_pause_a_campaign(sessions, now):
    await a_campaign(sessions, now, range(1, 101))
    parcels = await started(sessions, now, limit=50)
    await settle(sessions, now, *(Settlement(p, Gone("blocked"), 0) for p in parcels))
    assert len(await started(sessions, now)) == 50


async def test_tally_by_variant(sessions, now):
    async with sessions.begin() as session:
        await outbox.open_campaign(session, NAME, Kind.URGENT, now)
        await outbox.enqueue(session, NAME, "en", Content(("hello",)), [1, 2], now)
        await outbox.enqueue(session, NAME, "ar", Content(("salam",)), [3], now)
        await outbox.enqueue(session, NAME, "fa", Content(("salam",)), [], now)
    parcel, *_ = await started(sessions, now, limit=1)
    await settle(sessions, now, sent(parcel))
    async with sessions() as session:
        assert await outbox.tally_by_variant(session, NAME) == {
            "ar": Tally(total=1, queued=1),
            "en": Tally(total=2, queued=1, sent=1),
            "fa": Tally(),
        }


async def test_forgetting_somebody_in_the_middle_keeps_the_counts(sessions, now):
    await a_campaign(sessions, now, [1, 2, 3, 4])
    done, on_its_way = await started(sessions, now, limit=2)
    await settle(sessions, now, sent(done))
    async with sessions.begin() as session:
        for person in (1, 2, 3):
            await people.forget(session, person, now=now)
    await settle(sessions, now, Settlement(on_its_way, TryLater(MINUTE, "x"), 0))
    assert [p.chat_id for p in await started(sessions, now + 2 * MINUTE)] == [4]
    assert await tally(sessions) == Tally(total=4, sending=1, sent=1, skipped=2)
    async with sessions() as session:
        assert [await people.known(session, person) for person in (1, 2, 3)] == [{}, {}, {}]
        assert await outbox.sent_messages(session, NAME) == []


async def test_a_forgotten_copy_on_its_way_is_not_sent_again_after_a_crash(sessions, now):
    await a_campaign(sessions, now, [1])
    await started(sessions, now)
    async with sessions.begin() as session:
        await people.forget(session, 1, now=now)
        await outbox.recover(session, now, all_claims=True)
    assert await tally(sessions) == Tally(total=1, unknown=1)
    assert await started(sessions, now) == []


@pytest.mark.parametrize(
    ("role", "left"),
    [
        pytest.param(Role.NEWCOMER, [Kind.NOTICE], id="a subscriber only"),
        pytest.param(Role.PARTNER, [Kind.NOTICE, Kind.URGENT], id="a partner too"),
    ],
)
async def test_who_unsubscribes_in_the_middle_gets_no_more(sessions, now, role, left):
    async with sessions.begin() as session:
        await people.set_role(session, 1, role, None, today=now.date())
        await subscriptions.subscribe(session, 1, today=now.date())
    for kind in Kind:
        await a_campaign(sessions, now, [1], name=f"{kind}:1", kind=kind)
    async with sessions.begin() as session:
        await subscriptions.unsubscribe(session, 1, now=now)
        copies = (await people.known(session, 1))["recipients"]
    assert isinstance(copies, list)
    assert all(c["settled_at"] == now for c in copies if c["status"] == Status.SKIPPED)
    assert [parcel.kind for parcel in await started(sessions, now)] == left
