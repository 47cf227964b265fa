"""The limits, by a clock that the tests move."""

import json
from itertools import accumulate, cycle

import pytest

from sandbox import Sandbox, methods
from sandbox.limits import Limits, Rule, Wish
from sandbox.record import most_in_one_second


def bulk(chat_id, *, paid=False):
    return Wish(chat_id, group=False, unprompted=True, paid=paid)


@pytest.mark.parametrize(
    ("rule", "paid", "most"),
    [
        pytest.param(Rule.TELEGRAM, False, 30, id="thirty a second"),
        pytest.param(Rule.TELEGRAM, True, 30, id="a bot without stars cannot pay"),
        pytest.param(Rule.PAID, True, 1000, id="a thousand when paid for"),
        pytest.param(Rule.PAID, False, 30, id="paying is said in each message"),
        pytest.param(Rule.NONE, False, 5000, id="no limits"),
    ],
)
def test_most_at_once(rule, paid, most):
    limits = Limits(rule)
    assert sum(limits.admit(bulk(n, paid=paid), now=100.0) == 0 for n in range(5000)) == most


@pytest.mark.parametrize("step", [0.0, 0.01, 0.03, 0.4])
def test_no_second_ever_holds_more_than_thirty(step):
    limits, sent = Limits(Rule.TELEGRAM), []
    now = 100.0
    for chat in range(500):
        now += step
        while wait := limits.admit(bulk(chat), now=now):
            assert wait == 1
            now += 0.05
        sent.append(now)
    assert most_in_one_second(sent) <= 30


def test_refused_messages_do_not_count():
    limits = Limits(Rule.TELEGRAM)
    for chat in range(100):
        limits.admit(bulk(chat), now=100.0)
    assert limits.admit(bulk(200), now=101.0) == 0


@pytest.mark.parametrize(
    ("limits", "burst"),
    [
        pytest.param(Limits(Rule.TELEGRAM), 5, id="of five"),
        pytest.param(Limits(Rule.TELEGRAM, 9), 9, id="as long as the sandbox is told"),
    ],
)
def test_a_chat_takes_a_short_burst_then_one_a_second(limits, burst):
    answers = [limits.admit(Wish(1, False, False, False), now=100.0) for _ in range(burst + 2)]
    assert answers == [0] * burst + [1, 1]
    assert limits.admit(Wish(1, False, False, False), now=101.0) == 0
    assert limits.admit(Wish(1, False, False, False), now=101.0) == 1


def test_a_group_takes_twenty_a_minute():
    limits = Limits(Rule.TELEGRAM)
    wish = Wish(-5, True, False, False)
    assert [limits.admit(wish, now=100.0 + n) for n in range(20)] == [0] * 20
    assert limits.admit(wish, now=120.0) == 40
    assert limits.admit(wish, now=160.0) == 0


async def test_the_bot_is_told_how_long_to_wait(clock):
    sandbox = Sandbox(limits="telegram", clock=clock)
    people = [sandbox.person("P", started=True) for _ in range(31)]
    answers = [await send(sandbox, person.id) for person in people]
    assert [status for status, _ in answers] == [200] * 30 + [429]
    assert answers[30][1] == {
        "ok": False,
        "error_code": 429,
        "description": "Too Many Requests: retry after 1",
        "parameters": {"retry_after": 1},
    }
    clock.now += 1
    assert (await send(sandbox, people[30].id))[0] == 200
    counts = sandbox.record.counts()
    assert counts["accepted_messages"] == 31
    assert counts["refused"] == {"sendMessage": 1}
    assert counts["most_in_one_second"] == counts["most_unprompted_in_one_second"] == 30


async def test_the_record_counts_by_the_moments_that_the_limits_count_by():
    steps = cycle([0.001, 0.0, 0.004, 0.0, 0.002])  # time passes within a call, too
    moments = accumulate(steps, initial=100.0)
    sandbox = Sandbox(limits="telegram", clock=lambda: next(moments))
    people = [sandbox.person("P", started=True) for _ in range(120)]
    for person in people:
        while (await send(sandbox, person.id))[0] == 429:
            pass
    counts = sandbox.record.counts()
    assert counts["accepted_messages"] == 120
    assert counts["most_unprompted_in_one_second"] == 30


@pytest.mark.parametrize(
    ("seconds", "accepted"),
    [
        pytest.param(59, 1, id="answers within a minute are not bulk"),
        pytest.param(60, 0, id="after a minute they are"),
    ],
)
async def test_answers_do_not_count_as_bulk(clock, seconds, accepted):
    sandbox = Sandbox(limits="telegram", clock=clock)
    talker = sandbox.person("T")
    sandbox.say(talker.id, "hello")
    clock.now += seconds
    for _ in range(30):
        await send(sandbox, sandbox.person("P", started=True).id)
    answered = await send(sandbox, talker.id)
    assert (answered[0] == 200) == bool(accepted)
    assert sandbox.record.calls[-1].unprompted != bool(accepted)


async def send(sandbox, chat_id):
    answer = await methods.answer(sandbox, "sendMessage", {"chat_id": chat_id, "text": "x"})
    return answer.status, json.loads(answer.body)
