"""What ``kill -9`` costs: nobody is lost, and no more come twice than were on their way.

``python -m benchmarks.kill --recipients 10000 --kills 20 --database sqlite|postgresql [--json]``.
A sandbox in this process takes what ``fingerpost run --role jobs`` sends; that is killed at random
moments, *kills* times, and started again each time. At the end the sandbox's record of accepted
calls is counted: ``lost`` people got nothing and are not listed as unknown, ``repeated`` is how
many messages came more than once, ``unknown`` people are listed for the coordinators.

``--kind digest``: a message that must never come twice. ``--place``: a smaller process of the same
parts (`benchmarks.dying`) kills itself at one place instead: before-mark, after-mark, after-accept
or after-save. The lease of a killed process is ended here, as its 25 seconds would; with
``--wait`` it is waited for.
"""

import argparse
import asyncio
import json
import random
import sys
import time
from collections import Counter
from dataclasses import asdict, dataclass
from typing import Any

import uvloop

import db.outbox
from benchmarks.dying import PLACES
from benchmarks.posting import (
    CAMPAIGN,
    Database,
    expire_leases,
    fresh,
    opened,
    ours,
    people,
    queue,
    started,
    stopped,
    tally,
)
from db.engine import Sessions
from delivery.model import Kind, Tally
from delivery.policy import window
from sandbox.server import serve
from sandbox.world import Sandbox

_PATIENCE = 120.0  # seconds without a message: something is wrong
_LOOK_EVERY = 0.002
_LATER = 0.1  # seconds: a kill comes up to so long after the message that it is bound to


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be measured; *rate* in messages a second."""

    recipients: int
    kills: int
    database: Database
    kind: Kind = Kind.URGENT
    place: str | None = None
    window: int | None = None
    rate: int = 100
    seed: int = 7
    wait: bool = False

    @property
    def most(self) -> int:
        """How many copies may be on their way at once."""
        if self.place is not None:
            return self.window or 1
        return window(self.kind, self.rate)


@dataclass(frozen=True, slots=True)
class Found:
    """What was counted; *accepted* messages in the sandbox's record, *seconds* in all."""

    recipients: int
    kills: int
    window: int
    accepted: int
    lost: int
    repeated: int
    unknown: int
    most_repeated_by_one_kill: int
    kind: str
    database: str
    place: str
    seconds: float


class Run:
    """One campaign, sent by processes that are killed."""

    def __init__(self, wish: Wish, sandbox: Sandbox, sessions: Sessions) -> None:
        self.wish, self.sandbox, self.sessions = wish, sandbox, sessions
        self.dice = random.Random(wish.seed)
        self.repeats: list[int] = []

    @property
    def accepted(self) -> int:
        """How many messages the sandbox has taken."""
        return self.sandbox.record.accepted["sendMessage"]

    async def at_random(self, url: str, api: str) -> None:
        """Kill our own process at random moments, then let it finish."""
        wish = self.wish
        moments = sorted(self.dice.sample(range(1, wish.recipients), wish.kills))
        for moment in [*moments, None]:
            process = await ours(url, api, role="jobs", rate=wish.rate, paid=True)
            if moment is None:
                await self._finished()
                await stopped(process)
                return
            await self._reached(moment, process)
            await asyncio.sleep(self.dice.uniform(0, _LATER))
            process.kill()
            await process.wait()
            self._count()
            if not wish.wait:
                await expire_leases(self.sessions)

    async def at_a_place(self, url: str, api: str) -> None:
        """Let the sender kill itself at the place, then let it finish."""
        wish, left = self.wish, self.wish.recipients
        for kill in range(wish.kills + 1):
            last = kill == wish.kills
            share = max(1, left // (wish.kills - kill + 1) // wish.most)
            at = 0 if last else self.dice.randint(1, share)
            place = "-" if last else str(wish.place)
            numbers = [str(each) for each in (at, wish.most, wish.rate)]
            command = [sys.executable, "-m", "benchmarks.dying", url, api, place, *numbers]
            process = await started(command)
            code = await process.wait()
            if (code == 0) != last:
                raise RuntimeError(f"a sender ended with {code}, {kill} kills")
            self._count()
            left = (await tally(self.sessions)).queued

    def _count(self) -> None:
        self.repeats.append(_repeated(self.sandbox))

    async def _reached(self, moment: int, process: asyncio.subprocess.Process) -> None:
        """Wait until *moment* messages were accepted."""
        before, since = self.accepted, time.monotonic()
        while self.accepted < moment:
            if process.returncode is not None:
                raise RuntimeError(f"the bot ended with {process.returncode}")
            if self.accepted != before:
                before, since = self.accepted, time.monotonic()
            if time.monotonic() - since > _PATIENCE:
                raise TimeoutError(f"no message for {_PATIENCE} s after {before}")
            await asyncio.sleep(_LOOK_EVERY)

    async def _finished(self) -> None:
        """Wait until nothing is queued or on its way, as the report computes it."""
        async with asyncio.timeout(_PATIENCE + self.wish.recipients / self.wish.rate * 3):
            while not (await tally(self.sessions)).done:  # noqa: ASYNC110  (of another process)
                await asyncio.sleep(0.2)
        self._count()


def _repeated(sandbox: Sandbox) -> int:
    got = Counter(call.chat_id for call in sandbox.record.messages())
    return got.total() - len(got)


async def measure(wish: Wish) -> Found:
    """Send, kill, count.

    Raises:
        RuntimeError: the report does not add up, or says another thing than the record.
    """
    sandbox, began = Sandbox(), time.perf_counter()
    everybody = people(sandbox, wish.recipients)
    async with fresh(wish.database) as url, opened(url) as sessions, serve(sandbox) as api:
        await queue(sessions, everybody, wish.kind)
        run = Run(wish, sandbox, sessions)
        await (run.at_random(url, api) if wish.place is None else run.at_a_place(url, api))
        report = await tally(sessions)
        listed = await _listed(sessions)
    got = Counter(call.chat_id for call in sandbox.record.messages())
    _check(report, wish.recipients)
    per_kill = [
        after - before for before, after in zip([0, *run.repeats], run.repeats, strict=False)
    ]
    return Found(
        recipients=wish.recipients,
        kills=wish.kills,
        window=wish.most,
        accepted=got.total(),
        lost=len(set(everybody) - set(got) - listed),
        repeated=got.total() - len(got),
        unknown=len(listed),
        most_repeated_by_one_kill=max(per_kill),
        kind=wish.kind,
        database=wish.database,
        place=wish.place or "random",
        seconds=round(time.perf_counter() - began, 1),
    )


def _check(report: Tally, recipients: int) -> None:
    parts = (report.sent, report.unknown, report.gone, report.failed, report.skipped)
    if not report.done or sum(parts) != recipients:
        raise RuntimeError(f"the report does not add up: {report}")


async def _listed(sessions: Sessions) -> set[int]:
    async with sessions() as session:
        return set(await db.outbox.unknowns(session, CAMPAIGN))


def main() -> None:
    """Measure and print, as JSON or in words."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--recipients", type=int, default=10_000)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--database", type=Database, choices=list(Database), default="sqlite")
    parser.add_argument("--kind", type=Kind, choices=[Kind.URGENT, Kind.DIGEST], default="urgent")
    parser.add_argument("--place", choices=PLACES, help="kill there, not at random")
    parser.add_argument("--window", type=int, help="with --place: copies on their way at once")
    parser.add_argument("--rate", type=int, default=100, help="messages a second")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--wait", action="store_true", help="wait for each lease to run out")
    parser.add_argument("--json", action="store_true", help="one JSON document on stdout")
    options = vars(parser.parse_args())
    as_json = options.pop("json")
    found: dict[str, Any] = asdict(uvloop.run(measure(Wish(**options))))
    if as_json:
        print(json.dumps(found))
        return
    for name, value in found.items():
        print(f"{name.replace('_', ' '):26} {value}")


if __name__ == "__main__":
    main()
