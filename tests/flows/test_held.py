"""What stands still after a restore goes on when a coordinator says so, in the right words."""

from datetime import timedelta

import pytest

import db.outbox
import db.restored
from delivery import timing
from delivery.model import CampaignState
from handlers import campaigns
from tests.flows.stage import ADA, BEN
from tests.flows.test_after import (
    BETTER,
    EVERYBODY,
    answers,
    approve,
    chats,
    correct,
    left,
    look,
    recall,
    remind,
)

WHY = "A reminder: you have not told us yet that you have read this."


@pytest.fixture
async def reminded(crew):
    """Everybody got an update; all but Ada are reminded of it, and nothing of that has left."""
    for person in set(EVERYBODY) - {ADA, BEN}:
        await crew.knows(person)
    await approve(crew)
    await crew.send_out()
    await answers(crew, ADA, "read")
    crew.clock.advance(timedelta(hours=2))
    await remind(crew)
    return crew


async def restore(stage):
    """Do what a restore does to the outbox, and let a coordinator say yes to it."""
    now = stage.clock()
    async with stage.sessions.begin() as session:
        await db.restored.hold(session, now, now)
    async with stage.sessions.begin() as session:
        await db.restored.release(session, now, today=stage.app.today())


async def test_a_corrected_reminder_still_says_that_it_is_one(reminded):
    async with reminded.sessions.begin() as session:  # so it waits while it is corrected
        await db.outbox.set_state(session, "remind:1", CampaignState.PAUSED, None, reminded.clock())
    await correct(reminded)
    await reminded.presses(BEN, "Approve the correction")
    async with reminded.sessions.begin() as session:
        await db.outbox.set_state(session, "remind:1", CampaignState.ACTIVE, None, reminded.clock())
    waited = {call.chat_id: call.params["text"] for call in await left(reminded)}
    assert set(waited) >= set(EVERYBODY) - {ADA}
    text = waited[BEN]
    assert WHY in text
    assert BETTER in text
    assert text.index(WHY) < text.index(BETTER) < text.index("Corrected on")


async def test_a_reminder_that_arrived_keeps_its_first_line_when_it_is_edited(reminded):
    await reminded.send_out()
    await correct(reminded)
    await reminded.presses(BEN, "Approve the correction")
    edits = [call.params["text"] for call in await left(reminded, "editMessageText")]
    assert len([text for text in edits if WHY in text and BETTER in text]) == 3
    assert len([text for text in edits if WHY not in text and BETTER in text]) == 4, "the update"


@pytest.mark.parametrize(
    ("change", "approval", "method", "heading"),
    [
        pytest.param(
            correct, "Approve the correction", "editMessageText", "Correction of", id="correction"
        ),
        pytest.param(
            recall,
            "Take it back from everybody",
            "deleteMessages",
            "Taking back update 1",
            id="recall",
        ),
    ],
)
async def test_a_change_that_a_restore_holds_can_go_on(reminded, change, approval, method, heading):
    await reminded.send_out()
    await change(reminded)
    await reminded.presses(BEN, approval)
    await restore(reminded)
    assert await left(reminded, method) == []
    assert await campaigns.tell_halted(reminded.app) == 2, "the update's copies, the reminder's"
    await reminded.send_out()
    asked = [screen for screen in reminded.screens(BEN) if "has stopped" in screen.text]
    assert all(heading in screen.text and "Snow tonight" in screen.text for screen in asked)
    for screen in asked:
        await reminded.forges(BEN, screen.data("Go on sending"))
    done = await left(reminded, method)
    assert sorted(set(chats(done))) == sorted(EVERYBODY)
    assert len(done) == 9


async def test_who_comes_later_finds_what_is_on_its_way_and_can_steer_it(reminded):
    await approve(reminded)  # the second update
    reminded.clock.advance(timing.UNDO)
    shown = await reminded.says(ADA, "/broadcast")
    assert any(label.startswith("📤 2 · ") for label in shown.labels)
    assert not any("📤 1" in label for label in shown.labels), "that has arrived"
    assert "Pause" in (await reminded.presses(ADA, "📤 2")).labels
    assert "A coordinator paused it." in (await reminded.presses(ADA, "Pause")).text
    leaves = chats(await left(reminded))
    assert sorted(leaves) == sorted({*EVERYBODY} - {ADA}), "the reminder of the first one only"


async def test_health_leads_to_what_stands_still(reminded):
    await look(reminded, BEN, "f:1")
    await reminded.presses(BEN, "Pause")
    await reminded.says(ADA, "/health")
    shown = await reminded.presses(ADA, "Reminder of update 1")
    assert shown.labels[:2] == ["Go on sending", "Stop and do not go on"]
    assert "Snow tonight. Beds are open." in shown.text, "which update it is"
    await reminded.presses(ADA, "Stop and do not go on")
    shown = await reminded.presses(ADA, "Stop and do not go on")
    assert "Stopped for good. Nobody else gets it." in shown.text
    assert shown.labels == ["Refresh", "Back to the report"]
    assert "Urgent update 1" in (await reminded.presses(ADA, "Back to the report")).text
    assert (await reminded.says(ADA, "/health")).labels == []
