"""value edits are kept

Revision ID: 7d20c5a91b3e
Revises: 4c1f0a7be2d9
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

import core.db

revision = '7d20c5a91b3e'
down_revision = '4c1f0a7be2d9'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('value_edit',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('map_id', sa.Uuid(), nullable=False),
    sa.Column('thing_id', sa.Uuid(), nullable=False),
    sa.Column('made_at', core.db.UtcTime(timezone=True), nullable=False),
    sa.Column('made_by', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('kind', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('changes', core.db.Json, nullable=False),
    sa.ForeignKeyConstraint(['map_id'], ['value_map.id'], name=op.f('fk_value_edit_map_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_value_edit'))
    )
    with op.batch_alter_table('value_edit', schema=None) as batch_op:
        batch_op.create_index('ix_value_edit_of', ['thing_id', 'id'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('value_edit', schema=None) as batch_op:
        batch_op.drop_index('ix_value_edit_of')

    op.drop_table('value_edit')
