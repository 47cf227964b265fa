"""The tables of the digest by e-mail: who gets it, and what became of each copy."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import (
    BIG_ID,
    CHOICE,
    CONTACT_DAY,
    DELIVERY,
    EMAIL_ADDRESS,
    NOBODY,
    Base,
)


class MailSubscriberRow(Base):
    """Somebody who asked for the digest by e-mail; nothing is sent before they confirmed it.

    *token*: in the links of their mails, to confirm, to change and to stop; nobody can guess
    it. *paused_at*: since when their mail server refuses what we send.
    """

    __tablename__ = "mail_subscribers"

    id: Mapped[int] = mapped_column(BIG_ID, primary_key=True, info=NOBODY)
    address: Mapped[str] = mapped_column(String(254), unique=True, info=EMAIL_ADDRESS)
    token: Mapped[str] = mapped_column(String(64), unique=True, info=EMAIL_ADDRESS)
    language: Mapped[str] = mapped_column(String(35), info=CHOICE)
    topics: Mapped[list[Any]] = mapped_column(info=CHOICE)
    frequency: Mapped[str] = mapped_column(String(8), info=CHOICE)
    day: Mapped[int | None] = mapped_column(info=CHOICE)
    hour: Mapped[int | None] = mapped_column(info=CHOICE)
    created_on: Mapped[date] = mapped_column(info=CONTACT_DAY)
    asked_at: Mapped[datetime] = mapped_column(index=True, info=CONTACT_DAY)
    confirmed_at: Mapped[datetime | None] = mapped_column(info=CONTACT_DAY)
    paused_at: Mapped[datetime | None] = mapped_column(info=CONTACT_DAY)


class MailRow(Base):
    """One mail: of what campaign (``digest:2026-W47``, ``confirm:...``), and what became of it.

    States as in `recipients`. *message_id*: its Message-ID (RFC 5322 section 3.6.4).
    """

    __tablename__ = "mails"

    id: Mapped[int] = mapped_column(BIG_ID, primary_key=True, info=NOBODY)
    campaign: Mapped[str] = mapped_column(String(64), info=NOBODY)
    subscriber_id: Mapped[int | None] = mapped_column(
        ForeignKey("mail_subscribers.id", ondelete="SET NULL"), index=True, info=EMAIL_ADDRESS
    )
    status: Mapped[str] = mapped_column(String(16), info=DELIVERY)
    attempts: Mapped[int] = mapped_column(info=DELIVERY)
    not_before: Mapped[datetime] = mapped_column(info=NOBODY)
    claimed_until: Mapped[datetime | None] = mapped_column(info=NOBODY)
    message_id: Mapped[str | None] = mapped_column(info=DELIVERY)
    reason: Mapped[str | None] = mapped_column(info=DELIVERY)
    settled_at: Mapped[datetime | None] = mapped_column(info=DELIVERY)

    __table_args__ = (
        UniqueConstraint("campaign", "subscriber_id"),
        Index(None, "status", "not_before"),
    )
