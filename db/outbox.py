"""Queries about campaigns: what leaves for one reason, to whom, and how far it has come.

How a single copy moves is in `db.claims`; its four functions are offered here too.
"""

from collections.abc import Iterable
from datetime import datetime
from itertools import islice
from typing import NamedTuple

from sqlalchemy import ColumnElement, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from db.begun import has_begun
from db.claims import Recovered, claim, recover, settle, start
from db.documents import CONTENT, TEXT, dump
from db.mailing import MailRow
from db.sending import TURN, CampaignRow, MessageRow, RecipientRow
from db.upsert import insert
from delivery.model import Campaign, CampaignState, Content, Kind, Status, Tally
from delivery.policy import FROM_BACKUP, STALE_AFTER, STOOD_STILL, TOO_OLD
from locales.errors import Text

__all__ = [
    "Address",
    "Addressee",
    "Delivered",
    "Recovered",
    "claim",
    "empty",
    "enqueue",
    "find",
    "hold_all",
    "hold_stale",
    "in_state",
    "open_campaign",
    "recover",
    "sent_messages",
    "set_state",
    "settle",
    "start",
    "tally",
    "tally_by_variant",
    "total_accepted",
    "unknowns",
]

_ROWS_AT_ONCE = 500  # parameters of one INSERT stay far below both databases' limits


class Address(NamedTuple):
    """Where a copy goes: a chat and, in a forum group, the topic in which it is to stand.

    *not_before*: when it may leave; None for when the others do. *targets*: the messages
    that an edit or a deletion is about.
    """

    chat_id: int
    thread_id: int | None = None
    not_before: datetime | None = None
    targets: tuple[int, ...] = ()


class Addressee(NamedTuple):
    """A chat that is to get something, and the language it chose (None: no choice)."""

    chat_id: int
    language: str | None
    thread_id: int | None = None

    @property
    def address(self) -> Address:
        """Where its copy goes."""
        return Address(self.chat_id, self.thread_id)


class Delivered(NamedTuple):
    """A chat and the ids of the messages that it got, in order."""

    chat_id: int
    message_ids: tuple[int, ...]


async def open_campaign(session: AsyncSession, campaign: str, kind: Kind, now: datetime) -> bool:
    """Start a campaign; False when there is one of this name already."""
    made = await session.scalars(
        insert(session, CampaignRow)
        .values(
            campaign=campaign,
            kind=kind,
            state=CampaignState.ACTIVE,
            created_at=now,
            state_at=now,
        )
        .on_conflict_do_nothing(index_elements=["campaign"])
        .returning(CampaignRow.campaign)
    )
    return made.one_or_none() is not None


async def enqueue(  # noqa: PLR0913  (what, to whom, and two moments)
    session: AsyncSession,
    campaign: str,
    variant: str,
    content: Content,
    chat_ids: Iterable[int | Address],
    now: datetime,
    *,
    not_before: datetime | None = None,
) -> int:
    """Queue *content* for the chats and return how many are new to the campaign.

    A chat gets one copy of a campaign, whatever variant came first. Twice does no harm:
    the wording of a variant that is there already stays as it is. These copies do not leave
    before *not_before*, None for at once, unless an address says otherwise.

    Raises:
        LookupError: there is no such campaign.
    """
    kind = await session.scalar(select(CampaignRow.kind).where(CampaignRow.campaign == campaign))
    if kind is None:
        raise LookupError(f"no campaign {campaign}")
    message_id = await _message(session, campaign, variant, content)
    fresh = {
        "message_id": message_id,
        "campaign": campaign,
        "turn": TURN[Kind(kind)],
        "status": Status.QUEUED,
        "not_before": now if not_before is None else not_before,
        "attempts": 0,
        "claims": 0,
        "parts_sent": 0,
        "message_ids": [],
    }
    addresses = (each if isinstance(each, Address) else Address(each) for each in chat_ids)
    # as one statement with many parameters: a VALUES of 500 rows is worded anew for each 500,
    # which took 2.4 s of processor for 10,000 copies, and takes 0.3 s like this
    statement = (
        insert(session, RecipientRow)
        .on_conflict_do_nothing(index_elements=["campaign", "chat_id"])
        .returning(RecipientRow.id)
    )
    new, waiting = 0, iter({each.chat_id: each for each in addresses}.values())
    while some := list(islice(waiting, _ROWS_AT_ONCE)):
        done = await session.scalars(statement, [{**fresh, **_given(each)} for each in some])
        new += len(done.all())
    return new


def _given(address: Address) -> dict[str, object]:
    given: dict[str, object] = {
        "chat_id": address.chat_id,
        "thread_id": address.thread_id,
        "targets": list(address.targets) or None,
    }
    return given if address.not_before is None else given | {"not_before": address.not_before}


async def find(session: AsyncSession, campaign: str) -> Campaign | None:
    """Return the campaign, or None."""
    row = await session.get(CampaignRow, campaign, populate_existing=True)
    return _campaign(row) if row is not None else None


async def in_state(session: AsyncSession, state: CampaignState) -> list[Campaign]:
    """Return the campaigns in *state*, oldest first."""
    rows = await session.scalars(
        select(CampaignRow)
        .where(CampaignRow.state == state)
        .order_by(CampaignRow.created_at, CampaignRow.campaign)
    )
    return [_campaign(row) for row in rows]


async def set_state(
    session: AsyncSession,
    campaign: str,
    state: CampaignState,
    reason: Text | None,
    now: datetime,
) -> bool:
    """Pause, hold, go on or cancel; False if nothing changes. A cancelled one stays so.

    Cancelling skips what waits, mails too; the *reason* stays only where nothing has left
    (`db.archive`). Going on starts the clock of "too old" anew: somebody has just said yes.
    """
    if state is CampaignState.CANCELLED and await _has_begun(session, campaign):
        reason = None
    changed = await session.scalars(
        update(CampaignRow)
        .where(CampaignRow.campaign == campaign)
        .where(CampaignRow.state.not_in([state, CampaignState.CANCELLED]))
        .values(state=state, reason=_reason(reason), state_at=now)
        .returning(CampaignRow.campaign)
    )
    if changed.one_or_none() is None:
        return False
    if state is CampaignState.CANCELLED:
        await session.execute(
            update(RecipientRow)
            .where(RecipientRow.campaign == campaign, RecipientRow.status == Status.QUEUED)
            .values(status=Status.SKIPPED, settled_at=now)
        )
        await session.execute(
            update(MailRow)
            .where(MailRow.campaign == campaign, MailRow.status == Status.QUEUED)
            .values(status=Status.SKIPPED, claimed_until=None, settled_at=now)
        )
    return True


async def empty(session: AsyncSession, campaign: str) -> bool:
    """Delete the wordings and copies of a campaign; False if anything of it has left."""
    if await _has_begun(session, campaign):
        return False
    await session.execute(
        delete(MessageRow)  # its copies go with it
        .where(MessageRow.campaign == campaign)
        .execution_options(synchronize_session=False)
    )
    return True


async def hold_stale(session: AsyncSession, now: datetime) -> list[str]:
    """Hold the campaigns that waited too long, and return their names.

    Two hours for urgent updates, a day for digests, before anything left or since the last copy
    was settled: somebody must confirm that the news still holds. A copy that waits for the hour
    its reader chose, or for its next attempt, does not wait too long. Mails count too before
    anything left: of a digest nobody may wait in Telegram.
    """
    held: list[str] = []
    for kind, limit in STALE_AFTER.items():
        for reason, waited in _too_long(now - limit):
            found = await session.scalars(
                update(CampaignRow)
                .where(CampaignRow.kind == kind, CampaignRow.state == CampaignState.ACTIVE)
                .where(CampaignRow.state_at < now - limit, waited)
                .values(state=CampaignState.HELD, reason=_reason(reason), state_at=now)
                .returning(CampaignRow.campaign)
                .execution_options(synchronize_session=False)
            )
            held.extend(found)
    return sorted(held)


def _too_long(before: datetime) -> tuple[tuple[Text, ColumnElement[bool]], ...]:
    """Return why a campaign is held, and the condition that it waits since *before*."""
    copies = select(RecipientRow.id).where(RecipientRow.campaign == CampaignRow.campaign)
    overdue = copies.where(
        RecipientRow.status == Status.QUEUED,
        RecipientRow.not_before.is_(None) | (RecipientRow.not_before < before),
    ).exists()
    mails = select(MailRow.id).where(
        MailRow.campaign == CampaignRow.campaign,
        MailRow.status == Status.QUEUED,
        MailRow.not_before < before,
    )
    moved = copies.where(RecipientRow.settled_at >= before).exists()
    return (
        (TOO_OLD, or_(overdue, mails.exists()) & ~has_begun()),
        (STOOD_STILL, overdue & ~moved & has_begun()),
    )


async def hold_all(session: AsyncSession, now: datetime) -> list[str]:
    """Hold every campaign of which something waits or is on its way, after a restore.

    Nothing of them leaves until somebody confirms.
    """
    is_open = [Status.QUEUED, Status.SENDING]
    copies = select(RecipientRow.id).where(
        RecipientRow.campaign == CampaignRow.campaign, RecipientRow.status.in_(is_open)
    )
    mails = select(MailRow.id).where(
        MailRow.campaign == CampaignRow.campaign, MailRow.status.in_(is_open)
    )
    held = await session.scalars(
        update(CampaignRow)
        .where(CampaignRow.state.in_([CampaignState.ACTIVE, CampaignState.PAUSED]))
        .where(or_(copies.exists(), mails.exists()))
        .values(state=CampaignState.HELD, reason=_reason(FROM_BACKUP), state_at=now)
        .returning(CampaignRow.campaign)
        .execution_options(synchronize_session=False)
    )
    return sorted(held)


async def tally(session: AsyncSession, campaign: str) -> Tally:
    """Return how many copies are in each state."""
    rows = await session.execute(
        select(RecipientRow.status, func.count())
        .where(RecipientRow.campaign == campaign)
        .group_by(RecipientRow.status)
    )
    return _tally({Status(status): number for status, number in rows})


async def tally_by_variant(session: AsyncSession, campaign: str) -> dict[str, Tally]:
    """Return the tally of each variant (language), by its name; variants without copies too."""
    rows = await session.execute(
        select(MessageRow.variant, RecipientRow.status, func.count(RecipientRow.id))
        .outerjoin(RecipientRow, RecipientRow.message_id == MessageRow.id)
        .where(MessageRow.campaign == campaign)
        .group_by(MessageRow.variant, RecipientRow.status)
        .order_by(MessageRow.variant)
    )
    counted: dict[str, dict[Status, int]] = {}
    for variant, status, number in rows:
        states = counted.setdefault(variant, {})
        if status is not None:
            states[Status(status)] = number
    return {variant: _tally(states) for variant, states in counted.items()}


async def unknowns(session: AsyncSession, campaign: str) -> list[int]:
    """Return the chats whose copy may or may not have arrived."""
    rows = await session.scalars(
        select(RecipientRow.chat_id)
        .where(RecipientRow.campaign == campaign, RecipientRow.status == Status.UNKNOWN)
        .order_by(RecipientRow.chat_id)
    )
    return [chat_id for chat_id in rows if chat_id is not None]


async def sent_messages(session: AsyncSession, campaign: str) -> list[Delivered]:
    """Return who got what, by chat id, to correct or recall it; in part counts too."""
    rows = await session.execute(
        select(RecipientRow.chat_id, RecipientRow.message_ids)
        .where(RecipientRow.campaign == campaign, RecipientRow.parts_sent > 0)
        .where(RecipientRow.chat_id.is_not(None))
        .order_by(RecipientRow.chat_id)
    )
    return [
        Delivered(chat_id, tuple(message_ids))
        for chat_id, message_ids in rows
        if chat_id is not None
    ]


async def under_way(session: AsyncSession) -> int:
    """Return how many copies of all campaigns wait or are being sent."""
    waiting = select(func.count()).where(RecipientRow.status.in_([Status.QUEUED, Status.SENDING]))
    return await session.scalar(waiting) or 0


async def total_accepted(session: AsyncSession) -> int:
    """Return how many messages Telegram has taken in all, to compare with its own record.

    Edits and deletions of earlier ones are left out.
    """
    new = select(func.sum(RecipientRow.parts_sent)).where(RecipientRow.targets.is_(None))
    return await session.scalar(new) or 0


async def _message(session: AsyncSession, campaign: str, variant: str, content: Content) -> int:
    await session.execute(
        insert(session, MessageRow)
        .values(campaign=campaign, variant=variant, content=dump(CONTENT, content))
        .on_conflict_do_nothing(index_elements=["campaign", "variant"])
    )
    found = await session.scalars(
        select(MessageRow.id).where(MessageRow.campaign == campaign, MessageRow.variant == variant)
    )
    return found.one()


async def _has_begun(session: AsyncSession, campaign: str) -> bool:
    found = select(CampaignRow.campaign).where(CampaignRow.campaign == campaign, has_begun())
    return await session.scalar(found) is not None


def _reason(reason: Text | None) -> object:
    return None if reason is None else dump(TEXT, reason)


def _campaign(row: CampaignRow) -> Campaign:
    return Campaign(
        campaign=row.campaign,
        kind=Kind(row.kind),
        state=CampaignState(row.state),
        reason=None if row.reason is None else TEXT.validate_python(row.reason),
        created_at=row.created_at,
        state_at=row.state_at,
    )


def _tally(states: dict[Status, int]) -> Tally:
    counts = {status.value: number for status, number in states.items()}
    return Tally(total=sum(states.values()), **counts)
