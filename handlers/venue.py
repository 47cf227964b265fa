"""The place of a service as a map pin in the chat."""

from telegram import Update

from handlers import guide, guide_state, pins, reply
from handlers.context import Context


async def shown(update: Update, context: Context) -> None:
    """Send where the service of the pressed card is; what has changed since is shown instead.

    The button grants nothing: the role, the service and whether its place may be known are
    read again.
    """
    assert context.press is not None
    view = await guide.view_of(context)
    answers = guide_state.unpack(context.press.arg(0), view.directory)
    match = guide_state.chosen(view, answers, context.press.arg(1))
    found = None if match is None else pins.pin(match)
    if found is None or found.point is None:
        await guide.card(update, context)
        return
    await reply.pinned(update, context, found, pins.rows(context.t))
