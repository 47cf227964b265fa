"""Groups, their topics and channels over HTTP, for `sandbox.people_api`."""

from aiohttp import web

from sandbox import groups
from sandbox.bodies import Body, needed, read, who
from sandbox.people import Chat
from sandbox.spec import Json
from sandbox.state import SANDBOX


async def _all(request: web.Request) -> web.Response:
    chats = request.app[SANDBOX].chats.values()
    here = [_group(chat) for chat in chats if chat.is_group and chat.migrated_to is None]
    return web.json_response(here)


async def _add(request: web.Request) -> web.Response:
    """Add a group, or with "channel" a channel; "administrators" are members."""
    sandbox, body = request.app[SANDBOX], await read(request)
    title, members = body.text("title"), body.wholes("members")
    administrators = body.wholes("administrators")
    if body.flag("channel"):
        chat = groups.channel(sandbox, title, members, administrators, id=body.whole("id"))
    else:
        chat = sandbox.group(title, members, id=body.whole("id"))
        groups.promote(sandbox, chat.id, administrators)
    return web.json_response(_group(chat), status=201)


async def _promote(request: web.Request) -> web.Response:
    body = await read(request)
    wanted = body.wholes("administrators")
    return web.json_response(_group(groups.promote(request.app[SANDBOX], who(request), wanted)))


async def _migrate(request: web.Request) -> web.Response:
    return web.json_response(_group(groups.migrate(request.app[SANDBOX], who(request))))


async def _kick(request: web.Request) -> web.Response:
    return web.json_response(_group(groups.kick(request.app[SANDBOX], who(request))))


async def _topic(request: web.Request) -> web.Response:
    body = await read(request)
    number = groups.topic(request.app[SANDBOX], who(request), body.text("name"))
    return web.json_response({"message_thread_id": number}, status=201)


async def _delete_topic(request: web.Request) -> web.Response:
    thread = int(request.match_info["thread"])
    groups.delete_topic(request.app[SANDBOX], who(request), thread)
    return web.json_response({"message_thread_id": thread})


async def said(request: web.Request, body: Body) -> web.Response:
    """Let somebody write in a topic, or as an anonymous administrator."""
    number = groups.say(
        request.app[SANDBOX],
        who(request),
        needed(body, "chat_id"),
        body.text("text"),
        thread_id=body.whole("thread_id"),
        anonymous=body.flag("anonymous"),
    )
    return web.json_response({"message_id": number})


def _group(chat: Chat) -> Json:
    return {
        "id": chat.id,
        "title": chat.name,
        "type": chat.kind,
        "members": chat.members,
        "administrators": sorted(chat.administrators),
        "topics": [{"id": number, "name": name} for number, name in chat.topics.items()],
        "kicked": chat.kicked,
    }


_ONE = "/sandbox/groups/{id:-?\\d+}"
ROUTES = [
    web.get("/sandbox/groups", _all),
    web.post("/sandbox/groups", _add),
    web.post(f"{_ONE}/administrators", _promote),
    web.post(f"{_ONE}/migrate", _migrate),
    web.post(f"{_ONE}/kick", _kick),
    web.post(f"{_ONE}/topics", _topic),
    web.delete(f"{_ONE}/topics/{{thread:\\d+}}", _delete_topic),
]
