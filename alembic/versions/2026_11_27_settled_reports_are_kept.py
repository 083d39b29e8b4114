"""settled reports are kept

Revision ID: 4be0c7d1592f
Revises: c7d0b45e91a2
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = '4be0c7d1592f'
down_revision = 'c7d0b45e91a2'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('settled_report',
    sa.Column('name', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('scope', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('month', sa.Integer(), nullable=False),
    sa.Column('smallest', sa.Integer(), nullable=False),
    sa.Column('made_on', sa.Date(), nullable=False),
    sa.Column('body', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('name', 'scope', name=op.f('pk_settled_report'))
    )


def downgrade() -> None:
    op.drop_table('settled_report')
