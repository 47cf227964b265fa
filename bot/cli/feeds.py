"""`feeds` and `digest`: feeds, and the week's digest, from a terminal."""

import time
from collections.abc import Sequence
from datetime import UTC, datetime
from datetime import time as time_of_day
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

import db.editions
import db.feeds
import db.items
import db.schema
import locales
from bot.app import wire
from bot.cli import output
from bot.cli.output import AsJson
from bot.cli.processes import choices_of
from bot.pack import Pack
from bot.settings import Settings
from bot.weektime import WeekTime, moment
from db.engine import Sessions
from db.stores import SqlFeedStore
from digests import check as checker
from digests.addresses import refuse_address
from digests.check import Checked
from digests.compile import compile_digest, iso_week
from digests.errors import FetchError
from digests.fetch import HttpFetcher
from digests.model import Digest, EditionState, StoredItem
from digests.refresh import Round, refresh_due
from digests.render import plain_text, render_digest
from digests.topics import topic_name
from digests.worker import WorkerReader
from handlers import review
from handlers.context import App, Healthy

app = typer.Typer(no_args_is_help=True, help="The feeds that the digest is made from.")
digest = typer.Typer(no_args_is_help=True, help="The weekly digest.")


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


class Form(StrEnum):
    """How `digest preview` shows the digest."""

    JSON = "json"
    HTML = "html"
    TEXT = "text"


@digest.command()
def preview(
    week: Annotated[str | None, typer.Option(help="Such as 2026-W47; default: this one.")] = None,
    language: Annotated[str, typer.Option(help="Of the frame.")] = locales.SOURCE,
    topics: Annotated[str, typer.Option(help="Ids with commas; default: all.")] = "",
    form: Annotated[Form, typer.Option("--format", help="What to print.")] = Form.TEXT,
) -> None:
    """Show the week's digest as a subscriber with this language and these topics gets it."""
    chosen = output.loaded()
    pack = output.pack_of(chosen.pack)
    wanted = frozenset(filter(None, topics.split(",")))
    if unknown := wanted - {topic.id for topic in pack.interests.topics}:
        output.fail(f"topics: {', '.join(sorted(unknown))} is not one of this pack", output.USAGE)
    if language not in locales.supported():
        output.fail(f"language: write one of {', '.join(locales.supported())}", output.USAGE)
    shown = week or iso_week(datetime.now(UTC), ZoneInfo(pack.zone))
    try:
        moment(shown, WeekTime(0, time_of_day(0)), ZoneInfo(pack.zone))
    except ValueError:
        output.fail(f"week: “{shown}” is not an ISO week; write 2026-W47", output.USAGE)
    items = output.awaited(_items(chosen, shown))
    compiled = compile_digest(shown, items, wanted, pack.interests.topics)
    t = locales.translator(language)
    names = {each.id: topic_name(each, language) for each in pack.interests.topics}
    parts = render_digest(compiled, t, names)
    if form is Form.HTML:
        output.emit(None, as_json=False, lines=parts)
    elif form is Form.TEXT:
        output.emit(None, as_json=False, lines=[plain_text(parts)])
    else:
        output.emit(_document(compiled, parts), as_json=True, lines=())


def _document(compiled: Digest, parts: Sequence[str]) -> dict[str, Any]:
    return {
        "week": compiled.week,
        "sections": [
            {
                "topic": section.topic,
                "items": [
                    {
                        "id": each.id,
                        "title": each.item.title,
                        "link": each.item.link,
                        "summary": each.item.summary,
                        "source": each.item.source,
                        "published": each.item.published.isoformat()
                        if each.item.published
                        else None,
                    }
                    for each in section.items
                ],
            }
            for section in compiled.sections
        ],
        "parts": list(parts),
    }


async def _items(chosen: Settings, week: str) -> list[StoredItem]:
    async with output.database(chosen) as sessions, sessions() as session:
        edition = await db.editions.find(session, week)
        if edition is not None and edition.state is EditionState.APPROVED:
            return await db.items.for_week(session, week)
        return await db.items.accepted_without_week(session)


@digest.command()
def send(as_json: AsJson = False) -> None:
    """Queue the approved digest whose time has come; the running bot then sends it."""
    chosen = output.loaded()
    pack = output.pack_of(chosen.pack)

    async def queue() -> bool:
        async with output.database(chosen) as sessions:
            return await review.send_due(_wired(sessions, pack, chosen))

    queued = output.awaited(queue())
    said = "Queued." if queued else "Nothing to send: no approved digest is due and unsent."
    output.emit({"queued": queued}, as_json=as_json, lines=[said])
    if not queued:
        raise typer.Exit(output.PROBLEMS)


def _wired(sessions: Sessions, pack: Pack, chosen: Settings) -> App:
    async def well() -> Healthy:
        return Healthy(())

    return wire(sessions, pack, choices_of(chosen), health=well)
