"""`feeds`: what the digest is made from, from a terminal."""

import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

import db.feeds
import db.schema
import locales
from bot.cli import judging, output
from bot.cli.output import AsJson
from bot.settings import Settings
from db.stores import SqlFeedStore
from digests import check as checker
from digests import opml
from digests.addresses import refuse_address
from digests.check import Checked
from digests.discovery import Found, discover
from digests.errors import FetchError, ParseError
from digests.feed import Back, Feed
from digests.fetch import HttpFetcher
from digests.refresh import Round, refresh_due
from digests.worker import WorkerReader
from handlers import feed_screens
from handlers.feed_screens import Seen

if TYPE_CHECKING:
    from digests.judge import Known

app = typer.Typer(no_args_is_help=True, help="The feeds that the digest is made from.")


@app.command()
def add(
    url: Annotated[str, typer.Argument(help="A feed, or a page of a site that has one.")],
    archive: Annotated[bool, typer.Option("--archive", help="Read all its old posts too.")] = False,
) -> None:
    """Follow a feed from now on."""
    chosen = output.loaded()
    back_to = Back.ALL if archive else None

    async def follow() -> tuple[Sequence[Found], int]:
        async with HttpFetcher(contact=chosen.contact) as fetcher:
            found = await discover(fetcher, url)
        if len(found) > 1:
            return found, 0
        refuse_address(found[0].url)
        return found, await _follow(chosen, found, back_to)

    try:
        found, number = output.awaited(follow())
    except FetchError as exc:
        output.fail(str(exc.reason), output.PROBLEMS)
    if len(found) > 1:
        lines = [f"{each.url}: {each.title or 'no title'}" for each in found]
        output.fail("\n".join(("The site has several feeds. Add one:", *lines)), output.PROBLEMS)
    typer.echo(f"Feed {number} is followed: {found[0].url}")


async def _follow(chosen: Settings, found: Sequence[Found], back_to: Back | None) -> int:
    """Store every one of *found*; return the number of the last."""
    await db.schema.upgrade(chosen.database_url)
    number = 0
    async with output.database(chosen) as sessions, sessions.begin() as session:
        for each in found:
            now = datetime.now(UTC)
            number = await db.feeds.add(session, each.url, now, each.title, back_to=back_to)
    return number


@app.command()
def archive(number: Annotated[int, typer.Argument(help="As `feeds list` shows it.")]) -> None:
    """Read all old posts of a feed's site; they are kept, but come into no digest."""
    chosen = output.loaded()

    async def ask() -> bool:
        async with output.database(chosen) as sessions, sessions.begin() as session:
            return await db.feeds.read_archive(session, number, datetime.now(UTC))

    _must_exist(output.awaited(ask()), number)
    typer.echo(f"The old posts of feed {number} are read from the next round on.")


@app.command()
def remove(number: Annotated[int, typer.Argument(help="As `feeds list` shows it.")]) -> None:
    """Follow a feed no more; its posts stay."""
    chosen = output.loaded()

    async def forget() -> bool:
        async with output.database(chosen) as sessions, sessions.begin() as session:
            return await db.feeds.remove(session, number)

    _must_exist(output.awaited(forget()), number)
    typer.echo(f"Feed {number} is followed no more.")


def _must_exist(found: bool, number: int) -> None:
    if not found:
        output.fail(f"There is no feed {number}. See “fingerpost feeds list”.", output.PROBLEMS)


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="An OPML list, as other feed readers write it.")],
    as_json: AsJson = False,
) -> None:
    """Follow the feeds of a list; says of each line that is refused why."""
    chosen = output.loaded()
    try:
        listed = opml.read(file.read_bytes(), file.name)
    except OSError as exc:
        output.fail(f"{file}: {exc.strerror}", output.USAGE)
    except ParseError as exc:
        output.fail(f"{file}: {exc.reason}", output.PROBLEMS)
    output.awaited(_follow(chosen, [Found(f.url, f.title) for f in listed.feeds], None))
    refused = [{"line": r.line, "url": r.url, "problem": str(r.reason)} for r in listed.refused]
    lines = [f"Feeds followed: {len(listed.feeds)}"]
    lines += [f"Line {each['line']}: {each['url']}: {each['problem']}" for each in refused]
    output.emit({"followed": len(listed.feeds), "refused": refused}, as_json=as_json, lines=lines)
    if refused:
        raise typer.Exit(output.PROBLEMS)


@app.command()
def export(
    to: Annotated[Path | None, typer.Option("--output", help="A file; without it, stdout.")] = None,
) -> None:
    """Write the feeds as an OPML list, which other feed readers take."""
    chosen = output.loaded()
    name = output.pack_of(chosen.pack).name

    async def read() -> list[Feed]:
        async with output.database(chosen) as sessions, sessions() as session:
            return await db.feeds.all_feeds(session)

    title = f"Feeds of {name}"
    written = opml.write(output.awaited(read()), title=title, now=datetime.now(UTC))
    if to is None:
        typer.echo(written, nl=False)
        return
    try:
        to.write_bytes(written)
    except OSError as exc:
        output.fail(f"{to}: {exc.strerror}", output.USAGE)


@app.command("list")
def list_(as_json: AsJson = False) -> None:
    """Show every feed and how it is."""
    chosen = output.loaded()
    zone = ZoneInfo(output.pack_of(chosen.pack).zone)

    async def read() -> Seen:
        now = datetime.now(UTC)
        async with output.database(chosen) as sessions, sessions() as session:
            feeds = await db.feeds.all_feeds(session)
            new = await db.feeds.new_since(session, now - timedelta(days=7))
        return Seen(feeds, new, now, zone)

    seen = output.awaited(read())
    found = [_row(feed, seen) for feed in seen.feeds]
    lines = [f"{f['id']}. {f['url']} ({f['trust']}): {f['state']}" for f in found]
    output.emit(found, as_json=as_json, lines=lines or ["No feeds yet. Add one: feeds add URL"])


def _row(feed: Feed, seen: Seen) -> dict[str, Any]:  # Any: as JSON has it
    return {
        "id": feed.id,
        "url": feed.url,
        "title": feed.title,
        "state": feed_screens.state(locales.translator(locales.SOURCE), feed, seen),
        "trust": feed.trust.value,
        "new": seen.new.get(feed.id, 0),
        "checked_at": feed.checked_at.isoformat() if feed.checked_at else None,
        "next_check": feed.next_check.isoformat(),
        "failures": feed.failures,
        "problem": feed.error,
        "stopped": feed.stopped,
        "reads_back_to": feed.back_to.value if feed.back_to else None,
    }


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
    counts = {
        "checked": done.checked,
        "new": done.new,
        "failed": len(done.failed),
        "pages": done.pages,
    }
    output.emit(counts, as_json=as_json, lines=[f"{k}: {v}" for k, v in counts.items()])


@app.command()
def check(
    files: Annotated[list[Path], typer.Argument(help="Feed files.")],
    as_json: AsJson = False,
) -> None:
    """Run files through the whole pipeline but the fetching: parse, clean, judge."""
    pack = output.pack_of(output.loaded().pack)
    known = judging.known(pack)
    checked = [_check(path, known) for path in files]
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


def _check(path: Path, known: "Known") -> Checked:
    try:
        body = path.read_bytes()
    except OSError as exc:
        output.fail(f"{path}: {exc.strerror}", output.USAGE)
    return checker.check(str(path), body, datetime.now(UTC), known, timer=time.perf_counter)
