"""`directory check`: what is wrong with a pack, and what to look into first."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from bot import links
from bot.cli import matching, output
from bot.cli.output import AsJson
from bot.pack import PackError, read_pack
from bot.settings import Settings
from digests.fetch import HttpFetcher
from directory import audit
from directory.audit import Finding, Severity
from directory.index import Directory
from locales.errors import N_, Text

_SHOWN = 20  # of what to look into, in the text: nobody fixes more in a day
_BROKEN = "broken"


def check(
    path: Annotated[
        Path | None,
        typer.Argument(
            help="A pack folder; default: the database's directory, else the chosen pack."
        ),
    ] = None,
    ask_links: Annotated[
        bool, typer.Option("--links", help="Ask every web address if it still answers.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Find problems in a pack: what cannot be used, and what to look into, the worst first.

    Ends with 1 if something is broken or wrong; what is doubtful or old is only listed.
    """
    chosen = output.loaded()
    folder = path or chosen.pack
    try:
        pack = read_pack(folder)
    except PackError as exc:
        _emit_broken(exc, as_json=as_json)
        raise typer.Exit(output.PROBLEMS) from exc
    directory = pack.directory if path else matching.directory_of(chosen)
    found = audit.findings(directory, datetime.now(ZoneInfo(pack.zone)).date())
    if ask_links:
        dead = output.awaited(_dead_links(chosen, directory))
        found = tuple(sorted((*found, *dead), key=lambda each: each.order))
    wrong = [each for each in found if each.severity is Severity.WRONG]
    counts = {"services": len(directory.services), "helplines": len(directory.helplines)}
    document = {"ok": not wrong, **counts, "problems": [_row(each) for each in found]}
    output.emit(document, as_json=as_json, lines=[*_lines(counts, found), *pack.notes])
    if wrong:
        raise typer.Exit(output.PROBLEMS)


def _emit_broken(exc: PackError, *, as_json: bool) -> None:
    problems = [
        {
            "severity": _BROKEN,
            "file": each.file,
            "record": each.record,
            "field": each.field,
            "problem": str(each.problem),
        }
        for each in exc.problems
    ]
    document = {"ok": False, "services": 0, "helplines": 0, "problems": problems}
    output.emit(document, as_json=as_json, lines=[str(each) for each in exc.problems])


def _row(found: Finding) -> Mapping[str, str]:
    return {
        "severity": found.severity.name.lower(),
        "file": "services.json",
        "record": found.record,
        "field": found.field,
        "problem": str(found.text),
    }


def _lines(counts: Mapping[str, int], found: tuple[Finding, ...]) -> list[str]:
    lines = [f"{counts['services']} services and {counts['helplines']} helplines can be used."]
    if not found:
        return [*lines, "Nothing to look into."]
    told = {severity: sum(each.severity is severity for each in found) for severity in Severity}
    parts = ", ".join(f"{count} {severity.name.lower()}" for severity, count in told.items())
    lines.append(f"To look into: {parts}. First these:")
    lines += [f"{f.severity.name.lower()}: {f.record}: {f.field}: {f.text}" for f in found[:_SHOWN]]
    if len(found) > _SHOWN:
        lines.append(f"… and {len(found) - _SHOWN} more; --json lists all.")
    return lines


async def _dead_links(chosen: Settings, directory: Directory) -> list[Finding]:
    """Return the web addresses of services that lead nowhere."""
    fields = ("url", "organization_url")
    wanted = [
        (service, field, address)
        for service in directory.services
        for field in fields
        if (address := getattr(service, field)) is not None
    ]
    async with HttpFetcher(contact=chosen.contact) as fetcher:
        dead = await links.dead(fetcher, [address for _, _, address in wanted])
    sentence = N_("The address {url} does not answer: {why}")
    return [
        Finding(
            Severity.WRONG,
            service.id,
            field,
            Text(sentence, {"url": address, "why": str(dead[address])}),
        )
        for service, field, address in wanted
        if address in dead
    ]
