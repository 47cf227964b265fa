"""`directory export`: what everybody may know of the directory, as Open Referral UK 3.0."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

import db.published
from bot.cli import matching, output
from bot.cli.output import AsJson
from bot.settings import Settings
from directory.oruk import package
from directory.oruk.entries import Moments
from directory.oruk.publication import Publication


class Standard(StrEnum):
    """What `directory export` writes."""

    ORUK = "oruk"


def export(
    form: Annotated[Standard, typer.Option("--format", help="The standard.")] = Standard.ORUK,
    folder: Annotated[
        Path | None,
        typer.Option("--output", help="A folder for the files; without it: services, on stdout."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Write the public part of the directory, for others to import."""
    del form  # there is one standard so far
    publication = _publication(output.loaded())
    if folder is None:
        typer.echo(package.services_text(publication), nl=False)
        return
    written = _write(publication, folder)
    lines = [f"{name}: {records}" for name, records in written.items()]
    output.emit({"output": str(folder), "files": written}, as_json=as_json, lines=lines)


def _publication(chosen: Settings) -> Publication:
    directory = matching.directory_of(chosen)
    moments = _moments(chosen) if output.has_database(chosen) else {}
    return Publication(directory.services, directory.gazetteer, moments)


def _moments(chosen: Settings) -> dict[str, Moments]:
    async def read() -> dict[str, Moments]:
        async with output.database(chosen) as sessions, sessions() as session:
            return await db.published.moments(session)

    return output.awaited(read())


def _write(publication: Publication, folder: Path) -> dict[str, int]:
    """Write the files and return how many records each has; the index is the last one."""
    written: dict[str, int] = {}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for file in package.files(publication):
            (folder / file.name).write_text(file.text(), encoding="utf-8", newline="\n")
            written[file.name] = file.records
    except OSError as exc:
        output.fail(f"The export cannot be written: {exc}", output.PROBLEMS)
    return written
