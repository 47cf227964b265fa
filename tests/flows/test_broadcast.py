"""Urgent updates: written by one coordinator, approved by another, counted to the last copy."""

import asyncio
import re
from datetime import timedelta
from html import escape

import pytest

import db.broadcasts
import db.outbox
import db.reports
import locales
from delivery import timing
from delivery.broadcast import Audience, State
from delivery.model import CampaignState
from handlers import broadcast_screens, reports
from handlers.callbacks import Route, encode
from people.model import Role
from tests.flows.stage import ADA, APOLOGY, BEN, NEWCOMER, OTHER, PARTNER, REFUSAL, assemble

ENGLISH, ARABIC = "Snow <tonight> & beds are open.", "ثلج الليلة."
DECIDED = "Somebody has already decided about this message. Nothing was changed."
CAROL = 303


async def subscribed(stage):
    """Let two people subscribe, one of whom reads Arabic."""
    await stage.knows(NEWCOMER, language="ar")
    await stage.says(NEWCOMER, "/subscribe")
    await stage.says(OTHER, "/subscribe")
    return stage


@pytest.fixture
async def ready(staff):
    """Partners, coordinators and two subscribers, on both kinds of database."""
    return await subscribed(staff)


@pytest.fixture
async def one(crew):
    """The same on SQLite alone."""
    return await subscribed(crew)


async def write(stage, who=ADA, *, arabic=True, audience="digest readers"):
    """Write an update up to the last look before submitting."""
    await stage.says(who, "/broadcast")
    shown = await stage.says(who, ENGLISH)
    if arabic:
        await stage.presses(who, "Other languages")
        await stage.presses(who, locales.native_name("ar"))
        shown = await stage.says(who, ARABIC)
    assert "Who should get it?" in shown.text
    return await stage.presses(who, audience)


async def submit(stage, who=ADA, **how):
    """Write and submit; the other coordinators have got it."""
    await write(stage, who, **how)
    shown = await stage.presses(who, "Ask for approval")
    await stage.send_out()
    return shown


async def state(stage, number=1):
    async with stage.sessions() as session:
        found = await db.broadcasts.find(session, number)
    assert found is not None
    return found.state


async def tally(stage, number=1):
    async with stage.sessions() as session:
        return await db.outbox.tally(session, reports.campaign(number))


async def delivered(stage):
    """Return who got what text from the outbox now."""
    before = len(stage.api.calls)
    stage.clock.advance(timing.UNDO)
    await stage.send_out()
    sent = [call for call in stage.api.calls[before:] if call.method == "sendMessage"]
    texts = [(call.chat_id, call.params["text"]) for call in sent]
    told = {chat_id: text for chat_id, text in texts if "Snow" in text or ARABIC in text}
    about = re.compile(r"Urgent update \d")  # what coordinators are told of an update
    return {chat_id: text for chat_id, text in told.items() if not about.search(text)}


async def test_from_writing_to_the_last_copy(ready):
    shown = await write(ready)
    assert "Partners and digest readers: 5 people" in shown.text
    preview = [screen.text for screen in ready.screens(ADA)][-3:-1]
    assert any("Snow &lt;tonight&gt; &amp; beds are open." in text for text in preview)
    assert any(ARABIC in text for text in preview)
    shown = await ready.presses(ADA, "Ask for approval")
    assert "I asked 1 other coordinator" in shown.text
    asked = await delivered(ready)
    assert set(asked) == {BEN}
    shown = await ready.presses(BEN, "Approve and send")
    assert "Recipients: 5" in shown.text
    got = await delivered(ready)
    assert set(got) == {NEWCOMER, OTHER, PARTNER, ADA, BEN}
    assert ARABIC in got[NEWCOMER]
    assert "Snow &lt;tonight&gt;" in got[OTHER]
    done = await tally(ready)
    assert (done.total, done.sent, done.done) == (5, 5, True)
    assert await delivered(ready) == {}
    assert "drafts" not in await ready.rows()


async def test_without_their_language_people_get_english_marked_as_such(one):
    await submit(one, arabic=False)
    await one.presses(BEN, "Approve and send")
    got = await delivered(one)
    assert "Snow" in got[NEWCOMER]
    assert locales.translator("ar").gettext("This text is in English.") in got[NEWCOMER]
    assert "This text is in English" not in got[OTHER]


@pytest.mark.parametrize(
    ("audience", "expected"),
    [
        ("Partners and coordinators", {PARTNER, ADA, BEN}),
        ("People who get the digest", {NEWCOMER, OTHER}),
    ],
)
async def test_only_the_audience_gets_it(one, audience, expected):
    await submit(one, audience=audience)
    await one.presses(BEN, "Approve and send")
    assert set(await delivered(one)) == expected


async def test_recipients_and_words_are_frozen_at_the_approval(ready):
    await submit(ready)
    await ready.presses(BEN, "Approve and send")
    await ready.says(CAROL, "/subscribe")
    await ready.forges(NEWCOMER, "1:a:en:")
    got = await delivered(ready)
    assert CAROL not in got
    assert ARABIC in got[NEWCOMER]


async def test_a_text_that_is_too_long_leaves_the_draft_as_it_was(one):
    await one.says(ADA, "/broadcast")
    before = await one.rows()
    shown = await one.says(ADA, "x" * (broadcast_screens.MAX_TEXT + 1))
    assert "This text is too long: 3501 characters, at most 3500" in shown.text
    assert await one.rows() == before
    shown = await one.says(ADA, "x" * broadcast_screens.MAX_TEXT)
    assert "Who should get it?" in shown.text
    await one.presses(ADA, "digest readers")
    for text in (screen.text for screen in one.screens(ADA)):
        assert len(text.encode("utf-16-le")) // 2 <= 4096


@pytest.mark.parametrize("how", ["button", "/cancel"])
async def test_a_draft_can_be_thrown_away(one, how):
    await write(one)
    shown = await (
        one.presses(ADA, "Throw it away") if how == "button" else one.says(ADA, "/cancel")
    )
    assert "Thrown away" in shown.text
    assert "drafts" not in await one.rows()
    await one.forges(ADA, "1:o:submit")
    assert "This draft is gone" in one.alerts[-1]
    assert "broadcasts" not in await one.rows()


async def test_a_draft_can_be_changed(one):
    await write(one)
    await one.presses(ADA, "Change it")
    await one.presses(ADA, "Partners and coordinators")
    shown = await one.presses(ADA, "Ask for approval")
    assert "I asked 1 other coordinator" in shown.text


async def test_submitting_twice_asks_once(one):
    await write(one)
    data = one.button(ADA, "Ask for approval")
    await one.forges(ADA, data)
    await one.forges(ADA, data)
    assert "This draft is gone" in one.alerts[-1]
    assert len((await one.rows())["broadcasts"]) == 1
    assert list(await delivered(one)) == [BEN]


async def test_the_author_cannot_approve(one):
    await submit(one)
    before = await one.rows()
    await one.forges(ADA, one.button(BEN, "Approve and send"))
    assert "another coordinator must approve it" in one.alerts[-1]
    assert await one.rows() == before
    assert await state(one) is State.PENDING


@pytest.mark.parametrize("who", [NEWCOMER, OTHER, PARTNER])
async def test_nobody_else_decides(one, who):
    await submit(one)
    before = await one.rows()
    acts = [f"1:c:1:{act}" for act in ("approve", "reject", "cancel")]
    acts += [f"1:m:b:1:{act}" for act in ("look", "pause", "resume", "stop")]
    for data in (*acts, "1:b:1"):
        told = len(one.alerts)
        await one.forges(who, data)
        assert len(one.alerts) == told + 1, data
        assert await one.rows() == before, data
    assert "Snow" not in "".join(screen.text for screen in one.screens(who))


async def test_a_rejected_update_leaves_nobody_anything(one):
    await submit(one)
    approve = one.button(BEN, "Approve and send")
    shown = await one.presses(BEN, "Reject")
    assert "This update was rejected. Nobody gets it." in shown.text
    await one.forges(BEN, approve)
    assert one.alerts[-1] == DECIDED
    assert await state(one) is State.REJECTED
    assert await delivered(one) == {}
    assert "This update was rejected. Nobody gets it." in one.last(ADA).text, "the author hears"


async def test_the_author_takes_it_back(one):
    await submit(one)
    shown = await one.presses(ADA, "Take it back")
    assert "taken back" in shown.text
    await one.forges(BEN, one.button(BEN, "Approve and send"))
    assert one.alerts[-1] == DECIDED
    assert await delivered(one) == {}


async def test_a_second_approval_changes_nothing(one):
    await one.knows(CAROL, Role.COORDINATOR)
    await submit(one)
    await one.presses(BEN, "Approve and send")
    before = await one.rows()
    await one.presses(CAROL, "Approve and send")
    assert one.alerts[-1] == DECIDED
    assert await one.rows() == before


async def test_who_comes_second_finds_the_report(one):
    await one.knows(CAROL, Role.COORDINATOR)
    await submit(one)
    await one.presses(BEN, "Approve and send")
    shown = await one.presses(CAROL, "Reject")
    assert one.alerts[-1] == DECIDED
    assert "This update is approved." in shown.text
    await one.presses(CAROL, "Look at it")
    assert any("Recipients: 6" in each.text for each in one.screens(CAROL))


async def test_a_double_tap_adds_nothing_to_the_chat(one):
    await submit(one)
    approve = one.button(BEN, "Approve and send")
    await one.forges(BEN, approve)
    before = one.screens(BEN)
    await one.forges(BEN, approve)
    assert one.alerts[-1] == DECIDED
    assert one.screens(BEN) == before


async def test_two_coordinators_at_once_approve_once(ready, pack, clock):
    await ready.knows(CAROL, Role.COORDINATOR)
    await submit(ready)
    data = ready.button(BEN, "Approve and send")
    other = assemble(ready.sessions, pack, clock)
    async with other.application:
        await asyncio.gather(ready.forges(BEN, data), other.forges(CAROL, data))
        assert [*ready.alerts, *other.alerts] == [DECIDED]
        assert APOLOGY not in ready.said() + other.said()
    assert (await tally(ready)).total == 6
    audits = [row for row in (await ready.rows())["audit"] if "approve_broadcast" in row]
    assert len(audits) == 1


def counts(text):
    """Return the numbers of a report: recipients, and how many are in each of six states."""
    numbers = [int(n) for n in re.findall(r": (\d+)$", text, re.MULTILINE)]
    assert len(numbers) == 7, text
    return numbers[0], numbers[1:]


async def test_pause_go_on_and_stop(ready):
    await submit(ready)
    await ready.presses(BEN, "Approve and send")
    shown = await ready.presses(BEN, "Pause")
    assert "A coordinator paused it." in shown.text
    assert await delivered(ready) == {}
    shown = await ready.presses(BEN, "Go on sending")
    assert "On its way" in shown.text
    await ready.presses(BEN, "Pause")
    asked = await ready.presses(BEN, "Stop and do not go on")
    assert "Stop this for good?" in asked.text and "5 people wait for it." in asked.text
    assert "A coordinator paused it." in (await ready.presses(BEN, "‹ Back")).text
    await ready.presses(BEN, "Stop and do not go on")
    shown = await ready.presses(BEN, "Stop and do not go on")
    assert counts(shown.text) == (5, [0, 0, 0, 0, 5, 0])
    assert await delivered(ready) == {}
    await ready.forges(BEN, "1:c:1:resume")
    assert await delivered(ready) == {}, "stopped is stopped"
    async with ready.sessions() as session:
        found = await db.outbox.find(session, reports.campaign(1))
    assert found is not None
    assert found.state is CampaignState.CANCELLED


async def test_the_report_adds_up_and_is_edited_in_place(one):
    await submit(one)
    one.api.block(OTHER)
    one.api.fail(400, "Bad Request: something of ours", method="sendMessage", chat_id=PARTNER)
    shown = await one.presses(BEN, "Approve and send", message_id=777)
    assert counts(shown.text) == (5, [0, 0, 0, 0, 0, 5])
    assert "It leaves after 60 seconds. Until then you can undo it." in shown.text
    assert escape(ENGLISH, quote=False) in shown.text, "which update it is"
    one.clock.advance(timedelta(seconds=15))
    await reports.refresh(one.sessions, one.application.bot, now=one.clock())
    assert "It leaves after 40 seconds." in one.api.of("editMessageText")[-1]["text"]
    one.clock.advance(timedelta(seconds=45))
    await reports.refresh(one.sessions, one.application.bot, now=one.clock(), per_second=27)
    assert "On its way." in one.api.of("editMessageText")[-1]["text"]
    await delivered(one)
    assert await reports.refresh(one.sessions, one.application.bot) == 1
    edit = one.api.of("editMessageText")[-1]
    assert (edit["chat_id"], edit["message_id"]) == (BEN, 777)
    recipients, states = counts(edit["text"])
    assert (recipients, states) == (5, [3, 1, 1, 0, 0, 0])
    assert sum(states) == recipients
    assert "Finished." in edit["text"]
    assert await reports.refresh(one.sessions, one.application.bot) == 0, "nothing is new"


async def test_a_report_that_telegram_would_not_take_now_is_edited_later(one):
    await submit(one)
    await one.presses(BEN, "Approve and send")
    await delivered(one)
    one.api.fail(502, "Bad Gateway", method="editMessageText")
    await reports.refresh(one.sessions, one.application.bot)
    await reports.refresh(one.sessions, one.application.bot)
    assert len([e for e in one.api.of("editMessageText") if "Finished." in e["text"]]) == 2


async def test_a_report_that_was_deleted_stops_nothing(one):
    await submit(one)
    await one.presses(BEN, "Approve and send")
    await delivered(one)
    one.api.fail(400, "Bad Request: message to edit not found", method="editMessageText")
    await reports.refresh(one.sessions, one.application.bot)
    before = len(one.api.calls)
    await reports.refresh(one.sessions, one.application.bot)
    assert len(one.api.calls) == before, "it is not tried for ever"


async def test_an_author_without_a_second_coordinator_is_told(crew):
    await crew.knows(BEN, Role.PARTNER)
    shown = await submit(crew)
    assert "There is no other coordinator yet" in shown.text


async def test_a_newcomers_words_never_become_an_update(one):
    await one.says(NEWCOMER, "/broadcast")
    assert locales.translator("ar").gettext(REFUSAL) in one.last(NEWCOMER).text
    await one.says(NEWCOMER, ENGLISH)
    assert "drafts" not in await one.rows()


async def test_a_coordinator_whose_role_ended_cannot_finish_a_draft(one):
    await one.says(ADA, "/broadcast")
    await one.says(ADA, ENGLISH)
    await one.knows(ADA, Role.PARTNER)
    shown = await one.says(ADA, "qqq xyzzy")
    assert "I did not understand" in shown.text
    await one.presses(ADA, "digest readers")
    assert one.alerts[-1] == REFUSAL


async def test_a_finished_report_is_looked_at_no_more(one):
    await submit(one)
    await one.presses(BEN, "Approve and send", message_id=777)
    await delivered(one)
    assert await reports.refresh(one.sessions, one.application.bot) == 1
    async with one.sessions() as session:
        assert await db.reports.watched(session) == []


async def test_a_mistyped_command_does_not_end_up_in_a_draft(one):
    await one.says(ADA, "/broadcast")
    shown = await one.says(ADA, "/cancle")
    assert "I do not know this command" in shown.text
    shown = await one.says(ADA, ENGLISH)
    assert "Who should get it?" in shown.text


async def test_an_update_that_waits_can_be_found_again(one):
    await submit(one)
    shown = await one.says(BEN, "/broadcast")
    assert "⏳ 1 · Snow <tonight> & beds are open." in " ".join(shown.labels)
    assert "⏳ waits for approval" in shown.text, "what the sign means"
    shown = await one.presses(BEN, "⏳ 1")
    assert [label for label in shown.labels if label in ("Approve and send", "Reject")]
    assert any("Snow" in screen.text for screen in one.screens(BEN))
    await one.says(ADA, "/broadcast")
    shown = await one.presses(ADA, "⏳ 1")
    assert "Take it back" in shown.labels
    assert not {"Approve and send", "Reject"} & set(shown.labels), "another one decides"
    await one.presses(BEN, "Approve and send")
    assert await state(one) is State.APPROVED


async def test_what_has_gone_out_is_found_for_a_month_newest_first(one):
    assert "Sent updates" not in (await one.says(ADA, "/broadcast")).labels, "there are none"
    await one.says(ADA, "/cancel")
    for _ in range(2):
        await submit(one)
        await one.presses(BEN, "Approve and send")
        assert await delivered(one)
        one.clock.advance(timedelta(days=2))
    await one.says(CAROL, "/start")
    await one.says(BEN, "/broadcast")
    shown = await one.presses(BEN, "Sent updates")
    assert shown.labels[:2] == [
        "2 · 18 Nov, 09:01 · Snow <tonight> &…",
        "1 · 16 Nov, 09:00 · Snow <tonight> &…",
    ]
    assert all(len(label) <= 40 for label in shown.labels)
    await one.presses(BEN, "‹ Back")
    await one.presses(BEN, "Sent updates")
    shown = await one.presses(BEN, "1 · 16 Nov")
    assert {"Correct it", "Take it back from everybody"} & set(shown.labels)
    one.clock.advance(timedelta(days=27))
    await one.says(ADA, "/broadcast")
    assert [label[:1] for label in (await one.presses(ADA, "Sent updates")).labels] == ["2", "‹"]


async def test_many_sent_updates_have_pages(one):
    async with one.sessions.begin() as session:
        for _ in range(7):
            number = await db.broadcasts.create(
                session,
                author_id=ADA,
                texts={"en": "Snow"},
                audience=Audience.EVERYONE,
                now=one.clock(),
            )
            await db.broadcasts.move(
                session, number, old=State.DRAFT, new=State.APPROVED, by=BEN, now=one.clock()
            )
    await one.says(ADA, "/broadcast")
    shown = await one.presses(ADA, "Sent updates")
    assert [label[:1] for label in shown.labels] == ["7", "6", "5", "4", "3", "1", "‹"]
    shown = await one.presses(ADA, "1/2 ›")
    assert [label[:1] for label in shown.labels] == ["2", "1", "2", "‹"]


async def test_who_approves_sees_which_it_is_how_many_get_it_and_who_in_english(one):
    await submit(one, arabic=False)
    told = "\n".join(screen.text for screen in one.screens(BEN))
    assert "Urgent update 1</b>\n<i>“Snow &lt;tonight&gt; &amp; beds are open.”</i>" in told
    assert "Recipients: 5" in told
    _, _, english = told.partition("These get the English text, because theirs is missing:")
    assert f"{locales.native_name('ar')}\u2069: 1" in english
    await one.presses(ADA, "Choose when it leaves")
    await one.presses(ADA, "Tomorrow")
    await one.blocks(OTHER)
    await one.says(BEN, "/broadcast")
    await one.presses(BEN, "⏳ 1")
    assert "Recipients: 4" in "".join(s.text for s in one.screens(BEN)[-3:]), "as it is by now"


async def test_a_second_text_is_not_taken_before_it_is_known_who_gets_it(one):
    await one.says(ADA, "/broadcast")
    await one.says(ADA, ENGLISH)
    shown = await one.says(ADA, "And bring a blanket.")
    assert "I did not use these words." in shown.text
    assert "Who should get it?" in shown.text
    await one.presses(ADA, "digest readers")
    sent = "".join(screen.text for screen in one.screens(ADA))
    assert "beds are open" in sent
    assert "blanket" not in sent


async def test_forgetting_its_author_cancels_an_update_that_waits(one):
    await submit(one)
    await one.says(ADA, "/forget")
    await one.presses(ADA, "Yes, delete it")
    shown = await one.presses(BEN, "Approve and send")
    assert one.alerts[-1] == DECIDED
    assert "This update was taken back. Nobody gets it." in shown.text
    await one.knows(ADA, Role.COORDINATOR)
    await one.forges(ADA, encode(Route.BROADCAST_ACT, 1, "approve"))
    assert await state(one) is State.CANCELLED
    assert await delivered(one) == {}
