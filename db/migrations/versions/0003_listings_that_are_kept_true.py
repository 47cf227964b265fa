"""Listings that are kept true.

Revision: 0003
Follows: 0002
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = '0003'
down_revision: str | None = '0002'
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table('directory_sources',
    sa.Column('key', sa.String(length=40), nullable=False),
    sa.Column('url', sa.Text(), nullable=False),
    sa.Column('dialect', sa.String(length=16), nullable=False),
    sa.Column('run', sa.DateTime(timezone=True), nullable=True),
    sa.Column('page', sa.Integer(), nullable=True),
    sa.Column('modified_after', sa.DateTime(timezone=True), nullable=True),
    sa.Column('finished', sa.DateTime(timezone=True), nullable=True),
    sa.Column('error', sa.Text(), nullable=True),
    sa.Column('report', sa.JSON(none_as_null=True), nullable=True),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_directory_sources'))
    )
    op.create_table('service_changes',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('service_id', sa.String(length=128), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('actor_id', sa.BigInteger(), nullable=True),
    sa.Column('cause', sa.String(length=16), nullable=False),
    sa.Column('why', sa.Text(), nullable=True),
    sa.Column('fields', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('undoes', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['undoes'], ['service_changes.id'], name=op.f('fk_service_changes_undoes_service_changes'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_service_changes'))
    )
    with op.batch_alter_table('service_changes', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_service_changes_actor_id'), ['actor_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_service_changes_service_id_service_changes_at'), ['service_id', 'at'], unique=False)

    op.create_table('service_checks',
    sa.Column('service_id', sa.String(length=128), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('reminded_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('escalated_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('lowered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('answer', sa.String(length=16), nullable=True),
    sa.PrimaryKeyConstraint('service_id', name=op.f('pk_service_checks'))
    )
    with op.batch_alter_table('service_checks', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_service_checks_due_at'), ['due_at'], unique=False)

    op.create_table('service_owners',
    sa.Column('service_id', sa.String(length=128), nullable=False),
    sa.Column('person_id', sa.BigInteger(), nullable=False),
    sa.Column('since', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('service_id', name=op.f('pk_service_owners'))
    )
    with op.batch_alter_table('service_owners', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_service_owners_person_id'), ['person_id'], unique=False)

    op.create_table('service_proposals',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('service_id', sa.String(length=128), nullable=False),
    sa.Column('fields', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('proposed_by', sa.BigInteger(), nullable=True),
    sa.Column('proposed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('decided_by', sa.BigInteger(), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_service_proposals'))
    )
    with op.batch_alter_table('service_proposals', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_service_proposals_proposed_by'), ['proposed_by'], unique=False)
        batch_op.create_index(batch_op.f('ix_service_proposals_service_id'), ['service_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_service_proposals_state_service_proposals_proposed_at'), ['state', 'proposed_at'], unique=False)

    op.create_table('service_tasks',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('service_id', sa.String(length=128), nullable=False),
    sa.Column('kind', sa.String(length=32), nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('reports', sa.Integer(), nullable=False),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closed_by', sa.BigInteger(), nullable=True),
    sa.Column('outcome', sa.String(length=16), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_service_tasks'))
    )
    with op.batch_alter_table('service_tasks', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_service_tasks_closed_at'), ['closed_at'], unique=False)
        batch_op.create_index('uq_service_tasks_open', ['service_id', 'kind'], unique=True, sqlite_where=sa.text('closed_at IS NULL'), postgresql_where=sa.text('closed_at IS NULL'))

    with op.batch_alter_table('services', schema=None) as batch_op:
        batch_op.add_column(sa.Column('source', sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column('seen_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('hidden_reason', sa.String(length=32), nullable=True))
        batch_op.add_column(sa.Column('doubted_on', sa.Date(), nullable=True))
        batch_op.create_index(batch_op.f('ix_services_changed_at'), ['changed_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_services_source'), ['source'], unique=False)
    # until now a service was hidden for one reason only
    op.execute("UPDATE services SET hidden_reason = 'gone' WHERE hidden_at IS NOT NULL")



def downgrade() -> None:
    with op.batch_alter_table('services', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_services_source'))
        batch_op.drop_index(batch_op.f('ix_services_changed_at'))
        batch_op.drop_column('doubted_on')
        batch_op.drop_column('hidden_reason')
        batch_op.drop_column('seen_at')
        batch_op.drop_column('source')

    with op.batch_alter_table('service_tasks', schema=None) as batch_op:
        batch_op.drop_index('uq_service_tasks_open', sqlite_where=sa.text('closed_at IS NULL'), postgresql_where=sa.text('closed_at IS NULL'))
        batch_op.drop_index(batch_op.f('ix_service_tasks_closed_at'))

    op.drop_table('service_tasks')
    with op.batch_alter_table('service_proposals', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_service_proposals_state_service_proposals_proposed_at'))
        batch_op.drop_index(batch_op.f('ix_service_proposals_service_id'))
        batch_op.drop_index(batch_op.f('ix_service_proposals_proposed_by'))

    op.drop_table('service_proposals')
    with op.batch_alter_table('service_owners', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_service_owners_person_id'))

    op.drop_table('service_owners')
    with op.batch_alter_table('service_checks', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_service_checks_due_at'))

    op.drop_table('service_checks')
    with op.batch_alter_table('service_changes', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_service_changes_service_id_service_changes_at'))
        batch_op.drop_index(batch_op.f('ix_service_changes_actor_id'))

    op.drop_table('service_changes')
    op.drop_table('directory_sources')
