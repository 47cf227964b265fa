"""Cards: what is shown of a service depends on how sure we are, and never where it is hidden."""

import html
import re
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

import db.services
from directory import flow, matcher
from directory.model import Address, Audience, Confidence, Phone, Point
from handlers import contact
from locales import translator
from people.model import Role
from tests.flows.stage import ADA, BEN, NEWCOMER, PARTNER, assemble

FOOD = "L2d1t2"  # answers: food, and no stage in particular


def secret(service, n=0):
    """Return *service* with a marker in every field that may have to stay hidden."""
    return replace(
        service,
        phones=(Phone("+441130000123", "MARK-LABEL"),),
        email="mark-mail@example.org",
        address=Address((f"{n} MARK-STREET", "MARK-AREA"), "LS9 8AA"),
        location=Point(53.8090, -1.5100),
        opening_hours="Mo 08:07-17:03",
        hours_note="MARK-HOURS",
        note=f"Once it was {IN_WORDS[0]} or {IN_WORDS[1]}, at {IN_WORDS[2]}.",
        confirmed_on=None,
    )


IN_WORDS = ("+44 113 373 1759", "mark-note@example.org", "LS7 4AA")  # in a note, for workers
HIDDEN = (
    "0123",
    "MARK-LABEL",
    "mark-mail",
    "MARK-STREET",
    "MARK-AREA",
    "8AA",
    "08:07",
    "MARK-HOURS",
)


@asynccontextmanager
async def served(sessions, pack, clock, change):
    """The application with one service for food, changed by *change*."""
    service = next(s for s in pack.services if "food" in s.needs and s.address is not None)
    service = change(secret(replace(service, eligibility=(), audience=Audience.PUBLIC)))
    directory = pack.directory_of([service])
    made = assemble(sessions, replace(pack, services=(service,), directory=directory), clock)
    async with made.application:
        yield made, service


@pytest.fixture
async def marked(small_sessions, pack, clock, request):
    """The same, changed as the test asks."""
    async with served(small_sessions, pack, clock, request.param) as found:
        yield found


async def everything_shown(stage, who, service):
    """Return every text and button about *service* that the chat of *who* can come to."""
    await stage.forges(who, f"1:g:{FOOD}.LS9-8")
    await stage.forges(who, f"1:g:{FOOD}.-")
    card = await stage.forges(who, f"1:s:{FOOD}.LS9-8:{service.id}")
    assert html.escape(service.name) in card.text
    return stage.said(), card


def low(service):
    return replace(service, confidence=Confidence.LOW)


def confidential(service):
    return replace(service, confidence=Confidence.HIGH, confidential_location=True, location=None)


def sure(service):
    return replace(service, confidence=Confidence.HIGH)


@pytest.mark.parametrize("marked", [sure], indirect=True, ids=["sure"])
async def test_what_is_sure_is_shown_whole(marked):
    stage, service = marked
    _, card = await everything_shown(stage, NEWCOMER, service)
    for part in ("0113 000 0123", *HIDDEN[1:]):
        assert part in card.text
    assert "Open now until 17:03" in card.text
    on_foot = r"About \d+ minutes on foot \([\d.]+ (m|km) in a straight line\)"
    assert re.search(on_foot, re.sub("[\u2068\u2069]", "", card.text))


@pytest.mark.parametrize("marked", [low], indirect=True, ids=["low confidence"])
@pytest.mark.parametrize("who", [NEWCOMER, PARTNER, ADA])
async def test_what_is_not_sure_shows_no_contact(marked, who):
    stage, service = marked
    await stage.knows(PARTNER, Role.PARTNER)
    await stage.knows(ADA, Role.COORDINATOR)
    said, card = await everything_shown(stage, who, service)
    for part in (*HIDDEN, *IN_WORDS):
        assert part not in said
    assert "Nobody has checked this yet" in card.text
    assert not re.search(r"in a straight line|📏|📞|✉️|📍|🕒", card.text)


@pytest.mark.parametrize("marked", [confidential], indirect=True, ids=["confidential"])
@pytest.mark.parametrize("who", [NEWCOMER, PARTNER, ADA])
async def test_a_confidential_place_is_nowhere(marked, who):
    stage, service = marked
    await stage.knows(PARTNER, Role.PARTNER)
    await stage.knows(ADA, Role.COORDINATOR)
    said, card = await everything_shown(stage, who, service)
    for part in ("MARK-STREET", "MARK-AREA", "8AA"):
        assert part not in said
    assert not re.search(r"[\d.]+ (m|km)\b", card.text), "a distance would give it away"
    assert "The place is kept secret" in card.text
    assert "0113 000 0123" in card.text


def cards_of_the_pack(pack, at):
    """Yield packed answers and matches: each service of the pack once, as buttons reach it."""
    directory, seen, met = pack.directory, {flow.START}, set()
    waiting = [flow.START]
    while waiting:
        answers = waiting.pop()
        asked = flow.next_question(answers, directory)
        if asked is None and not flow.is_put_off(answers):
            query = flow.to_query(answers, directory.gazetteer, at=at, language="en")
            for match in matcher.find(directory, query, 9).matches:
                if match.service.id not in met:
                    met.add(match.service.id)
                    yield flow.pack(answers), match
        if asked is None:
            continue
        for option in flow.options(asked, directory.gazetteer):
            after = flow.answer(answers, asked, option.code)
            if after not in seen:
                seen.add(after)
                waiting.append(after)


async def test_every_card_of_the_pack_keeps_the_rules(small, pack, clock):
    t, counted = translator("en"), 0
    for packed, match in cards_of_the_pack(pack, clock()):
        service = match.service
        card = await small.forges(NEWCOMER, f"1:s:{packed}:{service.id}")
        assert html.escape(service.name) in card.text, service.id
        assert len(card.text.encode("utf-16-le")) // 2 <= 4096
        phones = [contact.phone(t, each.number) for each in service.phones]
        shown = [number in card.text for number in phones]
        if service.confidence is Confidence.LOW:
            assert not any(shown), service.id
            assert not re.search("📞|✉️|📍|🕒", card.text), service.id
        else:
            assert all(shown), service.id
        counted += 1
    assert counted > 100


async def test_a_coordinator_confirms_a_service(sessions, pack, clock):
    async with served(sessions, pack, clock, low) as (stage, service):
        await coordinator_confirms(stage, service, pack, clock)


async def coordinator_confirms(stage, service, pack, clock):
    await stage.knows(ADA, Role.COORDINATOR)
    async with stage.sessions.begin() as session:
        await db.services.import_pack(session, [service], pack.helplines, clock())
    await everything_shown(stage, ADA, service)
    card = await stage.presses(ADA, "All this is right today")
    assert "A person checked this on Monday, 16 November 2026" in card.text
    assert "0113 000 0123" in card.text
    assert "All this is right today" not in card.labels
    _, seen = await everything_shown(stage, NEWCOMER, service)
    assert "A person checked this" in seen.text
    assert not any("right today" in label for label in seen.labels)
    async with stage.sessions.begin() as session:
        again = await db.services.import_pack(session, [service], pack.helplines, clock())
    assert again.kept == (service.id,)
    _, seen = await everything_shown(stage, BEN, service)
    assert "A person checked this" in seen.text
    assert "0113 000 0123" in seen.text
