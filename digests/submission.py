"""What a partner writes for the digest in the bot: read, completed step by step, judged. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from html import escape

from digests import dates
from digests.clean import clean_link, plain_lines, shorten, summarise
from digests.item import Decision, Item, JudgedItem, Occasion, OccasionKind, Verdict
from digests.judge import Known, judge
from digests.topics import Interests

LONGEST = 1_500  # characters of a post
LONGEST_ALT = 300  # characters that say what a picture shows
LARGEST_PICTURE = 1024 * 1024  # bytes, as it is kept and shown on pages
MOST_WAITING = 5  # posts of one partner that nobody has decided about
ID_PREFIX = "post:"  # of an item's id that no feed gave

_LONGEST_TITLE = 150
_MOST_DATES = 4
_ADDRESS = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)
_BARE_ADDRESS = re.compile(r"(?:[\w-]+\.)+[a-z]{2,}(?:[/?#]\S*)?", re.IGNORECASE)
_AFTER_ADDRESS = ".,;:!?)]}'’”»"
_KINDS = {  # how a file of each kind begins
    "image/jpeg": re.compile(rb"\xff\xd8\xff"),
    "image/png": re.compile(rb"\x89PNG\r\n\x1a\n"),
    "image/webp": re.compile(rb"RIFF....WEBP", re.DOTALL),
}


class Step(StrEnum):
    """What is asked for, in this order; the values are in buttons and drafts."""

    TEXT = "text"
    LINK = "link"
    PICTURE = "pic"
    ALT = "alt"
    DATE = "date"
    CHECK = "check"


class Declined(StrEnum):
    """Why a coordinator does not take a post; the values are in buttons."""

    UNCLEAR = "unclear"
    UNSURE = "unsure"
    PRIVATE = "private"
    THERE = "there"  # another post says the same
    UNFIT = "unfit"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Post:
    """A post as far as it is written: plain text.

    *photo*: Telegram's id of the picture; *alt*: what it shows. *occasions*: what the partner
    confirmed of its dates.
    """

    title: str = ""
    body: str = ""
    link: str | None = None
    photo: str | None = None
    alt: str = ""
    occasions: tuple[Occasion, ...] = ()


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture: Telegram's *file_id* of it, its bytes and their type, and what it shows."""

    file_id: str
    mime: str
    content: bytes
    alt: str


def read(text: str, before: Post) -> Post:
    """Return *before* with the words of *text*, whose first line is the title.

    A long first line is no title alone: then it is a part of the text too. An address in the
    text is the post's link, if it has none yet. Without any words the title is empty.
    """
    # each line by itself: what looks like HTML in one must not join it to the next
    found = (" ".join(plain_lines(escape(each, quote=False))) for each in text.splitlines())
    lines = [each for each in found if each]
    if not lines:
        return replace(before, title="", body="")
    whole = len(lines[0]) <= _LONGEST_TITLE
    title = lines[0] if whole else shorten(lines[0], _LONGEST_TITLE)
    body = "\n".join(lines[1:] if whole else lines)
    address = _ADDRESS.search(text)
    told = link(address[0].rstrip(_AFTER_ADDRESS)) if address else None
    return replace(before, title=title, body=body, link=before.link or told)


def link(text: str) -> str | None:
    """Return the web address that *text* is, https where it does not say; None if it is none."""
    said = text.strip()
    if _BARE_ADDRESS.fullmatch(said):
        said = f"https://{said}"
    return clean_link(said, "") if _ADDRESS.fullmatch(said) else None


def following(step: Step, post: Post) -> Step:
    """Return what to ask for after *step*: what *post* has already is not asked for again."""
    order = list(Step)
    after = order[order.index(step) + 1 :]
    known = {
        Step.LINK: post.link is not None,
        Step.PICTURE: post.photo is not None,
        Step.ALT: post.photo is None or bool(post.alt),
    }
    return next(each for each in after if not known.get(each, False))


def dates_in(post: Post, now: datetime, today: date) -> tuple[Occasion, ...]:
    """Return the days to come that the words of *post* name."""
    return _coming(dates.found(post.title, post.body, now, today), today)


def dates_said(text: str, now: datetime, today: date) -> tuple[Occasion, ...]:
    """Return the days to come that *text* names, the answer to a question for a date."""
    return _coming(dates.found("", text, now, today), today)


def _coming(found: Iterable[Occasion], today: date) -> tuple[Occasion, ...]:
    """Return the deadlines and events that are not over; one other day where there is none."""
    ahead = [each for each in found if dates.last_day(each) >= today]
    known = [each for each in ahead if each.kind is not OccasionKind.MENTIONED]
    return tuple(known[:_MOST_DATES] or ahead[:1])


def is_unclear(occasions: Iterable[Occasion]) -> bool:
    """Say whether it must be asked what one of these days is for."""
    return any(each.kind is OccasionKind.MENTIONED for each in occasions)


def meant(occasions: Iterable[Occasion], kind: OccasionKind) -> tuple[Occasion, ...]:
    """Return *occasions* with those that were unclear being of *kind*."""
    return tuple(
        replace(each, kind=kind) if each.kind is OccasionKind.MENTIONED else each
        for each in occasions
    )


def judged(
    post: Post, key: str, source: str | None, interests: Interests, now: datetime, today: date
) -> JudgedItem:
    """Return the item that *post* makes: to be reviewed, with what the rules say of it.

    *key*: something that no other post has. *source*: the partner's organisation.
    """
    markup = "<br>".join(escape(line, quote=False) for line in post.body.splitlines())
    item = Item(
        item_id=ID_PREFIX + key,
        title=post.title,
        link=post.link,
        summary=summarise(markup, post.title) if post.body else "",
        published=now,
        source=source,
        body=post.body,
    )
    said = judge(item, Known(interests, today))
    verdict = Verdict(
        Decision.REVIEW,
        said.reasons,
        said.topics,
        occasions=post.occasions,
        place=dates.place(post.title, post.body),
        expires_on=dates.expires_on(post.occasions, now),
    )
    return JudgedItem(item, verdict)


def picture_type(content: bytes) -> str | None:
    """Return the media type of a picture that pages can show, by its bytes; None for others."""
    return next((kind for kind, start in _KINDS.items() if start.match(content)), None)
