"""`digest archive`: the editions that have left, as files that survive the server."""

import json
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

import db.archive
import locales
from bot.cli import output
from bot.cli.output import AsJson
from bot.cli.processes import wired
from bot.pack import Pack
from bot.settings import Settings
from db.documents import OCCASIONS, dump
from digests import atom, letter
from digests.atom import Issue
from digests.compile import in_order
from digests.item import StoredItem
from handlers import digest_screens
from handlers.context import App
from handlers.editions import gather
from handlers.pages import site_of

_ITEMS = "items.jsonl"


@dataclass(frozen=True, slots=True)
class _Kept:
    """What there is to keep: editions newest first, and every accepted item."""

    app: App
    issues: tuple[Issue, ...]
    items: tuple[StoredItem, ...]


def archive(
    to: Annotated[
        Path | None, typer.Option("--output", help="A folder for pages, feed and items.")
    ] = None,
    language: Annotated[str, typer.Option(help="Of the pages.")] = locales.SOURCE,
    as_json: AsJson = False,
) -> None:
    """List the editions that have left; with --output write them and every item as files."""
    chosen = output.loaded()
    pack = output.pack_of(chosen.pack)
    if language not in locales.supported():
        output.fail(f"language: write one of {', '.join(locales.supported())}", output.USAGE)
    kept = output.awaited(_read(chosen, pack))
    listed = [_edition(issue) for issue in kept.issues]
    lines = [f"{each['week']}: {each['items']} posts, left {each['left_at']}" for each in listed]
    if to is not None:
        files = _files(kept, language)
        try:
            _write(to, files)
        except OSError as exc:
            output.fail(f"output: {exc}", output.PROBLEMS)
        lines.append(f"Wrote {len(files)} files to {to}.")
    document = {"editions": listed, "items": len(kept.items)}
    output.emit(document, as_json=as_json, lines=lines or ["No edition has left yet."])


async def _read(chosen: Settings, pack: Pack) -> _Kept:
    async with output.database(chosen) as sessions, sessions() as session:
        app = wired(sessions, pack, chosen)
        issues = []
        for week, left_at in (await db.archive.left(session)).items():
            shown = await gather(session, app, week)
            digest = digest_screens.digest_of(shown, app.topics, ())
            issues.append(Issue(digest, left_at))
        items = in_order(await db.archive.kept(session), app.topics)
        by_time = sorted(items, key=lambda each: (each.first_seen, each.id))
        return _Kept(app, tuple(issues), tuple(by_time))


def _files(kept: _Kept, language: str) -> dict[str, str]:
    """Return what is written, by file name."""
    t = locales.translator(language)
    site = site_of(kept.app, t)
    here = replace(site, files=True, mails=False)
    weeks = [issue.digest.week for issue in kept.issues]
    pages = {f"{each.digest.week}.html": letter.page(each.digest, t, here) for each in kept.issues}
    feed = atom.feed(kept.issues, t, site, now=kept.app.clock())
    records = (json.dumps(_record(each), ensure_ascii=False) for each in kept.items)
    return {
        **pages,
        "index.html": letter.index(weeks, t, here),
        "atom.xml": feed.decode(),
        _ITEMS: "".join(f"{record}\n" for record in records),
    }


def _write(folder: Path, files: dict[str, str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_text(content, "utf-8", newline="\n")


def _edition(issue: Issue) -> dict[str, Any]:
    return {
        "week": issue.digest.week,
        "left_at": issue.at.isoformat(),
        "items": sum(len(section.items) for section in issue.digest.sections),
    }


def _record(stored: StoredItem) -> dict[str, Any]:
    """Return everything that the item says, as JSON values."""
    item = stored.item
    return {
        "id": stored.id,
        "title": item.title,
        "headline": stored.headline,
        "link": item.link,
        "summary": item.summary,
        "line": stored.line,
        "body": item.body,
        "source": item.source,
        "published": _moment(item.published),
        "first_seen": _moment(stored.first_seen),
        "topics": list(stored.topics),
        "occasions": dump(OCCASIONS, stored.occasions),
        "place": stored.place,
        "week": stored.week,
        "position": stored.position,
        "corrects": stored.corrects,
        "same_as": stored.same_as,
    }


def _moment(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()
