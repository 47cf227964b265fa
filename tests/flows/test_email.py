"""/email: an address given in the bot, which nothing links to who gave it."""

import pytest
from sqlalchemy import select

import db.drafts
import db.mails
from db.mailing import MailRow, MailSubscriberRow
from tests.flows.stage import ADA, NEWCOMER, PARTNER

ANN = "ann@example.com"
SENT = "Please look in your mailbox"


async def subscribers(stage):
    async with stage.sessions() as session:
        return list(await session.scalars(select(MailSubscriberRow)))


@pytest.fixture
def mailed(crew):
    """The staff of an installation that has a mail server."""
    object.__setattr__(crew.app, "mails", True)
    return crew


async def test_a_partner_gives_an_address_and_a_mail_asks_for_a_yes(mailed):
    assert "write the e-mail address" in (await mailed.says(PARTNER, "/email")).text
    assert "cannot send to this address" in (await mailed.says(PARTNER, "ann@nowhere")).text
    assert SENT in (await mailed.says(PARTNER, f" {ANN} ")).text
    (row,) = await subscribers(mailed)
    assert (row.address, row.language, row.confirmed_at) == (ANN, "en", None)
    async with mailed.sessions() as session:
        assert [each.status for each in await session.scalars(select(MailRow))] == ["queued"]
        assert await db.drafts.find(session, PARTNER) is None
    # nothing links the two
    kept = await mailed.rows()
    with_id = [name for name, rows in kept.items() if any(PARTNER in row for row in rows)]
    assert "mail_subscribers" not in with_id and "mails" not in with_id


async def test_a_reader_may_and_a_stranger_is_told_how(mailed):
    await mailed.knows(NEWCOMER)
    assert "Send /subscribe" in (await mailed.says(NEWCOMER, "/email")).text
    await mailed.says(NEWCOMER, "/subscribe")
    await mailed.says(NEWCOMER, "/email")
    assert SENT in (await mailed.says(NEWCOMER, ANN)).text


async def test_the_mail_comes_as_often_and_when_the_digest_does(mailed):
    await mailed.knows(NEWCOMER)
    await mailed.says(NEWCOMER, "/subscribe")
    await mailed.presses(NEWCOMER, "How often and when")
    await mailed.presses(NEWCOMER, "Every day")
    await mailed.presses(NEWCOMER, "Choose the time")
    await mailed.presses(NEWCOMER, "06:00")
    await mailed.says(NEWCOMER, "/email")
    await mailed.says(NEWCOMER, ANN)
    (row,) = await subscribers(mailed)
    assert (row.frequency, row.hour) == ("daily", 6)


async def test_words_of_danger_are_heard_although_an_address_is_waited_for(mailed):
    await mailed.knows(NEWCOMER)
    await mailed.says(NEWCOMER, "/subscribe")
    await mailed.says(NEWCOMER, "/email")
    assert "999" in (await mailed.says(NEWCOMER, "my husband hits me")).text
    assert await subscribers(mailed) == []


async def test_who_thinks_again_presses_a_button(mailed):
    await mailed.says(ADA, "/email")
    assert "Nothing was sent." in (await mailed.presses(ADA, "Stop without sending")).text
    await mailed.says(ADA, ANN)
    assert await subscribers(mailed) == []


async def test_nobody_gives_many_addresses(mailed):
    said = []
    for number in range(4):
        await mailed.says(PARTNER, "/email")
        said.append((await mailed.says(PARTNER, f"r{number}@example.com")).text)
    assert all(SENT in each for each in said[:3]) and "enough for today" in said[3]
    assert len(await subscribers(mailed)) == 3


async def test_without_a_mail_server_the_bot_says_so(crew):
    assert "does not come by e-mail here" in (await crew.says(PARTNER, "/email")).text
