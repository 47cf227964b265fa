"""`directory`: a pack into the database, and what is wrong with a pack."""

from dataclasses import fields
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

import db.schema
import db.services
from bot.cli import checking, exporting, output
from bot.cli.output import AsJson

app = typer.Typer(no_args_is_help=True, help="The service directory.")
app.command()(exporting.export)


class Format(StrEnum):
    """What `directory import` reads."""

    AUTO = "auto"
    PACK = "pack"


Folder = Annotated[Path, typer.Argument(help="A pack folder, such as packs/leeds.")]


@app.command("import")
def import_(
    path: Folder,
    form: Annotated[Format, typer.Option("--format", help="What PATH holds.")] = Format.AUTO,
    as_json: AsJson = False,
) -> None:
    """Load a pack's services and helplines; what a person has confirmed stays as it is."""
    del form  # a pack is the only format so far, so finding it out and naming it are the same
    chosen = output.loaded()
    pack = output.pack_of(path)

    async def load() -> db.services.ImportReport:
        await db.schema.upgrade(chosen.database_url)
        async with output.database(chosen) as sessions, sessions.begin() as session:
            return await db.services.import_pack(
                session, pack.services, pack.helplines, datetime.now(UTC)
            )

    report = output.awaited(load())
    done = {field.name: getattr(report, field.name) for field in fields(report)}
    lines = [f"{name}: {len(ids)}" for name, ids in done.items()]
    output.emit({name: list(ids) for name, ids in done.items()}, as_json=as_json, lines=lines)


app.command()(checking.check)
