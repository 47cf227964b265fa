"""What each role allows: a table that a new role or action must be added to."""

import pytest

from people.model import Action, Person, Role

MAY = {
    Role.NEWCOMER: set(),
    Role.PARTNER: {
        Action.SEE_WORKER_SERVICES,
        Action.SEE_UNCONFIRMED_RIGHTS,
        Action.EDIT_OWN_SERVICE,
        Action.POST,
    },
    Role.COORDINATOR: {
        Action.SEE_WORKER_SERVICES,
        Action.CONFIRM_SERVICE,
        Action.REVIEW_DIGEST,
        Action.BROADCAST,
        Action.MANAGE_PARTNERS,
        Action.SEE_HEALTH,
        Action.SEE_NEEDS,
        Action.ANSWER_TIPS,
        Action.SEE_UNCONFIRMED_RIGHTS,
        Action.CONFIRM_RIGHT,
        Action.EDIT_OWN_SERVICE,
        Action.POST,
        Action.EDIT_SERVICE,
        Action.APPROVE_CHANGE,
    },
}


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("action", Action)
def test_may(role, action):
    assert Person(1, role=role).may(action) == (action in MAY[role])


def test_somebody_unknown_is_a_newcomer():
    assert Person(1) == Person(1, None, Role.NEWCOMER, None)
