"""Random lives of a campaign: counts always add up, and what was sent stays sent."""

import asyncio
import shutil
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from db import copies, outbox, people, reports
from db.engine import make_sessions
from db.sending import RecipientRow
from delivery.model import (
    CampaignState,
    Content,
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
RETRIED = (Status.FAILED, Status.QUEUED)  # by a person's hand alone
STEPS = st.one_of(
    st.sampled_from([(what, None) for what in ("claim", "retry", "stale", "restore", "correct")]),
    st.just(("claim", None)),
    st.just(("start", None)),
    st.tuples(st.just("settle"), st.sampled_from(sorted(OUTCOMES))),
    st.tuples(st.just("recover"), st.booleans()),
    st.tuples(st.just("state"), st.sampled_from(CampaignState)),
    st.tuples(st.sampled_from(["forget", "block"]), st.sampled_from(CHATS)),
    st.tuples(st.just("wait"), st.sampled_from([1, 60, 400, 9000])),
)


class Life:
    """Does the steps, remembers what it claimed and started."""

    def __init__(self, sessions):
        self.sessions, self.clock = sessions, FakeClock()
        self.claimed, self.started = [], []
        self.corrections = 0

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
            Settlement(
                p,
                outcome,
                int(taken or p.parts_sent > 0),
                (1,) if taken else (),
                moved_to=-p.chat_id if how == "moved" else None,
            )
            for p in self.started
        ]
        self.started = []
        await outbox.settle(session, settlements, self.clock())

    async def recover(self, session, how):
        await outbox.recover(session, self.clock(), all_claims=how)

    async def state(self, session, how):
        await outbox.set_state(session, NAME, how, None, self.clock())

    async def forget(self, session, how):
        await people.forget(session, how, now=self.clock())

    async def block(self, session, how):
        await people.pause_all(session, [how], "blocked", now=self.clock())

    async def retry(self, session, _how):
        await reports.retry_failed(session, NAME, self.clock())

    async def stale(self, session, _how):
        await outbox.hold_stale(session, self.clock())

    async def restore(self, session, _how):
        await outbox.hold_all(session, self.clock())

    async def correct(self, session, _how):
        self.corrections += 1
        number, now = self.corrections, self.clock()
        by = f"correct:1:{number}"
        await outbox.open_campaign(session, by, Kind.URGENT, now)
        words = Content((f"words {number}",))
        await copies.correct(session, NAME, by, lambda _: words, now, number=number)


async def statuses(sessions):
    """Return the status of each copy, by its number."""
    async with sessions() as session:
        rows = await session.execute(
            select(RecipientRow.id, RecipientRow.status).where(RecipientRow.campaign == NAME)
        )
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
            moved = {(old, new) for old, new in moves if old in FINAL and new is not old}
            assert moved <= ({RETRIED} if what == "retry" else set())
            before = after
        counts = Counter(status.value for status in before.values())
        assert await tally(sessions) == Tally(total=len(CHATS), **counts)
        async with sessions() as session:
            own = select(func.sum(RecipientRow.parts_sent)).where(RecipientRow.campaign == NAME)
            assert await session.scalar(own) == counts["sent"]


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(kind=st.sampled_from(Kind), steps=st.lists(STEPS, min_size=5, max_size=40))
def test_any_life_of_a_campaign(tmp_path, sqlite_template, kind, steps):
    shutil.copy(sqlite_template, tmp_path / "life.db")
    for left in ("life.db-wal", "life.db-shm"):
        (tmp_path / left).unlink(missing_ok=True)
    asyncio.run(live(f"sqlite:///{tmp_path / 'life.db'}", kind, steps))
