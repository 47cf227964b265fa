"""Queries about what sites do to posts after we stored them: words changed, posts deleted.

Words change with their site until an edition has them; after that a change that matters is
kept beside what was sent, and a coordinator is asked. A post that only those got who want news
daily changes too, for the edition to come, and a coordinator is asked whether they are to hear
of it. A post that its site deleted before it was sent waits for a coordinator.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, Select, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from db import alike
from db.documents import TEXTS, dump
from db.items import GONE, LEFT_OUT, item_values, stored, verdict_values
from db.news import ItemRow
from db.sending import EditionRow
from digests.feed import FeedUpdate
from digests.item import ARCHIVE, Decision, Item, JudgedItem, StoredItem, Verdict
from digests.revision import Revision, What, fingerprint, revision
from locales.errors import N_, Text

DELETED = Text(N_("It was deleted from its site after it was collected."))
_REVISION = TypeAdapter(Revision)
_AT_ONCE = 5000
_RECENT = timedelta(days=120)  # a post sent earlier than that is corrected no more
_MOST_OLDER = 3  # posts on the page that are older, so that one between them must be there too


@dataclass(frozen=True, slots=True)
class Revised:
    """A post that was sent, and how its site has it now.

    *only_daily*: those who want news daily got the old words, and nobody else did or will.
    """

    item: StoredItem
    now: Revision
    only_daily: bool = False


async def follow(session: AsyncSession, update_: FeedUpdate, now: datetime) -> None:
    """Take over what the feed's page shows to be changed, deleted, or there again."""
    shown = [*update_.items, *update_.seen]
    if update_.archive or update_.further or not shown:
        return
    await _edited(session, update_.feed.id, update_.seen, now)
    await _deleted(session, update_.feed.id, [each.item for each in shown], now)


async def revised(session: AsyncSession, *, now: datetime) -> list[Revised]:
    """Return the sent posts whose sites changed something that matters, oldest change first."""
    rows = await session.execute(
        _changes().where(ItemRow.first_seen > now - _RECENT).order_by(ItemRow.edited_at, ItemRow.id)
    )
    return [_revised(*row) for row in rows]


async def find(session: AsyncSession, item_id: int) -> Revised | None:
    """Return the sent post with our *item_id* and its change, None if there is no change."""
    found = (await session.execute(_changes().where(ItemRow.id == item_id))).one_or_none()
    return None if found is None else _revised(*found)


async def correct(
    session: AsyncSession, item_id: int, *, mark: str, by: int, now: datetime
) -> int | None:
    """Make a post that puts the sent one right and return our id; None if somebody else did.

    It is accepted, for the next edition; where only those who want news daily got the old
    words, for them and for no edition. *mark*: of the change that the coordinator saw
    (`digests.revision.mark`).
    """
    found = (
        await session.execute(_changes().where(ItemRow.id == item_id).with_for_update(of=ItemRow))
    ).one_or_none()
    if found is None or (changed := _revised(*found)).now.mark != mark:
        return None
    row: ItemRow = found[0]
    fixed = ItemRow(
        **_copied(row, changed.now),
        item_id=f"correction:{row.id}:{mark}",
        corrects=row.id,
        first_seen=now,
        decision=Decision.ACCEPT,
        decided_by=by,
        decided_at=now,
        pinned=False,
        week=ARCHIVE if changed.only_daily else None,
        position=0 if changed.only_daily else None,
    )
    session.add(fixed)
    row.revised = None
    await session.flush()
    return fixed.id


async def leave(session: AsyncSession, item_id: int, *, mark: str) -> bool:
    """Forget the change of a sent post; False if it is another one by now, or none."""
    found = await find(session, item_id)
    if found is None or found.now.mark != mark:
        return False
    done = await session.scalars(
        update(ItemRow)
        .where(ItemRow.id == item_id, *_is_revised())
        .values(revised=None)
        .returning(ItemRow.id)
    )
    return done.one_or_none() is not None


async def deleted(session: AsyncSession, *, since: datetime) -> list[StoredItem]:
    """Return the posts deleted by their sites since then that wait for a coordinator."""
    rows = await session.scalars(
        select(ItemRow)
        .where(ItemRow.gone_at >= since, ItemRow.week.is_(None))
        .where(ItemRow.decision == Decision.REVIEW, ItemRow.decided_at.is_(None))
        .order_by(ItemRow.gone_at, ItemRow.id)
    )
    return [stored(row) for row in rows]


async def _edited(
    session: AsyncSession, feed_id: int, seen: Sequence[JudgedItem], now: datetime
) -> None:
    by_id = {each.item.item_id: each for each in seen}
    ids, again = list(by_id), list[tuple[int, Item]]()
    for start in range(0, len(ids), _AT_ONCE):
        rows = await session.scalars(
            _locked()
            .where(ItemRow.feed_id == feed_id, ItemRow.item_id.in_(ids[start : start + _AT_ONCE]))
            .where(ItemRow.emptied_at.is_(None))
        )
        for row in rows:
            each = by_id[row.item_id]
            if row.gone_at is not None:
                _is_back(row)
            if row.words == fingerprint(each.item):
                continue
            if _is_in_edition(row):
                _revise(row, each, now)
            else:
                if row.daily_on is not None:
                    _note_for_daily(row, each)
                _rewrite(row, each, now)
                again += [(row.id, each.item)] if row.same_as is None else []
    await session.flush()
    await alike.index(session, again)


def _is_in_edition(row: ItemRow) -> bool:
    return row.week is not None and row.week != ARCHIVE and row.position is not None


def _note_for_daily(row: ItemRow, each: JudgedItem) -> None:
    """Note what changed for those who got *row* with the news of a day, earlier changes too."""
    earlier = None if row.revised is None else _REVISION.validate_python(row.revised)
    changed = revision(stored(row), each.item, each.verdict) if row.words is not None else None
    known = [found.what for found in (earlier, changed) if found is not None]
    if not known:
        return
    what = tuple(part for part in What if any(part in found for found in known))
    item, verdict = each.item, each.verdict
    now = Revision(item.title, item.link, item.summary, what, verdict.occasions, verdict.place)
    row.revised = dump(_REVISION, now)


def _rewrite(row: ItemRow, each: JudgedItem, now: datetime) -> None:
    """Take the site's new words; what a person decided or wrote stays."""
    values = item_values(each.item) | verdict_values(each.verdict)
    if row.decided_at is not None or row.same_as is not None or _ours(row):
        del values["decision"], values["reasons"]
    for name, value in values.items():
        setattr(row, name, value)
    row.edited_at = now


def _ours(row: ItemRow) -> bool:
    """Say whether it waits for another reason than the judge's: for that the judge has no word."""
    reasons = TEXTS.validate_python(row.reasons)
    return row.decision == Decision.REVIEW and any(
        reason in (LEFT_OUT, GONE, DELETED) for reason in reasons
    )


def _revise(row: ItemRow, each: JudgedItem, now: datetime) -> None:
    """Note what changed in a post that was sent, if it matters; words that do not are nothing."""
    # None: stored before we kept it, by a judge who found other dates
    changed = revision(stored(row), each.item, each.verdict) if row.words is not None else None
    document = None if changed is None else dump(_REVISION, changed)
    if document != row.revised:
        row.revised, row.edited_at = document, now
    row.words = fingerprint(each.item)


def _is_back(row: ItemRow) -> None:
    row.gone_at = None
    reasons = TEXTS.validate_python(row.reasons)
    if DELETED in reasons:
        row.reasons = dump(TEXTS, tuple(each for each in reasons if each != DELETED))
        if row.decision == Decision.REVIEW:
            row.decision = Decision.ACCEPT  # as it was before


async def _deleted(
    session: AsyncSession, feed_id: int, shown: Sequence[Item], now: datetime
) -> None:
    """Note the posts that must be on the page, by their dates, and are not.

    A page shows the latest posts, sometimes below one that stays on top for years. So a post
    that is missing counts as deleted only when several older ones are there.
    """
    dates = sorted(each.published for each in shown if each.published is not None)
    needed = max(1, min(_MOST_OLDER, len(shown) // 2))
    if len(dates) < needed:
        return
    rows = await session.scalars(
        _locked().where(
            ItemRow.feed_id == feed_id,
            ItemRow.week.is_(None),
            ItemRow.gone_at.is_(None),
            ItemRow.emptied_at.is_(None),
            ItemRow.corrects.is_(None),
            ItemRow.published > dates[needed - 1],
            ItemRow.decision != Decision.REJECT,
        )
    )
    there = {each.item_id for each in shown}
    for row in rows:
        reasons = TEXTS.validate_python(row.reasons)
        if row.item_id in there or DELETED in reasons:
            continue  # a coordinator who has been asked is not asked again
        row.gone_at = now
        if row.decision == Decision.ACCEPT and row.same_as is None:
            row.decision, row.reasons = Decision.REVIEW, dump(TEXTS, (DELETED, *reasons))
            row.decided_at = row.decided_by = None
    await session.flush()


def _locked() -> Select[ItemRow]:
    """Return a query of items as they are when nobody else is at them, in order of their ids.

    What is done to them depends on what they are: a coordinator who decides, or approves an
    edition, at the same moment must not be overruled by what was read before.
    """
    locked = select(ItemRow).order_by(ItemRow.id).with_for_update(of=ItemRow)
    return locked.execution_options(populate_existing=True)


def _changes() -> Select[ItemRow, datetime | None]:
    """Return the query of changed posts, with when the edition that has each was approved."""
    return (
        select(ItemRow, EditionRow.decided_at)
        .outerjoin(EditionRow, EditionRow.week == ItemRow.week)
        .where(*_is_revised())
    )


def _is_revised() -> tuple[ColumnElement[bool], ...]:
    # JSON null is no SQL NULL; emptied posts have no words to be put right
    return ItemRow.revised.is_not(None), ItemRow.emptied_at.is_(None)


def _revised(row: ItemRow, approved_at: datetime | None) -> Revised:
    before = approved_at is not None and row.edited_at is not None and row.edited_at <= approved_at
    only_daily = row.daily_on is not None and (row.week is None or before)
    return Revised(stored(row), _REVISION.validate_python(row.revised), only_daily)


def _copied(row: ItemRow, now: Revision) -> Mapping[str, Any]:  # Any: values of several types
    item = Item(
        item_id="",
        title=now.title,
        link=now.link,
        summary=now.summary,
        published=row.published,
        source=row.source,
        body=row.body,
    )
    verdict = Verdict(
        Decision.ACCEPT, (), tuple(row.topics), now.occasions, now.place, row.expires_on
    )
    values = item_values(item) | verdict_values(verdict)
    del values["decision"]
    return values | {"feed_id": row.feed_id}
