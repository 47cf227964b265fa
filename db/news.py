"""The tables of feeds and of what they bring."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
    exists,
)
from sqlalchemy.orm import Mapped, column_property, mapped_column

from db.base import NOBODY, PARTNER_ACT, STAFF_ACT, STAFF_TEXT, Base


class FeedRow(Base):
    """A feed and what is remembered between two attempts."""

    __tablename__ = "feeds"

    id: Mapped[int] = mapped_column(primary_key=True, info=NOBODY)
    url: Mapped[str] = mapped_column(unique=True, info=NOBODY)
    title: Mapped[str | None] = mapped_column(info=NOBODY)
    next_check: Mapped[datetime] = mapped_column(index=True, info=NOBODY)
    etag: Mapped[str | None] = mapped_column(info=NOBODY)
    last_modified: Mapped[str | None] = mapped_column(info=NOBODY)
    failures: Mapped[int] = mapped_column(info=NOBODY)
    failing_since: Mapped[datetime | None] = mapped_column(info=NOBODY)
    error: Mapped[str | None] = mapped_column(info=NOBODY)
    moved_to: Mapped[str | None] = mapped_column(info=NOBODY)
    moves: Mapped[int] = mapped_column(info=NOBODY)
    stopped: Mapped[bool] = mapped_column(info=NOBODY)
    told: Mapped[bool] = mapped_column(info=NOBODY)
    trust: Mapped[str] = mapped_column(String(8), info=NOBODY)
    checked_at: Mapped[datetime | None] = mapped_column(info=NOBODY)
    changed_at: Mapped[datetime | None] = mapped_column(info=NOBODY)
    back_page: Mapped[int | None] = mapped_column(info=NOBODY)
    back_to: Mapped[str | None] = mapped_column(String(8), info=NOBODY)
    back_url: Mapped[str | None] = mapped_column(info=NOBODY)


class PictureRow(Base):
    """The picture of what a partner wrote: for Telegram its file id, for pages its bytes."""

    __tablename__ = "item_pictures"

    item_id: Mapped[int] = mapped_column(
        ForeignKey("items.id", ondelete="CASCADE"), primary_key=True, info=NOBODY
    )
    file_id: Mapped[str] = mapped_column(info=NOBODY)
    mime: Mapped[str] = mapped_column(String(64), info=NOBODY)
    content: Mapped[bytes] = mapped_column(LargeBinary, info=NOBODY)
    alt: Mapped[str] = mapped_column(info=NOBODY)


class ItemRow(Base):
    """A post, stored once and kept: what it says, the verdict, and a coordinator's decision.

    *feed_id*: None for what a partner wrote, and when its feed is followed no more.
    *link_key*: its link in a form in which equal links are equal. *words*: a hash of what it
    says, to see that its site changed it; *revised*: what it says now, when it had been sent
    before. *label*: what a person says that it is, "spam" or "ham", for the judge to learn.
    *emptied_at*: when its words were deleted; the row stays, so that it does not come anew.
    """

    __tablename__ = "items"

    id: Mapped[int] = mapped_column(primary_key=True, info=NOBODY)
    feed_id: Mapped[int | None] = mapped_column(
        ForeignKey("feeds.id", ondelete="SET NULL"), info=NOBODY
    )
    item_id: Mapped[str] = mapped_column(info=NOBODY)
    title: Mapped[str] = mapped_column(info=NOBODY)
    link: Mapped[str | None] = mapped_column(index=True, info=NOBODY)
    link_key: Mapped[str | None] = mapped_column(index=True, info=NOBODY)
    summary: Mapped[str] = mapped_column(info=NOBODY)
    body: Mapped[str] = mapped_column(info=NOBODY)
    words: Mapped[str | None] = mapped_column(String(64), info=NOBODY)
    published: Mapped[datetime | None] = mapped_column(info=NOBODY)
    source: Mapped[str | None] = mapped_column(info=NOBODY)
    decision: Mapped[str] = mapped_column(String(16), info=NOBODY)
    reasons: Mapped[list[Any]] = mapped_column(info=NOBODY)
    topics: Mapped[list[Any]] = mapped_column(info=NOBODY)
    occasions: Mapped[list[Any]] = mapped_column(info=NOBODY)
    place: Mapped[str | None] = mapped_column(info=NOBODY)
    expires_on: Mapped[date | None] = mapped_column(index=True, info=NOBODY)
    spam: Mapped[float | None] = mapped_column(info=NOBODY)
    first_seen: Mapped[datetime] = mapped_column(info=NOBODY)
    edited_at: Mapped[datetime | None] = mapped_column(info=NOBODY)
    gone_at: Mapped[datetime | None] = mapped_column(info=NOBODY)
    emptied_at: Mapped[datetime | None] = mapped_column(info=NOBODY)
    revised: Mapped[dict[str, Any] | None] = mapped_column(info=NOBODY)
    same_as: Mapped[int | None] = mapped_column(
        ForeignKey("items.id", ondelete="SET NULL"), index=True, info=NOBODY
    )
    corrects: Mapped[int | None] = mapped_column(
        ForeignKey("items.id", ondelete="SET NULL"), info=NOBODY
    )
    week: Mapped[str | None] = mapped_column(String(8), info=NOBODY)
    position: Mapped[int | None] = mapped_column(info=NOBODY)
    daily_on: Mapped[date | None] = mapped_column(index=True, info=NOBODY)
    pinned: Mapped[bool] = mapped_column(info=NOBODY)
    headline: Mapped[str | None] = mapped_column(info=STAFF_TEXT)
    line: Mapped[str | None] = mapped_column(info=STAFF_TEXT)
    label: Mapped[str | None] = mapped_column(String(8), index=True, info=NOBODY)
    submitted_by: Mapped[int | None] = mapped_column(BigInteger, info=PARTNER_ACT)
    decided_by: Mapped[int | None] = mapped_column(BigInteger, info=STAFF_ACT)
    decided_at: Mapped[datetime | None] = mapped_column(info=STAFF_ACT)

    # no column: whether it has a picture, wherever the row is read
    pictured: Mapped[bool] = column_property(
        exists().where(PictureRow.item_id == id).correlate_except(PictureRow)  # noqa: A003  (the column above)
    )

    __table_args__ = (
        UniqueConstraint("feed_id", "item_id"),
        Index(None, "decision", "week"),
        Index(None, "week", "position"),
    )


class ItemKeyRow(Base):
    """A number that items with much the same words share, to find them without reading all."""

    __tablename__ = "item_keys"

    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False, info=NOBODY)
    item_id: Mapped[int] = mapped_column(
        ForeignKey("items.id", ondelete="CASCADE"), primary_key=True, index=True, info=NOBODY
    )
