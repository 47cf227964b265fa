"""`explain`: what the product makes of a text, for coordinators and tests."""

from datetime import datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import BaseModel, ConfigDict, ValidationError

import locales
from bot.cli import matching, output
from bot.cli.matching import WrongValue
from bot.cli.output import AsJson
from digests import same as sameness
from digests.clean import TITLE_LENGTH, clean_text, plain_lines
from directory.openings.hours_reading import Understood, read
from directory.places import Gazetteer

app = typer.Typer(no_args_is_help=True, help="What the product makes of a text.")
Batch = Annotated[Path | None, typer.Option(help="Lines of JSON, one object each.")]


class Said(BaseModel):
    """What `explain hours` is asked; *language*: BCP-47, that of the text."""

    model_config = ConfigDict(extra="forbid")

    text: str
    language: str | None = None


class Where(BaseModel):
    """What `explain place` is asked."""

    model_config = ConfigDict(extra="forbid")

    text: str


class Post(BaseModel):
    """A post as `explain same` is asked about it; whatever is not known may be left out."""

    model_config = ConfigDict(extra="ignore")

    title: str | None = None
    link: str | None = None
    text: str | None = None
    published: str | None = None  # ISO 8601 or RFC 822; one that is neither counts for nothing


class Two(BaseModel):
    """What `explain same` is asked."""

    model_config = ConfigDict(extra="ignore")

    a: Post
    b: Post


@app.command("place")
def place(
    text: Annotated[str | None, typer.Argument(help="Where somebody says they are.")] = None,
    batch: Batch = None,
    as_json: AsJson = False,
) -> None:
    """Say which place a text means, or what to ask back."""
    gazetteer = matching.directory_of(output.loaded()).gazetteer
    try:
        if batch is not None:
            matching.answer_batch(batch, lambda given: place_of(gazetteer, given))
            return
        found = place_of(gazetteer, {"text": text})
    except (WrongValue, ValidationError) as exc:
        output.fail(matching.explained(exc), output.USAGE)
    output.emit(found, as_json=as_json, lines=_lines(found))


def place_of(gazetteer: Gazetteer, given: dict[str, Any]) -> dict[str, Any]:
    """Return what `explain place --json` prints for one object: never finer than a sector.

    Raises:
        ValidationError: the text is missing, or something else is there.
    """
    reading = gazetteer.read(Where.model_validate(given).text)
    found, asked = reading.place, gazetteer.question(reading)
    inside = None if found is None else gazetteer.in_area(found)
    if reading.elsewhere is not None:
        inside = False
    elif reading.options:
        inside = True if all(map(gazetteer.in_area, reading.options)) else None
    clear = found is not None and reading.elsewhere is None  # a large town has many outcodes
    return {
        "outcode": gazetteer.outcode_of(found) if found is not None and clear else None,
        "place": reading.elsewhere or (None if found is None else found.name),
        "in_leeds": inside,
        "question": None if asked is None else str(asked),
    }


@app.command("hours")
def hours(
    text: Annotated[str | None, typer.Argument(help="Opening hours in plain words.")] = None,
    language: Annotated[str | None, typer.Option(help="BCP-47, such as pl.")] = None,
    batch: Batch = None,
    as_json: AsJson = False,
) -> None:
    """Say which opening hours a text means, or what to ask back."""
    try:
        if batch is not None:
            matching.answer_batch(batch, hours_of)
            return
        found = hours_of({"text": text, "language": language})
    except (WrongValue, ValidationError) as exc:
        output.fail(matching.explained(exc), output.USAGE)
    output.emit(found, as_json=as_json, lines=[found["opening_hours"] or found["question"]])


def hours_of(given: dict[str, Any]) -> dict[str, Any]:
    """Return what `explain hours --json` prints for one object.

    Raises:
        ValidationError: the text is missing, or something else is there.
        WrongValue: the language is none.
    """
    said = Said.model_validate(given)
    reading = read(said.text, matching.known_language(said.language) or locales.SOURCE)
    if isinstance(reading, Understood):
        return {"opening_hours": reading.opening_hours, "question": None}
    return {"opening_hours": None, "question": str(reading.question)}


@app.command("same")
def same(batch: Batch = None, as_json: AsJson = False) -> None:  # noqa: ARG001  (always JSON)
    """Say whether two posts tell the same story, and why."""
    if batch is None:
        output.fail("same needs --batch, a file with two posts a line", output.USAGE)
    try:
        matching.answer_batch(batch, same_of)
    except WrongValue as exc:
        output.fail(matching.explained(exc), output.USAGE)


def same_of(given: dict[str, Any]) -> dict[str, Any]:
    """Return what `explain same --json` prints for one object.

    Raises:
        ValidationError: one of the two posts is missing.
    """
    two = Two.model_validate(given)
    found = sameness.same(_story(two.a), _story(two.b))
    return {"same": found.same, "why": str(found.why)}


def _story(post: Post) -> sameness.Story:
    text = "\n".join(plain_lines(post.text or ""))
    title = clean_text(post.title or "", TITLE_LENGTH)
    return sameness.Story(title, post.link, text, _moment(post.published))


def _moment(said: str | None) -> datetime | None:
    for read_ in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            return read_((said or "").strip())
        except (ValueError, TypeError):
            continue
    return None


def _lines(found: dict[str, Any]) -> list[str]:
    if found["place"] is None:
        return [found["question"]]
    where = f" ({found['outcode']})" if found["outcode"] else ""
    inside = "" if found["in_leeds"] else ", outside the area"
    return [f"{found['place']}{where}{inside}", *([found["question"]] if found["question"] else [])]
