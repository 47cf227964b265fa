"""When each service changed, for whoever publishes the directory."""

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.listings import ServiceChangeRow
from db.models import ServiceRow
from directory.history import Cause
from directory.oruk.entries import Moments


async def moments(session: AsyncSession) -> dict[str, Moments]:
    """Return when each service that is not hidden changed, by its id.

    *edited* is the last change that was no import; None where there was none.
    """
    edits = await session.execute(
        select(ServiceChangeRow.service_id, func.max(ServiceChangeRow.at))
        .where(ServiceChangeRow.cause != Cause.IMPORT)
        .group_by(ServiceChangeRow.service_id)
    )
    edited = dict(edits.all())
    rows = await session.execute(
        select(ServiceRow.id, ServiceRow.changed_at).where(ServiceRow.hidden_at.is_(None))
    )
    return {service_id: Moments(at, edited.get(service_id)) for service_id, at in rows}
