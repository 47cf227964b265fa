"""What every command prints with; loads nothing else, so that a quick command stays quick."""

import json
from collections.abc import Iterable
from typing import Annotated, NoReturn

import typer

PROBLEMS = 1  # exit code: the answer is no, or problems were found
USAGE = 2  # exit code: wrong usage or setting

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]


def emit(document: object, *, as_json: bool, lines: Iterable[str]) -> None:
    """Print *document* as JSON, or the *lines* for people."""
    if as_json:
        typer.echo(json.dumps(document, ensure_ascii=False, indent=1))
        return
    for line in lines:
        typer.echo(line)


def fail(message: str, code: int) -> NoReturn:
    """Say on stderr what is wrong and what to do, and end with *code*."""
    typer.echo(message, err=True)
    raise typer.Exit(code)
