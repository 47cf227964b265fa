"""The digest: trust, dates, editions, groups, and the mail.

Revision: 0004
Follows: 0003
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = '0004'
down_revision: str | None = '0003'
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table('mail_subscribers',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('address', sa.String(length=254), nullable=False),
    sa.Column('token', sa.String(length=64), nullable=False),
    sa.Column('language', sa.String(length=35), nullable=False),
    sa.Column('topics', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('frequency', sa.String(length=8), nullable=False),
    sa.Column('day', sa.Integer(), nullable=True),
    sa.Column('hour', sa.Integer(), nullable=True),
    sa.Column('created_on', sa.Date(), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('confirmed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('paused_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mail_subscribers')),
    sa.UniqueConstraint('address', name=op.f('uq_mail_subscribers_address')),
    sa.UniqueConstraint('token', name=op.f('uq_mail_subscribers_token'))
    )
    with op.batch_alter_table('mail_subscribers', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_mail_subscribers_asked_at'), ['asked_at'], unique=False)

    op.create_table('mails',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('campaign', sa.String(length=64), nullable=False),
    sa.Column('subscriber_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('status', sa.String(length=16), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('not_before', sa.DateTime(timezone=True), nullable=False),
    sa.Column('claimed_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('message_id', sa.Text(), nullable=True),
    sa.Column('reason', sa.Text(), nullable=True),
    sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['subscriber_id'], ['mail_subscribers.id'], name=op.f('fk_mails_subscriber_id_mail_subscribers'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mails')),
    sa.UniqueConstraint('campaign', 'subscriber_id', name=op.f('uq_mails_campaign_subscriber_id'))
    )
    with op.batch_alter_table('mails', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_mails_status_mails_not_before'), ['status', 'not_before'], unique=False)
        batch_op.create_index(batch_op.f('ix_mails_subscriber_id'), ['subscriber_id'], unique=False)

    op.create_table('item_keys',
    sa.Column('key', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('item_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['item_id'], ['items.id'], name=op.f('fk_item_keys_item_id_items'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('key', 'item_id', name=op.f('pk_item_keys'))
    )
    with op.batch_alter_table('item_keys', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_item_keys_item_id'), ['item_id'], unique=False)

    op.create_table('item_pictures',
    sa.Column('item_id', sa.Integer(), nullable=False),
    sa.Column('file_id', sa.Text(), nullable=False),
    sa.Column('mime', sa.String(length=64), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.Column('alt', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['item_id'], ['items.id'], name=op.f('fk_item_pictures_item_id_items'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('item_id', name=op.f('pk_item_pictures'))
    )
    with op.batch_alter_table('editions', schema=None) as batch_op:
        batch_op.add_column(sa.Column('note', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('beside', sa.JSON(none_as_null=True), nullable=True))
        batch_op.add_column(sa.Column('reminded_at', sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table('feeds', schema=None) as batch_op:
        batch_op.add_column(sa.Column('trust', sa.String(length=8), nullable=False, server_default='watched'))
        batch_op.add_column(sa.Column('checked_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('changed_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('back_page', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('back_to', sa.String(length=8), nullable=True))
        batch_op.add_column(sa.Column('back_url', sa.Text(), nullable=True))

    with op.batch_alter_table('items', schema=None) as batch_op:
        batch_op.add_column(sa.Column('link_key', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('body', sa.Text(), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('words', sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column('occasions', sa.JSON(none_as_null=True), nullable=False, server_default='[]'))
        batch_op.add_column(sa.Column('place', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('expires_on', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('spam', sa.Double(), nullable=True))
        batch_op.add_column(sa.Column('edited_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('gone_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('emptied_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('revised', sa.JSON(none_as_null=True), nullable=True))
        batch_op.add_column(sa.Column('same_as', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('corrects', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('daily_on', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('pinned', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column('headline', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('line', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('label', sa.String(length=8), nullable=True))
        batch_op.add_column(sa.Column('submitted_by', sa.BigInteger(), nullable=True))
        batch_op.alter_column('feed_id',
               existing_type=sa.INTEGER(),
               nullable=True)
        batch_op.create_index(batch_op.f('ix_items_daily_on'), ['daily_on'], unique=False)
        batch_op.create_index(batch_op.f('ix_items_expires_on'), ['expires_on'], unique=False)
        batch_op.create_index(batch_op.f('ix_items_label'), ['label'], unique=False)
        batch_op.create_index(batch_op.f('ix_items_link_key'), ['link_key'], unique=False)
        batch_op.create_index(batch_op.f('ix_items_same_as'), ['same_as'], unique=False)
        batch_op.drop_constraint(batch_op.f('fk_items_feed_id_feeds'), type_='foreignkey')
        batch_op.create_foreign_key(batch_op.f('fk_items_same_as_items'), 'items', ['same_as'], ['id'], ondelete='SET NULL')
        batch_op.create_foreign_key(batch_op.f('fk_items_feed_id_feeds'), 'feeds', ['feed_id'], ['id'], ondelete='SET NULL')
        batch_op.create_foreign_key(batch_op.f('fk_items_corrects_items'), 'items', ['corrects'], ['id'], ondelete='SET NULL')

    with op.batch_alter_table('recipients', schema=None) as batch_op:
        batch_op.add_column(sa.Column('thread_id', sa.BigInteger(), nullable=True))

    with op.batch_alter_table('subscriptions', schema=None) as batch_op:
        batch_op.add_column(sa.Column('frequency', sa.String(length=8), nullable=False, server_default='weekly'))
        batch_op.add_column(sa.Column('day', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('hour', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('kind', sa.String(length=8), nullable=False, server_default='private'))
        batch_op.add_column(sa.Column('thread_id', sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column('language', sa.String(length=35), nullable=True))



def downgrade() -> None:
    with op.batch_alter_table('subscriptions', schema=None) as batch_op:
        batch_op.drop_column('language')
        batch_op.drop_column('thread_id')
        batch_op.drop_column('kind')
        batch_op.drop_column('hour')
        batch_op.drop_column('day')
        batch_op.drop_column('frequency')

    with op.batch_alter_table('recipients', schema=None) as batch_op:
        batch_op.drop_column('thread_id')

    # what partners wrote has no feed, and before this there was no place for it
    op.execute('DELETE FROM items WHERE feed_id IS NULL')
    with op.batch_alter_table('items', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_items_corrects_items'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('fk_items_feed_id_feeds'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('fk_items_same_as_items'), type_='foreignkey')
        batch_op.create_foreign_key(batch_op.f('fk_items_feed_id_feeds'), 'feeds', ['feed_id'], ['id'], ondelete='CASCADE')
        batch_op.drop_index(batch_op.f('ix_items_same_as'))
        batch_op.drop_index(batch_op.f('ix_items_link_key'))
        batch_op.drop_index(batch_op.f('ix_items_label'))
        batch_op.drop_index(batch_op.f('ix_items_expires_on'))
        batch_op.drop_index(batch_op.f('ix_items_daily_on'))
        batch_op.alter_column('feed_id',
               existing_type=sa.INTEGER(),
               nullable=False)
        batch_op.drop_column('submitted_by')
        batch_op.drop_column('label')
        batch_op.drop_column('line')
        batch_op.drop_column('headline')
        batch_op.drop_column('pinned')
        batch_op.drop_column('daily_on')
        batch_op.drop_column('corrects')
        batch_op.drop_column('same_as')
        batch_op.drop_column('revised')
        batch_op.drop_column('emptied_at')
        batch_op.drop_column('gone_at')
        batch_op.drop_column('edited_at')
        batch_op.drop_column('spam')
        batch_op.drop_column('expires_on')
        batch_op.drop_column('place')
        batch_op.drop_column('occasions')
        batch_op.drop_column('words')
        batch_op.drop_column('body')
        batch_op.drop_column('link_key')

    with op.batch_alter_table('feeds', schema=None) as batch_op:
        batch_op.drop_column('back_url')
        batch_op.drop_column('back_to')
        batch_op.drop_column('back_page')
        batch_op.drop_column('changed_at')
        batch_op.drop_column('checked_at')
        batch_op.drop_column('trust')

    with op.batch_alter_table('editions', schema=None) as batch_op:
        batch_op.drop_column('reminded_at')
        batch_op.drop_column('beside')
        batch_op.drop_column('note')

    op.drop_table('item_pictures')
    with op.batch_alter_table('item_keys', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_item_keys_item_id'))

    op.drop_table('item_keys')
    with op.batch_alter_table('mails', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_mails_subscriber_id'))
        batch_op.drop_index(batch_op.f('ix_mails_status_mails_not_before'))

    op.drop_table('mails')
    with op.batch_alter_table('mail_subscribers', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_mail_subscribers_asked_at'))

    op.drop_table('mail_subscribers')
