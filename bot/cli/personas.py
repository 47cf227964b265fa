"""`personas`: whether made-up people get what they need, and what a change means for whom."""

import json
import statistics
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError

from bot import personas, taps
from bot.cli import matching, output
from bot.cli.output import AsJson
from bot.personas import FOLDER, Answer, Persona
from directory import matcher
from directory.index import Directory
from directory.source import BrokenSource

app = typer.Typer(no_args_is_help=True, help="Made-up people who test the matching.")

Paths = Annotated[
    list[Path] | None, typer.Argument(help="TOML files or folders; default: tests/personas.")
]


@app.command()
def check(paths: Paths = None, as_json: AsJson = False) -> None:
    """Check that everybody gets what they need; end with 1 if somebody does not."""
    directory, people = matching.directory_of(output.loaded()), _people(paths)
    if wrong := personas.hollow(people, directory):
        output.fail("\n".join(wrong), output.PROBLEMS)
    answers = answers_of(directory, people)
    failed = {one.id: personas.failures(one, answers[one.id]) for one in people}
    counted = [each.taps for each in answers.values() if each.taps is not None]
    median = statistics.median(counted) if counted else None
    document = {
        "personas": len(people),
        "failed": sum(map(bool, failed.values())),
        "median_taps": median,
        "most_taps": max(counted, default=None),
        "people": [
            {"id": one.id, "taps": answers[one.id].taps, "failures": failed[one.id]}
            for one in people
        ],
    }
    output.emit(document, as_json=as_json, lines=_table(people, answers, failed, median))
    if any(failed.values()):
        raise typer.Exit(output.PROBLEMS)


@app.command("answers")
def answers_(paths: Paths = None, as_json: AsJson = False) -> None:
    """Print what everybody gets now; keep it as a file for `personas diff`."""
    directory, people = matching.directory_of(output.loaded()), _people(paths)
    found = answers_of(directory, people)
    lines = [f"{i}: {', '.join(each.services[: personas.FIRST])}" for i, each in found.items()]
    output.emit(personas.document(found), as_json=as_json, lines=lines)


@app.command()
def diff(
    before: Annotated[Path, typer.Argument(help="What `personas answers --json` printed before.")],
    paths: Paths = None,
    as_json: AsJson = False,
) -> None:
    """Say what changed for whom; end with 1 if somebody lost what they must get."""
    directory, people = matching.directory_of(output.loaded()), _people(paths)
    try:
        old = personas.from_document(json.loads(before.read_text(encoding="utf-8")))
    except (OSError, ValueError) as exc:
        output.fail(f"{before}: {exc}", output.USAGE)
    found = personas.changes(people, old, answers_of(directory, people))
    document = [{"id": c.id, "changes": list(c.sentences), "worse": c.worse} for c in found]
    lines = [
        f"{change.id}{' (WORSE)' if change.worse else ''}: {sentence}"
        for change in found
        for sentence in change.sentences
    ]
    output.emit(document, as_json=as_json, lines=lines or ["Nothing changed for anybody."])
    if any(change.worse for change in found):
        raise typer.Exit(output.PROBLEMS)


def answers_of(directory: Directory, people: Sequence[Persona]) -> dict[str, Answer]:
    """Return the whole answer that `match` has for each of *people*, with the guide's taps.

    Raises:
        typer.Exit: the arguments of somebody cannot be used; all of it is said on stderr.
    """
    guide = taps.Guide(directory, datetime(2000, 1, 1, tzinfo=UTC))
    found = {}
    for one in people:
        try:
            query = matching.query_of(directory, one.arguments(directory.zone, 1))
        except (matching.WrongValue, ValidationError) as exc:
            output.fail(f"{one.id}: {exc}", output.USAGE)
        whole = matcher.find(directory, query, len(directory.services))
        found[one.id] = personas.answer(whole, guide.taps(query))
    return found


def _people(paths: Sequence[Path] | None) -> tuple[Persona, ...]:
    try:
        return personas.read_personas(tuple(paths or (FOLDER,)))
    except BrokenSource as exc:
        output.fail(str(exc), output.USAGE)


def _table(
    people: Sequence[Persona],
    answers: Mapping[str, Answer],
    failed: Mapping[str, Sequence[str]],
    median: float | None,
) -> list[str]:
    """Return a line for each persona, what is wrong below it, and the sums at the end."""
    width = max((len(one.id) for one in people), default=0)
    lines = []
    for one in people:
        word = "FAILS" if failed[one.id] else "ok"
        lines.append(f"{one.id:<{width}}  {answers[one.id].taps or '-':>4}  {word}")
        lines += [f"    {one.who}: {sentence}" for sentence in failed[one.id]]
    broken = sum(map(bool, failed.values()))
    return [
        f"{'persona':<{width}}  taps",
        *lines,
        f"{len(people)} personas, {broken} not as they should be, median {median} taps.",
    ]
