"""Inline mode: ``@bot text`` in any chat, a list to pick from, a message in the person's name.

Limits: Bot API, answerInlineQuery, InlineQueryResultArticle and InlineQueryResultsButton. The
descriptions of refusals are those of messages.setInlineBotResults in Telegram's API.
"""

import re

from sandbox import keyboards
from sandbox.errors import Impossible, NoSuchPerson, bad_request, too_old
from sandbox.people import QUERY_SECONDS
from sandbox.queries import LONGEST_QUERY, InlineAnswer, InlineQuery, inline_message_id
from sandbox.record import Call
from sandbox.sending import text_content, venue_content
from sandbox.spec import Json
from sandbox.world import Sandbox

MOST_RESULTS = 50
LONGEST_ID = 64  # bytes, of a result and of next_offset
CACHE_SECONDS = 300  # what Telegram takes when the bot says nothing

_START = re.compile(r"[A-Za-z0-9_-]{1,64}")


def ask(
    sandbox: Sandbox, person_id: int, text: str, *, chat_id: int | None = None, offset: str = ""
) -> InlineQuery:
    """Type ``@bot text`` in a chat; the bot is asked, unless the cache has its answer.

    The person need not know the bot, nor the bot be in the chat.

    Raises:
        Impossible: inline mode is off, the text is too long, or the account is deleted.
    """
    person = sandbox.known(person_id)
    if not sandbox.inline.on:
        raise Impossible("inline mode of this bot is turned off")
    if person.deactivated:
        raise Impossible(f"person {person_id} has deleted their account")
    if len(text) > LONGEST_QUERY:
        raise Impossible(f"what is looked for has at most {LONGEST_QUERY} characters")
    chat = sandbox.chat_with(person, chat_id)
    now = sandbox.clock()
    query = sandbox.inline.add(person_id, chat.id, text, offset, now=now)
    if query.answer is None:
        asked = {
            "id": query.id,
            "from": person.to_json(),
            "query": text,
            "offset": offset,
            "chat_type": "sender" if chat.id == person_id else chat.kind,
        }
        sandbox.updates.add("inline_query", asked, chat_id=person_id)
    return query


def answer(sandbox: Sandbox, call: Call) -> bool:
    """answerInlineQuery: take the bot's results, or refuse all of them."""
    params = call.params
    query = sandbox.inline.get(params["inline_query_id"])
    if query is None or query.answer is not None or sandbox.clock() - query.at > QUERY_SECONDS:
        raise too_old()
    results = params["results"]
    _check(params, results)
    contents = {result["id"]: _content(result) for result in results}
    found = InlineAnswer(results, contents, params.get("button"), params.get("next_offset", ""))
    query.take(found)
    until = sandbox.clock() + max(params.get("cache_time", CACHE_SECONDS), 0)
    sandbox.inline.keep(query, found, personal=params.get("is_personal", False), until=until)
    return True


def choose(sandbox: Sandbox, person_id: int, query_id: str, result_id: str) -> tuple[int, int]:
    """Pick a result: it becomes a message of the person; return the chat's and message's ids.

    The bot hears of it only with inline feedback on, and sees the message only where it reads
    along: in its own chat with the person, and in its groups.

    Raises:
        Impossible: no such query or result, or the person cannot write there.
    """
    query = sandbox.inline.get(query_id)
    if query is None or query.person_id != person_id:
        raise NoSuchPerson(f"no inline query {query_id}")
    content = query.answer.contents.get(result_id) if query.answer else None
    if content is None:
        raise NoSuchPerson(f"no result {result_id}")
    sent = content | {"via_bot": sandbox.bot}
    number = sandbox.write(person_id, sent, None, query.chat_id)
    if sandbox.inline.feedback:
        chosen = {
            "result_id": result_id,
            "from": sandbox.known(person_id).to_json(),
            "query": query.text,
        }
        if "reply_markup" in content:
            chat = sandbox.chat_of(query.chat_id)
            chosen["inline_message_id"] = inline_message_id(chat, number)
        sandbox.updates.add("chosen_inline_result", chosen, chat_id=person_id)
    return query.chat_id, number


def _check(params: Json, results: list[Json]) -> None:
    if len(results) > MOST_RESULTS:
        raise bad_request("RESULTS_TOO_MUCH")
    ids = [result["id"] for result in results]
    if not all(ids):
        raise bad_request("RESULT_ID_EMPTY")
    if max(map(_bytes, ids), default=0) > LONGEST_ID:
        raise bad_request("RESULT_ID_INVALID")
    if len(set(ids)) < len(ids):
        raise bad_request("RESULT_ID_DUPLICATE")
    if _bytes(params.get("next_offset", "")) > LONGEST_ID:
        raise bad_request("NEXT_OFFSET_INVALID")
    if (button := params.get("button")) is not None:
        _check_button(button)


def _bytes(text: str) -> int:
    return len(text.encode())


def _check_button(button: Json) -> None:
    if not button["text"].strip():
        raise bad_request("SWITCH_PM_TEXT_EMPTY")
    if not _START.fullmatch(button.get("start_parameter", "")):
        raise bad_request("START_PARAM_INVALID")


def _content(result: Json) -> Json:
    """Return the message that this result becomes."""
    if not result["title"].strip():
        raise bad_request("ARTICLE_TITLE_EMPTY")
    if markup := result.get("reply_markup"):
        keyboards.check(markup)
    given = result.get("input_message_content", result)
    if "message_text" in given:
        content = text_content(given | {"text": given["message_text"]})
    else:
        content = venue_content(given)
    if markup and markup["inline_keyboard"]:
        content["reply_markup"] = markup
    return content
