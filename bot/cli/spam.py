"""`spam`: how well the judge tells spam from the rest, on a labelled file."""

import csv
from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from bot.cli import judging, output
from bot.cli.output import AsJson
from digests.item import Decision

app = typer.Typer(no_args_is_help=True, help="How well the judge tells spam from the rest.")
SPAM, HAM = "spam", "ham"
_LABELS = {"spam": SPAM, "1": SPAM, "ham": HAM, "0": HAM}
_LONGEST_FIELD = 1_000_000  # characters; the csv module's own limit is 131,072


@app.callback()
def group() -> None:
    """Measure the judge."""


@app.command()
def evaluate(
    path: Annotated[Path, typer.Argument(help="A CSV file with the columns text and label.")],
    keyword_only: Annotated[
        bool, typer.Option("--keyword-only", help="The rules alone, without what was learned.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Count what becomes of each text: spam that would go out, and good texts that would not."""
    rows = _rows(path)
    what = judging.known(output.pack_of(output.loaded().pack), keyword_only=keyword_only)
    found = Counter(
        (label, judging.verdict_of(what, judging.Told(summary=text)).decision)
        for text, label in rows
    )
    document = _document(found)
    output.emit(document, as_json=as_json, lines=[f"{k}: {v}" for k, v in document.items()])


def _document(found: Counter[tuple[str, Decision]]) -> dict[str, int | float | None]:
    """Return the counts; precision: of what is rejected, recall: of spam, what does not go out."""
    rejected = found[SPAM, Decision.REJECT] + found[HAM, Decision.REJECT]
    spam = sum(found[SPAM, decision] for decision in Decision)
    return {
        "n": found.total(),
        "spam_accepted": found[SPAM, Decision.ACCEPT],
        "ham_held": found[HAM, Decision.REVIEW],
        "ham_rejected": found[HAM, Decision.REJECT],
        "precision": _share(found[SPAM, Decision.REJECT], rejected),
        "recall": _share(spam - found[SPAM, Decision.ACCEPT], spam),
    }


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def _rows(path: Path) -> list[tuple[str, str]]:
    """Return text and label of each row; a file that cannot be used ends the command."""
    csv.field_size_limit(_LONGEST_FIELD)
    try:
        with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
            reader = csv.DictReader(file)
            rows, columns = list(reader), set(reader.fieldnames or ())
    except (OSError, csv.Error) as exc:
        output.fail(f"{path}: {exc}", output.USAGE)
    if not {"text", "label"} <= columns:
        output.fail(f"{path}: it needs the columns text and label in its first line.", output.USAGE)
    found = []
    for number, row in enumerate(rows, start=1):
        text, label = row.get("text"), _LABELS.get((row.get("label") or "").strip().casefold())
        if text is None or label is None:
            output.fail(
                f"{path}: row {number}: it needs the columns text and label (spam or ham, 1 or 0).",
                output.USAGE,
            )
        found.append((text, label))
    return found
