"""Queries that find the post which told a story first, without reading all the others."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from db.news import ItemKeyRow, ItemRow
from db.upsert import insert
from digests.item import Decision, Item
from digests.links import link_key, proves
from digests.same import LONGEST_AGO, Story, keys, same

_AT_ONCE = 5000  # values in one IN (...): PostgreSQL takes 32,767, SQLite 32,766
_MOST_COMPARED = 25  # posts with which one is compared, those that share most numbers first


@dataclass(frozen=True, slots=True)
class Told:
    """A stored post: what is needed to see whether a new one says the same.

    *id*: the story's first post; *row_id*: the post itself, which may repeat that one.
    """

    id: int
    row_id: int
    feed_id: int | None
    item_id: str
    key: str | None
    story: Story
    decision: Decision
    gone: bool


class Stories:
    """The stored posts that may tell the stories of a batch, and what was added since."""

    def __init__(self, told: Iterable[Told], numbers: Iterable[tuple[int, int]]) -> None:
        self._told = {each.row_id: each for each in told}
        self._with_key: defaultdict[str, list[int]] = defaultdict(list)
        self._with_number: defaultdict[int, list[int]] = defaultdict(list)
        for each in self._told.values():
            self._note_link(each)
        for number, row_id in numbers:
            if row_id in self._told:
                self._with_number[number].append(row_id)

    def first(self, item: Item) -> Told | None:
        """Return the stored post that tells the story of *item*, None if it is new."""
        if (linked := self.linked(item)) is not None:
            return linked
        story = story_of(item)
        shared = Counter(row_id for n in keys(story) for row_id in self._with_number[n])
        near = sorted(shared, key=lambda row_id: (-shared[row_id], row_id))[:_MOST_COMPARED]
        found = [
            self._told[row_id] for row_id in near if same(self._told[row_id].story, story).same
        ]
        return min(found, key=_preferred, default=None)

    def linked(self, item: Item) -> Told | None:
        """Return the stored post with the link of *item*, None if the link proves nothing."""
        key = link_key(item.link) if proves(item.link) else None
        with_key = [self._told[row_id] for row_id in self._with_key[key]] if key else []
        return min(with_key, key=_preferred, default=None)

    def add(self, told: Told) -> None:
        """Take up a post that the batch brought itself."""
        self._told[told.row_id] = told
        self._note_link(told)
        for number in keys(told.story):
            self._with_number[number].append(told.row_id)

    def _note_link(self, told: Told) -> None:
        if told.key is not None:
            self._with_key[told.key].append(told.row_id)


def story_of(item: Item) -> Story:
    """Return what *item* says, as `digests.same` compares it."""
    return Story(item.title, item.link, item.body or item.summary, item.published)


async def stories(session: AsyncSession, items: Sequence[Item], *, now: datetime) -> Stories:
    """Return the stored posts that may tell the stories of *items*.

    Those with the same link, of any age, and those of the last half year that share one of the
    numbers of `digests.same.keys`.
    """
    links = [key for item in items if (key := link_key(item.link)) is not None]
    numbers = {number for item in items for number in keys(story_of(item))}
    shared = await _sharing(session, numbers, since=now - LONGEST_AGO)
    ids = {row_id for _, row_id in shared}
    found: dict[int, ItemRow] = {}
    for column, values in ((ItemRow.link_key, links), (ItemRow.id, list(ids))):
        for start in range(0, len(values), _AT_ONCE):
            some = values[start : start + _AT_ONCE]
            rows = await session.scalars(select(ItemRow).where(column.in_(some)))
            found.update((row.id, row) for row in rows)
    return Stories(map(_told, found.values()), shared)


async def index(session: AsyncSession, items: Sequence[tuple[int, Item]]) -> None:
    """Note the numbers of stored *items* (our id and what it says) in place of any earlier ones."""
    ids = [item_id for item_id, _ in items]
    for start in range(0, len(ids), _AT_ONCE):
        some = ids[start : start + _AT_ONCE]
        await session.execute(delete(ItemKeyRow).where(ItemKeyRow.item_id.in_(some)))
    await index_new(session, items)


async def index_new(session: AsyncSession, items: Sequence[tuple[int, Item]]) -> None:
    """Note the numbers of *items* that have none yet."""
    rows = [
        {"key": number, "item_id": item_id}
        for item_id, item in items
        for number in keys(story_of(item))
    ]
    if rows:
        await session.execute(insert(session, ItemKeyRow).on_conflict_do_nothing(), rows)


async def purge(session: AsyncSession, *, before: datetime) -> int:
    """Delete the numbers of posts of before that moment; return of how many posts."""
    old = select(ItemRow.id).where(ItemRow.first_seen < before)
    gone = await session.execute(
        delete(ItemKeyRow)
        .where(ItemKeyRow.item_id.in_(old))
        .returning(ItemKeyRow.item_id)
        .execution_options(synchronize_session=False)
    )
    return len(set(gone.scalars()))


async def _sharing(
    session: AsyncSession, numbers: Collection[int], *, since: datetime
) -> list[tuple[int, int]]:
    waiting, found = sorted(numbers), list[tuple[int, int]]()
    for start in range(0, len(waiting), _AT_ONCE):
        rows = await session.execute(
            select(ItemKeyRow.key, ItemKeyRow.item_id)
            .join(ItemRow, ItemRow.id == ItemKeyRow.item_id)
            .where(ItemKeyRow.key.in_(waiting[start : start + _AT_ONCE]))
            .where(ItemRow.first_seen >= since)
        )
        found += [(key, item_id) for key, item_id in rows]
    return found


def _told(row: ItemRow) -> Told:
    return Told(
        id=row.same_as or row.id,
        row_id=row.id,
        feed_id=row.feed_id,
        item_id=row.item_id,
        key=row.link_key,
        story=Story(row.title, row.link, row.body or row.summary, row.published or row.first_seen),
        decision=Decision(row.decision),
        gone=row.gone_at is not None,
    )


def _preferred(told: Told) -> tuple[bool, bool, int]:
    """Order: what is not left out, what is still there, what came first."""
    return told.decision is Decision.REJECT, told.gone, told.row_id
