"""The people's side over HTTP: JSON under ``/sandbox``, a stream of events, and the web chat.

Not part of the Bot API. What cannot be done is answered 404 (no such person, chat or message), 409
(they cannot do that) or 400 (a wrong request), with ``{"error": "..."}``.
"""

import asyncio
import contextlib
import json
from collections.abc import Awaitable, Callable
from pathlib import Path

from aiohttp import web

from sandbox import groups_api, inline_api, photos
from sandbox.bodies import BadBody, Body, loaded, needed, query_number, read, who
from sandbox.errors import Impossible, NoSuchPerson
from sandbox.faults import Fault
from sandbox.files import picture_type
from sandbox.people import Person, Press
from sandbox.spec import Json
from sandbox.state import SANDBOX
from sandbox.world import Sandbox

PAGE = Path(__file__).parent / "page"
LONGEST_WAIT = 60.0
KEEP_ALIVE = 15.0
SLOW_READER = 10_000  # events kept for a reader that does not read

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def add_routes(app: web.Application) -> None:
    """Add every route of the people's side."""
    app.middlewares.append(_problems)
    one = "/sandbox/people/{id:\\d+}"
    app.router.add_routes(
        [
            web.get("/sandbox/info", _info),
            web.get("/sandbox/people", _people),
            web.post("/sandbox/people", _add_people),
            *groups_api.ROUTES,
            *inline_api.ROUTES,
            *photos.ROUTES,
            web.get(f"{one}/chat", _chat),
            web.post(f"{one}/text", _text),
            web.post(f"{one}/press", _press),
            web.post(f"{one}/location", _location),
            web.post(f"{one}/start", _start),
            web.post(f"{one}/{{change:block|unblock|deactivate}}", _change),
            web.post("/sandbox/faults", _add_fault),
            web.delete("/sandbox/faults", _clear_faults),
            web.get("/sandbox/record", _record),
            web.get("/sandbox/record/counts", _counts),
            web.get("/sandbox/events", _events),
            web.get("/sandbox/files/{file_id}", _file),
            web.get("/", _index),
            web.get("/page/{file:[A-Za-z0-9_.-]+}", _page),
        ]
    )


@web.middleware
async def _problems(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except NoSuchPerson as exc:
        return web.json_response({"error": str(exc)}, status=404)
    except Impossible as exc:
        return web.json_response({"error": str(exc)}, status=409)
    except BadBody as exc:
        return web.json_response({"error": str(exc)}, status=400)


async def _info(request: web.Request) -> web.Response:
    sandbox = request.app[SANDBOX]
    bot = {key: sandbox.bot[key] for key in ("id", "username", "first_name")}
    return web.json_response({"bot": bot, "limits": str(sandbox.limits.rule)})


def _person(sandbox: Sandbox, person: Person) -> Json:
    return {
        "id": person.id,
        "first_name": person.first_name,
        "language_code": person.language_code,
        "blocked": person.blocked,
        "deactivated": person.deactivated,
        "messages": len(sandbox.chats[person.id].messages),
    }


async def _people(request: web.Request) -> web.Response:
    sandbox = request.app[SANDBOX]
    return web.json_response([_person(sandbox, one) for one in sandbox.people.values()])


async def _add_people(request: web.Request) -> web.Response:
    """Add one person, or as many as the list holds; "started": they wrote long ago."""
    sandbox, content = request.app[SANDBOX], await loaded(request)
    bodies = [Body(one) for one in (content if isinstance(content, list) else [content])]
    added = []
    for body in bodies:
        person = sandbox.person(
            body.text("first_name"),
            body.text("language_code", "en"),
            id=body.whole("id"),
            started=body.flag("started"),
        )
        added.append(_person(sandbox, person))
    return web.json_response(added if isinstance(content, list) else added[0], status=201)


async def _chat(request: web.Request) -> web.Response:
    sandbox, person_id = request.app[SANDBOX], who(request)
    messages = sandbox.chat(person_id, chat_id=query_number(request, "chat_id"))
    language = sandbox.known(person_id).language_code.split("-")[0]
    commands = sandbox.profile.offered(person_id, language)
    return web.json_response({"messages": messages, "commands": commands})


async def _text(request: web.Request) -> web.Response:
    body = await read(request)
    if body.has("chat_id") and not body.has("reply_to"):
        return await groups_api.said(request, body)
    number = request.app[SANDBOX].say(
        who(request),
        body.text("text"),
        reply_to=body.whole("reply_to"),
        chat_id=body.whole("chat_id"),
    )
    return web.json_response({"message_id": number})


async def _press(request: web.Request) -> web.Response:
    body = await read(request)
    wait = body.number("wait") if body.has("wait") else 0.0
    press = request.app[SANDBOX].press(
        who(request),
        needed(body, "message_id"),
        body.text("data"),
        forged=body.flag("forged"),
        chat_id=body.whole("chat_id"),
    )
    if wait > 0:
        await press.wait(min(wait, LONGEST_WAIT))
    return web.json_response(_pressed(press))


def _pressed(press: Press) -> Json:
    return {
        "callback_query_id": press.id,
        "answered": press.answered,
        "text": press.text,
        "show_alert": press.show_alert,
    } | ({"url": press.url} if press.url else {})


async def _location(request: web.Request) -> web.Response:
    body = await read(request)
    latitude, longitude = body.number("latitude"), body.number("longitude")
    number = request.app[SANDBOX].share_location(
        who(request), latitude, longitude, reply_to=body.whole("reply_to")
    )
    return web.json_response({"message_id": number})


async def _start(request: web.Request) -> web.Response:
    body = await read(request)
    payload = body.text("payload") if body.has("payload") else ""
    return web.json_response({"message_id": request.app[SANDBOX].start(who(request), payload)})


async def _change(request: web.Request) -> web.Response:
    sandbox, person_id = request.app[SANDBOX], who(request)
    changes = {
        "block": sandbox.block,
        "unblock": sandbox.unblock,
        "deactivate": sandbox.deactivate,
    }
    changes[request.match_info["change"]](person_id)
    return web.json_response(_person(sandbox, sandbox.known(person_id)))


async def _add_fault(request: web.Request) -> web.Response:
    body = await read(request)
    fault = Fault(
        method=body.text("method") if body.has("method") else None,
        chat_id=body.whole("chat_id"),
        times=body.whole("times", 1) or 1,
        error_code=body.whole("error_code"),
        description=body.text("description") if body.has("description") else None,
        retry_after=body.whole("retry_after"),
        drop=body.flag("drop"),
        delay=body.number("delay") if body.has("delay") else 0.0,
    )
    request.app[SANDBOX].faults.add(fault)
    return web.json_response({"planned": fault.times}, status=201)


async def _clear_faults(request: web.Request) -> web.Response:
    request.app[SANDBOX].faults.clear()
    return web.json_response({"planned": 0})


async def _record(request: web.Request) -> web.Response:
    since = query_number(request, "since") or 0
    calls = request.app[SANDBOX].record.calls[max(since, 0) :]
    return web.json_response({"calls": [call.to_json() for call in calls]})


async def _counts(request: web.Request) -> web.Response:
    return web.json_response(request.app[SANDBOX].record.counts())


async def _events(request: web.Request) -> web.StreamResponse:
    """Stream what happens as server-sent events, until the reader or the sandbox goes."""
    response = web.StreamResponse(
        headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"}
    )
    waiting: asyncio.Queue[tuple[str, Json]] = asyncio.Queue(SLOW_READER)
    with request.app[SANDBOX].events.listening(lambda kind, data: _offer(waiting, kind, data)):
        await response.prepare(request)
        with contextlib.suppress(ConnectionResetError):  # the reader has gone: that is the end
            await _tell(response, waiting)
    return response


async def _tell(response: web.StreamResponse, waiting: asyncio.Queue[tuple[str, Json]]) -> None:
    await response.write(b": hello\n\n")
    while True:
        try:
            kind, data = await asyncio.wait_for(waiting.get(), KEEP_ALIVE)
        except TimeoutError:
            await response.write(b": still here\n\n")
            continue
        if kind == "end":
            return
        await response.write(f"event: {kind}\ndata: {json.dumps(data)}\n\n".encode())


def _offer(waiting: asyncio.Queue[tuple[str, Json]], kind: str, data: Json) -> None:
    if waiting.full():
        waiting.get_nowait()  # a slow reader loses the oldest, never holds the bot up
    waiting.put_nowait((kind, data))


async def _file(request: web.Request) -> web.Response:
    found = request.app[SANDBOX].files.by_id(request.match_info["file_id"])
    if found is None:
        raise web.HTTPNotFound
    # by what it is, not by what the bot says: a file must not run as a page of this origin
    picture = picture_type(found)
    headers = {"X-Content-Type-Options": "nosniff"}
    if picture is None:
        headers["Content-Disposition"] = "attachment"
    kind = picture or "application/octet-stream"
    return web.Response(body=found.upload.data, content_type=kind, headers=headers)


async def _index(_request: web.Request) -> web.StreamResponse:
    return _static("index.html")


async def _page(request: web.Request) -> web.StreamResponse:
    return _static(request.match_info["file"])


def _static(name: str) -> web.StreamResponse:
    path = PAGE / name
    if not path.is_file():
        return web.Response(status=404, text=f"The web chat is not installed: no {name} found.\n")
    return web.FileResponse(path, headers={"Cache-Control": "no-cache"})
