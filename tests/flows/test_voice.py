"""What people tell us: counted without them, passed on without a name, answered here."""

from datetime import timedelta

import pytest

import db.outcomes
import db.tips
import locales
from directory import flow
from directory.needs import is_danger
from handlers import guide_walk, screens, voice, voice_screens
from people.model import Role
from people.voice import LONGEST_ANSWER, LONGEST_TIP, Asked, Outcome
from tests.flows.stage import ADA, BEN, NEWCOMER, OTHER, PARTNER, REFUSAL, Stage
from tests.flows.test_newcomer import prompt, to_need, words

SECRET = "The house in Zweibruecken Street is cold"


async def to_results(stage: Stage, who: int = NEWCOMER):
    await to_need(stage, "en", who)
    shown = await stage.presses(who, "A place to live")
    while "1. " not in " ".join(shown.labels):
        shown = await stage.presses(who, shown.labels[-4])
    return shown


async def to_danger(stage: Stage):
    await to_need(stage)
    await stage.presses(NEWCOMER, "In danger")
    shown = await stage.presses(NEWCOMER, "Yes")
    while "1. " not in " ".join(shown.labels):
        shown = await stage.presses(NEWCOMER, shown.labels[0])
    return shown


async def counts(stage: Stage):
    async with stage.sessions() as session:
        return await db.outcomes.counted(session, since="")


def reply_to(shown, prefix: str) -> dict[str, object]:
    assert f"?start={prefix}" in shown.text
    return prompt(shown.text)


@pytest.mark.parametrize(
    ("answer", "outcome"), [("Yes", Outcome.HELPED), ("No", Outcome.NOT_HELPED)]
)
async def test_whether_it_helped_is_counted_and_nobody_with_it(small, answer, outcome):
    await to_results(small)
    await small.presses(NEWCOMER, "1. ")
    await small.presses(NEWCOMER, "Did this help?")
    await small.presses(NEWCOMER, answer)
    await small.presses(NEWCOMER, answer)
    found = await counts(small)
    assert {(each.outcome, each.count) for each in found} == {(outcome, 1)}, "once a day"
    assert ("language", "en") in {(each.part, each.value) for each in found}
    rows = await small.rows()
    assert str(NEWCOMER) not in repr([rows["outcomes"], rows["service_outcomes"]])


async def test_a_no_leads_to_people_to_call_and_to_us(small):
    await to_results(small)
    await small.presses(NEWCOMER, "Did this help?")
    shown = await small.presses(NEWCOMER, "No")
    assert "You can call:" in shown.text
    assert {"Other places", "Tell us", "Start again"} <= set(shown.labels)
    shown = await small.presses(NEWCOMER, "Back")
    assert "1. " in " ".join(shown.labels), "back to the list"


async def test_asking_again_is_offered_and_happens_once(stage):
    await stage.knows(NEWCOMER)
    packed = flow.pack(flow.searched("esol"))
    await stage.forges(NEWCOMER, f"1:h:{packed}:")
    await stage.presses(NEWCOMER, "Yes")
    await stage.presses(NEWCOMER, "Yes, ask me")
    assert (await stage.rows())["check_ins"] == [(NEWCOMER, stage.app.today() + timedelta(days=7))]
    assert await voice.ask_due(stage.app) == 0
    stage.clock.advance(timedelta(days=7))
    assert await voice.ask_due(stage.app) == 1
    assert await voice.ask_due(stage.app) == 0
    await stage.send_out()
    asked = stage.last(NEWCOMER)
    assert "Did you get to the place" in asked.text
    await stage.presses(NEWCOMER, "No")
    assert Outcome.NOT_THERE in {each.outcome for each in await counts(stage)}
    assert "check_ins" not in await stage.rows()


async def test_nobody_is_asked_again_about_danger(small):
    shown = await to_danger(small)
    assert "Did this help?" not in shown.labels
    await small.presses(NEWCOMER, "1. ")
    await small.presses(NEWCOMER, "Did this help?")
    shown = await small.presses(NEWCOMER, "Yes")
    assert "Yes, ask me" not in shown.labels
    assert "check_ins" not in await small.rows()


@pytest.mark.parametrize("need", ["women", "mental_health"])
async def test_nobody_is_asked_again_about_what_could_give_them_away(small, need):
    directory = await small.app.directory()
    private = [s for s in directory.services if need in s.needs and is_danger(s.needs)] or [
        s for s in directory.services if need in s.needs
    ]
    packed = flow.pack(flow.searched(need))
    shown = await small.forges(NEWCOMER, f"1:H:{packed}:{private[0].id}")
    assert "Thank you" in shown.text
    assert "Yes, ask me" not in shown.labels


async def test_places_about_danger_are_not_listed_where_nobody_asked(small):
    directory = await small.app.directory()
    dangerous = {s.name for s in directory.services if is_danger(s.needs[:1])}
    packed = flow.pack(flow.searched("women"))
    for page in range(3):
        shown = await small.forges(NEWCOMER, f"1:r:{packed}:{page}")
        assert not [name for name in dangerous if name in shown.text]


async def test_who_said_no_is_not_told_that_somebody_complained(small):
    service = (await small.app.directory()).services[0]
    await small.knows(ADA, Role.COORDINATOR)
    async with small.sessions.begin() as session:
        await db.people.make_partner(
            session, PARTNER, service.organization, today=small.app.today()
        )
    await small.forges(NEWCOMER, f"1:X:{service.id}:refused")
    await small.send_out()
    assert "did not take them" in small.last(ADA).text
    assert small.screens(PARTNER) == []


async def test_a_message_is_passed_on_without_what_points_at_a_person(small):
    asked = await small.says(NEWCOMER, "/tell")
    told = "Ring me on 07700 900123, ref M1234567, LS9 8AA"
    await small.says(NEWCOMER, told, reply_to=reply_to(asked, screens.TELL_PREFIX))
    ((*_, text, _, _, _),) = (await small.rows())["tips"]
    assert text == "Ring me on […], ref […], […]"


async def test_something_wrong_reaches_coordinators_and_the_service_itself_once_a_day(stage):
    await stage.knows(ADA, Role.COORDINATOR)
    await to_results(stage)
    await stage.presses(NEWCOMER, "1. ")
    for who in (NEWCOMER, OTHER):
        await stage.forges(who, stage.button(NEWCOMER, "Something is wrong"))
        await stage.presses(who, "The phone number")
        shown = await stage.presses(who, "The phone number")
        assert "Somebody will look at it" in shown.text
    await stage.send_out()
    told = [each for each in stage.screens(ADA) if "phone number of" in each.text]
    assert len(told) == 1
    assert str(NEWCOMER) not in told[0].text
    rows = [row[-2:] for row in (await stage.rows())["service_outcomes"]]
    assert sorted(rows) == [("phone", 2), ("shown", 1)]


async def test_the_partner_of_the_service_is_told_too(small):
    directory = await small.app.directory()
    service = directory.services[0]
    async with small.sessions.begin() as session:
        await db.people.make_partner(
            session, PARTNER, service.organization.upper(), today=small.app.today()
        )
    await small.forges(NEWCOMER, f"1:X:{service.id}:closed")
    await small.send_out()
    assert "has closed" in small.last(PARTNER).text
    shown = await small.presses(PARTNER, "Look at it")
    assert service.name in shown.text


async def test_a_message_to_the_partnership_and_its_answer(stage):
    await stage.knows(ADA, Role.COORDINATOR)
    await stage.knows(NEWCOMER, language="ar")
    asked = await stage.says(NEWCOMER, "/tell")
    t = words("ar")
    done = await stage.says(NEWCOMER, SECRET, reply_to=reply_to(asked, screens.TELL_PREFIX))
    assert (
        t("Thank you. I passed it on without your name. If there is an answer, I show it here.")
        in done.text
    )
    await stage.send_out()
    assert SECRET not in stage.last(ADA).text, "only behind the button, not in notifications"
    shown = await stage.presses(ADA, "Read it")
    assert SECRET in shown.text
    assert str(NEWCOMER) not in shown.text
    prompt_ = await stage.presses(ADA, "Answer")
    await stage.says(ADA, "Ring Migrant Help.", reply_to=reply_to(prompt_, screens.ANSWER_PREFIX))
    await stage.send_out()
    assert "Ring Migrant Help." not in stage.last(NEWCOMER).text, "others may see the phone"
    shown = await stage.presses(NEWCOMER, t("Read it"))
    assert "Ring Migrant Help." in shown.text
    assert "Secret-Name" not in stage.said()


async def test_an_answer_never_ends_up_in_an_open_draft(small):
    await small.knows(ADA, Role.COORDINATOR)
    asked = await small.says(NEWCOMER, "/tell")
    await small.says(NEWCOMER, SECRET, reply_to=reply_to(asked, screens.TELL_PREFIX))
    await small.send_out()
    await small.presses(ADA, "Read it")
    question = await small.presses(ADA, "Answer")
    await small.says(ADA, "/broadcast")
    private = "If you want to die call 116 123. Stop by on Monday."
    shown = await small.says(ADA, private, reply_to=reply_to(question, screens.ANSWER_PREFIX))
    assert "The person gets your answer" in shown.text
    assert private not in repr((await small.rows())["drafts"])


async def test_an_answer_that_would_not_fit_a_screen_is_not_sent(small):
    await small.knows(ADA, Role.COORDINATOR)
    asked = await small.says(NEWCOMER, "/tell")
    await small.says(NEWCOMER, SECRET, reply_to=reply_to(asked, screens.TELL_PREFIX))
    await small.send_out()
    await small.presses(ADA, "Read it")
    question = await small.presses(ADA, "Answer")
    link_back = reply_to(question, screens.ANSWER_PREFIX)
    shown = await small.says(ADA, "&" * (LONGEST_ANSWER + 1), reply_to=link_back)
    assert "too long" in shown.text
    await small.says(ADA, "\U0001f600" * LONGEST_ANSWER, reply_to=link_back)
    await small.send_out()
    shown = await small.presses(NEWCOMER, "Read it")
    assert len(shown.text.encode("utf-16-le")) // 2 <= 4_096


async def test_a_message_that_was_taken_back_is_gone_not_answered(small):
    await small.knows(ADA, Role.COORDINATOR)
    asked = await small.says(NEWCOMER, "/tell")
    await small.says(NEWCOMER, SECRET, reply_to=reply_to(asked, screens.TELL_PREFIX))
    await small.send_out()
    await small.presses(ADA, "Read it")
    question = await small.presses(ADA, "Answer")
    await small.says(NEWCOMER, "/forget")
    await small.presses(NEWCOMER, "Yes, delete it")
    shown = await small.says(ADA, "Hello", reply_to=reply_to(question, screens.ANSWER_PREFIX))
    assert "This message is gone" in shown.text


async def test_a_second_coordinator_cannot_answer_again(stage):
    for who in (ADA, BEN):
        await stage.knows(who, Role.COORDINATOR)
    asked = await stage.says(NEWCOMER, "/tell")
    await stage.says(NEWCOMER, SECRET, reply_to=reply_to(asked, screens.TELL_PREFIX))
    await stage.send_out()
    questions = {}
    for who in (ADA, BEN):
        await stage.presses(who, "Read it")
        questions[who] = await stage.presses(who, "Answer")
    for who, shown in questions.items():
        await stage.says(who, "An answer", reply_to=reply_to(shown, screens.ANSWER_PREFIX))
    assert "answered already" in stage.last(BEN).text
    await stage.send_out()
    assert len([s for s in stage.screens(NEWCOMER) if "There is an answer" in s.text]) == 1


async def test_a_second_message_waits_for_the_answer_to_the_first(small):
    asked = await small.says(NEWCOMER, "/tell")
    await small.says(NEWCOMER, SECRET, reply_to=reply_to(asked, screens.TELL_PREFIX))
    shown = await small.says(NEWCOMER, "More", reply_to=reply_to(asked, screens.TELL_PREFIX))
    assert "still waits" in shown.text
    assert len((await small.rows())["tips"]) == 1


async def test_a_message_that_is_too_long_is_not_kept(small):
    asked = await small.says(NEWCOMER, "/tell")
    long = "a" * (LONGEST_TIP + 1)
    shown = await small.says(NEWCOMER, long, reply_to=reply_to(asked, screens.TELL_PREFIX))
    assert "too long" in shown.text
    assert "tips" not in await small.rows()


async def test_strangers_read_no_messages_and_no_answers(small):
    await small.knows(ADA, Role.COORDINATOR)
    asked = await small.says(NEWCOMER, "/tell")
    await small.says(NEWCOMER, SECRET, reply_to=reply_to(asked, screens.TELL_PREFIX))
    async with small.sessions.begin() as session:
        (tip,) = await db.tips.waiting(session)
        await db.tips.settle(session, tip.id, "the answer", now=small.clock())
    for data in (f"1:p:{tip.id}", f"1:p:{tip.id}:answer", f"1:A:{tip.id}"):
        await small.forges(OTHER, data)
    await small.says(OTHER, "/messages")
    await small.says(OTHER, "/needs")
    await small.says(OTHER, f"/start {screens.ANSWER_PREFIX}{tip.id}")
    seen = repr(small.screens(OTHER)) + repr(small.alerts)
    assert SECRET not in seen
    assert "the answer" not in seen
    assert REFUSAL in seen


async def test_coordinators_see_what_is_missing_but_no_small_count(stage):
    await stage.knows(ADA, Role.COORDINATOR)
    async with stage.sessions.begin() as session:
        for need, times in (("food", 6), ("housing", 3)):
            for _ in range(times):
                asked = Asked(need, "LS9", "refugee", "ar")
                await db.outcomes.count(session, "2026-W47", Outcome.ZERO, asked)
    shown = await stage.says(ADA, "/needs")
    assert "<b>6</b>" in shown.text
    assert "LS9 6" in shown.text
    assert "3" not in shown.text.replace("<b>6</b>", "")


async def test_coordinators_see_which_services_are_doubted(small):
    await small.knows(ADA, Role.COORDINATOR)
    service = (await small.app.directory()).services[0]
    for who in range(901, 906):
        await small.forges(who, f"1:X:{service.id}:phone")
    shown = await small.says(ADA, "/needs")
    assert service.name in shown.text
    assert "The phone number 5" in shown.text


async def test_a_service_found_by_its_name_counts_for_its_need(small):
    service = (await small.app.directory()).services[0]
    await small.forges(NEWCOMER, f"1:N::{service.id}")
    (total,) = [each for each in await counts(small) if not each.part]
    assert total.need == service.needs[0]


async def test_about_danger_only_the_need_is_counted(small):
    await to_danger(small)
    await small.presses(NEWCOMER, "1. ")
    await small.presses(NEWCOMER, "Did this help?")
    await small.presses(NEWCOMER, "No")
    assert {each.part for each in await counts(small)} == {""}


async def test_an_outage_of_counting_takes_nobodys_answer_away(stage, monkeypatch):
    await to_results(stage)
    await stage.presses(NEWCOMER, "Did this help?")

    async def broken(*_args):
        raise OSError("no disk")

    monkeypatch.setattr(db.outcomes, "count", broken)
    shown = await stage.presses(NEWCOMER, "No")
    assert "You can call:" in shown.text


async def test_messages_that_wait_are_listed(small):
    await small.knows(ADA, Role.COORDINATOR)
    assert "No message waits" in (await small.says(ADA, "/messages")).text
    asked = await small.says(NEWCOMER, "/tell")
    await small.says(NEWCOMER, SECRET, reply_to=reply_to(asked, screens.TELL_PREFIX))
    await small.says(ADA, "/messages")
    assert SECRET in (await small.presses(ADA, "November")).text
    assert "without an answer" in (await small.presses(ADA, "No answer needed")).text


@pytest.mark.parametrize("language", locales.supported())
async def test_the_question_a_week_later_names_no_place_and_no_need(language):
    content = voice_screens.check_in(locales.translator(language))
    assert "\u2068" not in content.parts[0], "no field: nothing about the person is in it"


async def test_what_nothing_fits_is_counted_once(small):
    """By the button that was pressed, not by turning pages or coming back."""
    directory = await small.app.directory()
    known = guide_walk.states(directory, small.clock())
    answers = next(each for each, found in known.found.items() if found.relaxed)
    packed = flow.pack(answers)
    await small.forges(NEWCOMER, f"1:g:{packed}")
    await small.forges(NEWCOMER, f"1:r:{packed}:0")
    await small.forges(NEWCOMER, f"1:g:{packed}")
    (total,) = [each for each in await counts(small) if not each.part]
    assert total.outcome in {Outcome.RELAXED, Outcome.ZERO}
    assert total.count == 1
    assert total.need
