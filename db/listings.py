"""The tables that keep the directory true: changes, proposals, owners, checks, tasks, imports."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from db.base import BIG_ID, NOBODY, PARTNER_ACT, STAFF_ACT, TELEGRAM_ID, Base

OPEN_TASK = sql("closed_at IS NULL")


class ServiceChangeRow(Base):
    """What was changed of a service, when, by whom and why; never deleted by itself."""

    __tablename__ = "service_changes"

    id: Mapped[int] = mapped_column(BIG_ID, primary_key=True, info=NOBODY)
    service_id: Mapped[str] = mapped_column(String(128), info=NOBODY)
    at: Mapped[datetime] = mapped_column(info=NOBODY)
    actor_id: Mapped[int | None] = mapped_column(BigInteger, index=True, info=PARTNER_ACT)
    cause: Mapped[str] = mapped_column(String(16), info=NOBODY)
    why: Mapped[str | None] = mapped_column(info=NOBODY)
    fields: Mapped[list[Any]] = mapped_column(info=NOBODY)
    undoes: Mapped[int | None] = mapped_column(
        ForeignKey("service_changes.id", ondelete="SET NULL"), info=NOBODY
    )

    __table_args__ = (Index(None, "service_id", "at"),)


class ProposalRow(Base):
    """A change that a partner proposed and that waits for a coordinator; then its decision."""

    __tablename__ = "service_proposals"

    id: Mapped[int] = mapped_column(BIG_ID, primary_key=True, info=NOBODY)
    service_id: Mapped[str] = mapped_column(String(128), index=True, info=NOBODY)
    fields: Mapped[list[Any]] = mapped_column(info=NOBODY)
    proposed_by: Mapped[int | None] = mapped_column(BigInteger, index=True, info=PARTNER_ACT)
    proposed_at: Mapped[datetime] = mapped_column(info=NOBODY)
    state: Mapped[str] = mapped_column(String(16), info=NOBODY)
    decided_by: Mapped[int | None] = mapped_column(BigInteger, info=STAFF_ACT)
    decided_at: Mapped[datetime | None] = mapped_column(info=NOBODY)

    __table_args__ = (Index(None, "state", "proposed_at"),)


class ServiceOwnerRow(Base):
    """Who answers for a service where that is not simply every partner of its organisation."""

    __tablename__ = "service_owners"

    service_id: Mapped[str] = mapped_column(String(128), primary_key=True, info=NOBODY)
    person_id: Mapped[int] = mapped_column(BigInteger, index=True, info=TELEGRAM_ID)
    since: Mapped[datetime] = mapped_column(info=PARTNER_ACT)


class ServiceCheckRow(Base):
    """Where a service is in the loop that asks its owner whether it is still right."""

    __tablename__ = "service_checks"

    service_id: Mapped[str] = mapped_column(String(128), primary_key=True, info=NOBODY)
    due_at: Mapped[datetime] = mapped_column(index=True, info=NOBODY)
    asked_at: Mapped[datetime | None] = mapped_column(info=NOBODY)
    reminded_at: Mapped[datetime | None] = mapped_column(info=NOBODY)
    escalated_at: Mapped[datetime | None] = mapped_column(info=NOBODY)
    lowered_at: Mapped[datetime | None] = mapped_column(info=NOBODY)
    answered_at: Mapped[datetime | None] = mapped_column(info=NOBODY)
    answer: Mapped[str | None] = mapped_column(String(16), info=NOBODY)


class ServiceTaskRow(Base):
    """Something about a service that somebody must look into; one open task of a kind."""

    __tablename__ = "service_tasks"

    id: Mapped[int] = mapped_column(BIG_ID, primary_key=True, info=NOBODY)
    service_id: Mapped[str] = mapped_column(String(128), info=NOBODY)
    kind: Mapped[str] = mapped_column(String(32), info=NOBODY)
    opened_at: Mapped[datetime] = mapped_column(info=NOBODY)
    reports: Mapped[int] = mapped_column(info=NOBODY)
    closed_at: Mapped[datetime | None] = mapped_column(index=True, info=NOBODY)
    closed_by: Mapped[int | None] = mapped_column(BigInteger, info=STAFF_ACT)
    outcome: Mapped[str | None] = mapped_column(String(16), info=NOBODY)

    __table_args__ = (
        Index(
            "uq_service_tasks_open",
            "service_id",
            "kind",
            unique=True,
            sqlite_where=OPEN_TASK,
            postgresql_where=OPEN_TASK,
        ),
    )


class DirectorySourceRow(Base):
    """A data set that services are imported from, and how far its import has come.

    *page*: the last page that is stored, of a run that is under way. *modified_after*: what the
    next run asks for. *run*: when the run under way began; *finished*: the last whole one.
    """

    __tablename__ = "directory_sources"

    key: Mapped[str] = mapped_column(String(40), primary_key=True, info=NOBODY)
    url: Mapped[str] = mapped_column(info=NOBODY)
    dialect: Mapped[str] = mapped_column(String(16), info=NOBODY)
    run: Mapped[datetime | None] = mapped_column(info=NOBODY)
    page: Mapped[int | None] = mapped_column(info=NOBODY)
    modified_after: Mapped[datetime | None] = mapped_column(info=NOBODY)
    finished: Mapped[datetime | None] = mapped_column(info=NOBODY)
    error: Mapped[str | None] = mapped_column(info=NOBODY)
    report: Mapped[dict[str, Any] | None] = mapped_column(info=NOBODY)
