"""Search in words: /find for partners, and inline mode, which puts a service into any chat."""

from datetime import timedelta

from telegram import (
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputTextMessageContent,
    LinkPreviewOptions,
    Update,
)
from telegram.constants import ParseMode
from telegram.error import BadRequest

from delivery.telegram import inline_keyboard
from directory import search
from directory.lexicon import lexicon
from directory.model import Match, Query
from directory.needs import is_danger
from handlers import find_screens, guide, guide_state, reply, words
from handlers.context import Context
from handlers.find_screens import Article
from handlers.guide_state import View
from people.model import Action

_LONGEST = 200  # characters that are read: nobody looks for more in one go
_MOST_ARTICLES = 10
_FRESH = timedelta(seconds=1)  # a changed number must not live on in Telegram's cache
_TOO_OLD = "query is too old"  # the person has typed on: Telegram shows the newer answer
_START = "inline"  # the start parameter behind the button above the results


async def find(update: Update, context: Context) -> None:
    """List what fits the words behind the command, for a worker with referral detail.

    A newcomer's words are answered as if they had been written without the command.
    """
    text = " ".join(context.args or ())[:_LONGEST]
    if not text:
        await reply.show(update, context, find_screens.how_to_find(context.t))
        return
    if not context.person.may(Action.SEE_WORKER_SERVICES):
        await words.asked(update, context, text)
        return
    view = await guide.view_of(context)
    matches = _found(view, text, find_screens.MOST_FOUND)
    shown = find_screens.found(context.t, matches, view.at, context.app.zone)
    await reply.show(update, context, shown)


async def asked_inline(update: Update, context: Context) -> None:
    """Offer services for what is typed behind the bot's name in some other chat.

    Only what the public may see: nobody knows who reads that chat. Places about danger are
    offered to workers alone; others find them with the guide, which asks if reading is safe.
    """
    assert update.inline_query is not None
    # the card is for whoever is in that chat
    view = guide_state.as_public(await guide.view_of(context))
    text = update.inline_query.query[:_LONGEST]
    worker = context.person.may(Action.SEE_WORKER_SERVICES)
    about_danger = is_danger(lexicon().needs(text)) or bool(lexicon().crises(text))
    silent = not text.strip() or (about_danger and not worker)
    matches = [] if silent else _found(view, text, _MOST_ARTICLES)
    if not worker:
        matches = [each for each in matches if not is_danger(each.service.needs[:1])]
    articles = [
        find_screens.article(context.t, each, view.at, context.app.zone) for each in matches
    ]
    try:
        await update.inline_query.answer(
            [_result(each) for each in articles],
            cache_time=_FRESH,
            is_personal=True,
            button=InlineQueryResultsButton(
                context.t.gettext("Find help step by step"), start_parameter=_START
            ),
        )
    except BadRequest as exc:
        if _TOO_OLD not in exc.message.lower():
            raise


def _found(view: View, text: str, limit: int) -> list[Match]:
    """Return the services that answer *text*, best first, as they are shown to this reader."""
    query = Query(needs=(), at=view.at, language=view.t.language, audience=view.audience)
    found = search.search(view.directory, lexicon(), text, query, limit)
    shown = (guide_state.alone(view, each.service.id, found.place) for each in found.matches)
    return [each for each in shown if each is not None]


def _result(article: Article) -> InlineQueryResultArticle:
    return InlineQueryResultArticle(
        article.id,
        article.title,
        InputTextMessageContent(
            article.text,
            parse_mode=ParseMode.HTML,
            link_preview_options=LinkPreviewOptions(is_disabled=True),
        ),
        reply_markup=inline_keyboard(article.rows),
        description=article.description,
    )
