from dataclasses import replace
from datetime import timedelta

import pytest

from db import imports, sources
from db.imports import Others
from db.sources import Progress, TakenOver
from directory.history import Cause, Deed
from directory.model import Address, Origin, Phone
from directory.oruk.report import Outcome
from tests.db.test_services import a_service


async def test_how_far_an_import_is_comes_back_as_it_was_put(sessions, now):
    begun = Progress("harbour", "https://a.b/services", "3.0", run=now, page=0, report={"a": [1]})
    async with sessions.begin() as session:
        assert await sources.find(session, "harbour") is None
        await sources.put(session, begun, before=None)
    ended = replace(begun, run=None, page=None, modified_after=now, finished=now, error="x")
    async with sessions.begin() as session:
        assert await sources.find(session, "harbour") == begun
        await sources.put(session, ended, before=begun)
    async with sessions() as session:
        assert await sources.find(session, "harbour") == ended


async def test_of_two_who_go_on_one_is_told(sessions, now):
    begun = Progress("harbour", "https://a.b/services", "3.0", run=now, page=1)
    async with sessions.begin() as session:
        await sources.put(session, begun, before=None)
        await sources.put(session, replace(begun, page=2), before=begun)
    for wanted, before in (
        (replace(begun, page=2), begun),
        (begun, None),
        (replace(begun, run=now + timedelta(days=1)), replace(begun, run=None)),
    ):
        with pytest.raises(TakenOver):
            async with sessions.begin() as session:
                await sources.put(session, wanted, before=before)


async def test_what_was_planned_is_stored_and_only_that(sessions, now):
    one = a_service("harbou-1", origin=Origin("harbour", "1"))
    async with sessions.begin() as session:
        steps = await imports.planned(session, "harbour", [one], now.date())
        assert [step.outcome for step in steps] == [Outcome.ADDED]
        await imports.store(session, steps, Deed(Cause.IMPORT, now))
    async with sessions.begin() as session:
        [again] = await imports.planned(session, "harbour", [one], now.date())
        [stranger] = await imports.planned(session, "other", [one], now.date())
        assert (again.outcome, stranger.outcome) == (Outcome.UNCHANGED, Outcome.KEPT)
        assert await imports.droppable(session, "harbour") == {"harbou-1": "1"}
        assert await imports.droppable(session, "other") == {}
        await imports.note_seen(session, ["harbou-1"], now)
        assert await imports.seen(session, "harbour", now) == {"harbou-1"}
        await imports.hide_gone(session, ["harbou-1"], Deed(Cause.IMPORT, now))
        assert await imports.droppable(session, "harbour") == {}
        [back] = await imports.planned(session, "harbour", [one], now.date())
        assert (back.outcome, back.back) == (Outcome.CHANGED, True)


@pytest.mark.parametrize(
    ("changed", "is_twin"),
    [
        pytest.param({}, True, id="all the same"),
        pytest.param({"name": "OPEN door  مفتوح"}, True, id="written in another way"),
        pytest.param({"name": "Other door"}, False, id="another name"),
        pytest.param(
            {"phones": (), "address": None, "url": "https://www.a.b/x"}, True, id="one website"
        ),
        pytest.param(
            {"phones": (Phone("+441132220000"),), "address": Address(("x",), "BS1 1AA")},
            False,
            id="the same name elsewhere",
        ),
        pytest.param({"phones": (), "address": None, "url": None}, False, id="nothing to go by"),
    ],
)
def test_a_service_that_two_sources_list_is_known(changed, is_twin):
    ours = {
        "id": "ours",
        "name": "Open Door مفتوح",
        "phones": [{"number": "+441132224412"}],
        "address": {"postcode": "LS9 8AA"},
        "url": "https://a.b/",
    }
    incoming = a_service("x", **{"url": "https://c.d/", **changed})
    assert Others([ours]).twin(incoming) == ("ours" if is_twin else None)
