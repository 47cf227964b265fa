"""Changing a draft: order, pins, words and the opening note; and seeing it as a reader does.

Every press says what it leads to or is marked with what was shown, so that an old button, a
second press or another coordinator's press at the same moment changes nothing by accident.
"""

from telegram import Update

import db.drafts
import db.editions
import db.items
import db.ledger
import db.subscriptions
import locales
from digests import letter
from digests.compile import Move, moved
from digests.edition import EditionState
from digests.item import StoredItem
from digests.lines import summary, title
from digests.render import render_mail
from handlers import deeds, digest_screens, edition_screens, editions, reply, screens
from handlers.access import require
from handlers.callbacks import StaleButton
from handlers.compose import TextTooLong
from handlers.context import App, Context
from handlers.digest_screens import Review
from handlers.edition_screens import LONGEST, Reader, Through
from handlers.edition_sending import DigestDecided
from locales import Translator
from locales.errors import N_, UserError
from people.drafts import Draft
from people.model import Action

KIND = "edition"  # of a draft
_NOBODY = "example"  # in place of the secret word in a reader's own links


class PostGone(UserError):
    """The post was left out, or an edition took it, after the screen was shown."""

    message = N_("This post is not in the draft any more.")


async def pressed(update: Update, context: Context) -> None:
    """Take the step on the button.

    Raises:
        DigestDecided: the edition is approved: nothing in it changes any more.
        PostGone: the post is not in the draft any more.
    """
    require(context, Action.REVIEW_DIGEST)
    assert context.press is not None
    step = context.press.arg(0)
    if step in set(Move):
        await _move(update, context, Move(step))
    elif step in _STEPS:
        await _STEPS[step](update, context)
    else:
        raise StaleButton(step)


async def written(update: Update, context: Context, draft: Draft) -> None:
    """Keep the words just sent for what the draft says: a headline, a line, or the note.

    Raises:
        TextTooLong: they do not fit; nothing changes, and they may write again.
    """
    require(context, Action.REVIEW_DIGEST)
    assert update.effective_message is not None
    text = (update.effective_message.text or "").strip()
    most = LONGEST[draft.step]
    if draft.step != "note":
        text = " ".join(text.split())
    if len(text) > most:
        raise TextTooLong(length=len(text), most=most)
    if draft.step == "note":
        await _note(update, context, draft.payload["week"], text)
    else:
        await _reword(update, context, draft, text)


async def look(update: Update, context: Context) -> None:
    """Offer to see the digest as a reader; first as the coordinator would get it."""
    require(context, Action.REVIEW_DIGEST)
    async with context.app.sessions() as session:
        own = await db.subscriptions.find(session, context.person.id)
    wanted = own.topics if own is not None else frozenset[str]()
    bits = sum(1 << n for n, each in enumerate(context.app.topics) if each.id in wanted)
    await _show_reader(update, context, Reader(context.t.language, bits))


async def _pick(update: Update, context: Context) -> None:
    assert context.press is not None
    shown = await _draft(context)
    await reply.show(
        update, context, edition_screens.pick(context.t, shown, context.press.number(1))
    )


async def _post(update: Update, context: Context) -> None:
    assert context.press is not None
    await _show_post(update, context, context.press.row(1), context.press.number(2))


async def _move(update: Update, context: Context, move: Move) -> None:
    """Move a post if the draft is still as it was shown; else only show it as it is now."""
    assert context.press is not None
    item_id, page, mark = context.press.row(1), context.press.number(2), context.press.arg(3)
    app, toast = context.app, None
    async with app.sessions.begin() as session:
        shown = await editions.gather(session, app)
        _item(shown, item_id)
        if digest_screens.fingerprint(shown) != mark:
            toast = context.t.gettext("The digest changed meanwhile. This is how it is now.")
        elif (order := moved(shown.items, item_id, move, app.topics)) is not None:
            await db.ledger.arrange(session, order)
            await deeds.note(session, context, "move_item", item_id, to=order.index(item_id))
    await _show_post(update, context, item_id, page, toast=toast)


async def _pin(update: Update, context: Context) -> None:
    assert context.press is not None
    item_id, page, pinned = (context.press.row(1), context.press.number(2), context.press.arg(3))
    async with context.app.sessions.begin() as session:
        if await db.ledger.pin(session, item_id, pinned=pinned == "1"):
            act = "pin_item" if pinned == "1" else "unpin_item"
            await deeds.note(session, context, act, item_id)
    await _show_post(update, context, item_id, page)


async def _words(update: Update, context: Context) -> None:
    assert context.press is not None
    item_id, page = context.press.row(1), context.press.number(2)
    item = _item(await _draft(context), item_id)
    await reply.show(update, context, edition_screens.words(context.t, item, page))


async def _ask_words(update: Update, context: Context) -> None:
    assert context.press is not None
    step, item_id, page = context.press.arg(0), context.press.row(1), context.press.number(2)
    item = _item(await _draft(context), item_id)
    await _keep(context, step, {"item": item_id, "page": page})
    now = title(item) if step == "headline" else summary(item)
    await reply.show(update, context, edition_screens.ask(context.t, step, now))


async def _take_back(update: Update, context: Context) -> None:
    assert context.press is not None
    item_id = context.press.row(1)
    async with context.app.sessions.begin() as session:
        if await db.ledger.reword(session, item_id, headline=None, line=None):
            await deeds.note(session, context, "take_back_words", item_id)
    await _words(update, context)


async def _reword(update: Update, context: Context, draft: Draft, text: str) -> None:
    """Keep a coordinator's words for a post; the post's own stay, to go back to."""
    item_id, app = int(draft.payload["item"]), context.app
    async with app.sessions.begin() as session:
        shown = await editions.gather(session, app)
        await db.drafts.delete(session, context.person.id)
        item = _item(shown, item_id)
        headline = text if draft.step == "headline" else item.headline
        line = text if draft.step == "line" else item.line
        if await db.ledger.reword(session, item_id, headline=headline, line=line):
            await deeds.note(session, context, "reword_item", item_id, what=draft.step)
    item = _item(await _draft(context), item_id)
    page = int(draft.payload["page"])
    await reply.show(update, context, edition_screens.words(context.t, item, page))


async def _show_note(update: Update, context: Context) -> None:
    shown = await _draft(context)
    await reply.show(update, context, edition_screens.note(context.t, shown.edition))


async def _ask_note(update: Update, context: Context) -> None:
    assert context.press is not None
    shown = await _draft(context, week=context.press.arg(1))
    await _keep(context, "note", {"week": shown.edition.week})
    asked = edition_screens.ask(context.t, "note", shown.edition.note or "")
    await reply.show(update, context, asked)


async def _remove_note(update: Update, context: Context) -> None:
    assert context.press is not None
    await _note(update, context, context.press.arg(1), None)


async def _note(update: Update, context: Context, week: str, text: str | None) -> None:
    app = context.app
    async with app.sessions.begin() as session:
        await db.drafts.delete(session, context.person.id)
        shown = _open(await editions.gather(session, app))
        if shown.edition.week != week:
            raise StaleButton(week)
        await db.editions.create(session, week, app.clock())
        if await db.editions.set_note(session, week, text):
            act = "remove_note" if text is None else "write_note"
            await deeds.note(session, context, act, week)
    await _show_note(update, context)


async def _see(update: Update, context: Context) -> None:
    await _show_reader(update, context, _reader(context))


async def _see_languages(update: Update, context: Context) -> None:
    assert context.press is not None
    shown = edition_screens.see_languages(context.t, _reader(context), context.press.number(4))
    await reply.show(update, context, shown)


async def _see_topics(update: Update, context: Context) -> None:
    assert context.press is not None
    shown = edition_screens.see_topics(
        context.t, _reader(context), context.app.topics, context.press.number(4)
    )
    await reply.show(update, context, shown)


async def _show(update: Update, context: Context) -> None:
    """Send the digest of this week exactly as this reader gets it, below."""
    reader, app = _reader(context), context.app
    async with app.sessions() as session:
        shown = await editions.gather(session, app)
    wanted = frozenset(each.id for each in edition_screens.chosen(reader, app.topics))
    t = locales.translator(reader.language)
    content = digest_screens.content(t, app.topics, shown, wanted, app.public_url, app.pictures)
    await reply.answer(update)
    if content is None:
        told = context.t.gettext("In these topics there is nothing new, so nothing is sent.")
        await reply.send(update, context, screens.notice(told))
    elif reader.through is Through.MAIL and app.public_url is not None:
        digest = digest_screens.digest_of(shown, app.topics, wanted)
        mail = letter.letter(digest, t, _site(app, t, app.public_url), _NOBODY)
        for part in render_mail(mail.subject, mail.text, t):
            await reply.send(update, context, screens.Screen(part))
    else:
        # what opens sections, not what would change the coordinator's own digest
        opens = screens.Screen(content.parts[0], content.buttons[:-1])
        await reply.send(update, context, opens)


def _site(app: App, t: Translator, home: str) -> letter.Site:
    names = digest_screens.names_of(t, app.topics)
    return letter.Site(home, app.city, names, zone=app.zone, contact=app.contact)


_STEPS = {
    "pick": _pick,
    "post": _post,
    "pin": _pin,
    "words": _words,
    "headline": _ask_words,
    "line": _ask_words,
    "old": _take_back,
    "note": _show_note,
    "write": _ask_note,
    "unnote": _remove_note,
    "see": _see,
    "language": _see_languages,
    "topics": _see_topics,
    "show": _show,
}


async def _show_post(
    update: Update, context: Context, item_id: int, page: int, *, toast: str | None = None
) -> None:
    shown = await _draft(context)
    item, mark = _item(shown, item_id), digest_screens.fingerprint(shown)
    screen = edition_screens.post(context.t, shown, item, page, mark)
    await reply.show(update, context, screen, toast=toast)


async def _show_reader(update: Update, context: Context, reader: Reader) -> None:
    by_mail = context.app.public_url is not None
    screen = edition_screens.see(context.t, reader, context.app.topics, mail=by_mail)
    await reply.show(update, context, screen)


async def _draft(context: Context, week: str | None = None) -> Review:
    """Return the draft of this week.

    Raises:
        StaleButton: it is not the draft of *week*.
    """
    async with context.app.sessions() as session:
        shown = await editions.gather(session, context.app)
    if week not in (None, shown.edition.week):
        raise StaleButton(str(week))
    return _open(shown)


def _open(shown: Review) -> Review:
    if shown.edition.state is EditionState.APPROVED:
        raise DigestDecided
    return shown


def _item(shown: Review, item_id: int) -> StoredItem:
    found = next((each for each in _open(shown).items if each.id == item_id), None)
    if found is None:
        raise PostGone
    return found


def _reader(context: Context) -> Reader:
    """Return the reader on the button.

    Raises:
        StaleButton: there is no such language, topic or way.
    """
    assert context.press is not None
    language, bits, through = (context.press.arg(n) for n in (1, 2, 3))
    every = len(context.app.topics)
    try:
        reader = Reader(language, int(bits, 16), Through(through))
    except ValueError as exc:
        raise StaleButton(bits) from exc
    if language not in locales.supported() or not 0 <= reader.topics < 1 << every:
        raise StaleButton(language)
    return reader


async def _keep(context: Context, step: str, payload: dict[str, object]) -> None:
    draft = Draft(context.person.id, KIND, step, payload)
    async with context.app.sessions.begin() as session:
        await db.drafts.put(session, draft, context.app.clock())
