"""/forget, with a row of the person in every table that can have one."""

from datetime import UTC, datetime

from sqlalchemy import BigInteger, select, update

from db import people, schema
from db.base import Base
from db.engine import make_engine, make_sessions
from db.sending import RecipientRow
from delivery.model import Status
from tests import rows

WHO = 987_654_321_012
NOW = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
_NO_PERSON = {"thread_id", "message_id"}  # numbers of Telegram that are not people's


def of_people():
    """Return every column that holds somebody's number."""
    return [
        column
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, BigInteger)
        and column.info["privacy"] != "about nobody"
        and not column.foreign_keys
        and column.name not in _NO_PERSON
    ]


async def test_nothing_of_the_person_is_left_in_any_table(tmp_path):
    url = f"sqlite:///{tmp_path / 'full.db'}"
    await rows.fill(url, schema.revisions()[0])
    engine = make_engine(url)
    sessions = make_sessions(engine)
    async with sessions.begin() as session:
        for column in of_people():
            # one statement each: in some tables the person is in several columns
            of_first = column.table.update().where(column == 1)
            await session.execute(of_first.values({column: WHO}))
        await session.execute(update(RecipientRow).values(status=Status.SENDING))
    assert str(await rows.read(url)).count(str(WHO)) == len(of_people()) > 25
    async with sessions.begin() as session:
        assert WHO in await people.everybody(session)
        await people.forget(session, WHO, now=NOW)
        assert WHO not in await people.everybody(session)
        assert await people.known(session, WHO) == {}
        copy = (
            await session.scalars(select(RecipientRow).where(RecipientRow.chat_id.is_(None)))
        ).first()
    await engine.dispose()
    assert str(WHO) not in str(await rows.read(url))
    assert copy is not None
    # so neither a correction nor a recall of what they got finds them
    assert (copy.message_ids, copy.targets, copy.read_at, copy.reason) == ([], None, None, None)
    assert copy.status == Status.SENDING, "counts add up still"
