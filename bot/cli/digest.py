"""`digest`: the week's digest, from a terminal."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from datetime import time as time_of_day
from enum import StrEnum
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

import locales
from bot.cli import output
from bot.cli.output import AsJson
from bot.cli.processes import wired
from bot.pack import Pack
from bot.settings import Settings
from bot.weektime import WeekTime, moment
from db.documents import BESIDE, OCCASIONS, dump
from digests.compile import iso_week
from digests.edition import Digest
from digests.item import StoredItem
from digests.lines import summary, title
from digests.render import plain_text, render_whole
from handlers import digest_screens, edition_sending
from handlers.digest_screens import Review
from handlers.editions import gather

app = typer.Typer(no_args_is_help=True, help="The weekly digest.")


class Form(StrEnum):
    """How `digest preview` shows the digest."""

    JSON = "json"
    HTML = "html"
    TEXT = "text"


@app.command()
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
    found = output.awaited(_gathered(chosen, pack, shown))
    compiled = digest_screens.digest_of(found, pack.interests.topics, wanted)
    t = locales.translator(language)
    names = digest_screens.names_of(t, pack.interests.topics)
    parts = render_whole(compiled, t, names)
    if form is Form.HTML:
        output.emit(None, as_json=False, lines=parts)
    elif form is Form.TEXT:
        output.emit(None, as_json=False, lines=[plain_text(parts)])
    else:
        output.emit(_document(compiled, found, parts), as_json=True, lines=())


def _document(compiled: Digest, found: Review, parts: Sequence[str]) -> dict[str, Any]:
    return {
        "week": compiled.week,
        "state": found.edition.state.value,
        "note": compiled.note,
        "sections": [
            {"topic": section.topic, "items": [_item(each) for each in section.items]}
            for section in compiled.sections
        ],
        "beside": dump(BESIDE, compiled.beside),
        "left_out": [each.id for each in found.left_out],
        "parts": list(parts),
    }


def _item(each: StoredItem) -> dict[str, Any]:
    return {
        "id": each.id,
        "title": title(each),
        "link": each.item.link,
        "summary": summary(each),
        "source": each.item.source,
        "published": each.item.published.isoformat() if each.item.published else None,
        "dates": dump(OCCASIONS, each.occasions),
        "place": each.place,
        "pinned": each.pinned,
    }


async def _gathered(chosen: Settings, pack: Pack, week: str) -> Review:
    """Return the edition of *week*; one that nobody has touched has what the ledger holds now."""
    async with output.database(chosen) as sessions, sessions() as session:
        found = await gather(session, wired(sessions, pack, chosen), week)
    return replace(found, edition=replace(found.edition, week=week))


@app.command()
def send(as_json: AsJson = False) -> None:
    """Queue the approved digest whose time has come; the running bot then sends it."""
    chosen = output.loaded()
    pack = output.pack_of(chosen.pack)

    async def queue() -> bool:
        async with output.database(chosen) as sessions:
            return await edition_sending.send_due(wired(sessions, pack, chosen))

    queued = output.awaited(queue())
    said = "Queued." if queued else "Nothing to send: no approved digest is due and unsent."
    output.emit({"queued": queued}, as_json=as_json, lines=[said])
    if not queued:
        raise typer.Exit(output.PROBLEMS)
