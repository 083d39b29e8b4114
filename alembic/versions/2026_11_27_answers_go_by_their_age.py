"""answers go by their age

Revision ID: 5d1c9ab3f07e
Revises: 4be0c7d1592f
"""

import sqlalchemy as sa
from alembic import op

revision = '5d1c9ab3f07e'
down_revision = '4be0c7d1592f'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('answers_kept',
    sa.Column('id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('since', sa.Date(), nullable=False),
    sa.Column('settled', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_answers_kept'))
    )


def downgrade() -> None:
    op.drop_table('answers_kept')
