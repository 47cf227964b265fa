"""Photos and files that a person sends to the bot, over HTTP: the bytes are the request's body.

Telegram makes a JPEG in several sizes of a photo, without what the camera wrote into it. The
sandbox keeps the one that it was given, as it is.
"""

from aiohttp import web

from sandbox import files
from sandbox.bodies import who
from sandbox.errors import Impossible, Refused
from sandbox.spec import Json, Upload
from sandbox.state import SANDBOX
from sandbox.world import Sandbox

LONGEST_CAPTION = 1024


def send_photo(sandbox: Sandbox, person_id: int, data: bytes, caption: str = "") -> int:
    """Send a picture as a photo to the bot; return the message's id.

    Raises:
        Impossible: it is no JPEG or PNG, too large, or its caption is too long.
    """
    upload = Upload("photo.jpg", "image/jpeg", data)
    try:
        content: Json = {"photo": files.photo(sandbox.files.take(upload, "photo"))}
    except Refused as exc:
        raise Impossible(str(exc)) from exc
    return _written(sandbox, person_id, content, caption)


def send_document(sandbox: Sandbox, person_id: int, upload: Upload, caption: str = "") -> int:
    """Send a file as it is to the bot; return the message's id.

    Raises:
        Impossible: it is empty or too large, or its caption is too long.
    """
    try:
        content: Json = {"document": files.document(sandbox.files.take(upload, "document"))}
    except Refused as exc:
        raise Impossible(str(exc)) from exc
    return _written(sandbox, person_id, content, caption)


def _written(sandbox: Sandbox, person_id: int, content: Json, caption: str) -> int:
    if len(caption) > LONGEST_CAPTION:
        raise Impossible(f"a caption has at most {LONGEST_CAPTION} characters")
    said: Json = {"caption": caption} if caption else {}
    return sandbox.write(person_id, content | said, None, None)


async def _photo(request: web.Request) -> web.Response:
    data, caption = await request.read(), request.query.get("caption", "")
    number = send_photo(request.app[SANDBOX], who(request), data, caption)
    return web.json_response({"message_id": number})


async def _document(request: web.Request) -> web.Response:
    name = request.query.get("name", "file")
    upload = Upload(name, request.content_type, await request.read())
    caption = request.query.get("caption", "")
    number = send_document(request.app[SANDBOX], who(request), upload, caption)
    return web.json_response({"message_id": number})


ROUTES = (
    web.post("/sandbox/people/{id:\\d+}/photo", _photo),
    web.post("/sandbox/people/{id:\\d+}/document", _document),
)
