"""Paid mode: who writes, approves or lets an update leave alone reads first what it costs."""

from dataclasses import replace
from datetime import timedelta

import pytest

import db.subscriptions
from delivery.broadcast import Shape, State
from delivery.model import Attachment, Media
from handlers import leaving
from tests.flows.stage import ADA, BEN, NEWCOMER, PARTNER
from tests.flows.test_after import approve, left
from tests.flows.test_after import look as report
from tests.flows.test_timing import EVENING, NIGHT, stored, submit

SUBSCRIBERS = 18  # beside two coordinators and a partner: 21 messages, so 3 Stars at most
SAID = "Sending it costs up to 3 Telegram Stars."


@pytest.fixture
async def rich(crew):
    """Paid mode, and enough readers to cost something."""
    crew.application.bot_data["app"] = replace(crew.app, paid=True, quiet=NIGHT)
    crew.app = crew.application.bot_data["app"]
    await subscribe(crew, *range(1000, 1000 + SUBSCRIBERS))
    return crew


async def subscribe(stage, *chats):
    async with stage.sessions.begin() as session:
        for chat in chats:
            await db.subscriptions.subscribe(session, chat, today=stage.app.today())


async def test_who_asks_and_who_approves_read_the_price_on_screen_and_button(rich):
    await submit(rich)
    looked = next(s for s in rich.screens(ADA) if "Another coordinator must approve" in s.text)
    assert SAID in looked.text
    assert "Ask for approval (up to 3 ⭐)" in looked.labels
    asked = next(s for s in rich.screens(BEN) if "waits for your approval" in s.text)
    assert SAID in asked.text
    assert "Only messages above 30 a second are paid for." in asked.text
    approve = next(label for s in rich.screens(BEN) for label in s.labels if "Approve" in label)
    assert approve == "Approve and send (up to 3 ⭐)"
    await rich.presses(BEN, "Approve and send")
    assert (await stored(rich)).state is State.APPROVED


async def test_a_picture_is_a_message_of_its_own(rich):
    await submit(rich)
    pictured = Shape(attachment=Attachment(Media.PHOTO, "a-file"))
    broadcast = replace(await stored(rich), shape=pictured)
    async with rich.sessions() as session:
        _, stars = await leaving.reach(session, rich.app, broadcast)
    assert stars == 5


async def test_nobody_approves_a_higher_price_than_they_read(rich):
    await submit(rich)
    await subscribe(rich, *range(5000, 5020))
    shown = await rich.presses(BEN, "Approve and send")
    assert (await stored(rich)).state is State.PENDING
    assert any("The plan has changed since you looked." in s.text for s in rich.screens(BEN)[-3:])
    assert "Approve and send (up to 5 ⭐)" in shown.labels
    await rich.presses(BEN, "Approve and send")
    assert (await stored(rich)).state is State.APPROVED


async def test_a_lower_price_needs_no_second_look(rich):
    await submit(rich)
    async with rich.sessions.begin() as session:
        for chat in range(1000, 1015):
            await db.subscriptions.unsubscribe(session, chat, now=rich.clock())
    await rich.presses(BEN, "Approve and send")
    assert (await stored(rich)).state is State.APPROVED


async def test_an_emergency_names_the_price_to_its_author_and_to_the_others(rich):
    await submit(rich)
    rich.clock.advance(timedelta(minutes=6))
    await rich.presses(ADA, "Emergency")
    shown = await rich.says(ADA, "A child is missing")
    assert SAID in shown.text
    assert "Send it without a second person (up to 3 ⭐)" in shown.labels
    await rich.presses(ADA, "Send it without a second person")
    await rich.send_out()
    told = next(s for s in rich.screens(BEN) if "sent without a second person" in s.text)
    assert SAID in told.text


async def test_what_waits_or_repeats_names_the_price_each_time(rich):
    rich.clock.now = EVENING
    await submit(rich)
    await rich.presses(ADA, "Repeat it")
    await rich.presses(ADA, "Each day")
    shown = await rich.presses(ADA, "20 November")
    assert f"{SAID}\nOnly messages above 30 a second are paid for.\nIt costs that each time" in (
        "\n".join(s.text for s in rich.screens(ADA)[-3:]) + shown.text
    )
    await rich.presses(BEN, "Approve")
    await rich.presses(BEN, "Approve")
    assert "Send it now (up to 3 ⭐)" in rich.last(BEN).labels
    rich.clock.advance(timedelta(hours=10))
    await leaving.knock(rich.app)
    await rich.send_out()
    told = next(s for s in rich.screens(BEN) if "is leaving now, as planned" in s.text)
    assert SAID in told.text


async def test_the_digest_names_its_price_too(rich):
    shown = await rich.says(ADA, "/digest")
    assert "Sending it costs up to 2 Telegram Stars." in shown.text
    assert "Approve and send (up to 2 ⭐)" in shown.labels


async def test_without_paid_mode_nobody_hears_of_stars(crew):
    await submit(crew)
    await crew.says(ADA, "/digest")
    said = [*crew.screens(ADA), *crew.screens(BEN), *crew.screens(NEWCOMER)]
    assert not any("⭐" in str(each) or "Star" in each.text for each in said)


async def test_a_reminder_names_its_price_before_it_is_sent(rich):
    await approve(rich, who=(PARTNER, ADA, *range(1000, 1009)))
    await rich.send_out()
    rich.clock.advance(timedelta(hours=2))
    await report(rich)
    shown = await rich.presses(BEN, "Remind those who have not read it")
    assert "Sending it costs up to 2 Telegram Stars." in shown.text
    assert shown.labels[0] == "Remind those who have not read it (11) (up to 2 ⭐)"
    assert await left(rich) == []
    await rich.presses(BEN, "Remind those who have not read it")
    assert len(await left(rich)) == 11
