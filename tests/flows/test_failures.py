"""What people see when something breaks, and what the log may say about it."""

import logging
from dataclasses import replace
from typing import Any, cast

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from telegram import Update
from telegram.error import Forbidden

import db.services
import db.subscriptions
from bot import logs
from people.model import Role
from tests.builders import a_user
from tests.flows.stage import ADA, APOLOGY, NEWCOMER, PARTNER, REFUSAL, assemble
from tests.flows.test_newcomer import to_need, words

MARKER = "Zaynab-" + "Marker"  # in two: tracebacks show source lines


class Gone:
    """A transaction with a database that is not there."""

    def __init__(self, error):
        self.error = error

    async def __aenter__(self):
        raise self.error

    async def __aexit__(self, *_):
        """Nothing was opened."""


class Sessions:
    """A session factory that can lose its database, and get it back."""

    def __init__(self, good):
        self.good = good
        self.down: Exception | None = None

    def __call__(self):
        return self.good() if self.down is None else Gone(self.down)

    def begin(self):
        return self.good.begin() if self.down is None else Gone(self.down)


LOST = [
    pytest.param(ConnectionRefusedError(111, "refused"), id="nobody listens"),
    pytest.param(OperationalError("SELECT 1", {}, Exception("gone")), id="the connection broke"),
]


@pytest.fixture
async def fragile(small, pack, clock):
    """An application whose database can be taken away: `fragile.sessions.down = error`."""
    made = assemble(cast(Any, Sessions(small.sessions)), pack, clock)
    async with made.application:
        yield made


@pytest.mark.parametrize("lost", LOST)
async def test_without_the_database_the_guide_goes_on(lost, fragile, pack, clock, caplog):
    renamed = replace(pack.services[0], name="Only in the database")
    async with fragile.sessions.begin() as session:
        services = (renamed, *pack.services[1:])
        await db.services.import_pack(session, services, pack.helplines, clock())
    await to_need(fragile)
    fragile.sessions.down = lost
    shown = await fragile.presses(NEWCOMER, "A place to live")
    assert "Which is most like" in shown.text
    labels = {"A problem in asylum housing", "I wait for an asylum answer", "Skip", "Not sure"}
    while left := [each for each in shown.labels if each in labels]:
        shown = await fragile.presses(NEWCOMER, left[0])
    assert "These can help you:" in shown.text
    shown = await fragile.presses(NEWCOMER, "1. ")
    assert "<b>" in shown.text
    shown = await fragile.presses(NEWCOMER, "Help now")
    assert "999" in shown.text
    shown = await fragile.says(NEWCOMER, "LS9")
    assert "Near LS9" in shown.text
    assert APOLOGY not in fragile.said()
    assert "person not looked up" in caplog.text
    directory = await fragile.app.directory()
    assert "Only in the database" in {s.name for s in directory.services}


@pytest.mark.parametrize("lost", LOST)
async def test_started_without_a_database_the_guide_has_the_pack(lost, fragile, pack):
    fragile.sessions.down = lost
    shown = await fragile.says(NEWCOMER, "/start", language_code="ar")
    shown = await fragile.forges(NEWCOMER, shown.data("العربية"), language_code="ar")
    assert words("ar")("Sorry, something went wrong on our side. Please try again.") not in (
        fragile.said()
    )
    shown = await fragile.presses(NEWCOMER, words("ar")("Start"), language_code="ar")
    assert words("ar")("What do you need?") in shown.text


@pytest.mark.parametrize("command", ["/subscribe", "/mydata", "/digest", "/broadcast"])
async def test_without_the_database_the_rest_apologises(fragile, command):
    await fragile.knows(ADA, Role.COORDINATOR)
    fragile.sessions.down = OSError()
    shown = await fragile.says(ADA, command)
    assert APOLOGY in shown.text
    assert "999" in shown.text
    assert REFUSAL not in fragile.said(), "who it is was not known, so nobody was refused"
    assert len(fragile.screens(ADA)) == 1, "one apology is enough"


async def test_when_the_database_is_back_all_is_as_before(fragile):
    await fragile.knows(ADA, Role.COORDINATOR)
    fragile.sessions.down = OSError()
    await fragile.says(ADA, "/digest")
    fragile.sessions.down = None
    shown = await fragile.says(ADA, "/digest")
    assert "Digest of week 2026-W47" in shown.text


@pytest.mark.parametrize("language", ["en", "ar"])
async def test_our_mistake_is_an_apology_in_the_persons_language(small, caplog, language):
    async def breaks():
        raise RuntimeError("a bug")

    small.application.bot_data["app"] = replace(small.app, directory=breaks)
    await small.knows(NEWCOMER, language=language)
    shown = await small.forges(NEWCOMER, "1:s:L1:nothing", language_code="en")
    assert words(language)("Sorry, something went wrong on our side. Please try again.") in (
        shown.text
    )
    assert [r.getMessage() for r in caplog.records if r.levelno >= logging.ERROR] == [
        "handler failed"
    ]


async def test_what_a_person_wrote_is_in_no_log_line(fragile, caplog):
    caplog.set_level(logging.DEBUG)
    for name in logs.QUIET:  # as `bot.logs.configure` sets them, whatever the chosen level
        caplog.set_level(logging.WARNING, logger=name)
    await fragile.knows(ADA, Role.COORDINATOR)
    await fragile.says(ADA, "/broadcast")
    fragile.api.fail(400, "Bad Request: chat not found", times=5)
    await fragile.says(ADA, f"{MARKER} at LS9 8AA")
    fragile.sessions.down = OSError()
    await fragile.says(ADA, f"{MARKER} at LS9 8AA")
    await fragile.says(NEWCOMER, f"{MARKER} at LS9 8AA")
    assert "handler failed" in caplog.text
    assert MARKER not in caplog.text
    assert "8AA" not in caplog.text


async def test_a_failing_statement_does_not_log_what_it_was_to_store(sessions, pack, clock, caplog):
    """An error of the database names the statement; its values are somebody's words."""
    made = assemble(sessions, pack, clock)
    async with made.application:
        await made.knows(ADA, Role.COORDINATOR)
        await made.says(ADA, "/broadcast")
        async with made.sessions.begin() as session:
            await session.execute(text("ALTER TABLE drafts RENAME COLUMN payload TO other"))
        await made.says(ADA, MARKER)
        async with made.sessions.begin() as session:  # the next test has the same tables
            await session.execute(text("ALTER TABLE drafts RENAME COLUMN other TO payload"))
    assert "handler failed" in caplog.text
    assert MARKER not in caplog.text


async def test_a_screen_that_telegram_refuses_is_followed_by_an_apology(small, caplog):
    small.api.fail(400, "Bad Request: can't parse entities", method="sendMessage")
    shown = await small.says(NEWCOMER, "/help")
    assert APOLOGY in shown.text
    assert "handler failed" in caplog.text


async def test_a_press_whose_edit_telegram_refuses_is_followed_by_an_apology(small):
    small.api.fail(400, "Bad Request: message is too long", method="editMessageText")
    shown = await small.forges(NEWCOMER, "1:g:")
    assert APOLOGY in shown.text


async def test_nobody_is_told_when_they_have_blocked_us(small, caplog):
    small.api.block(NEWCOMER)
    await small.says(NEWCOMER, "/help")
    assert len(small.api.of("sendMessage")) == 1
    assert "handler failed" not in caplog.text
    assert Forbidden.__name__ not in caplog.text


async def test_no_second_message_goes_into_a_dead_line(small, caplog):
    small.api.lose(sent=False, times=2)
    await small.says(NEWCOMER, "/help")
    assert len(small.api.of("sendMessage")) == 1
    assert "handler failed" in caplog.text


async def test_an_apology_that_does_not_arrive_is_noted(small, caplog):
    small.api.fail(400, "Bad Request: anything", method="sendMessage", times=2)
    await small.says(NEWCOMER, "/help")
    assert "apology not delivered" in caplog.text


async def subscribers(stage):
    async with stage.sessions() as session:
        return [each.chat_id for each in await db.subscriptions.active(session)]


async def test_who_blocks_the_bot_is_paused_until_they_write_again(staff, clock):
    await staff.says(PARTNER, "/subscribe")
    await staff.blocks(PARTNER)
    paused = await staff.rows()
    assert repr(clock()) in repr(paused["subscriptions"])
    assert await subscribers(staff) == []
    await staff.says(PARTNER, "/help")
    assert await subscribers(staff) == [PARTNER]


async def test_who_lifts_the_block_is_written_to_again(crew):
    await crew.says(PARTNER, "/subscribe")
    await crew.blocks(PARTNER)
    await crew.blocks(PARTNER, again=True)
    assert await subscribers(crew) == [PARTNER]


async def test_a_stranger_who_blocks_the_bot_leaves_no_row(small):
    await small.blocks(NEWCOMER)
    await small.blocks(NEWCOMER, again=True)
    assert await small.rows() == {}


async def test_whoever_throws_the_bot_out_of_a_group_still_gets_the_digest(crew):
    await crew.says(PARTNER, "/subscribe")
    us = {"id": 123456789, "is_bot": True, "first_name": "Fingerpost"}
    payload = {
        "chat": {"id": -100500, "type": "supergroup", "title": "A group"},
        "from": a_user(PARTNER),
        "date": 1_795_000_000,
        "old_chat_member": {"user": us, "status": "member"},
        "new_chat_member": {"user": us, "status": "left"},
    }
    update = Update.de_json({"update_id": 1, "my_chat_member": payload}, crew.application.bot)
    await crew.application.process_update(update)
    assert await subscribers(crew) == [PARTNER]


@pytest.mark.parametrize("written", ["/start", "/digest", "LS9", "/broadcast"])
async def test_the_bot_is_silent_in_groups(crew, written):
    before = await crew.rows()
    await crew.says(ADA, written, chat_id=-100500)
    assert crew.api.methods == []
    assert await crew.rows() == before
