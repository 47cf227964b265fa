"""A service's place as a map pin: sent, cleared, and never where it must not be known."""

from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

import db.shown
from directory.index import Directory
from directory.model import Address, Audience, Confidence, Point
from people.model import Role
from tests.flows.stage import ADA, NEWCOMER, PARTNER, assemble

FOOD = "L2d1t2"  # answers: food, and no stage in particular
NEAR = f"{FOOD}.LS9-8"
POINT = Point(53.8090, -1.5100)
MARKS = ("MARK-STREET", "MARK-AREA", "8ZZ", "53.809", "-1.51")


@asynccontextmanager
async def town(sessions, pack, clock, **changes):
    """An application with one public service for food; *changes* are made to it."""
    service = next(s for s in pack.services if "food" in s.needs and s.address is not None)
    service = replace(
        service,
        eligibility=(),
        audience=Audience.PUBLIC,
        confidence=Confidence.HIGH,
        address=Address(("7 MARK-STREET", "MARK-AREA"), "LS9 8ZZ"),
        location=POINT,
        area="Leeds-wide",
        note=None,
    )
    service = replace(service, **changes)
    directory = pack.directory_of([service])
    assert isinstance(directory, Directory)
    made = assemble(sessions, replace(pack, services=(service,), directory=directory), clock)
    async with made.application:
        yield made, service


async def test_the_map_comes_below_the_card_which_stays(small_sessions, pack, clock):
    async with town(small_sessions, pack, clock) as (stage, service):
        card = await stage.forges(NEWCOMER, f"1:s:{NEAR}:{service.id}")
        before = len(stage.api.calls)
        await stage.presses(NEWCOMER, "Show on map")
        calls = stage.api.calls[before:]
        assert [call.method for call in calls] == ["answerCallbackQuery", "sendVenue"]
        venue = calls[1].params
        assert (venue["chat_id"], venue["title"]) == (NEWCOMER, service.name)
        assert (venue["latitude"], venue["longitude"]) == (POINT.lat, POINT.lon)
        assert venue["address"] == "7 MARK-STREET, MARK-AREA, LS9 8ZZ"
        [[below]] = venue["reply_markup"]["inline_keyboard"]
        assert "Help now" in below["text"]
        link = next(b.url for b in card.buttons if b.text == "Directions")
        assert "destination=53.809000%2C-1.510000" in link and "LS9-8" not in link
        helped = await stage.forges(NEWCOMER, below["callback_data"])
        assert "999" in helped.text


async def test_clear_this_chat_takes_the_map_too(sessions, pack, clock):
    async with town(sessions, pack, clock) as (stage, service):
        await stage.forges(NEWCOMER, f"1:s:{NEAR}:{service.id}")
        await stage.presses(NEWCOMER, "Show on map")
        async with stage.sessions() as session:
            noted = await db.shown.known(session, NEWCOMER, since=clock())
        assert noted == [stage.api._next_id]
        await stage.says(NEWCOMER, "/clear")
        gone = [each for params in stage.api.of("deleteMessages") for each in params["message_ids"]]
        assert set(noted) <= set(gone)


@pytest.mark.parametrize(
    "changes",
    [
        # as no pack and no import can make it: an address and a point in spite of the rule
        pytest.param({"confidential_location": True}, id="confidential"),
        pytest.param({"confidence": Confidence.LOW}, id="low confidence"),
    ],
)
@pytest.mark.parametrize("who", [NEWCOMER, PARTNER, ADA])
async def test_what_must_not_be_known_is_never_pinned(small_sessions, pack, clock, changes, who):
    async with town(small_sessions, pack, clock, **changes) as (stage, service):
        await stage.knows(PARTNER, Role.PARTNER)
        await stage.knows(ADA, Role.COORDINATOR)
        for answers in (NEAR, f"{FOOD}.-"):
            card = await stage.forges(who, f"1:s:{answers}:{service.id}")
            assert not {"Show on map", "Directions"} & set(card.labels)
            forged = await stage.forges(who, f"1:V:{answers}:{service.id}")
            assert card.text.endswith(forged.text), "the card as it is now, no map"
        assert stage.api.of("sendVenue") == []
        said = stage.said()
        assert not [mark for mark in MARKS if mark in said]
        assert "google" not in said


async def test_a_button_grants_nothing_when_the_service_is_for_workers_now(
    small_sessions, pack, clock
):
    changes = {"audience": Audience.WORKERS}
    async with town(small_sessions, pack, clock, **changes) as (stage, service):
        await stage.knows(PARTNER, Role.PARTNER)
        listed = await stage.forges(NEWCOMER, f"1:V:{NEAR}:{service.id}")
        assert service.name not in listed.text
        assert stage.api.of("sendVenue") == []
        await stage.forges(PARTNER, f"1:V:{NEAR}:{service.id}")
        assert len(stage.api.of("sendVenue")) == 1


@pytest.mark.parametrize("data", ["1:V", "1:V:", f"1:V:{NEAR}:no-such-service", "1:V:zzz:food"])
async def test_forged_buttons_send_no_map(small, data):
    assert (await small.forges(NEWCOMER, data)).text
    assert small.api.of("sendVenue") == []
