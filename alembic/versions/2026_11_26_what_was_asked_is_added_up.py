"""what was asked is added up

Revision ID: a3d91f60c7e8
Revises: 270cceae5330
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = 'a3d91f60c7e8'
down_revision = '270cceae5330'
branch_labels = None
depends_on = None

KEYS = ('service', 'customer', 'outcome')


def upgrade() -> None:
    op.create_table('asked_cell',
    sa.Column('month', sa.Date(), nullable=False),
    *(sa.Column(name, sqlmodel.sql.sqltypes.AutoString(), nullable=False) for name in KEYS),
    sa.Column('n', sa.Integer(), nullable=False),
    sa.Column('answered', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('month', *KEYS, name=op.f('pk_asked_cell'))
    )
    with op.batch_alter_table('invitation', schema=None) as batch_op:
        batch_op.add_column(sa.Column('counted', sa.Boolean(), server_default=sa.text('false'), nullable=False))
        batch_op.add_column(sa.Column('counted_as', sa.LargeBinary(), nullable=True))
        batch_op.create_index('ix_invitation_counted', ['counted', 'id'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('invitation', schema=None) as batch_op:
        batch_op.drop_index('ix_invitation_counted')
        batch_op.drop_column('counted_as')
        batch_op.drop_column('counted')

    op.drop_table('asked_cell')
