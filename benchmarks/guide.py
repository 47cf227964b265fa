"""How fast a guided tap is answered: our guide on SQLite, and echo bots of the peers.

``python -m benchmarks.guide [--quick] [--json]``. Each bot is a process of its own against a
sandbox in this one. People tap at 100 a second (p50, p95, p99), then as fast as they are answered
(taps a second). A tap of ours reads the person, decides, ranks the directory and renders; an
echo bot does nothing but the same two calls. Peers run by uv in the dependency group ``peers``.

A tap is timed from when it is due, also where its person still waits for the screen before. It
is lost where no screen came within ten seconds of that, and counts as ten seconds in the
percentiles, so that overload cannot look fast.
"""

import argparse
import asyncio
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import uvloop

from benchmarks.crowd import Chooses, Crowd, Json
from sandbox.server import serve
from sandbox.world import TOKEN, Sandbox

PER_SECOND = 100
PEOPLE = 300
EAGER = 64  # people who tap as fast as they are answered
READY = 30.0  # seconds for a bot to start polling
_GUIDE_ROUTES = ("1:g:", "1:r:", "1:s:")  # questions and Back, results, cards


@dataclass(frozen=True, slots=True)
class Row:
    """One bot's figures; *lost*: taps without an answer ten seconds after they were due."""

    name: str
    per_second: float
    p50_ms: float
    p95_ms: float
    p99_ms: float
    lost: int


def newcomers_choice(screen: Json, dice: random.Random) -> str | None:
    """Return a button of the guide, any of them."""
    return _any(screen, dice, _GUIDE_ROUTES)


def any_choice(screen: Json, dice: random.Random) -> str | None:
    """Return any button."""
    return _any(screen, dice, ("",))


def _any(screen: Json, dice: random.Random, starts: tuple[str, ...]) -> str | None:
    found = [
        each["callback_data"]
        for row in screen["reply_markup"]["inline_keyboard"]
        for each in row
        if each.get("callback_data", "\n").startswith(starts)
    ]
    return dice.choice(found) if found else None


async def measure(
    name: str, command: list[str], env: dict[str, str], chooses: Chooses, seconds: float
) -> Row:
    """Start the bot by *command* (``{api}`` is put in), let the crowd tap, stop it."""
    sandbox = Sandbox()
    async with serve(sandbox) as api:
        filled = [each.format(api=api) for each in command]
        given = {key: value.format(api=api) for key, value in env.items()}
        async with _running(filled, given, sandbox):
            crowd = Crowd(sandbox, chooses, PEOPLE)
            with crowd.watching():
                people = await crowd.arrive(("English", "Start") if name == "ours" else ())
                await crowd.tap_steadily(people, PER_SECOND / 2, 3)  # warm up
                steady = await crowd.tap_steadily(people, PER_SECOND, seconds)
                eager = await crowd.tap_at_will(people[:EAGER], seconds / 2)
    return Row(
        name,
        per_second=round(len(eager.seconds) / (seconds / 2), 1),
        p50_ms=round(steady.percentile_ms(0.5), 1),
        p95_ms=round(steady.percentile_ms(0.95), 1),
        p99_ms=round(steady.percentile_ms(0.99), 1),
        lost=steady.lost + eager.lost,
    )


@asynccontextmanager
async def _running(
    command: list[str], env: dict[str, str], sandbox: Sandbox
) -> AsyncIterator[None]:
    process = subprocess.Popen(  # noqa: ASYNC220  (it returns at once)
        command,
        env=os.environ | env,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=Path(__file__).parents[1],
    )
    try:
        async with asyncio.timeout(READY):
            while not sandbox.updates.is_polled:
                if process.poll() is not None:
                    raise RuntimeError(f"{command} ended with {process.returncode}")
                await asyncio.sleep(0.05)
        yield
    finally:
        process.terminate()
        await asyncio.to_thread(process.wait, 15)


def _peer(name: str) -> list[str]:
    uv = shutil.which("uv") or ".tools/bin/uv"
    group = ["--isolated", "--no-default-groups", "--group", "peers"]
    return [uv, "run", *group, "python", "-m", "benchmarks.peers", name, "{api}", TOKEN]


async def run(seconds: float) -> dict[str, Any]:
    """Measure the three bots one after the other and return rows and ratios."""
    with tempfile.TemporaryDirectory() as folder:
        ours = {
            "FINGERPOST_BOT_TOKEN": TOKEN,
            "FINGERPOST_API_BASE": "{api}",
            "FINGERPOST_DATABASE_URL": f"sqlite:///{folder}/benchmark.db",
        }
        command = [sys.executable, "-m", "bot", "run", "--role", "web"]
        rows = [
            await measure("ours", command, ours, newcomers_choice, seconds),
            await measure("stock_ptb", _peer("ptb"), {}, any_choice, seconds),
            await measure("aiogram", _peer("aiogram"), {}, any_choice, seconds),
        ]
    first, *peers = rows
    ratios = {f"ours/{peer.name}": round(first.per_second / peer.per_second, 2) for peer in peers}
    return {"rows": [asdict(row) for row in rows], "ratios": ratios}


def main() -> None:
    """Measure and print, as JSON or as a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="under 45 seconds")
    parser.add_argument("--json", action="store_true", help="one JSON document on stdout")
    options = parser.parse_args()
    found = uvloop.run(run(4 if options.quick else 20))
    if options.json:
        print(json.dumps(found))
        return
    for row in found["rows"]:
        print(
            "{name:10} {per_second:7.1f} taps/s  at 100/s: p50 {p50_ms:6.1f} ms  "
            "p95 {p95_ms:6.1f} ms  p99 {p99_ms:6.1f} ms  lost {lost}".format(**row)
        )
    print(found["ratios"])


if __name__ == "__main__":
    main()
