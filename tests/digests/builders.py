"""Feeds, items and a store in memory for the tests of digests."""

import asyncio
import dataclasses
from datetime import UTC, datetime
from pathlib import Path

from digests.feed import Feed, Reading, Trust
from digests.item import ARCHIVE, Decision, Item, JudgedItem, StoredItem, Verdict
from digests.topics import Topic

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
TOPICS = tuple(Topic(name, {"en": name.title()}, (name,)) for name in ("housing", "legal", "esol"))


def a_feed(number=1, **more):
    url = more.pop("url", f"https://site{number}.example/feed")
    return Feed(number, url, more.pop("title", None), NOW, **more)


def an_item(item_id="1", **more):
    words = {"title": f"Post {item_id}", "summary": "It says something.", "published": NOW}
    return Item(item_id=item_id, **{"link": f"https://site.example/{item_id}", **words, **more})


def judged(item_id="1", decision=Decision.ACCEPT):
    return JudgedItem(an_item(item_id), Verdict(decision, (), ("housing",)))


def stored(number=1, topics=("housing",), *, decision=Decision.ACCEPT, week=None, **more):
    fields = {f.name for f in dataclasses.fields(StoredItem)} - {"item"}
    ours = {name: more.pop(name) for name in fields & set(more)}
    item = an_item(str(number), **more)
    return StoredItem(number, 1, item, decision, (), tuple(topics), NOW, week, **ours)


_WORDS = Path(__file__).parents[2].joinpath("docs", "architecture.md").read_text("utf-8").split()


def big_item(number, first, count):
    """Return an item of RSS that says *count* words, from the *first* of a long text on."""
    said = " ".join(word.strip("<>&`|") for word in _WORDS[first : first + count])
    return (
        f"<item><guid>{number}</guid><title>Post {number} {said[:40]}</title>"
        f"<link>https://big.example/post-{number}-of-many</link>"
        f"<description><![CDATA[<p>{said}</p>]]></description></item>"
    )


def big_feed(*items):
    """Return a feed in RSS with *items*."""
    head = '<rss version="2.0"><channel><title>A big feed</title>'
    return f"{head}{''.join(items)}</channel></rss>".encode()


class MemoryFeedStore:
    """A working `FeedStore` without a database."""

    def __init__(self, *feeds):
        self.feeds = {feed.id: feed for feed in feeds}
        self.items = {}
        self.archived = []

    async def due(self, now, limit):
        ready = [f for f in self.feeds.values() if f.next_check <= now and not f.stopped]
        return sorted(ready, key=lambda feed: feed.next_check)[:limit]

    async def words(self, feed_id):
        return {item_id: None for feed, item_id in self.items if feed == feed_id}

    async def known(self, feed_id, item_ids):
        return {item_id for item_id in item_ids if (feed_id, item_id) in self.items}

    async def apply(self, update, now):
        await asyncio.sleep(0)
        before = len(self.items)
        self.feeds[update.feed.id] = update.feed
        for each in update.items:
            self.items.setdefault((update.feed.id, each.item.item_id), each)
            if update.archive:
                self.archived.append((each.item.item_id, ARCHIVE))
        return len(self.items) - before


class FakeReader:
    """Makes an accepted item of each word of the body; raises what the body asks for."""

    def __init__(self, raises=None):
        self.raises = raises

    def learn(self, examples):
        """Learn nothing."""

    async def read(self, body, url, now, trust=Trust.WATCHED, words=()):
        if self.raises is not None:
            raise self.raises
        return Reading("A site", tuple(judged(word) for word in body.decode().split()))
