"""/start: alone, or with what a deep link carries."""

from telegram import Update

from directory import flow
from handlers import guide, language, partners, reply, rights, screens, tips
from handlers.context import Context
from handlers.guide_state import packed_in


async def started(update: Update, context: Context) -> None:
    """Begin: by the link of an invitation, with the answers of a link, or from the start."""
    payload = context.args[0] if context.args else ""
    try:
        await _begin(update, context, payload)
    except flow.StaleAnswers:  # a link lives as long as a button
        await reply.show(update, context, screens.stale(context.t, ""))


async def _begin(update: Update, context: Context, payload: str) -> None:
    if payload.startswith(screens.INVITE_PREFIX):
        await partners.opened(update, context, payload.removeprefix(screens.INVITE_PREFIX))
    elif payload.startswith(screens.PLACE_PREFIX):
        await guide.ask_place(update, context, packed_in(payload, screens.PLACE_PREFIX))
    elif payload.startswith(screens.HELP_PREFIX):
        await guide.help_linked(update, context, packed_in(payload, screens.HELP_PREFIX))
    elif payload.startswith(screens.ANSWERS_PREFIX):
        packed = packed_in(payload, screens.ANSWERS_PREFIX)
        await guide.show_state(update, context, packed)
    elif payload.startswith((screens.TELL_PREFIX, screens.ANSWER_PREFIX)):
        await tips.back(update, context, payload)
    elif payload.startswith(screens.RIGHT_PREFIX):
        await rights.opened(update, context, payload)
    elif context.person.language is None:
        await language.languages(update, context)
    else:
        await guide.show_state(update, context, "")
