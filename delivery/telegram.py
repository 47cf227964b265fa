"""Telegram's answers as outcomes: the one place that hands bulk messages to the Bot API."""

import html as entities
import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    Message,
)
from telegram.constants import ParseMode
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from delivery.model import (
    TOO_LATE,
    Attachment,
    Button,
    Failed,
    Gone,
    Media,
    Moved,
    Outcome,
    Sent,
    TryLater,
    Unknown,
)

log = logging.getLogger(__name__)

# Descriptions of 400 that mean a person, not a mistake of ours. They are not part of the
# documented Bot API; collected by python-telegram-bot and aiogram users, compared in lower case.
_GONE = (
    "chat not found",
    "user not found",
    "user is deactivated",
    "peer_id_invalid",
    "input_user_deactivated",
    "chat_write_forbidden",
    "have no rights to send a message",
    "not enough rights to send text messages",
    "group chat was deactivated",
    "bot was kicked",
    "bot was blocked",
    "need administrator rights in the channel chat",
)
_NO_TOPIC = ("message thread not found", "topic_deleted", "topic_closed")
_BAD_MARKUP = ("can't parse entities", "can't find end of the entity", "unsupported start tag")
_UNCHANGED = ("message is not modified",)
_NOTHING_THERE = ("message to edit not found", "message to delete not found", "message_id_invalid")
_NO_TEXT = ("there is no text in the message to edit",)
_NO_CAPTION = ("there is no caption in the message to edit", "message can't be edited")
_TOO_OLD = ("message can't be deleted",)  # after 48 hours; Bot API, deleteMessage
# With two underscores, as `Bot.do_api_request` warns of the names that `Bot` has itself. Its own
# method makes the whole answer into objects, of which only the id is needed: that takes a
# quarter of the sender's time.
_SEND_MESSAGE = "send__message"
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
_NOT_SENT = "not sent"  # how the messages of bot.transport begin when no connection was made
_WAIT = timedelta()  # the policy adds its own, growing wait
_WRONG_TOKEN = timedelta(minutes=5)  # somebody must put it right first
_TAG = re.compile(r"</?[a-zA-Z][^>]*>")


class TelegramSender:
    """A `delivery.model.Sender` on a python-telegram-bot Bot.

    The bot's request must tell what did not leave (NetworkError, its message beginning with
    "not sent") from "no answer" (TimedOut), as `bot.transport.AiohttpRequest` does, and must
    not limit the rate: `drain` does.
    """

    def __init__(self, bot: Bot, *, paid: bool = False) -> None:
        """*paid*: above the free rate, pay with the bot's Stars (allow_paid_broadcast)."""
        self._bot = bot
        self._paid = True if paid else None  # None: the parameter is left out

    async def send(
        self,
        chat_id: int,
        html: str,
        buttons: Sequence[Sequence[Button]],
        *,
        thread_id: int | None = None,
    ) -> Outcome:
        """Send one part and say what became of it; never raises for Telegram's answers.

        When Telegram does not understand the markup the text is sent once more without it,
        and when the topic is deleted or closed, once more to the group as a whole.
        """
        return await self._deliver(_Call(chat_id, html, buttons, thread_id))

    async def attach(
        self, chat_id: int, attachment: Attachment, *, thread_id: int | None = None
    ) -> Outcome:
        """Send a picture, a file or a place; without its topic the group gets it all the same."""
        where: dict[str, Any] = {
            "message_thread_id": thread_id,
            "allow_paid_broadcast": self._paid,
        }
        try:
            message = await self._attach(chat_id, attachment, where)
        except BadRequest as refusal:
            if thread_id is not None and _matches(refusal, _NO_TOPIC):
                return await self.attach(chat_id, attachment)
            return _of_refusal(refusal)
        except TelegramError as error:
            return outcome_of(error)
        return Sent((message.message_id,))

    async def edit(
        self, chat_id: int, message_id: int, html: str, buttons: Sequence[Sequence[Button]]
    ) -> Outcome:
        """Give a message of ours other words; done, too, when it has them or is not there.

        A picture or a file gets them as its caption. A place can have none and stays.
        """
        try:
            await self._bot.edit_message_text(
                html,
                chat_id=chat_id,
                message_id=message_id,
                parse_mode=ParseMode.HTML,
                reply_markup=inline_keyboard(buttons),
                link_preview_options=_NO_PREVIEW,
            )
        except BadRequest as refusal:
            if _matches(refusal, _NO_TEXT):
                return await self._caption(chat_id, message_id, html)
            return _of_change(refusal)
        except TelegramError as error:
            return outcome_of(error)
        return Sent(())

    async def delete(self, chat_id: int, message_ids: Sequence[int]) -> Outcome:
        """Delete messages of ours: all, or none and `TOO_LATE`; done, too, when they are gone."""
        try:
            await self._bot.delete_messages(chat_id, message_ids)
        except BadRequest as refusal:
            return TOO_LATE if _matches(refusal, _TOO_OLD) else _of_change(refusal)
        except TelegramError as error:
            return outcome_of(error)
        return Sent(())

    async def _attach(self, chat_id: int, what: Attachment, where: dict[str, Any]) -> Message:
        match what.media, what.file_id:
            case Media.PHOTO, str(file_id):
                return await self._bot.send_photo(chat_id, file_id, **where)
            case Media.DOCUMENT, str(file_id):
                return await self._bot.send_document(chat_id, file_id, **where)
        return await self._bot.send_location(chat_id, what.latitude, what.longitude, **where)

    async def _caption(self, chat_id: int, message_id: int, html: str) -> Outcome:
        try:
            await self._bot.edit_message_caption(
                chat_id, message_id, caption=html, parse_mode=ParseMode.HTML
            )
        except BadRequest as refusal:
            return Sent(()) if _matches(refusal, _NO_CAPTION) else _of_change(refusal)
        except TelegramError as error:
            return outcome_of(error)
        return Sent(())

    async def _deliver(self, call: "_Call") -> Outcome:
        given = {
            "chat_id": call.chat_id,
            "text": call.text,
            "parse_mode": ParseMode.HTML if call.marked_up else None,
            "reply_markup": inline_keyboard(call.buttons),
            "message_thread_id": call.thread_id,
            "link_preview_options": _NO_PREVIEW,
            "allow_paid_broadcast": self._paid,
        }
        try:
            message = await self._bot.do_api_request(
                _SEND_MESSAGE,
                api_kwargs={name: value for name, value in given.items() if value is not None},
            )
        except BadRequest as refusal:
            simpler = _without_what_was_refused(call, refusal)
            return _of_refusal(refusal) if simpler is None else await self._deliver(simpler)
        except TelegramError as error:
            return outcome_of(error)
        return Sent((message["message_id"],))


@dataclass(frozen=True, slots=True)
class _Call:
    """One call of sendMessage; *marked_up*: the text is HTML."""

    chat_id: int
    text: str
    buttons: Sequence[Sequence[Button]]
    thread_id: int | None
    marked_up: bool = True


def _without_what_was_refused(call: _Call, refusal: BadRequest) -> _Call | None:
    """Return a call that leaves out the topic or the markup, None when that would not help."""
    if call.thread_id is not None and _matches(refusal, _NO_TOPIC):
        return replace(call, thread_id=None)
    if call.marked_up and _matches(refusal, _BAD_MARKUP):
        # a mistake of ours that must be found; Telegram's words may quote the message's
        log.error("markup refused, sent as plain text")
        return replace(call, text=_plain(call.text), marked_up=False)
    return None


def outcome_of(error: TelegramError) -> Outcome:
    """Return what *error*, raised by a send, says about the message.

    The order matters: BadRequest and TimedOut are subclasses of NetworkError.
    """
    if isinstance(error, RetryAfter):
        return TryLater(_duration(error.retry_after), "flood", flood=True)
    if isinstance(error, ChatMigrated):
        return Moved(error.new_chat_id)
    if isinstance(error, Forbidden):
        return Gone(error.message)
    if isinstance(error, BadRequest):
        return _of_refusal(error)
    return _of_network(error)


def _of_refusal(refusal: BadRequest) -> Outcome:
    reason = refusal.message
    return Gone(reason) if _matches(refusal, _GONE) else Failed(reason)


def _of_change(refusal: BadRequest) -> Outcome:
    """Return what a refused edit or deletion means; what is so already needs no change."""
    if _matches(refusal, (*_UNCHANGED, *_NOTHING_THERE)):
        return Sent(())
    return _of_refusal(refusal)


def _of_network(error: TelegramError) -> Outcome:
    if isinstance(error, TimedOut):
        return Unknown(error.message)
    if isinstance(error, NetworkError):
        # Without those words it is the library's own error for an answer of 5xx, and then the
        # message may have been taken: a Bot API server that is restarted answers "500 Internal
        # Server Error: restart" to the calls it is busy with, and a gateway says 502 or 504
        # when the server behind it took the call and fell silent. So a digest is not sent
        # again but listed; an urgent message may come twice rather than never. The circuit
        # breaker keeps an outage from using up a whole digest in this way.
        sent = not error.message.startswith(_NOT_SENT)
        return Unknown(error.message) if sent else TryLater(_WAIT, error.message)
    if type(error) is TelegramError:  # an answer that is not one: it may have been taken
        return Unknown(error.message)
    return TryLater(_WRONG_TOKEN, error.message)  # InvalidToken, Conflict


def _duration(wait: timedelta | int) -> timedelta:
    """Return the wait; the library says it in seconds unless PTB_TIMEDELTA is set."""
    return wait if isinstance(wait, timedelta) else timedelta(seconds=wait)


def _matches(refusal: BadRequest, phrases: Sequence[str]) -> bool:
    said = refusal.message.lower()
    return any(phrase in said for phrase in phrases)


def _plain(html: str) -> str:
    """Return the text without its markup, as readable as it can be when that is broken."""
    return entities.unescape(_TAG.sub("", html))


def inline_keyboard(buttons: Sequence[Sequence[Button]]) -> InlineKeyboardMarkup | None:
    """Return rows of *buttons* as Telegram's inline keyboard, None when there are none."""
    if not buttons:
        return None
    return InlineKeyboardMarkup(
        [
            [InlineKeyboardButton(b.text, callback_data=b.data, url=b.url) for b in row]
            for row in buttons
        ]
    )
