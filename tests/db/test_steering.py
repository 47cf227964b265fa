"""D9: whoever pauses, resumes, changes the rate, restarts and tries again loses nobody.

``HYPOTHESIS_PROFILE=thorough`` lives the hundred sequences of the pass mark, the suite a few.
"""

import random
import shutil
from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import settings

from db import outbox, reports
from db.engine import make_sessions
from db.stores import SqlOutbox
from delivery.drain import drain
from delivery.model import CampaignState, Failed, Kind, Tally, TryLater
from tests.db.sending import a_campaign, tally
from tests.engines import engine_on
from tests.fakes import FakeClock, FakeSender, FakeSleep

CHATS = range(1, 13)
THOROUGH = 1000  # examples
PATIENCE = 300  # runs of the sender, in one sequence


class Steered(FakeSender):
    """Asks *steer* before each message, as somebody presses a button meanwhile."""

    def __init__(self, clock, steer):
        super().__init__(clock)
        self.steer = steer

    async def send(self, chat_id, html, buttons, **where):
        await self.steer()
        return await super().send(chat_id, html, buttons, **where)


class Sequence:
    """One campaign that somebody steers by *dice*; floods and failures come between."""

    def __init__(self, sessions, name, dice):
        self.sessions, self.name, self.dice = sessions, name, dice
        self.clock = FakeClock()
        self.sender = Steered(self.clock, self.steer)
        for chat in dice.sample(CHATS, 2):
            wait = timedelta(seconds=dice.randint(1, 40))
            self.sender.answers[chat].append(TryLater(wait, "flood", flood=True))
        for chat in dice.sample(CHATS, 2):
            self.sender.answers[chat].append(Failed("bad"))

    async def put(self, state):
        async with self.sessions.begin() as session:
            await outbox.set_state(session, self.name, state, None, self.clock())

    async def steer(self):
        if self.dice.random() < 0.1:
            await self.put(CampaignState.PAUSED)
            if self.dice.random() < 0.3:
                await self.put(CampaignState.ACTIVE)

    async def go_on(self):
        if self.dice.random() < 0.7:
            await self.put(CampaignState.ACTIVE)
        async with self.sessions.begin() as session:
            if self.dice.random() < 0.2:  # as a process that starts
                await outbox.recover(session, self.clock(), all_claims=True)
            if self.dice.random() < 0.2:
                await reports.retry_failed(session, self.name, self.clock())

    async def until_all_got_it(self):
        counted = await tally(self.sessions, self.name)
        for _ in range(PATIENCE):
            await self.go_on()
            await drain(
                SqlOutbox(self.sessions),
                self.sender,
                per_second=self.dice.choice([5, 28, 200]),
                window=self.dice.choice([1, 8, 28]),
                now=self.clock,
                sleep=FakeSleep(self.clock),
            )
            counted = await tally(self.sessions, self.name)
            assert counted.queued + counted.sent + counted.failed == counted.total == len(CHATS)
            if counted.sent == counted.total:
                break
            self.clock.advance(timedelta(seconds=self.dice.randint(1, 30)))
        assert counted == Tally(total=len(CHATS), sent=len(CHATS))
        assert Counter(chat for chat, _ in self.sender.sent) == Counter(CHATS)


@pytest.mark.slow
async def test_d9_random_sequences_lose_nobody_and_repeat_nothing(tmp_path, sqlite_template):
    sequences = 100 if settings().max_examples >= THOROUGH else 5
    dice = random.Random(9)
    file = shutil.copy(sqlite_template, tmp_path / "d9.db")
    async with engine_on(f"sqlite:///{file}") as engine:
        sessions = make_sessions(engine)
        for number in range(sequences):
            sequence = Sequence(sessions, f"broadcast:{number}", dice)
            kind = dice.choice([Kind.URGENT, Kind.DIGEST])
            await a_campaign(sessions, sequence.clock(), CHATS, kind=kind, name=sequence.name)
            await sequence.until_all_got_it()
