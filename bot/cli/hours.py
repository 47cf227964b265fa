"""`hours`: opening hours as people write them, checked by the list."""

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from bot.cli import printing
from bot.cli.printing import AsJson
from directory.openings.hours_reading import Unclear, Understood, value

app = typer.Typer(no_args_is_help=True, help="Opening hours as people write them.")
VALID, INVALID = "valid", "invalid"


@dataclass(frozen=True, slots=True)
class Checked:
    """One row: the *text*, whether it is labelled *valid*, and what was made of it."""

    text: str
    valid: bool
    reading: Understood | Unclear


@app.callback()
def group() -> None:
    """Read opening hours as people write them."""


@app.command()
def check(
    path: Annotated[Path, typer.Argument(help="A CSV file with the columns value and class.")],
    as_json: AsJson = False,
) -> None:
    """Count the values that are understood, and the invalid ones that are refused."""
    rows = _rows(path)
    document = {
        "valid": sum(row.valid for row in rows),
        "understood": sum(row.valid and isinstance(row.reading, Understood) for row in rows),
        "invalid": sum(not row.valid for row in rows),
        "refused": sum(not row.valid and isinstance(row.reading, Unclear) for row in rows),
    }
    lines = [line for row in rows if (line := _line(row)) is not None]
    lines += [f"{name}: {count}" for name, count in document.items()]
    printing.emit(document, as_json=as_json, lines=lines)


def _rows(path: Path) -> list[Checked]:
    """Return the rows of a file; one that cannot be used ends the command."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file, strict=True))
    except (OSError, ValueError, csv.Error) as exc:
        printing.fail(f"{path}: {exc}", printing.USAGE)
    wrong = [n for n, row in enumerate(rows, start=1) if row.get("class") not in (VALID, INVALID)]
    if wrong or not all(row.get("value") is not None for row in rows):
        where = f"row {wrong[0]}" if wrong else "the first line"
        printing.fail(
            f"{path}: {where}: it needs the columns value and class (valid or invalid).",
            printing.USAGE,
        )
    return [Checked(row["value"], row["class"] == VALID, value(row["value"])) for row in rows]


def _line(row: Checked) -> str | None:
    """Return what to say about a row; nothing about a valid one that is understood."""
    if isinstance(row.reading, Unclear):
        said = "not understood" if row.valid else "refused"
        return f"{said}: {row.text!r}: {row.reading.question}"
    if row.valid:
        return None
    return f"labelled invalid, but understood: {row.text!r}: {row.reading.opening_hours}"
