"""Random lives of a campaign: counts always add up, and what was sent stays sent."""

import asyncio
import shutil
from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db import outbox, people
from db.engine import make_engine, make_sessions
from delivery.model import (
    CampaignState,
    Failed,
    Gone,
    Kind,
    Moved,
    Outcome,
    Sent,
    Settlement,
    TryLater,
    Unknown,
)
from tests.db.sending import NAME, a_campaign, tally
from tests.fakes import FakeClock

CHATS = range(1, 9)
OUTCOMES: dict[str, Outcome] = {
    "sent": Sent((1,)),
    "gone": Gone("blocked"),
    "failed": Failed("bad"),
    "unknown": Unknown("no answer"),
    "later": TryLater(timedelta(), "no connection"),
    "flood": TryLater(timedelta(seconds=30), "flood", flood=True),
    "moved": Moved(-5),
}
STEPS = st.one_of(
    st.just(("claim", None)),
    st.just(("start", None)),
    st.tuples(st.just("settle"), st.sampled_from(sorted(OUTCOMES))),
    st.tuples(st.just("recover"), st.booleans()),
    st.tuples(st.just("state"), st.sampled_from(CampaignState)),
    st.tuples(st.just("forget"), st.sampled_from(CHATS)),
    st.tuples(st.just("wait"), st.sampled_from([1, 60, 400])),
)


class Life:
    """Does the steps, remembers what it claimed and started."""

    def __init__(self, sessions):
        self.sessions, self.clock = sessions, FakeClock()
        self.claimed, self.started = [], []

    async def step(self, what, how):
        if what == "wait":
            self.clock.advance(timedelta(seconds=how))
            return
        async with self.sessions.begin() as session:
            await getattr(self, what)(session, how)

    async def claim(self, session, _how):
        self.claimed.extend(await outbox.claim(session, 3, self.clock()))

    async def start(self, session, _how):
        ours = await outbox.start(session, self.claimed, self.clock()) if self.claimed else set()
        self.started.extend(parcel for parcel in self.claimed if parcel.id in ours)
        self.claimed = []

    async def settle(self, session, how):
        outcome = OUTCOMES[how]
        taken = how == "sent"
        settlements = [
            Settlement(p, outcome, int(taken), (1,) if taken else ()) for p in self.started
        ]
        self.started = []
        await outbox.settle(session, settlements, self.clock())

    async def recover(self, session, how):
        await outbox.recover(session, self.clock(), all_claims=how)

    async def state(self, session, how):
        await outbox.set_state(session, NAME, how, None, self.clock())

    async def forget(self, session, how):
        await people.forget(session, how, now=self.clock())


async def live(url, kind, steps):
    engine = make_engine(url)
    sessions = make_sessions(engine)
    life = Life(sessions)
    await a_campaign(sessions, life.clock(), CHATS, kind=kind)
    before = await tally(sessions)
    for what, how in steps:
        await life.step(what, how)
        after = await tally(sessions)
        parts = (after.queued, after.sending, after.sent, after.gone, after.failed)
        assert after.total == len(CHATS) == sum(parts) + after.unknown + after.skipped
        assert after.sent >= before.sent
        assert after.gone >= before.gone and after.failed >= before.failed
        assert after.skipped >= before.skipped
        before = after
    async with sessions() as session:
        assert await outbox.total_accepted(session) == before.sent
    await engine.dispose()


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(kind=st.sampled_from(Kind), steps=st.lists(STEPS, min_size=5, max_size=40))
def test_any_life_of_a_campaign(tmp_path, sqlite_template, kind, steps):
    shutil.copy(sqlite_template, tmp_path / "life.db")
    for left in ("life.db-wal", "life.db-shm"):
        (tmp_path / left).unlink(missing_ok=True)
    asyncio.run(live(f"sqlite:///{tmp_path / 'life.db'}", kind, steps))
