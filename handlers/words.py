"""Written messages: the text of an open draft, or what somebody says in their own words."""

from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import Any

from telegram import Update

import db.drafts
from delivery.broadcast import AlreadyDecided
from directory import crisis, flow, plain, search
from directory.lexicon import Lexicon, lexicon
from directory.model import Place, Query, Service
from directory.needs import is_danger
from directory.whereabouts import Unclear
from handlers import (
    answers,
    compose,
    compose_parts,
    counts,
    crisis_screens,
    editing,
    edition_editing,
    guide,
    guide_state,
    mail,
    operations,
    overriding,
    planning,
    recall,
    reply,
    screens,
    submissions,
    tips,
)
from handlers.callbacks import StaleButton
from handlers.context import Context
from handlers.guide_state import View
from handlers.screens import Screen
from people.drafts import Draft
from people.model import Action
from people.voice import without_traces

Handler = Callable[[Update, Context], Coroutine[Any, Any, None]]
Commands = Mapping[str, Handler]
_NAMED = 1.2  # the score from which a service was named rather than only fits
_OTHERS = 3  # further needs of the same text that get a button


async def written(update: Update, context: Context, commands: Commands) -> None:
    """Give a text to the draft or question that waits for it; else understand it.

    A newcomer's words are looked at and forgotten: neither stored nor logged. *commands*:
    what their words in any language lead to, by name.
    """
    assert update.effective_message is not None
    text = update.effective_message.text or ""
    # a reply to our own question is meant for nothing else, an open draft included
    if await tips.answered(update, context) or await mail.written(update, context):
        return
    if await _drafted(update, context):
        return
    known = lexicon()
    if known.is_stop(text):
        await operations.stopped(update, context)
        return
    taken = await tips.written(update, context)
    if await _in_danger(update, context, known, text) or taken:
        return
    if (command := known.command(text)) is not None and command in commands:
        await commands[command](update, context)
        return
    await asked(update, context, text)


async def _drafted(update: Update, context: Context) -> bool:
    """Give the text to an open draft; say whether there was one."""
    if not context.person.may(Action.EDIT_OWN_SERVICE):
        return False
    async with context.app.sessions() as session:
        draft = await db.drafts.find(session, context.person.id)
    if draft is not None and draft.kind == editing.KIND:
        return await editing.written(update, context, draft)
    if draft is not None and draft.kind == answers.KIND:
        return await answers.written(update, context, draft)
    if draft is None or draft.kind not in _TAKERS:
        return False
    action, take = _TAKERS[draft.kind]
    if not context.person.may(action):
        return False
    try:
        await take(update, context, draft)
    except (AlreadyDecided, StaleButton) as exc:
        # the update was decided or undone meanwhile: no later words are about it either
        async with context.app.sessions.begin() as session:
            await db.drafts.delete(session, context.person.id)
        raise compose.DraftGone if isinstance(exc, StaleButton) else exc from None
    return True


_Taker = Callable[[Update, Context, Draft], Coroutine[Any, Any, None]]
_TAKERS: Mapping[str, tuple[Action, _Taker]] = {
    compose.KIND: (Action.BROADCAST, compose.written),
    recall.KIND: (Action.BROADCAST, recall.written),
    edition_editing.KIND: (Action.REVIEW_DIGEST, edition_editing.written),
    submissions.KIND: (Action.POST, submissions.written),
    planning.KIND: (Action.BROADCAST, planning.written),
    overriding.KIND: (Action.BROADCAST, overriding.written),
}


async def _in_danger(update: Update, context: Context, known: Lexicon, text: str) -> bool:
    """Show people to call if *text* speaks of danger; say whether it did.

    Comes before everything else that the text may mean (guided-questions.md, rule 11).
    """
    kinds = known.crises(text)
    if not kinds:
        return False
    directory, at = await context.app.directory(), context.app.clock()
    lines = crisis.reachable(directory, kinds, at, minor=known.is_minor(text))
    shown = crisis_screens.crisis(context.t, kinds, lines, at, context.app.zone)
    await reply.show(update, context, shown)
    return True


async def asked(update: Update, context: Context, text: str) -> None:
    """Answer what a text asks for: days that count, a place, needs, a service by its name."""
    known = lexicon()
    view = await guide.view_of(context)
    if (kind := known.handoff(text)) is not None:
        lines = crisis.reachable(view.directory, [kind], view.at)
        shown = crisis_screens.handoff(context.t, kind, lines, view.at, context.app.zone)
        await reply.show(update, context, shown)
        return
    named = search.called(view.directory, text, view.audience)
    reading = view.directory.gazetteer.read(text[: plain.LONGEST])
    place = reading.place
    replied = guide.replied_to(update, view.directory) != flow.START
    needs = known.needs(text, context.t.language)
    if named and not replied and not _is_name(text, place):
        await reply.show(update, context, _named(context, view, named))
    elif needs and not replied and not _is_name(text, place):
        await _at_need(update, context, view, needs, place)
    elif place is not None or replied or reading.unclear is Unclear.SEVERAL:
        asked = view.directory.gazetteer.question(reading) if reading.options else None
        await guide.go_on_at(update, context, view, place, asked=asked)
    else:
        await _by_name(update, context, view, text)


async def _at_need(
    update: Update, context: Context, view: View, needs: tuple[str, ...], place: Place | None
) -> None:
    """Go into the guide at the first of *needs*, near *place* if one of the city was named."""
    answers = flow.searched(needs[0])
    notes: tuple[str, ...] = ()
    if place is not None and view.directory.gazetteer.in_area(place):
        answers = flow.with_place(answers, place)
        told = context.t.gettext("Near {place}. I did not keep what you sent.")
        notes = (context.t.fill(told, place=place.name),)
    shown, found = await guide.screen_of(context, view, answers, notes=notes)
    if not flow.is_sensitive(answers):
        others = [need for need in needs[1:] if not is_danger((need,))][:_OTHERS]
        links = [(need, _link(view, need)) for need in others]
        shown = crisis_screens.with_other_needs(context.t, shown, links)
    await reply.show(update, context, shown)
    if found is not None:
        await counts.note_found(context, answers, found, view.directory)


def _link(view: View, need: str) -> str:
    packed = flow.pack(flow.searched(need))
    return view.link(guide_state.payload(screens.ANSWERS_PREFIX, packed))


async def _by_name(update: Update, context: Context, view: View, text: str) -> None:
    """Offer services that *text* names; if it names none, say so and name a person to call."""
    query = Query(needs=(), at=view.at, language=context.t.language, audience=view.audience)
    found = search.search(view.directory, lexicon(), text, query)
    named = [each.service for each in found.matches if each.score >= _NAMED]
    if named:
        shown = _named(context, view, named)
    else:
        person = next(iter(crisis.anybody(view.directory, view.at)), None)
        notes = crisis_screens.not_understood(context.t, person)
        if without_traces(text) != text:
            notes = (_not_kept(context), *notes[1:])
        shown = guide_state.screen(view, flow.START, notes=notes)
    await reply.show(update, context, shown)


def _named(context: Context, view: View, named: Sequence[Service]) -> Screen:
    """Offer the *named* services; where one helps in danger, ask first if reading is safe.

    The names of such places may be read over a shoulder.
    """
    if dangerous := next((each for each in named if is_danger(each.needs)), None):
        return guide_state.screen(view, flow.searched(dangerous.needs[0]))
    return crisis_screens.named(context.t, named)


def _is_name(text: str, place: Place | None) -> bool:
    """Say whether *text* is nothing but the name of *place*, whatever else its words mean."""
    return place is not None and plain.words(text) == plain.words(place.name)


async def something_else(update: Update, context: Context) -> None:
    """Answer a voice note, a picture or a file kindly: only what is written with it is read."""
    assert update.effective_message is not None
    if await attached(update, context):
        return
    caption = update.effective_message.caption or ""
    if caption and await _in_danger(update, context, lexicon(), caption):
        return
    await reply.show(update, context, screens.offer_start(context.t, _not_kept(context)))


async def attached(update: Update, context: Context) -> bool:
    """Give a photo, a file or a place to an open update or post; say whether it was for one."""
    message = update.effective_message
    assert message is not None
    draft = await _written_for(context)
    if draft is None:
        return False
    if draft.kind == compose.KIND:
        return await compose_parts.attached(update, context, draft)
    if not (message.photo or message.document):
        return False
    await submissions.pictured(update, context, draft)
    return True


async def located(update: Update, context: Context) -> None:
    """Take a shared place for an open update that asked for one; else look for help near it."""
    if not await attached(update, context):
        await guide.located(update, context)


async def _written_for(context: Context) -> Draft | None:
    """Return the open draft of something that readers will get, None without one."""
    if not context.person.may(Action.POST):
        return None
    async with context.app.sessions() as session:
        draft = await db.drafts.find(session, context.person.id)
    if draft is None or draft.kind not in {compose.KIND, submissions.KIND}:
        return None
    return draft if context.person.may(_TAKERS[draft.kind][0]) else None


def _not_kept(context: Context) -> str:
    return context.t.gettext(
        "I can read only buttons and short texts. I did not keep what you sent."
    )


def after_danger(handler: Handler) -> Handler:
    """Return *handler* of a command, but what is written behind the command is read first.

    What a deep link carries is one word without meaning, and is left to the command.
    """

    async def heard(update: Update, context: Context) -> None:
        assert update.effective_message is not None
        _, _, text = (update.effective_message.text or "").partition(" ")
        if len(text.split()) > 1 and await _in_danger(update, context, lexicon(), text):
            return
        await handler(update, context)

    return heard


async def edited(update: Update, context: Context) -> None:
    """Answer a message that was changed only if it now speaks of danger.

    One that was written for a post for the digest or an urgent update speaks to its readers.
    """
    assert update.effective_message is not None
    if await _written_for(context) is not None:
        return
    message = update.effective_message
    await _in_danger(update, context, lexicon(), message.text or message.caption or "")
