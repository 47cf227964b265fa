"""`feeds`: what the digest is made from, from a terminal."""

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

import db.editions
import db.feeds
import db.items
import db.schema
from bot.cli import output
from bot.cli.output import AsJson
from bot.pack import Pack
from db.stores import SqlFeedStore
from digests import check as checker
from digests.addresses import refuse_address
from digests.check import Checked
from digests.errors import FetchError
from digests.fetch import HttpFetcher
from digests.refresh import Round, refresh_due
from digests.worker import WorkerReader

app = typer.Typer(no_args_is_help=True, help="The feeds that the digest is made from.")


@app.command()
def add(url: Annotated[str, typer.Argument(help="An RSS, Atom or JSON feed.")]) -> None:
    """Follow a feed from now on."""
    chosen = output.loaded()

    async def store() -> int:
        await db.schema.upgrade(chosen.database_url)
        async with output.database(chosen) as sessions, sessions.begin() as session:
            return await db.feeds.add(session, url, datetime.now(UTC))

    try:
        refuse_address(url)
    except FetchError as exc:
        output.fail(str(exc.reason), output.PROBLEMS)
    typer.echo(f"Feed {output.awaited(store())} is followed: {url}")


@app.command()
def remove(number: Annotated[int, typer.Argument(help="As `feeds list` shows it.")]) -> None:
    """Follow a feed no more; its posts that are in no digest yet go with it."""
    chosen = output.loaded()

    async def forget() -> bool:
        async with output.database(chosen) as sessions, sessions.begin() as session:
            return await db.feeds.remove(session, number)

    if not output.awaited(forget()):
        output.fail(f"There is no feed {number}. See “fingerpost feeds list”.", output.PROBLEMS)
    typer.echo(f"Feed {number} is followed no more.")


@app.command("list")
def list_(as_json: AsJson = False) -> None:
    """Show every feed and how it is."""
    chosen = output.loaded()

    async def read() -> list[dict[str, Any]]:
        async with output.database(chosen) as sessions, sessions() as session:
            return [
                {
                    "id": feed.id,
                    "url": feed.url,
                    "title": feed.title,
                    "next_check": feed.next_check.isoformat(),
                    "failures": feed.failures,
                    "problem": feed.error,
                    "stopped": feed.stopped,
                }
                for feed in await db.feeds.all_feeds(session)
            ]

    found = output.awaited(read())
    lines = [f"{f['id']}. {f['url']}: {f['problem'] or 'well'}" for f in found]
    output.emit(found, as_json=as_json, lines=lines or ["No feeds yet. Add one: feeds add URL"])


@app.command()
def poll(as_json: AsJson = False) -> None:
    """Fetch the feeds that are due now, and store what is new."""
    chosen = output.loaded()
    pack = output.pack_of(chosen.pack)

    async def once() -> Round:
        async with output.database(chosen) as sessions:
            fetcher = HttpFetcher(contact=chosen.contact)
            reader = WorkerReader(pack.interests)
            try:
                store = SqlFeedStore(sessions)
                return await refresh_due(store, fetcher, reader, now=datetime.now(UTC), limit=500)
            finally:
                reader.close()
                await fetcher.close()

    done = output.awaited(once())
    counts = {"checked": done.checked, "new": done.new, "failed": len(done.failed)}
    output.emit(counts, as_json=as_json, lines=[f"{k}: {v}" for k, v in counts.items()])


@app.command()
def check(
    files: Annotated[list[Path], typer.Argument(help="Feed files.")],
    as_json: AsJson = False,
) -> None:
    """Run files through the whole pipeline but the fetching: parse, clean, judge."""
    pack = output.pack_of(output.loaded().pack)
    checked = [_check(path, pack) for path in files]
    rows = [
        {
            "file": each.file,
            "ok": each.ok,
            "items": each.items,
            "problem": str(each.problem) if each.problem else None,
            "seconds": round(each.seconds, 4),
        }
        for each in checked
    ]
    lines = [f"{r['file']}: {r['problem'] or str(r['items']) + ' items'}" for r in rows]
    output.emit(rows, as_json=as_json, lines=lines)
    if not all(each.ok for each in checked):
        raise typer.Exit(output.PROBLEMS)


def _check(path: Path, pack: Pack) -> Checked:
    try:
        body = path.read_bytes()
    except OSError as exc:
        output.fail(f"{path}: {exc.strerror}", output.USAGE)
    return checker.check(
        str(path), body, datetime.now(UTC), pack.interests, timer=time.perf_counter
    )
