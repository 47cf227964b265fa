"""The feeds of the demo: our own, as if they were written this week, and real ones if any."""

import hashlib
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from aiohttp import web

_ROOT = Path(__file__).parents[2]
OWN = _ROOT / "packs" / "demo" / "feeds"
CORPUS = _ROOT.parent / "shared" / "data" / "feeds"  # real feeds, where somebody has them
WRITTEN = datetime(2026, 11, 16, tzinfo=UTC)  # the Monday of the week that our own feeds tell of
_FEWEST_ITEMS = 4  # of a real feed that is worth showing
_WORDPRESS = re.compile(rb"<generator>https?://wordpress\.org/")
_MONTHS = "January February March April May June July August September October November December"
_SHORT = tuple(month[:3] for month in _MONTHS.split())
# the moment of a post (RFC 822), and a day that its text names
_MOMENT = re.compile(r"\b(\d{1,2}) (Nov|Dec) (2026)\b")
_DAY = re.compile(r"\b(\d{1,2}) (November|December)\b")


def files(now: datetime) -> dict[str, bytes]:
    """Return our own feeds by name, moved to the week of *now*, and the real WordPress feeds.

    Moved by whole weeks, so that "Tuesday 1 December" stays a Tuesday, whenever that is.
    """
    weeks = timedelta(weeks=(now - WRITTEN) // timedelta(weeks=1))
    found = {
        path.name: _moved(path.read_text("utf-8"), weeks) for path in sorted(OWN.glob("*.xml"))
    }
    if CORPUS.is_dir():
        real = {path.name: path.read_bytes() for path in CORPUS.glob("*__feed__index.xml")}
        found |= {name: body for name, body in sorted(real.items()) if _is_real(body)}
    return found


def count_real(names: Mapping[str, bytes]) -> int:
    """Return how many of them come from real sites."""
    return sum((CORPUS / name).is_file() for name in names)


@asynccontextmanager
async def server(bodies: Mapping[str, bytes]) -> AsyncIterator[str]:
    """Serve feeds as web sites do, with validators, so that a second poll gets "unchanged"."""

    async def answer(request: web.Request) -> web.StreamResponse:
        body = bodies.get(request.match_info["name"])
        if body is None:
            raise web.HTTPNotFound
        tag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        if request.headers.get("If-None-Match") == tag:
            return web.Response(status=304, headers={"ETag": tag})
        return web.Response(body=body, content_type="application/rss+xml", headers={"ETag": tag})

    site = web.Application()
    site.router.add_get("/{name}", answer)
    runner = web.AppRunner(site, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        host, port = runner.addresses[0][:2]
        yield f"http://{host}:{port}"
    finally:
        await runner.cleanup()


def _moved(text: str, weeks: timedelta) -> bytes:
    def moment(found: re.Match[str]) -> str:
        day = _of(found[1], _SHORT.index(found[2]) + 1) + weeks
        return f"{day.day:02} {_SHORT[day.month - 1]} {day.year}"

    def day(found: re.Match[str]) -> str:
        moved = _of(found[1], _MONTHS.split().index(found[2]) + 1) + weeks
        return f"{moved.day} {_MONTHS.split()[moved.month - 1]}"

    return _DAY.sub(day, _MOMENT.sub(moment, text)).encode()


def _of(day: str, month: int) -> datetime:
    return datetime(WRITTEN.year, month, int(day), tzinfo=UTC)


def _is_real(body: bytes) -> bool:
    return bool(_WORDPRESS.search(body)) and body.count(b"<item>") >= _FEWEST_ITEMS
