"""The parts of an urgent update: words by language, what comes with it, buttons, danger."""

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import replace
from typing import Any

from telegram import Message, Update

import locales
from delivery.broadcast import Audience, Link, Shape
from delivery.model import Attachment, Media
from digests.clean import shorten
from directory import search
from directory.lexicon import lexicon
from directory.model import Query, Service
from directory.needs import is_danger
from handlers import compose_draft, compose_lists, compose_screens, guide, guide_state, reply
from handlers.access import require
from handlers.callbacks import StaleButton
from handlers.composed import (
    LONGEST_LABEL,
    Ask,
    Composed,
    by_machine,
    is_full,
    link_in,
    with_link,
    with_text,
    without_link,
)
from handlers.context import Context
from handlers.guide_state import View
from handlers.screens import SERVICE_PREFIX
from locales.errors import N_, UserError
from people.drafts import Draft
from people.model import Action

_MOST_READ = 200  # characters of a service's name
_MOST_FOUND = 20  # services that are looked at for those that may be offered


class NoServiceNow(UserError):
    """The service was closed or hidden after it was offered."""

    message = N_("This service cannot be shown to everybody. Please choose another one.")


async def worded(
    update: Update, context: Context, composed: Composed, language: str, html: str
) -> None:
    """Keep the words of a language; once it is known who gets it, show them with their marks.

    Raises:
        TextTooLong: they do not fit; the draft is as it was.
    """
    changed = with_text(composed, language, html)
    await compose_draft.keep(context, changed)
    if changed.audience is None:
        await reply.show(update, context, compose_screens.who(context.t, changed, language))
    elif language != locales.SOURCE:
        await reply.show(update, context, compose_screens.text(context.t, changed, language))
    else:
        await compose_draft.offer(update, context, changed)


def _language(context: Context) -> str:
    assert context.press is not None
    language = context.press.arg(2)
    if language not in locales.supported():
        raise StaleButton(language)
    return language


async def _languages(update: Update, context: Context, composed: Composed) -> None:
    assert context.press is not None
    await compose_draft.keep(context, composed)  # a text that was asked for is not waited for
    shown = compose_screens.languages(context.t, composed, context.press.number(2))
    await reply.show(update, context, shown)


async def _chosen(update: Update, context: Context, composed: Composed) -> None:
    """Show the words of a language, or ask for them."""
    language = _language(context)
    if language in composed.texts:
        await reply.show(update, context, compose_screens.text(context.t, composed, language))
    else:
        await _write(update, context, composed)


async def _write(update: Update, context: Context, composed: Composed) -> None:
    language = _language(context)
    await compose_draft.keep(context, composed, language)
    await reply.show(update, context, compose_screens.ask_text(context.t, composed, language))


async def _remove(update: Update, context: Context, composed: Composed) -> None:
    language = _language(context)
    if language == locales.SOURCE:  # everybody falls back on it
        raise StaleButton(language)
    changed = with_text(composed, language, None)
    await compose_draft.keep(context, changed)
    await reply.show(update, context, compose_screens.languages(context.t, changed))


async def _machine(update: Update, context: Context, composed: Composed) -> None:
    """Note who made the words of a language."""
    assert context.press is not None
    language = _language(context)
    if language == locales.SOURCE or language not in composed.texts:
        raise StaleButton(language)
    changed = by_machine(composed, language, is_so=context.press.arg(3) == "1")
    await compose_draft.keep(context, changed)
    if changed.audience is None:
        await reply.show(update, context, compose_screens.who(context.t, changed, language))
    else:
        await reply.show(update, context, compose_screens.text(context.t, changed, language))


async def _media(update: Update, context: Context, composed: Composed) -> None:
    await compose_draft.keep(context, composed, Ask.MEDIA)
    await reply.show(update, context, compose_screens.media(context.t, composed))


async def _bare(update: Update, context: Context, composed: Composed) -> None:
    changed = _with(composed, replace(composed.shape, attachment=None))
    await compose_draft.keep(context, changed)
    await compose_draft.offer(update, context, changed)


async def not_attached(update: Update, context: Context, composed: Composed) -> None:
    """Say what can come with an update to somebody who sent something else."""
    problem = context.t.gettext("I can take only a picture, a file or a place on the map.")
    await reply.send(update, context, compose_screens.media(context.t, composed, problem))


async def attached(update: Update, context: Context, draft: Draft) -> bool:
    """Take a picture, a file or a place for the open update; False if it is none for it.

    A picture is taken at any time, and its caption where words are asked for. A place only
    when one was asked for: it may be where the coordinator is.

    Raises:
        TextTooLong: the caption does not fit; the draft is as it was.
    """
    require(context, Action.BROADCAST)
    message = update.effective_message
    assert message is not None
    composed, asked = compose_draft.read(draft), draft.step == Ask.MEDIA
    if _is_photo_file(message):
        await reply.send(
            update, context, compose_screens.media(context.t, composed, _as_photo(context))
        )
        return True
    found = _attachment(message)
    if found is None or (found.media is Media.LOCATION and not asked):
        if asked:
            await not_attached(update, context, composed)
        return asked
    changed = _with(composed, replace(composed.shape, attachment=found))
    if draft.step in locales.supported() and message.caption:
        await worded(update, context, changed, draft.step, message.caption_html)
        return True
    waits = draft.step if draft.step in locales.supported() else Ask.NOTHING
    await compose_draft.keep(context, changed, waits)
    await compose_draft.offer(update, context, changed)
    return True


def _is_photo_file(message: Message) -> bool:
    return message.document is not None and (message.document.mime_type or "").startswith("image/")


def _as_photo(context: Context) -> str:
    return context.t.gettext(
        "Please send it as a photo, not as a file. A file may tell where it was taken."
    )


def _attachment(message: Message) -> Attachment | None:
    """Return what a message holds, of a picture the largest size."""
    if message.photo:
        return Attachment(Media.PHOTO, message.photo[-1].file_id)
    if message.document is not None and message.animation is None:
        file = message.document
        return Attachment(Media.DOCUMENT, file.file_id, name=file.file_name)
    if message.location is not None:
        at = message.location
        return Attachment(Media.LOCATION, latitude=at.latitude, longitude=at.longitude)
    return None


def _with(composed: Composed, shape: Shape) -> Composed:
    return replace(composed, shape=shape)


async def _buttons(update: Update, context: Context, composed: Composed) -> None:
    await compose_draft.keep(context, composed)
    await reply.show(update, context, compose_lists.buttons(context.t, composed))


async def _link(update: Update, context: Context, composed: Composed) -> None:
    if is_full(composed.shape):
        await _buttons(update, context, composed)
        return
    await compose_draft.keep(context, composed, Ask.LINK)
    await reply.show(update, context, compose_lists.ask_link(context.t, composed))


async def linked(update: Update, context: Context, composed: Composed) -> None:
    """Add the link just written.

    Raises:
        NoLink: it is none; it may be written again.
        LabelTooLong: its words do not fit a button.
    """
    assert update.effective_message is not None
    link = link_in(update.effective_message.text or "")
    await _buttons(update, context, _with(composed, with_link(composed.shape, link)))


async def _unlink(update: Update, context: Context, composed: Composed) -> None:
    assert context.press is not None
    left = without_link(composed.shape, context.press.arg(2))
    await _buttons(update, context, _with(composed, left))


async def _service(update: Update, context: Context, composed: Composed) -> None:
    await compose_draft.keep(context, composed, Ask.SERVICE)
    await reply.show(update, context, compose_lists.ask_service(context.t, composed))


async def service_named(update: Update, context: Context, composed: Composed) -> None:
    """Offer the public services that the words just written may mean."""
    assert update.effective_message is not None
    text = (update.effective_message.text or "")[:_MOST_READ]
    view = guide_state.as_public(await guide.view_of(context))
    query = Query(needs=(), at=view.at, language=view.t.language, audience=view.audience)
    found = search.search(view.directory, lexicon(), text, query, _MOST_FOUND).matches
    named = search.called(view.directory, text, view.audience)
    offered = {each.id: each.name for each in (*named, *(each.service for each in found))}
    shown = [(key, name) for key, name in offered.items() if public(view, key) is not None]
    await reply.show(update, context, compose_lists.services(context.t, composed, shown))


def public(view: View, service_id: str) -> Service | None:
    """Return the service if its name may stand in an update that everybody gets.

    Not where somebody who reads over a shoulder would learn of danger at home.
    """
    match = guide_state.alone(guide_state.as_public(view), service_id)
    if match is None or is_danger(match.service.needs[:1]):
        return None
    return match.service


def service_link(view: View, service: Service) -> Link:
    """Return the button to the card of *service*; it works in groups and channels too."""
    label = shorten(service.name, LONGEST_LABEL)
    return Link(label, view.link(SERVICE_PREFIX + service.id), service.id)


async def _card(update: Update, context: Context, composed: Composed) -> None:
    """Add the service that was chosen.

    Raises:
        NoServiceNow: it may not be shown to everybody (any more).
    """
    assert context.press is not None
    view = await guide.view_of(context)
    service = public(view, context.press.arg(2))
    if service is None:
        raise NoServiceNow
    link = service_link(view, service)
    await _buttons(update, context, _with(composed, with_link(composed.shape, link)))


def _refuse_newcomers(composed: Composed) -> None:
    """Ask newcomers for no answer (see `broadcast_screens.under`).

    Raises:
        StaleButton: the update is for them.
    """
    if composed.audience is Audience.ALERTS:
        raise StaleButton(composed.audience)


async def _help(update: Update, context: Context, composed: Composed) -> None:
    _refuse_newcomers(composed)
    assert context.press is not None
    wanted = context.press.arg(2) == "1"
    await _buttons(update, context, _with(composed, replace(composed.shape, help=wanted)))


async def _receipt(update: Update, context: Context, composed: Composed) -> None:
    _refuse_newcomers(composed)
    assert context.press is not None
    wanted = context.press.arg(2) == "1"
    await _buttons(update, context, _with(composed, replace(composed.shape, receipt=wanted)))


async def _danger(update: Update, context: Context, composed: Composed) -> None:
    """Ask whether lives are in danger, or take the answer."""
    assert context.press is not None
    answer = context.press.arg(2)
    if answer:
        composed = _with(composed, replace(composed.shape, danger=answer == "1"))
    await compose_draft.keep(context, composed)
    if answer:
        await compose_draft.offer(update, context, composed)
    else:
        await reply.show(update, context, compose_screens.danger(context.t, composed))


STEPS: Mapping[str, Callable[[Update, Context, Composed], Coroutine[Any, Any, None]]] = {
    "languages": _languages,
    "language": _chosen,
    "write": _write,
    "remove": _remove,
    "machine": _machine,
    "media": _media,
    "bare": _bare,
    "buttons": _buttons,
    "link": _link,
    "unlink": _unlink,
    "service": _service,
    "card": _card,
    "help": _help,
    "receipt": _receipt,
    "danger": _danger,
}
