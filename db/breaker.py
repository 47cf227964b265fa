"""What the circuit breaker looks at: the first copies of a campaign and the last, as settled."""

from sqlalchemy import Select
from sqlalchemy.ext.asyncio import AsyncSession

from db.mailing import MailRow
from db.sending import RecipientRow
from delivery.model import Status
from delivery.policy import FIRST_SETTLED, MOST_FAILED_IN_A_ROW, should_pause
from locales.errors import Text


async def why_pause(
    session: AsyncSession, settled: Select[str], row: type[RecipientRow] | type[MailRow]
) -> Text | None:
    """Return why a campaign should wait, None when it may go on.

    *settled* selects the status of its copies that count, which are rows of *row*.
    """
    counted = settled.where(row.status != Status.SKIPPED)
    first = await session.scalars(counted.order_by(row.settled_at, row.id).limit(FIRST_SETTLED))
    last = await session.scalars(
        counted.where(row.status != Status.GONE)
        .order_by(row.settled_at.desc(), row.id.desc())
        .limit(MOST_FAILED_IN_A_ROW)
    )
    return should_pause([Status(each) for each in first], [Status(each) for each in last])
