"""Random lives of a campaign: counts always add up, and what was sent stays sent."""

import asyncio
import shutil
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from db import outbox, people
from db.engine import make_sessions
from db.sending import RecipientRow
from delivery.model import (
    CampaignState,
    Failed,
    Gone,
    Kind,
    Moved,
    Outcome,
    Sent,
    Settlement,
    Status,
    Tally,
    TryLater,
    Unknown,
)
from tests.db.sending import NAME, a_campaign, tally
from tests.engines import engine_on
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
FINAL = {Status.SENT, Status.GONE, Status.FAILED, Status.SKIPPED}
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


async def statuses(sessions):
    """Return the status of each copy, by its number."""
    async with sessions() as session:
        rows = await session.execute(select(RecipientRow.id, RecipientRow.status))
        return {number: Status(status) for number, status in rows}


async def live(url: str, kind: Kind, steps: Sequence[tuple[str, Any]]) -> None:
    """Do the steps, and after each look whether something happened that must not."""
    async with engine_on(url) as engine:
        sessions = make_sessions(engine)
        life = Life(sessions)
        await a_campaign(sessions, life.clock(), CHATS, kind=kind)
        before = await statuses(sessions)
        for what, how in steps:
            await life.step(what, how)
            after = await statuses(sessions)
            assert after.keys() == before.keys() and len(after) == len(CHATS)
            moves = {(before[number], after[number]) for number in after}
            assert not {(old, new) for old, new in moves if old in FINAL and new is not old}
            before = after
        counts = Counter(status.value for status in before.values())
        assert await tally(sessions) == Tally(total=len(CHATS), **counts)
        async with sessions() as session:
            assert await outbox.total_accepted(session) == counts["sent"]


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(kind=st.sampled_from(Kind), steps=st.lists(STEPS, min_size=5, max_size=40))
def test_any_life_of_a_campaign(tmp_path, sqlite_template, kind, steps):
    shutil.copy(sqlite_template, tmp_path / "life.db")
    for left in ("life.db-wal", "life.db-shm"):
        (tmp_path / left).unlink(missing_ok=True)
    asyncio.run(live(f"sqlite:///{tmp_path / 'life.db'}", kind, steps))
