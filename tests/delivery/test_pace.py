from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from delivery.pace import ChatPace

START = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)


def moments_of(chats, chat_id, gaps):
    """Ask after each of the gaps (seconds), and wait as long as is said."""
    now, moments = START, []
    for gap in gaps:
        now = chats.reserve(chat_id, now + timedelta(seconds=gap))
        moments.append(now)
    return moments


@pytest.mark.parametrize(
    ("chat_id", "limit", "most"),
    [
        pytest.param(5, timedelta(seconds=10), 13, id="person: burst of three, then one a second"),
        pytest.param(-5, timedelta(minutes=1), 20, id="group: twenty in any minute"),
    ],
)
@given(gaps=st.lists(st.floats(0, 20), min_size=1, max_size=60))
def test_no_asking_gets_a_chat_more_than_its_limit(chat_id, limit, most, gaps):
    moments = moments_of(ChatPace(), chat_id, gaps)
    assert max(sum(m <= other < m + limit for other in moments) for m in moments) <= most


def test_who_waited_gets_the_burst_again():
    chats = ChatPace()
    assert moments_of(chats, 5, [0, 0, 0]) == [START] * 3
    assert chats.free_at(5, START) == START + timedelta(seconds=1)
    later = START + timedelta(seconds=3)
    assert [chats.reserve(5, later) for _ in range(3)] == [later] * 3


def test_a_clock_that_is_set_back_keeps_nobody_waiting():
    chats = ChatPace()
    moments_of(chats, 5, [0, 0, 0])
    earlier = START - timedelta(hours=1)
    assert chats.free_at(5, earlier) - earlier <= timedelta(seconds=4)


def test_chats_do_not_wait_for_each_other():
    chats = ChatPace()
    moments_of(chats, 5, [0] * 10)
    assert chats.reserve(6, START) == START


def test_what_was_not_used_can_be_given_back():
    chats = ChatPace()
    moments_of(chats, 5, [0, 0, 0])
    chats.give_back(5)
    assert chats.reserve(5, START) == START


def test_many_chats_do_not_make_it_forget_who_must_wait():
    chats = ChatPace()
    moments_of(chats, -5, [0, 0, 0])
    for number in range(1, 20_000):
        chats.reserve(number, START + timedelta(seconds=2))
    assert chats.free_at(-5, START + timedelta(seconds=2)) == START + timedelta(seconds=3.5)
