"""Search in words: /find with referral detail for workers, and inline mode for any chat."""

import logging
from dataclasses import replace
from typing import Any

import pytest

import db.services
from directory.model import Access, Address, Audience, Confidence, Point, Referral
from people.model import Role
from tests.builders import inline_update
from tests.flows.stage import ADA, NEWCOMER, PARTNER, Stage
from tests.packs import leeds_pack

MARKER = Address(("17 Marker Lane",), "LS9 8AA")


async def asks_inline(stage: Stage, who: int, text: str) -> dict[str, Any]:
    await stage.application.process_update(inline_update(text, who, bot=stage.application.bot))
    return stage.api.of("answerInlineQuery")[-1]


def titles(answer):
    return [result["title"] for result in answer["results"]]


async def store(stage, *services):
    pack = leeds_pack()
    async with stage.sessions.begin() as session:
        await db.services.import_pack(session, services, pack.helplines, stage.clock())
    stage.app.changed()


def service(**changed):
    bank = next(each for each in leeds_pack().services if each.needs[0] == "food")
    return replace(bank, audience=Audience.PUBLIC, confidence=Confidence.MEDIUM, **changed)


async def test_a_partner_finds_food_near_a_place_with_the_way_to_refer(crew):
    shown = await crew.says(PARTNER, "/find food LS9")
    assert "What I found:" in shown.text
    assert shown.text.count("They give food") >= 3
    opened = await crew.presses(PARTNER, "1. ")
    assert "They give food" in opened.text


async def test_only_workers_see_how_to_refer(crew):
    note = "Send the form by Tuesday noon."
    agency = Access(referral=Referral.AGENCY)
    await store(crew, service(name="Marker Pantry", access=agency, referrer_note=note))
    shown = await crew.says(PARTNER, "/find marker pantry")
    assert "A worker from another service must send you there." in shown.text
    assert note in shown.text


async def test_nothing_found_is_said_and_leaves_a_way_out(crew):
    shown = await crew.says(PARTNER, "/find qwertzuiop")
    assert "I found nothing for this." in shown.text
    assert "🆘 Help now" in shown.labels


@pytest.mark.parametrize("who", [NEWCOMER, PARTNER])
async def test_the_bare_command_says_what_to_write(crew, who):
    shown = await crew.says(who, "/find")
    assert "For example: /find food LS9" in shown.text


async def test_a_newcomers_words_behind_the_command_are_words(crew):
    await crew.says(NEWCOMER, "food LS9")  # the promise comes first, once
    plain = await crew.says(NEWCOMER, "food LS9")
    asked = await crew.says(NEWCOMER, "/find food LS9")
    assert (asked.text, asked.labels) == (plain.text, plain.labels)
    danger = await crew.says(NEWCOMER, "/find my husband beats me")
    assert "Please call now." in danger.text


async def test_inline_results_are_cards_with_links_only(crew):
    answer = await asks_inline(crew, PARTNER, "food LS9")
    assert len(answer["results"]) >= 3
    first = answer["results"][0]
    content = first["input_message_content"]
    assert first["title"] in content["message_text"].replace("&#x27;", "'")
    assert content["parse_mode"] == "HTML"
    assert "in a straight line" not in content["message_text"]  # from a place nobody else knows
    for result in answer["results"]:
        rows = result.get("reply_markup", {}).get("inline_keyboard", [])
        assert all(set(button) == {"text", "url"} for row in rows for button in row)
    assert answer["is_personal"] is True
    assert answer["cache_time"] <= 1


@pytest.mark.parametrize("text", ["", "   "])
async def test_nothing_typed_offers_the_bot_itself(crew, text):
    answer = await asks_inline(crew, NEWCOMER, text)
    assert answer["results"] == []
    assert answer["button"]["text"] == "Find help step by step"


async def test_only_workers_are_offered_places_about_danger(crew):
    assert titles(await asks_inline(crew, PARTNER, "domestic abuse"))
    assert not titles(await asks_inline(crew, NEWCOMER, "domestic abuse"))


@pytest.mark.parametrize("who", [NEWCOMER, PARTNER, ADA])
async def test_what_is_for_workers_goes_into_no_chat(crew, who):
    await store(
        crew,
        service(id="open", name="Marker Pantry", note="For staff: MARKERNOTE"),
        replace(service(id="staff", name="Marker Larder"), audience=Audience.WORKERS),
    )
    answer = await asks_inline(crew, who, "marker")
    assert titles(answer) == ["Marker Pantry"]
    assert "MARKERNOTE" not in str(answer)


async def test_a_doubtful_number_is_not_sent_on(crew):
    sure = service(name="Marker Pantry")
    await store(crew, replace(sure, confidence=Confidence.LOW))
    answer = await asks_inline(crew, PARTNER, "marker pantry")
    assert titles(answer) == ["Marker Pantry"]
    assert all(phone.number[-6:] not in str(answer).replace(" ", "") for phone in sure.phones)


async def test_a_confidential_address_is_in_no_answer_and_no_log(crew, caplog):
    caplog.set_level(logging.DEBUG)
    hidden = service(
        name="Marker Refuge",
        confidential_location=True,
        address=MARKER,
        location=Point(53.79123, -1.52),
        description="They give food. Come to 17 Marker Lane, Leeds LS9 8AA.",
        hours_note="Ring at 17 Marker Lane.",
        note="It is 17 Marker Lane, LS9 8AA.",
        referrer_note="Send people to 17 Marker Lane, LS9 8AA.",
        accessibility=("Ramp at 17 Marker Lane",),
    )
    await store(crew, hidden)
    await crew.knows(ADA, Role.COORDINATOR)
    for who in (NEWCOMER, PARTNER, ADA):
        await crew.says(who, "/find marker refuge")
        await asks_inline(crew, who, "marker refuge LS9")
        await asks_inline(crew, who, "17 marker lane")
        await crew.forges(who, f"1:s::{hidden.id}")
    # the database's driver tells every statement at this level; bot/logs.py keeps it quiet
    logged = [each.getMessage() for each in caplog.records if each.name != "aiosqlite"]
    said = crew.said() + "\n".join(logged)
    assert "Marker Refuge" in said
    assert "Marker Lane" not in said and "53.79123" not in said


async def test_a_card_chosen_in_the_bots_own_chat_is_nobodys_question(crew):
    before = len(crew.api.calls)
    bot = {"id": crew.application.bot.id, "is_bot": True, "first_name": "Fingerpost"}
    await crew.says(PARTNER, "Marker Pantry\nThey give food.", via_bot=bot)
    assert len(crew.api.calls) == before


async def test_a_change_is_found_at_once(crew):
    await store(crew, service(name="Marker Pantry"))
    assert titles(await asks_inline(crew, PARTNER, "marker")) == ["Marker Pantry"]
    await store(crew, service(name="Zebra Kitchen"))
    assert titles(await asks_inline(crew, PARTNER, "zebra")) == ["Zebra Kitchen"]
    assert not titles(await asks_inline(crew, PARTNER, "marker"))
