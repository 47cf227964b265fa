"""Queries about templates: updates that are kept to be written again."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import delete as delete_from
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from db.documents import SHAPE, dump
from db.sending import TemplateRow
from db.upsert import insert
from delivery.broadcast import Narrowing, Shape

LONGEST_NAME = 64  # characters


class Template(NamedTuple):
    """Words and shape of an update under a name; for whom it is gets chosen each time."""

    id: int
    name: str
    texts: Mapping[str, str]
    shape: Shape


async def save(
    session: AsyncSession,
    name: str,
    texts: Mapping[str, str],
    shape: Shape,
    *,
    by: int,
    now: datetime,
) -> int:
    """Keep the update under *name*, in place of one of that name, and return its id.

    Whom it was narrowed to is left out.
    """
    values = {
        "texts": dict(texts),
        "shape": dump(SHAPE, replace(shape, only=Narrowing())),
        "created_by": by,
        "created_at": now,
    }
    saved = await session.scalars(
        insert(session, TemplateRow)
        .values(name=name, **values)
        .on_conflict_do_update(index_elements=["name"], set_=values)
        .returning(TemplateRow.id)
    )
    return saved.one()


async def every(session: AsyncSession) -> list[Template]:
    """Return all templates by name."""
    rows = await session.scalars(select(TemplateRow).order_by(TemplateRow.name))
    return [_template(row) for row in rows]


async def find(session: AsyncSession, template_id: int) -> Template | None:
    """Return the template, or None."""
    row = await session.get(TemplateRow, template_id, populate_existing=True)
    return None if row is None else _template(row)


async def delete(session: AsyncSession, template_id: int) -> bool:
    """Delete the template; False when it was not there any more."""
    gone = await session.scalars(
        delete_from(TemplateRow)
        .where(TemplateRow.id == template_id)
        .returning(TemplateRow.id)
        .execution_options(synchronize_session=False)
    )
    return gone.one_or_none() is not None


def _template(row: TemplateRow) -> Template:
    shape = Shape() if row.shape is None else SHAPE.validate_python(row.shape)
    return Template(row.id, row.name, dict(row.texts), shape)
