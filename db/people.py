"""Queries about people: language, role, presence, and being forgotten."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from hashlib import sha256

from sqlalchemy import BigInteger, case, delete, exists, literal, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from db import erasures
from db.listings import ProposalRow, ServiceChangeRow, ServiceOwnerRow, ServiceTaskRow
from db.models import (
    AlertRow,
    AuditRow,
    DraftRow,
    EndedRoleRow,
    InviteRow,
    PersonRow,
    RightConfirmationRow,
    ServiceRow,
    SubscriptionRow,
)
from db.news import ItemRow
from db.sending import (
    AmendmentRow,
    BroadcastAnswerRow,
    BroadcastRow,
    EditionRow,
    RecipientRow,
    ReportViewRow,
    TemplateRow,
)
from db.upsert import insert
from db.voice import CheckInRow, ShownRow, TipRow
from delivery.broadcast import State
from delivery.model import Status
from people.model import Person, Role


async def find(session: AsyncSession, person_id: int) -> Person | None:
    """Return the person, or None for somebody of whom nothing is stored."""
    row = await session.get(PersonRow, person_id, populate_existing=True)
    return _person(row) if row is not None else None


async def with_role(session: AsyncSession, role: Role) -> list[Person]:
    """Return everybody with *role*, by id."""
    rows = await session.scalars(
        select(PersonRow).where(PersonRow.role == role).order_by(PersonRow.person_id)
    )
    return [_person(row) for row in rows]


async def partners_of(session: AsyncSession, organisation: str) -> list[Person]:
    """Return the partners who work for *organisation*, whatever the case of its letters."""
    return [
        each
        for each in await with_role(session, Role.PARTNER)
        if (each.organisation or "").casefold() == organisation.casefold()
    ]


async def choose_language(
    session: AsyncSession, person_id: int, language: str, *, today: date
) -> None:
    """Store the language that the person chose; what they asked for comes in it too."""
    await _put(session, person_id, {"language": language}, today)
    await session.execute(
        update(AlertRow)
        .where(AlertRow.chat_id == person_id, AlertRow.language != language)
        .values(language=language)
    )


async def met(session: AsyncSession, person_id: int, *, today: date) -> tuple[Person | None, bool]:
    """Return the person as `find` does, and whether `seen` would change nothing.

    It would not for a stranger, nor for somebody noted today already who is not paused. One
    query for both, because every update begins with it.
    """
    asked = select(literal(person_id, BigInteger).label("person_id")).subquery()
    found = await session.execute(
        select(
            PersonRow.person_id,
            PersonRow.language,
            PersonRow.role,
            PersonRow.organisation,
            PersonRow.seen_on,
            PersonRow.paused_at.is_not(None)
            | SubscriptionRow.paused_at.is_not(None)
            | exists().where(
                AlertRow.chat_id == asked.c.person_id, AlertRow.paused_at.is_not(None)
            ),
        )
        .select_from(asked)
        .outerjoin(PersonRow, PersonRow.person_id == asked.c.person_id)
        .outerjoin(SubscriptionRow, SubscriptionRow.chat_id == asked.c.person_id)
    )
    known, language, role, organisation, seen_on, paused = found.one()
    person = None if known != person_id else Person(known, language, Role(role), organisation)
    return person, (person is None or seen_on == today) and not paused


async def seen(session: AsyncSession, person_id: int, *, today: date) -> None:
    """Note the day of contact and end a pause; makes no row for a stranger."""
    await session.execute(
        update(PersonRow)
        .where(PersonRow.person_id == person_id)
        .where((PersonRow.seen_on != today) | PersonRow.paused_at.is_not(None))
        .values(seen_on=today, paused_at=None)
    )
    for row in (SubscriptionRow, AlertRow):
        await session.execute(
            update(row)
            .where(row.chat_id == person_id, row.paused_at.is_not(None))
            .values(paused_at=None)
        )


async def make_partner(
    session: AsyncSession, person_id: int, organisation: str, *, today: date
) -> None:
    """Make the person a partner of *organisation*; a coordinator stays coordinator."""
    role = case(
        (PersonRow.role == Role.COORDINATOR, PersonRow.role.expression),
        else_=Role.PARTNER,
    )
    values = {"role": Role.PARTNER, "organisation": organisation, "role_decided_on": today}
    await session.execute(
        insert(session, PersonRow)
        .values(person_id=person_id, created_on=today, seen_on=today, **values)
        .on_conflict_do_update(index_elements=["person_id"], set_={**values, "role": role})
    )


async def set_role(
    session: AsyncSession, person_id: int, role: Role, organisation: str | None, *, today: date
) -> None:
    """Give the person *role*; *organisation* is theirs from now on, None for none."""
    values = {"role": role, "organisation": organisation, "role_decided_on": today}
    await _put(session, person_id, values, today)


async def seed_coordinators(session: AsyncSession, ids: Sequence[int], *, today: date) -> list[int]:
    """Make those of *ids* coordinators whose role nobody decided before; return these.

    So a coordinator whose role was ended in the bot does not come back with a restart, not
    even by asking to be forgotten in between.
    """
    made: list[int] = []
    marks = {_mark(person_id): person_id for person_id in ids}
    ended = set(
        await session.scalars(select(EndedRoleRow.mark).where(EndedRoleRow.mark.in_(marks)))
    )
    for person_id in (person_id for mark, person_id in marks.items() if mark not in ended):
        values = {"role": Role.COORDINATOR, "role_decided_on": today}
        done = await session.scalars(
            insert(session, PersonRow)
            .values(person_id=person_id, created_on=today, seen_on=today, **values)
            .on_conflict_do_update(
                index_elements=["person_id"],
                set_=values,
                where=PersonRow.role_decided_on.is_(None),
            )
            .returning(PersonRow.person_id)
        )
        made.extend(done)
    return made


async def end_role(session: AsyncSession, person_id: int, *, today: date) -> None:
    """Make the person a newcomer for as long as nobody gives them a role again.

    They answer for no service any more: that was named with the role.
    """
    await set_role(session, person_id, Role.NEWCOMER, None, today=today)
    await session.execute(delete(ServiceOwnerRow).where(ServiceOwnerRow.person_id == person_id))
    await session.execute(
        insert(session, EndedRoleRow)
        .values(mark=_mark(person_id))
        .on_conflict_do_nothing(index_elements=["mark"])
    )


def _mark(person_id: int) -> str:
    return sha256(f"ended role of {person_id}".encode()).hexdigest()


async def pause(session: AsyncSession, person_id: int, *, now: datetime) -> None:
    """Send nothing to the person until they write again (they blocked the bot)."""
    await pause_all(session, [person_id], "blocked", now=now)


async def pause_all(
    session: AsyncSession, chat_ids: Collection[int], reason: str, *, now: datetime
) -> None:
    """Send nothing to these chats until they write again; what waits for them is given up."""
    ids = list(chat_ids)
    for row, key in (
        (PersonRow, PersonRow.person_id),
        (SubscriptionRow, SubscriptionRow.chat_id),
        (AlertRow, AlertRow.chat_id),
    ):
        await session.execute(
            update(row).where(key.in_(ids), row.paused_at.is_(None)).values(paused_at=now)
        )
    await session.execute(
        update(RecipientRow)
        .where(RecipientRow.chat_id.in_(ids), RecipientRow.status == Status.QUEUED)
        .values(status=Status.GONE, reason=reason, settled_at=now)
    )


async def forget(session: AsyncSession, person_id: int, *, now: datetime) -> None:
    """Delete what is stored about the person; counts of what was sent stay as they are.

    Copies that wait are skipped, and all copies lose the chat id. What a coordinator did
    stays, without saying who; their updates that wait for approval are cancelled, because
    nobody could tell any more whether the author approves, and so are planned ones that they
    approved alone, because nobody would stand behind them. A mark stays (`db.erasures`), so
    that no backup brings the person back.
    """
    await erasures.put(session, {erasures.mark(person_id): now})
    alone = BroadcastRow.override.is_not(None) & (BroadcastRow.state == State.SCHEDULED)
    await session.execute(
        update(BroadcastRow)
        .where(
            BroadcastRow.author_id == person_id,
            BroadcastRow.state.in_([State.DRAFT, State.PENDING]) | alone,
        )
        .values(state=State.CANCELLED)
    )
    mine = RecipientRow.chat_id == person_id
    await session.execute(
        update(RecipientRow)
        .where(mine, RecipientRow.status == Status.QUEUED)
        .values(status=Status.SKIPPED, settled_at=now)
    )
    await session.execute(
        update(RecipientRow)
        .where(mine)
        .values(chat_id=None, message_ids=[], targets=None, read_at=None, reason=None)
    )
    for row, key in _OWN:
        await session.execute(delete(row).where(key == person_id))
    for acted, column in _ACTS:
        await session.execute(update(acted).where(column == person_id).values({column.key: None}))


async def everybody(session: AsyncSession) -> set[int]:
    """Return the Telegram number of everybody about whom anything is stored; chats too."""
    found: set[int] = set()
    for _row, key in (*_OWN, (RecipientRow, RecipientRow.chat_id), *_ACTS):
        rows = await session.scalars(select(key).where(key.is_not(None)).distinct())
        found.update(number for number in rows if number is not None)
    return found


async def known(session: AsyncSession, person_id: int) -> dict[str, list[dict[str, object]]]:
    """Return everything that is stored about the person, by table; empty tables are left out.

    Rows as mappings of column to value, for /mydata.
    """
    found: dict[str, list[dict[str, object]]] = {}
    for row, key in (*_OWN, (RecipientRow, RecipientRow.chat_id), *_ACTS):
        table = row.__table__
        rows = await session.execute(select(*table.columns).where(key == person_id))
        if values := [dict(each) for each in rows.mappings()]:
            before = found.setdefault(row.__tablename__, [])
            before.extend(value for value in values if value not in before)
    return found


async def purge_unseen(session: AsyncSession, *, before: date) -> int:
    """Delete newcomers last seen before that day who have no subscription; return how many."""
    gone = await session.scalars(
        delete(PersonRow)
        .where(PersonRow.role == Role.NEWCOMER, PersonRow.seen_on < before)
        .where(~exists().where(SubscriptionRow.chat_id == PersonRow.person_id))
        .returning(PersonRow.person_id)
    )
    ids = gone.all()
    await session.execute(delete(ServiceOwnerRow).where(ServiceOwnerRow.person_id.in_(ids)))
    return len(ids)


_OWN = (
    (PersonRow, PersonRow.person_id),
    (SubscriptionRow, SubscriptionRow.chat_id),
    (AlertRow, AlertRow.chat_id),
    (BroadcastAnswerRow, BroadcastAnswerRow.chat_id),
    (DraftRow, DraftRow.person_id),
    (ReportViewRow, ReportViewRow.chat_id),
    (ShownRow, ShownRow.chat_id),
    (CheckInRow, CheckInRow.chat_id),
    (TipRow, TipRow.chat_id),
    (ServiceOwnerRow, ServiceOwnerRow.person_id),
)
_ACTS = (
    (AuditRow, AuditRow.actor_id),
    (BroadcastRow, BroadcastRow.author_id),
    (BroadcastRow, BroadcastRow.decided_by),
    (AmendmentRow, AmendmentRow.author_id),
    (AmendmentRow, AmendmentRow.decided_by),
    (TemplateRow, TemplateRow.created_by),
    (EditionRow, EditionRow.decided_by),
    (ItemRow, ItemRow.decided_by),
    (ItemRow, ItemRow.submitted_by),
    (ServiceRow, ServiceRow.confirmed_by),
    (RightConfirmationRow, RightConfirmationRow.confirmed_by),
    (ServiceChangeRow, ServiceChangeRow.actor_id),
    (ProposalRow, ProposalRow.proposed_by),
    (ProposalRow, ProposalRow.decided_by),
    (ServiceTaskRow, ServiceTaskRow.closed_by),
    (InviteRow, InviteRow.created_by),
    (InviteRow, InviteRow.used_by),
)


async def _put(
    session: AsyncSession, person_id: int, values: Mapping[str, object], today: date
) -> None:
    fresh = {"role": Role.NEWCOMER, "created_on": today, "seen_on": today}
    await session.execute(
        insert(session, PersonRow)
        .values(person_id=person_id, **{**fresh, **values})
        .on_conflict_do_update(index_elements=["person_id"], set_={**values, "seen_on": today})
    )


def _person(row: PersonRow) -> Person:
    return Person(
        id=row.person_id,
        language=row.language,
        role=Role(row.role),
        organisation=row.organisation,
    )
