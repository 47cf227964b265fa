"""Know your rights: nothing is public until a coordinator stands by it, and not for ever."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, text

import db.rights
from db.models import AuditRow, RightConfirmationRow
from directory import rights
from handlers import rights as handler
from people.model import Role
from tests.flows.stage import ADA, BEN, NEWCOMER, PARTNER, REFUSAL, STALE, assemble

DAY = timedelta(days=1)
GP = "You can see a doctor"
GIRLS = "Keeping girls safe"
NOT_YET = "Not confirmed yet: do not pass on."
HONEST = "Nobody has checked the cards about your rights yet."


async def confirm(stage, *card_ids, by=ADA):
    """Let a coordinator confirm cards, as the buttons do."""
    for card_id in card_ids:
        await stage.forges(by, f"1:Q:{card_id}:0:1")
        await stage.presses(by, "This is right today")
        await stage.presses(by, "Yes, show it to everybody")


async def stored(stage):
    async with stage.sessions() as session:
        return await db.rights.confirmations(session)


async def audit(stage):
    async with stage.sessions() as session:
        rows = await session.scalars(select(AuditRow).order_by(AuditRow.id))
        return [(row.actor_id, row.action, row.subject, row.detail) for row in rows]


async def test_before_anybody_confirmed_newcomers_get_an_honest_answer_and_people_to_call(small):
    shown = await small.says(NEWCOMER, "/rights")
    assert HONEST in shown.text
    assert "📞" in shown.text
    assert GP not in shown.text
    assert {"🆘 Help now", "Find help"} <= set(shown.labels)
    shown = await small.forges(NEWCOMER, "1:Q:gp:0")
    assert HONEST in shown.text, "an old or forged button shows no card either"
    shown = await small.says(NEWCOMER, "/start r_gp_")
    assert HONEST in shown.text, "nor does a link"


async def test_a_partner_reads_every_card_with_a_warning_and_confirms_none(crew):
    shown = await crew.says(PARTNER, "/rights")
    assert f"❗ {GP}" in shown.labels
    shown = await crew.presses(PARTNER, GP)
    assert NOT_YET in shown.text
    assert "A GP is a doctor near your home." in shown.text
    assert "This is right today" not in shown.labels
    shown = await crew.forges(PARTNER, "1:Q:after-refusal:0")
    assert "Its sources are weak: never pass it on." in shown.text


async def test_a_coordinator_makes_a_card_public_in_two_steps(staff):
    await staff.says(ADA, "/rights")
    shown = await staff.presses(ADA, GP)
    assert NOT_YET in shown.text
    shown = await staff.presses(ADA, "This is right today")
    assert f"Show “{GP}” to everybody?" in shown.text
    assert "until Saturday, 15 May 2027" in shown.text
    assert await stored(staff) == {}, "nothing is public after the first step"
    shown = await staff.presses(ADA, "Yes, show it to everybody")
    assert NOT_YET not in shown.text
    assert "A person checked this on Monday, 16 November 2026." in shown.text
    given = (await stored(staff))["gp"]
    assert (given.by, given.at, given.valid_until) == (
        ADA,
        staff.clock(),
        staff.clock() + 180 * DAY,
    )
    assert await audit(staff) == [(ADA, "confirm_right", "gp", {"until": "2027-05-15"})]
    shown = await staff.says(NEWCOMER, "/rights")
    assert [label for label in shown.labels if "🆘" not in label] == [GP, "🌐"]
    shown = await staff.presses(NEWCOMER, GP)
    assert "A GP is a doctor near your home." in shown.text
    assert "A person checked this on Monday, 16 November 2026." in shown.text
    assert "Ask a qualified adviser." in shown.text
    shown = await staff.presses(NEWCOMER, "Find help with this")
    assert "These can help you" in shown.text or "?" in shown.text


async def test_what_was_confirmed_can_be_taken_back_by_another_coordinator(crew):
    await confirm(crew, "gp")
    await crew.forges(BEN, "1:Q:gp:0")
    shown = await crew.presses(BEN, "Take it back")
    assert NOT_YET in shown.text
    assert HONEST in (await crew.says(NEWCOMER, "/rights")).text
    assert [entry[:3] for entry in await audit(crew)] == [
        (ADA, "confirm_right", "gp"),
        (BEN, "withdraw_right", "gp"),
    ]
    await crew.forges(BEN, "1:J:gp:back:0")
    assert len(await audit(crew)) == 2, "twice does nothing more"


@pytest.mark.parametrize(
    ("card_id", "days"),
    [
        pytest.param("gp", 180, id="steady law"),
        pytest.param("renting", 30, id="law that is changing"),
    ],
)
async def test_a_card_goes_by_itself_when_its_time_is_over(staff, card_id, days):
    await confirm(staff, card_id)
    staff.clock.advance(days * DAY - timedelta(seconds=1))
    assert HONEST not in (await staff.says(NEWCOMER, "/rights")).text
    staff.clock.advance(timedelta(seconds=1))
    assert HONEST in (await staff.says(NEWCOMER, "/rights")).text
    shown = await staff.forges(PARTNER, f"1:Q:{card_id}:0")
    assert "The last check is too old: do not pass on." in shown.text


async def test_another_text_in_the_pack_is_not_public(small_sessions, pack, clock):
    before = assemble(small_sessions, pack, clock)
    async with before.application:
        await before.knows(ADA, Role.COORDINATOR)
        await confirm(before, "gp")
        await before.forges(ADA, "1:Q:gp:0")
        asked = (await before.presses(ADA, "This is right today")).data("Yes")
    cards = [
        replace(card, words=replace(card.words, text="A GP is free.")) if card.id == "gp" else card
        for card in pack.rights
    ]
    after = assemble(small_sessions, replace(pack, rights=tuple(cards)), clock)
    async with after.application:
        assert HONEST in (await after.says(NEWCOMER, "/rights")).text
        shown = await after.forges(ADA, "1:Q:gp:0")
        assert "Changed since the last check: do not pass on." in shown.text
        await after.forges(ADA, asked)
        assert "The card has changed since you looked." in after.alerts[-1]
        assert HONEST in (await after.says(NEWCOMER, "/rights")).text
        await confirm(after, "gp")
        assert GP in (await after.says(NEWCOMER, "/rights")).labels


@pytest.mark.parametrize(
    "data",
    [
        pytest.param("1:J:after-refusal:ask:0", id="asking"),
        pytest.param("1:J:after-refusal:yes:0:00000000", id="confirming"),
        pytest.param("1:J:nothing:ask:0", id="a card that there is not"),
        pytest.param("1:J:gp:sell:0", id="an act that there is not"),
    ],
)
async def test_what_nobody_may_confirm_gets_a_fresh_start(crew, data):
    shown = await crew.forges(ADA, data)
    assert STALE in shown.text
    assert await stored(crew) == {}


@pytest.mark.parametrize("who", [NEWCOMER, PARTNER])
async def test_only_coordinators_confirm(crew, who):
    mark = rights.fingerprint(next(c for c in crew.app.rights if c.id == "gp"))[:8]
    for data in ("1:J:gp:ask:0", f"1:J:gp:yes:0:{mark}", "1:J:gp:back:0"):
        await crew.forges(who, data)
        assert crew.alerts[-1] == REFUSAL
    assert await stored(crew) == {}


async def test_about_danger_it_is_asked_first_whether_reading_is_safe(crew):
    await confirm(crew, "girls-safe")
    shown = await crew.says(NEWCOMER, "/rights")
    assert "FGM" not in shown.text + repr(shown.labels)
    shown = await crew.presses(NEWCOMER, GIRLS)
    assert "Is it safe for you to read about this now?" in shown.text
    assert "FGM" not in shown.text
    put_off = await crew.presses(NEWCOMER, "Not now")
    assert "You can come back at any time." in put_off.text
    assert GIRLS not in put_off.text
    await crew.forges(NEWCOMER, "1:Q:girls-safe:0")
    shown = await crew.presses(NEWCOMER, "Yes")
    assert shown.text.startswith("Here is what you asked for."), "neutral in the list of chats"
    assert "FGM means" in shown.text
    assert "Clear this chat" in shown.labels


async def test_results_offer_the_card_that_fits_and_lead_back(crew):
    results = await to_results(crew, NEWCOMER, "Health or feelings", "A doctor, nurse or dentist")
    assert "Your rights" not in results.text + repr(results.labels)
    await confirm(crew, "gp", "renting")
    results = await to_results(crew, NEWCOMER, "Health or feelings", "A doctor, nurse or dentist")
    card = await follow(crew, NEWCOMER, results, f"Your rights: {GP}")
    assert "A GP is a doctor near your home." in card.text
    back = await crew.presses(NEWCOMER, "‹ Back")
    assert back.labels == results.labels


async def test_without_a_fitting_card_nothing_is_offered(crew):
    await confirm(crew, "gp")
    results = await to_results(crew, NEWCOMER, "Something else", "Learn English")
    assert "Your rights" not in results.text + repr(results.labels)


async def test_the_first_screen_offers_rights_only_once_there_are_some(crew):
    shown = await crew.forges(NEWCOMER, "1:a:en:")
    assert "Know your rights" not in shown.labels
    await confirm(crew, "gp")
    shown = await crew.forges(102, "1:a:en:")
    assert "Know your rights" in shown.labels
    shown = await crew.presses(102, "Know your rights")
    assert GP in shown.labels


async def test_in_an_outage_nobody_is_told_that_nothing_is_checked(crew):
    await confirm(crew, "gp")
    async with crew.sessions.begin() as session:
        await session.execute(text(f"DROP TABLE {RightConfirmationRow.__tablename__}"))
    shown = await crew.says(NEWCOMER, "/rights")
    assert "I cannot look at the cards about your rights now." in shown.text
    assert HONEST not in shown.text
    for who in (NEWCOMER, ADA):
        shown = await crew.forges(who, "1:Q:gp:0")
        assert "I cannot look at the cards about your rights now." in shown.text
        assert GP not in shown.text
    results = await to_results(crew, NEWCOMER, "Health or feelings", "A doctor, nurse or dentist")
    assert "These can help you" in results.text


async def to_results(stage, who, *labels):
    """Let *who* start anew, press *labels*, then skip what is still asked."""
    await stage.knows(who)
    shown = await stage.says(who, "/start")
    for label in labels:
        shown = await stage.presses(who, label)
    for _ in range(4):
        skip = next((each for each in ("Skip", "Not sure") if each in shown.labels), None)
        if skip is None:
            break
        shown = await stage.presses(who, skip)
    return shown


async def follow(stage, who, shown, words):
    """Press the button with *words*, or follow the link with them."""
    if words in shown.labels:
        return await stage.presses(who, words)
    assert words in shown.text
    payload = shown.text.split("?start=r_")[1].split('"')[0]
    return await stage.says(who, f"/start r_{payload}")


# --- the daily question to coordinators --------------------------------------------------


async def asked(stage, who=ADA):
    """Run the job, send what it queued, and return the reminders that *who* has had."""
    await handler.ask_due(stage.app)
    await stage.send_out()
    return [told for told in stage.api.texts(who) if "look at these cards" in told]


async def test_coordinators_are_asked_once_three_days_before_the_end(staff):
    await confirm(staff, "renting", "at-work", "gp")
    staff.clock.advance(27 * DAY - timedelta(minutes=1))
    assert await asked(staff) == []
    staff.clock.advance(timedelta(minutes=1))
    (told,) = await asked(staff)
    assert "Your rights when you rent: checked until Wednesday, 16 December 2026" in told
    assert "Your rights at work" in told
    assert GP not in told
    assert len(await asked(staff, BEN)) == 1, "the other coordinator too, in one message"
    for _ in range(29):
        staff.clock.advance(DAY)
        assert len(await asked(staff)) == 1, "not every day"
    staff.clock.advance(DAY)
    assert len(await asked(staff)) == 2, "again after 30 days"


async def test_the_reminder_leads_to_the_card_and_a_new_word_ends_it(crew):
    await confirm(crew, "renting")
    crew.clock.advance(28 * DAY)
    await asked(crew)
    shown = await crew.presses(ADA, "Your rights when you rent")
    assert "A person checked this on Monday, 16 November 2026." in shown.text
    await crew.presses(ADA, "This is right today")
    await crew.presses(ADA, "Yes, show it to everybody")
    crew.clock.advance(26 * DAY)
    assert len(await asked(crew)) == 1
    crew.clock.advance(DAY)
    assert len(await asked(crew)) == 2, "27 days after the new word"


async def test_what_was_never_confirmed_or_was_taken_back_is_not_asked_for(crew):
    await confirm(crew, "renting")
    await crew.forges(BEN, "1:J:renting:back:0")
    crew.clock.advance(400 * DAY)
    assert await asked(crew) == []


async def test_without_coordinators_nobody_counts_as_asked(small):
    await small.knows(ADA, Role.COORDINATOR)
    await confirm(small, "renting")
    await small.knows(ADA, Role.PARTNER)
    small.clock.advance(29 * DAY)
    assert await handler.ask_due(small.app) == 0
    await small.knows(BEN, Role.COORDINATOR)
    assert await handler.ask_due(small.app) == 1
