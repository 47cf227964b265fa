"""Which web addresses of the directory lead nowhere: asked politely, one server at a time."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from urllib.parse import urlsplit

from digests.errors import FetchError
from digests.feed import Feed, Fetcher
from locales.errors import Text

AT_ONCE = 8  # servers


async def dead(fetcher: Fetcher, addresses: Iterable[str]) -> dict[str, Text]:
    """Return the *addresses* that could not be read, each with the reason.

    With the network safety of feeds. A server is asked for one address at a time.
    """
    by_host: dict[str, list[str]] = defaultdict(list)
    for address in dict.fromkeys(addresses):
        by_host[urlsplit(address).netloc.casefold()].append(address)
    room = asyncio.Semaphore(AT_ONCE)

    async def ask(asked: Sequence[str]) -> dict[str, Text]:
        async with room:
            found = [(address, await _problem(fetcher, address)) for address in asked]
        return {address: reason for address, reason in found if reason is not None}

    answers = await asyncio.gather(*(ask(asked) for asked in by_host.values()))
    return {address: reason for answer in answers for address, reason in answer.items()}


async def _problem(fetcher: Fetcher, address: str) -> Text | None:
    try:
        await fetcher.fetch(Feed(0, address, None, datetime.now(UTC)))
    except FetchError as exc:
        return exc.reason
    return None
