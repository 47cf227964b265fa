"""Roles at the edge: every action asks again, at the press."""

from handlers.context import Context
from locales.errors import N_, UserError
from people.model import Action


class NotAllowed(UserError):
    """Somebody pressed or wrote what their role does not allow."""

    message = N_("Only coordinators can do this.")


class NotStaff(NotAllowed):
    """The same, for what partners may do too."""

    message = N_("Only partners and coordinators can do this.")


_OF_PARTNERS = frozenset({Action.EDIT_OWN_SERVICE, Action.SEE_WORKER_SERVICES, Action.POST})


def require(context: Context, action: Action) -> None:
    """Let the person of this update pass if their role allows *action*.

    Raises:
        NotAllowed: it does not; the caller has done nothing yet.
        Exception: the role is not known, because the database could not be asked.
    """
    if context.outage is not None:
        raise context.outage
    if not context.person.may(action):
        raise NotStaff if action in _OF_PARTNERS else NotAllowed
