from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from delivery import policy
from delivery.model import Failed, Gone, Kind, Moved, Sent, Status, TryLater, Unknown
from tests.fakes import FakeClock, a_parcel

NOW = FakeClock().now


@pytest.mark.parametrize(
    ("attempts", "wait"),
    [
        pytest.param(1, timedelta(seconds=15), id="first failure: fifteen seconds"),
        pytest.param(2, timedelta(seconds=30), id="then twice as long"),
        pytest.param(6, timedelta(minutes=8), id="eight minutes"),
        pytest.param(7, timedelta(minutes=10), id="never more than ten"),
        pytest.param(5000, timedelta(minutes=10), id="no overflow"),
    ],
)
def test_waits_double_up_to_ten_minutes(attempts, wait):
    assert policy.retry_at(attempts, NOW) == NOW + wait


def test_no_wait_without_a_failure():
    with pytest.raises(ValueError, match="at least 1"):
        policy.retry_at(0, NOW)


@pytest.mark.parametrize(
    ("kind", "outcome", "status"),
    [
        pytest.param(Kind.URGENT, Sent((1,)), Status.SENT, id="sent"),
        pytest.param(Kind.URGENT, Gone("blocked"), Status.GONE, id="blocked"),
        pytest.param(Kind.DIGEST, Failed("too long"), Status.FAILED, id="refused"),
        pytest.param(Kind.DIGEST, Moved(-5), Status.QUEUED, id="moved twice: again later"),
        pytest.param(Kind.DIGEST, TryLater(timedelta(), "x"), Status.QUEUED, id="no network"),
        pytest.param(Kind.DIGEST, Unknown("x"), Status.UNKNOWN, id="digests never repeat"),
        pytest.param(Kind.URGENT, Unknown("x"), Status.QUEUED, id="urgent ones do"),
        pytest.param(Kind.NOTICE, Unknown("x"), Status.QUEUED, id="notices do"),
    ],
)
def test_what_an_outcome_leads_to(kind, outcome, status):
    then = policy.after(a_parcel(1, kind=kind), outcome, NOW)
    assert (then.status, then.attempts) == (status, 1)


def test_a_flood_answer_is_no_attempt():
    wait = timedelta(minutes=10)
    parcel = a_parcel(1, attempts=policy.MOST_ATTEMPTS)
    then = policy.after(parcel, TryLater(wait, "flood", flood=True), NOW)
    assert then == policy.Next(Status.QUEUED, policy.MOST_ATTEMPTS, NOW + wait, "flood")


@pytest.mark.parametrize(
    ("outcome", "status"),
    [
        pytest.param(TryLater(timedelta(), "x"), Status.FAILED, id="never left us: failed"),
        pytest.param(Unknown("x"), Status.UNKNOWN, id="may have arrived: unknown"),
        pytest.param(Moved(-5), Status.FAILED, id="moves for ever: failed"),
    ],
)
def test_at_some_point_it_gives_up(outcome, status):
    parcel = a_parcel(1, attempts=policy.MOST_ATTEMPTS - 1)
    assert policy.after(parcel, outcome, NOW).status is status


def test_an_outage_of_an_hour_and_a_half_loses_nothing():
    moment, parcel, then = NOW, a_parcel(1), policy.Next(Status.QUEUED, 0)
    while moment < NOW + timedelta(minutes=90):
        then = policy.after(parcel, TryLater(timedelta(), "no connection"), moment)
        assert then.not_before is not None
        moment, parcel = then.not_before, a_parcel(1, attempts=then.attempts)
    assert then.status is Status.QUEUED


@given(
    attempts=st.integers(0, 100),
    kind=st.sampled_from(Kind),
    outcome=st.one_of(
        st.builds(Sent, st.tuples(st.integers(1))),
        st.builds(Gone, st.text()),
        st.builds(Failed, st.text()),
        st.builds(Moved, st.integers()),
        st.builds(Unknown, st.text()),
        st.builds(TryLater, st.timedeltas(timedelta(), timedelta(days=1)), st.text()),
    ),
)
def test_what_waits_knows_until_when_and_nothing_is_left_on_its_way(attempts, kind, outcome):
    then = policy.after(a_parcel(1, kind=kind, attempts=attempts), outcome, NOW)
    assert then.status is not Status.SENDING
    assert (then.status is Status.QUEUED) == (then.not_before is not None)
    assert then.attempts == attempts + 1


SENT, FAILED, GONE, UNKNOWN = Status.SENT, Status.FAILED, Status.GONE, Status.UNKNOWN


@pytest.mark.parametrize(
    ("first", "last", "pauses"),
    [
        pytest.param([SENT] * 190 + [FAILED] * 10, [SENT], False, id="5 % of 200 is allowed"),
        pytest.param([SENT] * 189 + [FAILED] * 11, [SENT], True, id="more than 5 % is not"),
        pytest.param([FAILED] * 11, [FAILED] * 11, True, id="certain before 200 are through"),
        pytest.param([SENT] * 100 + [GONE] * 100, [SENT], False, id="gone is nobody's mistake"),
        pytest.param([SENT] * 200 + [FAILED] * 19, [FAILED] * 19, False, id="19 in a row"),
        pytest.param([SENT] * 200 + [FAILED] * 20, [FAILED] * 20, True, id="20 in a row"),
        pytest.param(
            [SENT] * 200, [FAILED] * 10 + [GONE] + [FAILED] * 10, True, id="gone breaks no row"
        ),
        pytest.param([SENT] * 200, [FAILED] * 19 + [SENT], False, id="a sent one breaks it"),
        pytest.param([SENT] * 200, [UNKNOWN] * 20, True, id="20 in a row without an answer"),
        pytest.param([UNKNOWN] * 19, [UNKNOWN] * 19, False, id="19 without an answer"),
        pytest.param([], [FAILED, UNKNOWN] * 10, True, id="some failed, some without an answer"),
        pytest.param([], [], False, id="nothing yet"),
    ],
)
def test_the_circuit_breaker(first, last, pauses):
    assert (policy.should_pause(first, last) is not None) == pauses


def test_a_pause_says_why():
    assert str(policy.should_pause([FAILED] * 11, [])) == "11 of the first 11 messages failed."
    assert str(policy.should_pause([], [FAILED] * 20)) == "The last 20 messages all failed."
    silence = [Status.UNKNOWN] * 20
    told = "It is not known if the last 20 messages arrived."
    assert str(policy.should_pause([], silence)) == told


@pytest.mark.parametrize(
    ("kind", "per_second", "most"),
    [
        pytest.param(Kind.URGENT, 1, 8, id="slow: a few"),
        pytest.param(Kind.URGENT, 28, 28, id="urgent: a second's worth"),
        pytest.param(Kind.URGENT, 950, 200, id="urgent and paid: what the connections allow"),
        pytest.param(Kind.DIGEST, 28, 8, id="a digest: few may be of unknown fate"),
        pytest.param(Kind.DIGEST, 950, 190, id="a digest, paid"),
        pytest.param(Kind.NOTICE, 950, 8, id="notices: always few"),
    ],
)
def test_how_many_may_be_on_their_way(kind, per_second, most):
    assert policy.window(kind, per_second) == most
