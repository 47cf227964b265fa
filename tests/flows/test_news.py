"""Coordinators write to newcomers who asked for news: whom, which words, how it looks, the stop."""

import re
from datetime import timedelta

import pytest

import db.alerts
import db.broadcasts
import db.drafts
import db.outbox
import locales
from delivery.broadcast import Audience
from delivery.model import Settlement, TryLater
from directory.alerting import ANYWHERE, Alert
from handlers import compose_draft
from handlers.callbacks import Route, encode
from tests.builders import document_update, photo_update
from tests.flows.stage import ADA, BEN, NEWCOMER, OTHER, PARTNER, STALE

THIRD = 103
ENGLISH, ARABIC = "Free soup at the library tonight.", "حساء مجاني الليلة في المكتبة."
SECRET, SECRET_ARABIC = "Free soup for people with a refused asylum claim.", "حساء لطالبي اللجوء."
NEWS, WHY = "News that you asked for", "You get this because you asked for news."
TOO_TELLING = "Newcomers cannot get it yet."
NAME = {code: locales.native_name(code) for code in locales.supported()}
T = locales.translator("ar")


async def asks(stage, who, need, district=ANYWHERE, language="en"):
    async with stage.sessions.begin() as session:
        wanted = Alert(need, district, stage.app.today())
        assert await db.alerts.ask(session, who, wanted, language, now=stage.clock())


@pytest.fixture
async def city(crew):
    """A reader of Arabic in the east and one of English anywhere want food; one wants classes."""
    await crew.knows(NEWCOMER, language="ar")
    await asks(crew, NEWCOMER, "food", "east", "ar")
    await asks(crew, NEWCOMER, "esol", "south", "ar")
    await asks(crew, OTHER, "food")
    await asks(crew, THIRD, "esol", "east")
    yield crew
    for screen in (screen for who in (ADA, BEN, NEWCOMER, OTHER) for screen in crew.screens(who)):
        assert len(screen.buttons) <= 8 or "Corrected in:" in screen.text, screen.labels
        assert len(screen.text.encode("utf-16-le")) // 2 <= 4096


async def many(stage, number):
    """Let *number* more people ask for food anywhere."""
    for who in range(5001, 5001 + number):
        await asks(stage, who, "food")


async def begun(stage, text=ENGLISH, arabic=ARABIC):
    await stage.says(ADA, "/broadcast")
    await stage.says(ADA, text)
    await stage.presses(ADA, "Newcomers who asked for news")
    if arabic:
        await stage.presses(ADA, "Change it")
        await stage.presses(ADA, "Texts and languages")
        await stage.presses(ADA, NAME["ar"])
        await stage.says(ADA, arabic)
        await stage.presses(ADA, "‹ Back")
        return await stage.presses(ADA, "‹ Back")
    return await stage.presses(ADA, "Change it")


async def narrowed(stage, need="Food", area="East"):
    await stage.presses(ADA, "Who gets it")
    shown = await stage.presses(ADA, "Only some of them")
    for part, value in (("By what they need", need), ("By area", area)):
        await stage.presses(ADA, part)
        shown = await stage.presses(ADA, value)
        await stage.presses(ADA, "‹ Back")
    return shown


async def look(stage):
    return await stage.presses(ADA, "See it, then ask")


async def approved(stage):
    """Ask for approval and give it, then wait until it cannot be undone."""
    await stage.presses(ADA, "Ask for approval")
    await stage.send_out()
    await stage.presses(BEN, "Approve and send")
    stage.clock.advance(timedelta(minutes=2))


async def left(stage, method="sendMessage"):
    """Return what leaves the outbox now, by chat; staff left out."""
    before = len(stage.api.calls)
    await stage.send_out()
    calls = [each for each in stage.api.calls[before:] if each.method == method]
    return {each.chat_id: each.params for each in calls if each.chat_id not in (ADA, BEN, PARTNER)}


def labels(params):
    rows = params["reply_markup"]["inline_keyboard"]
    return [each["text"] for row in rows for each in row]


def plain(text):
    return re.sub("[\u200e\u200f\u2066-\u2069]|<[^>]*>", "", text)


async def tally(stage):
    async with stage.sessions() as session:
        return await db.outbox.tally(session, "broadcast:1")


# --- whom it reaches, and how many that are


async def test_by_need_and_area_to_each_in_their_language(city):
    await begun(city)
    shown = await narrowed(city)
    for told in ("Only people who want news about: Food.", "Only for these areas: East."):
        assert told in shown.text
    await look(city)
    await approved(city)
    asked = [each.text for each in city.screens(BEN)]
    assert any("For: Newcomers who asked for news" in t and "about: Food." in t for t in asked)
    assert any("• Stop these messages" in text for text in asked)
    got = await left(city)
    assert set(got) == {NEWCOMER, OTHER}
    arabic, english = plain(got[NEWCOMER]["text"]), plain(got[OTHER]["text"])
    assert arabic.startswith(T.gettext(NEWS))
    assert ARABIC in arabic
    assert T.gettext("You get this because you asked for news. You can stop it any time.") in arabic
    assert english.startswith(NEWS + "\n\n" + ENGLISH)
    assert WHY in english
    assert labels(got[OTHER]) == ["Stop these messages", "🆘 Help now"]
    for told in ("Food", "food", "East", "Urgent", "❗"):
        assert told not in english, "nobody who reads along learns what was asked for"


async def test_only_danger_to_life_looks_urgent(city):
    await begun(city)
    await city.presses(ADA, "Danger to life")
    await city.presses(ADA, "Yes, danger")
    await look(city)
    await approved(city)
    got = await left(city)
    assert set(got) == {NEWCOMER, OTHER, THIRD}
    assert plain(got[OTHER]["text"]).startswith("❗️ Urgent update")
    assert WHY in got[OTHER]["text"]


async def test_few_are_not_counted_anywhere(city):
    await begun(city)
    shown = await look(city)
    assert "Newcomers who asked for news: fewer than 5 people, about 1 s to send." in shown.text
    assert "Counts under 5 are hidden." in shown.text
    assert NAME["ar"] not in plain(shown.text)
    await approved(city)
    report = await city.forges(BEN, encode(Route.CAMPAIGN, "b", 1, "look"))
    assert "Recipients: fewer than 5" in report.text
    city.api.block(OTHER)
    await left(city)
    report = await city.forges(BEN, encode(Route.CAMPAIGN, "b", 1, "look"))
    for text in (shown.text, report.text):
        assert not re.search(r"\b[1-3] (person|people|×)|: [0-3]\b|%|blocked", plain(text)), text


async def test_who_failed_is_not_counted_either(city):
    await begun(city)
    await look(city)
    await approved(city)
    city.api.fail(400, "Bad Request: something", chat_id=OTHER, times=1)
    await left(city)
    shown = await city.forges(BEN, encode(Route.CAMPAIGN, "b", 1, "look"))
    assert "Try the failed ones again (< 5)" in shown.labels
    await city.presses(BEN, "Try the failed")
    assert set(await left(city)) == {OTHER}
    assert "copies" not in repr((await city.rows())["audit"])


async def test_enough_are_counted_but_no_small_part_and_no_number_of_theirs(city):
    await many(city, 7)
    await begun(city)
    await narrowed(city)
    shown = await look(city)
    assert "Newcomers who asked for news: 9 people" in shown.text
    assert "People who read" not in shown.text
    assert NAME["ar"] not in plain(shown.text)
    await approved(city)
    await left(city)
    report = await city.forges(BEN, encode(Route.CAMPAIGN, "b", 1, "look"))
    assert (
        "For: Newcomers who asked for news\nOnly people who want news about: Food." in report.text
    )
    assert "Only for these areas: East." in report.text
    assert "Sent: 9" in report.text
    assert NAME["ar"] not in plain(report.text)
    assert str(OTHER) not in report.text


async def test_any_language_can_be_chosen_and_looked_at(city):
    await begun(city)
    await city.presses(ADA, "Who gets it")
    await city.presses(ADA, "Only some of them")
    shown = await city.presses(ADA, "By language")
    assert any("1/4" in each for each in shown.labels), "all, whoever there is"
    await city.presses(ADA, "‹ Back")
    await look(city)
    shown = await city.presses(ADA, "See it in another language")
    assert any("1/3" in each or "1/4" in each for each in shown.labels)


async def test_nobody_who_asked_is_said(city):
    await begun(city)
    await narrowed(city, "Clothes or furniture", "West")
    shown = await look(city)
    assert "Nobody would get it." in shown.text
    assert "Ask for approval" not in shown.labels


async def test_other_updates_do_not_reach_them(city):
    await city.says(ADA, "/broadcast")
    await city.says(ADA, ENGLISH)
    await city.presses(ADA, "Partners and digest readers")
    await approved(city)
    assert await left(city) == {}


async def test_they_are_asked_for_no_answer(city):
    await city.says(ADA, "/broadcast")
    await city.says(ADA, ENGLISH)
    await city.presses(ADA, "Partners and digest readers")
    await city.presses(ADA, "Change it")
    await city.presses(ADA, "Buttons under it")
    await city.presses(ADA, "“I can help”")
    forged = city.button(ADA, "“I have read this”")
    await city.presses(ADA, "‹ Back")
    await city.presses(ADA, "Who gets it")
    await city.presses(ADA, "Newcomers who asked for news")
    await city.presses(ADA, "Change it")
    shown = await city.presses(ADA, "Buttons under it")
    assert "Newcomers are not asked to answer." in shown.text
    assert shown.labels == ["Add a link", "Add a service", "‹ Back"]
    assert STALE in (await city.forges(ADA, forged)).text
    await city.forges(ADA, encode(Route.COMPOSE, forged.split(":")[2], "look"))
    await approved(city)
    assert labels((await left(city))[OTHER]) == ["Stop these messages", "🆘 Help now"]


# --- nothing sensitive is pushed


async def test_words_that_tell_are_named_and_it_cannot_go(city):
    await begun(city, SECRET, SECRET_ARABIC)
    shown = await look(city)
    assert TOO_TELLING in shown.text
    assert "• English: refused, asylum, claim" in shown.text
    assert "اللجوء" in shown.text
    assert "Ask for approval" not in shown.labels
    async with city.sessions() as session:
        stored = await db.drafts.find(session, ADA)
    assert stored is not None
    draft = compose_draft.read(stored)
    await city.forges(ADA, encode(Route.COMPOSE, draft.key, "submit", draft.mark, "again"))
    assert "broadcasts" not in await city.rows()
    assert TOO_TELLING in city.last(ADA).text
    await city.presses(ADA, "Change it")
    for code, text in (("en", ENGLISH), ("ar", ARABIC)):
        await city.presses(ADA, "Texts and languages")
        await city.presses(ADA, NAME[code])
        await city.presses(ADA, "Write it again")
        await city.says(ADA, text)
        if code == "en":
            continue
        await city.presses(ADA, "‹ Back")
        await city.presses(ADA, "‹ Back")
    shown = await look(city)
    assert TOO_TELLING not in shown.text
    assert "Ask for approval" in shown.labels


async def test_partners_can_get_it_all_the_same(city):
    await begun(city, SECRET, SECRET_ARABIC)
    await city.presses(ADA, "Who gets it")
    shown = await city.presses(ADA, "Partners and coordinators")
    assert TOO_TELLING not in shown.text
    assert "Ask for approval" in shown.labels


async def test_buttons_and_the_names_of_files_are_looked_at_too(city):
    await begun(city)
    await city.presses(ADA, "Buttons under it")
    await city.presses(ADA, "Add a link")
    await city.says(ADA, "Refugee Council\nhttps://leeds.gov.uk")
    await city.presses(ADA, "‹ Back")
    file = document_update("asylum_form.pdf", ADA, bot=city.application.bot)
    await city.presses(ADA, "Picture, file or place")
    await city.application.process_update(file)
    shown = await look(city)
    assert "• Refugee Council: Refugee" in shown.text
    assert "• asylum_form.pdf: asylum" in shown.text
    assert "Ask for approval" not in shown.labels


async def test_a_picture_may_go_and_is_left_to_the_coordinator(city):
    await begun(city)
    await city.application.process_update(photo_update("pic", ADA, bot=city.application.bot))
    shown = await look(city)
    assert "I cannot read pictures and files." in shown.text
    await approved(city)
    assert set(await left(city, "sendPhoto")) == {NEWCOMER, OTHER, THIRD}


# --- after it was sent


async def test_one_tap_stops_also_what_is_on_its_way(city):
    await begun(city)
    await look(city)
    await approved(city)
    await city.forges(OTHER, encode(Route.ALERT, "off"))
    assert set(await left(city)) == {NEWCOMER, THIRD}
    assert (await tally(city)).skipped == 1


async def test_a_copy_that_must_wait_is_not_tried_again_after_the_stop(city):
    await begun(city)
    await look(city)
    await approved(city)
    async with city.sessions.begin() as session:
        parcels = await db.outbox.claim(session, 9, city.clock())
        await db.outbox.start(session, parcels, city.clock())
    await city.says(OTHER, "/stop")
    later = TryLater(timedelta(seconds=5), "flood", flood=True)
    async with city.sessions.begin() as session:
        done = [Settlement(each, later, 0) for each in parcels]
        await db.outbox.settle(session, done, city.clock())
    city.clock.advance(timedelta(seconds=10))
    assert set(await left(city)) == {NEWCOMER, THIRD}


@pytest.fixture
async def sent(city):
    """An update that everybody has got."""
    await begun(city)
    await look(city)
    await approved(city)
    await left(city)
    return city


async def test_a_correction_is_looked_at_and_keeps_the_frame(sent):
    await sent.forges(ADA, encode(Route.CAMPAIGN, "b", 1, "look"))
    await sent.presses(ADA, "Correct it")
    await sent.says(ADA, SECRET)
    told = [*sent.alerts, sent.last(ADA).text][-1]
    assert "these words can tell others about them: refused, asylum, claim." in told
    await sent.says(ADA, ENGLISH + " Until nine.")
    await sent.presses(ADA, "Ask for approval")
    await sent.send_out()
    await sent.presses(BEN, "Approve the correction")
    edits = await left(sent, "editMessageText")
    assert set(edits) == {NEWCOMER, OTHER, THIRD}
    text = plain(edits[OTHER]["text"])
    assert text.startswith(NEWS)
    assert "Until nine." in text
    assert WHY in text
    assert labels(edits[OTHER]) == ["Stop these messages", "🆘 Help now"]
    shown = await sent.forges(BEN, encode(Route.CAMPAIGN, "c", "1.1", "look"))
    assert "Recipients: fewer than 5" in shown.text


async def test_it_can_be_taken_back(sent):
    await sent.forges(ADA, encode(Route.CAMPAIGN, "b", 1, "look"))
    await sent.presses(ADA, "Take it back")
    await sent.presses(ADA, "Ask for approval")
    await sent.send_out()
    await sent.presses(BEN, "Take it back from everybody")
    assert set(await left(sent, "deleteMessages")) == {NEWCOMER, OTHER, THIRD}


async def test_the_same_words_for_another_area_are_not_the_same_update(sent):
    await begun(sent)
    await narrowed(sent)
    await look(sent)
    shown = await sent.presses(ADA, "Ask for approval")
    assert "Send it again?" not in shown.text
    async with sent.sessions() as session:
        stored = await db.broadcasts.find(session, 2)
    assert stored is not None
    assert stored.audience is Audience.ALERTS
    assert (stored.shape.only.needs, stored.shape.only.districts) == (("food",), ("east",))


async def test_a_template_goes_to_newcomers_without_its_questions(city):
    await city.says(ADA, "/broadcast")
    await city.says(ADA, ENGLISH)
    await city.presses(ADA, "Coordinators only")
    await city.presses(ADA, "Change it")
    await city.presses(ADA, "Buttons under it")
    await city.presses(ADA, "“I can help”")
    await city.presses(ADA, "‹ Back")
    await city.presses(ADA, "Save as a template")
    await city.says(ADA, "Soup")
    await city.says(ADA, "/cancel")
    await city.says(ADA, "/broadcast")
    await city.presses(ADA, "Use a template")
    await city.presses(ADA, "Soup")
    await city.presses(ADA, "Use it")
    await city.presses(ADA, "Newcomers who asked for news")
    await approved(city)
    assert labels((await left(city))[OTHER]) == ["Stop these messages", "🆘 Help now"]
