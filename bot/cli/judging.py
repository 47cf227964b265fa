"""The judge as the worker has it, for commands that judge in their own process."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from pydantic import BaseModel, ConfigDict, ValidationError

from bot.cli import matching, output
from bot.cli.matching import WrongValue
from bot.cli.output import AsJson
from bot.pack import Pack
from digests.clean import plain_lines
from digests.errors import ParseError
from digests.feed import Trust
from digests.item import Item, Occasion, Verdict

if TYPE_CHECKING:
    from digests.judge import Known, Learned

_BODY = 20_000  # characters, more than any post that a digest shows


class Told(BaseModel):
    """A post as `explain judge` is asked about it; whatever is not known may be left out.

    *summary*: its words, plain or as HTML. *published*: ISO 8601 or as in a mail; anything
    else counts for nothing.
    """

    model_config = ConfigDict(extra="ignore")

    title: str | None = None
    summary: str | None = None
    link: str | None = None
    published: str | None = None
    source: str | None = None
    trust: Trust | None = None


def known(pack: Pack, *, keyword_only: bool = False) -> "Known":
    """Return what the judge knows of *pack* today; with *keyword_only* the rules judge alone."""
    from digests.judge import Known  # noqa: PLC0415  (see _learned)

    learned = None if keyword_only else _learned()
    return Known(pack.interests, datetime.now(UTC).date(), learned)


@cache
def _learned() -> "Learned":
    """Return what the shipped examples teach; the same each time, so it is learned once."""
    # scikit-learn: 90 MB and seconds that no other command should spend
    from digests import classifier  # noqa: PLC0415

    return classifier.trained().likeness


def judge(
    batch: Annotated[Path, typer.Option(help="Lines of JSON, one object each.")],
    as_json: AsJson = False,  # noqa: ARG001  (always JSON)
) -> None:
    """Say what becomes of a post, and why: lines of `{"title", "summary", "link"}`."""
    what = known(output.pack_of(output.loaded().pack))
    try:
        matching.answer_batch(batch, lambda given: judged(what, given))
    except (WrongValue, ValidationError) as exc:
        output.fail(matching.explained(exc), output.USAGE)


def judged(what: "Known", given: dict[str, Any]) -> dict[str, Any]:
    """Return what `explain judge --json` prints for one object.

    Raises:
        ValidationError: something is neither text nor null.
    """
    told = Told.model_validate(given)
    verdict = verdict_of(what, told)
    days = [day for each in verdict.occasions for day in (each.on, each.until) if day]
    return {
        "decision": verdict.decision,
        "reasons": [str(reason) for reason in verdict.reasons],
        "topics": list(verdict.topics),
        "dates": list(dict.fromkeys(day.isoformat() for day in days)),
        "occasions": [_occasion(each) for each in verdict.occasions],
        "place": verdict.place,
        "expires_on": verdict.expires_on.isoformat() if verdict.expires_on else None,
        "spam": round(verdict.spam, 3) if verdict.spam is not None else None,
    }


def verdict_of(what: "Known", told: Told) -> Verdict:
    """Return the verdict on a post that comes as a feed's would: parsed, cleaned, judged."""
    from digests import judge as judge_  # noqa: PLC0415  (see known)

    return judge_.judge(_item(told), what, told.trust or Trust.WATCHED)


def _item(told: Told) -> Item:
    from digests.parse import parse  # noqa: PLC0415  (feedparser: only where something is judged)

    entry = {
        "id": "1",
        "title": told.title,
        "url": told.link,
        "content_html": told.summary,
        "date_published": _iso(told.published),
        "authors": [{"name": told.source}] if told.source else [],
    }
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": told.source, "items": [entry]}
    text = told.summary or ""
    try:
        found = parse(json.dumps(feed).encode(), "https://feed.invalid/", datetime.now(UTC)).items
    except ParseError:
        found = ()
    if not found:
        return Item("1", (told.title or "").strip(), None, "", None, link_refused=bool(told.link))
    body = found[0].body or "\n".join(plain_lines(text))[:_BODY]
    return replace(found[0], body=body)


def _iso(published: str | None) -> str | None:
    if not published:
        return None
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            moment = read(published)
        except (ValueError, TypeError):
            continue
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).isoformat()
    return None


def _occasion(found: Occasion) -> dict[str, Any]:
    return {
        "kind": found.kind,
        "on": found.on.isoformat(),
        "until": found.until.isoformat() if found.until else None,
        "at": found.at.isoformat("minutes") if found.at else None,
        "ends": found.ends.isoformat("minutes") if found.ends else None,
        "said": found.said,
    }
