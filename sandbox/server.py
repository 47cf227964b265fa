"""The sandbox over HTTP: the Bot API for the bot, and ``/sandbox`` for its people.

Everything under ``/bot<token>`` behaves as Telegram; see `sandbox.people_api` for the rest. It is
bound to the loopback address unless told otherwise: whoever reaches it can be anybody in it.
"""

import asyncio
import hmac
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import parse_qsl

from aiohttp import BodyPartReader, web

from sandbox import methods, people_api
from sandbox.errors import Refused, bad_request
from sandbox.spec import Json, Upload
from sandbox.state import SANDBOX
from sandbox.world import Sandbox

LARGEST_BODY = 60 * 1024 * 1024
UNAUTHORIZED = Refused(401, "Unauthorized")


def create(sandbox: Sandbox) -> web.Application:
    """Return the web application of this sandbox."""
    app = web.Application(client_max_size=LARGEST_BODY)
    app[SANDBOX] = sandbox
    app.router.add_route("*", "/bot{token}/{method}", _bot_call)
    app.router.add_get("/file/bot{token}/{path:.+}", _download)
    people_api.add_routes(app)
    app.on_shutdown.append(_close)
    return app


@asynccontextmanager
async def serve(sandbox: Sandbox, *, host: str = "127.0.0.1", port: int = 0) -> AsyncIterator[str]:
    """Serve while the block runs, and give its address; port 0 takes a free one."""
    runner = web.AppRunner(
        create(sandbox),
        access_log=None,
        handler_cancellation=True,  # a poller that hangs up no longer counts as one
        shutdown_timeout=1.0,
    )
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
        bound_host, bound_port = runner.addresses[0][:2]
        shown = f"[{bound_host}]" if ":" in bound_host else bound_host
        yield f"http://{shown}:{bound_port}"
    finally:
        await runner.cleanup()


async def _close(app: web.Application) -> None:
    await app[SANDBOX].close()


async def _bot_call(request: web.Request) -> web.StreamResponse:
    sandbox = request.app[SANDBOX]
    try:
        _check_token(request)
        answer = await methods.answer(sandbox, request.match_info["method"], await _params(request))
    except Refused as refused:
        answer = methods.refuse(refused)
    if answer.delay:
        await asyncio.sleep(answer.delay)
    if answer.drop and request.transport is not None:
        request.transport.abort()
    return web.Response(body=answer.body, status=answer.status, content_type="application/json")


def _check_token(request: web.Request) -> None:
    given, wanted = request.match_info["token"], request.app[SANDBOX].token
    if not hmac.compare_digest(given.encode(), wanted.encode()):
        raise UNAUTHORIZED


async def _params(request: web.Request) -> Json:
    """Return the parameters from the address and from whichever body there is."""
    params: Json = dict(request.query) if request.query_string else {}
    if request.method == "GET" or not request.body_exists:
        return params
    kind = request.content_type
    if kind == "application/json":
        return params | _json_params(await request.read())
    if kind == "application/x-www-form-urlencoded":
        return params | _form_params(await request.read())
    if kind == "multipart/form-data":
        return params | await _multipart(request)
    return params


def _json_params(body: bytes) -> Json:
    try:
        found = json.loads(body or b"{}")
    except ValueError as exc:
        raise bad_request("can't parse request JSON object") from exc
    if not isinstance(found, dict):
        raise bad_request("can't parse request JSON object")
    # null is how some clients say "not given"
    return {name: value for name, value in found.items() if value is not None}


def _form_params(body: bytes) -> Json:
    try:
        return dict(parse_qsl(body.decode(), keep_blank_values=True))
    except ValueError as exc:
        raise bad_request("strings must be encoded in UTF-8") from exc


async def _multipart(request: web.Request) -> Json:
    """Return fields and files; a field ``attach://NAME`` becomes the file of that name."""
    fields: Json = {}
    files: dict[str, Upload] = {}
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader) or part.name is None:
            raise bad_request("can't parse multipart body")
        if part.filename is None:
            fields[part.name] = (await part.read(decode=True)).decode()
        else:
            files[part.name] = await _upload(part)
    for name, value in fields.items():
        if isinstance(value, str) and value.startswith("attach://"):
            attached = files.pop(value.removeprefix("attach://"), None)
            if attached is None:
                raise bad_request(f'file "{value}" is not attached')
            fields[name] = attached
    return fields | files


async def _upload(part: BodyPartReader) -> Upload:
    content_type = part.headers.get("Content-Type", "application/octet-stream")
    return Upload(part.filename or "file", content_type, bytes(await part.read(decode=True)))


async def _download(request: web.Request) -> web.Response:
    try:
        _check_token(request)
    except Refused as refused:
        answer = methods.refuse(refused)
        return web.Response(body=answer.body, status=answer.status)
    file = request.app[SANDBOX].files.at(request.match_info["path"])
    if file is None:
        raise web.HTTPNotFound
    return web.Response(body=file.upload.data, content_type="application/octet-stream")
