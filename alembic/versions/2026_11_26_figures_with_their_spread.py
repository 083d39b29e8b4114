"""figures with their spread

Revision ID: 5be07c1d92a4
Revises: 270cceae5330
"""

import sqlalchemy as sa
from alembic import op

revision = "5be07c1d92a4"
down_revision = "a3d91f60c7e8"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("value_reading", schema=None) as batch_op:
        batch_op.add_column(sa.Column("sd", sa.Float(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("value_reading", schema=None) as batch_op:
        batch_op.drop_column("sd")
