"""`directory import`: a pack, or the services of an Open Referral UK publisher."""

import re
import time
from dataclasses import fields
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import typer

import db.schema
import db.services
from bot import importing
from bot.cli import output
from bot.cli.output import AsJson
from bot.importing import ImportFailed, Pages, Wanted
from bot.publishers import JSON, FilePages, HttpPages, PoliteGetter, source_key
from bot.settings import Settings
from db.engine import Sessions
from db.sources import TakenOver
from digests.fetch import HttpFetcher
from directory.oruk import mapping
from directory.oruk.dialects import BrokenPage
from directory.oruk.mapping import BrokenMapping, TermMap
from directory.oruk.reading import DataSet
from directory.oruk.report import Outcome, Report

MAPPING = "terms.toml"
DEFAULT_MAPPING = Path(__file__).parents[2] / "packs" / MAPPING
_PACK = ("pack.toml", "helplines.json")  # a folder that has one of them is a pack
_KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LONGEST_KEY = 40


class Format(StrEnum):
    """What `directory import` reads."""

    AUTO = "auto"
    ORUK = "oruk"
    PACK = "pack"


def import_(  # noqa: PLR0913, PLR0917  (one parameter for each option of the contract)
    path: Annotated[
        str,
        typer.Argument(
            metavar="PATH_OR_URL",
            help="A pack folder; or a file, a folder of pages or the address of an Open "
            "Referral UK API.",
        ),
    ],
    form: Annotated[Format, typer.Option("--format", help="What it holds.")] = Format.AUTO,
    source: Annotated[
        str | None, typer.Option(help="A key for the source, such as bristol; keep it.")
    ] = None,
    area: Annotated[
        str | None, typer.Option(help="Where its services work; default: the pack's city.")
    ] = None,
    mapping_file: Annotated[
        Path | None, typer.Option("--mapping", help="In the place of the pack's terms.toml.")
    ] = None,
    preview: Annotated[bool, typer.Option("--preview", help="Write nothing.")] = False,
    full: Annotated[bool, typer.Option("--full", help="Not only what changed.")] = False,
    accept_gone: Annotated[
        bool, typer.Option("--accept-gone", help="Hide what is gone, also if it is most of it.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Load a pack or another publisher's services; what a person has confirmed stays as it is."""
    chosen = output.loaded()
    if form is Format.PACK or (form is Format.AUTO and _is_pack(path)):
        _pack(chosen, Path(path), as_json=as_json)
        return
    key = source or source_key(path)
    if not _KEY.fullmatch(key) or len(key) > _LONGEST_KEY:
        output.fail("--source: write lower-case letters, digits and hyphens.", output.USAGE)
    home = area or output.pack_of(chosen.pack).name
    terms = _terms(mapping_file or chosen.pack / MAPPING, required=mapping_file is not None)
    options = {"full": full, "preview": preview, "accept_gone": accept_gone}
    started = time.monotonic()
    done = output.awaited(_import(chosen, path, (key, home), terms, options))
    seconds = round(time.monotonic() - started, 2)
    head = {"source": key, "preview": preview, "seconds": seconds}
    output.emit({**head, **done.document()}, as_json=as_json, lines=_lines(key, done, seconds))


def _is_pack(path: str) -> bool:
    return "://" not in path and any((Path(path) / name).exists() for name in _PACK)


async def _import(
    chosen: Settings,
    path: str,
    named: tuple[str, str],
    terms: TermMap,
    options: dict[str, bool],
) -> Report:
    key, area = named
    with TemporaryDirectory() as folder:
        if options["preview"] and not output.has_database(chosen):
            # nothing is there to compare with, and nothing is to be there afterwards
            chosen = chosen.model_copy(update={"database_url": f"sqlite:///{folder}/empty.db"})
        await db.schema.upgrade(chosen.database_url)
        async with (
            output.database(chosen) as sessions,
            HttpFetcher(contact=chosen.contact, accept=JSON) as fetcher,
        ):
            pages = _pages(path, fetcher)
            url = pages.url if "://" in path else None
            wanted = Wanted(DataSet(key, url, area), pages, terms, **options)
            return await _run(wanted, sessions)


def _pages(path: str, fetcher: HttpFetcher) -> Pages:
    if "://" in path:
        return HttpPages(path, PoliteGetter(fetcher))
    try:
        return FilePages(Path(path))
    except BrokenPage as exc:
        output.fail(str(exc), output.PROBLEMS)
    except OSError as exc:
        output.fail(f"{path}: {exc.strerror}", output.USAGE)


async def _run(wanted: Wanted, sessions: Sessions) -> Report:
    try:
        return await importing.run(wanted, sessions, lambda: datetime.now(UTC))
    except ImportFailed as exc:
        stored = "" if wanted.preview else "\nThe same command goes on from there."
        output.fail(f"{exc}{stored}", output.PROBLEMS)
    except TakenOver as exc:
        output.fail(f"Another process imports “{exc}” now.", output.PROBLEMS)


def _terms(path: Path, *, required: bool) -> TermMap:
    """Return the common mapping with that of *path* before it."""
    try:
        base = mapping.read_mapping(DEFAULT_MAPPING.read_text(encoding="utf-8"))
        if not required and not path.exists():
            return base
        return mapping.read_mapping(path.read_text(encoding="utf-8"), base)
    except (BrokenMapping, UnicodeDecodeError) as exc:
        output.fail(f"{path.name}: {exc}", output.PROBLEMS)
    except OSError as exc:
        output.fail(f"{path}: {exc.strerror}", output.USAGE)


def _lines(key: str, done: Report, seconds: float) -> list[str]:
    """Return the report for people, what to look at last."""
    kind = "everything" if done.full else "what changed"
    lines = [f"{key}: {done.records} records on {len(done.pages)} pages ({kind}), {seconds} s"]
    lines += [f"{outcome.value}: {done.outcomes[outcome]}" for outcome in Outcome]
    lines += [f"refused, {_said(reason)}: {count}" for reason, count in done.refused.most_common()]
    lines += [f"left out, {_said(kind)}: {count}" for kind, count in done.left.most_common()]
    lines += [f"no row for the term “{term}”: {n}" for term, n in done.unmapped.most_common()]
    if done.full and not done.whole:
        lines.append(f"The source says that it has {done.asked}. Nothing was hidden.")
    if done.missing:
        lines.append(
            f"{done.missing} services would be gone, most of all. Nothing was hidden. If that is "
            "right, say --accept-gone."
        )
    return lines


def _said(kind: str) -> str:
    return kind.replace("_", " ")


def _pack(chosen: Settings, folder: Path, *, as_json: bool) -> None:
    pack = output.pack_of(folder)

    async def load() -> db.services.ImportReport:
        await db.schema.upgrade(chosen.database_url)
        async with output.database(chosen) as sessions, sessions.begin() as session:
            return await db.services.import_pack(
                session, pack.services, pack.helplines, datetime.now(UTC)
            )

    report = output.awaited(load())
    done: dict[str, Any] = {field.name: getattr(report, field.name) for field in fields(report)}
    lines = [f"{name}: {len(ids)}" for name, ids in done.items()]
    output.emit({name: list(ids) for name, ids in done.items()}, as_json=as_json, lines=lines)
