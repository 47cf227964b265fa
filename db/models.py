"""The tables of people and the directory."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from db.base import (
    CHOICE,
    CONTACT_DAY,
    NOBODY,
    ROLE,
    STAFF_ACT,
    STAFF_TEXT,
    TELEGRAM_ID,
    Base,
)


class PersonRow(Base):
    """Somebody who chose a language or has a role; newcomers who only look have no row."""

    __tablename__ = "people"

    person_id: Mapped[int] = mapped_column(
        BigInteger, primary_key=True, autoincrement=False, info=TELEGRAM_ID
    )
    language: Mapped[str | None] = mapped_column(String(35), info=CHOICE)
    role: Mapped[str] = mapped_column(String(16), info=ROLE)
    role_decided_on: Mapped[date | None] = mapped_column(info=ROLE)
    organisation: Mapped[str | None] = mapped_column(info=ROLE)
    created_on: Mapped[date] = mapped_column(info=CONTACT_DAY)
    seen_on: Mapped[date] = mapped_column(info=CONTACT_DAY)  # the day only, never the hour
    paused_at: Mapped[datetime | None] = mapped_column(info=CONTACT_DAY)

    __table_args__ = (Index(None, "role"), Index(None, "seen_on"))


class EndedRoleRow(Base):
    """The mark of a coordinator whose role another one ended: the settings do not bring it back.

    Only a hash, and it outlives /forget: else asking to be forgotten would restore the role.
    """

    __tablename__ = "ended_roles"

    mark: Mapped[str] = mapped_column(String(64), primary_key=True, info=TELEGRAM_ID)


class ErasureRow(Base):
    """The mark of somebody who asked to be forgotten, or who stopped the mails.

    So no backup brings them back. Only a hash. It is also written to a file beside the backups
    (`bot.erasures`).
    """

    __tablename__ = "erasures"

    mark: Mapped[str] = mapped_column(String(64), primary_key=True, info=TELEGRAM_ID)
    at: Mapped[datetime] = mapped_column(index=True, info=NOBODY)


class AlertRow(Base):
    """What a newcomer wants to be alerted of: a need in a district; *district* '' is anywhere."""

    __tablename__ = "alerts"

    chat_id: Mapped[int] = mapped_column(
        BigInteger, primary_key=True, autoincrement=False, info=TELEGRAM_ID
    )
    need: Mapped[str] = mapped_column(String(64), primary_key=True, info=CHOICE)
    district: Mapped[str] = mapped_column(String(8), primary_key=True, info=CHOICE)
    language: Mapped[str] = mapped_column(String(35), info=CHOICE)
    created_on: Mapped[date] = mapped_column(info=CONTACT_DAY)
    paused_at: Mapped[datetime | None] = mapped_column(info=CONTACT_DAY)

    __table_args__ = (Index(None, "need", "district"),)


class SubscriptionRow(Base):
    """A chat that gets the weekly digest; an empty list of topics means all.

    *language*: of the chat; what a person chose is in `people` and goes before.
    """

    __tablename__ = "subscriptions"

    chat_id: Mapped[int] = mapped_column(
        BigInteger, primary_key=True, autoincrement=False, info=TELEGRAM_ID
    )
    topics: Mapped[list[Any]] = mapped_column(info=CHOICE)
    frequency: Mapped[str] = mapped_column(String(8), info=CHOICE)
    day: Mapped[int | None] = mapped_column(info=CHOICE)
    hour: Mapped[int | None] = mapped_column(info=CHOICE)
    kind: Mapped[str] = mapped_column(String(8), info=CHOICE)
    thread_id: Mapped[int | None] = mapped_column(BigInteger, info=CHOICE)
    language: Mapped[str | None] = mapped_column(String(35), info=CHOICE)
    created_on: Mapped[date] = mapped_column(info=CONTACT_DAY)
    paused_at: Mapped[datetime | None] = mapped_column(info=CONTACT_DAY)


class InviteRow(Base):
    """A link that makes one person a partner; only the SHA-256 of its token is kept."""

    __tablename__ = "invites"

    id: Mapped[int] = mapped_column(primary_key=True, info=NOBODY)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True, info=NOBODY)
    organisation: Mapped[str] = mapped_column(info=ROLE)
    created_by: Mapped[int | None] = mapped_column(BigInteger, info=STAFF_ACT)
    created_at: Mapped[datetime] = mapped_column(info=STAFF_ACT)
    expires_at: Mapped[datetime] = mapped_column(info=NOBODY)
    used_by: Mapped[int | None] = mapped_column(BigInteger, info=TELEGRAM_ID)
    used_at: Mapped[datetime | None] = mapped_column(info=NOBODY)
    revoked_at: Mapped[datetime | None] = mapped_column(info=NOBODY)


class AuditRow(Base):
    """Who did what to what, among coordinators; no texts."""

    __tablename__ = "audit"

    id: Mapped[int] = mapped_column(primary_key=True, info=NOBODY)
    at: Mapped[datetime] = mapped_column(index=True, info=STAFF_ACT)
    actor_id: Mapped[int | None] = mapped_column(BigInteger, index=True, info=STAFF_ACT)
    action: Mapped[str] = mapped_column(String(64), info=STAFF_ACT)
    subject: Mapped[str] = mapped_column(info=STAFF_ACT)
    detail: Mapped[dict[str, Any] | None] = mapped_column(info=STAFF_ACT)


class DraftRow(Base):
    """What a person is in the middle of writing: one per person, deleted after days."""

    __tablename__ = "drafts"

    person_id: Mapped[int] = mapped_column(
        BigInteger, primary_key=True, autoincrement=False, info=TELEGRAM_ID
    )
    kind: Mapped[str] = mapped_column(String(32), info=STAFF_TEXT)
    step: Mapped[str] = mapped_column(String(32), info=STAFF_TEXT)
    payload: Mapped[dict[str, Any]] = mapped_column(info=STAFF_TEXT)
    updated_at: Mapped[datetime] = mapped_column(index=True, info=STAFF_TEXT)


class ServiceRow(Base):
    """A service: the whole record as a document, beside it what queries need.

    *source*: the key of the data set that it was imported from, None for the pack; *seen_at*:
    when that last had it.
    """

    __tablename__ = "services"

    id: Mapped[str] = mapped_column(String(128), primary_key=True, info=NOBODY)
    position: Mapped[int] = mapped_column(info=NOBODY)
    record: Mapped[dict[str, Any]] = mapped_column(info=NOBODY)
    audience: Mapped[str] = mapped_column(String(16), info=NOBODY)
    source: Mapped[str | None] = mapped_column(String(40), index=True, info=NOBODY)
    seen_at: Mapped[datetime | None] = mapped_column(info=NOBODY)
    hidden_at: Mapped[datetime | None] = mapped_column(info=NOBODY)
    hidden_reason: Mapped[str | None] = mapped_column(String(32), info=NOBODY)
    doubted_on: Mapped[date | None] = mapped_column(info=NOBODY)
    changed_at: Mapped[datetime] = mapped_column(index=True, info=NOBODY)
    confirmed_at: Mapped[datetime | None] = mapped_column(info=NOBODY)
    confirmed_by: Mapped[int | None] = mapped_column(BigInteger, info=STAFF_ACT)


class HelplineRow(Base):
    """A helpline, as a document, in the order of the pack."""

    __tablename__ = "helplines"

    id: Mapped[str] = mapped_column(String(128), primary_key=True, info=NOBODY)
    position: Mapped[int] = mapped_column(info=NOBODY)
    record: Mapped[dict[str, Any]] = mapped_column(info=NOBODY)
    changed_at: Mapped[datetime] = mapped_column(info=NOBODY)


class RightConfirmationRow(Base):
    """A coordinator's word that a rights card is right; one a card, the newest."""

    __tablename__ = "right_confirmations"

    card_id: Mapped[str] = mapped_column(String(64), primary_key=True, info=NOBODY)
    fingerprint: Mapped[str] = mapped_column(String(64), info=NOBODY)
    confirmed_by: Mapped[int | None] = mapped_column(BigInteger, info=STAFF_ACT)
    confirmed_at: Mapped[datetime] = mapped_column(info=STAFF_ACT)
    valid_until: Mapped[datetime] = mapped_column(info=NOBODY)
    asked_at: Mapped[datetime | None] = mapped_column(info=NOBODY)
