"""Queries about who asked to be forgotten, or stopped mails or alerts: no backup brings them back.

Hashes tell who that is, and the table keeps nothing else.

The same marks stand in a file beside the backups (`bot.erasures`).
"""

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from itertools import islice

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from db.models import ErasureRow
from db.upsert import insert

Marks = Mapping[str, datetime]  # when somebody with this mark asked last

_AT_ONCE = 500


def mark(person_id: int) -> str:
    """Return what stands for the person: it tells who only to somebody who guesses the number."""
    return sha256(f"erasure of {person_id}".encode()).hexdigest()


def mail_mark(token: str) -> str:
    """Return what stands for a reader of mails, by the secret of their links (256 bits).

    Their address is not in it, so nobody can find out whose it is by guessing addresses.
    """
    return sha256(f"end of mails to {token}".encode()).hexdigest()


def alerts_mark(chat_id: int) -> str:
    """Return what stands for a chat that stopped all news that it had asked for."""
    return sha256(f"end of alerts of {chat_id}".encode()).hexdigest()


async def put(session: AsyncSession, marks: Marks) -> None:
    """Add *marks*; of one that is there the later moment stays."""
    waiting = iter(marks.items())
    while some := list(islice(waiting, _AT_ONCE)):
        adding = insert(session, ErasureRow).values([{"mark": one, "at": at} for one, at in some])
        await session.execute(
            adding.on_conflict_do_update(
                index_elements=["mark"],
                set_={"at": adding.excluded.at},
                where=ErasureRow.at < adding.excluded.at,
            )
        )


async def known(session: AsyncSession) -> dict[str, datetime]:
    """Return every mark, the oldest first."""
    rows = await session.execute(
        select(ErasureRow.mark, ErasureRow.at).order_by(ErasureRow.at, ErasureRow.mark)
    )
    return {row.mark: row.at for row in rows}
