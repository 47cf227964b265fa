"""`digest`: the week's digest, from a terminal."""

from collections.abc import Sequence
from datetime import UTC, datetime
from datetime import time as time_of_day
from enum import StrEnum
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

import db.editions
import db.ledger
import locales
from bot.app import wire
from bot.cli import output
from bot.cli.output import AsJson
from bot.cli.processes import choices_of
from bot.pack import Pack
from bot.settings import Settings
from bot.weektime import WeekTime, moment
from db.engine import Sessions
from digests.compile import compile_digest, iso_week
from digests.model import Digest, EditionState, StoredItem
from digests.render import plain_text, render_whole
from digests.topics import topic_name
from handlers import edition_sending
from handlers.context import App, Healthy

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
    items = output.awaited(_items(chosen, shown))
    compiled = compile_digest(shown, items, wanted, pack.interests.topics)
    t = locales.translator(language)
    names = {each.id: topic_name(each, language) for each in pack.interests.topics}
    parts = render_whole(compiled, t, names)
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
            return await db.ledger.for_week(session, week)
        return await db.ledger.accepted_without_week(session)


@app.command()
def send(as_json: AsJson = False) -> None:
    """Queue the approved digest whose time has come; the running bot then sends it."""
    chosen = output.loaded()
    pack = output.pack_of(chosen.pack)

    async def queue() -> bool:
        async with output.database(chosen) as sessions:
            return await edition_sending.send_due(_wired(sessions, pack, chosen))

    queued = output.awaited(queue())
    said = "Queued." if queued else "Nothing to send: no approved digest is due and unsent."
    output.emit({"queued": queued}, as_json=as_json, lines=[said])
    if not queued:
        raise typer.Exit(output.PROBLEMS)


def _wired(sessions: Sessions, pack: Pack, chosen: Settings) -> App:
    async def well() -> Healthy:
        return Healthy(())

    return wire(sessions, pack, choices_of(chosen), health=well)
