"""Inline mode and chats between people, on the people's side over HTTP."""

from aiohttp import web

from sandbox import inline
from sandbox.bodies import BadBody, read, who
from sandbox.queries import InlineQuery
from sandbox.spec import Json
from sandbox.state import SANDBOX

LONGEST_WAIT = 60.0


async def _ask(request: web.Request) -> web.Response:
    """Type ``@bot text``, in the chat with the bot unless another is named; wait for results."""
    body = await read(request)
    query = inline.ask(
        request.app[SANDBOX],
        who(request),
        body.text("text", ""),
        chat_id=body.whole("chat_id"),
        offset=body.text("offset", ""),
    )
    wait = body.number("wait") if body.has("wait") else 0.0
    if wait > 0:
        await query.wait(min(wait, LONGEST_WAIT))
    return web.json_response(_shown(query))


def _shown(query: InlineQuery) -> Json:
    answer = query.answer
    return {
        "inline_query_id": query.id,
        "answered": answer is not None,
        "results": answer.results if answer else [],
        "button": answer.button if answer else None,
        "next_offset": answer.next_offset if answer else "",
    }


async def _choose(request: web.Request) -> web.Response:
    body = await read(request)
    chat_id, number = inline.choose(
        request.app[SANDBOX], who(request), body.text("inline_query_id"), body.text("result_id")
    )
    return web.json_response({"chat_id": chat_id, "message_id": number})


async def _pair(request: web.Request) -> web.Response:
    members = (await read(request)).wholes("members")
    if len(members) != 2:  # noqa: PLR2004  (a pair)
        raise BadBody('"members" must be two people')
    chat = request.app[SANDBOX].pair(*members)
    return web.json_response({"id": chat.id, "members": chat.members}, status=201)


async def _settings(request: web.Request) -> web.Response:
    """Turn inline mode or its feedback on or off, as its owner does at BotFather."""
    body, queries = await read(request), request.app[SANDBOX].inline
    queries.on = body.flag("on", default=queries.on)
    queries.feedback = body.flag("feedback", default=queries.feedback)
    return web.json_response({"on": queries.on, "feedback": queries.feedback})


ROUTES = (
    web.post("/sandbox/people/{id:\\d+}/inline", _ask),
    web.post("/sandbox/people/{id:\\d+}/choose", _choose),
    web.post("/sandbox/pairs", _pair),
    web.post("/sandbox/inline", _settings),
)
