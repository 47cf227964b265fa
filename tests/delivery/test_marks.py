"""The pass marks D3 to D7 of the delivery tests, small; `benchmarks` measures the whole ones.

D1 and D2 (kills) are in tests/db/test_races.py and, with real processes, `benchmarks.kill`.
"""

import asyncio
import random
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from telegram import Bot

from bot.transport import AiohttpRequest
from db import outbox
from db.engine import make_sessions
from db.stores import SqlOutbox
from delivery.drain import Drained, drain
from delivery.model import Kind, Tally, TryLater
from delivery.telegram import TelegramSender
from sandbox import groups
from sandbox.faults import Fault
from sandbox.limits import Limits, Rule, Wish
from sandbox.server import serve
from sandbox.world import TOKEN, Sandbox
from tests.db.sending import NAME, a_campaign, tally
from tests.engines import engine_on
from tests.fakes import FakeClock, FakeOutbox, FakeSender, FakeSleep, a_parcel

PER_SECOND = 28  # FINGERPOST_SEND_RATE as it comes
LATER = timedelta(minutes=1)


class Ruled(FakeSender):
    """A Telegram that knows its limits, and refuses some calls for no reason besides."""

    def __init__(self, clock, dice=None, away=()):
        super().__init__(clock)
        self.clock, self.dice, self.away = clock, dice, away
        self.limits, self.refused = Limits(Rule.TELEGRAM), 0

    async def send(self, chat_id, html, buttons, **where):
        if chat_id in self.away and self.clock() < self.away[chat_id]:
            return TryLater(self.away[chat_id] - self.clock(), "flood", flood=True)
        if self.dice and self.dice.random() < 0.01:
            return TryLater(timedelta(seconds=self.dice.randint(1, 60)), "flood", flood=True)
        wish = Wish(chat_id, chat_id < 0, unprompted=True, paid=False)
        if wait := self.limits.admit(wish, now=self.clock().timestamp()):
            self.refused += 1
            return TryLater(timedelta(seconds=wait), "flood", flood=True)
        return await super().send(chat_id, html, buttons, **where)


async def emptied(waiting, sender, clock):
    """Look into the outbox each second until all is settled, as the job does."""
    while any(status in {"queued", "sending"} for status in waiting.status.values()):
        sleep = FakeSleep(clock)
        await drain(waiting, sender, per_second=PER_SECOND, now=clock, sleep=sleep)
        clock.advance(timedelta(seconds=1))


def seconds_until(sender, share, start):
    moments = sorted(sender.moments)
    return (moments[int(len(moments) * share) - 1] - start).total_seconds()


async def test_d3_the_rate_is_used_and_telegrams_limits_are_never_met():
    clock = FakeClock()
    sender, start = Ruled(clock), clock.now
    await emptied(FakeOutbox([a_parcel(n) for n in range(1, 1001)]), sender, clock)
    assert len(sender.sent) == 1000 and sender.refused == 0
    assert seconds_until(sender, 1, start) * 10 <= 370


async def test_d4_floods_of_some_slow_nobody_else():
    clock = FakeClock()
    start, group = clock.now, -1
    sender = Ruled(clock, random.Random(4), {group: clock.now + timedelta(minutes=10)})
    everybody = [*range(1, 1001), group]
    waiting = FakeOutbox([a_parcel(n) for n in range(1, 1001)])
    waiting.parcels[group], waiting.status[group] = a_parcel(group), waiting.status[1]
    await emptied(waiting, sender, clock)
    assert Counter(chat for chat, _ in sender.sent) == Counter(everybody)
    assert seconds_until(sender, 0.97, start) <= 1000 / PER_SECOND * 1.05


@pytest.fixture
async def sessions(tmp_path, sqlite_template):
    file = tmp_path / "marks.db"
    file.write_bytes(sqlite_template.read_bytes())
    async with engine_on(f"sqlite:///{file}") as engine:
        yield make_sessions(engine)


@pytest.fixture
def skewed():
    """A clock that a test can move on."""

    class Skewed:
        skew = timedelta()

        def __call__(self):
            return datetime.now(UTC) + self.skew

    return Skewed()


@pytest.fixture
async def world():
    """A sandbox, and a sender that speaks to it over HTTP."""
    sandbox = Sandbox()
    request = AiohttpRequest()
    async with serve(sandbox) as api:
        bot = Bot(TOKEN, base_url=f"{api}/bot", request=request, get_updates_request=request)
        async with bot:
            yield sandbox, TelegramSender(bot)


def got(sandbox):
    return Counter(call.chat_id for call in sandbox.record.messages())


async def run(sessions, sender, clock):
    return await drain(SqlOutbox(sessions), sender, per_second=1000, now=clock, window=50)


async def test_d5_who_is_gone_is_told_apart_and_moved_groups_get_it(sessions, world, skewed):
    sandbox, sender = world
    everybody = [sandbox.person(f"P{n}", started=True).id for n in range(200)]
    groups_ = [sandbox.group("Group", [everybody[0]]).id for _ in range(2)]
    for chat_id in everybody[:10]:
        sandbox.block(chat_id)
    for chat_id in everybody[10:12]:
        sandbox.deactivate(chat_id)
    moved = [groups.migrate(sandbox, chat_id).id for chat_id in groups_]
    await a_campaign(sessions, skewed(), [*everybody, *groups_])
    assert await run(sessions, sender, skewed) == Drained(attempted=202, sent=190, gone=12)
    assert got(sandbox) == Counter([*everybody[12:], *moved])
    calls = Counter(c.chat_id for c in sandbox.record.calls if c.method == "sendMessage")
    assert {calls[chat_id] for chat_id in everybody} == {1}, "nobody who is gone is asked twice"
    assert await tally(sessions) == Tally(total=202, sent=190, gone=12)


@pytest.mark.parametrize(
    ("kind", "sent", "unknown"),
    [
        pytest.param(Kind.URGENT, 200, 0, id="an urgent update comes twice rather than never"),
        pytest.param(Kind.DIGEST, 196, 4, id="a digest never comes twice, and is listed"),
    ],
)
async def test_d6_lines_that_break_after_telegram_took_it(
    sessions, world, skewed, kind, sent, unknown
):
    sandbox, sender = world
    everybody = [sandbox.person(f"P{n}", started=True).id for n in range(200)]
    broken = everybody[50:54]
    for chat_id in broken:
        sandbox.faults.add(Fault("sendMessage", chat_id, drop=True))
    await a_campaign(sessions, skewed(), everybody, kind=kind)
    await run(sessions, sender, skewed)
    skewed.skew = LATER
    await run(sessions, sender, skewed)
    twice = broken if kind is Kind.URGENT else []
    assert got(sandbox) == Counter([*everybody, *twice])
    assert await tally(sessions) == Tally(total=200, sent=sent, unknown=unknown)
    async with sessions() as session:
        assert await outbox.unknowns(session, NAME) == (broken if unknown else [])


async def test_d7_two_senders_on_one_database_send_nothing_twice(sessions, now):
    await a_campaign(sessions, now, range(1, 301))
    clock = FakeClock(now)
    senders = [FakeSender(clock), FakeSender(clock)]
    sleep = FakeSleep(clock)
    done = await asyncio.gather(
        *(
            drain(SqlOutbox(sessions), each, per_second=PER_SECOND, now=clock, sleep=sleep)
            for each in senders
        )
    )
    assert Counter(chat for each in senders for chat, _ in each.sent) == Counter(range(1, 301))
    assert sum(each.sent for each in done) == 300
