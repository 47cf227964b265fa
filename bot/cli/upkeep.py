"""`db`, `health` and `locales`: what keeps an installation well."""

import asyncio
from datetime import UTC, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from sqlalchemy.exc import DBAPIError

import db.schema
from bot import health as checks
from bot.cli import output
from bot.cli.output import AsJson
from locales import check as catalogues

database = typer.Typer(no_args_is_help=True, help="The database's tables.")
languages = typer.Typer(no_args_is_help=True, help="The translations.")


@database.command()
def upgrade() -> None:
    """Bring the tables to this version, making them if there are none."""
    chosen = output.loaded()
    output.awaited(db.schema.upgrade(chosen.database_url))
    typer.echo("The database is up to date.")


@database.command("check")
def check_database(as_json: AsJson = False) -> None:
    """Say how the tables differ from what this version needs; end with 1 if they do."""
    chosen = output.loaded()
    found = output.awaited(db.schema.check(chosen.database_url))
    lines = found or ["The database is up to date."]
    output.emit({"ok": not found, "problems": found}, as_json=as_json, lines=lines)
    if found:
        raise typer.Exit(output.PROBLEMS)


def health(as_json: AsJson = False) -> None:
    """Name each late or failing thing in plain words; end with 1 if there is one."""
    chosen = output.loaded()
    zone = ZoneInfo(output.pack_of(chosen.pack).zone)
    times = checks.Timetable(chosen.digest_review, chosen.digest_send, zone)

    async def ask() -> tuple[list[str], list[str]]:
        try:
            async with output.database(chosen) as sessions:
                found = await checks.problems(sessions, datetime.now(UTC), times=times)
                notes = await checks.notes(sessions, zone)
                return [str(text) for text in found], [str(text) for text in notes]
        except (DBAPIError, OSError) as exc:
            cause = getattr(exc, "orig", None) or exc
            return [f"The database cannot be used: {cause}. Check FINGERPOST_DATABASE_URL."], []

    found, notes = asyncio.run(ask())
    lines = [*(found or ["Everything works: nothing is late or failing."]), *notes]
    document = {"ok": not found, "problems": found, "notes": notes}
    output.emit(document, as_json=as_json, lines=lines)
    if found:
        raise typer.Exit(output.PROBLEMS)


@languages.command("check")
def check_languages(
    as_json: AsJson = False,
    strict: Annotated[
        bool, typer.Option(help="Also end with 1 when a message is not translated.")
    ] = True,
) -> None:
    """Check every catalogue: complete, same fields, allowed tags, plural forms."""
    found = catalogues.check_all()
    rows = [
        {
            "code": each.code,
            "messages": each.messages,
            "translated": each.translated,
            "fuzzy": each.fuzzy,
            "problems": list(each.problems),
        }
        for each in found
    ]
    lines = [f"{r['code']}: {r['translated']} of {r['messages']}" for r in rows]
    lines += [f"{each.code}: {problem}" for each in found for problem in each.problems]
    output.emit({"languages": rows}, as_json=as_json, lines=lines)
    missing = strict and any(each.translated < each.messages for each in found)
    if missing or any(each.problems for each in found):
        raise typer.Exit(output.PROBLEMS)
