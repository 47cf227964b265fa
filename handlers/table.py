"""Which update goes where, in order, and why in this order."""

from collections.abc import Callable, Coroutine
from typing import Any

from telegram import Update
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    ChatMemberHandler,
    CommandHandler,
    InlineQueryHandler,
    MessageHandler,
    TypeHandler,
    filters,
)

from directory.flow import StaleAnswers
from handlers import (
    alerts,
    answers,
    broadcasts,
    campaigns,
    changes,
    clear,
    compose,
    corrections,
    dropping,
    editing,
    edition_editing,
    feeds,
    find,
    freshness,
    groups,
    guide,
    language,
    mail,
    membership,
    moderation,
    operations,
    partners,
    planning,
    privacy,
    proposals,
    reading,
    recall,
    reply,
    restored,
    review,
    rights,
    screens,
    start,
    submissions,
    submitted,
    subscription,
    tips,
    venue,
    voice,
    words,
)
from handlers.arrive import arrive
from handlers.callbacks import Route, StaleButton
from handlers.context import Context
from handlers.errors import failed

Handler = Callable[[Update, Context], Coroutine[Any, Any, None]]
ALLOWED_UPDATES = (
    "message",
    "edited_message",
    "channel_post",
    "callback_query",
    "inline_query",
    "my_chat_member",
)
_NAMES = frozenset({"invite"})  # commands with a name behind them, which may speak of danger

COMMANDS: dict[str, Handler] = {
    "start": start.started,
    "help": operations.helped,
    "find": find.find,
    "language": language.languages,
    "subscribe": subscription.subscribed,
    "unsubscribe": subscription.unsubscribed,
    "email": mail.began,
    "alerts": alerts.listed,
    "rights": rights.listed,
    "privacy": privacy.privacy,
    "mydata": privacy.my_data,
    "forget": privacy.ask_forget,
    "clear": clear.clear,
    "tell": tips.ask,
    "stop": operations.stopped,
    "whoami": operations.who_am_i,
    "services": changes.services,
    "post": submissions.began,
    "cancel": dropping.cancelled,
    "digest": review.review,
    "held": moderation.queue,
    "feeds": feeds.overview,
    "broadcast": compose.began,
    "invite": partners.invite,
    "partners": partners.overview,
    "needs": voice.needs,
    "messages": tips.waiting,
    "health": operations.health,
}

PRESSES: dict[Route, Handler] = {
    Route.GUIDE: guide.answered,
    Route.RESULTS: guide.results,
    Route.CARD: guide.card,
    Route.VENUE: venue.shown,
    Route.HELP_NOW: guide.help_now,
    Route.HELP_BELOW: guide.help_below,
    Route.LANGUAGES: language.languages,
    Route.LANGUAGE: language.chosen,
    Route.TOPIC: subscription.topic,
    Route.TOPICS: subscription.page,
    Route.SUBSCRIBED: subscription.pressed,
    Route.WHEN: subscription.when,
    Route.READ: reading.pressed,
    Route.MAIL: mail.pressed,
    Route.FORGET: privacy.forget,
    Route.EDITION: review.review,
    Route.EDITION_ACT: review.acted,
    Route.DRAFT: edition_editing.pressed,
    Route.ITEM: moderation.item,
    Route.ITEM_ACT: moderation.decided,
    Route.QUEUE: moderation.queue,
    Route.SOURCE: moderation.source,
    Route.FEED: feeds.pressed,
    Route.CORRECTION: corrections.pressed,
    Route.BROADCAST: broadcasts.shown,
    Route.BROADCAST_ACT: broadcasts.decided,
    Route.LIFE: planning.pressed,
    Route.CAMPAIGN: campaigns.pressed,
    Route.ALERT: alerts.pressed,
    Route.ANSWER: answers.pressed,
    Route.RECALL: recall.pressed,
    Route.COMPOSE: compose.composing,
    Route.TEMPLATE: compose.templates,
    Route.INVITE: partners.withdrawn,
    Route.PARTNER: partners.ended,
    Route.CONFIRM: guide.confirmed,
    Route.ASK_HELPED: voice.ask_helped,
    Route.HELPED: voice.helped,
    Route.NOT_HELPED: voice.not_helped,
    Route.WRONG: voice.ask_wrong,
    Route.IS_WRONG: voice.is_wrong,
    Route.CHECK_IN: voice.check_in,
    Route.TELL: tips.ask,
    Route.TIP: tips.pressed,
    Route.TIP_ANSWER: tips.read,
    Route.CLEAR: clear.clear,
    Route.RIGHTS: rights.listed,
    Route.RIGHT: rights.card,
    Route.POST: submitted.pressed,
    Route.RIGHT_ACT: rights.acted,
    Route.EDIT: editing.change,
    Route.EDITING: editing.pressed,
    Route.PROPOSAL: proposals.pressed,
    Route.HISTORY: changes.history,
    Route.UNDO: changes.taken_back,
    Route.SERVICES: changes.services,
    Route.FRESH: freshness.pressed,
    Route.FRESH_LIST: freshness.listed,
    Route.OWNER: freshness.owner,
    Route.RESTORED: restored.pressed,
}


def register(application: Application[Any, Context, Any, Any, Any, Any]) -> None:
    """Add every handler to *application*."""
    # first, in a group of its own: everything after it relies on who, language and press
    application.add_handler(TypeHandler(Update, arrive), group=-1)
    application.add_handler(ChatMemberHandler(membership.changed))
    application.add_handler(CallbackQueryHandler(pressed))
    application.add_handler(InlineQueryHandler(find.asked_inline))
    shared = (
        filters.ChatType.GROUPS & filters.UpdateType.MESSAGE
    ) | filters.UpdateType.CHANNEL_POST
    application.add_handler(CommandHandler(groups.COMMANDS, groups.commanded, filters=shared))
    application.add_handler(MessageHandler(filters.StatusUpdate.MIGRATE, groups.migrated))
    # pinned messages and the like are nobody's words: they need no answer
    written = filters.UpdateType.MESSAGE & ~filters.StatusUpdate.ALL
    private = filters.ChatType.PRIVATE & written
    for command, handler in COMMANDS.items():
        heard = handler if command in _NAMES else words.after_danger(handler)
        application.add_handler(CommandHandler(command, heard, filters=private))
    application.add_handler(MessageHandler(private & filters.LOCATION, words.located))
    unknown = words.after_danger(operations.unknown)
    # after the commands, so that a command never ends up as the text of a draft
    application.add_handler(MessageHandler(private & filters.COMMAND, unknown))
    application.add_handler(MessageHandler(private & filters.TEXT, said))
    application.add_handler(MessageHandler(private, words.something_else))
    changed = filters.ChatType.PRIVATE & filters.UpdateType.EDITED_MESSAGE
    application.add_handler(MessageHandler(changed, words.edited))
    application.add_error_handler(failed)


async def said(update: Update, context: Context) -> None:
    """Hear what somebody writes; the words for a command, in any language, mean the command.

    A card that they chose in inline mode comes back to us as their message: no words of theirs.
    """
    message = update.effective_message
    if message is not None and message.via_bot is not None and message.via_bot.id == context.bot.id:
        return
    await words.written(update, context, COMMANDS)


async def pressed(update: Update, context: Context) -> None:
    """Send a press to its handler; one that we cannot read gets a polite fresh start."""
    if groups.is_shared(update):
        await groups.pressed(update, context)
        return
    if context.press is not None and context.press.route in PRESSES:
        try:
            await PRESSES[context.press.route](update, context)
        except (StaleButton, StaleAnswers):
            pass
        else:
            return
    await reply.show(update, context, screens.stale(context.t, ""))
