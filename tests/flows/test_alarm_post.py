"""Alarms by e-mail: once each, also when Telegram or the database is what fails."""

from dataclasses import replace
from datetime import timedelta

import pytest

import db.saved
from bot.alarm_post import AlarmPost
from bot.signs import NO_SIGNS, Signs
from bot.watch import EVERY
from db.engine import make_sessions
from handlers.edition_sending import announce_due
from people.model import Role
from tests.engines import engine_on
from tests.flows.stage import ADA
from tests.flows.test_watch import WITHIN, a_watch, leads, looks, told
from tests.mails.server import OURS, mail_server

OPERATOR = "admin@example.org"
SILENT = Signs(silent=timedelta(minutes=4))


@pytest.fixture
async def server():
    async with mail_server() as made:
        yield made


@pytest.fixture
async def house(small):
    """A coordinator who knows of this week's digest."""
    await announce_due(small.app, small.clock())
    await small.knows(ADA, Role.COORDINATOR)
    return small


def post(house, server):
    return AlarmPost(house.app, server.server, OURS, OPERATOR)


def subjects(server):
    return [mail["Subject"] for mail in server.to(OPERATOR)]


async def test_when_telegram_is_silent_a_mail_says_so_within_five_minutes_once(house, server):
    signs = [SILENT]
    watch = a_watch(house, lambda: signs[0], post(house, server))
    assert await leads(house, watch)
    house.api.fail(502, "Bad Gateway")
    await looks(house, watch, WITHIN, leading=True)
    (mail,) = server.to(OPERATOR)
    assert mail["Subject"] == "Fingerpost, Leeds: something does not work"
    assert "Telegram gives no answer, or refuses the bot’s token." in mail.get_content()
    again = a_watch(house, lambda: signs[0], post(house, server))  # a restart
    again.jobs = watch.jobs
    await looks(house, again, 3 * EVERY, leading=True)
    assert len(server.taken) == 1
    signs[0] = NO_SIGNS
    await looks(house, again, WITHIN + 2 * EVERY, leading=True)
    assert subjects(server)[1:] == ["Fingerpost, Leeds: it is over"]
    assert "I had told you:" in server.to(OPERATOR)[1].get_content()
    said = "".join(mail.as_string() for mail in server.to(OPERATOR))
    assert str(ADA) not in said


async def test_what_the_mail_server_does_not_take_is_tried_again(house, server):
    server.answers[OPERATOR] = ["rcpt 451 4.7.1 Try later"]
    watch = a_watch(house, lambda: SILENT, post(house, server))
    assert await leads(house, watch)
    await looks(house, watch, 2 * EVERY, leading=True)
    assert server.taken == []
    await looks(house, watch, 4 * EVERY, leading=True)
    assert len(server.taken) == 1


async def test_an_old_backup_is_told_and_a_new_one_ends_it(house, server):
    watch = a_watch(house, post=post(house, server))
    async with house.sessions.begin() as session:
        await db.saved.note(session, house.clock() - timedelta(days=4))
    await looks(house, watch, 3 * EVERY, leading=True)
    assert len(told(house, "The last backup is 4 days old.")) == 1
    assert "The last backup is 4 days old." in server.to(OPERATOR)[0].get_content()
    async with house.sessions.begin() as session:
        await db.saved.note(session, house.clock())
    await looks(house, watch, WITHIN + 2 * EVERY, leading=True)
    assert len(server.taken) == 2


async def test_a_database_that_is_away_is_told_by_the_process_that_did_the_jobs(
    house, server, tmp_path
):
    watch, idle = (a_watch(house, post=post(house, server)) for _ in range(2))
    await looks(house, watch, EVERY, leading=True)
    await idle.look()
    async with engine_on(f"sqlite:///{tmp_path / 'nowhere' / 'a.db'}") as engine:
        for each in (watch, idle):
            each.jobs.app = replace(house.app, sessions=make_sessions(engine))
        for _ in range(4):
            house.clock.advance(EVERY)
            assert await watch.look() == await idle.look() == 0
    for each in (watch, idle):
        each.jobs.app = house.app
    (mail,) = server.to(OPERATOR)
    assert "The database cannot be reached." in mail.get_content()
    await looks(house, watch, 3 * EVERY, leading=True)
    assert subjects(server)[1:] == ["Fingerpost, Leeds: it is over"]
