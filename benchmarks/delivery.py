"""How fast messages leave, and what a kill costs: our outbox, and loops of other libraries.

``python -m benchmarks.delivery [--quick] [--json]``: each sender is a process of its own against a
sandbox in this one. First without limits: messages a second from the first to the last, and
seconds of CPU for 1,000 of them (the sender's process, without PostgreSQL's). Then under the rule
of 30 a second, where it is killed half-way (``kill -9``) and ours is started again: answers of
"too many requests", and in the sandbox's record who got nothing and what came twice. The loops
know nothing of what they did; run again they would send all of it once more.

Ours runs as ``fingerpost run --role jobs`` does, and so keeps to the 1,000 a second that Telegram
allows for pay. `aiohttp` is a bare loop: more is not to be had here.

``--mode telegram`` or ``paid``: 10,000 recipients under that rule of the sandbox, sent by the
whole bot (``fingerpost run``) while people use the guide; how long they waited for an answer.
"""

import argparse
import asyncio
import contextlib
import json
import os
import shutil
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import uvloop

from benchmarks.crowd import Crowd
from benchmarks.guide import newcomers_choice
from benchmarks.posting import (
    ROOT,
    TEXT,
    Database,
    Process,
    expire_leases,
    fresh,
    killed,
    opened,
    ours,
    people,
    queue,
    started,
    stopped,
    tally,
)
from delivery.model import Kind
from sandbox.record import most_in_one_second
from sandbox.server import serve
from sandbox.world import TOKEN, Sandbox

PEERS = ("stock_ptb", "aiogram", "aiohttp")
LOOPS = {"stock_ptb": "send_ptb", "aiogram": "send_aiogram", "aiohttp": "send_aiohttp"}
FREE_RATE, PAID_RATE = 28, 950  # ours; 28 is what the bot comes with
FREE, RULED = 10_000, 600  # messages of a stage
FEW_FREE, FEW_RULED = 1_500, 90
LONGEST = 4.0  # seconds of sending without limits
TAPPERS, TAPS = 20, 5  # people who use the guide meanwhile, and their taps a second
_PATIENCE = 60.0  # seconds without a message
Start = Callable[[str, bool], Awaitable[Process]]  # given the API's address and the rule


@dataclass(frozen=True, slots=True)
class Row:
    """One sender. *floods*: "too many requests"; *lost* and *repeated*: by one kill."""

    name: str
    per_second: float
    cpu_s_per_1000: float
    floods: int
    most_in_one_second: int
    lost: int
    repeated: int


@dataclass(frozen=True, slots=True)
class Long:
    """A whole broadcast while people use the guide; *p99_ms* of their waits."""

    name: str
    recipients: int
    seconds: float
    per_second: float
    most_in_one_second: int
    floods: int
    lost: int
    repeated: int
    taps: int
    unanswered: int
    p50_ms: float
    p99_ms: float


@dataclass(slots=True)
class Stage:
    """A sandbox and what it has recorded."""

    sandbox: Sandbox
    chats: list[int]

    @property
    def accepted(self) -> int:
        """How many messages the sandbox has taken."""
        return self.sandbox.record.accepted["sendMessage"]

    def moments(self) -> list[float]:
        """Return when each message for the chats was taken."""
        mine = set(self.chats)
        return [call.at for call in self.sandbox.record.messages() if call.chat_id in mine]

    def floods(self) -> int:
        """Return how often the sandbox said "too many requests"."""
        return sum(call.error_code == 429 for call in self.sandbox.record.calls)

    def got(self) -> Counter[int]:
        """Return how many messages each of the chats got."""
        mine = set(self.chats)
        found = (call.chat_id for call in self.sandbox.record.messages())
        return Counter(chat_id for chat_id in found if chat_id in mine)

    async def reached(self, count: int, process: Process) -> bool:
        """Wait for *count* messages; False if the process ended, or sent nothing for long."""
        before, since = -1, time.monotonic()
        while self.accepted < count and process.returncode is None:
            if self.accepted != before:
                before, since = self.accepted, time.monotonic()
            if time.monotonic() - since > _PATIENCE:
                return False
            await asyncio.sleep(0.002)
        return self.accepted >= count


def _cpu(process: Process) -> float:
    """Return the seconds of CPU that the process has used (Linux)."""
    fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@asynccontextmanager
async def on_stage(count: int, limits: str = "none") -> AsyncIterator[tuple[Stage, str]]:
    """Give a sandbox with *count* people and its address."""
    sandbox = Sandbox(limits=limits)
    stage = Stage(sandbox, people(sandbox, count))
    async with serve(sandbox) as api:
        yield stage, api


async def freely(stage: Stage, process: Process) -> tuple[float, float]:
    """Return messages a second and seconds of CPU for 1,000, without limits.

    Of all messages, or of those that came within `LONGEST` seconds.
    """
    few = len(stage.chats) // 20  # connections are open by then
    await stage.reached(few, process)
    first = last = _cpu(process)
    end = time.monotonic() + LONGEST
    while stage.accepted < len(stage.chats) and time.monotonic() < end:
        await asyncio.sleep(0.01)
        with contextlib.suppress(FileNotFoundError):  # it has just ended
            last = _cpu(process)
    moments = stage.moments()
    count = len(moments) - few
    if count < few:
        raise RuntimeError(f"only {len(moments)} messages came")
    return count / (moments[-1] - moments[few - 1]), (last - first) / count * 1000


async def loop(peer: str, python: str, job: dict[str, object]) -> Process:
    """Start a loop of another library."""
    command = [python, "-m", "benchmarks.peers", LOOPS[peer], json.dumps(job)]
    return await started(command)


def _job(stage: Stage, api: str, *, limited: bool) -> dict[str, object]:
    chats = stage.chats
    whom = {"first": chats[0], "last": chats[-1]}
    return {"api": api, "token": TOKEN, "text": TEXT, "limited": limited, **whom}


async def peer_free(peer: str, python: str, count: int) -> tuple[float, float]:
    """Measure a loop without limits."""
    async with on_stage(count) as (stage, api):
        process = await loop(peer, python, _job(stage, api, limited=False))
        try:
            return await freely(stage, process)
        finally:
            await killed(process)


async def peer_ruled(peer: str, python: str, count: int) -> Stage:
    """Kill a loop half-way under Telegram's rule; nobody knows where to go on."""
    async with on_stage(count, "telegram") as (stage, api):
        process = await loop(peer, python, _job(stage, api, limited=True))
        if await stage.reached(count // 2, process) and process.returncode is None:
            process.kill()
        await process.wait()
    return stage


async def ours_free(kind: Database, server: str, count: int) -> tuple[float, float]:
    """Measure our outbox without limits."""
    stack = AsyncExitStack()
    async with stack:
        stage, api = await stack.enter_async_context(on_stage(count))
        url = await stack.enter_async_context(fresh(kind, server))
        sessions = await stack.enter_async_context(opened(url))
        await queue(sessions, stage.chats, Kind.URGENT)
        process = await ours(url, api, role="jobs", rate=1000, paid=True)
        stack.push_async_callback(killed, process)
        return await freely(stage, process)
    raise AssertionError("an exit stack of these hides no error")


async def ours_ruled(kind: Database, server: str, count: int) -> Stage:
    """Kill our bot half-way under Telegram's rule, and start it again."""
    stack = AsyncExitStack()
    async with stack:
        stage, api = await stack.enter_async_context(on_stage(count, "telegram"))
        url = await stack.enter_async_context(fresh(kind, server))
        sessions = await stack.enter_async_context(opened(url))
        await queue(sessions, stage.chats, Kind.URGENT)
        process = await ours(url, api, role="jobs", rate=FREE_RATE, paid=False)
        await stage.reached(count // 2, process)
        await killed(process)
        await expire_leases(sessions)
        process = await ours(url, api, role="jobs", rate=FREE_RATE, paid=False)
        await stage.reached(count, process)
        while not (await tally(sessions)).done:  # noqa: ASYNC110  (of another process)
            await asyncio.sleep(0.1)
        await killed(process)
    return stage


@asynccontextmanager
async def environment() -> AsyncIterator[str]:
    """Give the Python of an environment that has the peers; uv makes it and takes it away."""
    uv = shutil.which("uv") or ".tools/bin/uv"
    group = ["--frozen", "--isolated", "--no-default-groups", "--group", "peers"]
    hold = "import sys; print(sys.executable, flush=True); sys.stdin.read()"
    process = await asyncio.create_subprocess_exec(
        *[uv, "run", "-q", *group, "python", "-c", hold],
        cwd=ROOT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdin is not None and process.stdout is not None
    yield (await process.stdout.readline()).decode().strip()
    process.stdin.close()
    await process.wait()


async def compare(free: int, ruled: int) -> dict[str, Any]:
    """Measure everybody and return rows and ratios."""
    async with environment() as python, fresh(Database.POSTGRESQL) as server:
        speeds = {f"ours_{kind}": await ours_free(kind, server, free) for kind in Database}
        for peer in PEERS:
            speeds[peer] = await peer_free(peer, python, free)
        # these wait for the rule most of the time, so all may run at once
        stages = await asyncio.gather(
            *(ours_ruled(kind, server, ruled) for kind in Database),
            *(peer_ruled(peer, python, ruled) for peer in PEERS),
        )
    rows = [_row(name, speeds[name], stage) for name, stage in zip(speeds, stages, strict=True)]
    per_second = {row.name: row.per_second for row in rows}
    ratios = {
        f"{mine.replace('ours_sqlite', 'ours')}/{peer}": round(
            per_second[mine] / per_second[peer], 2
        )
        for mine in ("ours_sqlite", "ours_postgresql")
        for peer in PEERS
    }
    return {"rows": [asdict(row) for row in rows], "ratios": ratios}


def _row(name: str, speed: tuple[float, float], stage: Stage) -> Row:
    got = stage.got()
    return Row(
        name,
        per_second=round(speed[0], 1),
        cpu_s_per_1000=round(speed[1], 2),
        floods=stage.floods(),
        most_in_one_second=most_in_one_second(stage.moments()),
        lost=len(stage.chats) - len(got),
        repeated=got.total() - len(got),
    )


async def broadcast(rule: str, kind: Database, count: int) -> Long:
    """Send a whole broadcast while people use the guide."""
    paid = rule == "paid"
    stack = AsyncExitStack()
    async with stack:
        stage, api = await stack.enter_async_context(on_stage(count, rule))
        url = await stack.enter_async_context(fresh(kind))
        sessions = await stack.enter_async_context(opened(url))
        rate = PAID_RATE if paid else FREE_RATE
        process = await ours(url, api, role="all", rate=rate, paid=paid)
        stack.push_async_callback(stopped, process)
        crowd = Crowd(stage.sandbox, newcomers_choice, TAPPERS)
        stack.enter_context(crowd.watching())
        async with asyncio.timeout(_PATIENCE):
            while not stage.sandbox.updates.is_polled:  # noqa: ASYNC110  (by another process)
                await asyncio.sleep(0.1)
        tappers = await crowd.arrive(("English", "Start"))
        await crowd.tap_steadily(tappers, TAPS, 2)  # warm up
        await queue(sessions, stage.chats, Kind.URGENT)
        tapping = asyncio.create_task(crowd.tap_steadily(tappers, TAPS, count / rate))
        while not (await tally(sessions)).done:  # noqa: ASYNC110  (of another process)
            await asyncio.sleep(0.5)
        waits = await tapping
    moments, got = stage.moments(), stage.got()
    seconds = moments[-1] - moments[0]
    return Long(
        name=f"ours_{kind} {rule}",
        recipients=count,
        seconds=round(seconds, 2),
        per_second=round(count / seconds, 1),
        most_in_one_second=most_in_one_second(moments),
        floods=stage.floods(),
        lost=count - len(got),
        repeated=got.total() - len(got),
        taps=len(waits.seconds) + waits.lost,
        unanswered=waits.lost,
        p50_ms=round(waits.percentile_ms(0.5), 1),
        p99_ms=round(waits.percentile_ms(0.99), 1),
    )


async def run(options: argparse.Namespace) -> dict[str, Any]:
    """Measure what the options ask for."""
    if options.mode == "compare":
        free, ruled = (FEW_FREE, FEW_RULED) if options.quick else (FREE, RULED)
        return await compare(free, ruled)
    row = await broadcast(options.mode, options.database, options.recipients)
    return {"rows": [asdict(row)], "ratios": {}}


def main() -> None:
    """Measure and print, as JSON or as a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="under 45 seconds")
    parser.add_argument("--mode", choices=["compare", "telegram", "paid"], default="compare")
    parser.add_argument("--database", type=Database, choices=list(Database), default="postgresql")
    parser.add_argument("--recipients", type=int, default=10_000, help="of the last two modes")
    parser.add_argument("--json", action="store_true", help="one JSON document on stdout")
    options = parser.parse_args()
    found = uvloop.run(run(options))
    if options.json:
        print(json.dumps(found))
        return
    for row in found["rows"]:
        print("  ".join(f"{name} {value}" for name, value in row.items()))
    print(found["ratios"])


if __name__ == "__main__":
    main()
