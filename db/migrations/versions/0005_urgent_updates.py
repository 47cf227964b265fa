"""Urgent updates: shape, schedule, answers, alerts, erasures that outlive a backup.

Revision: 0005
Follows: 0004
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = '0005'
down_revision: str | None = '0004'
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table('alerts',
    sa.Column('chat_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('need', sa.String(length=64), nullable=False),
    sa.Column('district', sa.String(length=8), nullable=False),
    sa.Column('language', sa.String(length=35), nullable=False),
    sa.Column('created_on', sa.Date(), nullable=False),
    sa.Column('paused_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('chat_id', 'need', 'district', name=op.f('pk_alerts'))
    )
    with op.batch_alter_table('alerts', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_alerts_need_alerts_district'), ['need', 'district'], unique=False)

    op.create_table('broadcast_templates',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=64), nullable=False),
    sa.Column('texts', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('shape', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('created_by', sa.BigInteger(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_broadcast_templates')),
    sa.UniqueConstraint('name', name=op.f('uq_broadcast_templates_name'))
    )
    op.create_table('erasures',
    sa.Column('mark', sa.String(length=64), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('mark', name=op.f('pk_erasures'))
    )
    with op.batch_alter_table('erasures', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_erasures_at'), ['at'], unique=False)

    op.create_table('broadcast_answers',
    sa.Column('broadcast_id', sa.Integer(), nullable=False),
    sa.Column('chat_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('helps', sa.Boolean(), nullable=False),
    sa.Column('text', sa.Text(), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['broadcast_id'], ['broadcasts.id'], name=op.f('fk_broadcast_answers_broadcast_id_broadcasts'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('broadcast_id', 'chat_id', name=op.f('pk_broadcast_answers'))
    )
    with op.batch_alter_table('broadcast_answers', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_broadcast_answers_at'), ['at'], unique=False)
        batch_op.create_index(batch_op.f('ix_broadcast_answers_chat_id'), ['chat_id'], unique=False)

    with op.batch_alter_table('broadcasts', schema=None) as batch_op:
        batch_op.add_column(sa.Column('shape', sa.JSON(none_as_null=True), nullable=True))
        batch_op.add_column(sa.Column('send_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('until', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('origin_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('override', sa.Text(), nullable=True))
        batch_op.create_index(batch_op.f('ix_broadcasts_origin_id'), ['origin_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_broadcasts_origin_id_broadcasts'), 'broadcasts', ['origin_id'], ['id'], ondelete='SET NULL')

    op.create_table('amendments',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('broadcast_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('texts', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('author_id', sa.BigInteger(), nullable=True),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('decided_by', sa.BigInteger(), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['broadcast_id'], ['broadcasts.id'], name=op.f('fk_amendments_broadcast_id_broadcasts'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_amendments')),
    sa.UniqueConstraint('broadcast_id', 'number', name=op.f('uq_amendments_broadcast_id_number'))
    )
    with op.batch_alter_table('recipients', schema=None) as batch_op:
        batch_op.add_column(sa.Column('targets', sa.JSON(none_as_null=True), nullable=True))
        batch_op.add_column(sa.Column('read_at', sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('recipients', schema=None) as batch_op:
        batch_op.drop_column('read_at')
        batch_op.drop_column('targets')

    with op.batch_alter_table('broadcasts', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_broadcasts_origin_id_broadcasts'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_broadcasts_origin_id'))
        batch_op.drop_column('override')
        batch_op.drop_column('origin_id')
        batch_op.drop_column('until')
        batch_op.drop_column('send_at')
        batch_op.drop_column('shape')

    with op.batch_alter_table('broadcast_answers', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_broadcast_answers_chat_id'))
        batch_op.drop_index(batch_op.f('ix_broadcast_answers_at'))

    op.drop_table('broadcast_answers')
    op.drop_table('amendments')
    with op.batch_alter_table('erasures', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_erasures_at'))

    op.drop_table('erasures')
    op.drop_table('broadcast_templates')
    with op.batch_alter_table('alerts', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_alerts_need_alerts_district'))

    op.drop_table('alerts')
