"""`search`: what a text asks for, from a terminal."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.cli import matching, output
from bot.cli.matching import MOST_RESULTS, WrongValue
from bot.cli.output import AsJson
from directory import search as searching
from directory.index import Directory
from directory.lexicon import lexicon
from directory.model import Query

_REASONS = 3  # lines below a name


class Sought(BaseModel):
    """The named arguments of `search`, as a terminal or a line of JSON gives them."""

    model_config = ConfigDict(extra="forbid")

    text: str
    language: str | None = None
    limit: int = Field(5, ge=1, le=MOST_RESULTS)


def search(
    text: Annotated[str | None, typer.Argument(help="What somebody writes, any language.")] = None,
    language: Annotated[str | None, typer.Option(help="BCP-47, such as ar.")] = None,
    limit: Annotated[int, typer.Option(help="How many results.")] = 5,
    batch: Annotated[Path | None, typer.Option(help="Lines of JSON, one object each.")] = None,
    as_json: AsJson = False,
) -> None:
    """Say what a text asks for: needs, danger, and the services that fit."""
    directory = matching.directory_of(output.loaded())
    try:
        if batch is not None:
            matching.answer_batch(batch, lambda given: answer(directory, given))
            return
        found = answer(directory, {"text": text, "language": language, "limit": limit})
    except (WrongValue, ValidationError) as exc:
        output.fail(matching.explained(exc), output.USAGE)
    output.emit(found, as_json=as_json, lines=_lines(found))


def answer(directory: Directory, given: dict[str, Any]) -> dict[str, Any]:
    """Return what `search --json` prints for one object of arguments.

    Raises:
        ValidationError: an argument is missing, unknown or of the wrong form.
        WrongValue: the language is none.
    """
    sought = Sought.model_validate(given)
    language = matching.known_language(sought.language)
    query = Query(needs=(), at=datetime.now(UTC), language=language)
    found = searching.search(directory, lexicon(), sought.text, query, sought.limit)
    return {
        "results": [
            {
                "id": each.service.id,
                "name": each.service.name,
                "score": each.score,
                "reasons": [str(reason) for reason in each.reasons],
            }
            for each in found.matches
        ],
        "needs": list(found.needs),
        "place": None if found.place is None else found.place.name,
        "crisis": found.crisis is not None,
    }


def _lines(found: dict[str, Any]) -> list[str]:
    lines = ["Danger: people to call come first."] if found["crisis"] else []
    lines.append(f"Needs: {', '.join(found['needs']) or '-'}")
    lines += [f"Place: {found['place']}"] if found["place"] else []
    for each in found["results"]:
        lines.append(f"{each['score']:.2f} {each['name']} ({each['id']})")
        lines += [f"     {reason}" for reason in each["reasons"][:_REASONS]]
    return lines
