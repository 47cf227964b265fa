"""What all pages of the digest have in common: language, headers, and answers that are known."""

import hashlib
import re
from datetime import UTC, datetime
from email.utils import format_datetime
from http import HTTPStatus

from aiohttp import web

import locales
from digests.templating import style_source

_POLICY = (
    f"default-src 'none'; style-src {style_source()}; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
_ALWAYS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
_HOST = re.compile(r"[A-Za-z0-9.-]{1,253}(:[0-9]{1,5})?|\[[0-9A-Fa-f:.]{2,45}\](:[0-9]{1,5})?")
_ACCEPTED = re.compile(r"\s*([A-Za-z0-9-]{1,35})\s*(?:;\s*q\s*=\s*([01](?:\.[0-9]{0,3})?)\s*)?")
_MOST_ACCEPTED = 20  # languages that are looked at in a header


def language(request: web.Request) -> str:
    """Return the language of the answer: of ``?lang=``, else of the browser, else English."""
    if (asked := request.query.get("lang")) is not None:
        return locales.choose(asked)
    header = request.headers.get("Accept-Language", "")
    parts = map(_ACCEPTED.fullmatch, header.split(",")[:_MOST_ACCEPTED])
    wanted = [(float(found[2] or 1), found[1]) for found in parts if found is not None]
    for _, tag in sorted(wanted, key=lambda each: -each[0]):
        chosen = locales.choose(tag)
        if chosen != locales.SOURCE or tag.lower().startswith(locales.SOURCE):
            return chosen
    return locales.SOURCE


def home(request: web.Request) -> str:
    """Return the address of the server as the reader used it."""
    host = request.host if _HOST.fullmatch(request.host) else "localhost"
    return f"{request.scheme}://{host}"


def public(
    request: web.Request,
    body: bytes,
    *,
    kind: str = "text/html",
    changed_at: datetime | None = None,
    age: int = 300,
) -> web.Response:
    """Return a page for everybody, or 304 where the reader has it already (RFC 9110, 13.1.2).

    *age*: for how many seconds nobody need ask again.
    """
    tag = f'"{hashlib.blake2b(body, digest_size=16).hexdigest()}"'
    headers = {
        **_ALWAYS,
        "ETag": tag,
        "Cache-Control": f"public, max-age={age}",
        "Vary": "Accept-Language",
    }
    if changed_at is not None:
        headers["Last-Modified"] = format_datetime(changed_at.astimezone(UTC), usegmt=True)
    known = [each.strip() for each in request.headers.get("If-None-Match", "").split(",")]
    if "*" in known or tag in (each.removeprefix("W/") for each in known):
        return web.Response(status=HTTPStatus.NOT_MODIFIED, headers=headers)
    return web.Response(body=body, content_type=kind, charset="utf-8", headers=headers)


def private(text: str, *, status: HTTPStatus = HTTPStatus.OK) -> web.Response:
    """Return a page that is for one reader only: nobody keeps it or lists it."""
    headers = {**_ALWAYS, "Cache-Control": "no-store", "X-Robots-Tag": "noindex"}
    return web.Response(
        text=text, status=status, content_type="text/html", charset="utf-8", headers=headers
    )


def picture(content: bytes, kind: str) -> web.Response:
    """Return a picture, also for mail programs on other sites."""
    headers = {**_ALWAYS, "Cache-Control": "public, max-age=86400"}
    return web.Response(body=content, content_type=kind, headers=headers)
