"""What comes after an urgent update: receipts, answers, reminders, corrections, recalls."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

import db.amendments
import db.answers
import db.broadcasts
import db.outbox
import db.reports
import locales
from delivery.amendment import Kind as Change
from delivery.broadcast import Audience, Shape, State
from delivery.model import Attachment, CampaignState, Kind, Media, Sent, Settlement
from handlers import amending, answer_screens, broadcast_screens, reports
from handlers.callbacks import Route, encode
from people.model import Role
from tests.flows.stage import ADA, BEN, NEWCOMER, OTHER, PARTNER, REFUSAL

ENGLISH, ARABIC = "Snow tonight. Beds are open.", "ثلج الليلة."
BETTER, BETTER_ARABIC = "Snow tonight. Beds are open until 9.", "ثلج الليلة حتى ٩."
ASKS = Shape(receipt=True, help=True)
CAROL = 303
EVERYBODY = (NEWCOMER, OTHER, PARTNER, ADA, BEN)
UPDATE = reports.campaign(1)


async def approve(stage, shape=ASKS, texts=None, who=EVERYBODY):
    """Approve update 1, written by Ada, as it is when Ben pressed the button."""
    texts = texts or {"en": ENGLISH, "ar": ARABIC}
    now = stage.clock()
    async with stage.sessions.begin() as session:
        number = await db.broadcasts.create(
            session, author_id=ADA, texts=texts, audience=Audience.EVERYONE, now=now, shape=shape
        )
        for old, new, by in (
            (State.DRAFT, State.PENDING, ADA),
            (State.PENDING, State.APPROVED, BEN),
        ):
            await db.broadcasts.move(session, number, old=old, new=new, by=by, now=now)
        await db.outbox.open_campaign(session, reports.campaign(number), Kind.URGENT, now)
        for code in ("en", "ar"):
            content = broadcast_screens.update(locales.translator(code), number, texts, shape)
            chats = [each for each in who if (each == NEWCOMER) == (code == "ar")]
            await db.outbox.enqueue(session, reports.campaign(number), code, content, chats, now)
    return number


@pytest.fixture
async def ready(crew):
    """Everybody there is; Ben looks at the report of an update that nobody has got yet."""
    await crew.knows(NEWCOMER, language="ar")
    await crew.knows(OTHER)
    await approve(crew)
    return crew


@pytest.fixture
async def sent(ready):
    """The same when everybody has got it."""
    await ready.send_out()
    return ready


async def look(stage, who=BEN, name="b:1"):
    kind, ident = name.split(":")
    return await stage.forges(who, encode(Route.CAMPAIGN, kind, ident, "look"))


async def answers(stage, who, act, number=1):
    return await stage.forges(who, encode(Route.ANSWER, number, act))


async def tally(stage, name=UPDATE):
    async with stage.sessions() as session:
        return await db.outbox.tally(session, name)


async def left(stage, method="sendMessage"):
    """Return the calls of *method* that leave the outbox now."""
    before = len(stage.api.calls)
    await stage.send_out()
    return [call for call in stage.api.calls[before:] if call.method == method]


def chats(calls):
    return [call.chat_id for call in calls]


class TestTheReport:
    async def test_a_bar_says_how_far_it_is_and_how_long_it_takes(self, ready):
        shown = await look(ready)
        assert "░░░░░░░░░░░░ 0%" in shown.text
        assert "Less than a minute left." in shown.text
        await ready.send_out()
        assert "%" not in (await look(ready)).text

    async def test_it_counts_by_language(self, sent):
        shown = await look(sent)
        assert "English: 4 of 4 sent" in shown.text
        assert "العربية: 1 of 1 sent" in re.sub("[\u2066-\u2069\u200f]", "", shown.text)

    async def test_it_says_in_plain_words_why_some_did_not_get_it(self, ready):
        ready.api.block(OTHER)
        ready.api.fail(400, "Bad Request: message is too long", chat_id=PARTNER, times=1)
        await ready.send_out()
        shown = await look(ready)
        assert "1 × They blocked the bot" in shown.text
        assert "1 × The text is too long for Telegram." in shown.text
        assert "Bad Request" not in shown.text

    async def test_only_the_failed_are_tried_again_and_once(self, ready):
        ready.api.fail(400, "Bad Request: something", chat_id=PARTNER, times=1)
        await ready.send_out()
        await look(ready)
        retry = ready.button(BEN, "Try the failed ones again (1)")
        shown = await ready.forges(BEN, retry)
        assert "Try the failed" not in " ".join(shown.labels)
        await ready.forges(BEN, retry)
        assert chats(await left(ready)) == [PARTNER]
        assert (await tally(ready)).sent == 5
        assert await left(ready) == []
        audit = [row for row in (await ready.rows())["audit"] if "retry_campaign" in row]
        assert len(audit) == 1

    async def test_it_is_edited_only_when_it_changed(self, ready):
        await ready.forges(BEN, encode(Route.CAMPAIGN, "b", 1, "look"), message_id=777)
        bot = ready.application.bot
        first = await reports.refresh(ready.sessions, bot, per_second=27, now=ready.clock())
        again = await reports.refresh(ready.sessions, bot, per_second=27, now=ready.clock())
        assert (first, again) == (1, 0)

    async def test_a_message_shows_one_report_only(self, ready):
        async with ready.sessions.begin() as session:
            await db.outbox.open_campaign(session, "remind:1", Kind.URGENT, ready.clock())
            await db.reports.watch(session, UPDATE, ADA, 777)
            for name in (UPDATE, "remind:1"):
                await db.reports.watch(session, name, BEN, 777)
            found = {(each.campaign, each.chat_id) for each in await db.reports.watched(session)}
        assert found == {(UPDATE, ADA), ("remind:1", BEN)}

    async def test_nobody_else_may_look_or_steer(self, sent):
        before = await sent.rows()
        for act in ("look", "retry", "remind"):
            await sent.forges(PARTNER, encode(Route.CAMPAIGN, "b", 1, act))
            assert sent.alerts[-1] == REFUSAL
        for act in ("correct", "ask", "recall", "submit"):
            await sent.forges(PARTNER, encode(Route.RECALL, act, 1))
            assert sent.alerts[-1] == REFUSAL
        assert await sent.rows() == before


class TestReceipts:
    async def test_who_has_read_it_is_counted_once(self, sent):
        await answers(sent, OTHER, "read")
        await answers(sent, OTHER, "read")
        assert sent.alerts == [answer_screens.read(locales.translator("en"))] * 2
        assert "how many people have read it" in sent.alerts[0], "they see no names"
        assert "Have read it: 1 of 5" in (await look(sent)).text

    async def test_the_update_stays_as_it_is(self, sent):
        await answers(sent, OTHER, "read")
        await answers(sent, OTHER, "help")
        assert sent.api.of("editMessageText") == []
        assert [c.method for c in sent.api.calls if c.chat_id == OTHER] == ["sendMessage"]

    @pytest.mark.parametrize("act", ["read", "help"])
    async def test_only_those_who_got_it_can_answer(self, sent, act):
        before = await sent.rows()
        await answers(sent, CAROL, act)
        await answers(sent, OTHER, act, number=77)
        assert sent.alerts == ["This update takes no answers any more."] * 2
        assert await sent.rows() == before

    @pytest.mark.parametrize("act", ["read", "help"])
    async def test_a_preview_answers_nothing(self, sent, act):
        before = await sent.rows()
        await answers(sent, ADA, act, number=0)
        assert sent.alerts == ["This is only a preview."]
        assert await sent.rows() == before

    async def test_those_who_have_not_read_it_are_reminded_once(self, sent):
        await answers(sent, OTHER, "read")
        assert "Remind" not in " ".join((await look(sent)).labels), "not at once"
        sent.clock.advance(timedelta(hours=2))
        await look(sent)
        remind = sent.button(BEN, "Remind those who have not read it (4)")
        asked = await sent.forges(BEN, remind)
        assert ENGLISH in asked.text
        assert "They get it once more" in asked.text and "Star" not in asked.text
        assert asked.labels == ["Remind those who have not read it (4)", "‹ Back"]
        assert await left(sent) == [], "to ask is not to send"
        await sent.presses(BEN, "Remind those")
        got = await left(sent)
        assert sorted(chats(got)) == sorted({*EVERYBODY} - {OTHER})
        english = next(call for call in got if call.chat_id == PARTNER).params
        assert "A reminder: you have not told us" in english["text"]
        assert ENGLISH in english["text"]
        assert ARABIC in next(c for c in got if c.chat_id == NEWCOMER).params["text"]
        await sent.forges(BEN, remind)
        assert "reminded already" in sent.alerts[-1]
        assert "Remind" not in " ".join((await look(sent)).labels)
        assert await left(sent) == []

    async def test_the_answer_to_a_reminder_counts_for_the_update(self, sent):
        sent.clock.advance(timedelta(hours=2))
        await remind(sent)
        await sent.send_out()
        await sent.presses(PARTNER, "I have read this")
        assert "Have read it: 1 of 5" in (await look(sent)).text

    async def test_when_everybody_has_read_it_nobody_is_reminded(self, sent):
        sent.clock.advance(timedelta(hours=2))
        for who in EVERYBODY:
            await answers(sent, who, "read")
        assert "Remind" not in " ".join((await look(sent)).labels)
        await sent.forges(BEN, encode(Route.CAMPAIGN, "b", 1, "remind"))
        assert "Everybody has read it" in sent.alerts[-1]

    async def test_a_question_that_comes_too_late_is_not_asked(self, sent):
        sent.clock.advance(timedelta(hours=2))
        shown = await remind(sent)
        assert "Reminder of update 1" in shown.text
        await sent.forges(BEN, encode(Route.CAMPAIGN, "b", 1, "remind"))
        assert "reminded already" in sent.alerts[-1]


class TestHelp:
    async def test_a_newcomer_can_help_and_can_take_it_back(self, sent):
        await answers(sent, OTHER, "help")
        assert "can now write to you here in Telegram" in sent.alerts[-1]
        assert "1 person can help." in (await look(sent)).text
        await answers(sent, OTHER, "help")
        assert "do not see your answer any more" in sent.alerts[-1]
        assert "broadcast_answers" not in await sent.rows()

    async def test_a_newcomers_words_are_never_kept(self, sent):
        await answers(sent, OTHER, "help")
        assert "drafts" not in await sent.rows()
        await sent.says(OTHER, "I have blankets, call Amina")
        assert "Amina" not in repr(await sent.rows())

    async def test_a_partner_writes_what_they_can_do(self, sent):
        shown = await answers(sent, PARTNER, "help")
        assert "What can you do, and when?" in shown.text
        shown = await sent.says(PARTNER, "Two   <b>beds</b>, from 6")
        assert "The coordinators can read it now." in shown.text
        assert "drafts" not in await sent.rows()
        await look(sent)
        shown = await sent.presses(BEN, "Who can help")
        assert "Two &lt;b&gt;beds&lt;/b&gt;, from 6" in shown.text
        assert f'<a href="tg://user?id={PARTNER}">Leeds Example Charity</a>' in shown.text

    async def test_the_report_does_not_come_back_over_the_list(self, sent):
        await answers(sent, PARTNER, "help")
        await look(sent)
        await sent.presses(BEN, "Who can help")
        bot, now = sent.application.bot, sent.clock()
        assert await reports.refresh(sent.sessions, bot, per_second=27, now=now) == 0
        await sent.presses(BEN, "Back to the report")
        assert await reports.refresh(sent.sessions, bot, per_second=27, now=now) == 1

    async def test_a_partner_may_write_nothing(self, sent):
        await answers(sent, PARTNER, "help")
        await sent.presses(PARTNER, "Nothing to add")
        assert "drafts" not in await sent.rows()
        await sent.says(PARTNER, "food LS9")
        async with sent.sessions() as session:
            (answer,) = await db.answers.page(session, 1, limit=9, offset=0)
        assert answer.text is None

    async def test_what_is_written_much_later_is_about_something_else(self, sent):
        await answers(sent, PARTNER, "help")
        sent.clock.advance(timedelta(hours=2))
        await sent.says(PARTNER, "food LS9")
        assert "food LS9" not in repr((await sent.rows())["broadcast_answers"])
        assert "drafts" not in await sent.rows()

    async def test_an_answer_must_be_short(self, sent):
        await answers(sent, PARTNER, "help")
        shown = await sent.says(PARTNER, "x" * 301)
        assert "This text is too long: 301 characters, at most 300" in shown.text
        assert "drafts" in await sent.rows()

    async def test_who_is_writing_something_else_is_not_interrupted(self, sent):
        await sent.says(PARTNER, "/post")
        before = (await sent.rows())["drafts"]
        await answers(sent, PARTNER, "help")
        assert (await sent.rows())["drafts"] == before

    async def test_pages_of_helpers(self, sent):
        async with sent.sessions.begin() as session:
            for who in range(1000, 1008):
                await db.answers.add(session, 1, who, sent.clock())
        await look(sent)
        shown = await sent.presses(BEN, "Who can help")
        assert shown.text.count("tg://user") == 6
        shown = await sent.presses(BEN, "▶")
        assert shown.text.count("tg://user") == 2
        shown = await sent.presses(BEN, "Back to the report")
        assert "8 people can help." in shown.text

    async def test_only_coordinators_see_who_can_help(self, sent):
        await answers(sent, OTHER, "help")
        await sent.forges(PARTNER, encode(Route.ANSWER, 1, "list", 0))
        assert sent.alerts[-1] == REFUSAL

    async def test_who_is_forgotten_helps_no_more(self, sent):
        await answers(sent, OTHER, "help")
        await answers(sent, OTHER, "read")
        await sent.says(OTHER, "/forget")
        await sent.presses(OTHER, "Yes, delete it")
        shown = await look(sent)
        assert "0 people can help." in shown.text
        assert "Have read it: 0 of 4" in shown.text


async def remind(stage, who=BEN):
    await look(stage, who)
    await stage.presses(who, "Remind those")
    return await stage.presses(who, "Remind those")


async def correct(stage, *, arabic=True, who=ADA):
    """Write a correction and ask for approval; the others have got the question."""
    await look(stage, who)
    await stage.presses(who, "Correct it")
    await stage.says(who, BETTER)
    if arabic:
        await stage.presses(who, f"Add {locales.isolated(locales.native_name('ar'))}")
        await stage.says(who, BETTER_ARABIC)
    shown = await stage.presses(who, "Ask for approval")
    await stage.send_out()
    return shown


async def recall(stage, who=ADA):
    await look(stage, who)
    await stage.presses(who, "Take it back")
    shown = await stage.presses(who, "Ask for approval")
    await stage.send_out()
    return shown


class TestCorrection:
    async def test_it_replaces_the_words_in_every_chat_once(self, sent):
        shown = await correct(sent)
        assert "I asked 1 other coordinator" in shown.text
        assert BETTER in "".join(screen.text for screen in sent.screens(BEN))
        shown = await sent.presses(BEN, "Approve the correction")
        assert "Correction of update" in shown.text
        edits = await left(sent, "editMessageText")
        assert sorted(chats(edits)) == sorted(EVERYBODY)
        by_chat = {call.chat_id: call.params for call in edits}
        assert BETTER in by_chat[OTHER]["text"]
        assert "Corrected on Monday, 16 November 2026" in by_chat[OTHER]["text"]
        assert BETTER_ARABIC in by_chat[NEWCOMER]["text"]
        buttons = by_chat[OTHER]["reply_markup"]["inline_keyboard"]
        assert len(buttons) == 2, "they can still answer"
        assert await left(sent, "editMessageText") == []
        assert (await tally(sent, "correct:1:1")).sent == 5
        assert "This update was corrected." in (await look(sent)).text

    async def test_it_edits_the_very_message_of_the_update(self, sent):
        async with sent.sessions() as session:
            old = {e.chat_id: e.message_ids for e in await db.outbox.sent_messages(session, UPDATE)}
        await correct(sent)
        await sent.presses(BEN, "Approve the correction")
        edits = await left(sent, "editMessageText")
        assert {call.chat_id: (call.params["message_id"],) for call in edits} == old

    async def test_a_language_without_corrected_words_gets_the_english_ones(self, sent):
        await correct(sent, arabic=False)
        await sent.presses(BEN, "Approve the correction")
        edits = await left(sent, "editMessageText")
        text = next(call for call in edits if call.chat_id == NEWCOMER).params["text"]
        assert BETTER in text
        assert locales.translator("ar").gettext("This text is in English.") in text

    async def test_copies_that_wait_leave_with_the_new_words(self, ready):
        await look(ready)
        await ready.presses(BEN, "Pause")
        await correct(ready)
        await ready.presses(BEN, "Approve the correction")
        await look(ready)
        await ready.presses(BEN, "Go on sending")
        got = [call for call in await left(ready) if "Snow" in call.params["text"]]
        got = [call for call in got if "Correction of update 1" not in call.params["text"]]
        assert {BETTER in call.params["text"] for call in got} == {True}
        assert len(got) == 4
        assert (await tally(ready)).sent == 5
        assert (await tally(ready, "correct:1:1")).total == 0

    async def test_a_copy_that_was_on_its_way_is_corrected_too(self, ready, clock):
        async with ready.sessions.begin() as session:
            claimed = await db.outbox.claim(session, 9, clock())
            await db.outbox.start(session, claimed[:1], clock())
        await correct(ready)
        await ready.presses(BEN, "Approve the correction")
        clock.advance(timedelta(seconds=5))
        late = Settlement(claimed[0], Sent((5001,)), 1, (5001,))
        async with ready.sessions.begin() as session:
            await db.outbox.settle(session, [late], clock())
            assert await db.outbox.start(session, claimed[1:], clock()) == set()
        assert await amending.catch_up(ready.app) == 1
        assert await amending.catch_up(ready.app) == 0
        edits = await left(ready, "editMessageText")
        assert [(c.chat_id, c.params["message_id"]) for c in edits] == [(claimed[0].chat_id, 5001)]

    async def test_a_copy_that_a_crash_gives_back_leaves_with_the_new_words(self, ready, clock):
        async with ready.sessions.begin() as session:
            claimed = await db.outbox.claim(session, 1, clock())
            await db.outbox.start(session, claimed, clock())
        await correct(ready)
        await ready.presses(BEN, "Approve the correction")
        clock.advance(timedelta(hours=1))
        async with ready.sessions.begin() as session:
            await db.outbox.recover(session, clock(), all_claims=True)
        await amending.catch_up(ready.app)
        got = [c for c in await left(ready) if c.chat_id == claimed[0].chat_id]
        assert [BETTER in c.params["text"] or BETTER_ARABIC in c.params["text"] for c in got] == [
            True
        ]

    async def test_the_author_cannot_approve_it(self, sent):
        await correct(sent)
        before = await sent.rows()
        await sent.forges(ADA, encode(Route.RECALL, "approve", 1))
        assert "another coordinator must approve it" in sent.alerts[-1]
        assert await sent.rows() == before

    @pytest.mark.parametrize(
        ("who", "label", "said"),
        [(BEN, "Reject", "It was rejected."), (ADA, "Throw it away", "It was thrown away.")],
    )
    async def test_one_that_is_not_wanted_changes_nothing(self, sent, who, label, said):
        await correct(sent)
        await look(sent, who)
        await sent.presses(who, "Look at the change")
        shown = await sent.presses(who, label)
        assert said in shown.text
        assert await left(sent, "editMessageText") == []
        await sent.forges(BEN, encode(Route.RECALL, "approve", 1))
        assert "already decided" in sent.alerts[-1]

    async def test_one_change_at_a_time(self, sent):
        await correct(sent)
        await sent.forges(BEN, encode(Route.RECALL, "recall", 1))
        assert "Another change of this update waits" in sent.alerts[-1]
        await sent.forges(BEN, encode(Route.RECALL, "correct", 1))
        assert "Another change of this update waits" in sent.alerts[-1]

    async def test_a_second_correction_wins_over_the_first(self, sent):
        await correct(sent)
        await sent.presses(BEN, "Approve the correction")
        async with sent.sessions.begin() as session:  # the first has not left yet
            await db.amendments.create(
                session,
                1,
                Change.CORRECT,
                {"en": "Beds are full."},
                author_id=ADA,
                now=sent.clock(),
            )
        await sent.forges(BEN, encode(Route.RECALL, "approve", 2))
        edits = await left(sent, "editMessageText")
        assert {BETTER in call.params["text"] for call in edits} == {False}
        assert sorted(chats(edits)) == sorted(EVERYBODY)
        assert (await tally(sent, "correct:1:1")).skipped == 5

    async def test_a_text_that_is_too_long_is_refused(self, sent):
        await look(sent, ADA)
        await sent.presses(ADA, "Correct it")
        shown = await sent.says(ADA, "x" * 3400)
        assert "This text is too long" in shown.text
        shown = await sent.says(ADA, "x" * 3300)
        assert "Corrected in: English." in re.sub("[\u2066-\u2069]", "", shown.text)

    async def test_a_correction_can_be_thrown_away_before_it_is_asked_for(self, sent):
        await look(sent, ADA)
        await sent.presses(ADA, "Correct it")
        await sent.says(ADA, BETTER)
        await sent.presses(ADA, "Throw it away")
        assert "drafts" not in await sent.rows()
        assert "amendments" not in await sent.rows()

    async def test_everything_is_in_the_log(self, sent):
        await correct(sent)
        await sent.presses(BEN, "Approve the correction")
        acts = (await sent.rows())["audit"]
        assert any("ask_correct" in row and ADA in row for row in acts)
        assert any("approve_correct" in row and BEN in row for row in acts)
        assert BETTER not in repr(acts)


class TestRecall:
    async def test_it_disappears_from_every_chat(self, sent):
        shown = await recall(sent)
        assert "I asked 1 other coordinator" in shown.text
        shown = await sent.presses(BEN, "Take it back from everybody")
        assert "Taking back update" in shown.text and ENGLISH in shown.text
        assert "Correct it" not in (await sent.presses(BEN, "Back to the report")).labels
        gone = await left(sent, "deleteMessages")
        assert sorted(chats(gone)) == sorted(EVERYBODY)
        assert (await tally(sent, "recall:1:1")).sent == 5
        assert await left(sent, "deleteMessages") == []
        shown = await look(sent)
        assert "This update was taken back from everybody." in shown.text
        assert "Correct it" not in shown.labels

    async def test_after_48_hours_it_is_replaced(self, sent):
        sent.clock.advance(timedelta(hours=49))
        await recall(sent)
        await sent.presses(BEN, "Take it back from everybody")
        late = "Bad Request: message can't be deleted for everyone"
        sent.api.fail(400, late, method="deleteMessages", times=5)
        edits = await left(sent, "editMessageText")
        assert sorted(chats(edits)) == sorted(EVERYBODY)
        said = next(call for call in edits if call.chat_id == OTHER).params
        assert "This message was taken back." in said["text"]
        assert "reply_markup" not in said
        assert (await tally(sent, "recall:1:1")).sent == 5

    @pytest.mark.parametrize("place", [None, Attachment(Media.LOCATION, latitude=53, longitude=-1)])
    async def test_both_read_before_what_stays_of_older_copies(self, crew, place):
        await approve(crew, replace(ASKS, attachment=place))
        await crew.send_out()
        await look(crew, ADA)
        first = await crew.presses(ADA, "Take it back")
        await crew.presses(ADA, "Ask for approval")
        await crew.send_out()
        assert "Take update 1 back from everybody?" in first.text and ENGLISH in first.text
        second = next(s for s in crew.screens(BEN) if "wants to take update 1 back" in s.text)
        for each in (first, second):
            assert "for 48 hours. Older copies get this text instead:" in each.text
            assert ("the picture, file or place stays" in each.text) is (place is not None)
        asked = next(c for c in reversed(crew.api.calls) if "everybody" in str(c.params))
        rows = asked.params["reply_markup"]["inline_keyboard"]
        assert [len(row) for row in rows] == [1, 1], "no slip of the thumb"

    async def test_what_waits_does_not_leave(self, ready):
        await look(ready)
        await ready.presses(BEN, "Pause")
        await recall(ready)
        await ready.presses(BEN, "Take it back from everybody")
        assert chats(await left(ready)) == [ADA], "who asked for it hears of it"
        assert (await tally(ready)).skipped == 5

    async def test_reminders_go_too(self, sent):
        sent.clock.advance(timedelta(hours=2))
        await remind(sent)
        await sent.send_out()
        await recall(sent)
        await sent.presses(BEN, "Take it back from everybody")
        assert len(await left(sent, "deleteMessages")) == 10

    async def test_nothing_changes_after_it(self, sent):
        await recall(sent)
        await sent.presses(BEN, "Take it back from everybody")
        for act in ("correct", "ask", "recall"):
            await sent.forges(BEN, encode(Route.RECALL, act, 1))
            assert sent.alerts[-1] == "This update was taken back already."
        async with sent.sessions() as session:
            found = await db.outbox.find(session, UPDATE)
        assert found is not None
        assert found.state is CampaignState.CANCELLED

    async def test_the_author_cannot_approve_it(self, sent):
        await recall(sent)
        await sent.forges(ADA, encode(Route.RECALL, "approve", 1))
        assert "another coordinator must approve it" in sent.alerts[-1]

    async def test_who_asked_hears_what_became_of_it(self, sent):
        await recall(sent)
        await sent.presses(BEN, "Reject")
        await sent.send_out()
        assert "It was rejected. Nothing was changed." in sent.last(ADA).text
        assert ENGLISH in sent.last(ADA).text, "which update it is"

    async def test_a_coordinator_who_is_forgotten_leaves_no_change_that_anybody_can_approve(
        self, sent
    ):
        await sent.knows(CAROL, Role.COORDINATOR)
        await recall(sent)
        await sent.says(ADA, "/forget")
        await sent.presses(ADA, "Yes, delete it")
        await sent.forges(BEN, encode(Route.RECALL, "approve", 1))
        assert await left(sent, "deleteMessages") == []
        await sent.forges(BEN, encode(Route.RECALL, "reject", 1))
        assert "It was rejected." in sent.last(BEN).text
