"""/start: alone, or with what a deep link carries."""

from collections.abc import Callable, Coroutine, Mapping
from typing import Any

from telegram import Update

from directory import flow
from handlers import (
    alerts,
    guide,
    language,
    partners,
    reading,
    reply,
    restored,
    rights,
    screens,
    submitted,
    tips,
)
from handlers.callbacks import Press, Route, StaleButton
from handlers.context import Context
from handlers.guide_state import packed_in


async def started(update: Update, context: Context) -> None:
    """Begin: by the link of an invitation, with the answers of a link, or from the start."""
    payload = context.args[0] if context.args else ""
    if not payload:
        await restored.tell(update, context)
    try:
        await _begin(update, context, payload)
    except (flow.StaleAnswers, StaleButton):  # a link lives as long as a button
        await reply.show(update, context, screens.stale(context.t, ""))


async def _begin(update: Update, context: Context, payload: str) -> None:
    behind = next((_BEHIND[prefix] for prefix in _BEHIND if payload.startswith(prefix)), None)
    if behind is not None:
        await behind(update, context, payload)
    elif payload.startswith(screens.PLACE_PREFIX):
        await guide.ask_place(update, context, packed_in(payload, screens.PLACE_PREFIX))
    elif payload.startswith(screens.HELP_PREFIX):
        await guide.help_linked(update, context, packed_in(payload, screens.HELP_PREFIX))
    elif payload.startswith(screens.ANSWERS_PREFIX):
        packed = packed_in(payload, screens.ANSWERS_PREFIX)
        await guide.show_state(update, context, packed)
    elif context.person.language is None:
        await language.languages(update, context)
    else:
        await guide.show_state(update, context, "")


async def _invited(update: Update, context: Context, payload: str) -> None:
    await partners.opened(update, context, payload.removeprefix(screens.INVITE_PREFIX))


async def _service(update: Update, context: Context, payload: str) -> None:
    service_id = payload.removeprefix(screens.SERVICE_PREFIX)
    context.press = Press(Route.CARD, (flow.pack(flow.START), service_id))
    await guide.card(update, context)


_BEHIND: Mapping[str, Callable[[Update, Context, str], Coroutine[Any, Any, None]]] = {
    screens.INVITE_PREFIX: _invited,
    screens.TELL_PREFIX: tips.back,
    screens.ANSWER_PREFIX: tips.back,
    screens.RIGHT_PREFIX: rights.opened,
    screens.SERVICE_PREFIX: _service,
    screens.READ_PREFIX: reading.linked,
    screens.ALERT_PREFIX: alerts.linked,
    screens.PICTURE_PREFIX: submitted.picture_linked,
}
