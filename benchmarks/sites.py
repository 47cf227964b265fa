"""A thousand small sites in one process: each address of 127.1.0.0/16 is a site with a feed.

``python -m benchmarks.sites PORT``. The feed has ten posts and an ETag; ``POST /edition/N`` on
any site makes all of them publish one post more.
"""

import random
import sys
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from aiohttp import web

POSTS = 10
_TEXT = (
    "advice appointment asylum benefit borough café campaign care centre charity children city "
    "class clinic club college community council course date dentist door drop English evening "
    "families food form free friends funding garden group guide health help home hostel hours "
    "housing interpreter job language law leader learn Leeds letter library meeting member mental "
    "migrant money morning mother network number nurse open partner people phone place policy "
    "project refugee register rent right room safe school service session share solicitor staff "
    "story street student support survey team tenant training travel volunteer ward week welcome "
    "women work worker workshop yoga young"
)
_SOUNDS = "an ber cor den el fin gar hol is jo ka lin mo nor ot pel qui ra sel tor um ver wil"
_SYLLABLES = _SOUNDS.split()
# no two posts may read alike: names and words that no other post has are most of a real one
_STRANGE = [a + b + c for a in _SYLLABLES for b in _SYLLABLES for c in _SYLLABLES]
_WORDS = _TEXT.split()
_SITE = "<rss version='2.0'><channel><title>Site {host}</title>{items}</channel></rss>"
_ITEM = (
    "<item><guid>{url}</guid><title>{title}</title><link>{url}</link>"
    "<pubDate>{date}</pubDate><description>{text}</description></item>"
)


def feed(host: str, edition: int, now: datetime) -> str:
    """Return the feed of *host* after it published *edition* posts beyond the first ten."""
    items = []
    for number in range(edition + POSTS, edition, -1):
        dice = random.Random(f"{host} {number}")
        items.append(
            _ITEM.format(
                url=f"http://{host}/post-{number}",
                title=_said(dice, 8),
                date=format_datetime(now - timedelta(hours=20 - number)),
                text=" ".join(_said(dice, 12) + "." for _ in range(10)),
            )
        )
    return _SITE.format(host=host, items="".join(items))


def _said(dice: random.Random, words: int) -> str:
    """Return so many words as a sentence, two of three from a large vocabulary."""
    return " ".join(
        dice.choice(_WORDS if number % 3 == 0 else _STRANGE) for number in range(words)
    ).capitalize()


def main() -> None:
    """Serve until the process is ended."""
    edition, began = 0, datetime.now(UTC)
    bodies: dict[tuple[str, int], bytes] = {}

    async def published(request: web.Request) -> web.Response:
        nonlocal edition
        edition = int(request.match_info["number"])
        return web.Response()

    async def shown(request: web.Request) -> web.Response:
        host, tag = request.host.partition(":")[0], f'"{edition}"'
        if request.headers.get("If-None-Match") == tag:
            return web.Response(status=304, headers={"ETag": tag})
        if (host, edition) not in bodies:
            bodies[host, edition] = feed(host, edition, began).encode()
        return web.Response(
            body=bodies[host, edition],
            content_type="application/rss+xml",
            headers={"ETag": tag},
        )

    app = web.Application()
    app.router.add_post("/edition/{number}", published)
    app.router.add_get("/news.xml", shown)
    web.run_app(app, host="0.0.0.0", port=int(sys.argv[1]), print=None, access_log=None)  # noqa: S104  (all of 127/8)


if __name__ == "__main__":
    main()
