"""Who gets an urgent update, counted, and what each of them will see."""

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import replace
from typing import Any

from telegram import Update

import db.audiences
import locales
from delivery.broadcast import Audience, Narrowing
from directory import alerting
from handlers import (
    broadcast_screens,
    compose_draft,
    compose_lists,
    compose_screens,
    news_check,
    reply,
)
from handlers.callbacks import StaleButton
from handlers.composed import PARTS, Composed, Part, chosen, for_audience, mark_of, narrowed
from handlers.context import Context
from locales.errors import N_, UserError


class NotTaken(UserError):
    """Telegram refuses what comes with an update."""

    message = N_("Telegram does not take this picture or file any more. Please send it again.")


async def preview(update: Update, context: Context, composed: Composed) -> None:
    """Send the author each language that was written exactly as it arrives, then the numbers.

    Nothing is asked for any more, so that no stray word ends up in what was looked at.
    """
    await compose_draft.keep(context, composed)
    if composed.audience is None:
        await compose_draft.offer(update, context, composed)
        return
    reached = await compose_draft.reach(context, composed)
    if update.callback_query is not None:
        await reply.answer(update)
    for number, language in enumerate(sorted(composed.texts)):
        await _seen(update, context, composed, language, attached=number == 0)
    told = news_check.found(composed)
    await reply.send(update, context, compose_screens.check(context.t, composed, reached, told))


async def _seen(
    update: Update, context: Context, composed: Composed, language: str, *, attached: bool
) -> None:
    """Send the update as a reader of *language* gets it; *attached*: with what comes before it."""
    t = locales.translator(language)
    content = broadcast_screens.update(t, 0, composed.texts, composed.shape, composed.audience)
    if not await reply.content(
        update, context, content if attached else replace(content, attachment=None)
    ):
        raise NotTaken


async def _who(update: Update, context: Context, composed: Composed) -> None:
    await reply.show(update, context, compose_screens.who(context.t, composed))


async def _audience(update: Update, context: Context, composed: Composed) -> None:
    assert context.press is not None
    wanted = context.press.arg(2)
    if wanted not in set(Audience):
        raise StaleButton(wanted)
    await preview(update, context, for_audience(composed, Audience(wanted)))


async def _some(update: Update, context: Context, composed: Composed) -> None:
    reached = await compose_draft.reach(context, composed)
    await reply.show(update, context, compose_lists.some(context.t, composed, reached))


async def _all(update: Update, context: Context, composed: Composed) -> None:
    everybody = replace(composed, shape=replace(composed.shape, only=Narrowing()))
    await compose_draft.keep(context, everybody)
    await _some(update, context, everybody)


async def _pick(update: Update, context: Context, composed: Composed) -> None:
    assert context.press is not None
    await _list(update, context, composed, _part(context), context.press.number(3))


async def _only(update: Update, context: Context, composed: Composed) -> None:
    """Take a language, a topic or another value of a part into the audience, or out of it."""
    assert context.press is not None
    part, mark = _part(context), context.press.arg(3)
    values = await _values(context, composed, part)
    value = next((each for each in values if mark_of(each) == mark), None)
    if value is None:
        raise StaleButton(mark)
    changed = narrowed(composed, part, value, wanted=context.press.arg(4) == "1")
    await compose_draft.keep(context, changed)
    await _list(update, context, changed, part, context.press.number(5))


async def _list(
    update: Update, context: Context, composed: Composed, part: Part, page: int
) -> None:
    values = await _values(context, composed, part)
    reached = await compose_draft.reach(context, composed)
    shown = compose_lists.pick(context.t, composed, reached, part, values, page)
    await reply.show(update, context, shown)


def _part(context: Context) -> Part:
    assert context.press is not None
    said = context.press.arg(2)
    if said not in set(Part):
        raise StaleButton(said)
    return Part(said)


async def _values(context: Context, composed: Composed, part: Part) -> list[str]:
    """Return what can be chosen: of languages and organisations only those that people have.

    What is chosen already stays, so that it can be taken out. Of newcomers every language can
    be chosen, whoever there is.
    """
    if composed.audience is None or part not in PARTS[composed.audience]:
        raise StaleButton(part)
    listed = {
        Part.TOPICS: [each.id for each in context.app.topics],
        Part.NEEDS: list(alerting.alertable()),
        Part.DISTRICTS: [alerting.district_code(each) for each in context.app.districts],
    }
    if part in listed:
        return listed[part]
    if composed.audience is Audience.ALERTS:
        return list(locales.supported())
    async with context.app.sessions() as session:
        if part is Part.ORGANISATIONS:
            found = await db.audiences.organisations(session, composed.audience)
        else:
            people = await db.audiences.members(session, composed.audience)
            found = sorted({locales.choose(each.language) for each in people})
    left = [each for each in chosen(composed.shape.only, part) if each not in found]
    return [*found, *left]


async def _others(update: Update, context: Context, composed: Composed) -> None:
    assert context.press is not None
    reached = await compose_draft.reach(context, composed)
    shown = compose_screens.others(context.t, composed, reached, context.press.number(2))
    await reply.show(update, context, shown)


async def _see(update: Update, context: Context, composed: Composed) -> None:
    """Send the update as readers of the chosen language get it, then the choices again."""
    assert context.press is not None
    language = context.press.arg(2)
    if language not in locales.supported():
        raise StaleButton(language)
    await reply.answer(update)
    await _seen(update, context, composed, language, attached=True)
    reached = await compose_draft.reach(context, composed)
    await reply.send(update, context, compose_screens.others(context.t, composed, reached, 0))


STEPS: Mapping[str, Callable[[Update, Context, Composed], Coroutine[Any, Any, None]]] = {
    "who": _who,
    "audience": _audience,
    "some": _some,
    "all": _all,
    "pick": _pick,
    "only": _only,
    "others": _others,
    "see": _see,
}
