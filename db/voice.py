"""The tables of what newcomers tell us, always as little as it takes."""

from datetime import date, datetime

from sqlalchemy import BigInteger, Index, String
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from db.base import BIG_ID, CONTACT_DAY, NOBODY, OWN_TEXT, STAFF_TEXT, TELEGRAM_ID, Base


class ShownRow(Base):
    """A message of a chat that the bot may still delete, for "Clear this chat"."""

    __tablename__ = "shown_messages"

    chat_id: Mapped[int] = mapped_column(
        BigInteger, primary_key=True, autoincrement=False, info=TELEGRAM_ID
    )
    message_id: Mapped[int] = mapped_column(
        BigInteger, primary_key=True, autoincrement=False, info=CONTACT_DAY
    )
    shown_at: Mapped[datetime] = mapped_column(index=True, info=CONTACT_DAY)


class OutcomeRow(Base):
    """How often something came of a need in a week: in all, and by one part at a time.

    *part* is empty for the total, else ``outcode``, ``stage`` or ``language`` with its *value*.
    Never two parts together: they could point at one person.
    """

    __tablename__ = "outcomes"

    week: Mapped[str] = mapped_column(String(8), primary_key=True, info=NOBODY)
    outcome: Mapped[str] = mapped_column(String(16), primary_key=True, info=NOBODY)
    need: Mapped[str] = mapped_column(String(40), primary_key=True, info=NOBODY)
    part: Mapped[str] = mapped_column(String(16), primary_key=True, info=NOBODY)
    value: Mapped[str] = mapped_column(String(40), primary_key=True, info=NOBODY)
    count: Mapped[int] = mapped_column(info=NOBODY)


class ServiceOutcomeRow(Base):
    """How often people said something about a service, counted by week."""

    __tablename__ = "service_outcomes"

    week: Mapped[str] = mapped_column(String(8), primary_key=True, info=NOBODY)
    service_id: Mapped[str] = mapped_column(String(128), primary_key=True, info=NOBODY)
    outcome: Mapped[str] = mapped_column(String(16), primary_key=True, info=NOBODY)
    count: Mapped[int] = mapped_column(info=NOBODY)


class CheckInRow(Base):
    """Somebody wants to be asked whether they got help; not where or for what. Deleted then."""

    __tablename__ = "check_ins"

    chat_id: Mapped[int] = mapped_column(
        BigInteger, primary_key=True, autoincrement=False, info=TELEGRAM_ID
    )
    due_on: Mapped[date] = mapped_column(index=True, info=CONTACT_DAY)


class TipRow(Base):
    """One message of a person to the partnership, and its answer; no name, 30 days."""

    __tablename__ = "tips"

    id: Mapped[int] = mapped_column(BIG_ID, primary_key=True, info=NOBODY)
    chat_id: Mapped[int] = mapped_column(BigInteger, index=True, info=TELEGRAM_ID)
    language: Mapped[str] = mapped_column(String(35), info=OWN_TEXT)
    text: Mapped[str] = mapped_column(info=OWN_TEXT)
    written_at: Mapped[datetime] = mapped_column(index=True, info=CONTACT_DAY)
    answer: Mapped[str | None] = mapped_column(info=STAFF_TEXT)
    answered_at: Mapped[datetime | None] = mapped_column(info=STAFF_TEXT)

    __table_args__ = (
        # one that waits at a time, also when two processes handle two messages at once
        Index(
            "ix_tips_waiting",
            "chat_id",
            unique=True,
            sqlite_where=sql("answered_at IS NULL"),
            postgresql_where=sql("answered_at IS NULL"),
        ),
    )
