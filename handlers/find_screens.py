"""What a search shows: a list with referral detail for workers, cards for any chat. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from html import escape
from zoneinfo import ZoneInfo

from delivery.model import Button
from directory import flow
from directory.model import Match
from handlers import card, contact
from handlers.callbacks import Route
from handlers.screens import Screen, bold, button, framed, paragraphs
from locales import Translator
from people.model import Person

MOST_FOUND = 5  # in one message, each with its referral; who writes more words finds fewer
_MOST_REASONS = 2
_TITLE = 64  # characters of a title or a description that phones show of an inline result
_BUTTON = 48


@dataclass(frozen=True, slots=True)
class Article:
    """A result of inline mode: what the list shows, and the message that is put into the chat.

    *id*: at most 64 bytes (Bot API, InlineQueryResultArticle). *rows* have links only: a press
    in a chat without the bot could not be answered there.
    """

    id: str
    title: str
    description: str
    text: str
    rows: tuple[tuple[Button, ...], ...]


def how_to_find(t: Translator) -> Screen:
    """Say what can be written behind the command."""
    told = t.gettext("Write what you look for, and where. For example: /find food LS9")
    return framed(t, escape(told), (), packed="", back=None)


def found(t: Translator, matches: Sequence[Match], at: datetime, zone: ZoneInfo) -> Screen:
    """List *matches*, best first, each with why, whether it is open, and how to refer.

    A button for each opens its card.
    """
    packed = flow.pack(flow.START)
    listed = [card.disclosed(each) for each in matches[:MOST_FOUND]]
    rows = tuple(
        (button(f"{n}. {_cut(each.service.name, _BUTTON)}", Route.CARD, packed, each.service.id),)
        for n, each in enumerate(listed, start=1)
    )
    heading = (
        bold(t.gettext("What I found:"))
        if listed
        else escape(t.gettext("I found nothing for this. Try another word, or send /start."))
    )
    entries = (_entry(t, n, each, at, zone) for n, each in enumerate(listed, start=1))
    return framed(t, paragraphs(t, heading, *entries), rows, packed="", back=None)


def _entry(t: Translator, number: int, match: Match, at: datetime, zone: ZoneInfo) -> str:
    service = match.service
    told = [f"{number}. <b>{t.isolate(escape(service.name))}</b>"]
    if service.organization not in service.name:
        told.append(t.isolate(escape(service.organization)))
    told += [f"• {escape(t.say(reason))}" for reason in match.reasons[:_MOST_REASONS]]
    now = contact.opening(t, match.open_state, at, zone) if match.contact_shown else None
    if now is not None:
        told.append(f"🕒 {escape(now)}")
    if match.contact_shown and service.phones:
        told.append(f"📞 {escape(contact.phone(t, service.phones[0].number))}")
    return "\n".join([*told, card.referral(t, match, worker=True)])


def article(t: Translator, match: Match, at: datetime, zone: ZoneInfo) -> Article:
    """Return *match* as anybody may see it: no note for workers goes into another chat."""
    # the distance is from the place that was typed, which whoever reads it need not know
    match = replace(card.disclosed(match), distance_m=None)
    shown = card.card(t, match, Person(0), packed=flow.pack(flow.START), at=at, zone=zone)
    links = tuple(tuple(each for each in row if each.url is not None) for row in shown.rows)
    reasons = " ".join(t.say(reason) for reason in match.reasons[:_MOST_REASONS])
    return Article(
        id=match.service.id,
        title=_cut(match.service.name, _TITLE),
        description=_cut(reasons, _TITLE * 2),
        text=shown.text,
        rows=tuple(row for row in links if row),
    )


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"
