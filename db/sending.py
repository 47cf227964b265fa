"""The tables of what leaves: editions, broadcasts, the outbox, reports and leases."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    cast,
    literal,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from db.base import (
    BIG_ID,
    CHOICE,
    DELIVERY,
    NOBODY,
    OWN_TEXT,
    STAFF_ACT,
    STAFF_TEXT,
    TELEGRAM_ID,
    Base,
)
from delivery.model import Kind

TURN = {Kind.NOTICE: 0, Kind.URGENT: 1, Kind.DIGEST: 2}  # who goes first


class EditionRow(Base):
    """The digest of one ISO week; the key makes a second one impossible."""

    __tablename__ = "editions"

    week: Mapped[str] = mapped_column(String(8), primary_key=True, info=NOBODY)
    state: Mapped[str] = mapped_column(String(16), info=NOBODY)
    created_at: Mapped[datetime] = mapped_column(info=NOBODY)
    decided_by: Mapped[int | None] = mapped_column(BigInteger, info=STAFF_ACT)
    decided_at: Mapped[datetime | None] = mapped_column(info=STAFF_ACT)
    note: Mapped[str | None] = mapped_column(info=STAFF_TEXT)
    beside: Mapped[dict[str, Any] | None] = mapped_column(info=NOBODY)
    reminded_at: Mapped[datetime | None] = mapped_column(info=NOBODY)


class BroadcastRow(Base):
    """An urgent update: its texts by language, and who decided about it."""

    __tablename__ = "broadcasts"

    id: Mapped[int] = mapped_column(primary_key=True, info=NOBODY)
    author_id: Mapped[int | None] = mapped_column(BigInteger, info=STAFF_ACT)
    texts: Mapped[dict[str, Any]] = mapped_column(info=STAFF_TEXT)
    audience: Mapped[str] = mapped_column(String(16), info=NOBODY)
    state: Mapped[str] = mapped_column(String(16), index=True, info=NOBODY)
    created_at: Mapped[datetime] = mapped_column(info=STAFF_ACT)
    submitted_at: Mapped[datetime | None] = mapped_column(info=STAFF_ACT)
    decided_by: Mapped[int | None] = mapped_column(BigInteger, info=STAFF_ACT)
    decided_at: Mapped[datetime | None] = mapped_column(info=STAFF_ACT)
    shape: Mapped[dict[str, Any] | None] = mapped_column(info=STAFF_TEXT)
    send_at: Mapped[datetime | None] = mapped_column(info=NOBODY)
    until: Mapped[date | None] = mapped_column(info=NOBODY)
    origin_id: Mapped[int | None] = mapped_column(
        ForeignKey("broadcasts.id", ondelete="SET NULL"), index=True, info=NOBODY
    )
    override: Mapped[str | None] = mapped_column(info=STAFF_TEXT)


class BroadcastAnswerRow(Base):
    """What a reader answered to an update: that they can help, and what partners wrote."""

    __tablename__ = "broadcast_answers"

    broadcast_id: Mapped[int] = mapped_column(
        ForeignKey("broadcasts.id", ondelete="CASCADE"), primary_key=True, info=NOBODY
    )
    chat_id: Mapped[int] = mapped_column(
        BigInteger, primary_key=True, autoincrement=False, index=True, info=TELEGRAM_ID
    )
    helps: Mapped[bool] = mapped_column(info=CHOICE)
    text: Mapped[str | None] = mapped_column(info=OWN_TEXT)
    at: Mapped[datetime] = mapped_column(index=True, info=CHOICE)


class AmendmentRow(Base):
    """A correction or a recall of an update that was sent; *number* counts them per update."""

    __tablename__ = "amendments"

    id: Mapped[int] = mapped_column(primary_key=True, info=NOBODY)
    broadcast_id: Mapped[int] = mapped_column(
        ForeignKey("broadcasts.id", ondelete="CASCADE"), info=NOBODY
    )
    number: Mapped[int] = mapped_column(info=NOBODY)
    kind: Mapped[str] = mapped_column(String(16), info=NOBODY)
    texts: Mapped[dict[str, Any]] = mapped_column(info=STAFF_TEXT)
    author_id: Mapped[int | None] = mapped_column(BigInteger, info=STAFF_ACT)
    state: Mapped[str] = mapped_column(String(16), info=NOBODY)
    created_at: Mapped[datetime] = mapped_column(info=STAFF_ACT)
    decided_by: Mapped[int | None] = mapped_column(BigInteger, info=STAFF_ACT)
    decided_at: Mapped[datetime | None] = mapped_column(info=STAFF_ACT)

    __table_args__ = (UniqueConstraint("broadcast_id", "number"),)


class TemplateRow(Base):
    """Words of an update that are kept to be used again, by language."""

    __tablename__ = "broadcast_templates"

    id: Mapped[int] = mapped_column(primary_key=True, info=NOBODY)
    name: Mapped[str] = mapped_column(String(64), unique=True, info=STAFF_TEXT)
    texts: Mapped[dict[str, Any]] = mapped_column(info=STAFF_TEXT)
    shape: Mapped[dict[str, Any] | None] = mapped_column(info=STAFF_TEXT)
    created_by: Mapped[int | None] = mapped_column(BigInteger, info=STAFF_ACT)
    created_at: Mapped[datetime] = mapped_column(info=STAFF_ACT)


class CampaignRow(Base):
    """All that leaves for one reason: ``digest:2026-W47``, ``broadcast:5``, ``notice:...``."""

    __tablename__ = "campaigns"

    campaign: Mapped[str] = mapped_column(String(64), primary_key=True, info=NOBODY)
    kind: Mapped[str] = mapped_column(String(16), info=NOBODY)
    state: Mapped[str] = mapped_column(String(16), info=NOBODY)
    reason: Mapped[dict[str, Any] | None] = mapped_column(info=NOBODY)
    created_at: Mapped[datetime] = mapped_column(index=True, info=NOBODY)
    state_at: Mapped[datetime] = mapped_column(info=NOBODY)


class MessageRow(Base):
    """One wording of a campaign: a language, or a choice of topics in a language."""

    __tablename__ = "messages"

    id: Mapped[int] = mapped_column(primary_key=True, info=NOBODY)
    campaign: Mapped[str] = mapped_column(
        ForeignKey("campaigns.campaign", ondelete="CASCADE"), info=NOBODY
    )
    variant: Mapped[str] = mapped_column(String(128), info=NOBODY)
    content: Mapped[dict[str, Any]] = mapped_column(info=STAFF_TEXT)

    __table_args__ = (UniqueConstraint("campaign", "variant"),)


class RecipientRow(Base):
    """One person's copy. *chat_id* becomes NULL when the person asks to be forgotten.

    *thread_id*: the topic of a forum group. *turn*: notices before urgent before digests.
    *claims* counts how often the row was claimed, so that a worker that comes late cannot
    touch another's claim. *targets*: the messages that an edit or a deletion is about.
    *read_at*: when the person pressed "I have read this".
    """

    __tablename__ = "recipients"

    id: Mapped[int] = mapped_column(BIG_ID, primary_key=True, info=NOBODY)
    message_id: Mapped[int] = mapped_column(
        ForeignKey("messages.id", ondelete="CASCADE"), index=True, info=NOBODY
    )
    campaign: Mapped[str] = mapped_column(
        ForeignKey("campaigns.campaign", ondelete="CASCADE"), info=NOBODY
    )
    chat_id: Mapped[int | None] = mapped_column(BigInteger, index=True, info=TELEGRAM_ID)
    thread_id: Mapped[int | None] = mapped_column(BigInteger, info=TELEGRAM_ID)
    turn: Mapped[int] = mapped_column(info=NOBODY)
    status: Mapped[str] = mapped_column(String(16), info=DELIVERY)
    attempts: Mapped[int] = mapped_column(info=DELIVERY)
    claims: Mapped[int] = mapped_column(info=NOBODY)
    not_before: Mapped[datetime | None] = mapped_column(info=NOBODY)
    claimed_until: Mapped[datetime | None] = mapped_column(info=NOBODY)
    parts_sent: Mapped[int] = mapped_column(info=DELIVERY)
    message_ids: Mapped[list[Any]] = mapped_column(info=DELIVERY)
    reason: Mapped[str | None] = mapped_column(info=DELIVERY)
    settled_at: Mapped[datetime | None] = mapped_column(info=DELIVERY)
    targets: Mapped[list[Any] | None] = mapped_column(info=DELIVERY)
    read_at: Mapped[datetime | None] = mapped_column(info=DELIVERY)

    __table_args__ = (
        UniqueConstraint("campaign", "chat_id"),
        Index(None, "campaign", "status"),
        # only what waits is looked for, and most rows are settled
        Index(
            "ix_recipients_waiting",
            "turn",
            "id",
            sqlite_where=text("status = 'queued'"),
            postgresql_where=text("status = 'queued'"),
        ),
    )


class ReportViewRow(Base):
    """A message in a coordinator's chat that shows a campaign's report and is kept up to date."""

    __tablename__ = "report_views"

    campaign: Mapped[str] = mapped_column(
        ForeignKey("campaigns.campaign", ondelete="CASCADE"), primary_key=True, info=NOBODY
    )
    chat_id: Mapped[int] = mapped_column(
        BigInteger, primary_key=True, autoincrement=False, index=True, info=TELEGRAM_ID
    )
    message_id: Mapped[int] = mapped_column(BigInteger, info=STAFF_ACT)
    shown: Mapped[str | None] = mapped_column(String(64), info=NOBODY)


class LeaseRow(Base):
    """Who may do a job that only one process does at a time, and until when."""

    __tablename__ = "leases"

    name: Mapped[str] = mapped_column(String(64), primary_key=True, info=NOBODY)
    holder: Mapped[str] = mapped_column(String(64), info=NOBODY)
    fence: Mapped[int] = mapped_column(BigInteger, info=NOBODY)
    expires_at: Mapped[datetime] = mapped_column(info=NOBODY)


BROADCAST_CAMPAIGN = literal("broadcast:").concat(cast(BroadcastRow.id, String))
"""The name of the campaign in which a broadcast leaves."""
