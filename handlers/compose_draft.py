"""Keeping an urgent update while it is written, so that any worker goes on with it."""

import secrets
from collections import Counter

from telegram import Update

import db.audiences
import db.drafts
import locales
from db.documents import SHAPE, dump
from delivery.broadcast import Audience, Shape
from delivery.price import most_stars
from handlers import begun, compose_screens, reply
from handlers.broadcast_screens import MAX_BOTH, MAX_TEXT
from handlers.compose_screens import Reach
from handlers.composed import Ask, Composed
from handlers.context import Context
from locales.errors import N_, UserError
from people.drafts import Draft

KIND = begun.BROADCAST  # of a draft


class TextTooLong(UserError):
    """An urgent update must fit one message in every language."""

    message = N_("This text is too long: {length} characters, at most {most}. Please shorten it.")


class BothTooLong(UserError):
    """A machine's words and the English ones below them must fit one message."""

    message = N_(
        "With the English text below it, this is too long: {length} characters, at most {most}. "
        "Please shorten one of the two."
    )


class DraftGone(UserError):
    """A button of a draft that was sent, dropped or has expired."""

    message = N_("This draft is gone. Send /broadcast to write a new one.")


def fresh() -> Composed:
    """Return an update without anything, whose buttons are no other's."""
    return Composed(secrets.token_hex(3), {})


def read(draft: Draft) -> Composed:
    """Return the update of *draft*; what an earlier version kept has no shape."""
    kept = draft.payload
    wanted, shape = kept.get("audience"), kept.get("shape")
    return Composed(
        key=kept.get("key", ""),
        texts=kept["texts"],
        audience=None if wanted is None else Audience(wanted),
        shape=Shape() if shape is None else SHAPE.validate_python(shape),
    )


def draft_of(context: Context, composed: Composed, step: str) -> Draft:
    """Return *composed* as it is stored; *step*: what the next message is for."""
    payload = {
        "key": composed.key,
        "texts": dict(composed.texts),
        "audience": composed.audience,
        "shape": dump(SHAPE, composed.shape),
    }
    return Draft(context.person.id, KIND, step, payload)


async def keep(context: Context, composed: Composed, step: str = Ask.NOTHING) -> None:
    """Store *composed* in place of what it was.

    Raises:
        TextTooLong: a text does not fit one message; nothing is stored.
        BothTooLong: a machine's words and the English ones do not.
    """
    _fit(composed)
    async with context.app.sessions.begin() as session:
        await db.drafts.put(session, draft_of(context, composed, step), context.app.clock())


def _fit(composed: Composed) -> None:
    lengths = {code: _length(html) for code, html in composed.texts.items()}
    for length in lengths.values():
        if length > MAX_TEXT:
            raise TextTooLong(length=length, most=MAX_TEXT)
    for code in composed.shape.machine:
        both = lengths[code] + lengths[locales.SOURCE]
        if both > MAX_BOTH:
            raise BothTooLong(length=both, most=MAX_BOTH)


def _length(html: str) -> int:
    """Return how long *html* is in UTF-16 units, with a mark of direction for every line."""
    return len(html.encode("utf-16-le")) // 2 + html.count("\n")


async def reach(context: Context, composed: Composed) -> Reach:
    """Return whom the update reaches, by the very query that will freeze them."""
    if composed.audience is None:
        return Reach({}, 0, context.app.topics, None, context.app.districts)
    async with context.app.sessions() as session:
        people = await db.audiences.members(session, composed.audience, composed.shape.only)
    calls = len(people) * (1 if composed.shape.attachment is None else 2)
    counts = Counter(locales.choose(each.language) for each in people)
    stars = most_stars(calls) if context.app.paid else None
    seconds = -(-calls // context.app.per_second)
    return Reach(counts, seconds, context.app.topics, stars, context.app.districts)


async def offer(
    update: Update, context: Context, composed: Composed, note: str | None = None
) -> None:
    """Show what the update is made of; before that is known, ask who should get it."""
    if not composed.texts:
        shown = compose_screens.ask_text(context.t, composed, locales.SOURCE)
    elif composed.audience is None:
        shown = compose_screens.who(context.t, composed, note=note)
    else:
        reached = await reach(context, composed)
        shown = compose_screens.parts(context.t, composed, reached, note)
    await reply.show(update, context, shown)
