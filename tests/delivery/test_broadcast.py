import pytest

from delivery.broadcast import (
    Action,
    AlreadyDecided,
    Audience,
    Broadcast,
    OwnBroadcast,
    State,
    advance,
)
from tests.fakes import FakeClock

AUTHOR, OTHER = 1, 2


def a_broadcast(state: State) -> Broadcast:
    return Broadcast(5, AUTHOR, {"en": "hello"}, Audience.EVERYONE, state, FakeClock().now)


LIFE = {
    (State.DRAFT, Action.SUBMIT): State.PENDING,
    (State.DRAFT, Action.CANCEL): State.CANCELLED,
    (State.PENDING, Action.APPROVE): State.APPROVED,
    (State.PENDING, Action.REJECT): State.REJECTED,
    (State.PENDING, Action.CANCEL): State.CANCELLED,
    (State.SCHEDULED, Action.CANCEL): State.CANCELLED,
    (State.SCHEDULED, Action.NOW): State.APPROVED,
    (State.APPROVED, Action.UNDO): State.CANCELLED,
}


@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("state", State)
def test_every_state_and_action(state, action):
    if (state, action) in LIFE:
        assert advance(a_broadcast(state), action, OTHER) is LIFE[state, action]
    else:
        with pytest.raises(AlreadyDecided):
            advance(a_broadcast(state), action, OTHER)


@pytest.mark.parametrize("state", State)
def test_the_author_never_approves(state):
    with pytest.raises(OwnBroadcast):
        advance(a_broadcast(state), Action.APPROVE, AUTHOR)


@pytest.mark.parametrize("action", [Action.REJECT, Action.CANCEL])
def test_the_author_may_take_it_back(action):
    assert advance(a_broadcast(State.PENDING), action, AUTHOR) is LIFE[State.PENDING, action]
