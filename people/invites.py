"""Invitations that make somebody a partner: one-time links that expire. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

LIFETIME = timedelta(days=7)  # long enough for a part-time worker to come back to the office


@dataclass(frozen=True, slots=True)
class Invite:
    """An invitation that is still open. The token itself is never kept, only its hash.

    *created_by*: the coordinator, None once they asked to be forgotten.
    """

    id: int
    organisation: str
    created_by: int | None
    created_at: datetime
    expires_at: datetime
