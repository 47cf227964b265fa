"""A year of the freshness loop on a clock that is set: who was asked when, what was hidden when.

Twelve services for food: four of a partner who always answers, four of one who never does, two
of one who answers ten days late, two without a partner. `pytest -s` prints the year; it is
compared with tests/data/freshness_year.txt.
"""

from collections import Counter
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

import db.freshness
import db.people
import db.services
from db.changes import Hidden
from db.models import ServiceRow
from db.sending import CampaignRow, RecipientRow
from directory import freshness
from directory.freshness import Step
from directory.model import Access, Gender, Source
from handlers import freshness_round
from people.model import Role
from tests.db.test_services import a_service
from tests.flows.stage import ADA, NEWCOMER, OTHER, Stage, assemble

DAY = timedelta(days=1)
LONDON = ZoneInfo("Europe/London")
FIRST = date(2026, 11, 16)
ALWAYS, NEVER, LATE = 401, 402, 403
PARTNERS = {"Always": ALWAYS, "Never": NEVER, "Late": LATE}
YEAR = Path(__file__).parents[1] / "data" / "freshness_year.txt"


def a_place(name: str, number: int, **changed):
    made = a_service(
        f"{name.lower()}-{number}",
        name=f"{name} {number}",
        organization=name,
        organization_url=None,
        needs=("food",),
        gender=Gender.ANY,
        min_age=None,
        access=Access(),
        sources=(Source("https://a.b/", "2026-10"),),
    )
    return replace(made, **changed)


ENDING = a_place("Always", 4, valid_until=date(2027, 3, 31))  # a winter shelter
SERVICES = (
    *(a_place("Always", n) for n in range(1, 4)),
    ENDING,
    *(a_place("Never", n) for n in range(1, 5)),
    *(a_place("Late", n) for n in range(1, 3)),
    *(a_place("Nobody", n) for n in range(1, 3)),
)


class Year:
    """Lives through the days: the loop runs in the morning, then people answer."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.events: list[tuple[date, str, str]] = []  # day, service, what

    @property
    def today(self) -> date:
        return self.stage.app.today()

    async def live(self, days: int) -> None:
        for n in range(days):
            morning = datetime.combine(FIRST + n * DAY, time(9, 15), LONDON)
            self.stage.clock.now = morning
            if morning.weekday() >= 5:  # tests/flows/test_freshness.py: the loop does nothing
                continue
            for step, ids in (await freshness_round.run(self.stage.app)).items():
                self.events += [(self.today, service_id, step.value) for service_id in ids]
            self.stage.clock.advance(timedelta(hours=2))
            await self.answer()

    async def answer(self) -> None:
        """Let those answer who do: at once, ten days late, or a coordinator by phone."""
        async with self.stage.sessions() as session:
            rounds = await db.freshness.rounds(session)
        for round_ in sorted(rounds.values(), key=lambda each: each.service_id):
            if round_.asked_at is None:
                continue
            waited = (self.today - round_.asked_at.astimezone(LONDON).date()).days
            name = round_.service_id.partition("-")[0]
            if name == "always":
                await self.says(ALWAYS, round_.service_id)
            elif name == "late" and waited >= 10:
                await self.says(LATE, round_.service_id)
            elif round_.service_id == "nobody-1" and waited >= 1:
                await self.says(ADA, round_.service_id)
        if self.today == date(2027, 5, 5):
            for who in (NEWCOMER, OTHER, 909):
                await self.stage.forges(who, "1:X:never-4:closed")
            self.events.append((self.today, "never-4", "3 people say closed"))

    async def says(self, who: int, service_id: str) -> None:
        await self.stage.forges(who, f"1:F:{service_id}")
        await self.stage.presses(who, "Yes, all is right")
        self.events.append((self.today, service_id, "right"))

    def days(self, service_id: str, what: str) -> list[date]:
        return [day for day, each, done in self.events if (each, done) == (service_id, what)]

    def table(self) -> str:
        lines = []
        for service in SERVICES:
            lines.append(f"{service.name}, every {freshness.period(service).days} days")
            lines += [
                f"  {day:%a %d %b %Y}  {what}"
                for day, service_id, what in self.events
                if service_id == service.id
            ]
        return "\n".join(lines) + "\n"


@pytest.fixture
async def year(sessions, pack, clock):
    clock.now = datetime.combine(FIRST, time(8), LONDON)
    stage = assemble(sessions, pack, clock)
    async with stage.application:
        await stage.knows(ADA, Role.COORDINATOR)
        async with sessions.begin() as session:
            for name, person_id in PARTNERS.items():
                await db.people.make_partner(session, person_id, name, today=FIRST)
            await db.services.import_pack(session, SERVICES, [], clock())
        yield Year(stage)


async def state(year):
    async with year.stage.sessions() as session:
        rows = await session.scalars(select(ServiceRow))
        return {row.id: (row.hidden_reason, row.doubted_on) for row in rows}


@pytest.mark.slow
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
async def test_a_year(year):
    """On one database: the queries of each step are tested on both (test_freshness.py)."""
    await year.live(365)
    told = year.table()
    print(f"\n{told}")  # noqa: T201  (what `pytest -s` is for)
    check_rhythm(year)
    check_silence(year)
    await check_end(year)
    assert told == YEAR.read_text("utf-8")


def check_rhythm(year):
    """People are asked on working days, and about every period for as long as they answer."""
    for day, service_id, what in year.events:
        if what not in {"right", "3 people say closed"}:
            morning = datetime.combine(day, time(9, 15), LONDON)
            assert freshness.is_working(morning, "GB"), (day, service_id, what)
    for service in SERVICES[:3]:
        asked = year.days(service.id, Step.ASK)
        assert len(asked) in {11, 12}
        gaps = {(later - earlier).days for earlier, later in pairwise(asked)}
        assert min(gaps) >= 30 and max(gaps) <= 34, "a month, and then the next working day"
        assert year.days(service.id, "right") == asked
        assert not year.days(service.id, Step.REMIND)
    assert date(2027, 4, 1) in year.days(ENDING.id, Step.ASK), "the day after its facts ended"
    for service in SERVICES[8:10]:
        assert len(year.days(service.id, Step.REMIND)) == len(year.days(service.id, Step.ASK))
        assert not year.days(service.id, Step.ESCALATE), "ten days late is not two weeks"


def check_silence(year):
    """Who never answers is asked once, then step follows step."""
    steps = (Step.ASK, Step.REMIND, Step.ESCALATE, Step.LOWER, Step.WARN, Step.HIDE)
    for number in range(1, 5):
        done = [year.days(f"never-{number}", step) for step in steps]
        asked, reminded, told, lowered = (days[0] for days in done[:4])
        assert [len(days) for days in done[:4]] == [1, 1, 1, 1]
        assert 7 <= (reminded - asked).days <= 13
        assert 14 <= (told - asked).days <= 20
        assert 21 <= (lowered - asked).days <= 27
        if done[5]:
            assert 7 <= (done[5][0] - done[4][0]).days <= 11
            assert (done[5][0] - asked).days >= 60


async def check_end(year):
    """At most a quarter is hidden, the rest of the silent ones rank lower, nobody else does."""
    found = await state(year)
    hidden = {service_id for service_id, (reason, _) in found.items() if reason is not None}
    assert {found[each][0] for each in hidden} == {Hidden.UNCONFIRMED}
    assert len(hidden) == 3, "a quarter of twelve"
    silent = {"never-1", "never-2", "never-3", "never-4", "nobody-2"}
    assert hidden < silent
    assert {each for each, (_, doubted) in found.items() if doubted is not None} == silent
    async with year.stage.sessions() as session:
        copies = await session.execute(
            select(RecipientRow.chat_id, func.count())
            .join(CampaignRow, CampaignRow.campaign == RecipientRow.campaign)
            .group_by(RecipientRow.chat_id)
        )
        messages = Counter({row[0]: row[1] for row in copies})
    assert messages[NEVER] <= 8 + 1, "asked and reminded, then left in peace"
    assert messages[ADA] <= 90, "a list a week, and what needs a coordinator"
