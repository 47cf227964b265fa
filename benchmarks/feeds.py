"""How fast feeds are polled: our whole pipeline on SQLite, and the `reader` library beside it.

``python -m benchmarks.feeds [--quick] [--json]``. A process of its own plays 1,000 sites. Each
poll goes through what the bot runs: fetch, parse, clean and judge in the worker, store.
``first``: ten posts of each are new; ``unchanged``: 304; ``changed``: ten posts, one of them
new; ``renewed``: ten posts, all of them new. The longest time for which the event loop could
not be used is measured meanwhile.

`reader` (its newest release, 20 workers, in the dependency group ``peers``) polls the same
sites after us. It parses and stores; it neither judges nor looks for duplicates.
"""

import argparse
import asyncio
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import uvloop

import db.feeds
import db.schema
from bot.pack import read_pack
from db.engine import Sessions, make_engine, make_sessions
from db.stores import SqlFeedStore
from digests.fetch import HttpFetcher
from digests.refresh import Round, refresh_due
from digests.worker import WorkerReader

FEEDS, FEW = 1_000, 100
# each with how many posts the sites have published beyond their first ten
POLLS = (("first", 0), ("unchanged", 0), ("changed", 1), ("renewed", 11))
PORT = 18_473
ROOT = Path(__file__).parents[1]
_LOOK_EVERY = 0.002  # seconds between two looks at the loop


@dataclass(frozen=True, slots=True)
class Row:
    """One poll of all sites. *new*: posts stored; *block_ms*: longest stop of the event loop."""

    name: str
    feeds: int
    seconds: float
    per_second: float
    new: int
    block_ms: float | None = None


def sites(count: int) -> list[str]:
    """Return the addresses of *count* feeds, each on a host of its own."""
    return [f"http://127.1.{n // 250}.{n % 250 + 1}:{PORT}/news.xml" for n in range(count)]


@contextmanager
def serving() -> Iterator[None]:
    """Run the sites in a process of their own while the block runs."""
    process = subprocess.Popen([sys.executable, "-m", "benchmarks.sites", str(PORT)], cwd=ROOT)
    try:
        yield
    finally:
        process.terminate()
        process.wait(15)


async def published(edition: int) -> None:
    """Let every site publish its post number *edition*; waits until they are there."""
    async with aiohttp.ClientSession() as session:
        for _ in range(100):
            try:
                async with session.post(f"http://127.0.0.1:{PORT}/edition/{edition}"):
                    return
            except aiohttp.ClientConnectionError:
                await asyncio.sleep(0.1)
    raise TimeoutError("the sites did not start")


@dataclass(slots=True)
class Watch:
    """The longest time for which nothing else could run, in seconds."""

    longest: float = 0.0

    async def look(self) -> None:
        """Look at the clock again and again, until cancelled."""
        while True:
            before = time.perf_counter()
            await asyncio.sleep(_LOOK_EVERY)
            self.longest = max(self.longest, time.perf_counter() - before - _LOOK_EVERY)


async def poll(
    name: str, sessions: Sessions, fetcher: HttpFetcher, reader: WorkerReader, now: datetime
) -> Row:
    """Poll every feed once, as the bot's job does, and return how long it took."""
    watch = Watch()
    looking = asyncio.create_task(watch.look())
    began = time.perf_counter()
    done: Round = await refresh_due(SqlFeedStore(sessions), fetcher, reader, now=now, limit=FEEDS)
    seconds = time.perf_counter() - began
    looking.cancel()
    if done.failed:
        raise RuntimeError(f"{len(done.failed)} feeds failed: {done.failed[0].error}")
    return Row(
        name,
        done.checked,
        round(seconds, 2),
        round(done.checked / seconds, 1),
        done.new,
        round(watch.longest * 1000, 1),
    )


@asynccontextmanager
async def store(count: int) -> AsyncIterator[Sessions]:
    """Give a fresh database that follows *count* sites."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/feeds.db"
        await db.schema.upgrade(url)
        engine = make_engine(url)
        sessions = make_sessions(engine)
        async with sessions.begin() as session:
            for each in sites(count):
                await db.feeds.add(session, each, datetime.now(UTC))
        yield sessions
        await engine.dispose()


async def ours(count: int) -> list[Row]:
    """Poll the sites four times with the bot's own parts."""
    reader = WorkerReader(read_pack(ROOT / "packs" / "leeds").interests)
    try:
        async with HttpFetcher(allow_private=True) as fetcher, store(count) as sessions:
            now, rows = datetime.now(UTC), []
            for name, edition in POLLS:
                await published(edition)
                rows.append(await poll(f"ours {name}", sessions, fetcher, reader, now))
                now += timedelta(days=1)
    finally:
        reader.close()
    return rows


def peers(count: int) -> list[Row]:
    """Poll them as often with `reader`, in an environment that has it."""
    uv = shutil.which("uv") or ".tools/bin/uv"
    group = ["--frozen", "--isolated", "--no-default-groups", "--group", "peers"]
    command = [uv, "run", *group, "python", "-m", "benchmarks.reading", str(PORT), *sites(count)]
    answer = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    return [Row(**row) for row in json.loads(answer.stdout)]


def run(count: int) -> dict[str, Any]:
    """Measure both and return rows and ratios (of feeds a second)."""
    with serving():
        rows = uvloop.run(ours(count)) + peers(count)
    per_second = {row.name: row.per_second for row in rows}
    ratios = {
        f"ours/reader {name}": round(per_second[f"ours {name}"] / per_second[f"reader {name}"], 2)
        for name, _ in POLLS
    }
    return {"rows": [asdict(row) for row in rows], "ratios": ratios}


def main() -> None:
    """Measure and print, as JSON or as a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="100 feeds, under 45 seconds")
    parser.add_argument("--json", action="store_true", help="one JSON document on stdout")
    options = parser.parse_args()
    found = run(FEW if options.quick else FEEDS)
    if options.json:
        print(json.dumps(found))
        return
    for row in found["rows"]:
        print(
            "{name:17} {feeds:5} feeds in {seconds:6.2f} s, {per_second:7.1f}/s, {new:6} new, "
            "loop stopped for {block_ms} ms".format(**row)
        )
    print(found["ratios"])


if __name__ == "__main__":
    main()
