"""What a copy does in its chat besides sending words: attachments, corrections, recalls."""

from datetime import timedelta

import pytest

from delivery.drain import Drained, drain
from delivery.model import (
    TOO_LATE,
    Act,
    Attachment,
    Content,
    Failed,
    Gone,
    Kind,
    Media,
    Parcel,
    TryLater,
)
from tests.fakes import FakeClock, FakeOutbox, FakeSender, FakeSleep

CHAT = 7
PLACE = Attachment(Media.LOCATION, latitude=53.8, longitude=-1.55)
BOTH = Content(("words",), attachment=PLACE)
RECALL = Content(("Taken back.",), act=Act.DELETE)


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def sender(clock):
    return FakeSender(clock)


@pytest.fixture
def run(clock, sender):
    async def run(*parcels, per_second=20):
        outbox = FakeOutbox(parcels)
        await drain(
            outbox, sender, per_second=per_second, now=clock, sleep=FakeSleep(clock), window=8
        )
        return outbox

    return run


def a_copy(content, **changed):
    return Parcel(1, CHAT, Kind.URGENT, content, **changed)


def edit(*parts):
    return Content(parts, act=Act.EDIT)


async def test_what_comes_with_it_goes_first_and_counts_as_a_piece(run, sender):
    outbox = await run(a_copy(BOTH))
    assert sender.sent == [(CHAT, "<location>"), (CHAT, "words")]
    assert outbox.settlements[0].message_ids == (1001, 1002)
    assert outbox.parcels[1].parts_sent == BOTH.pieces == 2


async def test_after_a_crash_the_picture_is_not_sent_again(run, sender):
    await run(a_copy(BOTH, parts_sent=1))
    assert sender.sent == [(CHAT, "words")]


async def test_who_is_asked_to_wait_between_gets_the_rest_later(run, sender, clock):
    sender.answers[CHAT].append(TryLater(timedelta(seconds=5), "flood", flood=True))
    outbox = await run(a_copy(BOTH))
    assert (sender.sent, outbox.parcels[1].parts_sent) == ([], 0)


async def test_a_picture_that_is_refused_does_not_keep_the_words(run, sender):
    sender.answers[CHAT].append(Failed("wrong file identifier"))
    outbox = await run(a_copy(BOTH))
    assert sender.sent == [(CHAT, "words")]
    assert outbox.settlements[0].message_ids == (1001,)


async def test_who_is_gone_gets_no_words_either(run, sender):
    sender.answers[CHAT].append(Gone("blocked"))
    await run(a_copy(BOTH))
    assert sender.sent == []


async def test_a_correction_edits_each_part_in_its_place(run, sender):
    await run(a_copy(edit("new one", "new two"), targets=(11, 12)))
    assert sender.changes == [(CHAT, "edit 11: new one"), (CHAT, "edit 12: new two")]
    assert sender.sent == []


async def test_a_part_that_never_arrived_needs_no_correction(run, sender):
    outbox = await run(a_copy(edit("new one", "new two"), targets=(11,)))
    assert sender.changes == [(CHAT, "edit 11: new one")]
    assert outbox.parcels[1].parts_sent == 2


async def test_a_recall_deletes_everything_at_once(run, sender):
    await run(a_copy(RECALL, targets=(11, 12)))
    assert sender.changes == [(CHAT, "delete 11 12")]


async def test_what_is_too_old_to_delete_says_that_it_was_taken_back(run, sender):
    sender.answers[CHAT].append(TOO_LATE)
    await run(a_copy(RECALL, targets=(11, 12)))
    assert sender.changes == [(CHAT, "edit 11: Taken back."), (CHAT, "edit 12: Taken back.")]


async def test_a_recall_that_comes_too_late_keeps_to_the_rate(run, sender):
    copies = [Parcel(n, n, Kind.URGENT, RECALL, targets=(n * 10, n * 10 + 1)) for n in range(1, 21)]
    for copy in copies:
        sender.answers[copy.chat_id].append(TOO_LATE)
    await run(*copies, per_second=5)
    moments = sorted(sender.moments)
    most = max(sum(m <= other < m + timedelta(seconds=1) for other in moments) for m in moments)
    assert len(moments) == 60
    assert most <= 6


async def test_a_recall_that_stops_half_way_is_done_again(run, sender, clock):
    sender.answers[CHAT].extend([TOO_LATE, Failed("message can't be edited")])
    outbox = await run(a_copy(RECALL, targets=(11, 12)))
    assert outbox.settlements[0].outcome == Failed("message can't be edited")
    assert outbox.parcels[1].parts_sent == 0


async def test_changes_are_counted_like_everything_that_leaves(clock, sender):
    outbox = FakeOutbox([a_copy(RECALL, targets=(11,))])
    done = await drain(outbox, sender, per_second=20, now=clock, sleep=FakeSleep(clock))
    assert done == Drained(attempted=1, sent=1)
