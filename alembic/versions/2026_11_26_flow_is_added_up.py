"""flow is added up, and answers are found by what was asked

Revision ID: 5e0c7b12fa94
Revises: c41e7a90d25b
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = '5e0c7b12fa94'
down_revision = 'c41e7a90d25b'
branch_labels = None
depends_on = None

KEYS = ('service', 'customer', 'kind', 'group', 'priority', 'channel')


def upgrade() -> None:
    op.create_table('flow_cell',
    sa.Column('month', sa.Date(), nullable=False),
    *(sa.Column(name, sqlmodel.sql.sqltypes.AutoString(), nullable=False) for name in KEYS),
    sa.Column('sums', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('month', *KEYS, name=op.f('pk_flow_cell'))
    )
    with op.batch_alter_table('ticket', schema=None) as batch_op:
        batch_op.add_column(sa.Column('counted', sa.Boolean(), server_default=sa.text('false'), nullable=False))
        batch_op.add_column(sa.Column('counted_as', sa.LargeBinary(), nullable=True))
        batch_op.create_index('ix_ticket_counted', ['counted', 'id'], unique=False)
    with op.batch_alter_table('response', schema=None) as batch_op:
        batch_op.create_index('ix_response_version_id', ['version_id'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('response', schema=None) as batch_op:
        batch_op.drop_index('ix_response_version_id')
    with op.batch_alter_table('ticket', schema=None) as batch_op:
        batch_op.drop_index('ix_ticket_counted')
        batch_op.drop_column('counted_as')
        batch_op.drop_column('counted')

    op.drop_table('flow_cell')
