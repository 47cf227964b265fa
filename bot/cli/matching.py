"""`match` and `guide check`: the matching and the questions from a terminal."""

import json
import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

import db.services
import locales
from bot.cli import output
from bot.cli.output import AsJson
from bot.settings import Settings
from directory import matcher
from directory.index import Directory
from directory.model import Audience, Found, Gender, Place, Point, Query
from directory.needs import FGM, NEEDS, STAGES
from handlers.guide_state import View
from handlers.guide_walk import states, walk
from handlers.screen_walk import Around, everyday

guide = typer.Typer(no_args_is_help=True, help="The guided questions.")
MOST_RESULTS = 100
MOST_LATITUDE, MOST_LONGITUDE = 90, 180  # degrees
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})*", re.IGNORECASE)  # BCP-47, its common forms


class WrongValue(ValueError):
    """A value that the directory does not know; the message says which ones there are."""


class Asked(BaseModel):
    """The named arguments of `match`, as a terminal or a line of JSON gives them."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    need: list[str] = []
    stage: str | None = None
    near: str | None = None
    language: str | None = None
    gender: str | None = None
    age: int | None = Field(None, ge=0, le=120)
    for_: str = Field("self", alias="for", pattern="^(self|other)$")
    at: datetime | None = None
    limit: int = Field(3, ge=1, le=MOST_RESULTS)
    audience: Audience = Audience.PUBLIC

    @field_validator("need", mode="before")
    @classmethod
    def _one_or_more(cls, given: object) -> object:
        return [given] if isinstance(given, str) else given


def match(  # noqa: PLR0913, PLR0917  (one parameter for each option of the contract)
    need: Annotated[list[str] | None, typer.Option(help="A need; may be given again.")] = None,
    stage: Annotated[str | None, typer.Option(help="Where the person's case stands.")] = None,
    near: Annotated[str | None, typer.Option(help="LS9, LS9 8, LS9 8AA, a name, LAT,LON.")] = None,
    language: Annotated[str | None, typer.Option(help="BCP-47, such as ar.")] = None,
    gender: Annotated[str | None, typer.Option(help="women or men.")] = None,
    age: Annotated[int | None, typer.Option(help="Years.")] = None,
    for_: Annotated[str, typer.Option("--for", help="self or other.")] = "self",
    at: Annotated[str | None, typer.Option(help="ISO 8601; without a zone: the city's.")] = None,
    limit: Annotated[int, typer.Option(help="How many results.")] = 3,
    audience: Annotated[Audience, typer.Option(help="public or workers.")] = Audience.PUBLIC,
    batch: Annotated[Path | None, typer.Option(help="Lines of JSON, one object each.")] = None,
    as_json: AsJson = False,
) -> None:
    """Rank the services that fit somebody, with the reasons."""
    chosen = output.loaded()
    directory = directory_of(chosen)
    given = {
        "need": need or [],
        "stage": stage,
        "near": near,
        "language": language,
        "gender": gender,
        "age": age,
        "for": for_,
        "at": at,
        "limit": limit,
        "audience": audience,
    }
    try:
        if batch is not None:
            answer_batch(batch, lambda line: answer(directory, line))
            return
        found = answer(directory, given)
        far = None if as_json or not near else _far(directory, near)
    except (WrongValue, ValidationError) as exc:
        output.fail(explained(exc), output.USAGE)
    if far is not None:
        typer.echo(far, err=True)
    output.emit(found, as_json=as_json, lines=_lines(found))


def answer_batch(batch: Path, answered: Callable[[dict[str, Any]], object]) -> None:
    """Print what each line is *answered* with, or what is wrong with it; then end with 1.

    Raises:
        WrongValue: the file cannot be read.
    """
    answers: list[object] = []
    wrong = False
    for number, line in rows(batch):
        try:
            answers.append(answered(_row(line)))
        except (WrongValue, ValidationError) as exc:
            answers.append({"error": f"line {number}: {explained(exc)}"})
            wrong = True
    output.emit(answers, as_json=True, lines=())
    if wrong:
        raise typer.Exit(output.PROBLEMS)


def answer(directory: Directory, given: dict[str, Any]) -> dict[str, Any]:
    """Return what `match --json` prints for one object of arguments.

    Raises:
        ValidationError: an argument is missing, unknown or of the wrong form.
        WrongValue: a need, stage, gender or place that the directory does not know.
    """
    query = query_of(directory, given)
    found = matcher.find(directory, query, Asked.model_validate(given).limit)
    return {
        "results": _results(found),
        "helplines": [line.id for line in found.helplines],
        "relaxed": [str(text) for text in found.relaxed],
        "next_question": matcher.next_question(directory, query),
    }


def query_of(directory: Directory, given: dict[str, Any]) -> Query:
    """Return what one object of arguments asks for.

    Raises:
        ValidationError: an argument is missing, unknown or of the wrong form.
        WrongValue: a need, stage, gender or place that the directory does not know.
    """
    return _query(directory, Asked.model_validate(given))


def rows(batch: Path) -> list[tuple[int, str]]:
    """Return the lines of a file that are not empty, with their numbers from 1.

    Raises:
        WrongValue: the file cannot be read.
    """
    try:
        # not splitlines: JSON may hold the other ends of lines that it knows
        lines = batch.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, ValueError) as exc:
        raise WrongValue(f"{batch}: {exc}") from exc
    return [(number, line) for number, line in enumerate(lines, start=1) if line.strip()]


def _row(line: str) -> dict[str, Any]:
    try:
        found = json.loads(line)
        if "\\u" in line:  # half a pair of surrogates is no character: no library takes it
            whole = json.dumps(found, ensure_ascii=False).encode("utf-8", "replace")
            found = json.loads(whole)
    except (ValueError, RecursionError) as exc:
        raise WrongValue(str(exc)) from exc
    if not isinstance(found, dict):
        raise WrongValue("each line must be a JSON object")
    return found


def _results(found: Found) -> list[dict[str, Any]]:
    return [
        {
            "id": each.service.id,
            "name": each.service.name,
            "reasons": [str(reason) for reason in each.reasons],
            "distance_m": each.distance_m,
            "open": each.open_state.now.value,
            "confidence": each.service.confidence.value,
            "contact_shown": each.contact_shown,
        }
        for each in found.matches
    ]


def _query(directory: Directory, asked: Asked) -> Query:
    if not asked.need:
        raise WrongValue(f"need: name at least one of {', '.join(NEEDS)}")
    for need in asked.need:
        _known("need", need, tuple(NEEDS))
    if asked.stage is not None:
        _known("stage", asked.stage, tuple(STAGES))
    if asked.gender is not None:
        _known("gender", asked.gender, tuple(Gender))
    return Query(
        needs=tuple(asked.need),
        at=_moment(asked.at, directory),
        stages=(asked.stage,) if asked.stage else (),
        place=None if asked.near is None else _place(directory, asked.near),
        language=known_language(asked.language),
        gender=_gender(asked),
        age=asked.age,
        for_self=asked.for_ == "self",
        audience=asked.audience,
    )


def _gender(asked: Asked) -> Gender | None:
    """Return the gender of the person who needs help, as far as the need allows it.

    FGM is done to girls and women (WHO), so a man who asks about it asks for one of them.
    """
    given = Gender(asked.gender) if asked.gender else None
    return None if given is Gender.MEN and asked.need[0] == FGM else given


def _known(name: str, value: str, known: Sequence[str]) -> None:
    if value not in known:
        raise WrongValue(f"{name}: “{value}” is not one of {', '.join(known)}")


def _moment(at: datetime | None, directory: Directory) -> datetime:
    moment = at or datetime.now(UTC)
    return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(directory.zone))


def known_language(language: str | None) -> str | None:
    """Return *language* as the directory writes it: ``AR-eg`` as ``ar-eg``.

    Raises:
        WrongValue: it is not BCP-47.
    """
    if language is None:
        return None
    if _LANGUAGE.fullmatch(language) is None:
        raise WrongValue(f"language: “{language}” is not BCP-47; write for example ar or fa-AF")
    primary, dash, rest = language.partition("-")
    return primary.lower() + dash + rest


def _place(directory: Directory, near: str) -> Place:
    """Return the place that *near* means; coordinates become the sector they lie in."""
    if (point := _point(near)) is not None:
        return directory.gazetteer.nearest(point)
    found = directory.gazetteer.find(near)
    if found is None:
        raise WrongValue(
            f"near: “{near}” is no postcode or place that I know; write LS9, “LS9 8AA” or LAT,LON"
        )
    return found


def _point(near: str) -> Point | None:
    """Return the point that *near* is in degrees, None if it is no pair of numbers.

    Raises:
        WrongValue: the numbers are nowhere on Earth.
    """
    latitude, _, longitude = near.partition(",")
    try:
        point = Point(float(latitude), float(longitude))
    except ValueError:
        return None
    # NaN is inside no limits
    if not (abs(point.lat) <= MOST_LATITUDE and abs(point.lon) <= MOST_LONGITUDE):
        raise WrongValue(f"near: “{near}” is not on Earth; write LAT,LON in degrees: 53.8,-1.5")
    return point


def _far(directory: Directory, near: str) -> str | None:
    """Return a sentence for people if *near* is too far away to matter, else None."""
    place, gazetteer = _place(directory, near), directory.gazetteer
    if not gazetteer.is_far(place):
        return None
    return f"{place.name} is far outside {gazetteer.home}, so the order is as without a place."


def directory_of(chosen: Settings) -> Directory:
    """Return the database's directory when it holds services, else the pack's."""
    pack = output.pack_of(chosen.pack)
    if not output.has_database(chosen):
        return pack.directory

    async def read() -> Directory:
        async with output.database(chosen) as sessions, sessions() as session:
            services = await db.services.published(session)
            helplines = await db.services.helplines(session)
        return pack.directory_of(services, helplines) if services else pack.directory

    return output.awaited(read())


def explained(exc: ValueError) -> str:
    """Return what is wrong with the values given, a line each."""
    if not isinstance(exc, ValidationError):
        return str(exc)
    return "\n".join(
        f"{'.'.join(str(part) for part in each['loc'])}: {each['msg']}" for each in exc.errors()
    )


def _lines(found: dict[str, Any]) -> list[str]:
    lines = list(found["relaxed"])
    for number, each in enumerate(found["results"], start=1):
        lines.append(f"{number}. {each['name']} ({each['id']}, {each['confidence']})")
        lines += [f"   {reason}" for reason in each["reasons"]]
    lines.append(f"Helplines: {', '.join(found['helplines'])}")
    return lines


@guide.command("check")
def check(as_json: AsJson = False) -> None:
    """Walk every state of the guide in every language; end with 1 if a rule is broken."""
    chosen = output.loaded()
    directory, pack = directory_of(chosen), output.pack_of(chosen.pack)
    around = Around(ZoneInfo(pack.zone), pack.rights, pack.interests.topics, pack.attribution)
    at = datetime.now(UTC)
    known = states(directory, at)
    views = [View(locales.translator(code), directory, at, _link) for code in locales.supported()]
    walks = [walk(view, known, everyday(view, around)) for view in views]
    counts = {
        "states": sum(each.states for each in walks),
        "longest_path": max(each.longest_path for each in walks),
        "dead_ends": sum(each.dead_ends for each in walks),
        "max_buttons": max(each.max_buttons for each in walks),
        "missing_help_now": sum(each.missing_help_now for each in walks),
        "too_long": sum(each.too_long for each in walks),
        "back_restores": sum(each.back_restores for each in walks),
    }
    output.emit(counts, as_json=as_json, lines=[f"{k}: {v}" for k, v in counts.items()])
    if not all(each.keeps_the_rules for each in walks):
        raise typer.Exit(output.PROBLEMS)


def _link(payload: str) -> str:
    return f"https://t.me/fingerpost_bot?start={payload}"
