from dataclasses import replace
from datetime import timedelta

import pytest

from db import services
from directory.model import (
    Access,
    Address,
    Audience,
    Channel,
    Confidence,
    Gender,
    Helpline,
    Phone,
    Point,
    Referral,
    Service,
    Source,
    Status,
)


def a_service(service_id: str, **changed) -> Service:
    full = Service(
        id=service_id,
        name="Open Door مفتوح",
        organization="An Organisation",
        organization_url="https://a.b/",
        description="Advice.",
        needs=("housing", "food"),
        eligibility=("asylum_seeker",),
        gender=Gender.WOMEN,
        min_age=18,
        max_age=None,
        languages=("en", "ar"),
        access=Access(walk_in=True, referral=Referral.EITHER, cost="free"),
        channels=(Channel.IN_PERSON, Channel.PHONE),
        phones=(Phone("+441132224412", "office"), Phone("999")),
        email=None,
        url=None,
        address=Address(("1 A Street", "Leeds"), "LS9 8AA"),
        location=Point(53.79, -1.52),
        opening_hours="Mo-Fr 09:00-17:00",
        hours_note=None,
        area="leeds",
        sources=(Source("https://a.b/", "2024-04", ("phone",)),),
        confidence=Confidence.MEDIUM,
        note=None,
        audience=Audience.PUBLIC,
        status=Status.OPEN,
        referrer_note=None,
        confidential_location=False,
    )
    return replace(full, **changed)


def a_line(line_id: str, **changed) -> Helpline:
    full = Helpline(
        id=line_id,
        name="A line",
        organization="An Organisation",
        needs=("crisis",),
        number="116123",
        text_number=None,
        text_keyword=None,
        url=None,
        hours="24/7",
        languages_note=None,
        free=True,
        description="Somebody listens.",
        area="uk",
        sources=(),
        confidence=Confidence.HIGH,
    )
    return replace(full, **changed)


async def imported(sessions, now, *found, lines=()):
    async with sessions.begin() as session:
        return await services.import_pack(session, found, lines, now)


async def test_a_pack_comes_back_as_it_went_in(sessions, now):
    hidden = a_service("a", confidential_location=True, location=None, address=None)
    pack = (a_service("b"), hidden)
    lines = (a_line("z"), a_line("y", number=None, text_number="85258"))
    async with sessions() as session:
        assert await services.is_empty(session)
    await imported(sessions, now, *pack, lines=lines)
    async with sessions() as session:
        assert await services.published(session) == pack
        assert await services.helplines(session) == lines
        assert await services.find(session, "a") == pack[1]
        assert await services.find(session, "x") is None
        assert not await services.is_empty(session)


async def test_an_import_says_what_it_did(sessions, now):
    first = await imported(sessions, now, a_service("a"), a_service("b"), a_service("c"))
    second = await imported(
        sessions, now, a_service("a"), a_service("b", name="Other"), a_service("d")
    )
    assert first == services.ImportReport(("a", "b", "c"), (), (), (), ())
    assert second == services.ImportReport(("d",), ("b",), ("a",), (), ("c",))


async def test_a_second_import_changes_nothing(sessions, now):
    pack = (a_service("a"), a_service("b"))
    lines = (a_line("z"),)
    await imported(sessions, now, *pack, lines=lines)
    async with sessions() as session:
        before = await services.version(session)
    report = await imported(sessions, now + timedelta(days=1), *pack, lines=lines)
    assert report == services.ImportReport((), (), ("a", "b"), (), ())
    async with sessions() as session:
        assert await services.version(session) == before


async def test_what_left_the_pack_is_hidden_and_comes_back_with_it(sessions, now):
    await imported(sessions, now, a_service("a"), a_service("b"), lines=[a_line("z")])
    await imported(sessions, now, a_service("a"))
    async with sessions() as session:
        assert [s.id for s in await services.published(session)] == ["a"]
        assert await services.find(session, "b") is None
        assert await services.helplines(session) == ()
    again = await imported(sessions, now, a_service("a"), a_service("b"))
    assert (again.changed, again.hidden) == (("b",), ())
    async with sessions() as session:
        assert [s.id for s in await services.published(session)] == ["a", "b"]


async def test_what_a_person_confirmed_is_never_overwritten(sessions, now):
    await imported(sessions, now, a_service("a"), a_service("b"))
    async with sessions.begin() as session:
        assert await services.confirm(session, "a", by=7, now=now, today=now.date())
        assert not await services.confirm(session, "x", by=7, now=now, today=now.date())
    report = await imported(sessions, now, a_service("a", name="Other"), a_service("b"))
    gone = await imported(sessions, now, a_service("b"))
    async with sessions() as session:
        found = await services.find(session, "a")
    assert (report.kept, report.changed, gone.hidden) == (("a",), (), ())
    assert found == a_service("a", confidence=Confidence.HIGH, confirmed_on=now.date())


@pytest.mark.parametrize("what", ["confirm", "change", "hide", "line"])
async def test_the_version_changes_with_every_change(sessions, now, what):
    later = now + timedelta(minutes=1)
    await imported(sessions, now, a_service("a"), a_service("b"), lines=[a_line("z")])
    async with sessions() as session:
        before = await services.version(session)
    if what == "confirm":
        async with sessions.begin() as session:
            await services.confirm(session, "a", by=1, now=later, today=later.date())
    else:
        pack = {
            "change": (a_service("a", name="Other"), a_service("b")),
            "hide": (a_service("a"),),
            "line": (a_service("a"), a_service("b")),
        }[what]
        lines = [a_line("z", free=False)] if what == "line" else [a_line("z")]
        await imported(sessions, later, *pack, lines=lines)
    async with sessions() as session:
        assert await services.version(session) != before
