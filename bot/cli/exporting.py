"""`directory export`: the directory as Open Referral UK 3.0 for everybody, or as a pack's file."""

import json
from collections.abc import Callable, Iterable
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

import db.published
from bot.cli import matching, output
from bot.cli.output import AsJson
from bot.settings import Settings
from directory.oruk import package
from directory.oruk.entries import Moments
from directory.oruk.package import File
from directory.oruk.publication import Publication
from directory.rows import row_of


class Standard(StrEnum):
    """What `directory export` writes."""

    ORUK = "oruk"  # what everybody may know
    PACK = "pack"  # services.json with all facts, notes for workers too


def export(
    form: Annotated[
        Standard,
        typer.Option("--format", help="oruk: for everybody; pack: all facts, for one's own pack."),
    ] = Standard.ORUK,
    folder: Annotated[
        Path | None,
        typer.Option("--output", help="A folder for the files; without it: services, on stdout."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Write the directory: its public part for others to import, or all of it as a pack's file."""
    chosen = output.loaded()
    if form is Standard.PACK:
        own = _pack_file(chosen)
        files: Iterable[File] = (own,)
        text: Callable[[], str] = own.text
    else:
        publication = _publication(chosen)
        files, text = package.files(publication), partial(package.services_text, publication)
    if folder is None:
        typer.echo(text(), nl=False)
        return
    written = _write(files, folder)
    lines = [f"{name}: {records}" for name, records in written.items()]
    output.emit({"output": str(folder), "files": written}, as_json=as_json, lines=lines)


def _pack_file(chosen: Settings) -> File:
    """Return the services of the directory as a pack has them."""
    records = [row_of(each) for each in matching.directory_of(chosen).services]
    text = json.dumps({"services": records}, ensure_ascii=False, indent=1) + "\n"
    return File("services.json", "services", len(records), lambda: text)


def _publication(chosen: Settings) -> Publication:
    directory = matching.directory_of(chosen)
    moments = _moments(chosen) if output.has_database(chosen) else {}
    return Publication(directory.services, directory.gazetteer, moments)


def _moments(chosen: Settings) -> dict[str, Moments]:
    async def read() -> dict[str, Moments]:
        async with output.database(chosen) as sessions, sessions() as session:
            return await db.published.moments(session)

    return output.awaited(read())


def _write(files: Iterable[File], folder: Path) -> dict[str, int]:
    """Write the files and return how many records each has; the index is the last one."""
    written: dict[str, int] = {}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for file in files:
            (folder / file.name).write_text(file.text(), encoding="utf-8", newline="\n")
            written[file.name] = file.records
    except OSError as exc:
        output.fail(f"The export cannot be written: {exc}", output.PROBLEMS)
    return written
